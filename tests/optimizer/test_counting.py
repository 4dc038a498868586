"""Pupils are counted in the way that proves most, and never more of them than there are."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import linprog

from optimizer.methods.base import Limits
from optimizer.methods.by_site.ascent import ascend, begin, first_multipliers
from optimizer.methods.by_site.counting import count, of_those_taken
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.kernels import least_counted
from optimizer.methods.by_site.lift import as_milp, cohort_program
from optimizer.methods.by_site.relaxation import relax, solve_cohorts
from optimizer.methods.by_site.settle import settled
from optimizer.methods.highs import lower_bound
from optimizer.methods.mip import Settings
from optimizer.methods.monolithic import monolithic
from tests.optimizer.test_lift import growing_apart, one_cohort, paid
from tests.support.varied import varied_county

APART = (0.7, 1.2, 0.8, 1.3, 0.9)


def frame_of(seed: int) -> Frame:
    return make_frame(growing_apart(varied_county(seed, zones=5, sites=4, years=3), APART))


def test_a_village_that_shrinks_beside_a_town_that_grows_is_counted_by_the_pupil() -> None:
    # 25 and 25 pupils, then 15 and 35. One class of 50: 100 a year, five over the cap at 6 each.
    # By the mean growth the village counts for 15 in both years: 200. A pupil in a full class
    # costs 100 / 45 in the second year, five more than that 50 of them: 130 + 50 * 100 / 45.
    frame = make_frame(one_cohort())
    assert relax(frame, paid(frame)).value == pytest.approx(200.0)
    counting = settled(frame, paid(frame), frame.counting)
    assert counting.whole[0, 0, -1] == 1
    assert relax(frame, paid(frame), counting).value == pytest.approx(130.0 + 50 * 100 / 45)


def test_the_growth_of_those_taken_is_that_of_their_pupils() -> None:
    frame = make_frame(one_cohort())
    share = np.zeros_like(frame.blocks.whole)
    share[:2, 0] = (1.0, 0.5)
    mean, least, greatest = of_those_taken(frame.blocks, share)
    assert mean[0, 0, 1] == pytest.approx((25 * 0.6 + 12.5 * 1.4) / 37.5)
    assert (least[0, 0, 1], greatest[0, 0, 1]) == pytest.approx((0.6, 1.4))


@pytest.mark.parametrize("whole", [1, 2, 3])
def test_no_way_of_counting_counts_pupils_that_are_not_there(whole: int) -> None:
    generator = np.random.default_rng(2)
    for _ in range(20):
        factor, growth = np.append(1.0, generator.uniform(0.3, 2.0, (2, 2))[0]), np.ones(3)
        growth[1:] = generator.uniform(0.3, 2.0, 2)
        counted = least_counted(10.0, factor, growth, whole) * growth
        assert np.all(counted[:whole] <= 10.0 * factor[:whole] + 1e-9)
        assert np.any(counted[:whole] >= 10.0 * factor[:whole] - 1e-9)


@pytest.mark.parametrize("seed", range(6))
def test_settling_lowers_no_cohorts_value_and_overstates_none(seed: int) -> None:
    frame = frame_of(seed)
    state = ascend(frame, begin(frame), 2.0 * begin(frame).value, 30, time.perf_counter() + 60.0)
    counting = settled(frame, state.best, frame.counting)
    before = solve_cohorts(frame, state.best).solution
    solved = solve_cohorts(frame, state.best, counting)
    assert np.all(solved.solution.parted >= before.parted - 1e-6)
    assert np.all(solved.solution.stopped >= before.stopped - 1e-6)
    after = solved.solution.value
    for block, cohort in np.argwhere(after > before.value + 1e-3):
        program = cohort_program(frame, solved.costs, block, cohort)
        true = min(0.0, lower_bound(as_milp(program), Settings(gap=0.0)))
        assert after[block, cohort] <= true + 1e-4 * abs(true) + 1e-3


@pytest.mark.parametrize("seed", range(12))
def test_no_cohort_is_overstated_where_rooms_are_dear_and_crowding_is_cheap(seed: int) -> None:
    generator = np.random.default_rng(seed)
    frame = frame_of(seed)
    prices = first_multipliers(frame)
    dear = generator.uniform(0.0, 10.0, prices.rooms.shape) * frame.problem.prices.class_year
    paid = prices.zone * generator.uniform(0.5, 4.0, prices.zone.shape)
    multipliers = prices._replace(rooms=dear, zone=paid)
    growth = generator.uniform(0.5, 1.6, frame.counting.growth[:, :, 0].shape)
    growth[..., 2:] = growth[..., 1:2]
    for whole in (1, 2, 3):
        solved = solve_cohorts(frame, multipliers, count(growth, whole))
        for block, cohort in np.argwhere(solved.solution.value < -1e-3):
            program = cohort_program(frame, solved.costs, block, cohort)
            true = min(0.0, lower_bound(as_milp(program), Settings(gap=0.0)))
            assert solved.solution.value[block, cohort] <= true + 1e-6 * abs(true) + 1e-3


@pytest.mark.parametrize("seed", range(6))
def test_no_cohort_is_overstated_where_seats_rule(seed: int) -> None:
    generator = np.random.default_rng(seed)
    problem = frame_of(seed).problem
    policy = replace(problem.policy, families_off=frozenset({"class_size"}))
    seats = np.full(len(problem.sites), 15.0)
    frame = make_frame(replace(problem, policy=policy, sites=replace(problem.sites, seats=seats)))
    prices = first_multipliers(frame)
    multipliers = prices._replace(zone=1e4 + prices.zone)
    growth = generator.uniform(0.3, 2.5, frame.counting.growth[:, :, 0].shape)
    for whole in (1, 2, 3):
        solved = solve_cohorts(frame, multipliers, count(growth, whole))
        for block, cohort in np.argwhere(solved.solution.value < -1e-3):
            program = cohort_program(frame, solved.costs, block, cohort)
            least = linprog(
                program.cost,
                program.pupils.T,
                np.full(program.pupils.shape[1], 15.0),
                bounds=(0, 1),
            )
            assert solved.solution.value[block, cohort] <= least.fun + 1e-6 * abs(least.fun)


@pytest.mark.parametrize("seed", range(6))
def test_a_bound_that_settles_is_never_above_the_optimum(seed: int) -> None:
    frame = frame_of(seed)
    state = begin(frame, first_multipliers(frame))
    state = ascend(frame, state, 2.0 * state.value, 130, time.perf_counter() + 60.0)
    assert relax(frame, state.best, state.counting).value == pytest.approx(state.value)
    best = monolithic(frame.problem, Limits(gap=1e-7, seconds=60.0), None, None)
    assert best.infeasible or state.value <= best.bound * (1.0 + 1e-7)
