"""Layers from GeoPackage, GeoJSON and Shapefile into checked ones."""

from __future__ import annotations

import zipfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import geopandas as gpd
import pandas as pd

from geodata.catalogue import found
from geodata.column_map import ColumnMap
from geodata.columns import Schema
from geodata.crs import on_earth, place_faults
from geodata.findings import Finding, Source, Text
from geodata.readers.archives import unpack_layer
from geodata.readers.files import check_file
from geodata.readers.geometry import check_geometry, type_of_most
from geodata.readers.opened import Opened, open_layer
from geodata.readers.slivers import drawing_faults
from geodata.readers.tables import check_adapted, empty


class Layer(NamedTuple):
    """A typed layer indexed by feature number (from 1), and what was found."""

    frame: gpd.GeoDataFrame
    findings: list[Finding]


def read_layer(
    path: Path | str,
    layer: str,
    schema: Schema,
    *,
    name: str = "",
    encoding: str = "",
    by: ColumnMap | None = None,
) -> Layer:
    """Read and check a layer.

    Parameters
    ----------
    path
        A GeoPackage, GeoJSON or Shapefile, or a zip archive of one; what it is, its first bytes
        say. No other driver of GDAL is ever let loose on an input.
    layer
        Name of the layer; empty where the file has a single one.
    schema
        Its columns and geometry type.
    name
        The file as the user calls it; default the path.
    encoding
        Of the texts of a Shapefile or GeoJSON, where the study file names it.
    by
        How attributes under other headers are read as those of the schema.

    Returns
    -------
    Layer
        In the layer's own coordinate system, and the findings. A file that cannot be read gives an
        empty layer; a feature whose place is not known has no geometry.
    """
    path = Path(path)
    source = Source(name or str(path), layer)
    findings = check_file(path, source)
    if findings:
        return _empty(schema, findings)
    opened = _opened(path, layer, by.theirs(schema) if by else schema, source, encoding)
    if opened.raw is None:
        return _empty(schema, opened.findings)
    raw = opened.raw.set_index(pd.RangeIndex(1, len(opened.raw) + 1))
    return _checked(raw, schema, source, opened, by)


def attributes(path: Path, layer: str, encoding: str = "") -> tuple[pd.DataFrame, list[Finding]]:
    """Return the attributes of a layer as they stand, for a look at them, and the findings."""
    source = Source(str(path), layer)
    findings = check_file(path, source)
    opened = Opened(None, findings)
    if not findings:
        opened = _opened(path, layer, Schema("", ()), source, encoding)
    if opened.raw is None:
        return pd.DataFrame(), opened.findings
    return pd.DataFrame(opened.raw.drop(columns="geometry")), opened.findings


def _opened(path: Path, layer: str, schema: Schema, source: Source, encoding: str) -> Opened:
    if not zipfile.is_zipfile(path):
        return open_layer(path, layer, schema, source, encoding)
    with TemporaryDirectory(prefix="xuewei-") as folder:
        inside, faults = unpack_layer(path, layer, Path(folder), source)
        if inside is None:
            return Opened(None, faults)
        return open_layer(inside, layer, schema, source, encoding)


def _checked(
    raw: gpd.GeoDataFrame, schema: Schema, source: Source, opened: Opened, by: ColumnMap | None
) -> Layer:
    findings = opened.findings
    table = pd.DataFrame(raw.drop(columns="geometry"))
    attributes, more = check_adapted(table, schema, source, 0, by)
    geometry = raw.geometry.loc[attributes.index]
    wanted = type_of_most(geometry, (schema.geometry, *schema.or_else))
    geometry, faults = check_geometry(geometry, wanted, source, lenient=schema.lenient)
    told = {finding.row for finding in findings if finding.code == "G06"}
    faults = [fault for fault in faults if fault.code != "G10" or fault.row not in told]
    frame = gpd.GeoDataFrame(attributes, geometry=geometry, crs=raw.crs)
    if raw.crs is None or not on_earth(raw.crs):
        hint = _likely(raw) if raw.crs is None else _OF_NO_USE
        faults.append(found("G16", source, more=hint))
        frame = frame.set_crs(None, allow_override=True)
    else:
        misplaced = place_faults(frame, source, geojson=opened.kind == "geojson")
        faults += misplaced or drawing_faults(frame.geometry, source)
        if misplaced:  # a wrong label is wrong for every feature: none has a known place
            frame = frame.set_geometry(gpd.GeoSeries(None, index=frame.index, crs=raw.crs))
    return Layer(frame, findings + more + faults)


_OF_NO_USE = Text("What is said of it is of no use.", "其坐标系说明不可用。")


def _likely(layer: gpd.GeoDataFrame) -> Text:
    """Suggest what kind of system the values look like; the user decides."""
    west, south, east, north = layer.total_bounds
    if -180 <= west <= east <= 180 and -90 <= south <= north <= 90:
        return Text("The values look like degrees (EPSG:4490?).", "数值像经纬度(EPSG:4490?)。")
    return Text("The values look like metres.", "数值像米制坐标。")


def _empty(schema: Schema, findings: list[Finding]) -> Layer:
    frame, findings = empty(schema, findings)
    return Layer(gpd.GeoDataFrame(frame, geometry=gpd.GeoSeries([], index=frame.index)), findings)
