from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest

from geodata.findings import Finding, FindingError, Source
from optimizer.domain import Action
from scenarios.assemble import Assembled, Prepared, assemble, prepare
from scenarios.assemble.enrolment import spread_findings, with_zones
from scenarios.assemble.mergers import merge_arcs_of
from scenarios.assemble.option_rules import spend_shares
from scenarios.config import load_study
from tests.support.studies import SMALL, change_file, small_study
from tests.support.tiny import BOTH, tiny_problem


@pytest.fixture(scope="module")
def prepared() -> Prepared:
    return prepare(load_study(SMALL))


def scenario(prepared: Prepared, name: str) -> Assembled:
    (found,) = [one for one in prepared.loaded.scenarios if one.name == name]
    return assemble(prepared, found)


def faults_of(study: Path) -> list[Finding]:
    with pytest.raises(FindingError) as caught:
        made = prepare(load_study(study))
        for one in made.loaded.scenarios:
            assemble(made, one)
    return list(caught.value.findings)


def test_ids_stand_in_order(prepared: Prepared) -> None:
    problem = scenario(prepared, "middle-keep").problem
    for ids in (problem.zones.ids, problem.sites.ids, problem.options.ids, problem.towns):
        assert list(ids) == sorted(ids)


def test_the_same_files_give_the_same_problem(prepared: Prepared) -> None:
    again = prepare(load_study(SMALL))
    first, second = (scenario(p, "middle-reshape").problem for p in (prepared, again))
    assert first.digest == second.digest


def test_pupils_enrolled_are_those_of_the_table(prepared: Prepared) -> None:
    problem = scenario(prepared, "middle-keep").problem
    assert problem.enrolled.pupils.sum() == prepared.layers.frames["enrolment"]["pupils"].sum()
    assert problem.enrolled.classes.sum() == prepared.layers.frames["classes"]["classes"].sum()


def test_a_candidate_has_no_school_and_costs_what_its_type_costs(prepared: Prepared) -> None:
    problem = scenario(prepared, "middle-reshape").problem
    candidates = ~problem.sites.runs.any(axis=1)
    assert candidates.any()
    assert (problem.sites.rooms[candidates] == 0).all()
    assert (problem.sites.annual_cost[candidates] > 0).all()


def test_schools_are_merged_only_where_policy_may(prepared: Prepared) -> None:
    keep = scenario(prepared, "middle-keep").problem
    reshape = scenario(prepared, "middle-reshape").problem
    relocations = keep.options.relocates[keep.options.relocates >= 0]
    assert set(keep.merge_arcs.from_site) <= set(relocations)
    assert len(reshape.merge_arcs) > len(keep.merge_arcs)


def test_a_school_is_merged_into_those_its_pupils_reach_quickest() -> None:
    problem = tiny_problem(runs=(BOTH, BOTH, BOTH))
    arcs = merge_arcs_of(problem, np.ones((3, 2), dtype=bool))
    receivers = arcs.to_site[(arcs.from_site == 1) & (arcs.level == 0)]
    assert sorted(receivers) == [0, 2]


def test_a_school_that_may_not_close_has_no_merger() -> None:
    problem = tiny_problem(sites={"protected": [True, False, False]})
    arcs = merge_arcs_of(problem, np.ones((3, 2), dtype=bool))
    assert set(arcs.from_site) == {1}


def test_a_site_that_some_zone_of_the_school_cannot_reach_receives_nobody() -> None:
    problem = tiny_problem(reach=10, runs=(BOTH, BOTH, BOTH))
    arcs = merge_arcs_of(problem, np.ones((3, 2), dtype=bool))
    assert 0 not in arcs.to_site[arcs.from_site == 1]


def test_options_that_policy_forbids_stay_in_the_problem(prepared: Prepared) -> None:
    problem = scenario(prepared, "middle-keep").problem
    assert Action.CONVERT not in problem.policy.actions
    assert len(problem.options) == len(prepared.layers.frames["options"])


def test_policies_share_the_pupils_of_a_projection(prepared: Prepared) -> None:
    keep, reshape, fast = (
        scenario(prepared, name).problem for name in ("middle-keep", "middle-reshape", "fast-keep")
    )
    assert (keep.demand.entrants == reshape.demand.entrants).all()
    assert (keep.demand.entrants != fast.demand.entrants).any()


YEARLY = ("actions: [open, extend]", "actions: []\n    enrolment: yearly")


def test_yearly_enrolment_is_refused_where_there_are_teaching_points(tmp_path: Path) -> None:
    assert [one.code for one in faults_of(small_study(tmp_path, YEARLY))] == ["D65"]


