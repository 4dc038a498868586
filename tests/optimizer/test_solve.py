"""Nothing leaves `solve` unjudged."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Certificate, Problem, Status
from optimizer.methods.base import Answer, Limits, Progress, Report, Start
from optimizer.methods.monolithic import monolithic
from optimizer.solve import METHODS, MethodError, solve
from optimizer.staff_bound import moves_bound
from optimizer.today import today_plan
from tests.support.random_counties import random_county
from tests.support.staff import STAFF_PRICES, tiny_staffing
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
        problem: Problem, limits: Limits, start: Start | None, report: Report | None
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
        problem: Problem, limits: Limits, start: Start | None, report: Report | None
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


def test_a_shortage_is_proof_enough_where_a_method_only_found_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(METHODS, "tired", lambda *_: Answer(None, 0.0, "seconds", {}))
    result = solve(tiny_problem(rooms=(2, 1, 0)), "tired", EXACT)
    assert result.status is Status.INFEASIBLE
    assert result.shortages[0].rule == "shortage.places"
    assert solve(tiny_problem(), "tired", EXACT).status is Status.UNKNOWN


def test_infeasible_for_other_reasons_names_the_rule() -> None:
    result = solve(tiny_problem(policy={"schools_open": 9}), "monolithic", EXACT)
    assert result.status is Status.INFEASIBLE
    assert result.shortages[0].rule == "shortage.rules"
    assert "schools.schools_open" in result.shortages[0].where


def county_with_teachers(**fields: object) -> Problem:
    staffing = tiny_staffing(
        rows=[(0, 0, 9, 5), (0, 1, 9, 1), (1, 0, 9, 2), (1, 1, 9, 2)],
        due=[(0, 0, 2022, 1)],
        teachers_per_class=np.array([1.0, 1.0]),
        **fields,
    )
    return tiny_problem(staffing=staffing, prices={"class_year": 1000.0, **STAFF_PRICES})


def test_teachers_are_posted_in_the_network_that_was_found() -> None:
    problem = county_with_teachers()
    result = solve(problem, "monolithic", EXACT)
    network = solve(replace(problem, staffing=None), "monolithic", EXACT)
    assert result.plan is not None
    assert result.plan.postings is not None
    assert result.objective > network.objective == network.bound
    assert result.bound == pytest.approx(network.bound)
    assert result.status is Status.FEASIBLE
    assert result.seconds["staff"] > 0
    assert {"post_short", "teachers_moved"} <= {term.name for term in result.terms}


def test_teachers_whose_family_is_off_are_left_out() -> None:
    problem = county_with_teachers()
    policy = replace(problem.policy, families_off=frozenset({"staffing"}))
    result = solve(replace(problem, policy=policy), "monolithic", EXACT)
    assert result.plan is not None
    assert result.plan.postings is None
    assert result.status is Status.OPTIMAL


def test_rules_about_teachers_that_cannot_hold_are_named_and_nothing_is_claimed() -> None:
    problem = county_with_teachers(rotation_share=0.5, core_share=1.0)
    result = solve(problem, "monolithic", EXACT)
    assert result.status is Status.UNKNOWN
    assert result.plan is None
    assert result.shortages[0].rule == "shortage.rules"
    assert "rotation.core" in result.shortages[0].where
    assert result.shortages[0].year == 2021


def test_methods_see_a_network_without_teachers(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[Problem, Start | None]] = []

    def curious(
        problem: Problem, limits: Limits, start: Start | None, report: Report | None
    ) -> Answer:
        seen.append((problem, start))
        return monolithic(problem, limits, start, report)

    monkeypatch.setitem(METHODS, "curious", curious)
    problem = county_with_teachers()
    solve(problem, "curious", EXACT, start=Start(today_plan(problem)))
    assert seen[0][0] == replace(problem, staffing=None)
    begin = seen[0][1]
    assert begin is not None
    assert begin.plan is not None
    assert begin.plan.postings is None


def test_the_bound_counts_the_moves_that_rotation_asks_for() -> None:
    problem = county_with_teachers(rotation_share=0.1)
    result = solve(problem, "monolithic", EXACT)
    network = solve(replace(problem, staffing=None), "monolithic", EXACT)
    moved = next(term.value for term in result.terms if term.name == "teachers_moved")
    assert 0 < moves_bound(problem) <= moved
    assert result.bound == pytest.approx(network.bound + moves_bound(problem))
    assert result.bound < result.objective


def test_progress_is_of_the_sum() -> None:
    problem = county_with_teachers(rotation_share=0.1)
    bare = replace(problem, staffing=None)
    whole, network = (lines_of(one)[-1] for one in (problem, bare))
    least = moves_bound(problem)
    assert whole.objective == pytest.approx(network.objective + least)
    assert whole.bound == pytest.approx(network.bound + least)


def lines_of(problem: Problem) -> list[Progress]:
    """Solve, and return what was told on the way."""
    lines: list[Progress] = []
    solve(problem, "monolithic", EXACT, report=lines.append)
    return lines


def test_a_bound_counts_moves_even_where_no_plan_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    proof = Certificate("toy", (), (), {}, np.array([5.0]))
    answer = Answer(None, 5.0, "seconds", {}, proof)
    monkeypatch.setitem(METHODS, "empty", lambda *_: answer)
    problem = county_with_teachers(rotation_share=0.1)
    result = solve(problem, "empty", EXACT)
    assert result.status is Status.UNKNOWN
    assert result.bound == 5.0 + moves_bound(problem)
    assert result.certificate == replace(
        proof, dropped=("staffing.posts",), staffing=moves_bound(problem)
    )


def test_a_certificate_says_what_it_counts_for_teachers(monkeypatch: pytest.MonkeyPatch) -> None:
    def certified(
        problem: Problem, limits: Limits, start: Start | None, report: Report | None
    ) -> Answer:
        answer = monolithic(problem, limits, start, report)
        proof = Certificate("toy", (), ("seats",), {}, np.array([answer.bound]))
        return replace(answer, certificate=proof)

    monkeypatch.setitem(METHODS, "certified", certified)
    problem = county_with_teachers(rotation_share=0.1)
    result = solve(problem, "certified", EXACT)
    assert result.certificate is not None
    assert result.certificate.staffing == moves_bound(problem) > 0
    assert result.certificate.parts.sum() + result.certificate.staffing == result.bound
    assert result.certificate.dropped == ("seats", "staffing.posts")
