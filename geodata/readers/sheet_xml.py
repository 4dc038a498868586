"""What a sheet's XML tells that its values do not: errors, lost results, merges, hidden rows."""

from __future__ import annotations

import posixpath
import re
import zipfile
from pathlib import Path
from typing import IO
from xml.etree.ElementTree import Element

from defusedxml import ElementTree

from geodata.catalogue import found
from geodata.findings import Finding, Source

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_HIDDEN = {"1", "true"}


def sheet_faults(path: Path, sheet: str, header: int, source: Source) -> list[Finding]:
    """Return the faults of a sheet below its header row; empty for what is not an .xlsx."""
    if not zipfile.is_zipfile(path):
        return []
    with zipfile.ZipFile(path) as archive:
        part = _part_of(archive, sheet)
        if part is None:
            return []
        with archive.open(part) as stream:
            return _scan(stream, header, source)


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


def _scan(stream: IO[bytes], header: int, source: Source) -> list[Finding]:
    findings: list[Finding] = []
    hidden: list[str] = []
    for _, element in ElementTree.iterparse(stream):
        if element.tag == f"{_MAIN}c":
            findings += _cell(element, header, source)
        elif element.tag == f"{_MAIN}row":
            if element.get("hidden") in _HIDDEN and len(element):
                hidden.append(element.get("r", "?"))
            element.clear()
        elif element.tag == f"{_MAIN}col" and element.get("hidden") in _HIDDEN:
            hidden.append(f"{element.get('min')}-{element.get('max')}")
        elif element.tag == f"{_MAIN}mergeCell":
            findings += _merged(element.get("ref", ""), header, source)
    if hidden:
        more = ", ".join(hidden[:10]) + (" …" if len(hidden) > 10 else "")
        findings.append(found("T23", source, more=more))
    return findings


def _cell(cell: Element, header: int, source: Source) -> list[Finding]:
    name = cell.get("r", "")
    row = _row(name)
    if row <= header:
        return []
    letters = name.rstrip("0123456789")
    value = cell.find(f"{_MAIN}v")
    text = "" if value is None else value.text or ""
    if cell.get("t") == "e":
        return [found("T27", source, row=row, column=letters, value=text)]
    if cell.find(f"{_MAIN}f") is not None and not text and cell.get("t") != "str":
        return [found("T25", source, row=row, column=letters)]
    return []


def _merged(reference: str, header: int, source: Source) -> list[Finding]:
    """Refuse a merge that reaches below the header: all its cells but the first read as empty."""
    last = _row(reference.rsplit(":", maxsplit=1)[-1])
    return [found("T22", source, row=_row(reference), more=reference)] if last > header else []


def _row(name: str) -> int:
    digits = re.search(r"\d+", name)
    return int(digits.group()) if digits else 0
