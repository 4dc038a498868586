"""Small maps of the last year, one per scenario and level, in one picture."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import cartography
from scenarios.outputs import facts
from scenarios.outputs.atlas import use_class, zone_areas
from scenarios.outputs.folder import Run
from scenarios.outputs.map_labels import INK
from scenarios.outputs.map_panel import BADGES, NO_PLACES, STOP_INK, STOPPED, fill_polygons
from scenarios.outputs.maps import drawing_style
from scenarios.outputs.text import both, known

ACROSS = 4
PANEL = 4.1
"""Inches of a panel's width."""


def small_maps(runs: Sequence[Run], target: io.BytesIO) -> bool:
    """Draw the picture as PNG into `target`; False where no run has a plan."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    planned = [run for run in runs if run.has_plan]
    if not planned:
        return False
    levels = planned[0].levels
    columns = min(ACROSS, len(planned))
    rows = math.ceil(len(planned) / columns) * len(levels)
    with drawing_style():
        bounds = planned[0].geometry.zones.total_bounds
        ratio = (bounds[3] - bounds[1]) / (bounds[2] - bounds[0])
        up = PANEL * min(max(float(ratio), 0.5), 1.2) + 0.35
        figure = Figure(figsize=(columns * PANEL, rows * up), facecolor="white")
        FigureCanvasAgg(figure)
        for index, run in enumerate(planned):
            block, column = divmod(index, columns)
            view = _view(run)
            for level_index, level in enumerate(levels):
                row = block * len(levels) + level_index
                low = 1 - (row + 1) * up / (rows * up)
                box = (column / columns + 0.004, low + 0.01 / rows, 1 / columns - 0.008,
                       (up - 0.35) / (rows * up))  # fmt: skip
                _panel(figure.add_axes(box), view, level)
        figure.savefig(target, dpi=100, format="png", metadata={"Software": None})
    return True


class View(NamedTuple):
    """What the panels of one run draw; as in `atlas`, but of the last year only."""

    run: Run
    areas: gpd.GeoDataFrame
    belongs: pd.DataFrame
    schools: pd.DataFrame
    changes: pd.DataFrame


def _view(run: Run) -> View:
    belongs, table = facts.catchments(run), facts.site_years(run)
    return View(
        run,
        zone_areas(run),
        belongs[belongs["year"] == run.last_year],
        table[table["year"] == run.last_year],
        facts.events(run),
    )


def _panel(ax: Any, view: View, level: str) -> None:
    run, areas = view.run, view.areas
    bounds = run.geometry.zones.total_bounds
    x0, y0, x1, y1 = cartography.frame(bounds, _ratio(ax), margin=0.02)
    ax.set(xlim=(x0, x1), ylim=(y0, y1), xticks=[], yticks=[])
    here = view.belongs[view.belongs["level"] == level]
    site_of = areas["zone_id"].map(here.set_index("zone_id")["site_id"])
    sites = sorted(site_of.dropna().unique())
    shapes = [
        shapely.union_all(areas.geometry[(site_of == site).to_numpy()].to_numpy()) for site in sites
    ]
    tints = cartography.neighbour_colours(cartography.touching(shapes), len(shapes))
    colours = [cartography.PALE[tint] for tint in tints]
    fill_polygons(ax, np.array(shapes, dtype=object), colours, edge="#8f8f8f", width=0.4)
    _schools(ax, view, level)
    title = f"{run.study['scenario']}  {both(known('level', level))} {run.last_year}"
    ax.set_title(title, fontsize=8.5, loc="left", pad=3, parse_math=False)


def _schools(ax: Any, view: View, level: str) -> None:
    where = view.run.geometry.sites.set_index("site_id").geometry
    table = view.schools[view.schools[f"runs_{level}"]]
    points = where.reindex(table["site_id"])
    palette = [*cartography.USE_COLOURS, NO_PLACES]
    colours = [palette[index] for index in use_class(table["use"])]
    ax.scatter(points.x, points.y, s=6 + 2.0 * table["classes"], c=colours, edgecolors=INK,
               linewidths=0.5, zorder=10)  # fmt: skip
    changes = view.changes
    mine = (changes["level"] == level) | changes["levels_after"].str.split(";").map(
        lambda names: level in names
    ).astype(bool)
    for kinds, marker, colour in (
        (set(BADGES) - set(STOPPED), "+", INK),
        (set(STOPPED), "x", STOP_INK),
    ):
        sites = changes.loc[mine & changes["kind"].isin(kinds), "site_id"].unique()
        spots = where.reindex(sites)
        ax.scatter(spots.x, spots.y, s=42, c=colour, marker=marker, linewidths=1.5, zorder=12)


def _ratio(ax: Any) -> float:
    box = ax.get_position()
    width, height = ax.figure.get_size_inches()
    return float(box.width * width / (box.height * height))
