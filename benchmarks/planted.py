"""Counties made impossible in one known way: the plants of `benchmarks.explain`.

Every plant bends a county that has a plan. It names the rules that it made contradict each other
(with the laws): without them, the county has a plan again, which `draw` makes sure of.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from optimizer.domain import Action, Adjacency, MergeArcs, Options, Problem
from optimizer.explain.rule import columns_of, with_policy, with_sites
from optimizer.explain.rules import soft_rules
from optimizer.methods.base import Limits
from optimizer.solve import solve

Plant = Callable[[Problem, np.random.Generator], Problem]
HOME = 1
"""A school of one level at which nothing may be built."""
BUILDING = frozenset({Action.OPEN, Action.EXTEND, Action.RETROFIT})
_TRIES = 40


@dataclass(frozen=True)
class Planted:
    """A county with a plant.

    Attributes
    ----------
    rules
        Rules that may give and cannot all hold; any clash lies within them.
    """

    kind: str
    problem: Problem
    rules: frozenset[str]


def draw(kind: str, seed: int) -> Planted:
    """Draw counties until one has a plan without the plant, and none with it.

    Raises
    ------
    ValueError
        If none of `_TRIES` counties will do.
    """
    from tests.support.random_counties import random_county

    plant, rules = PLANTS[kind]
    for attempt in range(_TRIES):
        number = 1000 * seed + attempt
        rng = np.random.default_rng([number, 7])
        base = random_county(number, sites=5, zones=6, point=False, split=True, options=1)
        problem = plant(replace(base, merge_arcs=_all_arcs(base)), rng)
        if _has_plan(_without(problem, rules)) and not _has_plan(problem):
            return Planted(kind, problem, rules)
    raise ValueError(f"no county of {_TRIES} carries the plant {kind!r}")


def _has_plan(problem: Problem) -> bool:
    return solve(problem, "monolithic", Limits(gap=1.0, seconds=30.0)).plan is not None


def _without(problem: Problem, rules: frozenset[str]) -> Problem:
    for rule in soft_rules():
        if rule.name in rules:
            problem = rule.without(problem)
    return problem


def _all_arcs(problem: Problem) -> MergeArcs:
    """Every school may merge into every other of its level."""
    runs = problem.sites.runs
    rows = [
        (int(j), int(k), level)
        for level in range(len(problem.levels))
        for j in np.flatnonzero(runs[:, level])
        for k in range(len(runs))
        if j != k
    ]
    return MergeArcs(*np.array(rows, dtype=int).reshape(-1, 3).T)


def _flag(problem: Problem, *sites: int) -> np.ndarray:
    return np.isin(np.arange(len(problem.sites)), sites)


def _level(problem: Problem, site: int) -> int:
    return int(np.flatnonzero(problem.sites.runs[site])[0])


def _confined(problem: Problem, zone: int, site: int, level: int) -> Problem:
    """Let the entrants of a zone reach one site alone."""
    travel = problem.travel
    ours = (travel.zone == zone) & (travel.level == level)
    there = ours & (travel.site == site)
    if not there.any():
        first = problem.levels[level].first_grade
        row = {"zone": zone, "site": site, "level": level, "mode": 0, "minutes": 9.0}
        row |= {"metres": 700.0, "beyond": 0.0, "usable_from": first, "intake": True}
        rows = {name: np.append(array, row[name]) for name, array in columns_of(travel).items()}
        order = np.lexsort((rows["site"], rows["zone"], rows["level"]))
        travel = replace(travel, **{name: array[order] for name, array in rows.items()})
        ours = (travel.zone == zone) & (travel.level == level)
        there = ours & (travel.site == site)
    intake = np.where(ours, there, travel.intake)
    usable = np.where(there, problem.levels[level].first_grade, travel.usable_from)
    return replace(problem, travel=replace(travel, intake=intake, usable_from=usable))


def _crowd(problem: Problem, zone: int, level: int, pupils: float) -> Problem:
    entrants = problem.demand.entrants.copy()
    entrants[zone, level] = pupils
    return replace(problem, demand=replace(problem.demand, entrants=entrants))


def _option(problem: Problem, site: int, action: Action, **fields: Any) -> Problem:
    """Put one project in place of all others."""
    opens = action is Action.OPEN
    row: dict[str, Any] = {
        "rooms": 30 if opens else 0,
        "cost": 1e6,
        "lead": 0,
        "earliest": problem.horizon.first_year,
        "latest": problem.horizon.end - 1,
        "committed": 0,
        **fields,
    }
    kinds, levels = len(problem.standards.function_rooms), len(problem.levels)
    options = Options(
        ids=("project",),
        site=np.array([site % len(problem.sites)]),
        action=(action,),
        levels_after=np.full((1, levels), opens),
        rooms=np.array([row["rooms"]]),
        rooms_out=np.array([0]),
        function_rooms=np.zeros((1, kinds), dtype=int),
        area_m2=np.array([1000.0]),
        land_m2=np.array([0.0]),
        capital_cost=np.array([float(row["cost"])]),
        lead=np.array([row["lead"]]),
        earliest=np.array([row["earliest"]]),
        latest=np.array([row["latest"]]),
        committed=np.array([row["committed"]]),
        relocates=np.array([-1]),
        spend=np.array([[1.0]]),
    )
    return replace(problem, options=options)


def _places(problem: Problem, rng: np.random.Generator) -> Problem:
    """More pupils of a zone than its only school can hold in all its rooms."""
    zone, level = int(rng.integers(len(problem.zones))), _level(problem, HOME)
    stage = problem.levels[level]
    room = problem.sites.rooms[HOME] + problem.sites.function_rooms[HOME].sum()
    crowd = float(np.round(stage.hard * room * rng.uniform(1.02, 1.6), 1))
    confined = _confined(problem, zone, HOME, level)
    return with_policy(_crowd(confined, zone, level, crowd), actions=BUILDING)


def _seats(problem: Problem, rng: np.random.Generator) -> Problem:
    zone, level = int(rng.integers(len(problem.zones))), _level(problem, HOME)
    seats = np.full(len(problem.sites), np.nan)
    here = problem.enrolled.site == HOME
    seats[HOME] = np.ceil(problem.enrolled.pupils[here].sum()) + 40
    bent = with_sites(_confined(problem, zone, HOME, level), seats=seats)
    bent = _crowd(bent, zone, level, float(seats[HOME] + rng.integers(5, 60)))
    return with_policy(bent, families_off=frozenset({"class_size"}), actions=BUILDING)


def _kept_classes(problem: Problem, _rng: np.random.Generator) -> Problem:
    """Today's classes have no rooms, and the school may not close."""
    rooms = np.where(_flag(problem, HOME), 0, problem.sites.rooms)
    kinds = np.zeros_like(problem.sites.function_rooms)
    bent = with_sites(problem, rooms=rooms, function_rooms=kinds)
    return with_policy(bent, actions=BUILDING)


