"""Nothing leaves `solve` unjudged."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Plan, Problem, Status
from optimizer.methods.base import Answer, Limits, Report
from optimizer.methods.monolithic import monolithic
from optimizer.solve import METHODS, MethodError, solve
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem

EXACT = Limits(gap=0.0, seconds=60.0)


def test_a_proven_plan_is_optimal_and_carries_its_terms() -> None:
    result = solve(random_county(0), "monolithic", EXACT)
    assert result.status is Status.OPTIMAL
    assert result.violations == ()
    assert result.objective == pytest.approx(sum(term.value for term in result.terms))
    assert result.floor <= result.bound <= result.objective
    assert result.gap <= 1e-6
    assert {"build", "solve", "judge"} <= set(result.seconds)


def test_a_plan_that_breaks_rules_is_a_bug_and_never_a_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crowded(
        problem: Problem, limits: Limits, start: Plan | None, report: Report | None
    ) -> Answer:
        answer = monolithic(problem, limits, start, report)
        assert answer.plan is not None
        none = tuple(np.zeros_like(classes) for classes in answer.plan.classes)
        return replace(answer, plan=replace(answer.plan, classes=none))

    monkeypatch.setitem(METHODS, "crowded", crowded)
    with pytest.raises(MethodError, match=r"classes\.zero"):
        solve(random_county(0), "crowded", EXACT)


def test_a_bound_above_the_objective_is_a_bug(monkeypatch: pytest.MonkeyPatch) -> None:
    def boastful(
        problem: Problem, limits: Limits, start: Plan | None, report: Report | None
    ) -> Answer:
        answer = monolithic(problem, limits, start, report)
        return replace(answer, bound=answer.bound * 1.01)

    monkeypatch.setitem(METHODS, "boastful", boastful)
    with pytest.raises(MethodError, match="above its objective"):
        solve(random_county(0), "boastful", EXACT)


def test_an_unknown_method_is_refused_with_those_there_are() -> None:
    with pytest.raises(ValueError, match="monolithic"):
        solve(random_county(0), "magic")


def test_infeasible_says_which_zones_lack_how_many_places() -> None:
    result = solve(tiny_problem(rooms=(2, 1, 0)), "monolithic", EXACT)
    assert result.status is Status.INFEASIBLE
    assert result.plan is None
    assert any(one.rule.startswith("shortage.") for one in result.shortages)
    assert all(one.amount > 0 for one in result.shortages)


def test_infeasible_for_other_reasons_names_the_rule() -> None:
    result = solve(tiny_problem(policy={"schools_open": 9}), "monolithic", EXACT)
    assert result.status is Status.INFEASIBLE
    assert result.shortages[0].rule == "shortage.rules"
    assert "schools.schools_open" in result.shortages[0].where
