"""Columns against their schema: typed values out, and every fault with its row."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import pandas as pd

from geodata.catalogue import found
from geodata.cells import DATE_MARK, Parsed, as_text, nearest, parse, text_of, tidy_id, typed
from geodata.columns import Column, Kind, Schema
from geodata.findings import Finding, Source
from geodata.words_read import active_texts, other_units, translated

_PERSONAL = re.compile(
    r"身份证|证件号|学籍号|手机|电话|住址|出生日期|监护人|(学生|儿童|家长)姓名"
    r"|id_?card|phone|mobile|home_?address|(birth_?date|date_?of_?birth)|guardian"
    r"|(child|pupil|student|parent)_?name",
    re.IGNORECASE,
)
_TOTALS = {"合计", "总计", "共计", "全县合计", "total", "totals", "grand total", "sum"}
_SUBTOTALS = {"小计", "subtotal", "sub-total"}


class Checked(NamedTuple):
    """A typed table, indexed by the row as the user sees it, and what was found."""

    frame: pd.DataFrame
    findings: list[Finding]


def check_table(raw: pd.DataFrame, schema: Schema, source: Source, header: int = 1) -> Checked:
    """Read every column of a raw table as its schema says.

    Parameters
    ----------
    raw
        Cells of any type under the headers as they stand; the index is the row as the user sees it.
    schema
        The columns wanted.
    source
        File and sheet, for the findings.
    header
        Row of the header; 0 in a layer, which has none.

    Returns
    -------
    Checked
        All columns of the schema, typed (id and text: str; int: int64; number: float64; bool), and
        the findings. A faulty cell, and a required column that is not there, are missing (None,
        NaN): what compares tables leaves them out. Refuse the table if any finding is an error.
    """
    findings = mixed_years(raw, schema, source, header)
    raw, more = _headers(raw, schema, source, header)
    findings += more
    raw = _without_totals(raw, schema, source, findings)
    if not len(raw) and not schema.may_be_empty:
        findings.append(found("T43", source))
    rows = raw.index.tolist()
    columns: dict[str, np.ndarray] = {}
    for name, column in _wanted(raw, schema):
        if name not in raw.columns:
            columns[name] = _absent(column, len(raw))
            continue
        texts, read_as = translated(rows, name, as_text(raw[name]), column, source)
        parsed = parse(texts, column)
        columns[name] = parsed.values
        findings += read_as + _cell_findings(rows, name, texts, parsed, source)
        if column.kind is Kind.ID:
            findings += _tidied(rows, name, texts, source)
        if column.kind in (Kind.ID, Kind.TEXT):
            findings += active_texts(rows, name, texts, source)
        findings += other_units(rows, name, parsed.values, column, source)
    frame = pd.DataFrame(columns, index=raw.index)
    frame.index.name = "row"
    return Checked(frame, findings + duplicates(frame, schema, source))


def _headers(
    raw: pd.DataFrame, schema: Schema, source: Source, header: int
) -> tuple[pd.DataFrame, list[Finding]]:
    """Match headers with columns: what is missing, unknown, double or personal."""
    names = [str(name).strip() for name in raw.columns]
    raw = raw.set_axis(names, axis=1)
    findings = [
        found("T60", source, row=header, column=name)
        for name in dict.fromkeys(names)
        if names.count(name) > 1
    ]
    raw = raw.loc[:, ~raw.columns.duplicated()]
    unknown = [name for name in raw.columns if schema.column_of(name) is None]
    missing = [
        c.name for c in schema if c.required and not c.many and c.name not in set(raw.columns)
    ]
    for name in missing:
        near = nearest(name, unknown)
        more = f"; “{near}”?" if near else ""
        findings.append(found("T40", source, row=header, column=name, more=more))
    expected = [column.name for column in schema if column.name not in raw.columns]
    findings += personal_columns(unknown, source, header)
    for name in unknown:
        if name and not _PERSONAL.search(name):
            near = nearest(name, expected)
            more = f"; “{near}”?" if near else ""
            findings.append(found("T41", source, row=header, column=name, more=more))
    return raw.drop(columns=unknown), findings


def personal_columns(names: Iterable[str], source: Source, header: int) -> list[Finding]:
    """Refuse columns that tell of a single person (T56)."""
    return [
        found("T56", source, row=header, column=str(name).strip())
        for name in names
        if _PERSONAL.search(str(name))
    ]


_YEARLY = re.compile(r"(school|academic|统计)?[ _]?(year|年份|年度|学年|学年度)", re.IGNORECASE)
_YEAR = re.compile(r"(19|20)\d\d")
_OF_ONE_YEAR = ("enrolment", "classes", "teachers", "children", "tracts")


def mixed_years(raw: pd.DataFrame, schema: Schema, source: Source, header: int) -> list[Finding]:
    """Refuse a table of one year where a column that is not read names several (T49).

    Of a school year as `2019-2020` the first counts.
    """
    findings = []
    for place, header_text in enumerate(raw.columns if schema.name in _OF_ONE_YEAR else ()):
        name = str(header_text).strip()
        if not _YEARLY.fullmatch(name):
            continue
        texts = pd.unique(as_text(raw.iloc[:, place]))
        years = {year[0] for text in texts if (year := _YEAR.match(text))}
        if len(years) > 1:
            more = ", ".join(sorted(years))
            findings.append(found("T49", source, row=header, column=name, more=more))
    return findings


def _without_totals(
    raw: pd.DataFrame, schema: Schema, source: Source, findings: list[Finding]
) -> pd.DataFrame:
    """Take out rows that look like totals, adding a finding for each."""
    rows = raw.index.tolist()
    keep = np.ones(len(raw), dtype=bool)
    words = [c.name for c in schema if c.kind in (Kind.ID, Kind.TEXT) and c.name in raw.columns]
    for name in words:
        texts = as_text(raw[name])
        totals = {text: tidy_id(text).casefold() for text in pd.unique(texts)}
        totals = {text: word for text, word in totals.items() if word in _TOTALS | _SUBTOTALS}
        for i in np.flatnonzero(keep & np.isin(texts, list(totals))):
            code = "T20" if totals[texts[i]] in _SUBTOTALS else "T19"
            findings.append(found(code, source, row=rows[i], column=name, value=texts[i]))
            keep[i] = False
    return raw[keep]


def _wanted(raw: pd.DataFrame, schema: Schema) -> list[tuple[str, Column]]:
    """Names of the columns to return: those of the schema, prefixes spelt out."""
    wanted = []
    for column in schema:
        names = [column.name]
        if column.many:
            names = [name for name in raw.columns if schema.column_of(name) is column]
        wanted += [(name, column) for name in names]
    return wanted


def _absent(column: Column, rows: int) -> np.ndarray:
    return typed([None if column.required else column.blank] * rows, column.kind)


def _cell_findings(
    rows: list[int], name: str, texts: np.ndarray, parsed: Parsed, source: Source
) -> list[Finding]:
    return [
        found(
            parsed.codes[i],
            source,
            row=rows[i],
            column=name,
            value=texts[i].removeprefix(DATE_MARK),
            more=parsed.more[i],
        )
        for i in np.flatnonzero(parsed.codes != "")
    ]


def _tidied(rows: list[int], name: str, texts: np.ndarray, source: Source) -> list[Finding]:
    """List ids that were written in another form than they are read."""
    tidy = {text: tidy_id(text) for text in pd.unique(texts)}
    return [
        found("T02", source, row=rows[i], column=name, value=text, more=tidy[text])
        for i, text in enumerate(texts)
        if tidy[text] not in ("", text)
    ]


def duplicates(frame: pd.DataFrame, schema: Schema, source: Source) -> list[Finding]:
    """Find keys that stand more than once; every row of each is listed."""
    key = list(schema.key)
    if not key or not frame.duplicated(key).any():
        return []
    frame = frame.dropna(subset=key)
    double = frame[frame.duplicated(key, keep=False)]
    code = "G51" if schema.geometry else "T01"
    findings = []
    for values, group in double.groupby(key, sort=False):
        rows = ", ".join(str(row) for row in group.index[:10])
        value = " / ".join(map(text_of, values))
        findings += [
            found(code, source, row=row, column=key[0], value=value, more=rows)
            for row in group.index
        ]
    return findings
