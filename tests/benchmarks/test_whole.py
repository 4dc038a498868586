"""The whole MILP as a benchmark, and what plain solvers make of its file."""

import json
from pathlib import Path

import pytest

from benchmarks import others, whole
from optimizer.evaluate import evaluate
from optimizer.formulation.export import write_mps
from optimizer.methods.base import Limits
from optimizer.methods.monolithic import monolithic
from tests.support.tiny import tiny_problem

SMALL = "scenarios/examples/small_county/study.yaml"


def test_the_model_of_the_small_county_is_built_passed_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "small.mps"
    assert whole.main([SMALL, "--scenario", "middle-keep", "--write-mps", str(file)]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["rows"] > 1000
    assert set(made["seconds"]) == {"pyomo", "arrays", "passed"}
    rows = file.read_text().split("COLUMNS")[0].splitlines()
    assert len([row for row in rows if row[:2] in (" L", " G", " E")]) == made["rows"]


def test_both_solvers_find_the_optimum_of_a_file_and_prove_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem, file = tiny_problem(), tmp_path / "tiny.mps"
    write_mps(problem, file)
    best = monolithic(problem, Limits(gap=0.0, seconds=30.0), None, None)
    assert best.plan is not None
    optimum = evaluate(problem, best.plan).objective
    for solver in ("highs", "scip"):
        assert others.main([str(file), "--solver", solver, "--seconds", "30"]) == 0
        seen = json.loads(capsys.readouterr().out)
        assert seen["objective"] == pytest.approx(optimum, rel=1e-6)
        assert seen["bound"] == pytest.approx(optimum, rel=1e-4)


def test_a_file_that_is_not_there_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert others.main(["nowhere.mps", "--solver", "highs"]) == 1
    assert "nowhere.mps" in capsys.readouterr().err


def test_a_scenario_that_the_study_has_not_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert whole.main([SMALL, "--scenario", "nowhen"]) == 1
    assert "nowhen" in capsys.readouterr().err
