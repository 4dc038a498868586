"""What the XML of an .ods tells and its values do not: errors, formulas, merges, hidden rows."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from itertools import product
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from geodata.readers.sheet_marks import SheetMarks, stated

_SPACE = "{urn:oasis:names:tc:opendocument:xmlns:%s:1.0}"
_TABLE, _OFFICE, _TEXT = (_SPACE % name for name in ("table", "office", "text"))
_CALC = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CONTENT = "content.xml"
_ERROR = re.compile(r"#(NULL!|DIV/0!|VALUE!|REF!|NAME\?|NUM!|N/A)|Err:\d{3}")
_MOST_REPEATED = 1000


def is_ods(archive: zipfile.ZipFile) -> bool:
    """Whether an archive may be an .ods."""
    return _CONTENT in archive.namelist()


def scan_ods(archive: zipfile.ZipFile, sheet: str, marks: SheetMarks) -> None:
    """Note what a bare reading of an .ods hides: an error cell reads as empty or as 0 there."""
    with archive.open(_CONTENT) as stream:
        row = column = 0
        for element in _of_sheet(stream, sheet):
            if element.tag == f"{_TABLE}table-column":
                many = _times(element, "columns-repeated")
                if element.get(f"{_TABLE}visibility", "visible") != "visible":
                    marks.hidden_columns(column + 1, column + many)
                column += many
            else:
                many = _times(element, "rows-repeated")
                _row(element, row + 1, many, marks)
                row += many
                element.clear()


def _of_sheet(stream: IO[bytes], sheet: str) -> Iterator[Element]:
    """Yield the columns and rows of a sheet."""
    here = False
    for event, element in ElementTree.iterparse(stream, events=("start", "end")):
        if element.tag == f"{_TABLE}table":
            here = event == "start" and element.get(f"{_TABLE}name") == sheet
        elif event == "end" and element.tag in (f"{_TABLE}table-column", f"{_TABLE}table-row"):
            if here:
                yield element
            else:
                element.clear()


def _row(element: Element, row: int, many: int, marks: SheetMarks) -> None:
    """Note the cells of a row that stands for `many`."""
    rows = range(row, row + min(many, _MOST_REPEATED))
    column, filled = 1, False
    for cell in element:
        if cell.tag not in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"):
            continue
        times = _times(cell, "columns-repeated")
        text = " ".join("".join(part.itertext()) for part in cell.findall(f"{_TEXT}p")).strip()
        filled = filled or bool(text)
        places = product(rows, range(column, column + min(times, _MOST_REPEATED)))
        _cell(cell, text, places, marks)
        down, across = _times(cell, "rows-spanned"), _times(cell, "columns-spanned")
        if down > 1 or across > 1:
            marks.merged(row, column, row + down - 1, column + across - 1)
        column += times
    if filled and element.get(f"{_TABLE}visibility", "visible") != "visible":
        marks.hidden_row(row)


def _cell(cell: Element, text: str, places: Iterator[tuple[int, int]], marks: SheetMarks) -> None:
    """Note an error or a formula."""
    wrong = cell.get(f"{_CALC}value-type") == "error" or _ERROR.fullmatch(text)
    has_formula = cell.get(f"{_TABLE}formula") is not None
    if not wrong and not has_formula:
        return
    for at in places:
        if wrong:
            marks.error(*at, text)
        else:
            has_result = cell.get(f"{_OFFICE}value-type") is not None
            marks.formula(*at, has_result=has_result)


def _times(element: Element, what: str) -> int:
    """Return how often a row, column or cell stands there, or how far it spans."""
    return max(1, stated(element.get(f"{_TABLE}number-{what}"), 1))
