"""Assumptions as rows: each norm and price with its value, unit, source, article and how sure.

What a planner reads of them stands in `norms.yaml` beside this file, in English and Chinese.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from geodata.findings import Text
from scenarios.outputs.folder import Run
from scenarios.outputs.staff_facts import has_staffing
from scenarios.outputs.text import catalogue, joined, known

WORDS = Path(__file__).parent / "norms.yaml"
COLUMNS = ("assumption", "value", "unit", "source", "article", "verified", "path")
"""What `assumption_rows` holds, by key of the heading."""
PREFIXES = {"level": "level", "kind": "room", "subject": "subject"}
"""Prefix in the catalogue of what stands in a brace of a name."""


@dataclass(frozen=True)
class Norm:
    """One assumption; `verified` V1 read, V2 second-hand, S local, C computed, B not confirmed."""

    path: str
    value: object
    source: str
    article: str
    verified: str


EQUIPMENT = "equipment summary"
ROOM_AREAS = {
    "classroom.primary": Norm("area.classroom.primary", 61.0, "陕西校舍建设标准", "", "V2"),
    "classroom.lower_secondary": Norm(
        "area.classroom.lower_secondary", 67.0, "陕西校舍建设标准", "", "V2"
    ),
    "music": Norm("area.music", 96.0, "教督〔2017〕6号", "政府保障 3", "V2"),
    "art": Norm("area.art", 90.0, "教督〔2017〕6号", "政府保障 3", "V2"),
    "computer": Norm("area.computer", 109.0, EQUIPMENT, "", "V2"),
    "science": Norm("area.science", 96.0, EQUIPMENT, "", "V2"),
    "laboratory": Norm("area.laboratory", 96.0, EQUIPMENT, "", "V2"),
}
"""Square metres of a room by kind; a kind not named here has no area norm and prints none."""
TEACHING_SHARE = Norm(
    "area.teaching_share", 0.45, "teaching rooms over floor area of what is built", "", "B"
)
"""As docs/kpi.md uses it for the spread of teaching area."""


def room_area(kind: str, rooms: int) -> float | None:
    """Square metres of `rooms` rooms of a kind, None without a norm."""
    norm = ROOM_AREAS.get(kind)
    return None if norm is None else float(str(norm.value)) * rooms


def classroom_kind(levels: tuple[str, ...]) -> str:
    """Kind of classroom that serves all levels of a site: the larger where both are taught."""
    return (
        "classroom.lower_secondary" if "lower_secondary" in levels or not levels
        else "classroom.primary"
    )  # fmt: skip


def assumptions(run: Run) -> list[Norm]:
    """Norms, prices and policy values of the run that name a source, and the room areas used."""
    listed = []
    for path, entry in sorted(run.rules.get("sources", {}).items()):
        if path.startswith("staffing.") and not has_staffing(run):
            continue
        value = entry.get("value", _value(run, path))
        words = [str(entry.get(name) or "") for name in ("source", "article", "verified")]
        listed.append(Norm(path, value, *words))
    return [*listed, TEACHING_SHARE, *ROOM_AREAS.values()]


def _value(run: Run, path: str) -> object:
    """Value that stands under a path of the rules or prices; None where none does."""
    prices = run.problem["prices"].set_index("name")["value"]
    name = path.removeprefix("prices.")
    if path.startswith("prices.") and name in prices.index:
        return float(prices[name])
    standards = run.rules["standards"]
    roots: dict[str, Any] = {
        **run.rules,
        **standards,
        "levels": {level["name"]: level for level in run.rules["levels"]},
        "function_rooms": {room["kind"]: room for room in standards["function_rooms"]},
    }
    found: Any = roots
    for key in path.split("."):
        found = found.get(key) if isinstance(found, dict) else None
    return found


class Named(NamedTuple):
    """What a norm is called: its place in the order of names, its name and its unit."""

    place: int
    name: Text
    unit: Text


class Words(NamedTuple):
    """`norms.yaml`: names with their patterns in order, and sources by what profiles write."""

    names: tuple[tuple[re.Pattern[str], Text, Text], ...]
    sources: dict[str, Text]


def assumption_rows(run: Run) -> list[list[object]]:
    """Every assumption as a row of `COLUMNS`, in words; its key comes last."""
    norms = [(called(norm.path), norm) for norm in assumptions(run)]
    return [
        [
            named.name,
            in_words(norm.value),
            named.unit,
            cited(norm.source),
            cited(norm.article),
            known("mark", norm.verified),
            norm.path,
        ]
        for named, norm in sorted(norms, key=lambda pair: pair[0].place)
    ]


def called(path: str) -> Named:
    """Name of a norm; one that has none, as of an old run, is called by its path and comes last."""
    names = words().names
    for place, (pattern, name, unit) in enumerate(names):
        found = pattern.fullmatch(path)
        if found is not None:
            parts: dict[str, object] = {
                key: known(PREFIXES[key], part) for key, part in found.groupdict().items()
            }
            return Named(place, name.format(parts), unit)
    return Named(len(names), Text(path, path), Text("", ""))


def cited(source: str) -> Text:
    """Source or article in both languages; one that a study's own profile brings, as it stands."""
    return words().sources.get(source, Text(source, source))


def in_words(value: object) -> Text:
    """Value as text for a table: numbers plain, levels and ways of travel by name."""
    if isinstance(value, list | tuple):
        return joined([in_words(one) for one in value])
    if isinstance(value, float):
        plain = f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
        return Text(plain, plain)
    plain = "" if value is None else str(value)
    return catalogue().get(f"level.{plain}") or known("mode", plain)


@cache
def words() -> Words:
    """Read `norms.yaml`."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    read = yaml.load(WORDS.read_text(encoding="utf-8"), Loader=loader)
    units = {key: Text(**entry) for key, entry in read["units"].items()}
    names = tuple(
        (_pattern(path), Text(entry["en"], entry["zh"]), units[entry["unit"]])
        for path, entry in read["names"].items()
    )
    return Words(names, {key: Text(**entry) for key, entry in read["sources"].items()})


def _pattern(path: str) -> re.Pattern[str]:
    """Pattern of a path whose braces stand for one part each."""
    return re.compile(re.sub(r"\\{(\w+)\\}", r"(?P<\1>[^.]+)", re.escape(path)))
