"""Counties of yearly enrolment: stated without loss, solved alike by both methods."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from benchmarks.county import main
from benchmarks.yearly_county import County, make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.methods.base import Limits
from optimizer.solve import solve

EXACT = Limits(gap=0.0, seconds=30.0)
KM = 0.3


def one_school(*pupils: float, rooms: int = 2) -> County:
    """Place a zone one kilometre from the only school."""
    return County(
        name="one",
        zone_ids=("z",),
        site_ids=("s",),
        pupils=np.array([pupils]),
        existing=np.array([True]),
        rooms=np.array([rooms]),
        pair_zone=np.array([0]),
        pair_site=np.array([0]),
        kilometres=np.array([1.0]),
    )


def cost(county: County, whole_zones: bool = True) -> float:
    """Least cost in thousand yuan."""
    result = solve(yearly_problem(county, whole_zones), "monolithic", EXACT)
    assert result.plan is not None
    return result.objective / 1000.0


def test_a_school_with_room_costs_its_running_classes_and_ways() -> None:
    assert cost(one_school(90.0)) == pytest.approx(400 + 2 * 250 + KM * 90)


def test_a_block_is_bought_once_and_serves_from_its_year_on() -> None:
    first, second = 400 + 2 * 250 + KM * 90, 400 + 3 * 250 + KM * 91
    assert cost(one_school(90.0, 91.0, 91.0)) == pytest.approx(first + 2 * second + 900)


def test_the_decomposition_builds_just_the_rooms_it_needs() -> None:
    county = one_school(90.0, 300.0, 300.0)
    result = solve(yearly_problem(county, True), "by_site", EXACT)
    assert result.objective / 1000.0 == pytest.approx(cost(county))
    assert result.bound <= result.objective


def test_four_blocks_a_year_are_the_most() -> None:
    pupils = 45.0 * (2 + 24)
    ways = 400 + 26 * 250 + KM * pupils
    assert cost(one_school(pupils)) == pytest.approx(ways + 4 * 900)
    assert solve(yearly_problem(one_school(pupils + 1), True), "monolithic", EXACT).plan is None


def test_no_school_has_more_than_sixty_classes() -> None:
    assert cost(one_school(2700.0, rooms=61)) == pytest.approx(400 + 60 * 250 + KM * 2700)
    crowded = yearly_problem(one_school(2701.0, rooms=61), True)
    assert solve(crowded, "monolithic", EXACT).plan is None


def test_a_new_site_opens_at_no_cost_but_its_running() -> None:
    assert cost(replace(one_school(90.0), existing=np.array([False]))) == pytest.approx(
        400 + 2 * 250 + KM * 90
    )


def test_a_made_county_is_the_same_for_the_same_seed_alone() -> None:
    problems = [yearly_problem(make_county(30, 6, 2, seed), True) for seed in (1, 1, 2)]
    assert problems[0] == problems[1]
    assert problems[0] != problems[2]


def test_one_line_says_what_each_phase_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--zones", "12", "--sites", "4", "--years", "2", "--whole-zones"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert {"read", "build", "solve", "judge"} <= set(said["phases"])
    assert said["peak_memory_mb"] > 0
    assert said["bound"] <= said["objective"]
    assert said["gap"] <= 0.01


def test_a_folder_without_a_county_is_a_fault(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--reference", str(tmp_path)]) == 1
    assert "zones.csv" in capsys.readouterr().err
