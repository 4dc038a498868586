"""What a sheet's XML tells that its values do not: errors, lost results, merges, hidden rows."""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from geodata.catalogue import found
from geodata.findings import Finding, Source

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HIDDEN = {"1", "true"}
_FILLED = re.compile(rb'<(?:\w+:)?c\s(?:[^>]*?\s)?r="([A-Z]{1,3})([0-9]{1,7})"[^>/]*>')
"""The tag of a cell that is not closed at once: something stands in it."""
_BLOCK, _LONGEST_TAG = 1 << 20, 200


class Scanned(NamedTuple):
    """What is wrong with a sheet, and the (row, column name) cells that read as empty for it."""

    findings: list[Finding]
    lost: list[tuple[int, str]]


def scan_sheet(
    path: Path, sheet: str, header: int, names: Mapping[str, str], source: Source
) -> Scanned:
    """Find what a bare reading hides below the header row; nothing in what is not an .xlsx.

    Parameters
    ----------
    path, sheet
        The workbook and the sheet read from it.
    header
        Row of the header.
    names
        Header by the letters of its column.
    source
        For the findings: T22 merged cells, T23 what is hidden, T25 formulas without a result, T26
        formulas, T27 error cells, T46 macros, T48 a pivot table.
    """
    nothing = Scanned([], [])
    if not zipfile.is_zipfile(path):
        return nothing
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return nothing
        with archive.open(part) as stream:
            scanned = _scan(stream, header, names, source)
        beside = {
            "T46": "xl/vbaProject.bin" in archive.namelist(),
            "T48": _has_pivot(archive, part),
        }
    told = [found(code, source) for code, there in beside.items() if there]
    return scanned._replace(findings=scanned.findings + told)


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
                    columns = max(columns, _number(letters.decode()))
                    rows = max(rows, int(number))
                rest = text[-_LONGEST_TAG:]
    return rows * columns


def _part_of(archive: zipfile.ZipFile, sheet: str) -> str | None:
    """Return the archive member that holds a sheet; None where this is no .xlsx."""
    names = set(archive.namelist())
    book, links = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    if not {book, links} <= names:
        return None
    targets = {
        link.get("Id"): link.get("Target", "")
        for link in ElementTree.fromstring(archive.read(links))
    }
    for entry in ElementTree.fromstring(archive.read(book)).iter(f"{_MAIN}sheet"):
        if entry.get("name") == sheet:
            target = targets.get(entry.get(f"{_REL}id"), "")
            part = posixpath.normpath(posixpath.join("/xl", target)).lstrip("/")
            return part if part in names else None
    return None


def _has_pivot(archive: zipfile.ZipFile, part: str) -> bool:
    """Whether a sheet shows a pivot table."""
    folder, name = posixpath.split(part)
    links = f"{folder}/_rels/{name}.rels"
    return links in archive.namelist() and b"/pivotTable" in archive.read(links)


def _scan(stream: IO[bytes], header: int, names: Mapping[str, str], source: Source) -> Scanned:
    scanned = Scanned([], [])
    hidden: list[str] = []
    formulas = 0
    for _, element in ElementTree.iterparse(stream):
        if element.tag == f"{_MAIN}c":
            formulas += _cell(element, header, names, source, scanned)
        elif element.tag == f"{_MAIN}row":
            if element.get("hidden") in _HIDDEN and len(element):
                hidden.append(element.get("r", "?"))
            element.clear()
        elif element.tag == f"{_MAIN}col" and element.get("hidden") in _HIDDEN:
            hidden.append(f"{element.get('min')}-{element.get('max')}")
        elif element.tag == f"{_MAIN}mergeCell":
            _merged(element.get("ref", ""), header, names, source, scanned)
    if hidden:
        more = ", ".join(hidden[:10]) + (" …" if len(hidden) > 10 else "")
        scanned.findings.append(found("T23", source, more=more))
    if formulas:
        scanned.findings.append(found("T26", source, more=formulas))
    return scanned


def _cell(
    cell: Element, header: int, names: Mapping[str, str], source: Source, scanned: Scanned
) -> int:
    """Note what is wrong with a cell; return 1 if it holds a formula with a result."""
    row, letters = _place(cell.get("r", ""))
    name = names.get(letters)
    if row <= header or name is None:
        return 0
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else value.text or ""
    formula = cell.find(f"{_MAIN}f") is not None
    if cell.get("t") == "e":
        scanned.findings.append(found("T27", source, row=row, column=name, value=text))
        scanned.lost.append((row, name))
    elif formula and not text and cell.get("t") != "str":
        scanned.findings.append(found("T25", source, row=row, column=name))
        scanned.lost.append((row, name))
    elif formula:
        return 1
    return 0


def _merged(
    reference: str, header: int, names: Mapping[str, str], source: Source, scanned: Scanned
) -> None:
    """Refuse a merge that reaches below the header: all its cells but the first read as empty."""
    first, _, last = reference.partition(":")
    (top, left), (bottom, right) = _place(first), _place(last or first)
    columns = [letters for letters in names if _number(left) <= _number(letters) <= _number(right)]
    if bottom <= header or not columns:
        return
    name = names[columns[0]]
    scanned.findings.append(found("T22", source, row=top, column=name, more=reference))
    for row in range(max(top, header + 1), bottom + 1):
        scanned.lost.extend((row, names[one]) for one in columns if (row, one) != (top, left))


def _place(name: str) -> tuple[int, str]:
    """Return row and letters of a cell's name."""
    digits = re.search(r"\d+", name)
    return int(digits.group()) if digits else 0, name.rstrip("0123456789")


def letters_of(column: int) -> str:
    """Return the letters of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _number(letters: str) -> int:
    return sum((ord(one) - 64) * 26**power for power, one in enumerate(reversed(letters)))
