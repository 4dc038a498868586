"""Workbooks that hold no surprises: text stays text, the same run gives the same bytes."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import xlsxwriter

from geodata.findings import Text
from scenarios.outputs.files import replaced

OPTIONS = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
CREATED = dt.datetime(2020, 1, 1)
FORMS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 14},
    "note": {"font_color": "#555555", "italic": True},
    "warning": {"bold": True, "font_color": "#B2182B"},
    "head": {"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True, "valign": "top"},
    "text": {"text_wrap": True, "valign": "top", "border": 1, "num_format": "@"},
    "whole": {"valign": "top", "border": 1, "num_format": "#,##0"},
    "tenth": {"valign": "top", "border": 1, "num_format": "#,##0.0"},
    "hundredth": {"valign": "top", "border": 1, "num_format": "#,##0.00"},
    "metre": {"valign": "top", "border": 1, "num_format": "0.0"},
    "degree": {"valign": "top", "border": 1, "num_format": "0.000000"},
    "year": {"valign": "top", "border": 1, "num_format": "0"},
    "plain": {"valign": "top", "border": 1},
    "share": {"valign": "top", "border": 1, "num_format": "0.0%"},
    "total": {"bold": True, "valign": "top", "border": 1, "num_format": "#,##0"},
}


@dataclass(frozen=True)
class Column:
    """A column of a sheet: its heading in both languages, the form of its cells, its width."""

    head: Text
    form: str
    width: float = 12.0


@dataclass(frozen=True)
class Book:
    """An open workbook and its cell formats by name."""

    file: Any
    forms: dict[str, Any]


@contextmanager
def workbook(path: Path, title: str) -> Iterator[Book]:
    """Open a workbook that appears at `path` when the block ends without an error."""
    with replaced(path) as temporary:
        book = xlsxwriter.Workbook(str(temporary), OPTIONS)
        book.set_properties({"title": title, "author": "Xuewei", "created": CREATED})
        forms = {name: book.add_format(form) for name, form in FORMS.items()}
        yield Book(book, forms)
        book.close()


def write_cell(book: Book, sheet: Any, at: tuple[int, int], value: object, form: str) -> None:
    """Write a value by its kind: numbers as numbers, texts as texts, missing ones as blanks."""
    (row, column), shape = at, book.forms[form]
    if isinstance(value, Text):
        sheet.write_string(row, column, _lines(value), shape)
    elif value is None or (isinstance(value, float) and not math.isfinite(value)):
        sheet.write_blank(row, column, None, shape)
    elif isinstance(value, int | float) or hasattr(value, "item"):
        sheet.write_number(row, column, float(value), shape)  # type: ignore[arg-type]
    else:
        sheet.write_string(row, column, str(value), shape)


def write_table(
    book: Book,
    sheet: Any,
    top: int,
    columns: Sequence[Column],
    rows: Sequence[Sequence[object]],
    *,
    totals: Sequence[object] | None = None,
) -> int:
    """Write headings, rows and a line of totals from row `top`; return the first free row."""
    for index, column in enumerate(columns):
        sheet.write_string(top, index, _lines(column.head), book.forms["head"])
        sheet.set_column(index, index, column.width)
    sheet.set_row(top, 48)
    for offset, values in enumerate(rows, start=1):
        for index, (column, value) in enumerate(zip(columns, values, strict=True)):
            write_cell(book, sheet, (top + offset, index), value, column.form)
    free = top + 1 + len(rows)
    if totals is not None:
        for index, value in enumerate(totals):
            write_cell(book, sheet, (free, index), value, "total")
        free += 1
    return free


def write_heading(book: Book, sheet: Any, title: Text, notes: Sequence[tuple[Text, str]]) -> int:
    """Write a title and its notes (with their forms); return the first free row, one left empty."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(8)
    sheet.fit_to_pages(1, 0)
    sheet.write_string(0, 0, f"{title.zh}  {title.en}", book.forms["title"])
    for row, (note, form) in enumerate(notes, start=1):
        sheet.write_string(row, 0, f"{note.zh}  {note.en}", book.forms[form])
    return len(notes) + 2


def _lines(text: Text) -> str:
    return text.zh if text.zh == text.en else f"{text.zh}\n{text.en}"
