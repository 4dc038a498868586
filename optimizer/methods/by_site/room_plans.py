"""What a site's rooms are worth: classes, function rooms missing, and projects that add rooms.

A lifecycle chooses for every year a whole number N of classes that it has rooms for, at the price
of the function rooms then missing (R6, by kind), and when to start each project that only adds
rooms. N earns the price of a class's room. The cost of missing rooms does not depend on prices, so
only the corners of its lower convex hull are kept; the starts are found by a dynamic programme over
the years and the subsets of projects in service (docs/bound.md, "Rooms of a lifecycle").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from typing import NamedTuple, Protocol

import numpy as np

from optimizer.domain import Problem
from optimizer.methods.by_site.alternatives import (
    Alternatives,
    Extensions,
    Lifecycle,
    projects_of,
)
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.rooms import missing, wanted_kinds

MOST_PROJECTS = 4
"""Projects of a site that are decided together; where there are more, each stands for itself."""


class RoomPlans(NamedTuple):
    """Rooms of every lifecycle under every subset of its site's projects.

    Shapes: A lifecycles, T years, E projects of a site at most, U distinct states, X extension
    rows.

    Attributes
    ----------
    state
        (A, T, 2^E) state of the rooms, -1 where nothing runs.
    corner
        (U + 1,) first corner of each state.
    classes, missing
        Corners: numbers of classes, function rooms missing with them.
    first, lacking
        (U + 1,) first entry of each state; function rooms missing with 0, 1, 2, ... classes.
    slot
        (X,) position of an extension's project among its site's, -1: not decided.
    service
        (X,) year relative to t0 from which the extension serves.
    barred
        (A, E) whether a lifecycle holds the project already.
    """

    state: Ints
    corner: Ints
    classes: Floats
    missing: Floats
    first: Ints
    lacking: Floats
    slot: Ints
    service: Ints
    barred: Bools


class RoomState(NamedTuple):
    """Rooms, function rooms by kind, and which kinds the running levels want."""

    rooms: int
    functions: tuple[int, ...]
    wanted: tuple[bool, ...]


def make_room_plans(
    problem: Problem, cycles: list[Lifecycle], table: Alternatives, more: Extensions
) -> RoomPlans:
    """Work out the states of all rooms, once for all prices."""
    projects = _projects(problem, more)
    most = max((len(mine) for mine in projects), default=0)
    years = problem.horizon.years
    known: dict[RoomState, int] = {}
    state = np.full((len(cycles), years, 2**most), -1, dtype=np.int64)
    barred = np.zeros((len(cycles), most), dtype=bool)
    for a, cycle in enumerate(cycles):
        mine = projects[cycle.site]
        started = {option for option, _ in cycle.starts}
        barred[a, : len(mine)] = [option in started for option in mine]
        functions = function_rooms(problem, cycle)
        wanted = kinds_wanted(problem, cycle)
        for year in np.flatnonzero(table.running[a]):
            for subset in range(2 ** len(mine)):
                served = [mine[e] for e in range(len(mine)) if subset >> e & 1]
                rooms = table.rooms[a, year] + problem.options.rooms[served].sum()
                kinds = functions[year] + problem.options.function_rooms[served].sum(axis=0)
                found = RoomState(
                    max(0, int(rooms)), tuple(kinds.tolist()), tuple(wanted[year].tolist())
                )
                state[a, year, subset] = known.setdefault(found, len(known))
    lacking = [missing_rooms(problem, one) for one in known]
    corners = [_corners(one) for one in lacking]
    slot, service = project_slots(problem, more, projects)
    return RoomPlans(
        state=state,
        corner=offsets(corners),
        classes=joined(corners),
        missing=joined([row[at] for row, at in zip(lacking, corners, strict=True)]),
        first=offsets(lacking),
        lacking=joined(lacking),
        slot=slot,
        service=service,
        barred=barred,
    )


def offsets(rows: Iterable[Sized]) -> Ints:
    """Where each of some rows begins when they stand one after the other."""
    return np.cumsum([0, *(len(row) for row in rows)])


def joined(rows: Sequence[np.ndarray]) -> Floats:
    """All of some rows, one after the other."""
    return np.concatenate([np.zeros(0), *rows])


def _projects(problem: Problem, more: Extensions) -> list[list[int]]:
    """For each site the options that add rooms and are decided together."""
    options = problem.options
    decided: list[list[int]] = [[] for _ in problem.sites.ids]
    for option in np.unique(more.option):
        if options.rooms[option] > 0 or options.function_rooms[option].sum() > 0:
            decided[int(options.site[option])].append(int(option))
    return [mine if len(mine) <= MOST_PROJECTS else [] for mine in decided]


def function_rooms(problem: Problem, cycle: Lifecycle) -> Ints:
    """(T, K) function rooms by kind with the lifecycle's own and the committed projects."""
    options, year = problem.options, np.arange(problem.horizon.years)
    kinds = problem.sites.function_rooms[cycle.site]
    total = np.repeat(kinds[None, :], len(year), axis=0).astype(np.int64)
    for option, start in projects_of(problem, cycle).items():
        serves = year >= start + int(options.lead[option])
        total += serves[:, None] * options.function_rooms[option].astype(np.int64)
    return total


