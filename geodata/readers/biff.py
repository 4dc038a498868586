"""What the records of an .xls tell that its values do not: errors, formulas, merges, hidden rows.

Each is two bytes of kind, two of length, and its content:
https://learn.microsoft.com/openspecs/office_file_formats/ms-xls.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from geodata.readers.sheet_marks import ERRORS, SheetMarks

_BEGIN, _END, _SHEET = 0x0809, 0x000A, 0x0085
_FORMULA, _ERROR_CELL, _MERGES, _ROW, _COLUMNS = 0x0006, 0x0205, 0x00E5, 0x0208, 0x007D
_NO_NUMBER, _AN_ERROR = 0xFFFF, 2
_HIDDEN_ROW, _HIDDEN_COLUMNS = 0x20, 0x01


def scan_xls(book: bytes, sheet: str, marks: SheetMarks) -> None:
    """Note what a bare reading of an .xls hides: an error cell reads as empty there.

    Every formula has a result in this format, if only 0: T25 cannot be told. Of workbooks of Excel
    95 and older, whose sheets are named in another way, nothing is noted.
    """
    start = _begins(book, sheet)
    if start is None:
        return
    for kind, content in _records_of(book, start):
        try:
            _note(kind, content, marks)
        except struct.error:
            continue


def _begins(book: bytes, sheet: str) -> int | None:
    """Return where a sheet begins; None where none has the name."""
    for kind, content in _records_of(book, 0):
        if kind == _SHEET and len(content) > 8:
            size, wide = content[6], content[7] & 1
            name = content[8 : 8 + size * (2 if wide else 1)]
            if name.decode("utf-16-le" if wide else "latin-1", "replace") == sheet:
                return int.from_bytes(content[:4], "little")
    return None


def _records_of(book: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Yield the records of a part of the stream, not those of charts inside it."""
    depth = 0
    while at + 4 <= len(book):
        kind, length = struct.unpack_from("<HH", book, at)
        depth += (kind == _BEGIN) - (kind == _END)
        if depth <= 0:
            return
        if depth == 1:
            yield kind, book[at + 4 : at + 4 + length]
        at += 4 + length


def _note(kind: int, content: bytes, marks: SheetMarks) -> None:
    if kind == _ERROR_CELL:
        row, column, _, code, is_error = struct.unpack_from("<HHHBB", content)
        if is_error:
            marks.error(row + 1, column + 1, ERRORS.get(code, "#"))
    elif kind == _FORMULA:
        row, column, _, what, _, code, _, _, mark = struct.unpack_from("<HHHBBBBHH", content)
        if (mark, what) == (_NO_NUMBER, _AN_ERROR):
            marks.error(row + 1, column + 1, ERRORS.get(code, "#"))
        else:
            marks.formula(row + 1, column + 1, has_result=True)
    elif kind == _MERGES:
        (many,) = struct.unpack_from("<H", content)
        for number in range(many):
            top, bottom, left, right = struct.unpack_from("<4H", content, 2 + 8 * number)
            marks.merged(top + 1, left + 1, bottom + 1, right + 1)
    elif kind == _ROW:
        row, first, stop, _, _, _, how = struct.unpack_from("<7H", content)
        if how & _HIDDEN_ROW and stop > first:
            marks.hidden_row(row + 1)
    elif kind == _COLUMNS:
        first, last, _, _, how = struct.unpack_from("<5H", content)
        if how & _HIDDEN_COLUMNS:
            marks.hidden_columns(first + 1, last + 1)
