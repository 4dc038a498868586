"""A look at a table before anybody knows its columns: its sheets, its first rows, its cells."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from geodata.cells import DATE_MARK, as_text, text_of
from geodata.column_map import Place
from geodata.columns import Schema
from geodata.findings import Finding, Source, errors
from geodata.readers.delimited import first_records, read_delimited
from geodata.readers.files import check_file, head
from geodata.readers.layers import attributes
from geodata.readers.tables import WORKBOOKS
from geodata.readers.workbooks import first_rows, read_workbook

ROWS = 12
"""Of the top of a table, among which its header is."""
_ANY = Schema("", ())


class Top(NamedTuple):
    """What stands at the top of a file.

    Attributes
    ----------
    sheets
        Of a workbook.
    rows
        The first ones that hold anything, by number; none where it is not clear which sheet.
    delimiter
        Of a CSV file.
    ends_at
        The first blank row below them that others follow; 0: there is none.
    findings
        Why it cannot be read.
    """

    sheets: list[str]
    rows: dict[int, list[str]]
    delimiter: str
    ends_at: int
    findings: list[Finding]


def look_at_top(path: Path, sheet: str, encoding: str = "") -> Top:
    """Return the top of a CSV file or of a sheet."""
    source = Source(str(path), sheet)
    sheets, cells, delimiter = list[str](), list[list[object]](), ""
    findings = check_file(path, source)
    if not findings and head(path, 4) in WORKBOOKS:
        sheets, given, findings = first_rows(path, source)
        cells = [list(row) for row in given]
    elif not findings:
        records, delimiter, findings = first_records(path, source, encoding)
        cells = [list(record) for record in records]
    texts = [_texts(row) for row in cells]
    filled = [number for number, row in enumerate(texts, start=1) if any(row)]
    gaps = [a + 1 for a, b in pairwise(filled[ROWS - 1 :]) if b - a > 1]
    rows = {number: texts[number - 1] for number in filled[:ROWS]}
    return Top(sheets, rows, delimiter, gaps[0] if gaps else 0, errors(findings))


def look_at_cells(
    path: Path, sheet: str, place: Place | None, encoding: str = ""
) -> tuple[pd.DataFrame, list[Finding]]:
    """Return all cells as texts under their headers; with no place the attributes of a layer."""
    source = Source(str(path), sheet)
    frame: pd.DataFrame | None
    if place is None:
        frame, findings = attributes(path, sheet, encoding)
    elif head(path, 4) in WORKBOOKS:
        frame, findings, _ = read_workbook(path, source, _ANY, place)
    else:
        frame, findings, _ = read_delimited(path, source, _ANY, encoding, place)
    if frame is None or errors(findings):
        return pd.DataFrame(), errors(findings)
    frame = frame.loc[:, ~frame.columns.duplicated()]
    return frame.apply(lambda cells: pd.Series(as_text(cells), cells.index)), []


def _texts(cells: list[object]) -> list[str]:
    return [text_of(cell).removeprefix(DATE_MARK).strip() for cell in cells]
