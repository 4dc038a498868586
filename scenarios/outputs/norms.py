"""Assumptions as rows: each norm and price with its value, source, article and how sure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from scenarios.outputs.folder import Run
from scenarios.outputs.staff_facts import has_staffing


@dataclass(frozen=True)
class Norm:
    """One assumption; `verified` V1 read, V2 second-hand, S local, C computed, B not confirmed."""

    path: str
    value: object
    source: str
    article: str
    verified: str


EQUIPMENT = "县域初中装备标准摘要 (junior equipment summary)"
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


def shown(value: object) -> str:
    """Value as text for a table."""
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    if isinstance(value, float):
        return f"{value:g}" if abs(value) < 1e6 else f"{value:,.0f}"
    return "" if value is None else str(value)
