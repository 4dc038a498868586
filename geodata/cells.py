"""Cells into values: strict, with the code of the fault where a cell is not what it should be.

Nothing is guessed: `1,234`, `12%`, `~30` or `3O` are refused with a code of their own, because each
can be read in two ways. Only ids are tidied (full-width letters and stray spaces), and that is
listed.
"""

from __future__ import annotations

import datetime
import math
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.columns import Column, Kind

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?\d+([,\uff0c]\d+)+(\.\d+)?", re.ASCII)
_DASHES = re.compile("[\u2010-\u2015\u2212\uff0d~\uff5e]")
_ESTIMATE = re.compile(
    r"^\s*(~|\u2248|>|<|\u2265|\u2264|about|circa|约|大约|近|\uff5e)", re.IGNORECASE
)
_LOOKALIKES = str.maketrans({"O": "0", "o": "0", "l": "1", "I": "1"})
_GARBLED = re.compile("\ufffd|锟斤拷|\u00ef\u00bf\u00bd|烫烫烫")
_TRUE = {"1", "true", "yes", "是"}
_FALSE = {"0", "false", "no", "否"}
_DATES = (datetime.date, datetime.time, datetime.timedelta, np.datetime64)
DATE_MARK = "\x00date "
LOST_CELL = "\x00lost"
"""A cell of a row that is a fault as a whole: missing, and no fault by itself."""
EXACT_DIGITS = 1e15

Value = str | float | None


@dataclass(frozen=True)
class Parsed:
    """A column's values, and the fault of each cell.

    Attributes
    ----------
    values
        (N,) object, float or int array. A faulty cell is missing (None, NaN): what looks at several
        cells can leave it out, and needs no other mark. Whole numbers are floats beside it.
    codes
        (N,) text: code of the fault, empty where there is none.
    more
        (N,) text: what the fault's words add.
    """

    values: np.ndarray
    codes: np.ndarray
    more: np.ndarray


def as_text(values: pd.Series) -> np.ndarray:
    """Return cells of any type as text, whole numbers without a decimal point; empty: ''."""
    if pd.api.types.is_datetime64_any_dtype(values.dtype):
        return np.array([DATE_MARK + str(value) for value in values], dtype=object)
    return np.array([text_of(value) for value in values.tolist()], dtype=object)


def text_of(value: object) -> str:
    """Return one cell as text."""
    if isinstance(value, str):
        return value
    if value is None or value is pd.NA or value is pd.NaT:
        return ""
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, float):
        return _float(value)
    return DATE_MARK + str(value) if isinstance(value, _DATES) else str(value)


def _float(value: float) -> str:
    if math.isnan(value):
        return ""
    whole = value.is_integer() and abs(value) < EXACT_DIGITS
    return str(int(value)) if whole else repr(value)


def parse(texts: np.ndarray, column: Column) -> Parsed:
    """Read a column of texts; each distinct text is looked at once."""
    where, distinct = pd.factorize(texts)
    read = _READERS[column.kind]
    triples = [_one(str(text), column, read) for text in distinct]
    values = [None if code else value for value, code, _ in triples]
    return Parsed(
        typed(values, column.kind)[where],
        np.array([code for _, code, _ in triples], dtype=object)[where],
        np.array([more for _, _, more in triples], dtype=object)[where],
    )


def typed(values: Sequence[Value], kind: Kind) -> np.ndarray:
    """Return values of a kind as an array; None is missing."""
    if kind in (Kind.ID, Kind.TEXT) or (kind is Kind.BOOL and None in values):
        return np.array(values, dtype=object)
    if kind is Kind.NUMBER or (kind is Kind.INT and None in values):
        return np.array([math.nan if value is None else value for value in values], dtype=float)
    return np.array(values, dtype=np.int64 if kind is Kind.INT else np.bool_)


