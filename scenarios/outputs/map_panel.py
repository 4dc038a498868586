"""One map panel: catchments, roads, towns, schools, changes and labels of a level in a year."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata import cartography
from geodata.findings import Text
from scenarios.outputs.atlas import Atlas, use_class
from scenarios.outputs.map_labels import INK, draw_labels, school_labels, to_points, town_labels
from scenarios.outputs.pieces import apart, togetherness_asked
from scenarios.outputs.text import both, known, say

BADGES = ("open", "relocate", "extend", "convert", "retrofit", "merge", "close")
STOPPED = ("merge", "close", "moved_out")
MAJOR_ROADS = ("motorway", "trunk", "primary")
STOP_INK = "#8c0d25"
NO_PLACES, SPOT = "#bdbdbd", "#fdae61"
APART = "xxx"
"""Hatch of zones that do not hang together with the zone of their school."""
POINTS_PER_CLASS = 8.0
"""Area of a school's symbol in square points per class."""
LEAST_AREA = 18.0


def draw_panel(
    ax: Any,
    atlas: Atlas,
    level: str,
    year: int,
    *,
    changes: pd.DataFrame,
    extent: Sequence[float],
) -> None:
    """Draw one level in one year on bare axes; `changes` get badges."""
    bare(ax, extent)
    _draw_ground(ax, atlas, level, year)
    schools = _schools(atlas, level, year)
    _draw_schools(ax, schools)
    shown = _changes_of(atlas, changes, level)
    _draw_stopped(ax, atlas, shown, level)
    badges = _draw_badges(ax, shown, schools)
    labels = pd.concat([town_labels(atlas), school_labels(schools, shown)])
    draw_labels(ax, labels, schools, badges, extent)
    _draw_margins(ax, say("map.panel", level=known("level", level), year=year))


def bare(ax: Any, extent: Sequence[float]) -> None:
    """Make axes a sheet of paper over an extent: west, south, east, north."""
    ax.set_xlim(extent[0], extent[2])
    ax.set_ylim(extent[1], extent[3])
    ax.set_xticks([])
    ax.set_yticks([])
    ax.set_facecolor("#fbfbf9")


def draw_land(ax: Any, atlas: Atlas) -> None:
    """Fill the county with one quiet colour."""
    whole = np.array([shapely.union_all(atlas.areas.geometry.to_numpy())])
    fill_polygons(ax, whole, ["#f4f1ea"], edge="#8f8f8f", width=0.7)


def draw_spots(ax: Any, atlas: Atlas, sites: Sequence[str]) -> None:
    """Mark sites where nothing of them but the place matters."""
    places = atlas.places.reindex(list(sites))
    ax.scatter(places["x"], places["y"], s=14, c=SPOT, edgecolors=INK, linewidths=0.6, zorder=10)


def draw_furniture(ax: Any, atlas: Atlas, title: Text, named: Sequence[str] = ()) -> None:
    """Name the towns, and the schools asked for; add scale bar, north arrow and title."""
    places = atlas.places.reindex(list(dict.fromkeys(named)))
    spots = places.assign(name=atlas.run.site_names().reindex(places.index), area=14.0)
    nothing = pd.DataFrame({"site_id": []})
    labels = pd.concat([town_labels(atlas), school_labels(spots.dropna(), nothing)])
    extent = (ax.get_xlim()[0], ax.get_ylim()[0], ax.get_xlim()[1], ax.get_ylim()[1])
    draw_labels(ax, labels, spots.dropna(), np.zeros((0, 4)), extent)
    _draw_margins(ax, title)


def _draw_margins(ax: Any, title: Text) -> None:
    cartography.draw_scale_bar(ax)
    cartography.draw_north_arrow(ax)
    ax.set_title(both(title, "  "), fontsize=10, loc="left", pad=5)


