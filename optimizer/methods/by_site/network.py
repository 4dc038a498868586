"""Designs of the network, and what they mean for the search and for the plan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.sparse import coo_array

from optimizer import rooms
from optimizer.domain import Problem
from optimizer.limits import base_classes, hard_limits
from optimizer.methods.by_site.alternatives import NETWORK, committed_extensions
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.frame import Frame, debt_price
from optimizer.methods.by_site.site_costs import Ground, Network
from optimizer.methods.by_site.ways import unit_travel


@dataclass(frozen=True)
class Design:
    """A network: the lifecycle of each site, the extensions started, and where mergers lead.

    Attributes
    ----------
    cycle
        (S,) index into the frame's lifecycles.
    extended
        Chosen rows of the frame's extensions.
    target
        (S, L) site where a level continues once it stops, -1 for none.
    """

    cycle: Ints
    extended: frozenset[int]
    target: Ints

    def with_cycle(self, site: int, cycle: int) -> Design:
        """Return the same design with another lifecycle at one site."""
        cycles = self.cycle.copy()
        cycles[site] = cycle
        return replace(self, cycle=cycles)


@dataclass(frozen=True)
class Built:
    """A design worked out: the network for the search and the money it costs whatever zones do.

    `money` includes the travel of inherited pupils and the price of moving them; infinite where
    inherited pupils would have no way to their next school.
    """

    network: Network
    money: float
    spend: Floats


def make_ground(frame: Frame) -> Ground:
    """Everything the search needs that no design changes."""
    problem, blocks = frame.problem, frame.blocks
    zones, sites, levels, years = problem.shape
    travel, discount = problem.travel, problem.horizon.discount
    cost = unit_travel(problem)
    unit = np.full((levels, zones, sites), np.inf)
    unit[travel.level, travel.zone, travel.site] = cost
    reach = np.full((levels, zones, sites), 99, dtype=np.int64)
    first = np.array([level.first_grade for level in problem.levels])
    reach[travel.level, travel.zone, travel.site] = travel.usable_from - first[travel.level]
    rows = np.flatnonzero(travel.intake)
    rows = rows[np.lexsort((cost[rows], travel.level[rows], travel.zone[rows]))]
    key = travel.zone[rows] * levels + travel.level[rows]
    heads = blocks.inherited.shape[1]
    limit = np.repeat(np.tile([x.hard for x in problem.levels], sites)[:, None], heads + years, 1)
    base = np.zeros((sites * levels, heads))
    for index, level in enumerate(problem.levels):
        count = level.grades - 1
        mine = np.arange(sites) * levels + index
        limit[mine, :count] = hard_limits(problem, index)[:, :count][:, ::-1]
        base[mine, :count] = base_classes(problem, index)[:, :count][:, ::-1]
    on = problem.policy.on
    return Ground(
        choices=np.searchsorted(key, np.arange(zones * levels + 1)).astype(np.int64),
        choice_site=travel.site[rows].astype(np.int64),
        choice_unit=cost[rows],
        unit=unit,
        reach=reach,
        size=blocks.size,
        factor=blocks.factor,
        grades=np.array([level.grades for level in problem.levels]),
        discount=discount,
        cap=blocks.cap,
        limit=limit,
        base=base,
        **_first_grade(problem),
        class_price=problem.prices.class_year * discount,
        over_price=problem.prices.over_cap_pupil_year * discount,
        debt_price=debt_price(problem),
        reassign_price=discount * (problem.prices.entrant_reassigned if on("catchments") else 0.0),
        class_size=on("class_size"),
        seats=np.where(np.isnan(problem.sites.seats), np.inf, problem.sites.seats),
    )


def _first_grade(problem: Problem) -> dict[str, Any]:
    """Sites and shares of each zone's base-year first grade, as `Ground` has them."""
    zones, sites, levels, _ = problem.shape
    enrolled = problem.enrolled
    first = np.array([level.first_grade for level in problem.levels])
    mine = enrolled.grade == first[enrolled.level]
    cell = enrolled.zone[mine] * levels + enrolled.level[mine]
    shape = (zones * levels, sites)
    pupils = coo_array((enrolled.pupils[mine], (cell, enrolled.site[mine])), shape=shape).tocsr()
    total = np.repeat(pupils.sum(axis=1), np.diff(pupils.indptr))
    return {
        "before": pupils.indptr.astype(np.int64),
        "before_site": pupils.indices.astype(np.int64),
        "before_share": np.divide(
            pupils.data, total, out=np.zeros(len(pupils.data)), where=total > 1e-4
        ),
    }


