"""Faults of a study file, in the same form as those of layers and tables.

In a study file `row` is the line and `column` the path of the key.
"""

from __future__ import annotations

from pathlib import Path

from geodata.findings import Finding, FindingError, Severity, Source, Text, shown

Words = tuple[str, str]
"""A sentence in English and in Chinese."""

CORRECT_CELL: Words = (
    "Correct the cell; docs/inputs.md says what it holds.",
    "请改正；写法见 docs/inputs.md。",
)

__all__ = ["CORRECT_CELL", "Finding", "FindingError", "Words", "error", "error_in_row"]


def error(
    code: str,
    file: str,
    why: Words,
    mend: Words,
    *,
    sheet: str = "",
    row: int = 0,
    column: str = "",
    value: object = "",
) -> Finding:
    """Return a finding that refuses the study."""
    return Finding(
        code=code,
        severity=Severity.ERROR,
        file=file,
        sheet=sheet,
        row=row,
        column=column,
        value=shown(value),
        why=Text(*why),
        mend=Text(*mend),
    )


def error_in_row(
    code: str,
    source: Source,
    row: object,
    column: str,
    value: object,
    why: Words,
    mend: Words = CORRECT_CELL,
) -> Finding:
    """Return a finding about one cell of a table; `row` is its index label, the row of the file."""
    return error(
        code,
        source.file,
        why,
        mend,
        sheet=source.sheet,
        row=int(str(row)),
        column=column,
        value=value,
    )


def not_left(code: str, file: Path, why: tuple[str, str], option: str = "--findings") -> Finding:
    """Return why a file that an option of the command line asks for is not left."""
    mend = (f"Name another file after {option}.", f"请在 {option} 后另写文件名。")
    return error(code, str(file), why, mend, column=option)
