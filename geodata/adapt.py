"""A bureau's own table into the columns of a schema, as its column map says; all of it is told."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from geodata.catalogue import found
from geodata.cells import LOST_CELL, NUMBER, as_text, nearest, tidy_id
from geodata.column_map import ONE, Cells, ColumnMap, Wide, tidy
from geodata.columns import Schema
from geodata.findings import Finding, Source, Text

_MOST_DIGITS = 30
_ORIGIN = "\x00origin"


class Adapted(NamedTuple):
    """A raw table under our headers, their header of each cell of the wide column, findings."""

    frame: pd.DataFrame
    findings: list[Finding]
    origin: pd.Series | None = None


def adapt(raw: pd.DataFrame, schema: Schema, by: ColumnMap, source: Source) -> Adapted:
    """Read a raw table as a column map says.

    Parameters
    ----------
    raw
        Cells of any type under their headers, indexed by row.
    schema
        Ours.
    by
        The map.
    source
        File and sheet of the table.

    Returns
    -------
    Adapted
        Under our headers, as texts; a row of a wide table stands once for each of its columns. Of
        the findings C46, C47 and T60 are errors, T67 to T71 say what was done, and T72 what of the
        table is not read.
    """
    raw = raw.set_axis([tidy(str(name)) for name in raw.columns], axis=1)
    findings = _header_faults(raw, schema, by, source)
    raw = raw.loc[:, ~raw.columns.duplicated()]
    raw, left_out = _left_out(raw, by, source)
    findings += left_out
    columns: dict[str, np.ndarray] = {}
    for role, cells in by.columns:
        columns[role], told = _column(raw, role, cells, source)
        findings += told
    used = set(by.headers())
    kept = [
        name for name in raw.columns if name not in used | columns.keys() and schema.column_of(name)
    ]
    unread = [name for name in raw.columns if name and name not in used and name not in kept]
    findings += [found("T72", source, more=", ".join(unread))] if unread else []
    frame = pd.DataFrame({**columns, **{name: raw[name] for name in kept}}, index=raw.index)
    if by.wide is None:
        return Adapted(frame, findings)
    return _long(frame, raw, by.wide, findings, source)


def in_their_words(findings: list[Finding], by: ColumnMap, adapted: Adapted) -> list[Finding]:
    """Name the columns of findings as the user's own table does."""
    names = {role: " + ".join(cells.headers) for role, cells in by.columns if cells.headers}
    into = by.wide.into if by.wide else None
    renamed = []
    for one in findings:
        name = names.get(one.column, one.column)
        if one.column == into and adapted.origin is not None:
            name = _origin_of(one, adapted.frame[into], adapted.origin) or name
        renamed.append(replace(one, column=name))
    return renamed


def _origin_of(one: Finding, cells: pd.Series, origin: pd.Series) -> str:
    """Return their columns of a finding's row that hold its value."""
    here = (origin.index == one.row) & (cells.to_numpy() == one.value)
    return ", ".join(dict.fromkeys(origin[here]))


def _header_faults(
    raw: pd.DataFrame, schema: Schema, by: ColumnMap, source: Source
) -> list[Finding]:
    """Find headers that the map names and that are not there (C46), twice (T60), or ours (C47)."""
    there = list(raw.columns)
    findings = []
    for place, line, headers in _named(by):
        for header in map(tidy, headers):
            if header not in there:
                near = nearest(header, there)
                more = Text(f" Did you mean “{near}”?", f"是否应为“{near}”？") if near else ""
                where = Source(by.name)
                findings.append(
                    found("C46", where, row=line, column=place, value=header, more=more)
                )
            elif there.count(header) > 1:
                findings.append(found("T60", source, column=header))
    lines, used = dict(by.lines), set(by.headers())
    roles = [*dict(by.columns), *([by.wide.into, *_about(by.wide)] if by.wide else ())]
    findings += [
        found("C47", Source(by.name), row=lines.get(role, 0), column=role, more=role)
        for role in roles
        if role in there and role not in used and schema.column_of(role)
    ]
    return findings


def _named(by: ColumnMap) -> list[tuple[str, int, Sequence[str]]]:
    """List where the map names headers, at which line, and which."""
    named: list[tuple[str, int, Sequence[str]]] = [
        (f"columns.{role}", cells.line, cells.headers) for role, cells in by.columns
    ]
    if by.wide:
        named += [("wide.rows", column.line, column.headers) for column in by.wide.columns]
    left_out = list(dict.fromkeys(header for header, _ in by.leave_out))
    line = dict(by.lines).get("leave_out", 0)
    return [*named, *(("leave_out", line, [header]) for header in left_out)]


def _about(wide: Wide) -> list[str]:
    return list(dict.fromkeys(role for column in wide.columns for role, _ in column.means))


def _left_out(
    raw: pd.DataFrame, by: ColumnMap, source: Source
) -> tuple[pd.DataFrame, list[Finding]]:
    """Take out the rows that the map says are none, totals for example (T71)."""
    keep = np.ones(len(raw), dtype=bool)
    findings = []
    for header, word in by.leave_out:
        if tidy(header) not in raw.columns:
            continue
        texts = as_text(raw[tidy(header)])
        out = np.array([tidy_id(text) == tidy_id(word) for text in texts], dtype=bool) & keep
        keep &= ~out
        rows = raw.index[out].tolist()
        findings += [found("T71", source, row=r, column=header, value=word) for r in rows]
    return raw[keep], findings


