"""Whether the container of an .xls hangs together, before the reader of workbooks trusts it.

A chain of sectors that bites its tail, or a cell in a column that the format does not have, makes
that reader ask for gigabytes: https://learn.microsoft.com/openspecs/windows_protocols/ms-cfb.
"""

from __future__ import annotations

import struct
from pathlib import Path

from geodata.findings import Text

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
"""With which such a file begins."""
_IN_HEADER = 109
"""Sectors of the allocation table that the header itself names."""
_LAST = 0xFFFFFFFA
"""From the first on, a number is no sector but a sign."""
_ENTRY = 128
_BOOKS = ("workbook", "book")
_CELLS = (
    *(0x0001, 0x0002, 0x0003, 0x0004, 0x0006, 0x00BD, 0x00BE, 0x00D6, 0x00FD),
    *(0x0201, 0x0202, 0x0203, 0x0204, 0x0205, 0x0206, 0x027E, 0x0406),
)
"""Records that begin with row and column."""
MOST_COLUMNS = 256

BROKEN = Text("the container of the workbook is damaged", "工作簿的容器结构已损坏")
TOO_WIDE = Text("a cell lies beyond the 256 columns of an .xls", "有单元格超出.xls的256列")


def ole_damage(path: Path) -> Text | None:
    """Return what is wrong with an .xls; None where nothing is seen."""
    content = path.read_bytes()
    try:
        book = _book_of(content)
    except (struct.error, IndexError, ValueError):
        return BROKEN
    return TOO_WIDE if book is not None and _is_too_wide(book) else None


def book_of(path: Path) -> bytes | None:
    """Return the stream of the workbook of a sound .xls; None where it is too short for much."""
    return _book_of(path.read_bytes())


def _book_of(content: bytes) -> bytes | None:
    """Return the stream of the workbook; None where it is too short to hold much.

    Raises
    ------
    ValueError, IndexError, struct.error
        If a chain leads out of the file or into itself.
    """
    size = 1 << struct.unpack_from("<H", content, 30)[0]
    if size not in (512, 4096):
        raise ValueError("size of sectors")
    table = _allocation(content, size)
    (first,) = struct.unpack_from("<I", content, 48)
    (smallest, mini, _, _, _) = struct.unpack_from("<5I", content, 56)
    directory = _chain(content, table, first, size)
    if mini < _LAST:
        _chain(content, table, mini, size)
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le", "replace")
        start, extent = struct.unpack_from("<II", directory, at + 116)
        if name.casefold() in _BOOKS:
            return None if extent < smallest else _chain(content, table, start, size)[:extent]
        if directory[at + 66] == 5 and start < _LAST and extent:
            _chain(content, table, start, size)
    return None


def _allocation(content: bytes, size: int) -> list[int]:
    """Return which sector follows each."""
    sectors = list(struct.unpack_from(f"<{_IN_HEADER}I", content, 76))
    (more,) = struct.unpack_from("<I", content, 68)
    seen = set[int]()
    while more < _LAST:
        if more in seen:
            raise ValueError("a chain into itself")
        seen.add(more)
        *some, more = struct.unpack_from(f"<{size // 4}I", content, (more + 1) * size)
        sectors += some
    table: list[int] = []
    for sector in sectors:
        if sector < _LAST:
            table += struct.unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
    return table


def _chain(content: bytes, table: list[int], sector: int, size: int) -> bytes:
    """Return the content of a chain of sectors; the last one may be cut off."""
    parts, seen = [], set[int]()
    while sector < _LAST:
        if sector in seen or (sector + 1) * size >= len(content):
            raise ValueError("a chain into itself, or out of the file")
        seen.add(sector)
        parts.append(content[(sector + 1) * size : (sector + 2) * size])
        sector = table[sector]
    return b"".join(parts)


def _is_too_wide(book: bytes) -> bool:
    """Whether a record of a cell names a column that there is none of."""
    at = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        if kind in _CELLS and length >= 4 and at + 8 <= len(book):
            (column,) = struct.unpack_from("<H", book, at + 6)
            if column >= MOST_COLUMNS:
                return True
        at += 4 + length
    return False
