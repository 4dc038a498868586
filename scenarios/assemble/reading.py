"""Every file that a study names, read in a process apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import geopandas as gpd
import pandas as pd

from geodata.child import in_child
from geodata.column_map import ColumnMap
from geodata.columns import Schema
from geodata.datum import converted, old_datum
from geodata.findings import Finding, FindingError, Source, errors
from geodata.grids import Grid, called_grid
from geodata.osm import called_extract, read_roads
from geodata.readers import read_layer, read_table
from geodata.readers.raster import read_heights, read_people
from geodata.readers.tables import empty
from geodata.schemas import SCHEMAS
from scenarios.assemble.people import zones_of_people
from scenarios.config import LoadedStudy
from scenarios.config.models import InputFile


class FilesRead(NamedTuple):
    """What the files of a study hold; see `Layers`, layers in the systems of their files."""

    frames: dict[str, pd.DataFrame]
    sources: dict[str, Source]
    findings: list[Finding]
    unread: set[str]
    heights: Grid | None = None


def read_files(loaded: LoadedStudy) -> FilesRead:
    """Read every file of a study as far as it goes."""
    read = FilesRead({}, {}, [], set())
    for name, schema in SCHEMAS.items():
        if name == "zones" and loaded.study.inputs.zones.number is not None:
            _make_zones(loaded, read)
            continue
        key, given = _given(loaded, name)
        if given is not None:
            read.sources[name] = _source(loaded, key, given, schema)
        if given is None or not loaded.known(("inputs", key)):
            read.frames[name] = empty(schema, []).frame
            if not loaded.known(("inputs", key)):
                read.unread.add(name)
            continue
        path = loaded.folder / given.file
        by = loaded.column_maps.get("children" if name == "tracts" else name)
        private = loaded.study.travel.roads.private == "open"
        frame, found = _read_one(name, path, given, read, by, private=private)
        frame, moved = _unshifted(frame, given, read.sources[name])
        read.frames[name] = frame
        read.findings.extend([*moved, *found])
        if isinstance(frame, gpd.GeoDataFrame):
            read.findings.extend(old_datum(frame, read.sources[name]))
        if errors(found) and not len(frame):
            read.unread.add(name)
    return read._replace(heights=_heights(loaded, read))


def _heights(loaded: LoadedStudy, read: FilesRead) -> Grid | None:
    """Read the heights around the zones, where the study has them and these are known."""
    given, zones = loaded.study.inputs.elevation, read.frames["zones"]
    placed = isinstance(zones, gpd.GeoDataFrame) and zones.crs is not None and len(zones) > 0
    if given is None or not placed or not loaded.known(("inputs", "elevation")):
        return None
    path, around = loaded.folder / given.file, zones[["geometry"]]
    try:
        grid, found = in_child(
            read_heights, path, source=Source(given.file), name=given.file, around=around
        )
    except FindingError as problem:
        grid, found = None, list(problem.findings)
    read.findings.extend(found)
    return grid


def _given(loaded: LoadedStudy, name: str) -> tuple[str, InputFile | None]:
    """Return the key of an input in the study and what it says.

    Zones may be made of people, and children may be counted by tracts.
    """
    inputs = loaded.study.inputs
    if name == "population" and inputs.zones.number is not None:
        return "zones", inputs.zones
    if name in ("tracts", "children"):
        return "children", inputs.children if inputs.table("children") == name else None
    return name, inputs.given().get(name)


def _source(loaded: LoadedStudy, name: str, given: InputFile, schema: Schema) -> Source:
    by = loaded.column_maps.get(name)
    sheet = given.sheet or (by.sheet if by else "")
    return Source(given.file, (given.layer if schema.geometry else sheet) or "")


def _make_zones(loaded: LoadedStudy, read: FilesRead) -> None:
    """Make the zones of a study of its people, or leave them out where these are not known."""
    given, source = loaded.study.inputs.zones, read.sources["population"]
    read.sources["zones"] = source
    known = loaded.known(("crs",), ("inputs", "towns"), ("inputs", "zones"))
    towns, people = read.frames["towns"], read.frames["population"]
    made = zones_of_people(towns, people, given, loaded.study.crs, source) if known else None
    zones, found = (empty(SCHEMAS["zones"], []).frame, []) if made is None else made
    read.frames["zones"] = zones
    read.findings.extend(found)
    if not len(zones):
        read.unread.add("zones")


def _read_one(
    name: str,
    path: Path,
    given: InputFile,
    read: FilesRead,
    by: ColumnMap | None,
    *,
    private: bool,
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read a file in the way that its kind asks for."""
    schema, source = SCHEMAS[name], read.sources[name]
    encoding = given.encoding or (by.encoding if by else "")
    how: dict[str, Any] = {"encoding": encoding, "by": by}
    if name == "roads" and called_extract(path):
        how = {"around": read.frames["zones"], "private": private}
        return _apart(read_roads, path, (), source, schema, how)
    if name == "population" and called_grid(path):
        towns = read.frames["towns"]
        if not isinstance(towns, gpd.GeoDataFrame) or towns.crs is None or not len(towns):
            return empty(schema, [])
        return _apart(read_people, path, (), source, schema, {"around": towns[["geometry"]]})
    reader = read_layer if schema.geometry else read_table
    return _apart(reader, path, (source.sheet, schema), source, schema, how)


def _apart(
    read: Callable[..., tuple[pd.DataFrame, list[Finding]]],
    path: Path,
    what: tuple[Any, ...],
    source: Source,
    schema: Schema,
    how: Mapping[str, Any],
) -> tuple[pd.DataFrame, list[Finding]]:
    """Read a file in a process apart; one that this process cannot bear is a finding too."""
    try:
        return in_child(read, path, *what, source=source, name=source.file, **how)
    except FindingError as problem:
        return empty(schema, list(problem.findings))


def _unshifted(
    frame: pd.DataFrame, given: InputFile, source: Source
) -> tuple[pd.DataFrame, list[Finding]]:
    """Take the shift of a web map away from a layer where the study says that it has it."""
    if given.datum is None or not isinstance(frame, gpd.GeoDataFrame):
        return frame, []
    return converted(frame, given.datum, source)
