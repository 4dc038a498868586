"""Maps of the way to school in the last year: who goes where, and how long it takes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from geodata import cartography
from geodata.findings import Text
from scenarios.outputs import map_key, map_panel, maps
from scenarios.outputs.area_facts import running
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.layers import flow_layer
from scenarios.outputs.text import both, known, say

BOUNDS = (10.0, 20.0, 30.0, 40.0)
"""Minutes between the classes of colour."""
MINUTES = ("#ffffd4", "#fed98e", "#fe9929", "#d95f0e", "#993404")
"""From near to far: also told apart in grey (ColorBrewer YlOrBr)."""
NOBODY = "#e3e3e3"
FLOW, LEAST, MOST = "#2166ac", 0.25, 4.0
"""Colour of lines, and their widths in points for nobody and for the most pupils of a line."""


def way_pages(atlas: Atlas) -> list[tuple[str, Text]]:
    """Name and title of each map."""
    year = atlas.run.last_year if atlas.run.has_plan else atlas.run.base_year
    return [(name, say(f"map.{name}", year=year)) for name in ("flows", "travel_time")]


def draw_flows(figure: Any, atlas: Atlas, title: Text) -> None:
    """Draw a line from each zone to its school, as wide as it has pupils."""
    lines = flow_layer(atlas)
    lines = lines[lines["year"] == atlas.run.last_year]
    axes, extent = maps.lay_out(figure, atlas, map_key.LEGEND, len(atlas.run.levels))
    for ax, level in zip(axes, atlas.run.levels, strict=True):
        map_panel.bare(ax, extent)
        map_panel.draw_land(ax, atlas)
        map_panel.draw_lines(ax, atlas)
        part = lines[lines["level"] == level].sort_values("pupils")
        most = float(part["pupils"].max()) if len(part) else 1.0
        _draw_flow_lines(ax, part, most)
        _finish(ax, atlas, level, "map.flows_panel")
        map_key.draw_key(ax, _flow_key(most), both(say("map.key.flows"), "  "))
    maps.draw_heading(figure, atlas, title, say("map.flows_note"))
    maps.draw_source(figure, atlas, "map.area_source")


def _draw_flow_lines(ax: Any, part: Any, most: float) -> None:
    from matplotlib.collections import LineCollection

    paths = [np.asarray(line.coords) for line in part.geometry]
    widths = _width(part["pupils"].to_numpy(), most)
    ax.add_collection(LineCollection(paths, colors=FLOW, linewidths=widths, alpha=0.65, zorder=8))


def _width(pupils: np.ndarray, most: float) -> np.ndarray:
    return LEAST + (MOST - LEAST) * np.asarray(pupils, dtype=float) / most


def _flow_key(most: float) -> list[map_key.Row]:
    """Three round numbers of pupils with the width of their line."""
    counts = sorted({cartography.nice_length(max(most * part, 1.0)) for part in (0.1, 0.4, 1.0)})
    widths = _width(np.array(counts), most)
    rows: list[map_key.Row] = [
        ({"color": FLOW, "lw": float(width)}, f"{count:,.0f}")
        for count, width in zip(counts, widths, strict=True)
    ]
    return [*rows, map_key.school_row()]


def draw_minutes(figure: Any, atlas: Atlas, title: Text) -> None:
    """Colour each zone by the minutes of its pupils, one way."""
    run, table = atlas.run, zone_minutes(atlas)
    axes, extent = maps.lay_out(figure, atlas, map_key.LEGEND, len(run.levels))
    zones = atlas.areas["zone_id"]
    for ax, level in zip(axes, run.levels, strict=True):
        of_level = table[table["level"] == level]
        now = of_level[of_level["year"] == run.last_year].set_index("zone_id")["minutes"]
        tints = [*MINUTES, NOBODY]
        colours = [tints[index] for index in minutes_class(zones.map(now))]
        map_panel.bare(ax, extent)
        shapes = atlas.areas.geometry.to_numpy()
        map_panel.fill_polygons(ax, shapes, colours, edge="#b5b5b5", width=0.3)
        map_panel.draw_lines(ax, atlas)
        _finish(ax, atlas, level, "map.travel_time_panel")
        heading = say("map.key.minutes", year=run.last_year, base=run.base_year)
        map_key.draw_key(ax, _minutes_key(atlas, of_level), both(heading, "  "))
    maps.draw_heading(figure, atlas, title, say("map.travel_time_note"))
    maps.draw_source(figure, atlas, "map.area_source")


def _finish(ax: Any, atlas: Atlas, level: str, key: str) -> None:
    """Add schools, names, scale, north and title."""
    year = atlas.run.last_year
    map_panel.draw_spots(ax, atlas, running(atlas, level, year))
    map_panel.draw_furniture(ax, atlas, say(key, level=known("level", level), year=year))


def zone_minutes(atlas: Atlas) -> pd.DataFrame:
    """Return how long the pupils of a zone are on the way, one way.

    Returns
    -------
    DataFrame
        level, year, zone_id, pupils, minutes: their mean; NaN where the way of anybody of the zone
        is not known, as may be in the base year.
    """
    flows = atlas.run.flows
    known_way = flows.assign(unknown=flows["pupil_minutes"].isna())
    sums = known_way.groupby(["level", "year", "zone_id"]).agg(
        pupils=("pupils", "sum"), sum=("pupil_minutes", "sum"), unknown=("unknown", "any")
    )
    minutes = (sums["sum"] / sums["pupils"]).where(~sums["unknown"])
    return sums[["pupils"]].assign(minutes=minutes).reset_index()


def minutes_class(minutes: pd.Series) -> np.ndarray:
    """Class of colour: minutes on a bound are in the lower one, -1 where nothing is known."""
    index = np.searchsorted(BOUNDS, minutes.fillna(0.0).to_numpy() - 1e-9, side="left")
    return np.where(minutes.isna(), -1, index)


def _minutes_key(atlas: Atlas, table: pd.DataFrame) -> list[map_key.Row]:
    """Say the minutes of each colour, and the share of pupils at the end and today."""
    run = atlas.run
    shares = {}
    for year in (run.last_year, run.base_year):
        part = table[table["year"] == year]
        pupils = part["pupils"].groupby(minutes_class(part["minutes"])).sum()
        shares[year] = pupils / part["pupils"].sum()
    rows: list[map_key.Row] = []
    for index, colour in [*enumerate(MINUTES), (-1, NOBODY)]:
        now, base = (shares[year].get(index, 0.0) for year in (run.last_year, run.base_year))
        rows.append(({"facecolor": colour}, f"{_range(index)}: {now:.1%} ({base:.1%})"))
    return [*rows, map_key.school_row()]


def _range(index: int) -> str:
    """Words of a class: `10 – 20`."""
    if index < 0:
        return both(say("map.key.no_minutes"), " ")
    low, high = (0.0, *BOUNDS)[index], (*BOUNDS, np.inf)[index]
    return f"{low:g} – {high:g}" if np.isfinite(high) else f"> {low:g}"
