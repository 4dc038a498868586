"""Grids from GeoTIFF and ASCII files, as far as they lie around a county.

Only GDAL's drivers for these two are asked, by the file's first bytes; no file beside it is looked
for but the .prj of an ASCII grid. What is read is the window around the county.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import numpy as np
import pyproj

from geodata.catalogue import found
from geodata.crs import on_earth
from geodata.findings import Finding, Source, Text
from geodata.grids import METRES_PER_DEGREE, Grid, cell_points
from geodata.readers.files import check_file, head
from geodata.readers.layers import Layer
from geodata.readers.opened import MOST_WORDS

MOST_CELLS = {"population": 4_000_000, "elevation": 40_000_000}
"""Of the window: a county of 10,000 km² has a million cells of 100 m, 11 million of 30 m."""
_TIFF = (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_ASCII = (b"ncols", b"nrows", b"xll", b"yll", b"cellsize", b"dx", b"dy")
_ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO"}
_HEIGHTS = (-500.0, 9000.0)
"""Metres: the Dead Sea's shore and Mount Everest lie within."""
_NO_GRID = Text("it is neither a GeoTIFF nor an ASCII grid", "不是GeoTIFF或ASCII格网")
_NO_SIZE = Text("it does not say how many columns and rows it has", "没有写明列数和行数")
_FROM_PRJ = Text(
    "An ASCII grid takes it from a .prj of the same name.", "ASCII格网的坐标系取自同名的.prj文件。"
)


class Read(NamedTuple):
    """A grid, None where it cannot be used, and what was found."""

    grid: Grid | None
    findings: list[Finding]


def read_people(path: Path | str, *, name: str = "", around: gpd.GeoDataFrame) -> Layer:
    """Read a grid of people as the points of its cells.

    Parameters
    ----------
    path
        A GeoTIFF or an ASCII grid.
    name
        The file as the user calls it; default the path.
    around
        The towns: cells within their bounds are read.

    Returns
    -------
    Layer
        `people` and points in the grid's own system, cells with anybody only; and the findings of
        `read_grid`, G65 where a cell has fewer people than none.
    """
    source = Source(name or str(path))
    grid, findings = read_grid(path, "population", source, around, margin=0.0)
    if grid is not None and (negative := int(np.count_nonzero(grid.values < 0))):
        least = f"{np.nanmin(grid.values):g}"
        more = Text(f"{negative:,} cells, down to {least}", f"{negative:,}个格，最小{least}")
        grid, findings = None, [*findings, found("G65", source, value=least, more=more)]
    nobody = gpd.GeoDataFrame({"people": np.zeros(0)}, geometry=gpd.GeoSeries([]))
    return Layer(nobody if grid is None else cell_points(grid, "people"), findings)


def read_heights(
    path: Path | str, *, name: str = "", around: gpd.GeoDataFrame, margin: float = 5000.0
) -> Read:
    """Read a grid of heights in metres, some metres beyond the layer around which it is wanted.

    The findings are those of `read_grid`, and G67 where a height is none on earth.
    """
    source = Source(name or str(path))
    grid, findings = read_grid(path, "elevation", source, around, margin=margin)
    if grid is None:
        return Read(None, findings)
    least, most = float(np.nanmin(grid.values)), float(np.nanmax(grid.values))
    if least < _HEIGHTS[0] or most > _HEIGHTS[1]:
        more = Text(f"from {least:g} to {most:g}", f"从{least:g}到{most:g}")
        return Read(None, [*findings, found("G67", source, value=f"{least:g}", more=more)])
    return Read(grid, findings)


def read_grid(
    path: Path | str, kind: str, source: Source, around: gpd.GeoDataFrame, *, margin: float
) -> Read:
    """Read the window of a grid around a layer.

    Parameters
    ----------
    kind
        Key of `MOST_CELLS`.
    around
        In any system that it names.
    margin
        Metres beyond its bounds.

    Returns
    -------
    Read
        None with an error: G16 without a system, G52 what GDAL cannot read, G63 elsewhere, G64
        without figures there, G66 too many cells, G68 no plain grid.
    """
    path = Path(path)
    findings = check_file(path, source)
    if findings:
        return Read(None, findings)
    driver = _driver(path)
    if not driver:
        return Read(None, [found("G68", source, more=_NO_GRID)])
    if driver == "AAIGrid" and (broken := _header_faults(path, source)):
        return Read(None, broken)
    import rasterio

    try:
        with rasterio.Env(**_ALONE), rasterio.open(path, driver=driver) as opened:
            crs = _system(opened)
            faults = _faults(opened, crs, source)
            if faults or crs is None:
                return Read(None, faults)
            return _window(opened, crs, kind, source, around, margin)
    except (rasterio.errors.RasterioError, UnicodeDecodeError) as error:
        return Read(None, [found("G52", source, more=str(error)[:MOST_WORDS])])


