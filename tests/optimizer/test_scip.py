"""A second solver answers as the first does, on the same arrays."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.canary import siting_model
from optimizer.domain import Status
from optimizer.methods import highs, scip
from optimizer.methods.mip import Settings

EXACT = Settings(gap=0.0, seconds=20.0)

if not scip.installed():
    pytest.skip("pyscipopt is not installed", allow_module_level=True)


@pytest.mark.parametrize("seed", range(8))
def test_both_solvers_find_the_same_optimum(seed: int) -> None:
    milp = siting_model(seed)
    found = scip.solve(milp, EXACT)
    assert found.status is Status.OPTIMAL
    assert found.objective == pytest.approx(highs.solve(milp, EXACT).objective)
    assert found.bound == pytest.approx(found.objective)
    assert found.values is not None
    assert milp.objective(found.values) == pytest.approx(found.objective)
    assert milp.worst_violation(found.values) <= 1e-6


def test_a_constant_counts() -> None:
    milp = siting_model(1)
    dearer = scip.solve(replace(milp, constant=1000.0), EXACT)
    assert dearer.objective == pytest.approx(scip.solve(milp, EXACT).objective + 1000.0)
    assert dearer.bound == pytest.approx(dearer.objective)


def test_what_cannot_be_is_infeasible() -> None:
    milp = siting_model(1)
    low = milp.row_lower.copy()
    low[0] = 50.0
    high = np.maximum(milp.row_upper, low)
    found = scip.solve(replace(milp, row_lower=low, row_upper=high), EXACT)
    assert found.status is Status.INFEASIBLE
    assert found.values is None


def test_time_that_is_up_leaves_no_claim_of_an_optimum() -> None:
    found = scip.solve(siting_model(2), replace(EXACT, seconds=0.0))
    assert found.status is not Status.OPTIMAL
    assert found.bound <= highs.solve(siting_model(2), EXACT).objective + 1e-6