def build_network(frame: Frame, ground: Ground, design: Design) -> Built:
    """Work a design out."""
    problem, table, more = frame.problem, frame.alternatives, frame.extensions
    years = problem.horizon.years
    chosen, extended = design.cycle, np.array(sorted(design.extended), dtype=np.int64)
    year = np.arange(years)
    runs = (year >= table.begin[chosen][..., None]) & (year < table.stop[chosen][..., None])
    general = table.rooms[chosen].copy()
    np.add.at(general, more.site[extended], more.rooms[extended])
    place = _places(problem, design, runs, table.stop[chosen])
    inherited, joined, travel = _follow_inherited(frame, ground, design, runs, table.stop[chosen])
    spend = table.spend[chosen].sum(axis=0) + more.spend[extended].sum(axis=0)
    money = float(table.fixed[chosen].sum() + more.fixed[extended].sum()) + travel
    general = np.clip(general, 0.0, seated_rooms(problem)[:, None])
    most, missing = _rooms_missing(problem, general, _function_rooms(frame, design), runs)
    network = Network(
        runs=runs,
        most=most,
        missing=missing,
        place=place,
        inherited=inherited,
        joined=joined,
    )
    return Built(network, money, spend)


def seated_rooms(problem: Problem) -> Floats:
    """(S,) rooms whose classes at the cap fill the seats a site states; infinite without seats."""
    cap = min(level.cap for level in problem.levels)
    seats = np.where(np.isnan(problem.sites.seats), np.inf, problem.sites.seats)
    result: Floats = np.floor(seats / cap)
    return result


def starts(frame: Frame, design: Design) -> dict[int, int]:
    """Start year relative to t0 of every option the design builds, committed ones included."""
    found: dict[int, int] = {}
    for site, cycle in enumerate(design.cycle):
        found.update(frame.cycles[cycle].starts)
        found.update(committed_extensions(frame.problem, site))
    for row in design.extended:
        found[int(frame.extensions.option[row])] = int(frame.extensions.start[row])
    return found


def _rooms_missing(
    problem: Problem, general: Floats, functions: Ints, runs: Bools
) -> tuple[Ints, Floats]:
    """Classes with a room of any kind (S, T), function rooms missing by classes (S, T, N + 1)."""
    most = np.minimum(general + functions.sum(axis=2), 1e6).astype(np.int64)
    classes = np.arange(most.max() + 1 if problem.policy.on("class_size") else 1)
    wanted = rooms.wanted_kinds(problem, runs)
    lacking = rooms.missing(
        problem.standards,
        general[..., None].astype(np.int64),
        functions[:, :, None],
        wanted[:, :, None],
        classes,
    )
    return most, lacking.astype(float)


def _function_rooms(frame: Frame, design: Design) -> Ints:
    """(S, T, K) function rooms by kind."""
    problem = frame.problem
    years = np.arange(problem.horizon.years)
    total = np.repeat(problem.sites.function_rooms[:, None], len(years), axis=1).astype(np.int64)
    for option, start in starts(frame, design).items():
        serves = years >= start + problem.options.lead[option]
        added = problem.options.function_rooms[option].astype(np.int64)
        total[problem.options.site[option]] += serves[:, None] * added
    return total


