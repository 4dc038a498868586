"""What is noted of a sheet beside its values, whatever the format of its workbook."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from geodata.catalogue import found
from geodata.findings import Finding, Source

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


class Scanned(NamedTuple):
    """What is wrong with a sheet, and the (row, column name) cells that read as empty for it."""

    findings: list[Finding]
    lost: list[tuple[int, str]]


NOTHING = Scanned([], [])


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
        self._hidden: list[str] = []
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

    def hidden(self, what: str) -> None:
        """Note a hidden row or hidden columns (T23)."""
        self._hidden.append(what)

    def scanned(self) -> Scanned:
        """Return what was noted."""
        findings = list(self._findings)
        if self._hidden:
            more = ", ".join(self._hidden[:10]) + (" …" if len(self._hidden) > 10 else "")
            findings.append(found("T23", self._source, more=more))
        if self._formulas:
            findings.append(found("T26", self._source, more=self._formulas))
        return Scanned(findings, self._lost)

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
