"""The whole MILP as a method."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.check import check
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits, Progress, Start
from optimizer.methods.monolithic import monolithic
from optimizer.solve import solve
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem
from tests.support.varied import varied_county

EXACT = Limits(gap=0.0, seconds=60.0)


def test_a_plan_keeps_all_rules_and_meets_its_bound() -> None:
    problem = random_county(0)
    answer = monolithic(problem, EXACT, None, None)
    assert answer.plan is not None
    assert check(problem, answer.plan) == ()
    assert evaluate(problem, answer.plan).objective == pytest.approx(answer.bound, rel=1e-7)
    assert set(answer.seconds) == {"build", "solve"}


def test_classes_go_with_a_cohort_that_leaves_before_the_first_year() -> None:
    problem = varied_county(206, zones=5, sites=5, years=4, point=True)
    answer = monolithic(problem, EXACT, None, None)
    assert answer.plan is not None
    assert evaluate(problem, answer.plan).objective == pytest.approx(answer.bound, rel=1e-7)


def test_the_best_plan_can_be_started_from() -> None:
    problem = random_county(1)
    first = monolithic(problem, EXACT, None, None)
    again = monolithic(problem, EXACT, Start(first.plan), None)
    assert again.bound == pytest.approx(first.bound, rel=1e-7)


def test_pupils_follow_a_merger_and_their_later_entrants_need_another_school() -> None:
    problem = tiny_problem(
        rooms=(20, 20, 0),
        merge_arcs=[(1, 0, 0), (1, 0, 1)],
        sites={"annual_cost": [0.0, 1e6, 0.0]},
        policy={"keep_last_lower_secondary": False},
    )
    plan = monolithic(problem, EXACT, None, None).plan
    assert plan is not None
    assert sorted(map(tuple, plan.merges.tolist())) == [(1, 0, 0, 2021), (1, 0, 1, 2021)]
    assert plan.share[problem.travel.site == 1].sum() == 0


def test_no_school_closes_where_someone_could_not_follow() -> None:
    barred = {(2, 0, 0): {"usable_from": 99, "intake": False}}
    problem = tiny_problem(
        merge_arcs=[(1, 0, 0), (1, 0, 1)],
        travel=barred,
        sites={"annual_cost": [0.0, 1e6, 0.0]},
        policy={"keep_last_lower_secondary": False},
    )
    plan = monolithic(problem, EXACT, None, None).plan
    assert plan is not None
    assert plan.runs[1, 0].all()


def test_a_new_school_is_built_when_it_pays_and_not_before() -> None:
    dear = {"yuan_per_minute": 1.0}
    near = tiny_problem(prices=dear, options=[{"site": 2, "cost": 1.0}])
    plan = monolithic(near, EXACT, None, None).plan
    assert plan is not None
    assert plan.start[0] == 2021
    costly = replace(near, options=replace(near.options, capital_cost=np.array([1e9])))
    plan = monolithic(costly, EXACT, None, None).plan
    assert plan is not None
    assert plan.start[0] == 0


def test_more_budget_never_costs_more() -> None:
    problem = random_county(5)
    poor = replace(problem, budget=problem.budget * 0.5)
    assert solve(problem, "monolithic", EXACT).objective <= (
        solve(poor, "monolithic", EXACT).objective * (1 + 1e-9)
    )


def test_an_impossible_rule_is_infeasible_before_solving() -> None:
    answer = monolithic(tiny_problem(reach=5.0), EXACT, None, None)
    assert answer.infeasible
    assert "assignment.sum" in answer.stopped_by


def test_progress_is_reported_and_may_stop_the_method() -> None:
    lines: list[Progress] = []

    def report(progress: Progress) -> bool:
        lines.append(progress)
        return True

    answer = monolithic(random_county(4, zones=12, sites=6, years=4), EXACT, None, report)
    assert lines
    assert lines[0].phase == "solve"
    assert answer.stopped_by in ("user", "gap")


@pytest.mark.parametrize("seed", [0, 2, 3, 4])
def test_a_dear_start_is_never_told_of_as_a_bound(seed: int) -> None:
    problem = random_county(seed)
    best = monolithic(problem, EXACT)
    dear = replace(problem, prices=replace(problem.prices, yuan_per_minute=0.0))
    start = monolithic(dear, Limits(gap=0.5, seconds=60.0))
    lines: list[Progress] = []
    monolithic(problem, EXACT, Start(start.plan), lines.append)
    assert start.plan is not None
    assert evaluate(problem, start.plan).objective > best.bound * (1 + 1e-6)
    assert any(line.objective <= evaluate(problem, start.plan).objective + 1 for line in lines)
    assert all(line.bound <= best.bound * (1 + 1e-6) for line in lines)
