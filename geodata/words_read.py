"""Cells that are read in spite of how they are written, and those that are only worth a look."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from geodata.catalogue import found
from geodata.cells import tidy_id
from geodata.columns import Column, Schema
from geodata.findings import Finding, Source

FEWEST_ALIKE = 5
OTHER_UNIT = 1000.0
HEADER_WITHIN = 10
_ACTIVE = re.compile(r"^[=+@]|<\s*/?[a-zA-Z!]")


def translated(
    rows: list[int], name: str, texts: np.ndarray, column: Column, source: Source
) -> tuple[np.ndarray, list[Finding]]:
    """Put the word that is meant for each of a column's synonyms; a T17 for each, not each row."""
    known = dict(column.synonyms)
    meant = {
        text: known[word]
        for text in pd.unique(texts)
        if (word := tidy_id(str(text)).casefold()) in known
    }
    if not meant:
        return texts, []
    at = {text: int(np.flatnonzero(texts == text)[0]) for text in meant}
    findings = [
        found("T17", source, row=rows[at[text]], column=name, value=text, more=word)
        for text, word in meant.items()
    ]
    return np.array([meant.get(text, text) for text in texts], dtype=object), findings


def active_texts(rows: list[int], name: str, texts: np.ndarray, source: Source) -> list[Finding]:
    """Find texts that a spreadsheet or a browser would run (T55); every output writes them dead."""
    odd = [text for text in pd.unique(texts) if _ACTIVE.search(str(text))]
    return [
        found("T55", source, row=rows[i], column=name, value=texts[i])
        for i in np.flatnonzero(np.isin(texts, odd))
    ]


def other_units(
    rows: list[int], name: str, values: np.ndarray, column: Column, source: Source
) -> list[Finding]:
    """Find figures a thousand times off the middle of a column whose figures are alike (T50)."""
    if not column.alike:
        return []
    there = np.flatnonzero(values > 0)
    if len(there) < FEWEST_ALIKE:
        return []
    ratio = values[there] / np.median(values[there])
    odd = there[(ratio >= OTHER_UNIT) | (ratio <= 1 / OTHER_UNIT)]
    middle = f"{np.median(values[there]):,.0f}"
    return [
        found("T50", source, row=rows[i], column=name, value=f"{values[i]:g}", more=middle)
        for i in odd
    ]


def header_at(rows: list[list[str]], schema: Schema) -> int:
    """Return which of the first rows holds the names of the columns: titles may stand above it.

    The first row, unless another one names more of the columns, and half of those required.
    """
    names = [sum(schema.column_of(cell.strip()) is not None for cell in row) for row in rows]
    best = int(np.argmax(names)) if names else 0
    required = sum(column.required for column in schema)
    return best if names and names[best] > names[0] and 2 * names[best] >= required else 0
