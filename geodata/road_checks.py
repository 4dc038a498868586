"""What a road layer cannot carry, however sound each of its roads is."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.grids import METRES_PER_DEGREE

MOST_YEARS = 3
"""Roads and travel tables so much older or newer than the base year are told of if beyond."""
_GRIDS = {True: (1e-3, 1e-4), False: (100.0, 10.0)}
"""Steps to which coordinates are rounded, the coarser first: degrees, and metres."""
_TOLERANCE = 2e-3
"""Of a step: what a projection or a file's own digits take away."""
LEAST_SHARE, LEAST_VERTICES = 0.5, 20


def no_paths(roads: gpd.GeoDataFrame, source: Source) -> list[Finding]:
    """Warn of roads on which people walk where cars go and nowhere else (N18)."""
    if not len(roads) or (roads["class"] == "track").any():
        return []
    return [found("N18", source, column="class")]


def another_year(year: int | None, base_year: int, source: Source) -> list[Finding]:
    """Warn of what was surveyed more than `MOST_YEARS` from the base year (N29)."""
    if year is None or abs(year - base_year) <= MOST_YEARS:
        return []
    apart = abs(year - base_year)
    more = Text(
        f"{apart} years {'before' if year < base_year else 'after'} the base year {base_year}",
        f"比基准年{base_year}{'早' if year < base_year else '晚'}{apart}年",
    )
    return [found("N29", source, value=year, more=more)]


def rounded(roads: gpd.GeoDataFrame, source: Source) -> list[Finding]:
    """Warn of roads whose coordinates were rounded until crossings fall together (N40).

    Parameters
    ----------
    roads
        Lines in any system: degrees are held against steps of 0.001 and 0.0001, metres against
        those of 100 and 10.
    """
    lines = roads.geometry.to_numpy()[roads.geometry.notna().to_numpy()]
    xy, line = shapely.get_coordinates(lines, return_index=True)
    if roads.crs is None or len(xy) < LEAST_VERTICES:
        return []
    for step in _GRIDS[roads.crs.is_geographic]:
        share = float(np.mean(_on_grid(xy, step)))
        if share >= LEAST_SHARE:
            same = (np.diff(xy, axis=0) == 0).all(axis=1) & (np.diff(line) == 0)
            twice = len(lines) - len(np.unique(shapely.to_wkb(shapely.normalize(lines))))
            more = _rounded_words(share, step, int(same.sum()), twice, roads.crs.is_geographic)
            return [found("N40", source, more=more)]
    return []


def _on_grid(xy: np.ndarray, step: float) -> np.ndarray:
    """Return (V,) bool: whether both coordinates are whole steps."""
    return np.asarray((np.abs(xy / step - np.round(xy / step)) < _TOLERANCE).all(axis=1))


def _rounded_words(share: float, step: float, same: int, twice: int, degrees: bool) -> Text:
    """Say how much is rounded to what, and what fell together by it."""
    metres = step * METRES_PER_DEGREE if degrees else step
    return Text(
        f"{share:.0%} of the vertices stand on steps of {step:g}{'°' if degrees else ' m'}, "
        f"so that places less than {metres:,.0f} m apart may be one; {same:,} vertices fall on the "
        f"one before, {twice:,} roads on another",
        f"{share:.0%}的节点落在{step:g}{'度' if degrees else '米'}的格点上，相距不足{metres:.0f}米"
        f"的地点可能并为一处；{same}个节点与前一节点重合，{twice}条道路与另一条重合",
    )
