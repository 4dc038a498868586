"""What the records of an .xlsb tell and its values do not: errors, formulas, merges, hidden rows.

Each is its kind and its length, seven bits a byte, and its content:
https://learn.microsoft.com/openspecs/office_file_formats/ms-xlsb.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Iterator

from geodata.findings import Text
from geodata.readers.sheet_marks import ERRORS, SheetMarks
from geodata.readers.sheet_xml import linked

_BOOK, _LINKS = "xl/workbook.bin", "xl/_rels/workbook.bin.rels"
_READ = re.compile(r"xl/(workbook|sharedStrings|(work|chart|dialog)sheets/[^/]+)\.bin")
"""Parts that the reader of the values goes through. Others, such as macros, are no records."""
_ROW, _COLUMNS, _SHEET, _MERGE = 0, 60, 156, 176
_ERROR_CELLS = (3, 11)
"""A cell that is an error, and a formula whose result is one."""
_FORMULAS = (8, 9, 10)
_CELLS = range(1, 12)
_HIDDEN_ROW, _HIDDEN_COLUMNS = 0x10, 0x01
_SIZE, _TEXTS = 148, 159
"""The corners of a sheet, and how many texts the book has."""
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384

TOO_LARGE = Text(
    "a cell lies beyond the rows and columns of an .xlsb, or it counts more texts than it holds",
    "有单元格超出.xlsb的行列范围，或文字数目多于文件所能容纳",
)


def is_xlsb(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is an .xlsb."""
    return {_BOOK, _LINKS} <= set(archive.namelist())


def xlsb_damage(archive: zipfile.ZipFile) -> Text | None:
    """Return what is wrong with an .xlsb; None where nothing is seen.

    Its reader takes room for what such a file says it holds, and dies where there is none.
    """
    for name in archive.namelist():
        if _READ.fullmatch(name):
            data = archive.read(name)
            if any(_is_too_large(kind, content, len(data)) for kind, content in _records_of(data)):
                return TOO_LARGE
    return None


def _is_too_large(kind: int, content: bytes, size: int) -> bool:
    numbers = [int.from_bytes(content[at : at + 4], "little") for at in range(0, 16, 4)]
    if kind == _ROW:
        return numbers[0] >= MOST_ROWS
    if kind in _CELLS:
        return numbers[0] >= MOST_COLUMNS
    if kind == _SIZE:
        return max(numbers[:2]) >= MOST_ROWS or max(numbers[2:]) >= MOST_COLUMNS
    return kind == _TEXTS and numbers[1] > size


def scan_xlsb(archive: zipfile.ZipFile, sheet: str, marks: SheetMarks) -> None:
    """Note what a bare reading of an .xlsb hides: an error cell reads as empty there.

    Every formula has a result in this format: T25 cannot be told.
    """
    part = _part_of(archive, sheet)
    if part not in archive.namelist():
        return
    row, is_hidden = 0, False
    for kind, content in _records_of(archive.read(part)):
        try:
            if kind == _ROW:
                row = int.from_bytes(content[:4], "little") + 1
                is_hidden = bool(content[11] & _HIDDEN_ROW)
            elif kind in _CELLS:
                if is_hidden:
                    marks.hidden_row(row)
                is_hidden = False
                _cell(kind, content, row, marks)
            elif kind == _MERGE:
                top, bottom, left, right = struct.unpack_from("<4I", content)
                marks.merged(top + 1, left + 1, bottom + 1, right + 1)
            elif kind == _COLUMNS:
                first, last, _, _, how = struct.unpack_from("<4IH", content)
                if how & _HIDDEN_COLUMNS:
                    marks.hidden_columns(first + 1, last + 1)
        except (struct.error, IndexError):
            continue


def _cell(kind: int, content: bytes, row: int, marks: SheetMarks) -> None:
    column = int.from_bytes(content[:4], "little") + 1
    if kind in _ERROR_CELLS:
        marks.error(row, column, ERRORS.get(content[8], "#"))
    elif kind in _FORMULAS:
        marks.formula(row, column, has_result=True)


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str:
    """Return the archive member that holds a sheet; empty where none has the name."""
    parts = linked(archive, _LINKS)
    for kind, content in _records_of(archive.read(_BOOK)):
        if kind == _SHEET:
            link, at = _text(content, 8)
            name, _ = _text(content, at)
            if name == sheet:
                return parts.get(link, "")
    return ""


def _text(content: bytes, at: int) -> tuple[str, int]:
    """Return a text behind its number of characters, and where it ends."""
    many = int.from_bytes(content[at : at + 4], "little")
    end = at + 4 + 2 * many
    return content[at + 4 : end].decode("utf-16-le", "replace"), end


def _records_of(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, at = _number(data, at, 2)
        length, at = _number(data, at, 4)
        yield kind, data[at : at + length]
        at += length


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, of `most` bytes, and where it ends."""
    value = 0
    for shift in range(most):
        if at >= len(data):
            break
        byte = data[at]
        value |= (byte & 127) << (7 * shift)
        at += 1
        if byte < 128:
            break
    return value, at
