"""What drawing leaves behind in polygons: spikes and slivers, and outlines of a million points."""

from __future__ import annotations

from collections.abc import Callable

import geopandas as gpd
import numpy as np
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.grids import METRES_PER_DEGREE

LEAST_WIDTH = 1.0
"""Metres: a part or spike that is narrower holds nobody."""
LEAST_SPIKE = 10.0
"""Metres: both sides of a spike are longer; a shorter corner is only a crooked line."""
MOST_VERTICES = 1_000_000
"""Of a layer, above which reading and maps take minutes."""


def drawing_faults(geometry: gpd.GeoSeries, source: Source) -> list[Finding]:
    """Find spikes and slivers of polygons (G05), and a layer of too many vertices (G50).

    Parameters
    ----------
    geometry
        Of any type, in a known system, indexed by row; None where a place is not known.
    source
        File and layer.
    """
    shapes = geometry.to_numpy()
    count = int(shapely.get_num_coordinates(shapes).sum())
    findings = [found("G50", source, column="geometry", more=f"{count:,}")]
    findings = findings if count > MOST_VERTICES else []
    metres = shapely.transform(shapes, _in_metres(geometry))
    narrow, spiky = _narrow_parts(metres), _spikes(metres)
    for place in np.flatnonzero((narrow > 0) | (spiky > 0)):
        more = Text(
            f"{spiky[place]} spikes, {narrow[place]} slivers",
            f"尖刺{spiky[place]}处，狭长碎片{narrow[place]}个",
        )
        row = geometry.index[place]
        findings.append(found("G05", source, row=row, column="geometry", more=more))
    return findings


def _in_metres(geometry: gpd.GeoSeries) -> Callable[[np.ndarray], np.ndarray]:
    """Return what brings coordinates into metres, near enough to measure a width."""
    crs = geometry.crs
    if not crs.is_geographic:
        unit = float(crs.axis_info[0].unit_conversion_factor)
        return lambda xy: xy * unit
    _, south, _, north = geometry.total_bounds
    aside = np.cos(np.radians(np.clip(np.nan_to_num((south + north) / 2), -89, 89)))
    return lambda xy: xy * np.array([METRES_PER_DEGREE * aside, METRES_PER_DEGREE])


def _narrow_parts(shapes: np.ndarray) -> np.ndarray:
    """(N,) how many parts of each shape are narrower than `LEAST_WIDTH`."""
    parts, of = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    with np.errstate(divide="ignore", invalid="ignore"):
        width = 2 * shapely.area(parts) / shapely.length(parts)
    return np.bincount(of[polygons & (width < LEAST_WIDTH)], minlength=len(shapes))


def _spikes(shapes: np.ndarray) -> np.ndarray:
    """(N,) at how many corners an outline turns back upon itself."""
    parts, of_part = shapely.get_parts(shapes, return_index=True)
    polygons = shapely.get_type_id(parts) == shapely.GeometryType.POLYGON
    rings, of_ring = shapely.get_rings(parts[polygons], return_index=True)
    owner = of_part[polygons][of_ring]
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    edge = np.diff(xy, axis=0)
    length = np.hypot(*edge.T)
    along = (ring[1:] == ring[:-1]) & (length > 0)
    edge, length, ring = edge[along], length[along], ring[1:][along]
    if not len(edge):
        return np.zeros(len(shapes), dtype=np.int64)
    first = np.searchsorted(ring, ring)
    last = np.append(ring[1:] != ring[:-1], True)
    after = np.where(last, first, np.arange(len(ring)) + 1)
    cross = edge[:, 0] * edge[after, 1] - edge[:, 1] * edge[after, 0]
    back = (edge * edge[after]).sum(axis=1) < 0
    shorter = np.minimum(length, length[after])
    width = np.abs(cross) / np.maximum(length, length[after])
    spike = back & (shorter > LEAST_SPIKE) & (width < LEAST_WIDTH)
    return np.bincount(owner[ring[spike]], minlength=len(shapes))
