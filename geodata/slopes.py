"""Hills: heights along roads, what they cost each mode, and how steep the land is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.grids import METRES_PER_DEGREE, Grid, sampled
from geodata.road_vertices import Vertices

STEEPEST = 0.35
"""No street is steeper; what a grid of heights says beyond lies beside the road."""
STEEP = 0.05
"""A stretch that climbs or falls by more is told of."""
LEAST_STEP_METRES = 50.0
"""Heights are read along a road at most as often: grids are only so exact."""
Pace = Callable[[np.ndarray], np.ndarray]
"""Slope in the direction of travel to minutes, as a multiple of those on the flat."""


@dataclass(frozen=True, eq=False)
class Terrain:
    """Heights in metres, and by name the modes that feel them."""

    heights: Grid
    paces: Mapping[str, Pace]


class Effort(NamedTuple):
    """(E,) minutes of edges from tail to head and back, as multiples of those on the flat."""

    along: np.ndarray
    against: np.ndarray

    def on(self, chosen: np.ndarray, turned: np.ndarray) -> Effort:
        """Return that of some edges (a mask of all), some of which are turned (a mask of these)."""
        along, against = self.along[chosen], self.against[chosen]
        return Effort(np.where(turned, against, along), np.where(turned, along, against))


def vertex_heights(
    vertices: Vertices, level: np.ndarray, terrain: Terrain, crs: pyproj.CRS
) -> np.ndarray:
    """Return (V,) heights of the vertices of lines, NaN where none is known.

    A road's profile is read every cell of the grid, or every `LEAST_STEP_METRES` where its cells
    are smaller, and runs straight in between.

    Parameters
    ----------
    level
        (R,) bool: roads on a bridge or in a tunnel, which run straight from end to end.
    crs
        Of the vertices.
    """
    xy, line = vertices.xy, vertices.line
    first = np.flatnonzero(np.diff(line, prepend=-1))
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    step[first] = 0.0
    # A metre between two lines keeps each profile to itself.
    along = np.cumsum(step) + line
    last = np.append(first[1:], len(line)) - 1
    length = along[last] - along[first]
    heights = terrain.heights
    unit = METRES_PER_DEGREE if heights.crs.is_geographic else 1.0
    every = max(LEAST_STEP_METRES, heights.height * unit)
    pieces = np.maximum(1, np.round(length / every)).astype(np.int64)
    pieces[level[vertices.road[first]]] = 1
    of = np.repeat(np.arange(len(first)), pieces + 1)
    place = np.arange(len(of)) - np.repeat(np.cumsum(pieces + 1) - (pieces + 1), pieces + 1)
    at = along[first][of] + length[of] * place / pieces[of]
    spots = np.column_stack([np.interp(at, along, part) for part in xy.T])
    return np.asarray(np.interp(along, at, sampled(heights, spots, crs)))


def efforts(
    vertices: Vertices, heights: np.ndarray, ends: tuple[np.ndarray, np.ndarray], terrain: Terrain
) -> dict[str, Effort]:
    """Return the effort of each mode on edges.

    Parameters
    ----------
    heights
        (V,) of the vertices.
    ends
        (E,) first and last vertex of each edge; the effort along is in this direction.
    """
    step, rise = _steps(vertices, heights)
    slope = np.divide(rise, step, out=np.zeros_like(rise), where=step > 0)
    slope = np.clip(np.nan_to_num(slope), -STEEPEST, STEEPEST)
    first, last = ends
    found_efforts = {}
    for name, pace in terrain.paces.items():
        both = []
        for way in (slope, -slope):
            spent, flat = np.cumsum(step * pace(way)), np.cumsum(step)
            metres = flat[last] - flat[first]
            share = np.ones(len(first))
            np.divide(spent[last] - spent[first], metres, out=share, where=metres > 0)
            both.append(share)
        found_efforts[name] = Effort(*both)
    return found_efforts


class Climbs(NamedTuple):
    """(E,) metres of edges, metres up and down along them, and metres whose height is not known."""

    metres: np.ndarray
    up_and_down: np.ndarray
    unknown: np.ndarray


def climbs(vertices: Vertices, heights: np.ndarray, ends: tuple[np.ndarray, np.ndarray]) -> Climbs:
    """Sum up the hills of edges; parameters as those of `efforts`."""
    step, rise = _steps(vertices, heights)
    first, last = ends
    each = (step, np.abs(np.nan_to_num(rise)), np.where(np.isnan(rise), step, 0.0))
    return Climbs(*(np.cumsum(one)[last] - np.cumsum(one)[first] for one in each))


def _steps(vertices: Vertices, heights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (V,) metres along and metres up to each vertex from the one before."""
    step = np.hypot(*np.diff(vertices.xy, axis=0, prepend=vertices.xy[:1]).T)
    return step, np.diff(heights, prepend=heights[:1])


def hills_told(of: Climbs, by_mode: Mapping[str, Effort], source: Source) -> list[Finding]:
    """Tell what hills change (N22), and how much of the roads has no height (N23)."""
    findings, metres = [], of.metres
    unknown = float(of.unknown.sum() / max(metres.sum(), 1e-9))
    if unknown > 0:
        findings.append(found("N23", source, value=f"{unknown:.1%}", more=f"{unknown:.1%}"))
    steep = int(np.count_nonzero(of.up_and_down > STEEP * np.maximum(metres, 1e-9)))
    said = [
        (name, float(np.average((one.along + one.against) / 2 - 1, weights=metres)))
        for name, one in by_mode.items()
        if len(metres)
    ]
    en = ", ".join(f"{name} {share:+.1%}" for name, share in said)
    zh = "，".join(f"{_MODES.get(name, name)}{share:+.1%}" for name, share in said)
    more = Text(
        f"{steep:,} of {len(metres):,} stretches are steeper than {STEEP:.0%}; "
        f"minutes there and back: {en}",
        f"{len(metres):,}个路段中{steep:,}个坡度超过{STEEP:.0%}；往返用时：{zh}",
    )
    return [*findings, found("N22", source, more=more)]


_MODES = {"walk": "步行", "cycle": "骑行"}


def slopes_within(areas: gpd.GeoDataFrame, slope: Grid, across: int = 8) -> np.ndarray:
    """Return (P,) the mean slope within areas, NaN where it is not known.

    The slope is read at a point inside each area and at those of a net of `across` by `across`
    over its bounds that lie inside.
    """
    shapes = areas.geometry.to_numpy()
    west, south, east, north = shapely.bounds(shapes).T
    share = (np.arange(across) + 0.5) / across
    x = west[:, None] + (east - west)[:, None] * share
    y = south[:, None] + (north - south)[:, None] * share
    net = np.stack([np.repeat(x, across, axis=1), np.tile(y, across)], axis=-1)  # (P, across², 2)
    inside = shapely.contains_xy(shapes[:, None], net[..., 0], net[..., 1])
    middle = shapely.get_coordinates(shapely.point_on_surface(shapes))[:, None, :]
    net = np.concatenate([net, middle], axis=1)
    inside = np.concatenate([inside, np.ones((len(shapes), 1), dtype=bool)], axis=1)
    told = np.full(inside.shape, np.nan)
    told[inside] = sampled(slope, net[inside], areas.crs)
    known = np.isfinite(told)
    total = np.where(known, told, 0.0).sum(axis=1)
    return np.asarray(
        np.divide(
            total, known.sum(axis=1), out=np.full(len(shapes), np.nan), where=known.any(axis=1)
        )
    )
