"""Cold and warm runs of one problem, compared."""

import math

import pytest

from benchmarks.edit import Answered
from benchmarks.warm import compared, main
from optimizer.methods.base import Progress


def run_of(*lines: tuple[float, float]) -> Answered:
    """Return a run that stood at a gap (in parts of 100) after some seconds."""
    progress = [Progress(seconds, "plan", 100.0, 100.0 - gap, None) for seconds, gap in lines]
    return Answered(100.0, 100.0 - lines[-1][1], progress)


def test_the_warm_run_is_compared_at_the_gaps_of_the_cold_one() -> None:
    found = compared(run_of((40.0, 4.0), (100.0, 2.0)), run_of((10.0, 3.0), (20.0, 1.5)))
    assert found["cold_gap"] == pytest.approx(0.02)
    assert found["warm_gap"] == pytest.approx(0.015)
    parts = found["seconds_to"]
    assert isinstance(parts, list)
    assert [(one["cold"], one["warm"]) for one in parts] == [
        (100.0, 20.0),
        (100.0, 20.0),
        (100.0, 10.0),
        (40.0, 10.0),
    ]
    assert parts[0]["part"] == pytest.approx(0.2)


def test_a_gap_that_the_warm_run_never_reaches_has_no_part() -> None:
    found = compared(run_of((50.0, 2.0)), run_of((10.0, 3.0)))
    assert isinstance(found["seconds_to"], list)
    assert found["seconds_to"][0]["part"] is None


def test_a_cold_run_without_a_plan_is_compared_with_nothing() -> None:
    assert compared(Answered(math.nan, 90.0, []), run_of((1.0, 1.0)))["seconds_to"] == []


def test_a_scenario_that_the_study_has_not_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    small = "scenarios/examples/small_county/study.yaml"
    assert main([small, "--first", "middle-keep", "--then", "nowhen"]) == 1
    assert "nowhen" in capsys.readouterr().err
