"""A place without any school yet: candidates and options are its whole network."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pyogrio
import pytest

from benchmarks.instances import read_places
from benchmarks.real_place import FILE, YUAN_PER_KILOMETRE, main, write_study
from geodata.findings import FindingError
from optimizer.methods.base import Limits
from optimizer.solve import solve
from scenarios.assemble import assemble, prepare
from scenarios.cli import main as command
from scenarios.config import load_study
from scenarios.verify import verify

ROAD = """ID Demand x y Fcand Fcost Fcap
1 10 0 0 0 0 10
2 5 3000 0 0 0 0
3 10 10000 0 0 0 15
4 5 4000 0 0 0 30
"""
"""Four places on a road, the second no candidate. A school at the first is too small for its
neighbour: the last two are best, 4 and 1 kilometres away from the first two places."""
BEST = 10 * 4 + 5 * 1


@pytest.fixture
def study(tmp_path: Path) -> Path:
    file = tmp_path / "road.txt"
    file.write_text(ROAD, encoding="utf-8")
    return write_study(read_places(file), 2, "road", tmp_path / "study")


def test_schools_open_at_the_best_candidates_with_seats(study: Path) -> None:
    prepared = prepare(load_study(study))
    problem = assemble(prepared, prepared.loaded.scenarios[0]).problem
    assert problem.sites.seats.tolist() == [10, 15, 30]
    result = solve(problem, "monolithic", Limits(gap=0.0, seconds=20.0))
    assert result.objective == pytest.approx(BEST * YUAN_PER_KILOMETRE)
    assert result.bound == pytest.approx(result.objective)


def test_there_is_no_network_of_today_to_judge(study: Path) -> None:
    assert [one.name for one in load_study(study).scenarios] == ["given-open2"]


def test_the_study_runs_and_is_verified_by_the_command_line(study: Path, tmp_path: Path) -> None:
    out = tmp_path / "results"
    assert command(["run", str(study), "--out", str(out), "--jobs", "1", "--quiet"]) == 0
    run = out / "road" / "given-open2"
    assert verify(run).ok
    built = pd.read_parquet(run / "tables" / "actions.parquet")
    assert sorted(built["site_id"]) == ["0003", "0004"]


def test_a_candidate_must_say_what_a_school_costs_where_no_other_can(study: Path) -> None:
    layer = pyogrio.read_dataframe(study.parent / "place.gpkg", layer="candidates")
    silent = layer.drop(columns="annual_cost")
    pyogrio.write_dataframe(silent, study.parent / "place.gpkg", layer="candidates")
    with pytest.raises(FindingError) as caught:
        prepare(load_study(study))
    found = [(one.code, one.row, one.column) for one in caught.value.findings]
    assert found == [("D69", row, "annual_cost") for row in (1, 2, 3)]


@pytest.mark.slow
@pytest.mark.skipif(not FILE.is_file(), reason=f"the real place is not here: {FILE} is absent")
def test_a_real_place_comes_within_two_percent_of_the_published_plan(
    capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert main(["--p", "10", "--folder", str(tmp_path)]) == 0
    line = json.loads(capfd.readouterr().out)
    assert line["verified"]
    assert line["bound"] <= line["objective"]
    assert line["ratio"] <= 1.02
    run = tmp_path / "results" / "geo_zy" / "given-open10"
    present = pd.read_parquet(run / "tables" / "enrolment.parquet")
    walked = (present["pupils"] * present["metres"]).sum() / 1000
    assert walked == pytest.approx(line["objective"], abs=0.001)


def test_its_zones_may_be_joined_though_nobody_has_a_school_today(study: Path) -> None:
    text = study.read_text(encoding="utf-8")
    assert "    layer: zones\n" in text
    joined = text.replace("    layer: zones\n", "    layer: zones\n    join_to: 2\n")
    study.write_text(joined, encoding="utf-8")
    prepared = prepare(load_study(study))
    assert prepared.layers.frames["zones"]["name"].tolist() == ["0002 +2", "0003"]
    # Ten pupils move 3 km and five 1 km, of thirty in all.
    assert ["1,167 m on average" in one.why.en for one in prepared.findings] == [True]
