"""What the XML of an .xlsx tells and its values do not: errors, formulas, merges, hidden rows."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from geodata.readers.sheet_marks import SheetMarks, number_of, stated

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_BOOK, _LINKS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_HIDDEN = {"1", "true"}
_FILLED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>/]*>')
"""The tag of a cell that is not closed at once: something stands in it."""
_BLOCK, _LONGEST_TAG = 1 << 20, 200


def is_xlsx(archive: zipfile.ZipFile) -> bool:
    """Whether an archive is an .xlsx."""
    return {_BOOK, _LINKS} <= set(archive.namelist())


def scan_xlsx(archive: zipfile.ZipFile, sheet: str, marks: SheetMarks) -> None:
    """Note what a bare reading of an .xlsx hides, macros and pivot tables too."""
    part = _part_of(archive, sheet)
    if part is None:
        return
    with archive.open(part) as stream:
        _scan(stream, marks)
    if "xl/vbaProject.bin" in archive.namelist():
        marks.beside("T46")
    if _has_pivot(archive, part):
        marks.beside("T48")


def cells_spanned(path: Path, sheet: str) -> int:
    """Return how many cells the rectangle down to the last filled ones has; 0 if no .xlsx.

    Reading a sheet takes room for all of them, however few are filled.
    """
    if not zipfile.is_zipfile(path):
        return 0
    rows = columns = 0
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return 0
        with archive.open(part) as stream:
            rest = b""
            while block := stream.read(_BLOCK):
                text = rest + block
                for letters, number in set(_FILLED.findall(text)):
                    columns = max(columns, number_of(letters.decode()))
                    rows = max(rows, int(number))
                rest = text[-_LONGEST_TAG:]
    return rows * columns


def linked(archive: zipfile.ZipFile, links: str) -> dict[str | None, str]:
    """Return the archive members that a workbook links to, by the ids of their links."""
    return {
        link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))).lstrip(
            "/"
        )
        for link in ElementTree.fromstring(archive.read(links))
    }


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the archive member that holds a sheet; None where this is no .xlsx."""
    names = set(archive.namelist())
    if not is_xlsx(archive):
        return None
    parts = linked(archive, _LINKS)
    for entry in ElementTree.fromstring(archive.read(_BOOK)).iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            part = parts.get(entry.get(f"{_REL}id"), "")
            return part if part in names else None
    return None


def _has_pivot(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet shows a pivot table."""
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    return links in archive.namelist() and b"/pivotTable" in archive.read(links)


def _scan(stream: IO[bytes], marks: SheetMarks) -> None:
    row = 0
    for _, element in ElementTree.iterparse(stream):
        if element.tag == f"{_MAIN}c":
            _cell(element, marks)
        elif element.tag == f"{_MAIN}row":
            row = stated(element.get("r"), row + 1)
            if element.get("hidden") in _HIDDEN and len(element):
                marks.hidden_row(row)
            element.clear()
        elif element.tag == f"{_MAIN}col" and element.get("hidden") in _HIDDEN:
            marks.hidden_columns(*(stated(element.get(end), 0) for end in ("min", "max")))
        elif element.tag == f"{_MAIN}mergeCell":
            first, _, last = element.get("ref", "").partition(":")
            marks.merged(*_place(first), *_place(last or first))


def _cell(cell: Element, marks: SheetMarks) -> None:
    """Note an error or a formula."""
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else value.text or ""
    if cell.get("t") == "e":
        marks.error(*_place(cell.get("r", "")), text)
    elif cell.find(f"{_MAIN}f") is not None:
        has_result = bool(text) or cell.get("t") == "str"
        marks.formula(*_place(cell.get("r", "")), has_result=has_result)


def _place(name: str) -> tuple[int, int]:
    """Return row and column of a cell's name, counted from 1."""
    digits = re.search(r"\d+", name)
    return int(digits.group()) if digits else 0, number_of(name.rstrip("0123456789"))
