"""`rules.json` and `prices.parquet` as the second judge reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenarios.verify.verdict import Fault

RULES_FILE = "problem/rules.json"
PRICES = (
    "class_year",
    "bus_pupil_year",
    "yuan_per_minute",
    "school_days",
    "beyond_pupil_minute",
    "over_cap_pupil_year",
    "room_debt_year",
    "pupil_moved",
    "entrant_reassigned",
    "life_years",
)
FAMILIES = ("class_size", "function_rooms", "closing", "catchments", "budget", "staffing")
ACTIONS = ("open", "extend", "merge", "convert", "retrofit", "relocate", "close")


@dataclass(frozen=True)
class Stage:
    """A level of schooling: grades and class limits in pupils per class."""

    name: str
    first_grade: int
    grades: int
    cap: float
    hard: float
    large: float
    very_large: float


@dataclass(frozen=True)
class RoomKind:
    """A kind of function room, needed by schools that run one of `levels`."""

    kind: str
    levels: frozenset[str]
    per_12_classes: int


@dataclass(frozen=True)
class Norms:
    """Horizon, levels, standards, policy and prices. Years are absolute."""

    first_year: int
    years: int
    rate: float
    stages: tuple[Stage, ...]
    point_cap: float
    room_free_below: int
    room_kinds: tuple[RoomKind, ...]
    actions: frozenset[str]
    whole_zones: bool
    notice_years: int
    closings_per_year: int | None
    close_below: float | None
    keep_last_lower_secondary: bool
    unsafe_deadline: int | None
    allowed_places: dict[str, frozenset[str]]
    carry_over: bool
    schools_open: int | None
    families_off: frozenset[str]
    prices: dict[str, float]

    @property
    def memory(self) -> int:
        """Years before the first planned one in which the oldest pupils may have entered."""
        return max(stage.grades for stage in self.stages)

    def on(self, family: str) -> bool:
        """Whether a family of rules is part of the problem."""
        return family not in self.families_off


class _Reader:
    """Values of nested JSON by path; what is missing or of another kind becomes a fault."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.faults: list[Fault] = []

    def _at(self, path: str) -> Any:
        value: Any = self.content
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def _wrong(self, path: str, value: object) -> None:
        self.faults.append(Fault("manifest.entry", RULES_FILE, path, repr(value)[:80]))

    def number(self, path: str, low: float = 0.0) -> float:
        value = self._at(path)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= low:
            self._wrong(path, value)
            return float(low)
        return float(value)

    def whole(self, path: str, low: int = 0) -> int:
        number = self.number(path, low)
        if not number.is_integer():
            self._wrong(path, number)
            return low
        return int(number)

    def maybe(self, path: str) -> float | None:
        return None if self._at(path) is None else self.number(path)

    def maybe_whole(self, path: str) -> int | None:
        return None if self._at(path) is None else self.whole(path)

    def flag(self, path: str) -> bool:
        value = self._at(path)
        if not isinstance(value, bool):
            self._wrong(path, value)
        return value is True

    def names(self, path: str, known: tuple[str, ...] | None = None) -> frozenset[str]:
        value = self._at(path)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self._wrong(path, value)
            return frozenset()
        if known is not None and not set(value) <= set(known):
            self._wrong(path, sorted(set(value) - set(known)))
        return frozenset(value)

    def items(self, path: str) -> Iterator[_Reader]:
        """Readers of the objects of a list."""
        value = self._at(path)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._wrong(path, value)
            return
        for item in value:
            reader = _Reader(item)
            reader.faults = self.faults
            yield reader

    def text(self, path: str) -> str:
        value = self._at(path)
        if not isinstance(value, str) or not value:
            self._wrong(path, value)
            return ""
        return value


def read_norms(rules: dict[str, Any], prices: pd.DataFrame) -> tuple[Norms, list[Fault]]:
    """Norms out of the parsed `rules.json` and the prices table, with every fault found."""
    read = _Reader(rules)
    stages = tuple(_stage(item) for item in read.items("levels"))
    names = tuple(stage.name for stage in stages)
    if not stages or len(set(names)) != len(names):
        read.faults.append(Fault("manifest.entry", RULES_FILE, "levels", repr(names)))
    known = dict(zip(prices["name"], prices["value"], strict=True))
    read.faults += [
        Fault("manifest.entry", "problem/prices.parquet", name, "None")
        for name in PRICES
        if name not in known
    ]
    places = rules.get("policy", {})
    places = places.get("allowed_places", {}) if isinstance(places, dict) else {}
    norms = Norms(
        first_year=read.whole("horizon.first_year"),
        years=read.whole("horizon.years", 1),
        rate=read.number("horizon.discount_rate", -0.5),
        stages=stages,
        point_cap=read.number("standards.point_cap"),
        room_free_below=read.whole("standards.function_room_free_below"),
        room_kinds=tuple(_room_kind(item) for item in read.items("standards.function_rooms")),
        actions=read.names("policy.actions", ACTIONS),
        whole_zones=read.flag("policy.whole_zones"),
        notice_years=read.whole("policy.notice_years"),
        closings_per_year=read.maybe_whole("policy.closings_per_year"),
        close_below=read.maybe("policy.close_below"),
        keep_last_lower_secondary=read.flag("policy.keep_last_lower_secondary"),
        unsafe_deadline=read.maybe_whole("policy.unsafe_deadline"),
        allowed_places={name: read.names(f"policy.allowed_places.{name}") for name in places or {}},
        carry_over=read.flag("policy.carry_over"),
        schools_open=read.maybe_whole("policy.schools_open"),
        families_off=read.names("policy.families_off", FAMILIES),
        prices={name: float(known.get(name, 0.0)) for name in PRICES},
    )
    if known.get("life_years") == 0:
        read.faults.append(Fault("problem.value", "problem/prices.parquet", "life_years", "0"))
    return norms, read.faults


def _stage(read: _Reader) -> Stage:
    return Stage(
        name=read.text("name"),
        first_grade=read.whole("first_grade", 1),
        grades=read.whole("grades", 1),
        cap=read.number("cap", 1e-9),
        hard=read.number("hard", 1e-9),
        large=read.number("large"),
        very_large=read.number("very_large"),
    )


def _room_kind(read: _Reader) -> RoomKind:
    return RoomKind(read.text("kind"), read.names("levels"), read.whole("per_12_classes"))