def _decided_too_dear(problem: Problem, rng: np.random.Generator) -> Problem:
    year = problem.horizon.first_year
    bent = _option(problem, 0, Action.EXTEND, rooms=2, cost=4e6, committed=year)
    return replace(bent, budget=np.full(problem.horizon.years, float(rng.integers(1, 9)) * 1e5))


def _retrofit_too_dear(problem: Problem, rng: np.random.Generator) -> Problem:
    """Let a school that may not close cost more to make safe than there is."""
    bent = _option(problem, HOME, Action.RETROFIT, cost=5e6)
    bent = with_sites(bent, unsafe=_flag(bent, HOME), protected=_flag(bent, HOME))
    bent = replace(bent, budget=np.full(problem.horizon.years, float(rng.integers(1, 9)) * 1e5))
    return with_policy(bent, unsafe_deadline=problem.horizon.first_year)


def _closings(problem: Problem, rng: np.random.Generator) -> Problem:
    """Two unsafe schools must close in the first year, fewer may."""
    bent = with_sites(problem, unsafe=_flag(problem, 1, 2), rooms=problem.sites.rooms + 30)
    return with_policy(
        bent,
        closings_per_year=int(rng.integers(0, 2)),
        unsafe_deadline=problem.horizon.first_year,
        keep_last_lower_secondary=False,
    )


def _unsafe(problem: Problem) -> Problem:
    """One school is unsafe from the first year, nothing is on offer, and others have room."""
    bent = with_sites(problem, unsafe=_flag(problem, HOME), rooms=problem.sites.rooms + 30)
    return with_policy(
        bent, unsafe_deadline=problem.horizon.first_year, keep_last_lower_secondary=False
    )


def _locked(problem: Problem, _rng: np.random.Generator) -> Problem:
    bent = _unsafe(problem)
    return with_sites(bent, protected=_flag(bent, HOME))


def _contested(problem: Problem, rng: np.random.Generator) -> Problem:
    bent = _unsafe(problem)
    return with_sites(bent, objection=np.where(_flag(bent, HOME), rng.uniform(0.6, 1.0), 0.0))


def _too_large(problem: Problem, rng: np.random.Generator) -> Problem:
    return with_policy(_unsafe(problem), close_below=float(rng.integers(1, 9)))


def _notice(problem: Problem, rng: np.random.Generator) -> Problem:
    return with_policy(_unsafe(problem), notice_years=int(rng.integers(2, 4)))


def _no_closing(problem: Problem, _rng: np.random.Generator) -> Problem:
    return with_policy(_unsafe(problem), actions=BUILDING)


def _last_school(problem: Problem, _rng: np.random.Generator) -> Problem:
    """Make its town's only lower secondary school unsafe."""
    site = int(np.flatnonzero(problem.sites.runs[1:, 1])[0]) + 1
    alone = _flag(problem, site)
    rooms, town = problem.sites.rooms + 30, alone.astype(int)
    bent = with_sites(problem, unsafe=alone, town=town, rooms=rooms)
    bent = _option(bent, 0, Action.EXTEND, rooms=1)
    return with_policy(bent, unsafe_deadline=problem.horizon.first_year)


