"""CSV files into raw tables of text."""

from __future__ import annotations

import csv
import io
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from geodata.catalogue import found
from geodata.cells import LOST_CELL
from geodata.column_map import ANYWHERE, Place, joined_header
from geodata.columns import Schema
from geodata.findings import Finding, Source, Text
from geodata.readers.text import decode
from geodata.words_read import HEADER_WITHIN, header_at

LONGEST_FIELD = 10_000
_DELIMITERS = (",", ";", "\t")
_NAMES = {";": Text("semicolons", "分号"), "\t": Text("tabs", "制表符")}


class Raw(NamedTuple):
    """Cells under their header (None where there are none to read), findings, the header's row."""

    frame: pd.DataFrame | None
    findings: list[Finding]
    header: int = 1


def read_delimited(
    path: Path, source: Source, schema: Schema, encoding: str = "", place: Place = ANYWHERE
) -> Raw:
    """Read a CSV file, every cell as text, indexed by record number (the first record is 1).

    For `encoding` see `decode`; `schema` tells the header from titles above it. Every record under
    the header must have as many fields as it; records without any text are left out. `place` says
    where the table stands, where that is known.
    """
    text, findings = decode(path.read_bytes(), source, encoding)
    if text is None:
        return Raw(None, findings)
    if "\x00" in text:
        return Raw(None, [found("T38", source)])
    delimiter = place.delimiter or _delimiter(text, schema)
    if delimiter != "," and not place.delimiter:
        findings.append(found("T35", source, more=_NAMES[delimiter]))
    records, faults = _records(text, delimiter, source)
    if faults or not records:
        return Raw(None, findings + (faults or [found("T43", source)]))
    top, header, more = _header(records, schema, place, source)
    if more:
        return Raw(None, findings + more)
    findings += [found("T21", source, row=top + 1)] if top and not place.header else []
    filled = [n for n, record in enumerate(records, start=1) if any(f.strip() for f in record)]
    records = records[top : place.end(filled, top + 1)]
    while header and not header[-1] and all(len(r) < len(header) or not r[-1] for r in records[1:]):
        header, records = header[:-1], [r[: len(header) - 1] for r in records]
    return _table(header, records, top, source, findings)


def first_records(
    path: Path, source: Source, encoding: str = ""
) -> tuple[list[list[str]], str, list[Finding]]:
    """Return the records of a CSV file as they stand, and the delimiter that its top is full of.

    For a look at a file whose columns nobody knows yet; without records where it cannot be read.
    """
    text, findings = decode(path.read_bytes(), source, encoding)
    if text is None or "\x00" in text:
        return [], ",", findings if text is None else [found("T38", source)]
    top = text.splitlines()[: 2 * HEADER_WITHIN]
    delimiter = max(_DELIMITERS, key=lambda mark: sum(line.count(mark) for line in top))
    records, faults = _records(text, delimiter, source)
    return records, delimiter, faults


def _header(
    records: list[list[str]], schema: Schema, place: Place, source: Source
) -> tuple[int, list[str], list[Finding]]:
    """Return the header's last record, counted from 0, and its names; T43 where it is not there."""
    if not place.header:
        top = header_at(records[:HEADER_WITHIN], schema)
        return top, [name.strip() for name in records[top]], []
    if place.header[-1] > len(records):
        return 0, [], [found("T43", source)]
    rows = [records[n - 1] for n in place.header]
    width = max(map(len, rows))
    return (
        place.header[-1] - 1,
        joined_header([row + [""] * (width - len(row)) for row in rows]),
        [],
    )


def _delimiter(text: str, schema: Schema) -> str:
    """Return the delimiter of the header: a comma unless there is none but another."""
    lines = text.lstrip("\ufeff\r\n").splitlines()[:HEADER_WITHIN]
    tops = [header_at([line.split(mark) for line in lines], schema) for mark in _DELIMITERS]
    header = lines[max(tops)] if lines else ""
    comma, *others = _DELIMITERS
    other = max(others, key=header.count)
    return other if other in header and comma not in header else comma


def _records(text: str, delimiter: str, source: Source) -> tuple[list[list[str]], list[Finding]]:
    reader = csv.reader(io.StringIO(text, newline=None), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    try:
        for record in reader:
            if max(map(len, record), default=0) > LONGEST_FIELD:
                return [], [_swallowed(source, len(records) + 1, f"> {LONGEST_FIELD}")]
            records.append(record)
    except csv.Error as error:
        return [], [_swallowed(source, len(records) + 1, str(error))]
    return records, []


def _swallowed(source: Source, row: int, more: str) -> Finding:
    return found("T37", source, row=row, more=more)


def _table(
    header: list[str],
    records: list[list[str]],
    top: int,
    source: Source,
    findings: list[Finding],
) -> Raw:
    rows, cells = [], []
    for number, record in enumerate(records[1:], start=top + 2):
        if not any(field.strip() for field in record):
            continue
        if len(record) != len(header):
            has, needs = len(record), len(header)
            more = Text(f"{has} instead of {needs}", f"{has}（应为{needs}）")
            findings.append(found("T36", source, row=number, more=more))
        rows.append(number)
        cells.append(record if len(record) == len(header) else [LOST_CELL] * len(header))
    frame = pd.DataFrame(cells, index=rows, columns=header, dtype=object)
    return Raw(frame, findings, top + 1)
