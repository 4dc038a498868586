"""What an OpenStreetMap extract (.osm.pbf) holds, and whether it is one and all there.

A PBF file is a chain of blobs, each behind a header that says how long it is:
https://wiki.openstreetmap.org/wiki/PBF_Format. These headers are read here, the rest by osmium.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np

from geodata.catalogue import found
from geodata.findings import Finding, FindingError, Source, Text, refuse
from geodata.readers.files import check_file, head
from geodata.readers.opened import MOST_WORDS

CRS = "EPSG:4326"
OSM_CREDIT = "© OpenStreetMap contributors, ODbL"
"""Whom the licence of the map data asks to name wherever it is shown."""
_FIRST = b"\n\tOSMHeader"
_MOST_HEADER = 64 * 1024
_SIZE = 3
"""Number of the field that holds the length of the blob."""
_UNITS_PER_DEGREE = 1e7
_NOWHERE = 2**31 - 1
"""Longitude, in units, of a node that is not in the extract."""
NOT_PBF = Text("it is no .osm.pbf file", "不是.osm.pbf文件")


@dataclass(frozen=True, eq=False)
class Thing:
    """A node or way with its tags.

    Attributes
    ----------
    nodes
        (V,) ids: of a node its own, of a way those along it.
    xy
        (V, 2) degrees, longitude first; NaN where a node of the way is not in the extract.
    """

    number: int
    is_way: bool
    tags: dict[str, str]
    nodes: np.ndarray
    xy: np.ndarray


def things(path: Path, keys: tuple[str, ...], source: Source) -> Iterator[Thing]:
    """Yield the nodes and ways that have one of the keys, in the order of the file.

    Raises
    ------
    FindingError
        See `readable`.
    """
    import osmium

    wanted = osmium.filter.KeyFilter(*keys)
    with readable(path, source):
        for thing in osmium.FileProcessor(str(path)).with_locations().with_filter(wanted):
            if isinstance(thing, osmium.osm.Node):
                at = [(thing.id, thing.location.x, thing.location.y)]
            elif isinstance(thing, osmium.osm.Way):
                at = [(node.ref, node.location.x, node.location.y) for node in thing.nodes]
            else:
                continue
            table = np.array(at, dtype=np.int64).reshape(-1, 3)
            known = table[:, 1:2] != _NOWHERE
            xy = np.where(known, table[:, 1:] / _UNITS_PER_DEGREE, np.nan)
            yield Thing(thing.id, thing.is_way(), dict(thing.tags), table[:, 0], xy)


@contextmanager
def readable(path: Path, source: Source) -> Iterator[None]:
    """Refuse a file that may not be read, and one that osmium stumbles over.

    Raises
    ------
    FindingError
        See `extract_faults`; N43.
    """
    refuse(extract_faults(path, source))
    try:
        yield
    except (RuntimeError, UnicodeDecodeError) as error:
        raise FindingError([found("N43", source, more=str(error)[:MOST_WORDS])]) from None


def is_extract(path: Path) -> bool:
    """Whether a file is an OpenStreetMap extract by its first bytes."""
    return path.is_file() and head(path, 64)[4:].startswith(_FIRST)


def called_extract(path: Path) -> bool:
    """Whether a file is an extract, or its name says so."""
    return path.suffix == ".pbf" or is_extract(path)


def extract_faults(path: Path, source: Source) -> list[Finding]:
    """Return why an extract may not be read; empty if it may.

    What may not be opened (C34, C35, T44), what is no PBF file, and what breaks off (N43).
    """
    findings = check_file(path, source)
    if findings:
        return findings
    if not is_extract(path):
        return [found("N43", source, more=NOT_PBF)]
    lost = _missing_bytes(path)
    if lost is None:
        broken = Text("a block of it is damaged", "其中有数据块已损坏")
        return [found("N43", source, more=broken)]
    if lost:
        words = Text(f"{lost:,} bytes or more are missing", f"至少缺少{lost:,}字节")
        return [found("N43", source, more=words)]
    return []


def _missing_bytes(path: Path) -> int | None:
    """Return how many bytes the last block lacks, 0 if none; None where a header is nonsense."""
    size = path.stat().st_size
    with path.open("rb") as file:
        at = 0
        while at < size:
            start = file.read(4)
            length = int.from_bytes(start, "big")
            if len(start) < 4 or at + 4 + length > size:
                return 4 - len(start) if len(start) < 4 else at + 4 + length - size
            blob = _blob_size(file, length)
            if blob is None:
                return None
            at += 4 + length + blob
            file.seek(at)
    return at - size


def _blob_size(file: BinaryIO, length: int) -> int | None:
    """Return the size of the blob after a header of `length` bytes; None where it says none."""
    if not 0 < length <= _MOST_HEADER:
        return None
    header = file.read(length)
    at, size = 0, None
    while at < length:
        key, at = _varint(header, at)
        value, at = _varint(header, at)
        if key & 7 == 2:
            at += value
        elif key & 7 != 0:
            return None
        if key >> 3 == _SIZE:
            size = value
    return size if at == length else None


def _varint(data: bytes, at: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where it ends."""
    value = shift = 0
    while at < len(data):
        byte = data[at]
        value |= (byte & 127) << shift
        at, shift = at + 1, shift + 7
        if byte < 128:
            break
    return value, at
