"""Layers that lie elsewhere than the county: a wrong label moves all of a layer, never a place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import numpy as np
import pyproj
import shapely

from geodata.catalogue import found
from geodata.crs import LIKELY_DEGREES, value_range
from geodata.findings import Finding, Source, Text

ACROSS = 10_000.0
"""Metres: a place this far across the border may still serve the county's pupils. A label that is
wrong by a zone moves a layer a hundred kilometres and more, so nothing of it stays this near."""
MOST = 0.5
"""Share of the features: single places are entered wrongly, but not the larger part of a layer."""

_CGCS2000_3 = [*range(4534, 4555), *range(4513, 4534)]
_CGCS2000_6 = [*range(4502, 4513), *range(4491, 4502)]
_UTM = [*range(32643, 32654)]
_USUAL = (LIKELY_DEGREES, *(f"EPSG:{n}" for n in (*_CGCS2000_3, *_CGCS2000_6, *_UTM)))
"""Systems in which layers of Chinese counties come; tried in this order."""


def elsewhere(
    metric: Mapping[str, gpd.GeoDataFrame],
    given: Mapping[str, gpd.GeoDataFrame],
    sources: Mapping[str, Source],
) -> dict[str, Finding]:
    """Refuse layers of which more than half the features lie elsewhere than the county.

    Parameters
    ----------
    metric
        Layers in one metric system, all features placed; `zones` says where the county is. Where
        every other layer agrees against the zones, the zones are the one that is wrong.
    given
        The same layers with the coordinates of their files.
    sources
        File and layer of each.

    Returns
    -------
    dict
        By layer G21 (its axes are swapped) or G18, with the range of the values and the usual
        systems in which they would lie in the county: some agree, or differ by a kilometre or two.
    """
    others = [name for name in metric if name != "zones"]
    county = _ground([metric["zones"]])
    away = [name for name in others if _strays(metric[name], county)]
    if len(away) > 1 and away == others:
        first = _ground([metric[others[0]]])
        if not any(_strays(metric[name], first) for name in others):
            county, away = _ground([metric[name] for name in others]), ["zones"]
    return {name: _told(metric[name], given[name], county, sources[name]) for name in away}


def _ground(layers: Sequence[gpd.GeoDataFrame]) -> shapely.Geometry:
    """Return the convex hull of layers, so that gaps between their features belong to it."""
    shapes = np.concatenate([layer.geometry.to_numpy() for layer in layers])
    return shapely.convex_hull(shapely.GeometryCollection(list(shapes)))


def _metres_away(layer: gpd.GeoDataFrame, county: shapely.Geometry) -> np.ndarray:
    """Return how far each feature lies from the county, (N,) metres; infinite without a place."""
    with np.errstate(invalid="ignore", over="ignore"):
        metres = shapely.distance(shapely.centroid(layer.geometry.to_numpy()), county)
    return np.where(np.isfinite(metres), metres, np.inf)


def _strays(layer: gpd.GeoDataFrame, county: shapely.Geometry) -> bool:
    return bool((_metres_away(layer, county) > ACROSS).mean() > MOST)


def _told(
    metric: gpd.GeoDataFrame, given: gpd.GeoDataFrame, county: shapely.Geometry, source: Source
) -> Finding:
    said, value = pyproj.CRS(given.crs).to_string(), value_range(given)
    spots = shapely.centroid(given.geometry[given.geometry.notna()].to_numpy())
    target = pyproj.CRS(metric.crs)
    if _fits(shapely.transform(spots, lambda xy: xy[:, ::-1]), said, target, county):
        return found("G21", source, column="geometry", value=value, more=said)
    metres = _metres_away(metric, county)
    far, count, km = int((metres > ACROSS).sum()), len(metric), float(np.median(metres)) / 1000
    more = Text(
        f"{said} puts {far} of its {count} features outside the county, {km:,.0f} km away",
        f"按{said}，{count}个要素中有{far}个在县域之外，相距约{km:,.0f}公里",
    )
    likely = " / ".join(name for name in _USUAL if _fits(spots, name, target, county))
    hint = Text(
        "no usual system puts them inside: it may hold another county",
        "常用坐标系均不能使其落入县域，可能是其他县的数据",
    )
    if likely:
        hint = Text(f"{likely} would put them inside", f"按{likely}则落入县域")
    both = Text(f"{more.en}; {hint.en}.", f"{more.zh}；{hint.zh}。")
    return found("G18", source, column="geometry", value=value, more=both)


def _fits(spots: np.ndarray, name: str, target: pyproj.CRS, county: shapely.Geometry) -> bool:
    """Whether points, (N,) with the coordinates of a system, lie in the county."""
    system = pyproj.CRS(name)
    if system.is_geographic and np.abs(shapely.get_coordinates(spots)).max() > 180:
        return False
    layer = gpd.GeoDataFrame(geometry=gpd.GeoSeries(spots, crs=system))
    return not _strays(layer.to_crs(target), county)
