"""Maps of service areas: what lies within reach of the schools of the last year, a map a mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata import cartography
from geodata.findings import Text
from geodata.service_areas import OFF_ROAD_METRES
from scenarios.outputs import map_panel, maps
from scenarios.outputs.area_facts import of_reach, reach_words, reaches, running
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.files import replaced
from scenarios.outputs.text import both, known, say

BLUES = ("#08519c", "#3182bd", "#6baed6", "#9ecae1", "#c6dbef", "#deebf7")
"""From the nearest to the farthest."""
LEGEND = 1.0
"""Inches."""


def area_maps(atlas: Atlas) -> list[tuple[str, Text]]:
    """Name and title of each map."""
    modes = dict.fromkeys(mode for mode, _, _ in reaches(atlas))
    return [
        (
            f"service_areas_{mode}",
            say("map.areas", mode=known("mode", mode), year=atlas.run.last_year),
        )
        for mode in modes
    ]


def write_area_maps(atlas: Atlas, folder: Path) -> None:
    """Write a PNG for each mode that has service areas; the same run gives the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    if not reaches(atlas):
        return
    folder.mkdir(exist_ok=True)
    table = atlas.inside
    for name, title in area_maps(atlas):
        with maps.drawing_style(), replaced(folder / f"{name}.png") as temporary:
            figure = Figure(facecolor="white")
            FigureCanvasAgg(figure)
            _draw_page(figure, atlas, title, table[table["mode"] == name.rsplit("_", 1)[1]])
            figure.savefig(
                temporary,
                dpi=maps.DPI,
                format="png",
                metadata={"Software": None},
                pil_kwargs={"compress_level": 4},
            )


def _draw_page(figure: Any, atlas: Atlas, title: Text, table: pd.DataFrame) -> None:
    run, year = atlas.run, atlas.run.last_year
    table = table[table["year"] == year]
    wide = maps.WIDTH - 2 * maps.MARGIN - maps.GAP * (len(run.levels) - 1)
    across = wide / len(run.levels)
    x0, y0, x1, y1 = maps.bounds(atlas)
    up = across * min(max((y1 - y0) / (x1 - x0), 0.62), 1.08)
    height = maps.HEADING + up + LEGEND + 2 * maps.MARGIN
    figure.set_size_inches(maps.WIDTH, height)
    extent = cartography.frame((x0, y0, x1, y1), across / up)
    for index, level in enumerate(run.levels):
        left = maps.MARGIN + index * (across + maps.GAP)
        box = (left, 2 * maps.MARGIN + LEGEND, across, up)
        size = (maps.WIDTH, height, maps.WIDTH, height)
        ax = figure.add_axes([part / whole for part, whole in zip(box, size, strict=True)])
        of_level = table[table["level"] == level].sort_values("land")
        map_panel.bare(ax, extent)
        _draw_areas(ax, atlas, level, of_level)
        _draw_key(figure, of_level, left / maps.WIDTH, (LEGEND + maps.MARGIN) / height, height)
    maps.draw_heading(figure, atlas, title, say("map.area_note", metres=f"{OFF_ROAD_METRES:.0f}"))
    maps.draw_source(figure, atlas, "map.area_source")


def _draw_areas(ax: Any, atlas: Atlas, level: str, table: pd.DataFrame) -> None:
    """Draw the areas, the widest at the bottom, then roads, borders, schools and towns."""
    year, sites = atlas.run.last_year, running(atlas, level, atlas.run.last_year)
    whole = np.array([shapely.union_all(atlas.areas.geometry.to_numpy())])
    map_panel.fill_polygons(ax, whole, ["#f4f1ea"], edge="#8f8f8f", width=0.7)
    rows = list(table[["mode", "unit", "reach"]].itertuples(index=False))
    for rank, reach in reversed(list(enumerate(rows))):
        shape = shapely.union_all(of_reach(atlas, *reach).geometry.reindex(sites).to_numpy())
        map_panel.fill_polygons(
            ax, np.array([shape]), [BLUES[rank % len(BLUES)]], edge="none", width=0.0
        )
    map_panel.draw_lines(ax, atlas)
    places = atlas.places.reindex(sites)
    ax.scatter(
        places["x"], places["y"], s=14, c="#fdae61", edgecolors=map_panel.INK, linewidths=0.6,
        zorder=10,
    )  # fmt: skip
    title = say("map.area_panel", level=known("level", level), year=year)
    map_panel.draw_furniture(ax, atlas, title)


def _draw_key(figure: Any, table: pd.DataFrame, left: float, top: float, height: float) -> None:
    """Write what each colour is, and how many pupils live inside."""
    from matplotlib.patches import Rectangle

    for rank, row in enumerate(table.to_dict("records")):
        column, line = divmod(rank, 4)
        x, y = left + column * 0.24, top - (0.1 + 0.2 * line) / height
        box = Rectangle(
            (x, y - 0.05 / height), 0.012, 0.1 / height, facecolor=BLUES[rank % len(BLUES)],
            edgecolor="#555555", linewidth=0.5, transform=figure.transFigure,
        )  # fmt: skip
        figure.add_artist(box)
        share = row["any"] / row["pupils"] if row["pupils"] else 0.0
        own = row["own"] / row["pupils"] if row["pupils"] else 0.0
        words = say(
            "map.area_key",
            reach=reach_words(row["mode"], row["unit"], row["reach"]),
            share=f"{share:.1%}",
            own=f"{own:.1%}",
        )
        figure.text(x + 0.016, y, both(words, "  "), fontsize=7.0, va="center", color="#222222")
