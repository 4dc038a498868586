"""Layer files opened: what a file is, its own bytes say, and GDAL gets nothing else to see."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import geopandas as gpd
import pyogrio
import pyproj

from geodata.catalogue import found
from geodata.columns import Schema
from geodata.findings import Finding, Source, Text, errors
from geodata.readers.files import head
from geodata.readers.geojson import features_of
from geodata.readers.shapefile import MAGIC, encoding_of, full_names, parts_missing
from geodata.readers.whole import missing_bytes

MOST_WORDS = 200
"""Letters of GDAL's own words that a finding repeats."""
MOST_GEOJSON = 100_000_000
"""Bytes of text that are parsed; a GeoPackage of as many features is a third of it."""
_GPKG_MARKS = (b"GPKG", b"GP10", b"GP11")
_VIRTUAL = (
    "select count(*) from sqlite_master where sql like 'create virtual table%'"
    " and sql not like '%using%rtree%'"
)


class Opened(NamedTuple):
    """Features as they stand (None where the file cannot be read), what was found, the format."""

    raw: gpd.GeoDataFrame | None
    findings: list[Finding]
    kind: str = ""


def open_layer(path: Path, layer: str, schema: Schema, source: Source, encoding: str) -> Opened:
    """Read a layer of a GeoPackage, GeoJSON or Shapefile; see `read_layer` for the parameters."""
    kind = content_of(path)
    findings = _fit_to_open(path, kind, source)
    content: Path | bytes | None = path
    codec = None
    if kind == "geojson" and not findings:
        content, findings = features_of(path.read_bytes(), source, encoding)
    elif kind == "shp" and not findings:
        codec, findings = encoding_of(path, source, encoding)
    if content is None or any(one.code != "G06" for one in errors(findings)):
        return Opened(None, findings)
    chosen, faults = _choose(path, layer, kind, source)
    raw, more = (None, faults) if faults else _read(content, chosen, codec, kind, source)
    if raw is None:
        return Opened(None, findings + more)
    if kind == "shp":
        meant, cut = full_names(raw.columns, schema, source)
        raw = raw.rename(columns=meant)
        findings += cut
    return Opened(raw, findings, kind)


def _read(
    content: Path | bytes, layer: str | None, codec: str | None, kind: str, source: Source
) -> tuple[gpd.GeoDataFrame | None, list[Finding]]:
    """Let GDAL read; what it, or pyogrio around it, cannot is a finding."""
    try:
        raw = pyogrio.read_dataframe(content, layer=layer, encoding=codec, on_invalid="ignore")
    except (
        pyogrio.errors.CRSError,
        pyproj.exceptions.CRSError,
        UnboundLocalError,  # pyogrio's slip over a .prj
    ):
        more = Text("What is said of it cannot be read (.prj).", "坐标系说明（.prj）无法读取。")
        return None, [found("G16", source, more=more)]
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        return None, [found("G52", source, more=str(error)[:MOST_WORDS])]
    except UnicodeDecodeError:
        more = Text("a text ends inside a character", "文本在字符中间中断")
        return None, [found("G53" if kind == "shp" else "G52", source, more=more)]
    if isinstance(raw, gpd.GeoDataFrame):
        return raw, []
    return None, [found("G46", source, more=Text(" (no geometry)", "(无几何)"))]


def content_of(path: Path) -> str:
    """Say what a file is by its first bytes: ``gpkg``, ``geojson``, ``shp``, or empty."""
    start = head(path)
    if start.startswith(b"SQLite format 3\x00") and start[68:72] in _GPKG_MARKS:
        return "gpkg"
    if start.startswith(MAGIC):
        return "shp"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip()
    return "geojson" if text.startswith(b"{") and b'"type"' in text else ""


def _fit_to_open(path: Path, kind: str, source: Source) -> list[Finding]:
    if not kind:
        return [found("G46", source)]
    if kind == "shp" and (missing := parts_missing(path, source)):
        return missing
    if kind == "geojson" and (size := path.stat().st_size) > MOST_GEOJSON:
        words = Text(f"{size / 1e6:,.0f} MB of GeoJSON", f"GeoJSON达{size / 1e6:,.0f} MB")
        return [found("T44", source, more=words)]
    if lost := missing_bytes(path, kind):
        words = Text(f"{lost:,} bytes are missing", f"缺少{lost:,}字节")
        return [found("G52", source, more=words)]
    return _geopackage_faults(path, source) if kind == "gpkg" else []


def _geopackage_faults(path: Path, source: Source) -> list[Finding]:
    """Find a GeoPackage that is being edited, is damaged, or holds more than tables."""
    beside = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
    edited = [other for other in beside if other.exists() and other.stat().st_size]
    if edited:
        return [found("G44", source, more=other.name) for other in edited]
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?immutable=1", uri=True)) as base:
            (virtual,) = base.execute(_VIRTUAL).fetchone()
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        return [found("G52", source, more=str(error)[:MOST_WORDS])]
    return [found("G46", source, more=Text(" (virtual tables)", "（虚拟表）"))] if virtual else []


def _choose(path: Path, layer: str, kind: str, source: Source) -> tuple[str | None, list[Finding]]:
    """Return the layer to read; None where a format has a single one, whatever it is called."""
    if kind != "gpkg":
        return None, []
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path) if name != "layer_styles"]
    except pyogrio.errors.DataSourceError as error:
        return None, [found("G52", source, more=str(error)[:MOST_WORDS])]
    if layer in names:
        return layer, []
    if len(names) == 1 and not layer:
        return names[0], []
    return None, [found("G43", source, value=layer, more=", ".join(names))]
