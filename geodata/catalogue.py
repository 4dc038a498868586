"""The words of every fault that reading and measuring can find: code, severity, why, how to mend.

They stand in `catalogue.yaml`, one entry per code, in both languages.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import yaml

from geodata.findings import Finding, Severity, Source, Text, shown


@dataclass(frozen=True)
class Message:
    """Severity and words of a code."""

    severity: Severity
    why: Text
    mend: Text


def _load() -> dict[str, Message]:
    path = Path(__file__).with_name("catalogue.yaml")
    entries = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        code: Message(Severity(entry["severity"]), Text(**entry["why"]), Text(**entry["mend"]))
        for code, entry in entries.items()
    }


CATALOGUE: dict[str, Message] = _load()


def found(
    code: str,
    source: Source,
    *,
    row: int = 0,
    column: str = "",
    value: object = "",
    more: object = "",
) -> Finding:
    """Make the finding of a code.

    Parameters
    ----------
    code
        A key of `CATALOGUE`.
    source
        File and sheet.
    row, column, value
        The cell; 0 and empty where the fault is not of one cell.
    more
        What the check adds to the words: the closest name, a bound, a count.
    """
    message = CATALOGUE[code]
    words: dict[str, object] = {"value": shown(value), "column": column, "more": more}
    return Finding(
        code=code,
        severity=message.severity,
        file=source.file,
        sheet=source.sheet,
        row=int(row),
        column=column,
        value=shown(value),
        why=message.why.format(words),
        mend=message.mend.format(words),
    )


def found_each(
    code: str,
    source: Source,
    cells: pd.Series,
    column: str = "",
    more: Callable[[str], object] = lambda _: "",
) -> list[Finding]:
    """Make one finding for each cell of a series indexed by row.

    `column` defaults to the series' name; `more` gives a cell's addition to the words.
    """
    name = column or str(cells.name)
    return [
        found(code, source, row=row, column=name, value=value, more=more(value))
        for row, value in zip(cells.index.tolist(), cells.tolist(), strict=True)
    ]
