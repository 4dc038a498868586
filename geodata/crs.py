"""Coordinate systems: named by EPSG number, metric work in one of them, never a guess."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import cast

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, FindingError, Source, Text, refuse

MARGIN_DEGREES = 2.0
MOST_STRETCH = 0.01
"""Of a length; the CGCS2000 systems stay within 0.001 over a county."""
LIKELY_DEGREES = "EPSG:4490"
"""The system of most Chinese layers in degrees (CGCS2000)."""


def parse_crs(text: str, source: Source | None = None) -> pyproj.CRS:
    """Return the coordinate system named by ``EPSG:n``.

    Raises
    ------
    FindingError
        C43: for any other name (an address in this place would be fetched), or an unknown number.
    """
    source = source or Source("crs")
    if not re.fullmatch(r"EPSG:\d{4,6}", text):
        more = Text("this is another form", "此处为其他写法")
        raise FindingError([found("C43", source, column="crs", value=text, more=more)])
    try:
        return pyproj.CRS.from_epsg(int(text[5:]))
    except pyproj.exceptions.CRSError:
        more = Text("this number is not known", "该编号不存在")
        raise FindingError([found("C43", source, column="crs", value=text, more=more)]) from None


def metric_crs(text: str, source: Source | None = None) -> pyproj.CRS:
    """Return the coordinate system named by ``EPSG:n``, which must be projected, in metres.

    Raises
    ------
    FindingError
        C43 or G36.
    """
    crs = parse_crs(text, source)
    source = source or Source("crs")
    if not crs.is_projected or any(axis.unit_name != "metre" for axis in crs.axis_info):
        raise FindingError([found("G36", source, column="crs", value=text, more=text)])
    return crs


def to_metric(layer: gpd.GeoDataFrame, crs: str, source: Source | None = None) -> gpd.GeoDataFrame:
    """Reproject a layer into a metric system; the index is kept.

    Raises
    ------
    FindingError
        C43, G36 (`crs` unusable), G16 (the layer names none), or G35 with every feature that has no
        finite place in `crs`.
    """
    source = source or Source("layer")
    target = metric_crs(crs, source)
    if layer.crs is None:
        raise FindingError([found("G16", source)])
    metric = layer.to_crs(target)
    refuse(not_finite(metric, crs, source))
    return metric


def not_finite(layer: gpd.GeoDataFrame, crs: str, source: Source) -> list[Finding]:
    """Return the features whose coordinates are not finite (PROJ gives infinity in silence)."""
    coordinates, where = shapely.get_coordinates(layer.geometry.to_numpy(), return_index=True)
    bad = np.unique(where[~np.isfinite(coordinates).all(axis=1)])
    rows = layer.index.tolist()
    return [found("G35", source, row=rows[i], column="geometry", more=crs) for i in bad]


def stretched(crs: str, layer: gpd.GeoDataFrame, source: Source) -> list[Finding]:
    """Refuse a metric system whose metres are none where a layer lies (G34).

    Parameters
    ----------
    crs
        A system as `metric_crs` takes it, for example Web Mercator, right only on the equator.
    layer
        In any system; features without geometry are left out.
    source
        Where the system is named.
    """
    places = layer.geometry[layer.geometry.notna()]
    if layer.crs is None or not len(places):
        return []
    west, south, east, north = places.to_crs("EPSG:4326").total_bounds
    longitude, latitude = (west + east) / 2, (south + north) / 2
    if not np.isfinite([longitude, latitude]).all():
        return []
    scale = pyproj.Proj(metric_crs(crs)).get_factors(longitude, latitude)
    off = max(abs(scale.meridional_scale - 1), abs(scale.parallel_scale - 1))
    if off <= MOST_STRETCH:
        return []
    better = _made_for(longitude, latitude)
    more = Text(
        f"{off:.1%} off at {longitude:.1f}° east; {better} is made for it",
        f"在东经{longitude:.1f}°处误差{off:.1%}；该处宜用{better}",
    )
    return [found("G34", source, column="crs", value=crs, more=more)]


def _made_for(longitude: float, latitude: float) -> str:
    """Return the CGCS2000 3-degree zone of a place in China, or the UTM zone of any other."""
    meridian = 3 * round(longitude / 3)
    if 75 <= meridian <= 135 and 0 < latitude < 60:
        return f"EPSG:{4534 + (meridian - 75) // 3}"
    return f"EPSG:{(32600 if latitude >= 0 else 32700) + int((longitude + 180) // 6) + 1}"


def require_same_crs(*layers: gpd.GeoDataFrame) -> pyproj.CRS:
    """Return the one coordinate system of several layers.

    Raises
    ------
    FindingError
        G16 where a layer names none, G37 where they differ.
    """
    systems = [layer.crs for layer in layers]
    if any(system is None for system in systems):
        raise FindingError([found("G16", Source("layer"))])
    if any(system != systems[0] for system in systems):
        more = ", ".join(dict.fromkeys(system.to_string() for system in systems))
        raise FindingError([found("G37", Source("layer"), more=more)])
    return cast(pyproj.CRS, systems[0])


@lru_cache(maxsize=64)
def on_earth(crs: pyproj.CRS) -> bool:
    """Whether places can be brought from a system into degrees of WGS 84."""
    try:
        pyproj.Transformer.from_crs(crs, "EPSG:4326")
    except pyproj.exceptions.ProjError:
        return False
    return True


def place_faults(layer: gpd.GeoDataFrame, source: Source, *, geojson: bool) -> list[Finding]:
    """Judge whether a layer's coordinates lie where its system is used: G17 to G19 or G21.

    The whole layer is judged by its bounds: a label that is wrong is wrong for every feature.
    """
    if layer.crs is None or not len(layer):
        return []
    corners = np.array(layer.total_bounds).reshape(2, 2)
    code, more = _misplaced(corners, layer.crs, geojson=geojson)
    if not code:
        return []
    return [found(code, source, column="geometry", value=value_range(layer), more=more)]


def _misplaced(corners: np.ndarray, crs: pyproj.CRS, *, geojson: bool) -> tuple[str, Text | str]:
    """Return the code and words of what two corners (x, y) say against a system, or nothing."""
    name, finite = crs.to_string(), bool(np.isfinite(corners).all())
    if finite and (hint := _degrees_as_metres(corners, crs)):
        return "G18", hint
    if not finite or _within(corners, crs):
        return "", ""
    if _within(corners[:, ::-1], crs):
        return "G21", name
    if meant := _by_zone_number(corners):
        return "G19", meant
    if crs.is_geographic and geojson:
        return "G17", name
    metres = crs.is_geographic and np.abs(corners).max() > 180
    en, zh = ("; they look like metres", "，像是米制坐标") if metres else ("", "")
    return "G18", Text(
        f"its values do not lie where {name} is used{en}.", f"数值不在{name}的适用范围内{zh}。"
    )


def value_range(layer: gpd.GeoDataFrame) -> str:
    """Return the bounds of a layer's coordinates, x and y of two corners, for a finding."""
    return ", ".join(f"{number:.6g}" for number in layer.total_bounds)


