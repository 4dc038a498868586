"""The MILP against two oracles that share nothing with it."""

from pathlib import Path

import pytest

from optimizer.domain import Status
from optimizer.formulation.export import write_with_plan
from optimizer.methods.base import Limits
from optimizer.solve import solve
from tests.support.brute_force import brute_force
from tests.support.varied import varied_county

EXACT = Limits(gap=0.0, seconds=60.0)
SMALL = {"zones": 2, "sites": 3, "years": 2, "grades": (2, 1)}


@pytest.mark.parametrize("seed", [3, 6, 8, 14])
def test_trying_all_plans_finds_nothing_better(seed: int) -> None:
    problem = varied_county(seed, **SMALL)
    result, best = solve(problem, "monolithic", EXACT), brute_force(problem)
    assert best.priced > 0
    assert result.objective == pytest.approx(best.objective, rel=1e-7)


@pytest.mark.parametrize("seed", range(4))
def test_scip_agrees_on_the_written_mps(seed: int, tmp_path: Path) -> None:
    scip = pytest.importorskip("pyscipopt")
    problem = varied_county(seed, **SMALL)
    result = solve(problem, "monolithic", EXACT)
    assert result.status is Status.OPTIMAL
    assert result.plan is not None
    mps, solution = tmp_path / "model.mps", tmp_path / "plan.sol"
    there = write_with_plan(problem, result.plan, mps, solution)
    assert there == pytest.approx(result.objective, rel=1e-9)
    other = scip.Model()
    other.hideOutput()
    other.readProblem(str(mps))
    plan = other.readSolFile(str(solution))
    assert other.checkSol(plan)
    assert other.getSolObjVal(plan) == pytest.approx(result.objective, rel=1e-9)
    other.optimize()
    assert other.getStatus() == "optimal"
    assert other.getObjVal() == pytest.approx(result.objective, rel=1e-6)
