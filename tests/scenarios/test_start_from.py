from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from geodata.findings import FindingError
from optimizer.check import check
from optimizer.domain import Problem
from optimizer.methods.base import Limits
from optimizer.solve import solve
from scenarios.assemble.start_from import with_decisions
from scenarios.store.folder import listing, write_json, write_table
from tests.support.tiny import BOTH, tiny_problem

STOP = {"option": "", "action": "merge", "level": "primary", "start_year": 2022}


def run_with(folder: Path, *rows: dict[str, Any]) -> Path:
    blank = {"site_id": "", "level": "", "option": "", "into_site_id": "", "action": "open"}
    table = pd.DataFrame([blank | {"decision_year": 2021, "service_year": 2022} | r for r in rows])
    write_table(table, folder / "tables" / "actions.parquet")
    write_json({"key": "", "files": listing(folder)}, folder / "manifest.json")
    return folder


def county(**changes: Any) -> Problem:
    arcs = [(1, k, level) for level in (0, 1) for k in (0, 2)]
    return tiny_problem(runs=(BOTH, BOTH, BOTH), merge_arcs=arcs, **changes)


def stops(problem: Problem, into: int = 0, **changes: Any) -> dict[str, Any]:
    ids = problem.sites.ids
    return STOP | {"site_id": ids[1], "into_site_id": ids[into]} | changes


def test_a_merger_decided_happens_by_its_year_and_nowhere_else(tmp_path: Path) -> None:
    problem = county()
    stands = with_decisions(problem, run_with(tmp_path, stops(problem)), 2021)
    result = solve(stands, "monolithic", Limits(seconds=60))
    assert result.plan is not None
    assert check(stands, result.plan) == ()
    merged = [row for row in result.plan.merges.tolist() if row[0] == 1 and row[2] == 0]
    assert [(into, year <= 2022) for _, into, _, year in merged] == [(0, True)]
    assert not result.plan.runs[1, 0, 1:].any()


def test_what_was_decided_later_does_not_stand(tmp_path: Path) -> None:
    problem = county()
    run = run_with(tmp_path, stops(problem, decision_year=2022, service_year=2023))
    assert with_decisions(problem, run, 2021).digest == problem.digest


def test_the_decided_receiver_is_the_only_one_left(tmp_path: Path) -> None:
    problem = county()
    arcs = with_decisions(problem, run_with(tmp_path, stops(problem, 2)), 2021).merge_arcs
    primary = (arcs.from_site == 1) & (arcs.level == 0)
    secondary = (arcs.from_site == 1) & (arcs.level == 1)
    assert arcs.to_site[primary].tolist() == [2]
    assert arcs.to_site[secondary].tolist() == [0, 2]


def test_a_project_decided_becomes_committed(tmp_path: Path) -> None:
    problem = tiny_problem(options=[{}])
    row = {"option": problem.options.ids[0], "site_id": problem.sites.ids[2], "start_year": 2021}
    stands = with_decisions(problem, run_with(tmp_path, row), 2021)
    assert stands.options.committed.tolist() == [2021]


def test_the_options_stay_in_the_order_of_their_ids(tmp_path: Path) -> None:
    made = county(options=[{"site": 0, "action": "extend", "rooms": 20}])
    problem = replace(made, options=replace(made.options, ids=("zzz",)))
    stands = with_decisions(problem, run_with(tmp_path, stops(problem)), 2021)
    assert list(stands.options.ids) == sorted(stands.options.ids)
    assert stands.options.rooms.tolist() == [0, 20]
    assert np.count_nonzero(stands.options.committed) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"site_id": "nowhere"}, "T53"),
        ({"into_site_id": "nowhere"}, "T53"),
        ({"option": "nothing"}, "T53"),
        ({"level": "upper_secondary"}, "T53"),
    ],
)
def test_what_the_study_does_not_know_is_named(
    tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    problem = county()
    with pytest.raises(FindingError) as caught:
        with_decisions(problem, run_with(tmp_path, stops(problem, **changes)), 2021)
    assert [one.code for one in caught.value.findings] == [code]


def test_levels_that_stopped_in_different_years_cannot_stand(tmp_path: Path) -> None:
    problem = county()
    rows = [stops(problem), stops(problem, level="lower_secondary", service_year=2023)]
    with pytest.raises(FindingError) as caught:
        with_decisions(problem, run_with(tmp_path, *rows), 2021)
    assert [one.code for one in caught.value.findings] == ["D66"]


@pytest.mark.parametrize("name", ["manifest.json", "tables/actions.parquet"])
def test_a_run_with_a_cut_file_is_refused(tmp_path: Path, name: str) -> None:
    problem = county()
    run = run_with(tmp_path, stops(problem))
    (run / name).write_bytes((run / name).read_bytes()[:7])
    with pytest.raises(FindingError) as caught:
        with_decisions(problem, run, 2021)
    assert [one.code for one in caught.value.findings] == ["C35"]


def test_a_folder_without_a_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FindingError) as caught:
        with_decisions(county(), tmp_path, 2021)
    assert [one.code for one in caught.value.findings] == ["C35"]