def _draw_ground(ax: Any, atlas: Atlas, level: str, year: int) -> None:
    part = atlas.catchments
    part = part[(part["level"] == level) & (part["year"] == year)]
    colours = [cartography.PALE[atlas.colours[site]] for site in part["site_id"]]
    fill_polygons(ax, part.geometry.to_numpy(), colours, edge="#8f8f8f", width=0.7)
    if togetherness_asked(atlas.run):
        hatch_zones(ax, atlas, apart(atlas, level, year), APART)
    draw_lines(ax, atlas)


def hatch_zones(ax: Any, atlas: Atlas, zones: Sequence[str], hatch: str) -> None:
    """Hatch whole zones over the colour that is there, and draw their outline."""
    shapes = atlas.areas.set_index("zone_id").geometry.reindex(list(zones)).dropna().to_numpy()
    fill_polygons(ax, shapes, ["none"] * len(shapes), edge=INK, width=0.9, hatch=hatch)


def draw_lines(ax: Any, atlas: Atlas) -> None:
    """Draw borders of towns, and roads."""
    from matplotlib.collections import LineCollection

    towns, roads = atlas.run.geometry.towns, atlas.run.geometry.roads
    borders = LineCollection(
        _lines(towns.geometry.boundary.to_numpy()), colors="#6b6b6b", linewidths=1.0,
        linestyles=(0, (6, 2.5, 1.2, 2.5)), zorder=4,
    )  # fmt: skip
    ax.add_collection(borders)
    major = roads["class"].isin(MAJOR_ROADS).to_numpy()
    for chosen, width, colour in ((~major, 0.45, "#b3a58c"), (major, 1.5, "#a07c45")):
        lines = _lines(roads.geometry.to_numpy()[chosen])
        ax.add_collection(LineCollection(lines, colors=colour, linewidths=width, zorder=5))


def fill_polygons(
    ax: Any,
    shapes: np.ndarray,
    colours: Sequence[str],
    *,
    edge: str,
    width: float,
    hatch: str | None = None,
) -> None:
    """Fill polygons, holes left out."""
    from matplotlib.collections import PathCollection
    from matplotlib.path import Path

    parts, owner = shapely.get_parts(shapes, return_index=True)
    polygon = shapely.get_type_id(parts) == 3
    paths = [
        Path.make_compound_path(
            *[Path(shapely.get_coordinates(ring), closed=True) for ring in shapely.get_rings(part)]
        )
        for part in parts[polygon]
    ]
    fills = [colours[index] for index in owner[polygon]]
    ax.add_collection(
        PathCollection(
            paths, facecolors=fills, edgecolors=edge, linewidths=width, hatch=hatch, zorder=2
        )
    )


def _lines(shapes: np.ndarray) -> list[np.ndarray]:
    parts = shapely.get_parts(shapely.get_parts(shapes))
    return [shapely.get_coordinates(part) for part in parts]


def _schools(atlas: Atlas, level: str, year: int) -> pd.DataFrame:
    """Schools that run the level: place, symbol, area of the symbol, colour, rank for labels."""
    table = atlas.site_years
    table = table[(table["year"] == year) & table[f"runs_{level}"]].set_index("site_id")
    sites = atlas.run.problem["sites"].set_index("site_id").reindex(table.index)
    levels = table[[f"runs_{name}" for name in atlas.run.levels]].sum(axis=1)
    shape = np.where(levels > 1, "s", np.where(sites["point_grades"] > 0, "^", "o"))
    colours = [*cartography.USE_COLOURS, NO_PLACES]
    return pd.DataFrame(
        {
            "name": atlas.run.site_names().reindex(table.index),
            "x": atlas.places["x"].reindex(table.index),
            "y": atlas.places["y"].reindex(table.index),
            "shape": shape,
            "area": LEAST_AREA + POINTS_PER_CLASS * table["classes"],
            "colour": [colours[index] for index in use_class(table["use"])],
            "classes": table["classes"],
        }
    ).sort_values("classes", ascending=False, kind="stable")


