"""Maps of service areas: what lies within reach of the schools of the last year, a map a mode."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.findings import Text
from geodata.service_areas import OFF_ROAD_METRES
from scenarios.outputs import map_panel, maps
from scenarios.outputs.area_facts import of_reach, reach_words, reaches, running
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.text import both, known, say

BLUES = ("#08519c", "#3182bd", "#6baed6", "#9ecae1", "#c6dbef", "#deebf7")
"""From the nearest to the farthest."""
LEGEND = 1.0
"""Inches."""


def area_maps(atlas: Atlas) -> list[tuple[str, Text, str]]:
    """Name, title and mode of each map."""
    modes = dict.fromkeys(mode for mode, _, _ in reaches(atlas))
    year = atlas.run.last_year
    return [
        (f"service_areas_{mode}", say("map.areas", mode=known("mode", mode), year=year), mode)
        for mode in modes
    ]


def write_area_maps(atlas: Atlas, folder: Path) -> None:
    """Write a PNG for each mode that has service areas; the same run gives the same bytes."""
    if not reaches(atlas):
        return
    folder.mkdir(exist_ok=True)
    table = atlas.inside
    with maps.drawing_style():
        for name, title, mode in area_maps(atlas):
            figure = maps.empty_page()
            _draw_page(figure, atlas, title, table[table["mode"] == mode])
            maps.save_page(figure, folder / f"{name}.png")


def _draw_page(figure: Any, atlas: Atlas, title: Text, table: pd.DataFrame) -> None:
    table = table[table["year"] == atlas.run.last_year]
    axes, extent = maps.lay_out(figure, atlas, LEGEND)
    height = figure.get_size_inches()[1]
    for level, ax in axes.items():
        of_level = table[table["level"] == level].sort_values("land")
        map_panel.bare(ax, extent)
        _draw_areas(ax, atlas, level, of_level)
        left, top = ax.get_position().x0, (LEGEND + maps.MARGIN) / height
        _draw_key(figure, of_level, left, top, height)
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
