"""Findings: what is wrong with an input, where, why it matters and how to mend it.

A check never stops at the first fault: it returns findings, and the caller raises them together.
The words of each code are in `geodata.catalogue`; the codes are those of the project's catalogue
of bad inputs (G geometry, T tables, N networks, C configuration, D demand).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

LISTED_PER_CODE = 1000
SHOWN_CHARACTERS = 80


class Severity(StrEnum):
    """An error refuses the input; a repair and a warning go on, and are shown."""

    ERROR = "error"
    REPAIR = "repair"
    WARNING = "warning"


@dataclass(frozen=True)
class Text:
    """One sentence in both languages."""

    en: str
    zh: str

    def get(self, lang: str) -> str:
        """Return the sentence in `lang`; anything but ``zh`` is English."""
        return self.zh if lang == "zh" else self.en

    def format(self, words: dict[str, object]) -> Text:
        """Fill the braces of both languages; a word may itself be a `Text`."""
        return Text(*(getattr(self, lang).format_map(_in(lang, words)) for lang in ("en", "zh")))


def _in(lang: str, words: dict[str, object]) -> dict[str, object]:
    return {key: w.get(lang) if isinstance(w, Text) else w for key, w in words.items()}


@dataclass(frozen=True)
class Source:
    """Where a table or layer comes from: the file and its sheet or layer (empty for a CSV)."""

    file: str
    sheet: str = ""


@dataclass(frozen=True)
class Finding:
    """One fault.

    Attributes
    ----------
    code
        As in the catalogue, for example ``T09``.
    severity
        Whether the input is refused.
    file, sheet
        The file as the user named it, and its sheet or layer.
    row
        1-based as the user sees it: a table's header is row 1, a layer's first feature is row 1.
        0 where the fault is not of one row.
    column, value
        The column and the offending value as text, empty where there is none.
    why, mend
        Why it matters, and how to mend it.
    """

    code: str
    severity: Severity
    file: str
    sheet: str
    row: int
    column: str
    value: str
    why: Text
    mend: Text

    def as_dict(self, lang: str = "en") -> dict[str, str | int]:
        """Return the finding as the command line's JSON holds it."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "file": self.file,
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "why": self.why.get(lang),
            "mend": self.mend.get(lang),
        }

    def line(self, lang: str = "en") -> str:
        """Return the finding as one line of text."""
        words = (
            ("表/图层", "行", "列", "原因：", "改法：")
            if lang == "zh"
            else ("sheet", "row", "column", "Why:", "Mend:")
        )
        place = [self.file]
        place += [f"{words[0]} {self.sheet}"] if self.sheet else []
        place += [f"{words[1]} {self.row}"] if self.row else []
        place += [f"{words[2]} {self.column}"] if self.column else []
        value = f': "{self.value}"' if self.value else ""
        why, mend = self.why.get(lang), self.mend.get(lang)
        return (
            f"{self.code} {self.severity.value}  {' › '.join(place)}{value} "
            f"{words[3]} {why} {words[4]} {mend}"
        )


class FindingError(ValueError):
    """The input is refused; `findings` lists every fault, warnings included."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(finding.line() for finding in self.findings))


def errors(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that refuse the input."""
    return [finding for finding in findings if finding.severity is Severity.ERROR]


def refuse(findings: Iterable[Finding]) -> None:
    """Raise all findings together if any is an error.

    Raises
    ------
    FindingError
        With every finding given, in order.
    """
    listed = list(findings)
    if errors(listed):
        raise FindingError(listed)


def capped(
    findings: Iterable[Finding], limit: int = LISTED_PER_CODE
) -> tuple[list[Finding], dict[str, int]]:
    """Keep the first `limit` findings of each code, and count what was left out by code."""
    seen: Counter[str] = Counter()
    kept: list[Finding] = []
    for finding in findings:
        seen[finding.code] += 1
        if seen[finding.code] <= limit:
            kept.append(finding)
    return kept, {code: count - limit for code, count in seen.items() if count > limit}


def shown(value: object) -> str:
    """Return a value as text, short enough for a line."""
    text = "" if value is None else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
