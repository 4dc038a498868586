"""The notes of a template: what to do in which order, and every column in both languages."""

from __future__ import annotations

from math import isfinite
from pathlib import Path

from geodata.columns import Column
from geodata.findings import Text
from geodata.schemas import SCHEMAS

PLACES = {
    **dict.fromkeys(("towns", "zones", "schools", "candidates", "roads"), "county.gpkg"),
    **dict.fromkeys(("enrolment", "classes", "teachers"), "schools.xlsx"),
}
SHAPES = {
    "point": "点 points",
    "line": "线 lines",
    "polygon": "面 polygons",
    "": "",
}


def notes(meanings: dict[str, dict[str, Text]], tables: tuple[str, ...]) -> str:
    """Return the notes as Markdown."""
    parts = [(Path(__file__).parent / "steps.md").read_text(encoding="utf-8")]
    for table in tables:
        schema = SCHEMAS[table]
        shape = SHAPES[schema.geometry] + ("，或点 or points" if "point" in schema.or_else else "")
        where = f"`{PLACES[table]}` " if table in PLACES else ""
        file = "" if table in PLACES else ".csv"
        parts.append(f"\n## {where}`{table}{file}`{' — ' + shape if shape else ''}\n")
        parts.append("| 列 column | 含义 | meaning | 取值 values |\n|---|---|---|---|")
        for column in schema.columns:
            for name in column.members if column.many else (column.name,):
                said = meanings[table][name]
                parts.append(f"| `{name}` | {said.zh} | {said.en} | {rule(column)} |")
    return "\n".join(parts) + "\n"


def rule(column: Column) -> str:
    """Say what a column may hold: its words, its bounds, whether a cell may be empty."""
    said = []
    if column.choices:
        known: dict[str, list[str]] = {}
        for word, stands_for in column.synonyms:
            known.setdefault(stands_for, []).append(word)
        said.append(
            ", ".join(
                f"{word}（{'、'.join(known[word])}）" if word in known else word
                for word in column.choices
            )
        )
    elif isfinite(column.low) and isfinite(column.high):
        said.append(f"{column.low:g} … {column.high:g}")
    if column.blank is not None:
        said.append("可空 may be empty")
    return "; ".join(said)
