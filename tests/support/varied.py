"""Random counties under varied rules, so that every family binds somewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import Action, Adjacency, MergeArcs, Problem
from tests.support.options import BOTH, FIRST_YEAR, make_options
from tests.support.random_counties import random_county

ALL = frozenset(Action)


def varied_county(seed: int, **size: Any) -> Problem:
    """Draw a county and bend one or two of its rules; `size` goes to `random_county`."""
    rng = np.random.default_rng([seed, 1])
    names = list(BENDS)
    chosen = rng.choice(len(names), size=int(rng.integers(1, 3)), replace=False)
    problem = random_county(seed, **size)
    for number in chosen:
        problem = BENDS[names[int(number)]](problem, rng)
    return problem


def _policy(problem: Problem, **fields: Any) -> Problem:
    return replace(problem, policy=replace(problem.policy, **fields))


def _no_close(problem: Problem, _rng: np.random.Generator) -> Problem:
    return _policy(problem, actions=ALL - {Action.CLOSE})


def _no_merge(problem: Problem, _rng: np.random.Generator) -> Problem:
    return _policy(problem, actions=ALL - {Action.MERGE})


def _only_build(problem: Problem, _rng: np.random.Generator) -> Problem:
    return _policy(problem, actions=frozenset({Action.OPEN, Action.EXTEND}))


def _long_notice(problem: Problem, _rng: np.random.Generator) -> Problem:
    return _policy(problem, notice_years=2)


def _small_schools(problem: Problem, rng: np.random.Generator) -> Problem:
    return _policy(problem, close_below=float(rng.integers(30, 120)))


def _protected(problem: Problem, rng: np.random.Generator) -> Problem:
    protected = rng.random(len(problem.sites)) < 0.5
    return replace(problem, sites=replace(problem.sites, protected=protected))


def _unsafe(problem: Problem, _rng: np.random.Generator) -> Problem:
    """One school is unsafe from the second year on; a retrofit is on offer."""
    unsafe = np.zeros(len(problem.sites), dtype=bool)
    unsafe[1] = True
    retrofit = {"site": 1, "action": "retrofit", "rooms": 1, "cost": 3e5, "lead": 0}
    bent = replace(problem, sites=replace(problem.sites, unsafe=unsafe))
    return _policy(_options(bent, retrofit), unsafe_deadline=FIRST_YEAR + 1)


def _convert(problem: Problem, rng: np.random.Generator) -> Problem:
    """Let the second school become a nine-year school or one of the other level."""
    after = [BOTH, BOTH[:1], BOTH[1:]][int(rng.integers(0, 3))]
    if problem.sites.point_grades[1]:
        return problem
    row = {"site": 1, "action": "convert", "after": after, "rooms": 4, "cost": 4e5, "lead": 0}
    return _policy(_options(problem, row), close_below=1e9)


def _relocate(problem: Problem, rng: np.random.Generator) -> Problem:
    """Let the second school move to the candidate."""
    if problem.sites.point_grades[1]:
        return problem
    last = len(problem.sites) - 1
    level = int(np.flatnonzero(problem.sites.runs[1])[0])
    arcs = problem.merge_arcs
    rows = {(1, last, level), *zip(arcs.from_site, arcs.to_site, arcs.level, strict=True)}
    columns = np.array(sorted(tuple(int(n) for n in row) for row in rows)).T
    bent = replace(problem, merge_arcs=MergeArcs(*columns))
    row = {
        "site": last,
        "action": "relocate",
        "after": BOTH[level : level + 1],
        "rooms": 8,
        "cost": 5e5,
        "lead": int(rng.integers(0, 2)),
        "relocates": 1,
        "committed": FIRST_YEAR if rng.random() < 0.3 else 0,
    }
    return _policy(_options(bent, row), close_below=50.0)


def _options(problem: Problem, row: dict[str, Any]) -> Problem:
    """Put one project in place of the last one that is not committed."""
    options, kinds = problem.options, len(problem.standards.function_rooms)
    rows = [
        {
            "site": int(options.site[o]),
            "action": options.action[o].value,
            "after": [name for name, on in zip(BOTH, options.levels_after[o], strict=True) if on],
            "rooms": int(options.rooms[o]),
            "rooms_out": int(options.rooms_out[o]),
            "function_rooms": options.function_rooms[o].tolist(),
            "cost": float(options.capital_cost[o]),
            "lead": int(options.lead[o]),
            "latest": int(options.latest[o]),
            "committed": int(options.committed[o]),
        }
        for o in range(len(options) - 1)
    ]
    latest = {"latest": FIRST_YEAR + problem.horizon.years - 1}
    return replace(problem, options=make_options([*rows, {**latest, **row}], kinds))


def _seats(problem: Problem, rng: np.random.Generator) -> Problem:
    """Seats instead of classes."""
    seats = np.where(np.arange(len(problem.sites)) == 0, np.nan, rng.integers(40, 200))
    bent = replace(problem, sites=replace(problem.sites, seats=seats))
    return _policy(bent, families_off=frozenset({"class_size"}))


def _schools_open(problem: Problem, _rng: np.random.Generator) -> Problem:
    return _policy(problem, schools_open=int(problem.sites.runs.any(axis=1).sum()))


def _families_off(problem: Problem, rng: np.random.Generator) -> Problem:
    names = ("function_rooms", "closing", "budget")
    return _policy(problem, families_off=frozenset({names[int(rng.integers(0, 3))]}))


def _tight_budget(problem: Problem, rng: np.random.Generator) -> Problem:
    bent = replace(problem, budget=np.full(problem.horizon.years, float(rng.integers(2, 12)) * 1e5))
    return _policy(bent, carry_over=bool(rng.random() < 0.5))


def _strict_class_size(problem: Problem, _rng: np.random.Generator) -> Problem:
    """Hardly any class may exceed the cap, and rooms are few."""
    levels = tuple(replace(level, hard=level.cap + 1) for level in problem.levels)
    rooms = np.maximum(problem.sites.rooms - 1, 0)
    return replace(problem, levels=levels, sites=replace(problem.sites, rooms=rooms))


def _pupils_leave(problem: Problem, rng: np.random.Generator) -> Problem:
    """Let some cohorts of a zone move away altogether after their first grade."""
    progression = []
    for factors in problem.demand.progression:
        array = factors.copy()
        array[rng.random(array.shape[:2]) < 0.3, 1:] = 0.0
        progression.append(array)
    demand = replace(problem.demand, progression=tuple(progression))
    return replace(problem, demand=demand)


def _dear_crowds(problem: Problem, rng: np.random.Generator) -> Problem:
    prices = replace(
        problem.prices,
        over_cap_pupil_year=float(rng.choice([0.0, 30_000.0])),
        pupil_moved=float(rng.choice([0.0, 20_000.0])),
        entrant_reassigned=float(rng.choice([0.0, 20_000.0])),
        class_year=float(rng.choice([10_000.0, 150_000.0])),
    )
    return replace(problem, prices=prices)


def contiguous(problem: Problem, rng: np.random.Generator) -> Problem:
    """Areas hang together: zones touch at random, a school now and then stands in none."""
    zones, sites = len(problem.zones), len(problem.sites)
    pairs = [(a, b) for b in range(zones) for a in range(b) if rng.random() < 0.4]
    a, b = np.array(sorted(pairs), dtype=int).reshape(-1, 2).T
    own = np.where(rng.random(sites) < 0.9, rng.integers(0, zones, sites), -1)
    policy = replace(problem.policy, contiguous=True)
    return replace(problem, policy=policy, adjacency=Adjacency(a, b, own))


def _stable(problem: Problem, rng: np.random.Generator) -> Problem:
    return _policy(problem, stability=float(rng.choice([0.0, 0.2, 0.5])))


BENDS = {
    "contiguous": contiguous,
    "convert": _convert,
    "dear crowds": _dear_crowds,
    "families off": _families_off,
    "long notice": _long_notice,
    "no close": _no_close,
    "no merge": _no_merge,
    "only build": _only_build,
    "protected": _protected,
    "pupils leave": _pupils_leave,
    "relocate": _relocate,
    "schools open": _schools_open,
    "seats": _seats,
    "small schools": _small_schools,
    "stable": _stable,
    "strict class size": _strict_class_size,
    "tight budget": _tight_budget,
    "unsafe": _unsafe,
}