def _too_many_schools(problem: Problem, rng: np.random.Generator) -> Problem:
    return with_policy(problem, schools_open=len(problem.sites) + int(rng.integers(1, 4)))


def _new_school(problem: Problem, rng: np.random.Generator, **fields: Any) -> Problem:
    """Let a zone's entrants reach the candidate alone, where a project opens a school."""
    zone, level = int(rng.integers(len(problem.zones))), int(rng.integers(2))
    last = len(problem.sites) - 1
    bent = _crowd(_confined(problem, zone, last, level), zone, level, 30.0)
    bent = replace(bent, budget=np.full(problem.horizon.years, 1e7))
    return _option(bent, last, Action.OPEN, **fields)


def _wrong_place(problem: Problem, rng: np.random.Generator) -> Problem:
    bent = _new_school(problem, rng)
    towns = frozenset({"county_town"})
    return with_policy(bent, allowed_places={stage.name: towns for stage in problem.levels})


def _no_opening(problem: Problem, rng: np.random.Generator) -> Problem:
    return with_policy(_new_school(problem, rng), actions=frozenset({Action.EXTEND}))


def _too_late(problem: Problem, rng: np.random.Generator) -> Problem:
    return _new_school(problem, rng, earliest=problem.horizon.first_year + int(rng.integers(1, 3)))


def _torn(problem: Problem, rng: np.random.Generator) -> Problem:
    """Let a zone reach one school alone, through a zone that may not go there."""
    zones, sites = len(problem.zones), len(problem.sites)
    zone, level = int(rng.integers(1, zones)), _level(problem, HOME)
    others = [i for i in range(1, zones) if i != zone]
    ends = np.array([[0, i] for i in others] + [sorted((others[0], zone))])
    a, b = ends[np.lexsort(ends.T[::-1])].T
    adjacency = Adjacency(a, b, np.zeros(sites, dtype=int))
    bent = _confined(_crowd(problem, zone, level, 20.0), zone, HOME, level)
    gate = (bent.travel.zone == others[0]) & (bent.travel.level == level)
    intake = bent.travel.intake & ~(gate & (bent.travel.site == HOME))
    bent = replace(bent, travel=replace(bent.travel, intake=intake), adjacency=adjacency)
    return with_policy(bent, whole_zones=True, contiguous=True)


def _steady(problem: Problem, rng: np.random.Generator) -> Problem:
    """Let nobody be sent elsewhere, and a zone reach only a school that it does not go to today."""
    level = _level(problem, HOME)
    first = problem.levels[level].first_grade
    here = (problem.enrolled.level == level) & (problem.enrolled.grade == first)
    away = here & (problem.enrolled.site != HOME) & (problem.enrolled.pupils > 0)
    if not away.any():
        return problem
    zone = int(rng.choice(problem.enrolled.zone[away]))
    bent = _confined(_crowd(problem, zone, level, 20.0), zone, HOME, level)
    return with_policy(bent, stability=0.0)


def _opening_too_dear(problem: Problem, rng: np.random.Generator) -> Problem:
    """No adding up shows this one: the project is nobody's order."""
    bent = _new_school(problem, rng, cost=9e6)
    return replace(bent, budget=np.full(problem.horizon.years, float(rng.integers(1, 80)) * 1e5))


PLANTS: dict[str, tuple[Plant, frozenset[str]]] = {
    "too few places in reach": (_places, frozenset({"rooms", "class_size"})),
    "too few seats in reach": (_seats, frozenset({"seats"})),
    "classes without rooms": (_kept_classes, frozenset({"rooms", "actions"})),
    "decided project above the budget": (_decided_too_dear, frozenset({"committed", "budget"})),
    "retrofit above the budget": (_retrofit_too_dear, frozenset({"protected", "budget"})),
    "closings forced above the limit": (_closings, frozenset({"closings"})),
    "unsafe and protected": (_locked, frozenset({"protected"})),
    "unsafe and contested": (_contested, frozenset({"protected"})),
    "unsafe and too large to close": (_too_large, frozenset({"close_below"})),
    "unsafe and no time for notice": (_notice, frozenset({"notice"})),
    "unsafe and nothing may close": (_no_closing, frozenset({"actions"})),
    "unsafe and the last of its town": (_last_school, frozenset({"last_school"})),
    "more schools asked for than sites": (_too_many_schools, frozenset({"schools_open"})),
    "new school in the wrong place": (_wrong_place, frozenset({"allowed_places"})),
    "new school not among the actions": (_no_opening, frozenset({"actions"})),
    "new school too late": (_too_late, frozenset({"start_years"})),
    "cut off from the only school in reach": (_torn, frozenset({"contiguous", "whole_zones"})),
    "sent elsewhere though nobody may be": (_steady, frozenset({"stability"})),
    "new school above the budget": (_opening_too_dear, frozenset({"budget"})),
}
"""Kind to the plant, and the rules that it made contradict each other."""
