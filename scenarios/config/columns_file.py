"""The file that says which column of a bureau's table is which of ours (`docs/inputs.md`)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from pydantic import BeforeValidator, Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from geodata.column_map import DELIMITERS, Cells, ColumnMap, Place, Wide, WideColumn, Words
from geodata.columns import Kind, Schema
from geodata.schemas import SCHEMAS
from scenarios.config.findings import Finding
from scenarios.config.models import Encoding, Strict
from scenarios.config.words import KeyPath, fault_at, key_fault, validation_faults
from scenarios.config.yaml_text import Lines, open_yaml

Header = str | int
Value = str | int | float
Factor = Annotated[float, Field(gt=0, le=1e12)]
Row = Annotated[int, Field(ge=1, le=1_048_576)]


class CellRules(Strict):
    """How cells are read: words, separators, units."""

    words: dict[str | int, Value] = Field(default_factory=dict)
    thousands: Literal[",", "，", " ", "'"] | None = None
    factor: Factor | None = None
    units: dict[str, Factor] = Field(default_factory=dict)

    @property
    def reckons(self) -> bool:
        """Whether numbers are changed."""
        return bool(self.thousands or self.units or self.factor is not None)


class From(Strict):
    """Where cells come from: a column, several that are added, or one value for all rows."""

    column: Header | None = None
    add: Annotated[list[Header], Field(min_length=2)] | None = None
    value: Value | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> From:
        if sum(one is not None for one in (self.column, self.add, self.value)) != 1:
            raise PydanticCustomError("one_origin", "one of column, add and value")
        return self

    def headers(self) -> tuple[str, ...]:
        """Return the columns of theirs."""
        named = [self.column] if self.column is not None else self.add or []
        return tuple(map(str, named))


class ColumnRule(From, CellRules):
    """How a column of ours comes about."""


def _in_full(rule: object) -> object:
    """Write out the short form of a column that is taken as it is."""
    return {"column": rule} if isinstance(rule, str | int) else rule


def _listed(rows: object) -> object:
    return [rows] if isinstance(rows, int) else rows


class WideRow(From):
    """Columns whose cells are rows of ours, and what the other columns say there."""

    means: Annotated[dict[str, Value], Field(min_length=1)]


class WideRule(CellRules):
    """A table with a column for each grade, say."""

    into: str
    skip: list[Value] = Field(default_factory=list)
    rows: Annotated[list[WideRow], Field(min_length=1)]


class ColumnsFile(Strict):
    """A whole file of columns."""

    table: str
    sheet: str | None = None
    header: Annotated[list[Row], BeforeValidator(_listed), Field(max_length=5)] = Field(
        default_factory=list
    )
    last_row: Row | None = None
    until_blank_row: bool = False
    encoding: Encoding | None = None
    delimiter: Literal["comma", "semicolon", "tab", "bar"] | None = None
    leave_out: dict[str | int, list[Value]] = Field(default_factory=dict)
    columns: dict[str, Annotated[ColumnRule, BeforeValidator(_in_full)]] = Field(
        default_factory=dict
    )
    wide: WideRule | None = None


class OpenedColumns(NamedTuple):
    """A column map (None where the file has faults), and the faults."""

    by: ColumnMap | None
    faults: list[Finding]


def open_columns(path: Path, name: str, table: str = "") -> OpenedColumns:
    """Read a file of columns.

    Parameters
    ----------
    path
        The file.
    name
        How findings call it.
    table
        The input of the study that names it; empty: any.
    """
    data, lines, faults = open_yaml(path, name)
    if data is None or faults:
        return OpenedColumns(None, faults)
    try:
        given = ColumnsFile.model_validate(data)
    except ValidationError as problem:
        return OpenedColumns(None, validation_faults(problem, name, lines, ColumnsFile))
    faults = _table_faults(given, table, name, lines)
    if not faults:
        faults = _role_faults(given, SCHEMAS[given.table], name, lines)
    return OpenedColumns(None if faults else _column_map(given, name, lines), faults)


def _table_faults(given: ColumnsFile, table: str, name: str, lines: Lines) -> list[Finding]:
    """Find a table that is none, not the one of the study's input, or a layer told of rows."""
    if given.table not in SCHEMAS:
        return [key_fault(name, lines, ("table",), given.table, SCHEMAS)]
    if table and given.table != table:
        words = (
            f"This file is about {given.table}, and the study names it for {table}.",
            f"本文件针对 {given.table}，而研究把它用于 {table}。",
        )
        mend = ("Name the file that is meant.", "请指明对应的文件。")
        return [fault_at("C23", name, lines, ("table",), words, mend, value=given.table)]
    if not SCHEMAS[given.table].geometry:
        return []
    of_tables = (
        *("sheet", "header", "last_row", "until_blank_row"),
        *("delimiter", "encoding", "wide"),
    )
    words = ("A layer has no such thing.", "图层没有此项。")
    mend = ("Remove the key.", "请删去该键。")
    odd = [key for key in of_tables if getattr(given, key)]
    return [fault_at("C23", name, lines, (key,), words, mend) for key in odd]


