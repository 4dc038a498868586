"""The network of a plan kept, pupils assigned anew."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.check import check
from optimizer.domain import Plan, Problem, Status
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits, Start, prices_of
from optimizer.methods.monolithic import monolithic
from optimizer.methods.reassign import hold, hold_at, put, reassign
from optimizer.solve import solve
from tests.support.plans import changed
from tests.support.random_counties import random_county
from tests.support.tiny import BOTH, FIRST_YEAR, tiny_problem

LIMITS = Limits(gap=1e-6, seconds=5.0)
MINUTES = {"yuan_per_minute": 1.0}


def everyone_to(problem: Problem, zone: int, site: int) -> Plan:
    """Return today's plan with one zone sent to a site by both levels in every year."""
    years = range(FIRST_YEAR, FIRST_YEAR + problem.horizon.years)
    return changed(problem, sends={(zone, level, t): site for level in (0, 1) for t in years})


def sites_of(problem: Problem, plan: Plan, zone: int) -> set[int]:
    rows = np.flatnonzero((problem.travel.zone == zone) & (plan.share > 0.5).any(axis=1))
    return {int(problem.travel.site[row]) for row in rows}


def test_a_zone_sent_far_away_comes_back_to_its_nearest_school() -> None:
    problem = tiny_problem(prices=MINUTES)
    result = solve(problem, "reassign", LIMITS, Start(everyone_to(problem, 0, 1)))
    assert result.plan is not None
    assert sites_of(problem, result.plan, 0) == {0}
    assert check(problem, result.plan) == ()


def test_a_zone_that_is_held_stays_where_it_was_put() -> None:
    problem = tiny_problem(prices=MINUTES)
    given = everyone_to(problem, 0, 1)
    result = solve(hold(problem, given, np.array([0])), "reassign", LIMITS, Start(given))
    assert result.plan is not None
    assert sites_of(problem, result.plan, 0) == {1}
    assert check(problem, result.plan) == ()


def test_a_zone_held_elsewhere_than_the_plan_has_it_is_moved_at_that_level_only() -> None:
    problem = tiny_problem(prices=MINUTES)
    given, travel = everyone_to(problem, 0, 0), problem.travel
    (row,) = np.flatnonzero((travel.zone == 0) & (travel.site == 1) & (travel.level == 0))
    held = hold_at(problem, np.array([row]))
    result = solve(held, "reassign", LIMITS, Start(given))
    assert result.plan is not None
    assert check(held, result.plan) == ()
    here = travel.zone == 0
    site = [
        set(travel.site[here & (travel.level == level) & (result.plan.share > 0.5).any(axis=1)])
        for level in (0, 1)
    ]
    assert site == [{1}, {0}]


def test_what_may_go_on_as_it_is_is_not_moved() -> None:
    problem = tiny_problem(prices=MINUTES)
    given = everyone_to(problem, 0, 1)
    assert np.array_equal(put(problem, given).share, given.share)


def test_a_project_that_served_before_the_first_year_is_part_of_the_network() -> None:
    served = {"site": 0, "action": "extend", "rooms": 4, "committed": FIRST_YEAR - 3}
    problem = tiny_problem(prices=MINUTES, options=[served])
    result = solve(problem, "reassign", LIMITS, Start(everyone_to(problem, 0, 1)))
    assert result.plan is not None
    assert result.plan.start.tolist() == [FIRST_YEAR - 3]
    assert sites_of(problem, result.plan, 0) == {0}


@pytest.fixture(scope="module", params=range(4))
def dearer(request: pytest.FixtureRequest) -> tuple[Problem, Plan, Start]:
    """Return a county whose minutes cost more now, the plan from before, and its prices as well."""
    problem = random_county(request.param)
    first = solve(problem, "by_site", LIMITS)
    assert first.plan is not None
    assert first.certificate is not None
    dearer = replace(problem, prices=replace(problem.prices, yuan_per_minute=3.0))
    return dearer, first.plan, Start(first.plan, prices_of(problem, first.certificate))


def test_with_other_prices_the_network_stays_and_the_plan_costs_no_more(
    dearer: tuple[Problem, Plan, Start],
) -> None:
    problem, plan, _ = dearer
    result = solve(problem, "reassign", LIMITS, Start(plan))
    assert result.plan is not None
    assert np.array_equal(result.plan.start, plan.start)
    assert np.array_equal(result.plan.runs, plan.runs)
    assert np.array_equal(result.plan.merges, plan.merges)
    assert result.objective <= evaluate(problem, plan).objective + 1e-6


def test_the_bound_from_given_prices_is_below_the_optimum_over_all_networks(
    dearer: tuple[Problem, Plan, Start],
) -> None:
    problem, _, start = dearer
    answer = reassign(problem, LIMITS, start, None)
    best = monolithic(problem, Limits(gap=1e-9, seconds=60.0), None, None).plan
    assert best is not None
    assert -np.inf < answer.bound <= evaluate(problem, best).objective * (1 + 1e-9)
    assert answer.certificate is not None


def test_without_prices_no_bound_is_claimed() -> None:
    problem = tiny_problem(prices=MINUTES)
    assert solve(problem, "reassign", LIMITS, Start(changed(problem))).bound == -np.inf


def test_where_the_network_breaks_a_rule_there_is_no_plan_and_the_rule_is_named() -> None:
    extend = {"site": 0, "action": "extend", "rooms": 4, "cost": 100.0}
    rich = tiny_problem(options=[extend])
    plan = changed(rich, start={0: FIRST_YEAR})
    assert check(rich, plan) == ()
    poor = tiny_problem(options=[extend], budget=10.0)
    result = solve(poor, "reassign", LIMITS, Start(plan))
    assert result.plan is None
    assert result.status is Status.UNKNOWN
    assert result.stopped_by == "network"
    assert {one.rule for one in result.shortages} == {"budget.year"}


def test_a_project_that_is_forbidden_now_is_not_left_out_in_silence() -> None:
    extend = {"site": 0, "action": "extend", "rooms": 4}
    problem = tiny_problem(options=[extend])
    plan = changed(problem, start={0: FIRST_YEAR})
    options = problem.options
    forbidden = replace(problem, options=replace(options, latest=options.earliest - 1))
    result = solve(forbidden, "reassign", LIMITS, Start(plan))
    assert result.plan is None
    assert {one.rule for one in result.shortages} == {"lifecycle.start"}


def test_classes_follow_the_pupils_of_today_not_those_of_the_plan() -> None:
    before = tiny_problem(prices=MINUTES, runs=(BOTH, BOTH, ()))
    plan = changed(before)
    more = replace(before, demand=replace(before.demand, entrants=3.0 * before.demand.entrants))
    assert check(more, plan) != ()
    result = solve(more, "reassign", LIMITS, Start(plan))
    assert result.plan is not None
    assert check(more, result.plan) == ()


def test_it_needs_a_plan() -> None:
    with pytest.raises(ValueError, match="plan whose network is kept"):
        solve(tiny_problem(), "reassign", LIMITS)
