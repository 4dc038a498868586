"""Zones divided among schools: the cheapest where they may be, never dearer, never where not."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from benchmarks.yearly_county import County, make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.check import check
from optimizer.domain import Plan, Problem
from optimizer.evaluate import evaluate
from optimizer.formulation.extract import extract
from optimizer.methods.base import Limits, Start
from optimizer.methods.by_site import method
from optimizer.methods.by_site.divide import _kept, divided, programme_of
from optimizer.methods.by_site.method import by_site
from optimizer.methods.mip import Settings
from optimizer.methods.monolithic import monolithic
from optimizer.methods.neighbourhood import Search
from optimizer.methods.reassign import hold_at
from tests.support.random_counties import random_county

LIMITS = Limits(gap=1e-6, seconds=8.0)
KM = 0.3


def two_schools() -> Problem:
    """Place 90 pupils in one zone, with a room for a class at either of two schools."""
    county = County(
        name="two",
        zone_ids=("z",),
        site_ids=("a", "b"),
        pupils=np.array([[90.0]]),
        existing=np.array([True, True]),
        rooms=np.array([1, 1]),
        pair_zone=np.array([0, 0]),
        pair_site=np.array([0, 1]),
        kilometres=np.array([1.0, 2.0]),
    )
    return yearly_problem(county, whole_zones=False)


def best_of(problem: Problem) -> Plan:
    plan = monolithic(problem, Limits(gap=1e-7, seconds=60.0)).plan
    assert plan is not None
    return plan


def cost(problem: Problem, plan: Plan | None) -> float:
    """Price a plan that must keep the rules."""
    assert plan is not None
    assert check(problem, plan) == ()
    return evaluate(problem, plan).objective


def a_split_county() -> Problem:
    return yearly_problem(make_county(16, 5, 2, seed=3), whole_zones=False)


def whole(problem: Problem) -> Problem:
    """Ask for whole zones, all else alike."""
    policy = problem.policy
    off = policy.families_off - {"catchments"}
    return replace(problem, policy=replace(policy, whole_zones=True, families_off=off))


def test_a_zone_is_divided_where_a_second_school_costs_less_than_a_block_of_rooms() -> None:
    problem = two_schools()
    expected = 1000.0 * (2 * 400 + 2 * 250 + KM * (45 * 1.0 + 45 * 2.0))
    answer = by_site(problem, LIMITS, None, None)
    assert cost(problem, answer.plan) == pytest.approx(expected)
    assert cost(problem, best_of(problem)) == pytest.approx(expected)
    undivided = best_of(whole(problem))
    assert cost(problem, undivided) == pytest.approx(1000.0 * (400 + 2 * 250 + 900 + KM * 90))


@pytest.mark.parametrize("seed", range(6))
def test_small_counties_with_split_zones_are_solved_to_the_optimum(seed: int) -> None:
    problem = random_county(seed, split=True)
    least = monolithic(problem, Limits(gap=1e-7, seconds=60.0)).plan
    answer = by_site(problem, LIMITS, None, None)
    assert (answer.plan is None) == (least is None)
    if answer.plan is not None:
        assert cost(problem, answer.plan) == pytest.approx(cost(problem, least), rel=1e-6)
        assert answer.bound <= cost(problem, least) + 0.01


def test_a_split_county_costs_less_than_the_same_in_whole_zones() -> None:
    problem = a_split_county()
    found = cost(problem, by_site(problem, LIMITS, None, None).plan)
    assert found < cost(problem, best_of(whole(problem))) - 1.0
    assert found <= 1.001 * cost(problem, best_of(problem))


def test_dividing_keeps_network_and_classes_and_costs_no_more() -> None:
    problem = a_split_county()
    plan = best_of(whole(problem))
    programme = programme_of(_kept(problem, plan))
    assert programme is not None
    values = divided(programme, plan, Search(time.perf_counter() + 20.0, Settings()))
    assert values is not None
    again = extract(programme.model, programme.milp, values)
    assert cost(problem, again) < cost(problem, plan)
    assert np.array_equal(again.start, plan.start)
    assert np.array_equal(again.runs, plan.runs)
    assert all(np.all(new <= old) for new, old in zip(again.classes, plan.classes, strict=True))


def test_a_plan_that_the_programme_does_not_hold_is_not_divided() -> None:
    problem = a_split_county()
    plan = best_of(problem)
    programme = programme_of(problem)
    assert programme is not None
    closed = replace(plan, runs=np.zeros_like(plan.runs))
    search = Search(time.perf_counter() + 20.0, Settings())
    assert divided(programme, closed, search) is None


def test_a_plan_to_begin_with_is_never_made_dearer() -> None:
    problem = a_split_county()
    plan = best_of(whole(problem))
    answer = by_site(problem, LIMITS, Start(plan), None)
    assert cost(problem, answer.plan) < cost(problem, plan)
    best = best_of(problem)
    again = by_site(problem, LIMITS, Start(best), None)
    assert cost(problem, again.plan) == pytest.approx(cost(problem, best))


def test_a_zone_that_is_held_is_not_divided() -> None:
    problem = a_split_county()
    at = int(np.flatnonzero(problem.travel.intake & (problem.travel.zone == 4))[1])
    held = hold_at(problem, np.array([at]))
    answer = by_site(held, LIMITS, None, None)
    assert answer.plan is not None
    assert cost(held, answer.plan) <= 1.001 * cost(held, best_of(held))
    np.testing.assert_allclose(answer.plan.share[at], 1.0)


def test_a_county_too_large_for_a_choice_of_networks_is_divided_on_its_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = a_split_county()
    undivided = by_site(whole(problem), LIMITS, None, None)
    monkeypatch.setattr(method, "in_reach", lambda _: False)
    monkeypatch.setattr("optimizer.methods.by_site.divide.in_reach", lambda _: False)
    monkeypatch.setattr(method, "widen_choice", lambda *_: None)
    answer = by_site(problem, LIMITS, None, None)
    assert cost(problem, answer.plan) < cost(problem, undivided.plan)


def test_whole_zones_are_left_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> None:
        raise AssertionError("no zone may be divided here")

    monkeypatch.setattr(method, "divide_anew", never)
    monkeypatch.setattr(method, "divide_plan", never)
    problem = whole(a_split_county())
    assert cost(problem, by_site(problem, LIMITS, None, None).plan) > 0