def _step(
    problem: Problem, design: Design, stop: Ints, site: Ints, level: int, year: int, grade: Ints
) -> tuple[Ints, Ints]:
    """Where pupils at a site before year t are in t: after points, and after mergers."""
    point = problem.sites.point_grades[site]
    on = np.where((point > 0) & (grade >= point), problem.sites.parent[site], site)
    leaves = stop[on, level] == year
    return on, np.where(leaves, design.target[on, level], on)


def _places(problem: Problem, design: Design, runs: np.ndarray, stop: Ints) -> Ints:
    """(S, L, T, G) site of those who enter at a site in a year, by grade index; -1: nowhere."""
    sites, levels, years = runs.shape
    most = max(level.grades for level in problem.levels)
    place = np.full((sites, levels, years, most), -1, dtype=np.int64)
    for index, level in enumerate(problem.levels):
        for cohort in range(years):
            here = np.where(runs[:, index, cohort], np.arange(sites), -1)
            place[:, index, cohort, 0] = here
            for grade in range(1, min(level.grades, years - cohort)):
                known = np.maximum(here, 0)
                _, after = _step(
                    problem, design, stop, known, index, cohort + grade, np.full(sites, grade)
                )
                here = np.where(here < 0, -1, after)
                place[:, index, cohort, grade] = here
    return place


def _follow_inherited(
    frame: Frame, ground: Ground, design: Design, runs: np.ndarray, stop: Ints
) -> tuple[Floats, Floats, float]:
    """Inherited pupils (B, R, T), those who join, and their travel and moving cost."""
    problem, blocks = frame.problem, frame.blocks
    levels, years = len(problem.levels), problem.horizon.years
    shape = (len(blocks.level), blocks.inherited.shape[1] + years, years)
    pupils, joined, money = np.zeros(shape), np.zeros(shape), 0.0
    discount, enrolled = problem.horizon.discount, problem.enrolled
    for index, level in enumerate(problem.levels):
        mine = np.flatnonzero(enrolled.level == index)
        h = enrolled.grade[mine] - level.first_grade
        mine, h = mine[h < level.grades - 1], h[h < level.grades - 1]
        zone, here, count = enrolled.zone[mine], enrolled.site[mine], enrolled.pupils[mine]
        cohort = level.cohort_of(-1) - h
        for year in range(min(years, level.grades - 1)):
            stays = h + 1 + year < level.grades
            zone, here, count, h, cohort = (a[stays] for a in (zone, here, count, h, cohort))
            grade = h + 1 + year
            on, after = _step(problem, design, stop, here, index, year, grade)
            lost = (after < 0) | ~runs[np.maximum(after, 0), index, year]
            lost |= (after != here) & (ground.reach[index, zone, np.maximum(after, 0)] > grade)
            if np.any(lost & (count > 1e-4)):
                return pupils, joined, float("inf")
            number = count * problem.demand.progression[index][zone, cohort, grade]
            at = (after * levels + index, h, np.full(len(h), year))
            np.add.at(pupils, at, number)
            np.add.at(joined, at, number * (after != here))
            money += discount[year] * float(number @ ground.unit[index, zone, after])
            moved = float(number[after != on].sum())
            money += discount[year] * problem.prices.pupil_moved * moved
            here = after
    return pupils, joined, money


def bare_design(frame: Frame) -> Design:
    """Nothing is built or closed but what is committed or cannot be avoided; cheapest first."""
    cycles = []
    table = frame.alternatives
    for first, last in zip(table.first[:-1], table.first[1:], strict=True):
        plain = [
            (
                float(table.closes[a].sum()),
                sum(frame.problem.options.action[o] in NETWORK for o, _ in frame.cycles[a].starts),
                len(frame.cycles[a].starts),
                float(table.fixed[a]),
                a,
            )
            for a in range(first, last)
        ]
        cycles.append(min(plain)[-1])
    shape = (len(frame.problem.sites), len(frame.problem.levels))
    return Design(np.array(cycles), frozenset(), np.full(shape, -1, dtype=np.int64))
