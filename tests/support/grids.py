"""Grids as files: GeoTIFF and ASCII, written small."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import rasterio
from rasterio.transform import Affine, from_origin

from tests.support.layers import CRS, at

NONE = -9999.0


def write_tif(path, values, *, corner=(0.0, 0.0), cell=100.0, crs=CRS, transform=None, nodata=NONE):
    """Write rows from the north; `corner` is the north-west one in metres, as in tests' layers."""
    values = np.atleast_3d(np.asarray(values).T).T
    west, north = at(*corner)
    with rasterio.open(
        path, "w", driver="GTiff", count=len(values), height=values.shape[1],
        width=values.shape[2], dtype=str(values.dtype), crs=crs, nodata=nodata,
        transform=transform or from_origin(west, north, cell, cell),
    ) as file:  # fmt: skip
        file.write(values)
    return Path(path)


def write_asc(path, values, *, corner=(0.0, 0.0), cell=100.0, crs=CRS):
    """Write an ASCII grid, and its .prj where it has a system."""
    values = np.asarray(values)
    west, north = at(*corner)
    south = north - cell * len(values)
    head = f"ncols {values.shape[1]}\nnrows {len(values)}\nxllcorner {west}\nyllcorner {south}\n"
    rows = "\n".join(" ".join(f"{figure:g}" for figure in row) for row in values)
    path = Path(path)
    path.write_text(f"{head}cellsize {cell}\nNODATA_value {NONE:g}\n{rows}\n")
    if crs:
        path.with_suffix(".prj").write_text(pyproj.CRS(crs).to_wkt("WKT1_ESRI"))
    return path


TURNED = Affine(70.0, 70.0, at(0, 0)[0], 70.0, -70.0, at(0, 0)[1])
