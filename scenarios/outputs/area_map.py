"""Maps of service areas: what lies within reach of the schools of the last year, a map a mode."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely

from geodata.findings import Text
from geodata.service_areas import OFF_ROAD_METRES
from scenarios.outputs import map_key, map_panel, maps
from scenarios.outputs.area_facts import of_reach, reach_words, reaches, running
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.text import both, known, say

BLUES = ("#08519c", "#3182bd", "#6baed6", "#9ecae1", "#c6dbef", "#deebf7")
"""From the nearest to the farthest."""


def area_maps(atlas: Atlas) -> list[tuple[str, Text, str]]:
    """Name, title and mode of each map."""
    modes = dict.fromkeys(mode for mode, _, _ in reaches(atlas))
    year = atlas.run.last_year
    return [
        (f"service_areas_{mode}", say("map.areas", mode=known("mode", mode), year=year), mode)
        for mode in modes
    ]


def draw_area_page(figure: Any, atlas: Atlas, title: Text, mode: str) -> None:
    """Draw the service areas of a mode in the last year: a panel per level."""
    table = atlas.inside
    table = table[(table["mode"] == mode) & (table["year"] == atlas.run.last_year)]
    axes, extent = maps.lay_out(figure, atlas, map_key.LEGEND, len(atlas.run.levels))
    for ax, level in zip(axes, atlas.run.levels, strict=True):
        of_level = table[table["level"] == level].sort_values("land")
        map_panel.bare(ax, extent)
        _draw_areas(ax, atlas, level, of_level)
        map_key.draw_key(ax, _key(of_level), across=0.24)
    maps.draw_heading(figure, atlas, title, say("map.area_note", metres=f"{OFF_ROAD_METRES:.0f}"))
    maps.draw_source(figure, atlas, "map.area_source")


def _draw_areas(ax: Any, atlas: Atlas, level: str, table: pd.DataFrame) -> None:
    """Draw the areas, the widest at the bottom, then roads, borders, schools and towns."""
    year, sites = atlas.run.last_year, running(atlas, level, atlas.run.last_year)
    map_panel.draw_land(ax, atlas)
    rows = list(table[["mode", "unit", "reach"]].itertuples(index=False))
    for rank, reach in reversed(list(enumerate(rows))):
        shape = shapely.union_all(of_reach(atlas, *reach).geometry.reindex(sites).to_numpy())
        map_panel.fill_polygons(
            ax, np.array([shape]), [BLUES[rank % len(BLUES)]], edge="none", width=0.0
        )
    map_panel.draw_lines(ax, atlas)
    map_panel.draw_spots(ax, atlas, sites)
    title = say("map.area_panel", level=known("level", level), year=year)
    map_panel.draw_furniture(ax, atlas, title)


def _key(table: pd.DataFrame) -> list[map_key.Row]:
    """Say what each colour is, and how many pupils live inside."""
    rows: list[map_key.Row] = []
    for rank, row in enumerate(table.to_dict("records")):
        share = row["any"] / row["pupils"] if row["pupils"] else 0.0
        own = row["own"] / row["pupils"] if row["pupils"] else 0.0
        words = say(
            "map.area_key",
            reach=reach_words(row["mode"], row["unit"], row["reach"]),
            share=f"{share:.1%}",
            own=f"{own:.1%}",
        )
        rows.append(({"facecolor": BLUES[rank % len(BLUES)]}, both(words, "  ")))
    return [*rows, map_key.school_row()]
