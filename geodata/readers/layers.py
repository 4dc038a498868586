"""Layers from GeoPackage, GeoJSON and Shapefile, told apart by content and by nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pandas as pd
import pyogrio

from geodata.catalogue import found
from geodata.checking import check_table
from geodata.columns import Schema
from geodata.crs import place_faults
from geodata.findings import Finding, Source, Text
from geodata.readers.files import check_file, head
from geodata.readers.geometry import check_geometry
from geodata.readers.tables import empty
from geodata.readers.whole import missing_bytes

MOST_WORDS = 200
"""Letters of GDAL's own words that a finding repeats."""
_GPKG_MARKS = (b"GPKG", b"GP10", b"GP11")


class Layer(NamedTuple):
    """A typed layer indexed by feature number (from 1), and what was found."""

    frame: gpd.GeoDataFrame
    findings: list[Finding]


def read_layer(path: Path | str, layer: str, schema: Schema, *, name: str = "") -> Layer:
    """Read and check a layer.

    Parameters
    ----------
    path
        A GeoPackage, GeoJSON or Shapefile; what it is, its first bytes say. No other driver of
        GDAL is ever let loose on an input.
    layer
        Name of the layer; empty where the file has a single one.
    schema
        Its columns and geometry type.
    name
        The file as the user calls it; default the path.

    Returns
    -------
    Layer
        In the layer's own coordinate system, and the findings. A file that cannot be read gives an
        empty layer; a feature whose place is not known has no geometry.
    """
    path = Path(path)
    source = Source(name or str(path), layer)
    findings = check_file(path, source)
    kind = "" if findings else content_of(path)
    if not findings:
        findings = _fit_to_open(path, kind, source)
    if any(finding.code != "G40" for finding in findings):
        return _empty(schema, source, findings)
    try:
        chosen, faults = _choose(path, layer, kind, source)
        if faults:
            return _empty(schema, source, faults)
        raw = pyogrio.read_dataframe(path, layer=chosen, encoding=_encoding(path, kind))
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        return _empty(schema, source, [found("G52", source, more=str(error)[:MOST_WORDS])])
    if not isinstance(raw, gpd.GeoDataFrame):
        return _empty(
            schema, source, [found("G46", source, more=Text(" (no geometry)", "(无几何)"))]
        )
    raw.index = pd.RangeIndex(1, len(raw) + 1)
    return _checked(raw, schema, source, findings, geojson=kind == "geojson")


def _checked(
    raw: gpd.GeoDataFrame, schema: Schema, source: Source, findings: list[Finding], *, geojson: bool
) -> Layer:
    attributes, more = check_table(pd.DataFrame(raw.drop(columns="geometry")), schema, source)
    geometry = raw.geometry.loc[attributes.index]
    all_points = len(geometry) > 0 and bool((geometry.geom_type == "Point").all())
    wanted = "point" if schema.or_points and all_points else schema.geometry
    geometry, faults = check_geometry(geometry, wanted, source)
    frame = gpd.GeoDataFrame(attributes, geometry=geometry, crs=raw.crs)
    if raw.crs is None:
        faults.append(found("G16", source, more=_likely(raw)))
    else:
        misplaced = place_faults(frame, source, geojson=geojson)
        faults += misplaced
        if misplaced:  # a wrong label is wrong for every feature: none has a known place
            frame = frame.set_geometry(gpd.GeoSeries(None, index=frame.index, crs=raw.crs))
    return Layer(frame, findings + more + faults)


def content_of(path: Path) -> str:
    """Say what a file is by its first bytes: ``gpkg``, ``geojson``, ``shp``, or empty."""
    start = head(path)
    if start.startswith(b"SQLite format 3\x00") and start[68:72] in _GPKG_MARKS:
        return "gpkg"
    if start.startswith(b"\x00\x00\x27\x0a"):
        return "shp"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{") and b'"type"' in text:
        return "geojson" if b'"Feature' in text else ""
    return ""


def _fit_to_open(path: Path, kind: str, source: Source) -> list[Finding]:
    if not kind:
        return [found("G46", source)]
    if kind == "shp":
        needed = (path.with_suffix(".shx"), path.with_suffix(".dbf"))
        missing = [found("G38", source, more=other.name) for other in needed if not other.exists()]
        if missing:
            return missing
    if lost := missing_bytes(path, kind):
        words = Text(f"{lost:,} bytes are missing", f"缺少{lost:,}字节")
        return [found("G52", source, more=words)]
    if kind == "gpkg":
        beside = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
        return [
            found("G44", source, more=other.name)
            for other in beside
            if other.exists() and other.stat().st_size
        ]
    if kind == "shp" and not path.with_suffix(".cpg").exists():
        return [found("G40", source, more=_encoding(path, kind))]
    return []


def _encoding(path: Path, kind: str) -> str | None:
    """Return the encoding of a Shapefile without .cpg: UTF-8 if it is, else GB18030."""
    if kind != "shp" or path.with_suffix(".cpg").exists():
        return None
    try:
        path.with_suffix(".dbf").read_bytes()[32:].decode("utf-8")
    except UnicodeDecodeError:
        return "GB18030"
    return "UTF-8"


def _choose(path: Path, layer: str, kind: str, source: Source) -> tuple[str, list[Finding]]:
    names = [str(name) for name, _ in pyogrio.list_layers(path) if name != "layer_styles"]
    if layer in names:
        return layer, []
    if len(names) == 1 and (not layer or kind != "gpkg"):
        return names[0], []
    return "", [found("G43", source, value=layer, more=", ".join(names))]


def _likely(layer: gpd.GeoDataFrame) -> Text:
    """Suggest what kind of system the values look like; the user decides."""
    west, south, east, north = layer.total_bounds
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return Text("The values look like degrees (EPSG:4490?).", "数值像经纬度(EPSG:4490?)。")
    return Text("The values look like metres.", "数值像米制坐标。")


def _empty(schema: Schema, source: Source, findings: list[Finding]) -> Layer:
    frame, findings = empty(schema, source, findings)
    return Layer(gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index)), findings)
