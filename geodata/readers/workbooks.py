"""Workbooks into raw tables of cell values."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from xml.etree.ElementTree import ParseError
from zipfile import BadZipFile

import pandas as pd
import python_calamine as calamine
from defusedxml import DefusedXmlException

from geodata.catalogue import found
from geodata.cells import LOST_CELL
from geodata.findings import Finding, Source
from geodata.readers.archives import bomb
from geodata.readers.delimited import Raw
from geodata.readers.sheet_xml import letters_of, scan_sheet

MOST_CELLS = 20_000_000


def read_workbook(path: Path, source: Source) -> Raw:
    """Read one sheet of a workbook (.xlsx, .xls, .xlsb, .ods), indexed by the sheet's own rows.

    The header is the first row that holds anything; rows without any value are left out. Faults
    that a bare reading would hide (error cells, formulas without a result, merged cells) are found.
    """
    findings = _open_elsewhere(path, source)
    if not findings and zipfile.is_zipfile(path):
        findings = bomb(path, source)
    if findings:
        return None, findings
    try:
        workbook = calamine.CalamineWorkbook.from_path(str(path))
        name, findings = _choose(workbook, source)
        if findings:
            return None, findings
        raw, header, names = _table(
            workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
        )
        faults, lost = scan_sheet(path, name, header, names, source)
    except (calamine.CalamineError, BadZipFile, ParseError, DefusedXmlException) as error:
        return None, [found("T45", source, more=error)]
    if raw is None:
        return None, [found("T43", source)]
    for row, column in lost:
        if row in raw.index:
            raw.loc[row, column] = LOST_CELL
    return raw, faults


def _choose(workbook: calamine.CalamineWorkbook, source: Source) -> tuple[str, list[Finding]]:
    """Return the sheet's name: the one asked for, or the only one; it must be visible and sane."""
    sheets = {item.name: item for item in workbook.sheets_metadata}
    name = source.sheet or (next(iter(sheets)) if len(sheets) == 1 else "")
    if name not in sheets:
        return "", [found("T62", source, value=source.sheet, more=", ".join(sheets))]
    if sheets[name].visible is not calamine.SheetVisibleEnum.Visible:
        return "", [found("T24", source, value=name)]
    sheet = workbook.get_sheet_by_name(name)
    if sheet.total_height * sheet.total_width > MOST_CELLS:
        more = f"{sheet.total_height:,} × {sheet.total_width:,}"
        return "", [found("T44", source, more=more)]
    return name, []


def _open_elsewhere(path: Path, source: Source) -> list[Finding]:
    lock = path.with_name("~$" + path.name)
    return [found("T47", source, more=lock.name)] if lock.exists() else []


def _table(
    cells: Sequence[Sequence[object]],
) -> tuple[pd.DataFrame | None, int, dict[str, str]]:
    """Return the rows under the first row that holds anything, its number, and its names."""
    filled = [
        number for number, row in enumerate(cells) if any(cell not in ("", None) for cell in row)
    ]
    if not filled:
        return None, 0, {}
    header = [str(cell).strip() for cell in cells[filled[0]]]
    named = [column for column, name in enumerate(header) if name]
    frame = pd.DataFrame(
        [[cells[number][column] for column in named] for number in filled[1:]],
        index=[number + 1 for number in filled[1:]],
        columns=[header[column] for column in named],
        dtype=object,
    )
    return frame, filled[0] + 1, {letters_of(column): header[column] for column in named}
