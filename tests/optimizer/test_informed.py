"""The whole MILP begun from plan and bound of the decomposition."""

from dataclasses import replace

import pytest

from optimizer.check import check
from optimizer.evaluate import evaluate
from optimizer.methods import informed as module
from optimizer.methods.base import Answer, Limits, Progress
from optimizer.methods.by_site.method import by_site
from optimizer.methods.informed import informed, shares_of
from optimizer.methods.monolithic import monolithic
from optimizer.solve import solve
from tests.support.random_counties import random_county

EXACT = Limits(gap=0.0, seconds=60.0)


@pytest.fixture
def large(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every problem be a large one."""
    monkeypatch.setattr(module, "WHOLE_AT_MOST", 0)


def test_a_small_problem_goes_to_the_solver_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> Answer:
        raise AssertionError("by_site was asked")

    monkeypatch.setattr(module, "by_site", never)
    problem = random_county(0)
    assert shares_of(problem) <= module.WHOLE_AT_MOST
    assert informed(problem, EXACT, None, None).certificate is None


@pytest.mark.usefixtures("large")
@pytest.mark.parametrize("seed", range(4))
def test_a_large_problem_has_the_optimum_and_a_certificate(seed: int) -> None:
    problem = random_county(seed)
    alone, both = monolithic(problem, EXACT), informed(problem, EXACT, None, None)
    assert both.plan is not None
    assert check(problem, both.plan) == ()
    assert both.bound == pytest.approx(alone.bound, rel=1e-7)
    assert evaluate(problem, both.plan).objective == pytest.approx(both.bound, rel=1e-7)
    assert both.certificate is not None
    assert both.certified is not None
    assert both.certified <= both.bound


@pytest.mark.usefixtures("large")
def test_what_is_told_is_never_worse_than_what_the_decomposition_knows() -> None:
    problem = random_county(2)
    first = by_site(problem, replace(EXACT, seconds=5.0), None, None)
    assert first.plan is not None
    lines: list[Progress] = []
    informed(problem, EXACT, None, lines.append)
    solving = [line for line in lines if line.phase == "solve"]
    known = evaluate(problem, first.plan).objective
    assert solving
    assert all(line.objective <= known * (1 + 1e-9) for line in solving)
    assert all(line.bound >= first.bound * (1 - 1e-9) for line in solving)


@pytest.mark.usefixtures("large")
def test_a_loose_gap_is_met_without_the_solver(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object) -> Answer:
        raise AssertionError("the solver was asked")

    monkeypatch.setattr(module, "monolithic", never)
    assert informed(random_county(1), Limits(gap=0.9, seconds=20.0), None, None).stopped_by == "gap"


@pytest.mark.usefixtures("large")
def test_a_solver_without_an_answer_leaves_what_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: object) -> Answer:
        return Answer(None, float("-inf"), "time", {"build": 0.0, "solve": 0.0})

    monkeypatch.setattr(module, "monolithic", nothing)
    problem = random_county(3)
    result = solve(problem, "monolithic", EXACT)
    assert result.plan is not None
    assert result.certified == result.bound > 0.0
