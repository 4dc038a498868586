"""Rooms that each site keeps count of by itself, where every cohort is at school for one year.

Then nothing ties the classes of one year to those of another but the rooms, and what a number of
rooms is worth in a year can be worked out once for all lifecycles (docs/bound.md, "Rooms kept").
Projects that serve from one year only and add nothing but rooms are told apart by that year and by
their rooms alone, so that a site may have many; all others are *named*: which of them serve is
kept in mind.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from optimizer.domain import Problem
from optimizer.methods.by_site.alternatives import Alternatives, Extensions, Lifecycle
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.room_plans import (
    MOST_PROJECTS,
    RoomState,
    function_rooms,
    joined,
    kinds_wanted,
    missing_rooms,
    offsets,
    project_slots,
)

MOST_SUPPLIES = 1_000_000
"""Supplies in all, above which rooms are priced instead: each takes a number and some time."""


class KeptRooms(NamedTuple):
    """Every number of rooms that a site may have in a year.

    A *situation* is a site in a year with the levels that run there and the rooms that a lifecycle
    brings; a *supply* is a situation with further projects that serve. Those of a situation stand
    by the set of named projects, then by the units of rooms that counted ones add.

    Shapes: A lifecycles, S sites, T years, L levels, V situations, W supplies, U distinct states of
    rooms, E named projects of a site at most, X extension rows, C of them counted.

    Attributes
    ----------
    situation
        (A, T) situation of a lifecycle in a year, -1 where nothing runs.
    site, year, runs
        (V,), (V,), (V, L) of each situation; they stand by site and year.
    first_supply
        (V + 1,) first supply of each situation.
    state
        (W,) state of the rooms of each supply.
    first, lacking
        (U + 1,) first entry of each state; function rooms missing with 0, 1, 2, ... classes.
    sets, widths
        (S,) sets of named projects of a site; numbers of units that counted ones may add, with 0.
    slot, service
        (X,) position of a row's project among the named ones of its site, -1: not named; year
        relative to t0 from which it serves.
    barred
        (A, E) whether a lifecycle holds the named project already.
    counted, first_counted
        (C,) rows of counted projects by site and service; (S * T + 1,) first of each site and year.
    units
        (C,) units of rooms that they add.
    """

    situation: Ints
    site: Ints
    year: Ints
    runs: Bools
    first_supply: Ints
    state: Ints
    first: Ints
    lacking: Floats
    sets: Ints
    widths: Ints
    slot: Ints
    service: Ints
    barred: Bools
    counted: Ints
    first_counted: Ints
    units: Ints


class Supplies(NamedTuple):
    """What the classes of each supply come to; one more entry at the end is 0: nothing runs.

    `cost` (W + 1,) yuan of classes and travel less what zones pay, function rooms missing included;
    `classes` (W + 1, L); `saved` (W + 1,) yuan that room for one class more would save.
    """

    cost: Floats
    classes: Ints
    saved: Floats


class _Projects(NamedTuple):
    """Projects of a site that only add rooms: named ones, and counted ones by units of rooms."""

    named: list[int]
    counted: list[int]
    unit: int
    width: int


def make_kept_rooms(
    problem: Problem, cycles: list[Lifecycle], table: Alternatives, more: Extensions
) -> KeptRooms | None:
    """Work out all supplies of all situations; None where rooms are priced instead.

    They are kept where classes are formed, all levels have one grade, no site has more than
    `MOST_PROJECTS` named projects, and there are not too many supplies.
    """
    one_year = all(level.grades == 1 for level in problem.levels)
    if not (one_year and problem.policy.on("class_size")):
        return None
    projects = _projects(problem, cycles, more)
    if max(len(mine.named) for mine in projects) > MOST_PROJECTS:
        return None
    situation, found = _situations(problem, cycles, table)
    mine = [projects[site] for site, *_ in found]
    if sum(2 ** len(one.named) * one.width for one in mine) > MOST_SUPPLIES:
        return None
    known: dict[RoomState, int] = {}
    state = [
        [known.setdefault(one, len(known)) for one in _supplies(problem, base, projects[site])]
        for site, _, _, base in found
    ]
    lacking = [missing_rooms(problem, one) for one in known]
    slot, service = project_slots(problem, more, [mine.named for mine in projects])
    counted, first_counted, units = _counted(problem, more, projects, service)
    return KeptRooms(
        situation=situation,
        site=np.array([one[0] for one in found], dtype=np.int64),
        year=np.array([one[1] for one in found], dtype=np.int64),
        runs=np.array([one[2] for one in found], dtype=bool).reshape(-1, len(problem.levels)),
        first_supply=offsets(state),
        state=np.array([one for supplies in state for one in supplies], dtype=np.int64),
        first=offsets(lacking),
        lacking=joined(lacking),
        sets=np.array([2 ** len(mine.named) for mine in projects], dtype=np.int64),
        widths=np.array([mine.width for mine in projects], dtype=np.int64),
        slot=slot,
        service=service,
        barred=_barred(cycles, projects),
        counted=counted,
        first_counted=first_counted,
        units=units,
    )


def _projects(problem: Problem, cycles: list[Lifecycle], more: Extensions) -> list[_Projects]:
    """For each site the options that only add rooms, as they are kept in mind."""
    options = problem.options
    held = {option for cycle in cycles for option, _ in cycle.starts}
    named: list[list[int]] = [[] for _ in problem.sites.ids]
    counted: list[list[int]] = [[] for _ in problem.sites.ids]
    for option, starts in zip(*np.unique(more.option, return_counts=True), strict=True):
        functions = options.function_rooms[option].sum() > 0
        if functions or options.rooms[option] > 0:
            simple = starts == 1 and not functions and int(option) not in held
            (counted if simple else named)[int(options.site[option])].append(int(option))
    return [
        _Projects(some, others, *_measure(options.rooms[others]))
        for some, others in zip(named, counted, strict=True)
    ]


def _measure(rooms: Ints) -> tuple[int, int]:
    """Rooms of a unit, in which all of these are whole, and how many numbers of units there are."""
    unit = int(np.gcd.reduce(rooms)) if len(rooms) else 1
    return unit, int(rooms.sum()) // unit + 1


_Situation = tuple[int, int, tuple[bool, ...], RoomState]


def _situations(
    problem: Problem, cycles: list[Lifecycle], table: Alternatives
) -> tuple[Ints, list[_Situation]]:
    """Situation (A, T) of each lifecycle and year, and all of them by site and year."""
    years = problem.horizon.years
    situation = np.full((len(cycles), years), -1, dtype=np.int64)
    cells: dict[_Situation, list[tuple[int, int]]] = {}
    for a, cycle in enumerate(cycles):
        functions, wanted = function_rooms(problem, cycle), kinds_wanted(problem, cycle)
        for year in np.flatnonzero(table.running[a]).tolist():
            runs = (table.begin[a] <= year) & (year < table.stop[a])
            base = RoomState(
                int(table.rooms[a, year]),
                tuple(functions[year].tolist()),
                tuple(wanted[year].tolist()),
            )
            key = (cycle.site, year, tuple(runs.tolist()), base)
            cells.setdefault(key, []).append((a, year))
    found = sorted(cells, key=lambda one: one[:2])
    for number, one in enumerate(found):
        for cell in cells[one]:
            situation[cell] = number
    return situation, found


def _supplies(problem: Problem, base: RoomState, mine: _Projects) -> Iterator[RoomState]:
    """States of a situation's rooms: by the set of named projects, then by units added."""
    options = problem.options
    for subset in range(2 ** len(mine.named)):
        served = [option for e, option in enumerate(mine.named) if subset >> e & 1]
        rooms = base.rooms + int(options.rooms[served].sum())
        kinds = np.array(base.functions, dtype=int) + options.function_rooms[served].sum(axis=0)
        functions = tuple(kinds.tolist())
        for added in range(mine.width):
            yield RoomState(max(0, rooms + added * mine.unit), functions, base.wanted)


def _barred(cycles: list[Lifecycle], projects: list[_Projects]) -> Bools:
    """Whether a lifecycle holds the named project already, (A, E)."""
    barred = np.zeros((len(cycles), max(len(mine.named) for mine in projects)), dtype=bool)
    for a, cycle in enumerate(cycles):
        started, named = {option for option, _ in cycle.starts}, projects[cycle.site].named
        barred[a, : len(named)] = [option in started for option in named]
    return barred


def _counted(
    problem: Problem, more: Extensions, projects: list[_Projects], service: Ints
) -> tuple[Ints, Ints, Ints]:
    """Rows of counted projects by site and service, the first of each, and their units."""
    years = problem.horizon.years
    counted = [option for mine in projects for option in mine.counted]
    rows = np.flatnonzero(np.isin(more.option, counted))
    cell = more.site[rows] * years + service[rows]
    order = np.argsort(cell, kind="stable")
    rows, cell = rows[order], cell[order]
    first = np.searchsorted(cell, np.arange(len(projects) * years + 1)).astype(np.int64)
    unit = np.array([mine.unit for mine in projects], dtype=np.int64)
    return rows, first, problem.options.rooms[more.option[rows]] // unit[more.site[rows]]
