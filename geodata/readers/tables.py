"""Tables from CSV files and workbooks, told apart by content."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pandas as pd

from geodata.adapt import adapt, in_their_words
from geodata.checking import Checked, check_table, mixed_years, personal_columns
from geodata.column_map import ANYWHERE, ColumnMap
from geodata.columns import Schema
from geodata.findings import Finding, Source
from geodata.readers.delimited import read_delimited
from geodata.readers.files import check_file, head
from geodata.readers.workbooks import read_workbook

WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


def read_table(
    path: Path | str,
    sheet: str,
    schema: Schema,
    *,
    name: str = "",
    encoding: str = "",
    by: ColumnMap | None = None,
) -> Checked:
    """Read and check a table.

    Parameters
    ----------
    path
        A CSV file (UTF-8, UTF-16 with a mark, or GB18030), or a workbook (.xlsx, .xls, .xlsb,
        .ods).
    sheet
        Sheet of a workbook; empty for a CSV file, or where a workbook has a single sheet.
    schema
        Its columns.
    name
        The file as the user calls it; default the path.
    encoding
        Of a CSV file, where the study file names it: one of `geodata.readers.text.ENCODINGS`.
    by
        How a table under other headers is read as one of the schema.

    Returns
    -------
    Checked
        The typed table indexed by row number (the header is row 1), and the findings. A file that
        cannot be read gives an empty table with all columns.
    """
    path = Path(path)
    source = Source(name or str(path), sheet)
    findings = check_file(path, source)
    if findings:
        return empty(schema, findings)
    wanted, place = (by.theirs(schema), by.place) if by else (schema, ANYWHERE)
    if head(path, 4) in WORKBOOKS:
        raw, findings, header = read_workbook(path, source, wanted, place)
    else:
        raw, findings, header = read_delimited(path, source, wanted, encoding, place)
    if raw is None:
        return empty(schema, findings)
    checked = check_adapted(raw, schema, source, header, by)
    return Checked(checked.frame, findings + checked.findings)


def check_adapted(
    raw: pd.DataFrame, schema: Schema, source: Source, header: int, by: ColumnMap | None
) -> Checked:
    """Check a raw table that a column map may first bring under our headers; see `check_table`."""
    if by is None:
        return check_table(raw, schema, source, header)
    personal = personal_columns(raw.columns, source, header)
    adapted = adapt(raw, schema, by, source)
    kept = raw[raw.index.isin(adapted.frame.index)]
    personal += mixed_years(kept, schema, source, header)
    frame, findings = check_table(adapted.frame, schema, source, header)
    findings = in_their_words(findings, by, adapted)
    return Checked(frame, personal + adapted.findings + findings)


def empty(schema: Schema, findings: list[Finding]) -> Checked:
    """Return a table without rows, for a file that could not be read."""
    return Checked(_no_rows(schema).copy(), findings)


@cache
def _no_rows(schema: Schema) -> pd.DataFrame:
    columns = [column.name for column in schema if not column.many]
    raw = pd.DataFrame({name: pd.Series(dtype=object) for name in columns})
    return check_table(raw, schema, Source("")).frame
