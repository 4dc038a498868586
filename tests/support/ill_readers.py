"""Readers that do to their process what a bad file can do, and files that do it to real readers."""

from __future__ import annotations

import ctypes
import os
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import geopandas as gpd
import shapely

_ENDLESS = """
create view zones_view as with recursive count(n) as (select 1 union all select n + 1 from count)
select zones.fid as fid, geom, zone_id, name, town, kind from zones, count where n < 0
"""


def crashes(path: Path) -> None:
    """Read where nothing is, as a library does that trusts a length in a file."""
    del path
    ctypes.string_at(0)


def sleeps(path: Path) -> None:
    del path
    time.sleep(600)


def stumbles(path: Path) -> None:
    raise IndexError(path.name)


def calls_home(path: Path) -> None:
    del path
    socket.create_connection(("127.0.0.1", 9), timeout=1)


def runs_a_program(path: Path) -> None:
    del path
    subprocess.run([sys.executable, "-c", ""], check=True)


def talks(path: Path) -> int:
    """Print to both streams past Python, and say who we are."""
    del path
    for stream in (1, 2):
        os.write(stream, b"noise of a library")
    return os.getpid()


def drivers(path: Path) -> list[str]:
    """List the drivers of GDAL in this process."""
    import pyogrio

    del path
    return sorted(pyogrio.list_drivers())


def endless_geopackage(path: Path) -> Path:
    """Write a GeoPackage whose layer `zones_view` is a view that counts for ever."""
    zones = gpd.GeoDataFrame(
        {"zone_id": ["Z1"], "name": ["a"], "town": ["T"], "kind": ["rural"]},
        geometry=[shapely.box(120, 36, 120.01, 36.01)],
        crs="EPSG:4490",
    )
    zones.to_file(path, layer="zones", driver="GPKG", geometry_type="Polygon")
    with closing(sqlite3.connect(path)) as base:
        base.execute(_ENDLESS)
        base.execute(
            "insert into gpkg_contents (table_name, data_type, identifier, srs_id)"
            " select 'zones_view', 'features', 'zones_view', srs_id from gpkg_contents"
        )
        base.execute(
            "insert into gpkg_geometry_columns select 'zones_view', column_name,"
            " geometry_type_name, srs_id, z, m from gpkg_geometry_columns"
        )
        base.commit()
    return path


def large_geojson(path: Path, features: int) -> Path:
    """Write a GeoJSON of features that hold nothing: three bytes each, and hundreds once read."""
    path.write_text('{"type":"FeatureCollection","features":[' + "{}," * features + "{}]}")
    return path
