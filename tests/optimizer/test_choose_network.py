"""Small problems: their network is chosen at once, and the search is widened at the end."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import NoReturn

import numpy as np
import pytest

from benchmarks.yearly_county import make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.check import check
from optimizer.domain import Problem
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits, Progress
from optimizer.methods.by_site import first_plan
from optimizer.methods.by_site.ascent import Ascent, ascend, begin
from optimizer.methods.by_site.choose_network import (
    choose_network,
    in_reach,
    pairs_in_play,
    projects_in_play,
    staying,
)
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.method import by_site
from optimizer.methods.by_site.restricted import restrict, solve_restricted, widen_choice
from optimizer.methods.child import ChildError
from optimizer.methods.mip import SolverError
from optimizer.methods.monolithic import monolithic
from tests.support.random_counties import random_county

LIMITS = Limits(gap=1e-6, seconds=8.0)


@pytest.fixture(scope="module")
def county() -> Problem:
    """16 zones, 5 sites and 2 years, each year's pupils placed afresh."""
    return yearly_problem(make_county(16, 5, 2, seed=3), whole_zones=True)


@pytest.fixture(scope="module")
def climbed(county: Problem) -> tuple[Frame, Ascent]:
    frame = make_frame(county)
    state = begin(frame)
    return frame, ascend(frame, state, 1.03 * state.value, 200, time.perf_counter() + 60.0)


def test_only_the_pairs_and_projects_that_are_kept_are_used(county: Problem) -> None:
    pairs = np.arange(len(county.travel)) % 3 > 0
    projects = np.arange(len(county.options)) % 2 > 0
    part = restrict(county, pairs, projects)
    plan = monolithic(part, Limits(gap=0.01, seconds=20.0)).plan
    assert plan is not None
    assert not plan.share[~pairs].any()
    assert not plan.start[~projects].any()


def test_a_plan_of_a_part_is_a_plan_of_the_whole(county: Problem) -> None:
    pairs = np.arange(len(county.travel)) % 3 > 0
    projects = np.ones(len(county.options), dtype=bool)
    plan = solve_restricted(county, pairs, projects, None, Limits(gap=0.01, seconds=20.0))
    assert plan is not None
    assert not check(county, plan)


def test_what_the_relaxation_uses_is_in_play(climbed: tuple[Frame, Ascent]) -> None:
    frame, state = climbed
    used = np.zeros(len(frame.problem.travel), dtype=bool)
    used[frame.blocks.pair] = (state.share > 0.5).any(axis=1)
    assert used.any()
    assert np.all(pairs_in_play(frame, state)[used])
    started = frame.extensions.option[state.extension > 0.5]
    assert np.all(projects_in_play(frame, state)[started])


def test_a_school_that_the_relaxation_stops_may_stop(climbed: tuple[Frame, Ascent]) -> None:
    frame, state = climbed
    chosen = np.zeros(len(frame.cycles))
    chosen[frame.alternatives.first[:-1]] = 1.0
    stops = (frame.alternatives.stop[frame.alternatives.first[:-1]] < 2).any(axis=1)
    base = frame.problem.sites.runs.any(axis=1)
    stay = staying(frame, replace(state, cycle=chosen))
    assert np.array_equal(stay, base & ~stops)


def test_the_network_chosen_costs_little_more_than_the_best(
    county: Problem, climbed: tuple[Frame, Ascent]
) -> None:
    frame, state = climbed
    loose = replace(county, policy=replace(county.policy, whole_zones=False))
    best = monolithic(loose, Limits(gap=1e-3, seconds=20.0))
    assert best.plan is not None
    chosen = choose_network(frame, state, LIMITS)
    assert chosen is not None
    fixed = restrict(
        replace(loose, sites=replace(loose.sites, protected=chosen.runs.all(axis=(1, 2)))),
        np.asarray(chosen.runs.any(axis=(1, 2))[loose.travel.site]),
        np.asarray(chosen.start > 0),
    )
    there = monolithic(fixed, Limits(gap=1e-3, seconds=20.0))
    assert there.plan is not None
    least = evaluate(loose, best.plan).objective
    assert evaluate(loose, there.plan).objective <= 1.01 * least


def test_a_part_in_which_nothing_goes_gives_no_network(climbed: tuple[Frame, Ascent]) -> None:
    frame, state = climbed
    nobody = replace(state, share=np.zeros_like(state.share), cycle=np.zeros_like(state.cycle))
    assert choose_network(frame, nobody, LIMITS) is None


@pytest.mark.parametrize("error", [SolverError, ChildError])
def test_a_part_whose_solver_fails_gives_no_plan(
    county: Problem,
    climbed: tuple[Frame, Ascent],
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fails(*_: object) -> NoReturn:
        raise error("the process that solved the model died")

    monkeypatch.setattr("optimizer.methods.by_site.choose_network.solve", fails)
    monkeypatch.setattr("optimizer.methods.monolithic.solve", fails)
    assert choose_network(*climbed, LIMITS) is None
    pairs, projects = (np.ones(len(of), dtype=bool) for of in (county.travel, county.options))
    assert solve_restricted(county, pairs, projects, None, LIMITS) is None


def test_a_county_of_ten_thousand_cohorts_and_more_is_left_to_the_search(county: Problem) -> None:
    frame = make_frame(county)
    assert in_reach(frame)
    crowd = yearly_problem(make_county(10_001, 2, 1, seed=3), whole_zones=True)
    assert not in_reach(replace(frame, problem=crowd))


@pytest.mark.parametrize("seed", range(3))
def test_small_counties_are_solved_to_the_optimum(seed: int) -> None:
    problem = random_county(seed)
    answer = by_site(problem, LIMITS, None, None)
    best = monolithic(problem, Limits(gap=1e-7, seconds=60.0))
    assert (answer.plan is None) == (best.plan is None)
    if answer.plan is not None and best.plan is not None:
        least = evaluate(problem, best.plan).objective
        assert evaluate(problem, answer.plan).objective == pytest.approx(least, rel=1e-6)


def test_a_wider_choice_never_makes_a_plan_dearer(county: Problem) -> None:
    plan = monolithic(county, Limits(gap=0.2, seconds=20.0)).plan
    assert plan is not None
    wider = widen_choice(county, plan, 4, Limits(gap=1e-4, seconds=10.0))
    assert wider is not None
    assert evaluate(county, wider).objective <= evaluate(county, plan).objective + 0.01


def test_a_plan_is_told_of_before_the_solver_begins(
    county: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines: list[Progress] = []
    known: list[bool] = []

    def slow(*_: object) -> None:
        known.append(any(np.isfinite(line.objective) for line in lines))

    monkeypatch.setattr(first_plan, "choose_network", slow)
    by_site(county, LIMITS, None, lines.append)
    assert known == [True]
