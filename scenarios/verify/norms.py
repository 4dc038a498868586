"""`rules.json` and `prices.parquet` as the second judge reads them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd

from scenarios.verify.staff_norms import PRICES as STAFF_PRICES
from scenarios.verify.staff_norms import StaffNorms, read_staff_norms
from scenarios.verify.values import RULES_FILE, Values
from scenarios.verify.verdict import Fault

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
    """Horizon, levels, standards, policy and prices. Years are absolute.

    `staff` is None where teachers are not planned: the problem has none, or the family is off.
    """

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
    contiguous: bool
    stability: float | None
    families_off: frozenset[str]
    prices: dict[str, float]
    staff: StaffNorms | None

    @property
    def memory(self) -> int:
        """Years before the first planned one in which the oldest pupils may have entered."""
        return max(stage.grades for stage in self.stages)

    def on(self, family: str) -> bool:
        """Whether a family of rules is part of the problem."""
        return family not in self.families_off

    @property
    def keeps_zones_whole(self) -> bool:
        """Whether no zone may be split."""
        return self.whole_zones and self.on("catchments")

    @property
    def keeps_areas_together(self) -> bool:
        """Whether the zones of a school must hang together: only whole ones can."""
        return self.contiguous and self.keeps_zones_whole


def read_norms(rules: dict[str, Any], prices: pd.DataFrame) -> tuple[Norms, list[Fault]]:
    """Norms out of the parsed `rules.json` and the prices table, with every fault found."""
    read = Values(rules)
    stages = tuple(_stage(item) for item in read.items("levels"))
    names = tuple(stage.name for stage in stages)
    if not stages or len(set(names)) != len(names):
        read.faults.append(Fault("manifest.entry", RULES_FILE, "levels", repr(names)))
    off = read.names("policy.families_off", FAMILIES)
    staff = None if "staffing" in off else read_staff_norms(read, names)
    known = dict(zip(prices["name"], prices["value"], strict=True))
    needed = PRICES if staff is None else PRICES + STAFF_PRICES
    read.faults += [
        Fault("manifest.entry", "problem/prices.parquet", name, "None")
        for name in needed
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
        contiguous=read.at("policy.contiguous") is not None and read.flag("policy.contiguous"),
        stability=read.maybe("policy.stability"),
        families_off=off,
        prices={name: float(known.get(name, 0.0)) for name in needed},
        staff=staff,
    )
    if known.get("life_years") == 0:
        read.faults.append(Fault("problem.value", "problem/prices.parquet", "life_years", "0"))
    return norms, read.faults


def _stage(read: Values) -> Stage:
    return Stage(
        name=read.text("name"),
        first_grade=read.whole("first_grade", 1),
        grades=read.whole("grades", 1),
        cap=read.number("cap", 1e-9),
        hard=read.number("hard", 1e-9),
        large=read.number("large"),
        very_large=read.number("very_large"),
    )


def _room_kind(read: Values) -> RoomKind:
    return RoomKind(read.text("kind"), read.names("levels"), read.whole("per_12_classes"))
