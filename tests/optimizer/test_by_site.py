"""The decomposition: its bound holds, its plans keep the rules, its pieces are exact."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.check import check
from optimizer.domain import Action, Problem
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits, Progress, Start
from optimizer.methods.by_site.ascent import ascend, begin
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.kernels import Costs, solve_cohort
from optimizer.methods.by_site.method import by_site
from optimizer.methods.by_site.network import bare_design, make_ground
from optimizer.methods.by_site.plan import candidate_design, make_plan, places
from optimizer.methods.by_site.relaxation import costs_under, relax
from optimizer.methods.by_site.searcher import Searcher
from optimizer.methods.by_site.size_kernels import items_of
from optimizer.methods.monolithic import monolithic
from tests.support.random_counties import random_county

QUICK = Limits(gap=1e-6, seconds=3.0)
KEEP = {"actions": frozenset({Action.OPEN, Action.EXTEND})}


def optimum(problem: Problem) -> float:
    answer = monolithic(problem, Limits(gap=1e-7, seconds=60.0), None, None)
    assert answer.plan is not None
    return evaluate(problem, answer.plan).objective


@pytest.mark.parametrize("seed", range(4))
def test_the_bound_never_exceeds_the_optimum_and_the_plan_never_beats_it(seed: int) -> None:
    problem = random_county(seed)
    best = optimum(problem)
    answer = by_site(problem, QUICK, None, None)
    assert answer.bound <= best + 0.01
    if answer.plan is not None:
        assert check(problem, answer.plan) == ()
        assert evaluate(problem, answer.plan).objective >= best - 0.01


@pytest.mark.parametrize("seed", range(3))
def test_without_closings_the_bound_comes_close_to_the_optimum(seed: int) -> None:
    problem = random_county(seed, policy=KEEP, point=False)
    best = optimum(problem)
    answer = by_site(problem, QUICK, None, None)
    assert best * 0.85 <= answer.bound <= best + 0.01


def test_the_parts_of_the_certificate_add_up_to_the_bound() -> None:
    answer = by_site(random_county(1), QUICK, None, None)
    assert answer.certificate is not None
    assert answer.certificate.parts.sum() == pytest.approx(answer.bound)


def test_relaxing_under_the_multipliers_of_the_certificate_gives_the_bound_again() -> None:
    frame = make_frame(random_county(2))
    state = begin(frame)
    state = ascend(frame, state, 1.5 * state.value, 60, time.perf_counter() + 30.0)
    assert relax(frame, state.best, state.counting).value == pytest.approx(state.value)


def test_the_bound_never_falls_during_a_run() -> None:
    bounds: list[float] = []

    def listen(progress: Progress) -> None:
        bounds.append(progress.bound)

    by_site(random_county(3), QUICK, None, listen)
    assert bounds == sorted(bounds)


def test_a_wish_to_stop_is_heard() -> None:
    answer = by_site(random_county(3), replace(QUICK, seconds=60.0), None, lambda _: True)
    assert answer.stopped_by == "cancelled"


def test_a_start_plan_is_never_made_worse() -> None:
    problem = random_county(4, policy=KEEP)
    first = monolithic(problem, Limits(gap=0.3, seconds=10.0), None, None)
    assert first.plan is not None
    answer = by_site(problem, QUICK, Start(first.plan), None)
    assert answer.plan is not None
    assert (
        evaluate(problem, answer.plan).objective <= evaluate(problem, first.plan).objective + 0.01
    )


@pytest.mark.parametrize("seed", range(3))
def test_the_search_prices_a_plan_as_the_judge_does(seed: int) -> None:
    problem = random_county(seed, policy=KEEP)
    frame = make_frame(problem)
    searcher = Searcher(frame, make_ground(frame))
    zones = np.arange(len(problem.zones))
    nowhere = np.full((len(zones), len(problem.levels), problem.horizon.years), -1)
    candidate = searcher.price(bare_design(frame), nowhere, zones, 2, True)
    assert candidate is not None
    judged = evaluate(problem, make_plan(frame, candidate)).objective
    assert judged <= candidate.cost * (1.0 + 1e-9)
    assert judged >= candidate.cost * 0.9


def test_a_plan_becomes_the_design_and_the_places_it_was_made_of() -> None:
    problem = random_county(5, policy=KEEP)
    frame = make_frame(problem)
    searcher = Searcher(frame, make_ground(frame))
    zones = np.arange(len(problem.zones))
    nowhere = np.full((len(zones), len(problem.levels), problem.horizon.years), -1)
    candidate = searcher.price(bare_design(frame), nowhere, zones, 1, False)
    assert candidate is not None
    plan = make_plan(frame, candidate)
    design = candidate_design(frame, plan)
    assert design is not None
    assert np.array_equal(design.cycle, candidate.design.cycle)
    assert np.array_equal(places(problem, plan), candidate.site)


@pytest.mark.parametrize("seed", range(6))
def test_a_cohort_at_a_site_costs_what_a_mixed_integer_program_says(seed: int) -> None:
    problem = _without_growth(random_county(seed, policy=KEEP, point=False, zones=8))
    frame = make_frame(problem)
    state = begin(frame)
    state = ascend(frame, state, 1.3 * state.value, 15, time.perf_counter() + 30.0)
    costs = costs_under(frame, state.best)
    items = items_of(frame.blocks)
    share = np.zeros((len(frame.blocks.zone), problem.horizon.years))
    path = np.zeros(frame.blocks.factor.shape[3])
    for block in range(len(frame.blocks.level)):
        for cohort in range(problem.horizon.years):
            served = int(frame.blocks.grades[block])
            counting = frame.counting
            value = solve_cohort(
                block, cohort, served, False, frame.blocks, counting, costs, items, path, share
            )
            assert value == pytest.approx(_by_milp(frame, costs, block, cohort), abs=1.0)


def _without_growth(problem: Problem) -> Problem:
    flat = tuple(np.ones_like(factor) for factor in problem.demand.progression)
    return replace(problem, demand=replace(problem.demand, progression=flat))


def _by_milp(frame: Frame, costs: Costs, block: int, cohort: int) -> float:
    """Shares, classes and pupils over the cap of each year, as one program."""
    blocks = frame.blocks
    years = costs.over.shape[0]
    life = min(int(blocks.grades[block]), years - cohort)
    first, last = blocks.start[block], blocks.start[block + 1]
    level = blocks.level[block]
    rows = np.arange(first, last)
    zone = blocks.zone[rows]
    grades = blocks.level_grades[block]
    reduced = (
        blocks.unit[rows] * blocks.pupil_years[zone, level, cohort, grades]
        - costs.zone[zone, level, cohort]
    )
    weight = blocks.size[zone, level, cohort]
    count = len(rows)
    cost = np.concatenate(
        [
            reduced,
            costs.classes[block, cohort : cohort + life],
            costs.over[cohort : cohort + life],
        ]
    )
    eye, none = np.eye(life), np.zeros((life, life))
    pupils = np.tile(weight, (life, 1))
    hard = np.hstack([pupils, -blocks.hard[block] * eye, none])
    over = np.hstack([pupils, -blocks.cap[block] * eye, -eye])
    rules = [hard, over]
    if not blocks.regroups[block] and life > 1:
        keep = np.zeros((life - 1, count + 2 * life))
        keep[:, count] = 1.0
        keep[np.arange(life - 1), count + 1 + np.arange(life - 1)] = -1.0
        rules.append(keep)
    upper = np.concatenate(
        [np.ones(count), np.full(life, float(blocks.most[block])), np.full(life, np.inf)]
    )
    solved = milp(
        cost,
        integrality=np.concatenate([np.zeros(count), np.ones(life), np.zeros(life)]),
        bounds=Bounds(np.zeros_like(upper), upper),
        constraints=LinearConstraint(np.vstack(rules), -np.inf, 0.0),
        options={"mip_rel_gap": 0.0},
    )
    return float(solved.fun)


def test_a_design_that_closes_a_school_still_too_large_is_not_allowed() -> None:
    frame = closing_county()
    rows = np.flatnonzero((frame.alternatives.closes[:, 1:] > 0).any(axis=1))
    site = bare_design(frame)
    allowed = []
    for limit in (np.inf, 0.0):
        strict = replace(frame, small_limit=np.full_like(frame.small_limit, limit))
        searcher = Searcher(strict, make_ground(strict))
        nowhere = np.full(frame.problem.demand.entrants.shape, -1, dtype=np.int64)
        everyone = np.arange(len(frame.problem.zones))
        prices = [
            searcher.price(
                site.with_cycle(frame.cycles[row].site, int(row)), nowhere, everyone, 1, False
            )
            for row in rows
        ]
        allowed.append(sum(found is not None for found in prices))
    assert allowed[0] > allowed[1]


def closing_county() -> Frame:
    """Return the first made county with a school that may close after the first year."""
    for seed in range(20):
        frame = make_frame(random_county(seed, zones=8, sites=4, years=4))
        if (frame.alternatives.closes[:, 1:] > 0).any():
            return frame
    raise AssertionError("no made county has such a school")