def _draw_schools(ax: Any, schools: pd.DataFrame) -> None:
    for shape, part in schools.groupby("shape"):
        ax.scatter(
            part["x"], part["y"], s=part["area"], c=part["colour"], marker=shape,
            edgecolors=INK, linewidths=0.8, zorder=10,
        )  # fmt: skip


def _changes_of(atlas: Atlas, changes: pd.DataFrame, level: str) -> pd.DataFrame:
    """Pick the level's own stops, and projects at sites that run or gain it."""
    own = changes["level"] == level
    project = (changes["level"] == "") & (
        changes["levels_after"].str.split(";").map(lambda names: level in names)
        | changes["levels_before"].str.split(";").map(lambda names: level in names)
    )
    part = changes[own | project].drop_duplicates(["site_id", "kind"])
    return part.assign(
        x=part["site_id"].map(atlas.places["x"]), y=part["site_id"].map(atlas.places["y"])
    )


def _draw_stopped(ax: Any, atlas: Atlas, shown: pd.DataFrame, level: str) -> None:
    """Crosses where the level no longer runs, arrows to where its pupils continue."""
    stopped = shown[shown["kind"].isin(STOPPED) & (shown["level"] == level)]
    if not len(stopped):
        return
    ax.scatter(stopped["x"], stopped["y"], s=70, facecolors="white", edgecolors=STOP_INK,
               linewidths=1.0, zorder=11)  # fmt: skip
    ax.scatter(stopped["x"], stopped["y"], s=38, c=STOP_INK, marker="x", linewidths=1.6, zorder=12)
    for _, row in stopped[stopped["into_site_id"] != ""].iterrows():
        goal = atlas.places.loc[row["into_site_id"]]
        ax.annotate(
            "",
            xy=(goal["x"], goal["y"]),
            xytext=(row["x"], row["y"]),
            zorder=9,
            arrowprops={
                "arrowstyle": "-|>,head_width=0.25,head_length=0.5",
                "color": STOP_INK,
                "lw": 1.3,
                "shrinkA": 5,
                "shrinkB": 7,
                "connectionstyle": "arc3,rad=0.12",
            },
        )


def _draw_badges(ax: Any, shown: pd.DataFrame, schools: pd.DataFrame) -> np.ndarray:
    """Draw a badge per change above its school; return their boxes as `to_points` measures."""
    boxes = []
    order = {kind: rank for rank, kind in enumerate(BADGES)}
    ranked = shown[shown["kind"].isin(BADGES)]
    ranked = ranked.sort_values("kind", key=lambda kinds: kinds.map(order), kind="stable")
    for site, rows in ranked.groupby("site_id", sort=True):
        area = float(schools["area"].get(site, 40.0))
        radius = np.sqrt(area) / 2
        for step, (_, row) in enumerate(rows.iterrows()):
            across, up = radius * 0.75 + 6 + 14 * step, radius * 0.75 + 6
            draw_badge(ax, (row["x"], row["y"]), (across, up), str(row["kind"]))
            x, y = to_points(ax, np.array([[row["x"], row["y"]]]))[0] + (across, up)
            boxes.append((x - 7, y - 7, x + 7, y + 7))
    return np.array(boxes).reshape(-1, 4)


def draw_badge(ax: Any, at: tuple[float, float], offset: tuple[float, float], kind: str) -> None:
    """Draw a round badge with the sign of an action, `offset` points from a place."""
    stop = kind in STOPPED
    ax.annotate(
        badge_sign(kind),
        xy=at,
        xytext=offset,
        textcoords="offset points",
        ha="center",
        va="center",
        fontsize=7.5,
        color="white",
        zorder=20,
        bbox={
            "boxstyle": "circle,pad=0.22",
            "facecolor": STOP_INK if stop else INK,
            "edgecolor": "white",
            "linewidth": 0.8,
        },
    )


def badge_sign(kind: str) -> str:
    """Chinese character of an action where the font has it, else its letter."""
    from matplotlib import rcParams

    sign = known("badge", kind)
    return sign.zh if cartography.FONT in rcParams["font.family"] else sign.en
