"""What a sheet tells beside its values, in the way of its format."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from geodata.findings import Source
from geodata.readers.biff import scan_xls
from geodata.readers.ods_xml import is_ods, scan_ods
from geodata.readers.ole import book_of
from geodata.readers.sheet_marks import Scanned, SheetMarks
from geodata.readers.sheet_xml import is_xlsx, scan_xlsx
from geodata.readers.xlsb import is_xlsb, scan_xlsb


def scan_sheet(
    path: Path, sheet: str, header: int, last: int, names: Mapping[str, str], source: Source
) -> Scanned:
    """Find what a bare reading of a table hides.

    Parameters
    ----------
    path, sheet
        The workbook and the sheet read from it.
    header, last
        Row of the header, and the last one of the table.
    names
        Header by the letters of its column.
    source
        For the findings: T22 merged cells, T23 what is hidden, T25 formulas without a result, T26
        formulas, T27 error cells, T46 macros, T48 a pivot table.
    """
    marks = SheetMarks(header, last, names, source)
    if not zipfile.is_zipfile(path):
        book = book_of(path)
        if book is not None:
            scan_xls(book, sheet, marks)
        return marks.scanned()
    with zipfile.ZipFile(path) as archive:
        if is_xlsx(archive):
            scan_xlsx(archive, sheet, marks)
        elif is_xlsb(archive):
            scan_xlsb(archive, sheet, marks)
        elif is_ods(archive):
            scan_ods(archive, sheet, marks)
    return marks.scanned()
