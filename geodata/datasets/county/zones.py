"""Zones (villages and urban communities) and the towns they tile."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geodata.datasets.county.spec import CRS, Spec, Town

_AREA_TOLERANCE = 0.015
_CENTRE_TOLERANCE_KM = 0.5


def make_zones(spec: Spec, rng: np.random.Generator) -> gpd.GeoDataFrame:
    """Zones in metres: zone_id, name, town, kind, x, y (its point) and polygon, sorted by id."""
    outline = county_outline(spec)
    points, urban = _points(spec, outline, rng)
    points, cells = _relax(points, outline, rounds=4)
    town = _towns_of(spec, cells)
    names = np.array(spec.town_names)
    frame = gpd.GeoDataFrame(
        {
            "town": names[town],
            "kind": np.where(urban, "urban", "rural"),
            "x": points[:, 0] * 1e3,
            "y": points[:, 1] * 1e3,
        },
        geometry=shapely.transform(cells, lambda c: np.round(c * 1e3, 2)),
        crs=CRS,
    )
    order = np.lexsort([-points[:, 1], ~urban, town])
    frame = frame.iloc[order].reset_index(drop=True)
    serial = frame.groupby(["town", "kind"]).cumcount() + 1
    suffix = np.where(frame.kind == "urban", "社区", "村")
    frame.insert(0, "zone_id", [f"Z{i:04d}" for i in range(1, len(frame) + 1)])
    frame.insert(
        1, "name", [f"{t}-{n:02d}{s}" for t, n, s in zip(frame.town, serial, suffix, strict=True)]
    )
    return frame


def county_outline(spec: Spec) -> shapely.Polygon:
    """Outline of the county, km: radii around the origin, corners cut, scaled to its area."""
    angles = np.linspace(0, 2 * np.pi, len(spec.radii), endpoint=False)
    ring = np.asarray(spec.radii)[:, None] * np.stack([np.cos(angles), np.sin(angles)], axis=1)
    for _ in range(2):
        after = np.roll(ring, -1, axis=0)
        ring = np.stack([0.85 * ring + 0.15 * after, 0.15 * ring + 0.85 * after], axis=1)
        ring = ring.reshape(-1, 2)
    scale = np.sqrt(spec.area_km2 / shapely.Polygon(ring).area)
    return shapely.Polygon(ring * scale + np.asarray(spec.origin))


def seat_of(spec: Spec, town: Town) -> np.ndarray:
    """Position of a town's seat, km: its centre; in the county town, the core's own."""
    if town.role == "core":
        return np.asarray(spec.core[:2])
    return np.asarray(town.target[:2]) / 1e3 if town.target else np.asarray(town.cell[:2])


def _points(
    spec: Spec, outline: shapely.Polygon, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """Zone points (N, 2) in km and whether they are urban: dense in town and at seats."""
    built_up = [_disc(np.asarray(spec.core[:2]), spec.core[2], spec.core_zones, rng)]
    zone_area = np.pi * spec.core[2] ** 2 / spec.core_zones
    shapes = [shapely.Point(spec.core[:2]).buffer(spec.core[2])]
    for town in spec.towns:
        if town.seat_zones:
            radius = np.sqrt(town.seat_zones * zone_area / np.pi)
            built_up.append(_disc(seat_of(spec, town), radius, town.seat_zones, rng))
            shapes.append(shapely.Point(seat_of(spec, town)).buffer(radius))
    country = outline.difference(shapely.union_all(shapes).buffer(0.3))
    urban = np.concatenate(built_up)
    rural = _spread(country, spec.rural_zones, rng)
    return np.concatenate([urban, rural]), np.arange(len(urban) + len(rural)) < len(urban)


def _disc(centre: np.ndarray, radius: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points spread over a disc like seeds in a sunflower, shaken a little."""
    index = np.arange(count) + 0.5
    r, angle = radius * np.sqrt(index / count), index * np.pi * (3 - np.sqrt(5))
    shake = rng.normal(0, 0.12 * radius / np.sqrt(count), (count, 2))
    return np.asarray(centre + np.stack([r * np.cos(angle), r * np.sin(angle)], axis=1) + shake)


def _spread(area: BaseGeometry, count: int, rng: np.random.Generator) -> np.ndarray:
    """Points in an area, each the farthest of several tries from those before it."""
    west, south, east, north = area.bounds
    tries = rng.uniform((west, south), (east, north), (count * 40, 2))
    tries = tries[shapely.contains_xy(area, tries)]
    chosen, step = tries[:1], len(tries) // count
    for k in range(1, count):
        batch = tries[k * step : (k + 1) * step]
        gaps = np.linalg.norm(batch[:, None] - chosen, axis=2).min(axis=1)
        chosen = np.concatenate([chosen, batch[[gaps.argmax()]]])
    return chosen


def _relax(
    points: np.ndarray, outline: shapely.Polygon, rounds: int
) -> tuple[np.ndarray, np.ndarray]:
    """Move points toward the centroids of their cells; return points and cells."""
    for _ in range(rounds):
        cells = voronoi(points, outline)
        centroids = shapely.get_coordinates(shapely.centroid(cells))
        points = np.round(0.5 * points + 0.5 * centroids, 4)
    return points, voronoi(points, outline)


def voronoi(points: np.ndarray, outline: shapely.Polygon) -> np.ndarray:
    """Cells (N,) of the points, clipped to the outline, in the order of the points."""
    cells = shapely.voronoi_polygons(
        shapely.multipoints(points), extend_to=outline.buffer(1), ordered=True
    )
    return np.asarray(shapely.intersection(shapely.get_parts(cells), outline))


def _towns_of(spec: Spec, cells: np.ndarray) -> np.ndarray:
    """Town index (N,) of each cell: the power diagram of towns, corrected to their targets."""
    area = shapely.area(cells)
    centre = shapely.get_coordinates(shapely.centroid(cells))
    power = np.array([town.cell for town in spec.towns])
    if any(town.target is None for town in spec.towns):
        return _nearest(power, centre)
    target = np.array([town.target for town in spec.towns])
    best, best_miss = _nearest(power, centre), np.inf
    for _ in range(400):
        town = _nearest(power, centre)
        table = pd.DataFrame(centre * area[:, None]).groupby(town).sum()
        sums = np.bincount(town, area, minlength=len(power))
        off_area = sums / target[:, 2] - 1
        off_centre = table.to_numpy() / sums[:, None] - target[:, :2] / 1e3
        miss = max(
            np.abs(off_area).max() / _AREA_TOLERANCE,
            np.linalg.norm(off_centre, axis=1).max() / _CENTRE_TOLERANCE_KM,
        )
        if miss < best_miss:
            best, best_miss = town, miss
        if best_miss <= 1:
            break
        power[:, 2] -= 0.3 * off_area * np.sqrt(target[:, 2])
        power[:, :2] -= 0.1 * off_centre
    return best


def _nearest(power: np.ndarray, centre: np.ndarray) -> np.ndarray:
    squared = ((centre[:, None] - power[None, :, :2]) ** 2).sum(axis=2)
    return np.asarray((squared - power[:, 2]).argmin(axis=1))