def _column(
    raw: pd.DataFrame, role: str, cells: Cells, source: Source
) -> tuple[np.ndarray, list[Finding]]:
    """Return the cells of a column of ours, and what was done to get them."""
    if not cells.headers:
        told = found("T67", source, column=role, value=cells.value, more=_WHOLE)
        return np.full(len(raw), cells.value, dtype=object), [told]
    read = [_read(raw, header, cells, source) for header in cells.headers]
    told = found("T67", source, column=role, value=" + ".join(cells.headers), more=_CELLS)
    return _sum([texts for texts, _ in read]), [told, *(one for _, more in read for one in more)]


_WHOLE = Text("the value in every row", "每行取此值")
_CELLS = Text("the column of the table", "表中的列")


def _read(
    raw: pd.DataFrame, header: str, cells: Cells, source: Source
) -> tuple[np.ndarray, list[Finding]]:
    """Return the texts of one column of theirs, words, separators and units replaced."""
    name = tidy(header)
    if name not in raw.columns:
        return np.full(len(raw), LOST_CELL, dtype=object), []
    where, distinct = pd.factorize(as_text(raw[name]))
    words = {tidy_id(word): meant for word, meant in cells.words}
    new = np.array([_meant(str(text), words, cells) for text in distinct], dtype=object)
    rows, times = raw.index.to_numpy(), np.bincount(where, minlength=len(distinct))
    findings, numbers = [], []
    for at in np.flatnonzero(new != distinct):
        text = str(distinct[at])
        if tidy_id(text) not in words:
            numbers.append(at)
            continue
        row = rows[np.argmax(where == at)]
        more = _times(new[at], times[at])
        findings.append(found("T68", source, row=row, column=header, value=text, more=more))
    if numbers:
        row, text = rows[np.argmax(where == numbers[0])], str(distinct[numbers[0]])
        more = _times(new[numbers[0]], times[numbers].sum())
        findings.append(found("T69", source, row=row, column=header, value=text, more=more))
    return new[where], findings


def _times(meant: str, count: int) -> Text:
    return Text(f"“{meant}” ({count} cells)", f"“{meant}”（{count}个单元格）")


def _meant(text: str, words: dict[str, str], cells: Cells) -> str:
    """Return what a cell means: a word's meaning, a number in our unit, or the text as it is."""
    if text == LOST_CELL:
        return text
    plain = tidy_id(text)
    if plain in words:
        return words[plain]
    if not (cells.thousands or cells.units or cells.factor != ONE):
        return text
    factor = cells.factor
    for unit, of_unit in sorted(cells.units, key=lambda pair: -len(pair[0])):
        if plain.endswith(tidy_id(unit)):
            plain, factor = plain[: -len(tidy_id(unit))].rstrip(), of_unit
            break
    if cells.thousands:
        mark = unicodedata.normalize("NFKC", cells.thousands)
        if re.fullmatch(rf"[+-]?\d{{1,3}}({re.escape(mark)}\d{{3}})+(\.\d+)?", plain, re.ASCII):
            plain = plain.replace(mark, "")
    number = _decimal(plain)
    untouched = factor == ONE and plain == text.strip()
    return text if number is None or untouched else _plain(number * factor)


def _sum(parts: list[np.ndarray]) -> np.ndarray:
    """Add columns of texts; where one holds no number it is the sum, and found at fault later."""
    if len(parts) == 1:
        return parts[0]
    return np.array([_added(row) for row in zip(*parts, strict=True)], dtype=object)


def _added(texts: tuple[str, ...]) -> str:
    numbers = [_decimal(text.strip()) for text in texts]
    odd = next((t for t, n in zip(texts, numbers, strict=True) if n is None), None)
    return _plain(sum((n for n in numbers if n is not None), Decimal(0))) if odd is None else odd


def _decimal(text: str) -> Decimal | None:
    """Return a number of a sane size exactly; None for any other text."""
    if not NUMBER.fullmatch(text):
        return None
    number = Decimal(text)
    return number if abs(number.adjusted()) < _MOST_DIGITS else None


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _long(
    frame: pd.DataFrame, raw: pd.DataFrame, wide: Wide, findings: list[Finding], source: Source
) -> Adapted:
    """Make a row of each wide column's cell (T70); cells that the map says are none make none."""
    skip = {tidy_id(text) for text in wide.skip}
    pieces = []
    for column in wide.columns:
        read = [_read(raw, header, wide.cells, source) for header in column.headers]
        findings += [one for _, told in read for one in told]
        there = [tidy(header) for header in column.headers if tidy(header) in raw.columns]
        out = np.full(len(raw), bool(there))
        for name in there:
            out &= np.array([tidy_id(text) in skip for text in as_text(raw[name])], dtype=bool)
        about: dict[str, Any] = {
            **dict(column.means),
            wide.into: _sum([texts for texts, _ in read]),
        }
        piece = frame.assign(**about, **{_ORIGIN: " + ".join(column.headers)})
        pieces.append(piece[~out])
    long = pd.concat(pieces).sort_index(kind="stable")
    cells = len(raw) * len(wide.columns)
    more = Text(
        f"{len(wide.columns)} columns of {len(raw)} rows are {len(long)} rows;"
        f" {cells - len(long)} cells left out",
        f"{len(raw)}行的{len(wide.columns)}列读成{len(long)}行，略去{cells - len(long)}个单元格",
    )
    findings.append(found("T70", source, column=wide.into, more=more))
    origin = long.pop(_ORIGIN)
    return Adapted(long, findings, origin)
