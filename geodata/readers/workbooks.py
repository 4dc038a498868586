"""Workbooks into raw tables of cell values."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from xml.etree.ElementTree import ParseError

import pandas as pd
import python_calamine as calamine
from defusedxml import DefusedXmlException

from geodata.catalogue import found
from geodata.cells import LOST_CELL, text_of
from geodata.column_map import ANYWHERE, Place, joined_header
from geodata.columns import Schema
from geodata.findings import Finding, Source
from geodata.readers.archives import DAMAGED, bomb
from geodata.readers.delimited import Raw
from geodata.readers.files import head
from geodata.readers.ole import OLE, ole_damage
from geodata.readers.sheet_marks import letters_of
from geodata.readers.sheet_scan import scan_sheet
from geodata.readers.sheet_xml import cells_spanned
from geodata.readers.xlsb import is_xlsb, xlsb_damage
from geodata.words_read import HEADER_WITHIN, header_at

MOST_CELLS = 20_000_000


def read_workbook(path: Path, source: Source, schema: Schema, place: Place = ANYWHERE) -> Raw:
    """Read one sheet of a workbook (.xlsx, .xls, .xlsb, .ods), indexed by the sheet's own rows.

    The header is the first row that holds anything, or the one below it that has the names of
    `schema` (T21); rows without any value are left out. Faults that a bare reading would hide
    (error cells, formulas without a result, merged cells) are found. `place` says where the table
    stands, where that is known.
    """
    if findings := _open_elsewhere(path, source):
        return Raw(None, findings)
    try:
        if findings := _unfit(path, source):
            return Raw(None, findings)
        workbook = _opened(path)
        name, findings = _choose(workbook, path, source)
        if findings:
            return Raw(None, findings)
        cells = _sheet_of(workbook, name).to_python(skip_empty_area=False)
        sheet = _table(cells, schema, place)
        if sheet is None:
            return Raw(None, [found("T43", source)])
        rows = (sheet.header, sheet.last)
        faults, lost = scan_sheet(path, name, *rows, sheet.names, source)
    except (calamine.CalamineError, ParseError, DefusedXmlException, *DAMAGED) as error:
        return Raw(None, [found("T45", source, more=error)])
    if sheet.titled:
        faults = [found("T21", source, row=sheet.header), *faults]
    for row, column in lost:
        if row in sheet.frame.index:
            sheet.frame.loc[row, column] = LOST_CELL
    return Raw(sheet.frame, faults, sheet.header)


def first_rows(
    path: Path, source: Source
) -> tuple[list[str], Sequence[Sequence[object]], list[Finding]]:
    """Return the visible sheets of a workbook and the cells of the one meant, if that is clear.

    For a look at a workbook whose columns nobody knows yet.
    """
    if findings := _open_elsewhere(path, source):
        return [], [], findings
    try:
        if findings := _unfit(path, source):
            return [], [], findings
        workbook = _opened(path)
        shown = calamine.SheetVisibleEnum.Visible
        sheets = [one.name for one in workbook.sheets_metadata if one.visible is shown]
        if not source.sheet and len(sheets) > 1:
            return sheets, [], []
        name, findings = _choose(workbook, path, source)
        cells = [] if findings else _sheet_of(workbook, name).to_python(skip_empty_area=False)
    except (calamine.CalamineError, *DAMAGED) as error:
        return [], [], [found("T45", source, more=error)]
    return sheets, cells, []


def _unfit(path: Path, source: Source) -> list[Finding]:
    """Refuse what would fill the memory when it is opened."""
    damage = None
    if zipfile.is_zipfile(path):
        if findings := bomb(path, source):
            return findings
        with zipfile.ZipFile(path) as archive:
            damage = xlsb_damage(archive) if is_xlsb(archive) else None
    elif head(path, len(OLE)) == OLE:
        damage = ole_damage(path)
    return [found("T45", source, more=damage)] if damage else []


@contextmanager
def _panic_told() -> Iterator[None]:
    """Make the reader's panic over a damaged workbook an error like any other."""
    try:
        yield
    except BaseException as panic:
        if type(panic).__name__ != "PanicException":
            raise
        raise calamine.CalamineError(str(panic)) from None


def _opened(path: Path) -> calamine.CalamineWorkbook:
    with _panic_told():
        return calamine.CalamineWorkbook.from_path(str(path))


def _sheet_of(workbook: calamine.CalamineWorkbook, name: str) -> calamine.CalamineSheet:
    with _panic_told():
        return workbook.get_sheet_by_name(name)


class Sheet(NamedTuple):
    """The rows under the header, its row and the last one, names by letters, titles above it."""

    frame: pd.DataFrame
    header: int
    last: int
    names: dict[str, str]
    titled: bool


def _choose(
    workbook: calamine.CalamineWorkbook, path: Path, source: Source
) -> tuple[str, list[Finding]]:
    """Return the sheet's name: the one asked for, or the only one; it must be visible and sane."""
    sheets = {item.name: item for item in workbook.sheets_metadata}
    name = source.sheet or (next(iter(sheets)) if len(sheets) == 1 else "")
    if name not in sheets:
        return "", [found("T62", source, value=source.sheet, more=", ".join(sheets))]
    if sheets[name].visible is not calamine.SheetVisibleEnum.Visible:
        return "", [found("T24", source, value=name)]
    if (spanned := cells_spanned(path, name)) > MOST_CELLS:
        return "", [found("T44", source, more=f"{spanned:,}")]
    sheet = _sheet_of(workbook, name)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        more = f"{sheet.total_height:,} × {sheet.total_width:,}"
        return "", [found("T44", source, more=more)]
    return name, []


def _open_elsewhere(path: Path, source: Source) -> list[Finding]:
    lock = path.with_name("~$" + path.name)
    return [found("T47", source, more=lock.name)] if lock.exists() else []


def _table(cells: Sequence[Sequence[object]], schema: Schema, place: Place) -> Sheet | None:
    filled = [
        number
        for number, row in enumerate(cells, start=1)
        if any(cell not in ("", None) for cell in row)
    ]
    if not filled or (place.header and place.header[-1] > len(cells)):
        return None
    titles = 0
    rows = place.header
    if not rows:
        first = [[text_of(cell) for cell in cells[n - 1]] for n in filled[:HEADER_WITHIN]]
        titles = header_at(first, schema)
        rows = (filled[titles],)
    header = joined_header([[text_of(cell) for cell in cells[number - 1]] for number in rows])
    last = place.end(filled, rows[-1])
    named = [column for column, name in enumerate(header) if name]
    below = [number for number in filled if rows[-1] < number <= last]
    frame = pd.DataFrame(
        [[cells[number - 1][column] for column in named] for number in below],
        index=below,
        columns=[header[column] for column in named],
        dtype=object,
    )
    names = {letters_of(column): header[column] for column in named}
    return Sheet(frame, rows[-1], last, names, titles > 0)
