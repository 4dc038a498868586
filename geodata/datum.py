"""Places in the shifted systems of Chinese web maps: found out by the roads, moved when told.

Points taken from a web map (GCJ-02, Baidu's BD-09) lie 100 to 1,500 m off those of CGCS2000 or
WGS 84. Schools stand at roads; where taking the shift away brings them there, they were shifted.
A layer is only moved where the study says in which of the two it is.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text

# The ellipsoid and the constants of the published shift (Krasovsky 1940).
_AXIS = 6_378_245.0
_FLATNESS = 0.006_693_421_622_965_943
_CENTRE = np.array([105.0, 35.0])
_CHINA = (72.004, 0.8293, 137.8347, 55.8271)
"""West, south, east, north: beyond, the published shift is none."""
_ROUNDS = 8
FEWEST_POINTS = 5
LEAST_METRES = 30.0
SHARE_LEFT = 0.4


def to_gcj02(degrees: np.ndarray) -> np.ndarray:
    """Return (N, 2) longitudes and latitudes as a Chinese web map shows them."""
    x, y = (degrees - _CENTRE).T
    wave = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * np.sqrt(np.abs(x))
    north += (wave + 20.0 * np.sin(np.pi * y) + 40.0 * np.sin(np.pi / 3.0 * y)) * 2.0 / 3.0
    north += (160.0 * np.sin(np.pi / 12.0 * y) + 320.0 * np.sin(np.pi / 30.0 * y)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * np.sqrt(np.abs(x))
    east += (wave + 20.0 * np.sin(np.pi * x) + 40.0 * np.sin(np.pi / 3.0 * x)) * 2.0 / 3.0
    east += (150.0 * np.sin(np.pi / 12.0 * x) + 300.0 * np.sin(np.pi / 30.0 * x)) * 2.0 / 3.0
    latitude = np.radians(degrees[:, 1])
    magic = 1.0 - _FLATNESS * np.sin(latitude) ** 2
    per_north = _AXIS * (1.0 - _FLATNESS) / (magic * np.sqrt(magic))
    per_east = _AXIS / np.sqrt(magic) * np.cos(latitude)
    shift = np.degrees(np.column_stack([east / per_east, north / per_north]))
    moved: np.ndarray = degrees + shift
    return moved


def to_bd09(degrees: np.ndarray) -> np.ndarray:
    """Return (N, 2) longitudes and latitudes whose `from_bd09` are these."""
    return _undone(from_bd09, degrees)


def from_gcj02(degrees: np.ndarray) -> np.ndarray:
    """Return (N, 2) places whose `to_gcj02` are these: a fixed point, to a millimetre."""
    return _undone(to_gcj02, degrees)


def from_bd09(degrees: np.ndarray) -> np.ndarray:
    """Return (N, 2) places that Baidu's map shows here: its own shift is on top of GCJ-02."""
    x, y = (degrees - np.array([0.0065, 0.006])).T
    turn = np.pi * 3000.0 / 180.0
    radius = np.hypot(x, y) - 2e-5 * np.sin(y * turn)
    angle = np.arctan2(y, x) - 3e-6 * np.cos(x * turn)
    return from_gcj02(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))


def _undone(shift: Callable[[np.ndarray], np.ndarray], degrees: np.ndarray) -> np.ndarray:
    """Return (N, 2) places that a function takes here: a fixed point."""
    places = degrees
    for _ in range(_ROUNDS):
        places = places - (shift(places) - degrees)
    return places


class _Datum(NamedTuple):
    """The shift of a system, away from WGS 84 and back."""

    there: Callable[[np.ndarray], np.ndarray]
    back: Callable[[np.ndarray], np.ndarray]


DATUMS = {"GCJ-02": _Datum(to_gcj02, from_gcj02), "BD-09": _Datum(to_bd09, from_bd09)}
"""By the name that a study gives; CGCS2000 and WGS 84 agree to a metre and need none."""
_CODES = {"": "G56", "GCJ-02": "G22", "BD-09": "G23"}


