"""The whole MILP as a benchmark, and what plain solvers make of its file."""

import json
from pathlib import Path

import pytest

from benchmarks import others, whole

SMALL = "scenarios/examples/small_county/study.yaml"


def test_the_model_of_the_small_county_is_built_written_and_bounded_by_both_solvers(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "small.mps"
    assert whole.main([SMALL, "--scenario", "middle-keep", "--write-mps", str(file)]) == 0
    made = json.loads(capsys.readouterr().out)
    assert made["rows"] > 1000
    assert set(made["seconds"]) == {"pyomo", "arrays", "passed"}
    seen = {}
    for solver in ("highs", "scip"):
        assert others.main([str(file), "--solver", solver, "--seconds", "10"]) == 0
        seen[solver] = json.loads(capsys.readouterr().out)
    plans = [one["objective"] for one in seen.values() if one["objective"] is not None]
    assert plans
    for one in seen.values():
        assert one["bound"] <= min(plans) * (1 + 1e-6)


def test_a_file_that_is_not_there_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert others.main(["nowhere.mps", "--solver", "highs"]) == 1
    assert "nowhere.mps" in capsys.readouterr().err


def test_a_scenario_that_the_study_has_not_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert whole.main([SMALL, "--scenario", "nowhen"]) == 1
    assert "nowhen" in capsys.readouterr().err
