"""Places in the shifted systems of Chinese web maps: found out by the roads, never moved.

Points taken from a web map (GCJ-02, Baidu's BD-09) lie 100 to 1,500 m off those of CGCS2000 or
WGS 84. Schools stand at roads; where taking the shift away brings them there, they were shifted.
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text

# The ellipsoid and the constants of the published shift (Krasovsky 1940).
_AXIS = 6_378_245.0
_FLATNESS = 0.006_693_421_622_965_943
_CENTRE = np.array([105.0, 35.0])
_ROUNDS = 6
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


def from_gcj02(degrees: np.ndarray) -> np.ndarray:
    """Return (N, 2) places whose `to_gcj02` are these: a fixed point, to a millimetre."""
    places = degrees
    for _ in range(_ROUNDS):
        places = places - (to_gcj02(places) - degrees)
    return places


def from_bd09(degrees: np.ndarray) -> np.ndarray:
    """Return (N, 2) places that Baidu's map shows here: its own shift is on top of GCJ-02."""
    x, y = (degrees - np.array([0.0065, 0.006])).T
    turn = np.pi * 3000.0 / 180.0
    radius = np.hypot(x, y) - 2e-5 * np.sin(y * turn)
    angle = np.arctan2(y, x) - 3e-6 * np.cos(x * turn)
    return from_gcj02(np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]))


_SYSTEMS = {"G22": from_gcj02, "G23": from_bd09}


def shifted(points: gpd.GeoDataFrame, roads: gpd.GeoDataFrame, source: Source) -> list[Finding]:
    """Warn of points that lie by the roads once a shift is taken away: GCJ-02 (G22), BD-09 (G23).

    Parameters
    ----------
    points, roads
        In one metric system; features without geometry are left out.
    source
        Of the points.
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
    after = {
        code: _to_roads(
            tree,
            gpd.GeoSeries(shapely.points(back(degrees)), crs="EPSG:4326").to_crs(points.crs),
        )
        for code, back in _SYSTEMS.items()
    }
    code = min(after, key=after.__getitem__)
    if after[code] > SHARE_LEFT * before:
        return []
    more = Text(
        f"from {before:,.0f} m to {after[code]:,.0f} m",
        f"从{before:,.0f}米降至{after[code]:,.0f}米",
    )
    return [found(code, source, column="geometry", more=more)]


def _to_roads(tree: shapely.STRtree, places: gpd.GeoSeries) -> float:
    """Return the median distance to the nearest road, in metres."""
    _, metres = tree.query_nearest(places.to_numpy(), return_distance=True, all_matches=False)
    return float(np.median(metres))
