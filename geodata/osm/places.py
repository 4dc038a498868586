"""Villages, schools and buildings of an extract, as points."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.findings import Source
from geodata.osm.extract import CRS, Thing, things

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
