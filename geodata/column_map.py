"""What a bureau's own table says in its own words, as data: which of its columns is which of ours.

A column map is made by `scenarios.config.columns_file` from a file that the user writes;
`geodata.adapt` follows it. Nothing in it is guessed: what it does not name is not read.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from geodata.cells import tidy_id
from geodata.columns import Column, Kind, Schema

ONE = Decimal(1)
Words = tuple[tuple[str, str], ...]
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
BETWEEN_HEADERS = "/"
"""Between the names of a header of several rows: 学生数/男."""


@dataclass(frozen=True)
class Place:
    """Where the table stands in its sheet or file.

    Attributes
    ----------
    header
        Rows of the header, from 1; none: it is found.
    last
        The last row that counts; None: all.
    ends_blank
        Whether the first blank row below the header ends the table: notes may follow.
    delimiter
        Of a CSV file; empty: it is found.
    """

    header: tuple[int, ...] = ()
    last: int | None = None
    ends_blank: bool = False
    delimiter: str = ""

    def end(self, filled: Sequence[int], header: int) -> int:
        """Return the last row, given the rows that hold anything and the last of the header."""
        last = max(filled, default=0) if self.last is None else self.last
        if self.ends_blank:
            there = set(filled)
            last = min(last, next((n for n in range(header, last + 1) if n + 1 not in there), last))
        return last


ANYWHERE = Place()


@dataclass(frozen=True)
class Cells:
    """How the cells of a column of ours come about.

    Attributes
    ----------
    headers
        Their columns; the figures of several are added. None: `value` stands in every row.
    words
        Pairs of a word of theirs and what is put for it.
    thousands
        What stands between thousands in a number; empty: nothing does.
    factor
        By which each number is multiplied.
    units
        Pairs of a unit that may stand behind a number, and the factor of such a number.
    line
        Of the file.
    """

    headers: tuple[str, ...] = ()
    value: str = ""
    words: Words = ()
    thousands: str = ""
    factor: Decimal = ONE
    units: tuple[tuple[str, Decimal], ...] = ()
    line: int = 0


@dataclass(frozen=True)
class WideColumn:
    """Columns of theirs whose cells are rows of ours, and what each such row is about."""

    headers: tuple[str, ...]
    means: Words
    line: int = 0


@dataclass(frozen=True)
class Wide:
    """A table with a column for each grade, say.

    Attributes
    ----------
    into
        Our column of the cells.
    cells
        How they are read; without headers.
    skip
        Texts of cells that make no row.
    """

    into: str
    columns: tuple[WideColumn, ...]
    cells: Cells = Cells()
    skip: tuple[str, ...] = ()


@dataclass(frozen=True)
class ColumnMap:
    """How a table of theirs is read as one of ours.

    Attributes
    ----------
    name
        The file as the user calls it.
    columns
        Pairs of our column and its cells.
    wide
        None: every row of theirs is one of ours.
    leave_out
        Pairs of a header of theirs and a word in it that takes a row out.
    """

    name: str
    columns: tuple[tuple[str, Cells], ...] = ()
    wide: Wide | None = None
    leave_out: Words = ()
    place: Place = ANYWHERE
    sheet: str = ""
    encoding: str = ""
    lines: tuple[tuple[str, int], ...] = field(default=())

    def headers(self) -> list[str]:
        """Return the headers of theirs that are read, each once."""
        named = [header for _, cells in self.columns for header in cells.headers]
        named += [h for column in (self.wide.columns if self.wide else ()) for h in column.headers]
        named += [header for header, _ in self.leave_out]
        return list(dict.fromkeys(map(tidy, named)))

    def theirs(self, schema: Schema) -> Schema:
        """Return the schema by which their header is told: their names, then ours."""
        return Schema(
            schema.name,
            (
                *(Column(name, Kind.TEXT) for name in self.headers()),
                *(Column(c.name, c.kind, required=False, many=c.many) for c in schema),
            ),
        )


def tidy(header: str) -> str:
    """Return a header in one form: compatible characters unified, runs of spaces as one."""
    return " ".join(tidy_id(header).split())


def joined_header(rows: Sequence[Sequence[str]]) -> list[str]:
    """Join the rows of a header: a name above stands over all columns up to the next one."""
    spread = []
    for row in rows[:-1]:
        current, names = "", []
        for cell in row:
            current = cell.strip() or current
            names.append(current)
        spread.append(names)
    spread.append([cell.strip() for cell in rows[-1]])
    return [BETWEEN_HEADERS.join(filter(None, column)) for column in zip(*spread, strict=True)]
