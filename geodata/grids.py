"""Grids of figures: where their cells lie, what they say at a place, how steep the land is."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj

NAMED = (".tif", ".tiff", ".asc")
"""How files of grids are called."""
METRES_PER_DEGREE = 111_320.0


@dataclass(frozen=True, eq=False)
class Grid:
    """A grid whose rows run east and whose columns run south.

    Attributes
    ----------
    values
        (R, C) from the north-west; NaN where a cell has none.
    west, north
        Outer corner of the first cell.
    width, height
        Of a cell, in units of `crs`, both positive.
    crs
        Its coordinate system.
    """

    values: np.ndarray
    west: float
    north: float
    width: float
    height: float
    crs: pyproj.CRS

    def centres(self) -> tuple[np.ndarray, np.ndarray]:
        """Return (C,) x and (R,) y of the middles of cells."""
        rows, columns = self.values.shape
        x = self.west + (np.arange(columns) + 0.5) * self.width
        return x, self.north - (np.arange(rows) + 0.5) * self.height


def called_grid(path: Path | str) -> bool:
    """Whether a file is called as grids are."""
    return Path(path).suffix.lower() in NAMED


def cell_points(grid: Grid, column: str) -> gpd.GeoDataFrame:
    """Return the middles of cells above zero as points, with their figures in a column."""
    row, place = np.nonzero(np.nan_to_num(grid.values) > 0)
    x, y = grid.centres()
    figures = grid.values[row, place].astype(np.float64)
    points = gpd.points_from_xy(x[place], y[row], crs=grid.crs)
    return gpd.GeoDataFrame({column: figures}, geometry=points)


def sampled(grid: Grid, xy: np.ndarray, crs: pyproj.CRS) -> np.ndarray:
    """Return what a grid says at places, between the middles of its cells.

    Parameters
    ----------
    xy
        (P, 2) in `crs`.

    Returns
    -------
    ndarray
        (P,), NaN outside the grid and beside cells without a figure.
    """
    there = pyproj.Transformer.from_crs(crs, grid.crs, always_xy=True)
    x, y = there.transform(xy[:, 0], xy[:, 1])
    column = (np.asarray(x) - grid.west) / grid.width - 0.5
    row = (grid.north - np.asarray(y)) / grid.height - 0.5
    rows, columns = grid.values.shape
    inside = (np.abs(column + 0.5 - columns / 2) <= columns / 2) & (
        np.abs(row + 0.5 - rows / 2) <= rows / 2
    )
    column = np.where(inside, np.clip(column, 0, columns - 1), 0.0)
    row = np.where(inside, np.clip(row, 0, rows - 1), 0.0)
    c, r = np.floor(column).astype(np.int64), np.floor(row).astype(np.int64)
    right, below = np.minimum(c + 1, columns - 1), np.minimum(r + 1, rows - 1)
    east, south = column - c, row - r
    of = grid.values
    upper = _between(of[r, c], of[r, right], east)
    lower = _between(of[below, c], of[below, right], east)
    return np.where(inside, _between(upper, lower, south), np.nan)


def _between(a: np.ndarray, b: np.ndarray, share: np.ndarray) -> np.ndarray:
    """Return figures a share of the way from a to b; what has no share need not be known."""
    return np.where(share == 0, a, a * (1.0 - share) + b * share)


def slope_of(heights: Grid) -> Grid:
    """Return the slope of the land in each cell, as a share: metres up in metres along.

    Differences of the cells on both sides; cells of degrees are measured at their latitude.
    """
    rows, columns = heights.values.shape
    width, height = np.full(rows, heights.width), heights.height
    if heights.crs.is_geographic:
        _, y = heights.centres()
        width = width * METRES_PER_DEGREE * np.cos(np.radians(y))
        height = height * METRES_PER_DEGREE
    values = heights.values.astype(np.float64)
    down = np.gradient(values, axis=0) if rows > 1 else np.zeros_like(values)
    along = np.gradient(values, axis=1) if columns > 1 else np.zeros_like(values)
    steep = np.hypot(down / height, along / width[:, None])
    return Grid(steep, heights.west, heights.north, heights.width, heights.height, heights.crs)
