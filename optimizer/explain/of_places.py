"""Rules about places and money that may give: seats, class size, rooms, budget."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain import Problem
from optimizer.explain.rule import Amounts, Rule, Search, by_site, with_sites


def _everyone(problem: Problem) -> float:
    """At least as many pupils as are ever at school together."""
    return float(problem.demand.entrants.sum() + problem.enrolled.pupils.sum()) * 2


def _enough_rooms(problem: Problem) -> int:
    """Rooms with which a site would take the whole county."""
    smallest = min(level.cap for level in problem.levels)
    cohorts = sum(level.cohorts(problem.horizon.years) for level in problem.levels)
    kept = int(problem.enrolled.classes.sum())
    return int(np.ceil(_everyone(problem) / smallest)) + cohorts + kept


def _harder(problem: Problem, amounts: Amounts) -> Problem:
    levels = tuple(
        replace(one, hard=one.hard + amounts.get(one.name, 0.0)) for one in problem.levels
    )
    return replace(problem, levels=levels)


def _hard_steps(problem: Problem) -> list[float]:
    """Up to the red line of very large classes, and never above it."""
    room = min(level.very_large - level.hard for level in problem.levels)
    return [float(n) for n in range(1, int(np.ceil(room)))]


OF_PLACES = (
    Rule(
        "seats",
        "pupils",
        Search.ROWS,
        lambda problem: bool(np.isfinite(problem.sites.seats).any()),
        lambda problem: with_sites(problem, seats=problem.sites.seats + _everyone(problem)),
        lambda problem, amounts: with_sites(
            problem, seats=problem.sites.seats + np.ceil(by_site(problem, amounts))
        ),
    ),
    Rule(
        "class_size",
        "pupils a class",
        Search.STEPS,
        lambda problem: problem.policy.on("class_size"),
        lambda problem: _harder(problem, {one.name: _everyone(problem) for one in problem.levels}),
        _harder,
        _hard_steps,
        lambda problem: [one.name for one in problem.levels],
    ),
    Rule(
        "rooms",
        "rooms",
        Search.ROWS,
        lambda problem: problem.policy.on("class_size"),
        lambda problem: with_sites(problem, rooms=problem.sites.rooms + _enough_rooms(problem)),
        lambda problem, amounts: with_sites(
            problem,
            rooms=problem.sites.rooms + np.ceil(by_site(problem, amounts) - 1e-6).astype(int),
        ),
    ),
)


def _more_money(problem: Problem, amounts: Amounts) -> Problem:
    extra = np.array([amounts.get(str(year), 0.0) for year in problem.horizon.labels])
    return replace(problem, budget=problem.budget + np.ceil(extra - 1e-3))


def _limited(problem: Problem) -> bool:
    return problem.policy.on("budget") and bool(np.isfinite(problem.budget).any())


BUDGET = Rule(
    "budget",
    "yuan",
    Search.ROWS,
    _limited,
    lambda problem: replace(problem, budget=np.full_like(problem.budget, np.inf)),
    _more_money,
)
