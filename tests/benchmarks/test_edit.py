"""The edits that are measured do what they say."""

from __future__ import annotations

import numpy as np

from benchmarks.edit import by_hand, cut, forbidden, locked
from optimizer.check import check
from tests.support.plans import changed
from tests.support.tiny import FIRST_YEAR, tiny_problem

ARCS = [(1, 0, level) for level in (0, 1)]
EXTENDS = [
    {"site": 0, "action": "extend", "rooms": 4, "cost": 100.0, "committed": FIRST_YEAR},
    {"site": 0, "action": "extend", "rooms": 2, "cost": 40.0},
    {"site": 1, "action": "extend", "rooms": 2, "cost": 30.0},
]


def test_the_school_that_the_plan_closes_is_locked_open() -> None:
    problem = tiny_problem(merge_arcs=ARCS, policy={"keep_last_lower_secondary": False})
    plan = changed(problem, merges=[(1, 0, level, FIRST_YEAR + 1) for level in (0, 1)])
    edited = locked(problem, plan)
    assert edited.sites.protected.tolist() == [False, True, False]
    assert {one.rule for one in check(edited, plan)} == {"closing.protected"}


def test_the_dearest_project_of_the_plan_that_nobody_decided_is_forbidden() -> None:
    problem = tiny_problem(options=EXTENDS)
    plan = changed(problem, start={0: FIRST_YEAR, 1: FIRST_YEAR, 2: FIRST_YEAR})
    options = forbidden(problem, plan).options
    assert (options.latest < options.earliest).tolist() == [False, True, False]


def test_half_of_the_plans_own_spending_is_left_in_its_dearest_year() -> None:
    problem = tiny_problem(options=EXTENDS, budget=1000.0)
    plan = changed(problem, start={0: FIRST_YEAR, 1: FIRST_YEAR, 2: FIRST_YEAR + 1})
    assert cut(problem, plan).budget.tolist() == [100.0 + 20.0, 1000.0, 1000.0]


def test_a_zone_put_elsewhere_by_hand_may_go_nowhere_else() -> None:
    problem = tiny_problem(prices={"yuan_per_minute": 1.0})
    plan = changed(problem)
    edited, moved = by_hand(problem, plan)
    assert check(edited, moved) == ()
    away = np.flatnonzero((moved.share != plan.share).any(axis=1))
    (zone,) = np.unique(problem.travel.zone[away])
    mine = (problem.travel.zone == zone) & (problem.travel.level == 0) & edited.travel.intake
    assert mine.sum() == 1
    assert moved.share[mine].min() == 1.0
