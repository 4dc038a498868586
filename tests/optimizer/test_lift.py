"""Cohorts of zones that do not grow alike are counted in full when the bound is lifted."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Problem
from optimizer.methods.base import Limits
from optimizer.methods.by_site.ascent import ascend, begin, first_multipliers
from optimizer.methods.by_site.frame import Frame, Multipliers, make_frame
from optimizer.methods.by_site.lift import as_milp, can_lift, cohort_program, lift
from optimizer.methods.by_site.relaxation import relax, solve_cohorts
from optimizer.methods.highs import lower_bound
from optimizer.methods.mip import Settings
from optimizer.methods.monolithic import monolithic
from tests.support.tiny import tiny_problem
from tests.support.varied import varied_county

PAID = 1000.0


def growing_apart(problem: Problem, factors: tuple[float, ...]) -> Problem:
    """Let each zone's cohorts change by a factor of its own from a grade to the next."""
    progression = []
    for level in problem.demand.progression:
        apart = level.copy()
        for grade in range(1, level.shape[2]):
            apart[:, :, grade] = level[:, :, grade] * np.array(factors)[:, None] ** grade
        progression.append(apart)
    return replace(problem, demand=replace(problem.demand, progression=tuple(progression)))


def one_cohort() -> Problem:
    """25 pupils of a village that shrinks and 25 of a town that grows, for two years."""
    entrants = np.zeros((2, 2, 2))
    entrants[:, 0, 0] = 25.0
    problem = tiny_problem(
        years=2,
        zone_at=(0, 0),
        site_at=(0,),
        runs=(("primary",),),
        entrants=entrants,
        enrolled=[],
        prices={"class_year": 100.0, "over_cap_pupil_year": 6.0},
        policy={"actions": frozenset()},
    )
    return growing_apart(problem, (0.6, 1.4))


def paid(frame: Frame) -> Multipliers:
    """Pay so much for each cohort that the school takes both."""
    there = frame.problem.demand.entrants > 0
    return first_multipliers(frame)._replace(zone=np.where(there, PAID, 0.0))


def soon(seconds: float = 60.0) -> float:
    return time.perf_counter() + seconds


def test_fifty_pupils_of_unlike_zones_are_fifty_pupils() -> None:
    # One class of 50 for two years: 100 and five pupils over the cap at 6 each, twice. Counted by
    # the zones' mean growth the village has 15 pupils, and nobody is over the cap.
    frame = make_frame(one_cohort())
    assert relax(frame, paid(frame)).value == pytest.approx(200.0)
    assert lift(frame, paid(frame), frame.counting, soon()).value == pytest.approx(260.0, abs=0.02)


def test_time_is_kept_only_where_zones_grow_apart() -> None:
    problem = one_cohort()
    assert can_lift(make_frame(problem))
    assert not can_lift(make_frame(growing_apart(problem, (1 / 0.6, 1 / 1.4))))
    seated = replace(problem.policy, families_off=frozenset({"class_size"}))
    assert not can_lift(make_frame(replace(problem, policy=seated)))


def test_without_time_the_bound_stays_as_it_was() -> None:
    frame = make_frame(one_cohort())
    assert (
        lift(frame, paid(frame), frame.counting, soon(-1.0)).value
        == relax(frame, paid(frame)).value
    )


@pytest.mark.parametrize("seed", range(6))
def test_a_lifted_bound_is_no_lower_and_never_above_the_optimum(seed: int) -> None:
    drawn = varied_county(seed, zones=5, sites=4, years=3)
    problem = growing_apart(drawn, (0.7, 1.2, 0.8, 1.3, 0.9))
    frame = make_frame(problem)
    state = ascend(frame, begin(frame), 2.0 * begin(frame).value, 80, soon())
    lifted = lift(frame, state.best, state.counting, soon())
    assert lifted.value >= state.value - 1e-6
    assert np.all(lifted.parts >= state.best_parts - 1e-6)
    best = monolithic(problem, Limits(gap=1e-7, seconds=60.0), None, None)
    assert best.infeasible or lifted.value <= best.bound * (1.0 + 1e-7)


def test_some_bound_is_lifted_where_zones_grow_apart() -> None:
    gains = []
    for seed in range(6):
        drawn = varied_county(seed, zones=5, sites=4, years=3)
        frame = make_frame(growing_apart(drawn, (0.7, 1.2, 0.8, 1.3, 0.9)))
        state = begin(frame)
        gains.append(lift(frame, state.best, state.counting, soon()).value - state.value)
    assert max(gains) > 100.0


def test_a_lower_bound_without_a_plan_is_the_optimum_of_a_small_model() -> None:
    frame = make_frame(one_cohort())
    costs = solve_cohorts(frame, paid(frame)).costs
    program = cohort_program(frame, costs, 0, 0)
    assert program.pupils.sum(axis=0) == pytest.approx([50.0, 50.0])
    found = lower_bound(as_milp(program), Settings(gap=0.0))
    assert found == pytest.approx(260.0 - 2 * PAID)