def _role_faults(given: ColumnsFile, schema: Schema, name: str, lines: Lines) -> list[Finding]:
    """Find columns that are none of ours, stand twice, or cannot be reckoned with."""
    roles: list[tuple[KeyPath, str, bool]] = []
    for role, rule in given.columns.items():
        sums = rule.reckons or rule.add is not None
        roles.append((("columns", role), role, sums))
    wide = given.wide
    if wide is not None:
        sums = wide.reckons or any(row.add for row in wide.rows)
        roles.append((("wide", "into"), wide.into, sums))
        roles += [(("wide", "rows"), role, False) for role in _about(wide)]
    faults, seen = [], set[str]()
    known = [c.name for c in schema if not c.many] + [m for c in schema for m in c.members]
    for path, role, sums in roles:
        column = schema.column_of(role)
        if column is None:
            faults.append(key_fault(name, lines, path, role, known))
        elif role in seen:
            words = (f"{role} would come from two columns.", f"{role} 会来自两列。")
            mend = ("Keep one of the two.", "请只保留其一。")
            faults.append(fault_at("C47", name, lines, path, words, mend, value=role))
        elif sums and column.kind not in (Kind.INT, Kind.NUMBER):
            words = (
                f"{role} is no number: it has no factor, unit or separator and is not added.",
                f"{role} 不是数，不能设系数、单位、分隔符或相加。",
            )
            mend = ("Remove these keys, or correct the column.", "请删去这些键，或改正列名。")
            faults.append(fault_at("C23", name, lines, path, words, mend))
        seen.add(role)
    return faults + (_wide_faults(wide, name, lines) if wide is not None else [])


def _about(wide: WideRule) -> list[str]:
    return list(dict.fromkeys(role for row in wide.rows for role in row.means))


def _wide_faults(wide: WideRule, name: str, lines: Lines) -> list[Finding]:
    """Find rows that say less than others, come from no column, or from one named before."""
    faults = []
    about, seen = set(_about(wide)), set[str]()
    for number, row in enumerate(wide.rows):
        path = ("wide", "rows", number)
        if set(row.means) != about:
            words = (
                f"Each row must say the same columns: {', '.join(sorted(about))}.",
                f"各项须说明相同的列：{', '.join(sorted(about))}。",
            )
            mend = ("Add what is missing.", "请补全。")
            faults.append(fault_at("C50", name, lines, (*path, "means"), words, mend))
        if row.value is not None:
            words = ("A row of a wide table comes from a column.", "宽表的每项须来自列。")
            mend = ("Name it: column, or add.", "请写 column 或 add。")
            faults.append(fault_at("C23", name, lines, (*path, "value"), words, mend))
        for header in row.headers():
            if header in seen:
                words = ("The column stands twice here.", "该列在此出现两次。")
                mend = ("Keep one.", "请只保留一处。")
                faults.append(fault_at("C47", name, lines, path, words, mend, value=header))
            seen.add(header)
    return faults


def _column_map(given: ColumnsFile, name: str, lines: Lines) -> ColumnMap:
    """Return what the file says as the readers take it."""
    place = Place(
        tuple(sorted(given.header)),
        given.last_row,
        given.until_blank_row,
        DELIMITERS.get(given.delimiter or "", ""),
    )
    columns = tuple(
        (role, _cells(rule, lines.get(("columns", role), 0)))
        for role, rule in given.columns.items()
    )
    keys = [("columns", role) for role in given.columns] + [("leave_out",)]
    return ColumnMap(
        name=name,
        columns=columns,
        wide=_wide(given.wide, lines) if given.wide else None,
        leave_out=tuple((str(h), _text(w)) for h, words in given.leave_out.items() for w in words),
        place=place,
        sheet=given.sheet or "",
        encoding=given.encoding or "",
        lines=tuple((key[-1], lines.get(key, 0)) for key in keys),
    )


def _cells(rule: ColumnRule, line: int) -> Cells:
    value = "" if rule.value is None else _text(rule.value)
    return _with_rules(Cells(headers=rule.headers(), value=value, line=line), rule)


def _with_rules(cells: Cells, rules: CellRules) -> Cells:
    return Cells(
        headers=cells.headers,
        value=cells.value,
        line=cells.line,
        words=_pairs(rules.words),
        thousands=rules.thousands or "",
        factor=Decimal(str(rules.factor or 1)),
        units=tuple((unit, Decimal(str(factor))) for unit, factor in rules.units.items()),
    )


def _wide(rule: WideRule, lines: Lines) -> Wide:
    columns = tuple(
        WideColumn(row.headers(), _pairs(row.means), lines.get(("wide", "rows", number), 0))
        for number, row in enumerate(rule.rows)
    )
    return Wide(rule.into, columns, _with_rules(Cells(), rule), tuple(map(_text, rule.skip)))


def _pairs(words: Mapping[str, Value] | Mapping[str | int, Value]) -> Words:
    return tuple((str(word), _text(meant)) for word, meant in words.items())


def _text(value: Value) -> str:
    """Return a value as the cell of a table would hold it."""
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value)) if whole else str(value)
