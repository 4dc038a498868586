"""Cold runs: what they stood at earlier, and whatever they are asked of."""

from __future__ import annotations

import json
import math

import pytest

from benchmarks.cold import TIES, gap_at, main
from optimizer.methods.base import Progress


def test_the_gap_at_a_second_is_that_of_the_last_line_before() -> None:
    seen = [
        Progress(5.0, "bound", math.inf, 90.0, None),
        Progress(40.0, "plan", 100.0, 90.0, None),
        Progress(59.0, "bound", 100.0, 95.0, None),
        Progress(61.0, "plan", 99.0, 97.0, None),
    ]
    assert gap_at(seen, 60.0) == pytest.approx(0.05)
    assert gap_at(seen, 10.0) == math.inf


def test_a_county_is_solved_with_every_family_and_without_those_that_tie_schools(
    capsys: pytest.CaptureFixture[str],
) -> None:
    small = "scenarios/examples/small_county/study.yaml"
    assert main([small, "--scenario", "middle-keep", "--seconds", "4", "--gap", "0.5"]) == 0
    every, untied = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert every["off"] == []
    assert untied["off"] == sorted(TIES)
    assert every["objective"] > untied["objective"]
    assert 0.0 <= every["gap"] <= 0.5


def test_a_scenario_that_is_not_there_is_a_fault(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["scenarios/examples/small_county/study.yaml", "--scenario", "never"]) == 1
    assert "never" in capsys.readouterr().err