def converted(
    layer: gpd.GeoDataFrame, datum: str, source: Source
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Take the shift of a web map away from every vertex of a layer.

    Parameters
    ----------
    layer
        In any system; features without geometry stay so.
    datum
        A name of `DATUMS`.
    source
        File and layer.

    Returns
    -------
    tuple
        The layer in its own system, and a repair G54 with the number of features and how far they
        were moved; the layer as it was and an error G55 where it lies outside China, whose web maps
        alone are shifted.
    """
    shapes = layer.geometry.to_numpy()
    if layer.crs is None or not (~shapely.is_missing(shapes)).any():
        return layer, []
    there = pyproj.Transformer.from_crs(layer.crs, "EPSG:4326", always_xy=True)
    degrees = np.column_stack(there.transform(*shapely.get_coordinates(shapes).T))
    west, south, east, north = _CHINA
    inside = (degrees >= [west, south]) & (degrees <= [east, north])
    if not inside.all():
        return layer, [found("G55", source, column="geometry", value=datum)]
    places = DATUMS[datum].back(degrees)
    back = pyproj.Transformer.from_crs("EPSG:4326", layer.crs, always_xy=True)
    moved = shapely.set_coordinates(shapes.copy(), np.column_stack(back.transform(*places.T)))
    _, _, metres = pyproj.Geod(ellps="WGS84").inv(*degrees.T, *places.T)
    count, middle = int((~shapely.is_missing(shapes)).sum()), float(np.median(metres))
    more = Text(
        f"{count} features, {middle:,.0f} m in the middle", f"{count}个要素，中位{middle:,.0f}米"
    )
    told = found("G54", source, column="geometry", value=datum, more=more)
    return layer.set_geometry(gpd.GeoSeries(moved, index=layer.index, crs=layer.crs)), [told]


OLD_DATUMS = ("Beijing 1954", "New Beijing", "Xian 1980")
"""PROJ knows no general way from these to CGCS2000, and takes their degrees for its own."""
LEAST_CONTROL_METRES = 10.0
"""Points of the survey are right to a decimetre; CGCS2000 and WGS 84 agree to a metre."""


def old_datum(layer: gpd.GeoDataFrame, source: Source) -> list[Finding]:
    """Warn of a layer that says it is in one of `OLD_DATUMS` (G20): nothing converts it."""
    if layer.crs is None or not len(layer) or layer.crs.geodetic_crs is None:
        return []
    name = layer.crs.geodetic_crs.name
    if not name.startswith(OLD_DATUMS):
        return []
    more = Text(
        f"it is said to be in {layer.crs.name}, tens of metres up to 150 m off",
        f"图层标明为{layer.crs.name}，与CGCS2000相差数十米至150米",
    )
    return [found("G20", source, column="geometry", value=layer.crs.to_string(), more=more)]


def control_findings(points: gpd.GeoDataFrame, source: Source) -> list[Finding]:
    """Hold control points, as a layer shows them, against their true places (G20).

    Parameters
    ----------
    points
        In the study's system, with `east` and `north` as the survey knows them there.
    source
        File and layer.
    """
    known = points[points.geometry.notna() & points["east"].notna() & points["north"].notna()]
    if not len(known):
        return []
    shown = shapely.get_coordinates(known.geometry.to_numpy())
    off = shown - known[["east", "north"]].to_numpy(dtype=float)
    east, north = off.mean(axis=0)
    metres, rest = float(np.hypot(east, north)), float(np.hypot(*(off - off.mean(axis=0)).T).max())
    if metres < LEAST_CONTROL_METRES and rest < LEAST_CONTROL_METRES:
        return []
    more = Text(
        f"{len(known)} control points lie {metres:,.1f} m off on average (east {east:+,.1f}, "
        f"north {north:+,.1f}), and up to {rest:,.1f} m from that",
        f"{len(known)}个控制点平均偏移{metres:,.1f}米（东{east:+,.1f}，北{north:+,.1f}），"
        f"各点与此相差至多{rest:,.1f}米",
    )
    return [found("G20", source, column="geometry", value=f"{metres:.1f}", more=more)]


def shifted(
    points: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, source: Source, said: str = ""
) -> list[Finding]:
    """Warn of points that lie by the roads in another system than the study says.

    Parameters
    ----------
    points, roads
        In one metric system; features without geometry are left out.
    source
        Of the points.
    said
        The name of `DATUMS` from which they were converted; empty: from none.

    Returns
    -------
    list of Finding
        G22 they look like GCJ-02, G23 like BD-09, G56 like places that were never shifted.
    """
    places = points.geometry[points.geometry.notna()]
    lines = roads.geometry[roads.geometry.notna()].to_numpy()
    if len(places) < FEWEST_POINTS or not len(lines):
        return []
    tree = shapely.STRtree(lines)
    before = _to_roads(tree, places)
    if before < LEAST_METRES:
        return []
    degrees = shapely.get_coordinates(places.to_crs("EPSG:4326").to_numpy())
    given = DATUMS[said].there(degrees) if said else degrees
    ways = {"": given, **{name: datum.back(given) for name, datum in DATUMS.items()}}
    after = {
        name: _to_roads(
            tree, gpd.GeoSeries(shapely.points(there), crs="EPSG:4326").to_crs(points.crs)
        )
        for name, there in ways.items()
    }
    best = min(after, key=after.__getitem__)
    if best == said or after[best] > SHARE_LEFT * before:
        return []
    more = Text(
        f"from {before:,.0f} m to {after[best]:,.0f} m",
        f"从{before:,.0f}米降至{after[best]:,.0f}米",
    )
    return [found(_CODES[best], source, column="geometry", value=said, more=more)]


def _to_roads(tree: shapely.STRtree, places: gpd.GeoSeries) -> float:
    """Return the median distance to the nearest road, in metres."""
    _, metres = tree.query_nearest(places.to_numpy(), return_distance=True, all_matches=False)
    return float(np.median(metres))