def _one(
    text: str, column: Column, read: Callable[[str, Column], tuple[Value, str, str]]
) -> tuple[Value, str, str]:
    if text == LOST_CELL:
        return None, "", ""
    if text.startswith(DATE_MARK):
        return None, "T28", ""
    if not text.strip():
        return (None, "T59", "") if column.blank is None else (column.blank, "", "")
    return read(text.strip(), column)


def _number(text: str, column: Column) -> tuple[Value, str, str]:
    if not NUMBER.fullmatch(text):
        return 0.0, *number_fault(text)
    value = float(text)
    if not math.isfinite(value):
        return 0.0, "T08", ""
    if value < column.low:
        return value, column.low_code, bounds(column)
    if value > column.high:
        return value, column.high_code, bounds(column)
    return value, "", ""


def _int(text: str, column: Column) -> tuple[Value, str, str]:
    value, code, more = _number(text, column)
    if code:
        return value, code, more
    return (value, "", "") if float(value or 0).is_integer() else (value, "T07", "")


def _bool(text: str, column: Column) -> tuple[Value, str, str]:
    del column
    word = text.lower()
    if word in _TRUE | _FALSE:
        return word in _TRUE, "", ""
    return False, "T58", "0, 1"


def _text(text: str, column: Column) -> tuple[Value, str, str]:
    del column
    return (text, "T34", "") if _GARBLED.search(text) else (text, "", "")


def _id(text: str, column: Column) -> tuple[Value, str, str]:
    tidy = tidy_id(text)
    if _GARBLED.search(tidy):
        return tidy, "T34", ""
    if re.fullmatch(r"\d\.\d+e\+\d+", tidy):
        return tidy, "T05", ""
    if column.choices and tidy not in column.choices:
        return tidy, "T58", choices(tidy, column.choices)
    return tidy, "", ""


_READERS: dict[Kind, Callable[[str, Column], tuple[Value, str, str]]] = {
    Kind.ID: _id,
    Kind.TEXT: _text,
    Kind.INT: _int,
    Kind.NUMBER: _number,
    Kind.BOOL: _bool,
}


def tidy_id(text: str) -> str:
    """Return an id in one form: compatible characters unified, outer spaces gone."""
    return unicodedata.normalize("NFKC", text).strip()


def number_fault(text: str) -> tuple[str, str]:
    """Say why a text is not a number: code, and the reading that may be meant."""
    rules: tuple[tuple[str, bool], ...] = (
        ("T09", bool(_THOUSANDS.fullmatch(text))),
        ("T14", bool(_ESTIMATE.match(text))),
        ("T13", bool(re.search(r"[%‰/]|\uff05", text)) or _has(text, "No", "½⅓⅔¼¾⅛")),
        ("T12", bool(_DASHES.search(text))),
        ("T11", "_" in text),
        ("T10", _has(text, "Nd") or _has(text, "No")),
    )
    for code, holds in rules:
        if holds:
            return code, ""
    corrected = text.translate(_LOOKALIKES)
    if NUMBER.fullmatch(corrected):
        return "T15", corrected
    return "T08", ""


def _has(text: str, category: str, among: str = "") -> bool:
    return any(
        unicodedata.category(letter) == category and (not among or letter in among)
        for letter in text
        if not letter.isascii()
    )


def bounds(column: Column) -> str:
    """Return the bounds of a column in words."""
    low = "" if column.low == -math.inf else f"{column.low:g} ≤ "
    high = "" if column.high == math.inf else f" ≤ {column.high:g}"
    return f"{low}{column.name}{high}"


def choices(text: str, words: tuple[str, ...]) -> str:
    """Return the choices in words, the nearest one first."""
    near = nearest(text, words)
    rest = [word for word in words if word != near]
    return ", ".join([f"{near}?", *rest] if near else rest)


def nearest(text: str, words: tuple[str, ...] | list[str]) -> str:
    """Return the word closest to a text, empty if none is close."""
    import difflib

    folded = {word.casefold(): word for word in reversed(words)}
    close = difflib.get_close_matches(text.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[close[0]] if close else ""
