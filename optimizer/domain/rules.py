"""Norms, levers and prices."""

from __future__ import annotations

from dataclasses import dataclass, field

from optimizer.domain.frozen import Frozen
from optimizer.domain.options import Action

FAMILIES: tuple[str, ...] = (
    "class_size",
    "function_rooms",
    "closing",
    "catchments",
    "budget",
    "staffing",
)


@dataclass(frozen=True, eq=False)
class FunctionRoom(Frozen):
    """A kind of function room: `per_12_classes` of them per 12 classes begun (C12)."""

    kind: str
    levels: frozenset[str]
    per_12_classes: int


@dataclass(frozen=True, eq=False)
class Standards(Frozen):
    """Norms that are not of one level.

    Attributes
    ----------
    function_rooms
        K kinds, in the order of the site and option columns.
    point_cap
        Class-size cap of teaching points (C11).
    function_room_free_below
        A site with fewer classes needs no function room (C12).
    """

    function_rooms: tuple[FunctionRoom, ...] = ()
    point_cap: float = 30.0
    function_room_free_below: int = 6


@dataclass(frozen=True, eq=False)
class Policy(Frozen):
    """Levers of a policy.

    Attributes
    ----------
    name
        As the study calls it.
    actions
        What may be done; committed projects go on whatever it says.
    whole_zones
        A zone's cohort may not be split between schools.
    notice_years
        A closing takes effect this many years after its decision, which is not before the base
        year (C20).
    closings_per_year
        Sites in which a level may stop in a year; None: no limit.
    close_below
        A level may stop only at a site whose base-year pupils (all levels) are below this, and
        that has no more in the year before; None: any. It makes a school eligible, never due
        (standards §9 e).
    keep_last_lower_secondary
        A town with lower secondary in the base year keeps one every year (C20).
    unsafe_deadline
        First year in which an unsafe building may not run unless retrofitted; None: no rule.
    allowed_places
        Level name to the place kinds where it may be new; a level not named may be new anywhere.
    carry_over
        Unspent budget moves to the next year (C4).
    schools_open
        Exact number of sites running any level in every year (C22); None: no rule.
    contiguous
        Zones that a school takes in hang together with its own zone (K1); zones must stay whole.
    stability
        Most of a level's entrants of a year, as a share, that may be sent elsewhere than the year
        before (K2); None: no rule.
    families_off
        Constraint families switched off, with their cost terms, of `FAMILIES`.
    """

    name: str
    actions: frozenset[Action]
    whole_zones: bool = True
    notice_years: int = 1
    closings_per_year: int | None = None
    close_below: float | None = None
    keep_last_lower_secondary: bool = True
    unsafe_deadline: int | None = None
    allowed_places: dict[str, frozenset[str]] = field(default_factory=dict)
    carry_over: bool = True
    schools_open: int | None = None
    contiguous: bool = False
    stability: float | None = None
    families_off: frozenset[str] = frozenset()

    def on(self, family: str) -> bool:
        """Whether a constraint family is part of the problem."""
        return family not in self.families_off

    @property
    def keeps_zones_whole(self) -> bool:
        """Whether no zone may be split (P4)."""
        return self.whole_zones and self.on("catchments")

    @property
    def keeps_areas_together(self) -> bool:
        """Whether the zones of a school must hang together (K1): only whole zones can."""
        return self.contiguous and self.keeps_zones_whole


@dataclass(frozen=True, eq=False)
class Prices(Frozen):
    """What things cost, in real yuan of the price year; `priced` terms are not money (C26).

    Attributes
    ----------
    class_year
        Money per class and year.
    bus_pupil_year
        Money per pupil and year who rides a bus.
    yuan_per_minute
        Priced: a pupil's minute of travel.
    school_days
        Days a year; travel is charged both ways (C16).
    beyond_pupil_minute
        Priced per pupil-year and minute over the travel limit (C14).
    over_cap_pupil_year
        Priced per pupil over the cap and year (C11).
    room_debt_year
        Priced per missing function room and year (C12).
    pupil_moved, entrant_reassigned
        Priced disruption (C26).
    post_short_year, post_surplus_year
        Priced per teaching post short or in surplus, per year (C23).
    teacher_moved
        Priced per teacher who changes school (C26).
    teacher_year
        Money per teacher in service and year; equal in every plan (T7).
    life_years
        Life of a building for the residual value (C5).
    """

    class_year: float
    bus_pupil_year: float = 0.0
    yuan_per_minute: float = 0.0
    school_days: float = 195.0
    beyond_pupil_minute: float = 0.0
    over_cap_pupil_year: float = 0.0
    room_debt_year: float = 0.0
    pupil_moved: float = 0.0
    entrant_reassigned: float = 0.0
    post_short_year: float = 0.0
    post_surplus_year: float = 0.0
    teacher_moved: float = 0.0
    teacher_year: float = 0.0
    life_years: float = 50.0