def _degrees_as_metres(corners: np.ndarray, crs: pyproj.CRS) -> Text | None:
    """Say that a system in metres holds values that look like degrees; None if they do not.

    Within 180 m of its origin no system of metres has a county, but its area of use may reach
    there: a layer of degrees would shrink to a spot on the equator in silence.
    """
    metres = crs.is_projected and all(axis.unit_name == "metre" for axis in crs.axis_info)
    if not metres or np.abs(corners).max() > 180:
        return None
    name, swapped = crs.to_string(), bool(np.abs(corners[:, 1]).max() > 90)
    en, zh = (", x and y swapped", "，且x与y颠倒") if swapped else ("", "")
    return Text(
        f"{name} is in metres, but the values look like degrees ({LIKELY_DEGREES}{en}?).",
        f"{name}以米为单位，而数值像经纬度（{LIKELY_DEGREES}{zh}？）。",
    )


def _by_zone_number(corners: np.ndarray) -> str:
    """Return the CGCS2000 system whose zone number leads the eastings; empty if none does.

    Eastings such as 39 500 000 name zone 39: 13 to 23 are zones of 6 degrees, 25 to 45 of 3.
    """
    zones = np.unique(corners[:, 0] // 1_000_000).astype(int)
    northings = (corners[:, 1] > 1_500_000) & (corners[:, 1] < 6_500_000)
    if len(zones) != 1 or not northings.all():
        return ""
    zone = int(zones[0])
    if 13 <= zone <= 23:
        return f"EPSG:{4491 + zone - 13}"
    return f"EPSG:{4513 + zone - 25}" if 25 <= zone <= 45 else ""


def _within(corners: np.ndarray, crs: pyproj.CRS) -> bool:
    """Whether two corners (x, y) lie in the area of use, if known, +- `MARGIN_DEGREES`."""
    area = crs.area_of_use
    if area is None:
        return True
    if crs.is_geographic:
        longitude, latitude = corners.T
    else:
        transformer = pyproj.Transformer.from_crs(crs, crs.geodetic_crs, always_xy=True)
        longitude, latitude = transformer.transform(*corners.T)
    if not np.isfinite([longitude, latitude]).all() or np.abs(latitude).max() > 90:
        return False
    east = area.east + (360 if area.east < area.west else 0)
    return bool(
        np.all((longitude >= area.west - MARGIN_DEGREES) & (longitude <= east + MARGIN_DEGREES))
        and np.all(latitude >= area.south - MARGIN_DEGREES)
        and np.all(latitude <= area.north + MARGIN_DEGREES)
    )
