"""Workbooks of other programs, by hand: the smallest .xls, .ods and .xlsb that hold a table."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape


@dataclass(frozen=True)
class Wrong:
    """An error cell, or a formula whose result is an error."""

    text: str
    by_formula: bool = False


@dataclass(frozen=True)
class Formula:
    """A formula and its result."""

    result: float | str


@dataclass(frozen=True)
class Look:
    """What a sheet has beside its cells, from 1: (top, left, bottom, right) of merges, numbers."""

    merges: tuple[tuple[int, int, int, int], ...] = ()
    hidden_rows: tuple[int, ...] = ()
    hidden_columns: tuple[int, ...] = ()
    chart: bytes = b""
    """Records of a chart on a sheet of an .xls."""


Cell = str | float | bool | Wrong | Formula
Rows = Sequence[Sequence[Cell]]
PLAIN = Look()
_CODES = {"#DIV/0!": 0x07, "#REF!": 0x17, "#N/A": 0x2A}

_SECTOR = 512
_ODS = "application/vnd.oasis.opendocument.spreadsheet"
_SPACES = "".join(
    f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for name in ("office", "table", "text")
)


def write_ods(path: Path, sheet: str, rows: Rows, look: Look = PLAIN) -> None:
    """Write a sheet as OpenDocument: numbers as floats, everything else as text."""
    hidden = ' table:visibility="collapse"'
    body = "".join(
        f"<table:table-column{hidden if number in look.hidden_columns else ''}/>"
        for number in range(1, 1 + max(map(len, rows)))
    )
    for number, row in enumerate(rows, start=1):
        cells = (_ods_cell(value, look, (number, at)) for at, value in enumerate(row, start=1))
        how = hidden if number in look.hidden_rows else ""
        body += f"<table:table-row{how}>{''.join(cells)}</table:table-row>"
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{_SPACES}><office:body>'
        f'<office:spreadsheet><table:table table:name="{sheet}">{body}</table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    entry = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", _ODS)
        archive.writestr("META-INF/manifest.xml", entry)
        archive.writestr("content.xml", content)


def _ods_cell(value: Cell, look: Look, at: tuple[int, int]) -> str:
    for top, left, bottom, right in look.merges:
        if at == (top, left):
            span = f' table:number-rows-spanned="{bottom - top + 1}"'
            span += f' table:number-columns-spanned="{right - left + 1}"'
            return _ods_cell(value, PLAIN, at).replace(" office", f"{span} office", 1)
        if top <= at[0] <= bottom and left <= at[1] <= right:
            return "<table:covered-table-cell/>"
    formula = ' table:formula="of:=1+1"' if isinstance(value, Wrong | Formula) else ""
    shown = value.result if isinstance(value, Formula) else value
    if isinstance(shown, str):
        kind, number, text = "string", "", shown
    elif isinstance(shown, bool):
        kind, text = "boolean", str(shown).upper()
        number = f' office:boolean-value="{text.lower()}"'
    else:
        # An error has the value 0, and only its text says what it is.
        result = 0 if isinstance(shown, Wrong) else shown
        kind, number = "float", f' office:value="{result}"'
        text = shown.text if isinstance(shown, Wrong) else str(result)
    how = f'{formula} office:value-type="{kind}"{number}'
    return f"<table:table-cell{how}><text:p>{escape(text)}</text:p></table:table-cell>"


def write_xls(path: Path, sheet: str, rows: Rows, look: Look = PLAIN) -> None:
    """Write a sheet as BIFF8 in an OLE container: the .xls of Excel 97 to 2003."""
    cells = b"".join(
        _record(0x007D, struct.pack("<6H", number - 1, number - 1, 2048, 0, 1, 0))
        for number in look.hidden_columns
    )
    for number, row in enumerate(rows):
        hidden = 0x20 if number + 1 in look.hidden_rows else 0
        cells += _record(0x0208, struct.pack("<8H", number, 0, len(row), 255, 0, 0, hidden, 0))
        cells += b"".join(_xls_cell(number, column, value) for column, value in enumerate(row))
    if look.chart:
        cells += _begin(0x0020) + look.chart + _record(0x000A)
    if look.merges:
        spans = b"".join(
            struct.pack("<4H", top - 1, bottom - 1, left - 1, right - 1)
            for top, left, bottom, right in look.merges
        )
        cells += _record(0x00E5, struct.pack("<H", len(look.merges)) + spans)
    name = sheet.encode("utf-16-le")
    bound = struct.pack("<IBBBB", 0, 0, 0, len(sheet), 1) + name
    before = len(_begin(0x0005)) + len(_record(0x0085, bound)) + len(_record(0x000A))
    bound = struct.pack("<I", before) + bound[4:]
    book = _begin(0x0005) + _record(0x0085, bound) + _record(0x000A)
    path.write_bytes(_container(book + _begin(0x0010) + cells + _record(0x000A)))


def write_xlsb(path: Path, sheet: str, rows: Rows, look: Look = PLAIN) -> None:
    """Write a sheet as the binary workbook of Excel 2007 and later."""
    cells = b"".join(
        _part(60, struct.pack("<4IH", number - 1, number - 1, 2304, 0, 1))
        for number in look.hidden_columns
    )
    if cells:
        cells = _part(390) + cells + _part(391)
    cells += _part(145)
    for number, row in enumerate(rows):
        hidden = 0x10 if number + 1 in look.hidden_rows else 0
        cells += _part(0, struct.pack("<IIHBBBI", number, 0, 300, 0, hidden, 0, 0))
        cells += b"".join(_xlsb_cell(column, value) for column, value in enumerate(row))
    cells += _part(146)
    for top, left, bottom, right in look.merges:
        cells += _part(176, struct.pack("<4I", top - 1, bottom - 1, left - 1, right - 1))
    extent = struct.pack("<4I", 0, len(rows) - 1, 0, max(map(len, rows)) - 1)
    of_sheet = struct.pack("<II", 0, 1) + _wide("rId1") + _wide(sheet)
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="rId1" Target="worksheets/sheet1.bin" Type="http://schemas.'
        'openxmlformats.org/officeDocument/2006/relationships/worksheet"/></Relationships>'
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.bin", _book(of_sheet))
        archive.writestr("xl/_rels/workbook.bin.rels", links)
        archive.writestr(
            "xl/worksheets/sheet1.bin", _part(129) + _part(148, extent) + cells + _part(130)
        )


def _book(of_sheet: bytes) -> bytes:
    """Return the records of a workbook of one sheet."""
    return _part(143) + _part(156, of_sheet) + _part(144) + _part(132)


def _part(kind: int, content: bytes = b"") -> bytes:
    """Return a record of an .xlsb: kind and length, seven bits a byte."""
    return _sevens(kind) + _sevens(len(content)) + content


def _sevens(number: int) -> bytes:
    low, high = number & 127, number >> 7
    return bytes([low | 128, high]) if high else bytes([low])


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def _xlsb_cell(column: int, value: Cell) -> bytes:
    place = struct.pack("<II", column, 0)
    if isinstance(value, str):
        return _part(6, place + _wide(value))
    if isinstance(value, Wrong):
        return _part(11 if value.by_formula else 3, place + bytes([_CODES[value.text]]))
    if isinstance(value, Formula):
        if isinstance(value.result, str):
            return _part(8, place + _wide(value.result))
        return _part(9, place + struct.pack("<d", value.result))
    if isinstance(value, bool):
        return _part(4, place + bytes([value]))
    return _part(5, place + struct.pack("<d", value))


def _record(kind: int, content: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(content)) + content


def _begin(kind: int) -> bytes:
    return _record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0x0DBB, 1996, 0, 6))


def _xls_cell(row: int, column: int, value: Cell) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, Wrong) and not value.by_formula:
        return _record(0x0205, place + bytes([_CODES[value.text], 1]))
    if isinstance(value, bool):
        return _record(0x0205, place + bytes([value, 0]))
    if isinstance(value, Wrong | Formula):
        behind = b""
        if isinstance(value, Wrong):
            result = struct.pack("<BBBBHH", 2, 0, _CODES[value.text], 0, 0, 0xFFFF)
        elif isinstance(value.result, str):
            result = struct.pack("<BBBBHH", 0, 0, 0, 0, 0, 0xFFFF)
            text = value.result.encode("utf-16-le")
            behind = _record(0x0207, struct.pack("<HB", len(value.result), 1) + text)
        else:
            result = struct.pack("<d", value.result)
        code = struct.pack("<HIH", 0, 0, 3) + b"\x1e\x01\x00"
        return _record(0x0006, place + result + code) + behind
    if isinstance(value, str):
        text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
        return _record(0x0204, place + text)
    return _record(0x0203, place + struct.pack("<d", value))


def _container(stream: bytes) -> bytes:
    """Wrap the stream `Workbook`: header, allocation table, directory, then its sectors."""
    stream = stream.ljust(max(4096, -(-len(stream) // _SECTOR) * _SECTOR), b"\0")
    count = len(stream) // _SECTOR
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, 2 + count), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(_SECTOR, b"\xff")
    head = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    head += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096,
                        0xFFFFFFFE, 0, 0xFFFFFFFE, 0)  # fmt: skip
    head += struct.pack("<I", 0) + b"\xff" * (108 * 4)
    entries = _entry("Root Entry", 5, 1, 0xFFFFFFFE, 0) + _entry("Workbook", 2, -1, 2, len(stream))
    return head + table + entries.ljust(_SECTOR, b"\0") + stream


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = name.encode("utf-16-le")
    return struct.pack(
        "<64sHBBiii16xI8x8xIQ", text, len(text) + 2, kind, 1, -1, -1, child, 0, start, size
    )
