"""The map of catchment changes: land that belongs to another school at the end than today."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import cartography
from geodata.catchments import UNSERVED
from geodata.findings import Text
from scenarios.outputs import catchment_facts as facts
from scenarios.outputs import map_key, map_panel, maps
from scenarios.outputs.area_facts import running
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.map_labels import INK
from scenarios.outputs.pieces import moved_often, steadiness_asked
from scenarios.outputs.text import both, known, say

STAYS, HATCH, OLD = "#f4f1ea", "///", "#2166ac"
OFTEN = "..."
"""Hatch of zones whose school changes more than once."""


def change_pages(atlas: Atlas) -> list[tuple[str, Text]]:
    """Name and title of the map; none where nothing is planned."""
    run = atlas.run
    if not run.has_plan:
        return []
    years = {"before": run.base_year, "after": run.last_year}
    return [("catchment_changes", say("map.changes", **years))]


def draw_changes(figure: Any, atlas: Atlas, title: Text) -> None:
    """Draw the page: a panel per level, each with the pupils and the land concerned."""
    axes, extent = maps.lay_out(figure, atlas, map_key.LEGEND, len(atlas.run.levels))
    drawn = facts.today_shares(atlas)
    for ax, level in zip(axes, atlas.run.levels, strict=True):
        map_panel.bare(ax, extent)
        _draw_level(ax, atlas, level, drawn.get(level))
    maps.draw_heading(figure, atlas, title, say("map.changes_note"))
    maps.draw_source(figure, atlas, "map.area_source")


def _draw_level(ax: Any, atlas: Atlas, level: str, shares: pd.DataFrame | None) -> None:
    run, year = atlas.run, atlas.run.last_year
    of_level = atlas.catchments[atlas.catchments["level"] == level]
    then = of_level[of_level["year"] == year]
    if shares is not None:
        source = say("map.changes_drawn", year=run.base_year)
        today = run.geometry.catchments_today
        before = today[today["level"] == level]
        land = facts.changed_pieces(atlas, level, year)
    else:
        source = say("map.changes_attended", year=run.base_year)
        before = of_level[of_level["year"] == run.base_year]
        before = before if _attending(atlas, level) else before.iloc[:0]
        shares, land = by_zone(atlas, level)
    map_panel.fill_polygons(
        ax, then.geometry.to_numpy(), [STAYS] * len(then), edge="#555555", width=0.8
    )
    colours = [cartography.PALE[atlas.colours[site]] for site in land["to_id"]]
    map_panel.fill_polygons(
        ax, land.geometry.to_numpy(), colours, edge="#333333", width=0.4, hatch=HATCH
    )
    often = moved_often(atlas, level) if steadiness_asked(run) is not None else {}
    map_panel.hatch_zones(ax, atlas, list(often), OFTEN)
    _draw_borders(ax, before)
    map_panel.draw_lines(ax, atlas)
    panel = say("map.changes_panel", level=known("level", level), year=year, source=source)
    map_panel.draw_spots(ax, atlas, running(atlas, level, year))
    # Those that get most land are named first, as long as there is room.
    gets = land.assign(m2=land.area).groupby("to_id")["m2"].sum().sort_values(ascending=False)
    map_panel.draw_furniture(ax, atlas, panel, list(gets.index.drop(UNSERVED, errors="ignore")))
    moved = facts.moved_land(atlas, shares, level, year)
    map_key.draw_key(ax, _key(moved, _often_row(atlas, len(often))), across=0.32)


def _often_row(atlas: Atlas, zones: int) -> list[map_key.Row]:
    if not zones:
        return []
    words = say("map.key.often", first=atlas.run.first_year, last=atlas.run.last_year, zones=zones)
    return [({"facecolor": "none", "edgecolor": INK, "hatch": OFTEN}, both(words, "  "))]


def by_zone(atlas: Atlas, level: str) -> tuple[pd.DataFrame, gpd.GeoDataFrame]:
    """Take the school that most of a zone's youngest attend for today's: shares, changed zones.

    A zone without pupils of the level today is of no catchment yet.
    """
    belongs = atlas.belongs[atlas.belongs["level"] == level].set_index("zone_id")
    first, after = (
        belongs["site_id"][belongs["year"] == year]
        for year in (atlas.run.base_year, atlas.run.last_year)
    )
    before = first.reindex(after.index)
    before = before.where(after.index.isin(_attending(atlas, level)), UNSERVED)
    table = pd.DataFrame({"zone_id": before.index, "site_id": before.to_numpy(), "share": 1.0})
    other = (before != after).to_numpy()
    shapes = atlas.areas.set_index("zone_id").geometry.reindex(before.index[other])
    frame = {"from_id": before[other].to_numpy(), "to_id": after[other].to_numpy()}
    return table, gpd.GeoDataFrame(frame, geometry=shapes.to_numpy(), crs=atlas.areas.crs)


def _attending(atlas: Atlas, level: str) -> set[str]:
    """Return the zones that have pupils of a level today."""
    enrolled = atlas.run.problem["enrolled"]
    return set(enrolled.loc[(enrolled["level"] == level) & (enrolled["pupils"] > 0), "zone_id"])


def _draw_borders(ax: Any, before: gpd.GeoDataFrame) -> None:
    """Draw the borders of the catchments of today over everything."""
    from matplotlib.collections import LineCollection

    if before.empty:
        return
    # Once where two catchments meet: dashes drawn twice fill each other's gaps.
    once = shapely.line_merge(shapely.union_all(shapely.boundary(before.geometry.to_numpy())))
    paths = [shapely.get_coordinates(line) for line in shapely.get_parts(once)]
    ax.add_collection(
        LineCollection(paths, colors=OLD, linewidths=1.3, linestyles=(0, (4, 2)), zorder=6)
    )


def _key(moved: pd.DataFrame, often: list[map_key.Row]) -> list[map_key.Row]:
    """Say what is drawn, and how many pupils and how much land stay and change.

    `often` is the row of zones that change more than once, if any: long rows stand to the left.
    """
    stays = (moved["from_id"] == moved["to_id"]).to_numpy()
    new = (moved["from_id"] == UNSERVED).to_numpy()
    figures = []
    for part in (stays, ~stays & ~new, new & ~stays):
        pupils, km2 = moved.loc[part, ["pupils", "km2"]].sum()
        share = pupils / moved["pupils"].sum() if moved["pupils"].sum() > 0 else 0.0
        figures.append({"pupils": f"{pupils:,.0f}", "share": f"{share:.1%}", "km2": f"{km2:,.1f}"})
    other: dict[str, Any] = {"facecolor": cartography.PALE[0], "hatch": HATCH}
    rows: list[map_key.Row] = [
        ({"facecolor": STAYS}, both(say("map.key.stays", **figures[0]), "  ")),
        (other, both(say("map.key.changes", **figures[1]), "  ")),
    ]
    if np.any(new & ~stays):
        rows.append((other, both(say("map.key.new", **figures[2]), "  ")))
    old = {"color": OLD, "lw": 1.3, "linestyle": (0, (4, 2))}
    then = {"color": "#555555", "lw": 0.8}
    return [
        *rows,
        *often,
        map_key.school_row(),
        (old, both(say("map.key.old_border"), "  ")),
        (then, both(say("map.key.new_border"), "  ")),
    ]
