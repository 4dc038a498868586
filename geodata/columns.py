"""What a column, and the schema of a layer or table, can say; `geodata.schemas` says it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from math import inf


class Kind(StrEnum):
    """What a column holds. An id is text that names something, tidied of stray spaces."""

    ID = "id"
    TEXT = "text"
    INT = "int"
    NUMBER = "number"
    BOOL = "bool"


@dataclass(frozen=True)
class Column:
    """One column.

    Attributes
    ----------
    name
        As in the header. With `many`, a prefix: every column that begins with it is read.
    kind
        What it holds.
    required
        Whether the column must be there; an optional one that is absent is filled with `blank`.
    blank
        Value of an empty cell; None: a cell may not be empty.
    low, high
        Bounds, both allowed.
    low_code, high_code
        Codes of the findings for values outside the bounds.
    choices
        The words allowed; none: any.
    synonyms
        Pairs of a word, folded, and the word or number it stands for: a closed list.
    alike
        Whether the figures are of one order: one a thousand times off is in another unit.
    members
        With `many`, the usual headers in full: a Shapefile cuts them to ten bytes.
    """

    name: str
    kind: Kind
    required: bool = True
    blank: str | float | None = None
    low: float = -inf
    high: float = inf
    low_code: str = "T57"
    high_code: str = "T57"
    choices: tuple[str, ...] = ()
    many: bool = False
    members: tuple[str, ...] = ()
    synonyms: tuple[tuple[str, str], ...] = ()
    alike: bool = False


@dataclass(frozen=True)
class Schema:
    """Columns of a layer or table.

    Attributes
    ----------
    name
        Key of the study file's `inputs`.
    columns
        In the order of `docs/inputs.md`.
    key
        Columns that together stand once; empty: rows may repeat.
    geometry
        ``point``, ``line``, ``polygon``, or empty for a table.
    may_be_empty
        Whether a table without rows is a valid input.
    or_else
        Other types of geometry that a layer may be of instead; all of it is of one type.
    lenient
        Whether broken polygons are rebuilt and told: nothing is decided by such a layer.
    """

    name: str
    columns: tuple[Column, ...]
    key: tuple[str, ...] = ()
    geometry: str = ""
    may_be_empty: bool = False
    or_else: tuple[str, ...] = ()
    lenient: bool = False

    def column_of(self, header: str) -> Column | None:
        """Return the column that a header names, if any."""
        for column in self.columns:
            if header == column.name or (column.many and header.startswith(column.name)):
                return column
        return None

    def __iter__(self) -> Iterator[Column]:
        return iter(self.columns)