def _driver(path: Path) -> str:
    """Name the driver of a file by its first bytes; empty: neither."""
    start = head(path, 64)
    if start.startswith(_TIFF):
        return "GTiff"
    return "AAIGrid" if start.lstrip().lower().startswith(_ASCII) else ""


def _header_faults(path: Path, source: Source) -> list[Finding]:
    """Refuse an ASCII grid without its size, or shorter than that (GDAL would search for ever)."""
    words = head(path).lower().split()
    said = dict(zip(words[::2], words[1::2], strict=False))
    sizes = [said.get(key, b"") for key in (b"ncols", b"nrows")]
    if not all(size.isdigit() and 0 < len(size) < 7 and int(size) for size in sizes):
        return [found("G68", source, more=_NO_SIZE)]
    # A figure takes a digit and a space at least.
    short = 2 * int(sizes[0]) * int(sizes[1]) - 1 - path.stat().st_size
    if short > 0:
        more = Text(f"{short:,} bytes or more are missing", f"至少缺少{short:,}字节")
        return [found("G52", source, more=more)]
    return []


def _system(opened: Any) -> pyproj.CRS | None:
    """Return the system of a grid; None where it names none of the earth."""
    if opened.crs is None:
        return None
    try:
        crs = pyproj.CRS.from_wkt(opened.crs.to_wkt())
    except pyproj.exceptions.CRSError:
        return None
    return crs if on_earth(crs) else None


def _faults(opened: Any, crs: pyproj.CRS | None, source: Source) -> list[Finding]:
    """Refuse what is no single sheet of figures with rows to the east, and what names no system."""
    if opened.count != 1:
        more = Text(f"it has {opened.count} bands", f"有{opened.count}个波段")
        return [found("G68", source, more=more)]
    if opened.dtypes[0].startswith("complex"):
        return [found("G68", source, more=Text("its figures are complex", "数值为复数"))]
    if crs is None:
        return [found("G16", source, more=_FROM_PRJ)]
    at = opened.transform
    if at.b != 0 or at.d != 0 or at.e >= 0 or at.a <= 0:
        return [found("G68", source, more=Text("north is not up", "未按北向上排列"))]
    return []


def _window(
    opened: Any,
    crs: pyproj.CRS,
    kind: str,
    source: Source,
    around: gpd.GeoDataFrame,
    margin: float,
) -> Read:
    """Read the cells around a layer."""
    at = opened.transform
    width, height = at.a, -at.e
    margin = margin / METRES_PER_DEGREE if crs.is_geographic else margin
    bounds = around.to_crs(crs).total_bounds + np.array([-margin, -margin, margin, margin])
    if not np.isfinite(bounds).all():
        return Read(None, [found("G63", source, more=_outside(opened, crs))])
    west, south, east, north = bounds
    first, last = _span(west - at.c, east - at.c, width, opened.width)
    top, end = _span(at.f - north, at.f - south, height, opened.height)
    if first >= last or top >= end:
        return Read(None, [found("G63", source, more=_outside(opened, crs))])
    cells, most = (last - first) * (end - top), MOST_CELLS[kind]
    if cells > most:
        more = Text(f"{cells:,} cells, at most {most:,}", f"{cells:,}个格，上限{most:,}")
        return Read(None, [found("G66", source, value=cells, more=more)])
    masked = opened.read(1, window=((top, end), (first, last)), masked=True)
    values = masked.astype(np.float32).filled(np.nan) * opened.scales[0] + opened.offsets[0]
    values[~np.isfinite(values)] = np.nan
    if np.isnan(values).all():
        return Read(None, [found("G64", source, more=f"{cells:,}")])
    corner = at.c + first * width, at.f - top * height
    return Read(Grid(values.astype(np.float32), *corner, width, height, crs), [])


def _span(low: float, high: float, step: float, many: int) -> tuple[int, int]:
    """Return the first cell of a row or column within two distances, and the one after the last."""
    first, last = np.clip([np.floor(low / step), np.ceil(high / step)], 0, many).astype(int)
    return int(first), int(last)


def _outside(opened: Any, crs: pyproj.CRS) -> Text:
    """Say where a grid lies."""
    west, south, east, north = (f"{side:.6g}" for side in opened.bounds)
    name = crs.to_string() if len(crs.to_string()) < 40 else crs.name
    return Text(
        f"{west} to {east} by {south} to {north} in {name}",
        f"{name}中{west}至{east}，{south}至{north}",
    )
