"""An answer called optimal is doubted: its rows are summed exactly, its model solved again."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse

from benchmarks.canary import schools_of, siting_model
from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.formulation.build import build
from optimizer.formulation.compile import compile_model
from optimizer.formulation.extract import switches
from optimizer.methods.challenge import challenged, exact_violation
from optimizer.methods.highs import solve
from optimizer.methods.mip import Outcome, Settings, SolverError
from tests.support.random_counties import random_county

EXACT = Settings(gap=0.0, seconds=20.0)


def row(coefficients: list[float], least: float) -> Milp:
    """One row, coefficients · x ≥ least, with x from 0 to 10^20."""
    count = len(coefficients)
    return Milp(
        cost=np.ones(count),
        constant=0.0,
        matrix=sparse.csr_array(np.array([coefficients])),
        row_lower=np.array([least]),
        row_upper=np.array([np.inf]),
        lower=np.zeros(count),
        upper=np.full(count, 1e20),
        integer=np.zeros(count, dtype=bool),
    )


def test_a_miss_that_rounding_hides_is_seen() -> None:
    milp = row([1.0, 1.0, -1.0], 1.0)
    values = np.array([1e17, 0.5, 1e17])
    assert float(milp.matrix.toarray()[0] @ values) != 0.5
    assert exact_violation(milp, values) == 0.5


def test_a_value_outside_its_bounds_is_seen() -> None:
    assert exact_violation(row([1.0], 0.0), np.array([-0.25])) == 0.25


def test_values_that_break_a_row_are_refused() -> None:
    milp = row([1.0, 1.0, -1.0], 1.0)
    broken = Outcome(Status.OPTIMAL, np.array([1e17, 0.5, 1e17]), 0.5, 0.5, "gap", 0.1)
    with pytest.raises(SolverError, match="without rounding"):
        challenged(milp, broken, EXACT)


@pytest.mark.parametrize("seed", range(5))
def test_an_optimum_stands(seed: int) -> None:
    milp = siting_model(seed)
    outcome = solve(milp, EXACT)
    assert challenged(milp, outcome, EXACT, schools_of(milp)) is outcome


def lie_of(milp: Milp) -> Outcome:
    """Return the cheapest answer with the first school the wrong way, called optimal."""
    truth = solve(milp, EXACT)
    assert truth.values is not None
    lower, upper, whole = milp.lower.copy(), milp.upper.copy(), milp.integer
    lower[whole] = upper[whole] = truth.values[whole]
    lower[0] = upper[0] = 1.0 - truth.values[0]
    second = solve(replace(milp, lower=lower, upper=upper), EXACT)
    assert second.objective > truth.objective + 1.0
    return replace(second, status=Status.OPTIMAL, bound=second.objective)


@pytest.mark.parametrize("who", ["a school decided anew", "SCIP"])
def test_each_doubt_alone_replaces_a_lie(who: str, monkeypatch: pytest.MonkeyPatch) -> None:
    milp = siting_model(7)
    truth, lie = solve(milp, EXACT), lie_of(milp)
    flips = who == "a school decided anew"

    def again(asked: Milp, settings: Settings) -> Outcome:
        return lie if asked is milp else solve(asked, settings)

    monkeypatch.setattr("optimizer.methods.challenge.solve", again)
    monkeypatch.setattr("optimizer.methods.scip.installed", lambda: not flips)
    found = challenged(milp, lie, EXACT, schools_of(milp) if flips else ())
    assert found.objective == pytest.approx(truth.objective)
    assert found.stopped_by == "challenged"
    assert found.bound == (-np.inf if flips else pytest.approx(truth.objective))
    assert found.status is (Status.FEASIBLE if flips else Status.OPTIMAL)


def test_a_plan_that_flips_find_gets_the_bound_of_the_second_solve() -> None:
    milp = siting_model(7)
    found = challenged(milp, lie_of(milp), EXACT, schools_of(milp))
    assert found.bound == pytest.approx(solve(milp, EXACT).objective)


def test_every_switch_of_a_county_belongs_to_one_school() -> None:
    problem = random_county(0)
    model = build(problem)
    compiled = compile_model(model)
    schools = switches(model, compiled)
    at = np.concatenate(schools)
    assert len(at) == len(np.unique(at))
    assert len(schools) <= len(problem.sites)
    kinds = {"operates", "builds", "merges"}
    every = [
        compiled.position[id(variable)]
        for key, variable in model.parts.variables.items()
        if key[0] in kinds and id(variable) in compiled.position
    ]
    assert sorted(at) == sorted(every)


def test_a_dearer_answer_called_optimal_is_replaced_with_its_bound() -> None:
    milp = siting_model(3)
    truth = solve(milp, EXACT)
    sites = int(milp.integer.sum())
    nothing = np.zeros(len(milp.cost))
    nothing[-int(np.isfinite(milp.row_lower).sum()) :] = 1.0
    assert not nothing[:sites].any()
    dear = milp.objective(nothing)
    lie = Outcome(Status.OPTIMAL, nothing, dear, dear, "gap", 0.1)
    found = challenged(milp, lie, EXACT)
    assert found.objective == pytest.approx(truth.objective)
    assert found.bound == pytest.approx(truth.bound)
    assert found.stopped_by == "challenged"


def test_an_answer_that_is_not_called_optimal_is_not_solved_again() -> None:
    milp = siting_model(3)
    outcome = replace(solve(milp, EXACT), status=Status.FEASIBLE)
    assert challenged(milp, outcome, EXACT) is outcome


def test_a_lie_smaller_than_the_gap_asked_for_is_replaced_too() -> None:
    milp = siting_model(0)
    truth = solve(milp, EXACT)
    assert truth.values is not None
    lower, upper = milp.lower.copy(), milp.upper.copy()
    lower[2] = upper[2] = 1.0 - truth.values[2]
    second = solve(replace(milp, lower=lower, upper=upper), EXACT)
    assert 1.001 * truth.objective < second.objective < 1.01 * truth.objective
    found = challenged(milp, second, Settings(gap=0.01, seconds=20.0))
    assert found.objective == pytest.approx(truth.objective)
    assert found.bound <= found.objective


def test_doubting_ends_with_the_time_that_was_given(monkeypatch: pytest.MonkeyPatch) -> None:
    milp = siting_model(3)
    answer = replace(solve(milp, EXACT), seconds=15.0)
    given: list[float] = []

    def again(_: Milp, settings: Settings) -> Outcome:
        given.append(settings.seconds)
        return answer

    monkeypatch.setattr("optimizer.methods.challenge.solve", again)
    monkeypatch.setattr("optimizer.methods.scip.installed", lambda: False)
    for seconds in (100.0, 20.0, 15.5):
        challenged(milp, answer, replace(EXACT, seconds=seconds))
    assert given == pytest.approx([15.0, 5.0, 1.0], abs=0.1)
