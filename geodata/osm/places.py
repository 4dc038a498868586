"""Villages, schools and buildings of an extract as points, and the outlines of its towns."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.findings import Source
from geodata.osm.extract import CRS, Thing, readable, things

KEYS = ("place", "amenity", "building")
"""A thing counts under the first of these that it has."""


def read_places(path: Path | str, *, name: str = "") -> gpd.GeoDataFrame:
    """Read settlements, amenities and buildings.

    Parameters
    ----------
    path
        A file .osm.pbf.
    name
        The file as the user calls it; default the path.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326: osm_id (``n1``, ``w1``), key (`KEYS`), value, name, population (0 where it is
        not said), and a point: of a node itself, of a way the middle of its nodes.

    Raises
    ------
    FindingError
        If the file cannot be read.
    """
    path = Path(path)
    rows = [_row(one) for one in things(path, KEYS, Source(name or str(path)))]
    columns = ["osm_id", "key", "value", "name", "population", "x", "y"]
    frame = pd.DataFrame([row for row in rows if np.isfinite(row[-1])], columns=columns)
    points = gpd.points_from_xy(frame.pop("x"), frame.pop("y"), crs=CRS)
    return gpd.GeoDataFrame(frame, geometry=points)


def read_boundaries(path: Path | str, level: int, *, name: str = "") -> gpd.GeoDataFrame:
    """Read the outlines of administrative units.

    Parameters
    ----------
    path
        A file .osm.pbf.
    level
        Their `admin_level`.
    name
        The file as the user calls it; default the path.

    Returns
    -------
    GeoDataFrame
        In EPSG:4326: name and (multi)polygon of each relation that has a name and is whole.

    Raises
    ------
    FindingError
        If the file cannot be read.
    """
    import osmium

    path = Path(path)
    boundary = osmium.filter.KeyFilter("boundary")
    shape = osmium.geom.WKBFactory()
    names, shapes = [], []
    with readable(path, Source(name or str(path))):
        for thing in osmium.FileProcessor(str(path)).with_areas(boundary).with_filter(boundary):
            if not isinstance(thing, osmium.osm.Area) or thing.from_way():
                continue
            tags = dict(thing.tags)
            kind = (tags.get("boundary"), tags.get("admin_level"))
            if kind == ("administrative", str(level)) and tags.get("name"):
                names.append(tags["name"])
                shapes.append(shapely.from_wkb(shape.create_multipolygon(thing)))
    return gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=CRS)


def _row(one: Thing) -> tuple[str, str, str, str, int, float, float]:
    key = next(key for key in KEYS if key in one.tags)
    people = one.tags.get("population", "")
    whole = one.xy[np.isfinite(one.xy).all(axis=1)]
    closed = len(whole) > 1 and one.nodes[0] == one.nodes[-1]
    x, y = whole[int(closed) :].mean(axis=0) if len(whole) else (np.nan, np.nan)
    return (
        f"{'w' if one.is_way else 'n'}{one.number}",
        key,
        one.tags[key],
        one.tags.get("name", ""),
        int(people) if people.isdecimal() else 0,
        float(x),
        float(y),
    )