def kinds_wanted(problem: Problem, cycle: Lifecycle) -> Bools:
    """(T, K) whether a running level wants a kind of function room."""
    year = np.arange(problem.horizon.years)[:, None]
    runs = (year >= np.array(cycle.begin)) & (year < np.array(cycle.stop))
    found: Bools = wanted_kinds(problem, runs.T[None])[0]
    return found


def missing_rooms(problem: Problem, state: RoomState) -> Floats:
    """Count the function rooms missing with 0, 1, 2, ... classes (R6; family off: none)."""
    classes = np.arange(state.rooms + sum(state.functions) + 1)
    if not problem.policy.on("function_rooms"):
        return np.zeros(len(classes))
    lacking: Floats = missing(
        problem.standards,
        np.array(state.rooms),
        np.array(state.functions, dtype=np.int64),
        np.array(state.wanted, dtype=bool),
        classes,
    ).astype(float)
    return lacking


def _corners(values: Floats) -> Ints:
    """Positions of the corners of the lower convex hull of values at 0, 1, 2, ..."""
    hull: list[int] = []
    for c in range(len(values)):
        while len(hull) > 1:
            a, b = hull[-2], hull[-1]
            if (values[b] - values[a]) * (c - a) < (values[c] - values[a]) * (b - a):
                break
            hull.pop()
        hull.append(c)
    return np.array(hull, dtype=np.int64)


def project_slots(
    problem: Problem, more: Extensions, projects: list[list[int]]
) -> tuple[Ints, Ints]:
    """Position of each extension row's project among its site's, and the year it serves from."""
    place = {option: e for mine in projects for e, option in enumerate(mine)}
    slot = np.array([place.get(int(option), -1) for option in more.option], dtype=np.int64)
    service = more.start + problem.options.lead[more.option]
    return slot, service.astype(np.int64)


class Decided(Protocol):
    """What says which projects are decided together, as `RoomPlans` does."""

    @property
    def slot(self) -> Ints:
        """Position (X,) of a row's project among its site's, -1: not decided."""

    @property
    def service(self) -> Ints:
        """Year (X,) from which it serves."""

    @property
    def barred(self) -> Bools:
        """Whether a lifecycle holds the project already, (A, E)."""


def project_costs(plans: Decided, more: Extensions, value: Floats, sites: int) -> Floats:
    """(S, T, E) cost of having a site's project serve from a year; infinite where it may not."""
    years, most = more.rooms.shape[1], plans.barred.shape[1]
    cost = np.full((sites, years, most), np.inf)
    decided = plans.slot >= 0
    rows = (more.site[decided], plans.service[decided], plans.slot[decided])
    np.minimum.at(cost, rows, value[decided])
    return cost
