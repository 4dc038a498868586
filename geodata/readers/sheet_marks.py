"""What is noted of a sheet beside its values, whatever the format of its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text

ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}
"""Words of error cells by their code in .xls and .xlsb."""
LONGEST = 9
"""Digits of a number that a row, a column or a count may have."""
MOST_HIDDEN = 10
"""Hidden rows and columns that are told one by one."""


class Scanned(NamedTuple):
    """What is wrong with a sheet, and the (row, column name) cells that read as empty for it."""

    findings: list[Finding]
    lost: list[tuple[int, str]]


class SheetMarks:
    """Notes of cells of the table, taken one by one in the order of the file.

    Parameters
    ----------
    header, last
        Row of the header, and the last one of the table.
    names
        Header by the letters of its column.
    source
        For the findings.
    """

    def __init__(self, header: int, last: int, names: Mapping[str, str], source: Source) -> None:
        self._header, self._last = header, last
        self._names = {number_of(letters): name for letters, name in names.items()}
        self._source = source
        self._findings: list[Finding] = []
        self._lost: list[tuple[int, str]] = []
        self._hidden: list[Text] = []
        self._beside: list[Finding] = []
        self._formulas = 0

    def error(self, row: int, column: int, text: str) -> None:
        """Note an error cell (T27); rows and columns count from 1."""
        self._lose("T27", row, column, text)

    def formula(self, row: int, column: int, *, has_result: bool) -> None:
        """Note a formula: T25 without a result, else one more for T26."""
        if not has_result:
            self._lose("T25", row, column)
        elif self._header < row <= self._last and column in self._names:
            self._formulas += 1

    def merged(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note a merge (T22) below the header: all its cells but the first read as empty."""
        columns = [column for column in self._names if left <= column <= right]
        if bottom <= self._header or top > self._last or not columns:
            return
        name = self._names[columns[0]]
        more = f"{letters_of(left - 1)}{top}:{letters_of(right - 1)}{bottom}"
        self._findings.append(found("T22", self._source, row=top, column=name, more=more))
        for row in range(max(top, self._header + 1), min(bottom, self._last) + 1):
            others = [one for one in columns if (row, one) != (top, left)]
            self._lost.extend((row, self._names[one]) for one in others)

    def hidden_row(self, row: int) -> None:
        """Note a hidden row (T23)."""
        self._hide(Text(f"row {row}", f"第{row}行"))

    def hidden_columns(self, first: int, last: int) -> None:
        """Note columns that are hidden together (T23), by the letters that the sheet shows."""
        letters = letters_of(first - 1) + (f":{letters_of(last - 1)}" if last > first else "")
        self._hide(Text(f"column {letters}", f"{letters}列"))

    def beside(self, code: str) -> None:
        """Note what the workbook holds beside the cells: macros (T46), a pivot table (T48)."""
        self._beside.append(found(code, self._source))

    def scanned(self) -> Scanned:
        """Return what was noted."""
        findings = list(self._findings)
        if self._hidden:
            rest = " …" if len(self._hidden) > MOST_HIDDEN else ""
            some = self._hidden[:MOST_HIDDEN]
            en, zh = ", ".join(one.en for one in some), "、".join(one.zh for one in some)
            findings.append(found("T23", self._source, more=Text(en + rest, zh + rest)))
        if self._formulas:
            findings.append(found("T26", self._source, more=self._formulas))
        return Scanned([*findings, *self._beside], self._lost)

    def _hide(self, what: Text) -> None:
        """Note what is hidden, and of a million rows no more than that there are others."""
        if len(self._hidden) <= MOST_HIDDEN:
            self._hidden.append(what)

    def _lose(self, code: str, row: int, column: int, text: str = "") -> None:
        name = self._names.get(column)
        if self._header < row <= self._last and name is not None:
            self._findings.append(found(code, self._source, row=row, column=name, value=text))
            self._lost.append((row, name))


def letters_of(column: int) -> str:
    """Return the letters of a column counted from 0: A, B, … Z, AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def number_of(letters: str) -> int:
    """Return the number of a column by its letters, counted from 1."""
    return sum((ord(one) - 64) * 26**power for power, one in enumerate(reversed(letters)))


def stated(text: str | None, unless: int) -> int:
    """Return the whole number that an attribute states; `unless` where it states none."""
    if text is None or not text.isascii() or not text.isdecimal() or len(text) > LONGEST:
        return unless
    return int(text)
