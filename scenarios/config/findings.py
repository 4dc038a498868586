"""Faults of a study file, in the same form as those of layers and tables.

In a study file `row` is the line and `column` the path of the key.
"""

from __future__ import annotations

from geodata.findings import Finding, FindingError, Severity, Text, shown

Words = tuple[str, str]
"""A sentence in English and in Chinese."""

__all__ = ["Finding", "FindingError", "Words", "error"]


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