def test_yearly_enrolment_assigns_all_grades_of_a_level_as_one_body(tmp_path: Path) -> None:
    study = small_study(tmp_path, YEARLY)
    schools = pyogrio.read_dataframe(study.parent / "county.gpkg", layer="schools")
    point = schools["point_grades"] > 0
    schools.loc[point, ["school_type", "point_grades", "parent_id"]] = ["primary", 0, ""]
    pyogrio.write_dataframe(schools, study.parent / "county.gpkg", layer="schools")
    made = prepare(load_study(study))
    problem, cohorts = (scenario(made, f"middle-{name}").problem for name in ("keep", "reshape"))
    assert [level.grades for level in problem.levels] == [1, 1]
    assert problem.enrolled.pupils.sum() == cohorts.enrolled.pupils.sum()
    sixth = cohorts.enrolled.grade == 6
    base = cohorts.enrolled.pupils[(cohorts.enrolled.level == 0) & ~sixth].sum()
    entering = cohorts.demand.entrants[:, 0, 0].sum()
    assert problem.demand.entrants[:, 0, 0].sum() == pytest.approx(base + entering)


def test_a_budget_below_what_is_committed_is_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path, ("budget: 30000000", "budget: 0"))
    options = pd.read_csv(study.parent / "options.csv", dtype=str, keep_default_na=False)
    options.loc[0, "committed"] = "2021"
    options.to_csv(study.parent / "options.csv", index=False)
    (fault,) = faults_of(study)
    assert fault.code == "C21"
    assert fault.row > 0


def test_births_that_are_missing_are_a_finding_of_the_projection(tmp_path: Path) -> None:
    study = small_study(tmp_path, ("years: 5", "years: 29"))
    faults = faults_of(study)
    assert {one.code for one in faults} == {"C29"}
    assert all(one.column.startswith("projections.") and one.row > 0 for one in faults)


def test_an_unknown_site_of_an_option_is_named_with_its_row(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    options = pd.read_csv(study.parent / "options.csv", dtype=str, keep_default_na=False)
    site = options.loc[1, "site_id"]
    line = f"{options.loc[1, 'option']},{site}"
    change_file(study, "options.csv", line, f"{options.loc[1, 'option']},nowhere")
    faults = [one for one in faults_of(study) if one.code == "T53"]
    assert [(one.file, one.row, one.column) for one in faults] == [("options.csv", 3, "site_id")]


@pytest.mark.parametrize(
    ("text", "lead", "shares"),
    [
        ("", 2, [0.5, 0.5]),
        ("", 0, [1.0]),
        ("0.25;0.75", 3, [0.25, 0.75]),
        ("0.5;0.6", 2, None),
        ("1.5;-0.5", 2, None),
        ("half", 2, None),
    ],
)
def test_spend_is_read_as_shares(text: str, lead: int, shares: list[float] | None) -> None:
    assert spend_shares(text, lead) == shares


def frames(rows: list[tuple[str, str, int, str, float]]) -> dict[str, pd.DataFrame]:
    columns = ["site_id", "level", "grade", "zone_id", "pupils"]
    return {
        "enrolment": pd.DataFrame(rows, columns=columns),
        "schools": pd.DataFrame({"site_id": ["s"], "town": ["A"]}),
        "zones": pd.DataFrame({"zone_id": ["x", "y", "z"], "town": ["A", "A", "B"]}),
        "children": pd.DataFrame({"zone_id": ["x", "y", "z"], "children": [30, 10, 99]}),
    }


def test_pupils_without_a_zone_are_spread_like_their_schoolmates() -> None:
    rows = [("s", "primary", 1, "x", 30.0), ("s", "primary", 1, "y", 10.0)]
    tables = frames([*rows, ("s", "primary", 2, "", 20.0)])
    spread, findings = with_zones(tables), spread_findings(tables["enrolment"], Source("f"))
    second = spread[spread["grade"] == 2].set_index("zone_id")["pupils"]
    assert second.to_dict() == {"x": 15.0, "y": 5.0}
    assert [one.code for one in findings] == ["T16"]


def test_a_school_without_known_zones_draws_on_the_children_of_its_town() -> None:
    spread = with_zones(frames([("s", "primary", 1, "", 20.0)]))
    assert spread.set_index("zone_id")["pupils"].to_dict() == {"x": 15.0, "y": 5.0}


def test_known_zones_are_left_alone_and_nothing_is_said() -> None:
    tables = frames([("s", "primary", 1, "z", 7.0)])
    spread, findings = with_zones(tables), spread_findings(tables["enrolment"], Source("f"))
    assert spread[["zone_id", "pupils"]].to_numpy().tolist() == [["z", 7.0]]
    assert findings == []
