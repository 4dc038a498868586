"""Problems, plans and results as values."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.domain import (
    Action,
    Certificate,
    Horizon,
    Level,
    Policy,
    Problem,
    ProblemError,
    Result,
    Status,
    Violation,
)
from optimizer.today import today_plan
from tests.support.random_counties import random_county
from tests.support.staff import tiny_staffing
from tests.support.tiny import tiny_problem


def test_equal_content_is_equal_whatever_built_it():
    assert tiny_problem() == tiny_problem()
    assert hash(tiny_problem()) == hash(tiny_problem())
    assert random_county(5) == random_county(5)
    assert random_county(5) != random_county(6)


@pytest.mark.parametrize(
    "change",
    [
        {"entrants": 21.0},
        {"discount_rate": 0.01},
        {"policy": {"whole_zones": False}},
        {"policy": {"actions": frozenset({Action.OPEN})}},
        {"policy": {"allowed_places": {"primary": frozenset({"village"})}}},
        {"prices": {"class_year": 2.0}},
        {"budget": 1.0},
        {"progression": 1.01},
        {"options": [{}]},
        {"merge_arcs": [(1, 0, 0)]},
    ],
)
def test_another_content_has_another_digest(change):
    assert tiny_problem(**change).digest != tiny_problem().digest


def test_a_plan_is_no_problem_even_by_digest():
    problem = tiny_problem()
    assert problem != today_plan(problem)
    assert problem != "problem"


def test_the_digest_is_the_same_in_a_process_with_another_hash_seed():
    code = "from tests.support.tiny import tiny_problem; print(tiny_problem().digest)"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).resolve().parents[2],
        env={**os.environ, "PYTHONHASHSEED": "12345"},
    )
    assert run.stdout.strip() == tiny_problem().digest


def test_arrays_are_read_only_and_do_not_share_with_the_caller():
    town = np.array([0, 0, 1])
    problem = tiny_problem()
    sites = replace(problem.sites, town=town)
    town[0] = 1
    assert sites.town[0] == 0
    with pytest.raises(ValueError, match="read-only"):
        sites.town[0] = 1
    for array in (*problem.demand.progression, *today_plan(problem).classes):
        assert not array.flags.writeable


def test_arrays_are_read_only_after_a_pickle_too():
    problem = random_county(1)
    copy = pickle.loads(pickle.dumps(problem))
    assert copy == problem
    assert not copy.sites.rooms.flags.writeable
    assert not copy.travel.minutes.flags.writeable


def test_digests_reach_into_enums_mappings_and_numpy_scalars():
    certificate = Certificate("by_site", ("budget",), (), {"b": np.ones(1)}, np.zeros(2))
    assert certificate != replace(certificate, multipliers={"b": np.zeros(1)})
    assert _result(objective=np.float64(3.0)) == _result(objective=3.0)
    assert _result() != _result(status=Status.OPTIMAL)
    assert _result(seconds={"build": 1.0}) != _result(seconds={"solve": 1.0})


def test_the_horizon_counts_years_and_discounts_them():
    horizon = Horizon(2021, 3, 0.25)
    assert (horizon.base_year, horizon.end, list(horizon.labels)) == (
        2020,
        2024,
        [2021, 2022, 2023],
    )
    assert horizon.discount.tolist() == [1.0, 0.8, 0.64]


def test_a_level_knows_when_its_cohorts_are_at_school():
    level = Level("lower_secondary", 7, 3, 50.0)
    assert level.cohorts(4) == 6
    assert [level.entry_offset(cohort) for cohort in range(6)] == [-2, -1, 0, 1, 2, 3]
    assert [level.cohort_of(level.entry_offset(cohort)) for cohort in range(6)] == list(range(6))
    assert [list(level.present(cohort, 4)) for cohort in (0, 1, 2, 5)] == [
        [0],
        [0, 1],
        [0, 1, 2],
        [3],
    ]
    assert [level.grade_index(0, 0), level.grade_index(2, 2)] == [2, 2]


def test_protection_and_objection_forbid_closing():
    sites = tiny_problem(
        sites={"protected": [True, False, False], "objection": [0.0, 0.5, 0.51]}
    ).sites
    assert sites.may_not_close.tolist() == [True, False, True]


def test_families_are_on_unless_switched_off():
    policy = Policy("p", frozenset(), families_off=frozenset({"budget"}))
    assert not policy.on("budget")
    assert policy.on("closing")


def test_a_problem_tells_its_shape_and_levels():
    problem = tiny_problem(options=[{}, {}], merge_arcs=[(1, 0, 0)])
    assert problem.shape == (3, 3, 2, 3)
    assert problem.level_index("lower_secondary") == 1
    lengths = [len(problem.zones), len(problem.sites), len(problem.options)]
    assert [*lengths, len(problem.merge_arcs), len(problem.travel)] == [3, 3, 2, 1, 18]


def test_pools_are_counted():
    staffing = tiny_staffing(pools=[(0, 0, False), (1, 0, True)])
    assert len(staffing.pools) == 2
    assert tiny_problem(staffing=staffing) != tiny_problem()


NO_ROW = np.zeros(0, int)


@pytest.mark.parametrize(
    ("staffing", "fault"),
    [
        (tiny_staffing(rows=[(0, 2, 5, 1)]), "at a site that does not run their level"),
        (tiny_staffing(rows=[(0, 3, 5, 1)]), "pools.row_site points outside 0 to 2"),
        (tiny_staffing(rows=[(0, 0, 5, -1)]), "pools holds a negative number"),
        (tiny_staffing(pools=[(0, 9, False)]), "pools.subject points outside"),
        (tiny_staffing(due=[(0, 0, 2022, 11)]), "due has 1 more of pool p0 than site 0 has"),
        (tiny_staffing(due=[(0, 0, 2024, 1)]), "due has a year outside 2021 to 2023"),
        (tiny_staffing(due=[(7, 0, 2022, 1)]), "due's pool points outside"),
        (tiny_staffing(due=[(0, 0, 2022, 1.5)]), "due does not hold whole numbers"),
        (tiny_staffing(lessons=[[0.5]]), "lessons_fte[0] has shape (1, 1), not (2, 1)"),
        (tiny_staffing(lessons=[[-0.5], [0.5]]), "lessons_fte[0] holds a negative"),
        (tiny_staffing(core_share=1.5), "core_share is not between 0 and 1"),
        (tiny_staffing(term_years=0), "term_years is below 1"),
        (tiny_staffing(pupils_per_staff=np.zeros(2)), "pupils_per_staff holds a number that"),
        (tiny_staffing(teachers_per_class=NO_ROW), "teachers_per_class has shape (0,)"),
    ],
)
def test_a_staffing_that_contradicts_itself_is_refused(staffing, fault):
    with pytest.raises(ProblemError) as error:
        tiny_problem(staffing=staffing)
    assert any(fault in found for found in error.value.faults)


@pytest.mark.parametrize(
    ("objective", "bound", "floor", "gap", "above"),
    [
        (100.0, 90.0, 50.0, 0.1, 0.2),
        (100.0, 100.0, 100.0, 0.0, 0.0),
        (100.0, -np.inf, 50.0, np.inf, np.inf),
        (np.inf, 90.0, 50.0, np.inf, np.inf),
        (0.0, 0.0, 0.0, 0.0, 0.0),
        (-5.0, -6.0, -10.0, np.inf, 0.2),
    ],
)
def test_gaps_are_shares_of_the_objective(objective, bound, floor, gap, above):
    result = _result(objective=objective, bound=bound, floor=floor)
    assert result.gap == pytest.approx(gap)
    assert result.gap_above_floor == pytest.approx(above)


def _faulty(**changes: Any) -> Problem:
    problem = tiny_problem(options=[{}], merge_arcs=[(1, 0, 0)])
    parts = {
        name: replace(getattr(problem, name), **fields) if isinstance(fields, dict) else fields
        for name, fields in changes.items()
    }
    return replace(problem, **parts)


ONE = np.zeros(1, int)


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"zones": {"town": ONE}}, "zones.town has shape"),
        ({"sites": {"rooms": ONE}}, "sites.rooms has shape"),
        ({"budget": np.zeros(9)}, "budget has shape"),
        ({"travel": {"zone": np.full(18, 7)}}, "travel.zone points outside 0 to 2"),
        ({"merge_arcs": {"to_site": np.array([-1])}}, "merge_arcs.to_site points outside"),
        ({"zones": {"ids": ("a", "a", "b")}}, "a zone id stands twice"),
        ({"sites": {"ids": ("a", "a", "b")}}, "a site id stands twice"),
        ({"travel": {"site": np.array([2, 1, 0] * 6)}}, "travel is not sorted"),
        ({"travel": {"site": np.zeros(18, int)}}, "travel holds a pair twice"),
        ({"options": {"capital_cost": np.array([np.nan])}}, "options.capital_cost holds"),
        ({"travel": {"minutes": np.full(18, -1.0)}}, "travel.minutes holds"),
        ({"options": {"spend": np.array([[0.5]])}}, "options.spend has a row"),
        ({"options": {"spend": np.array([[0.5, 0.5]])}}, "options.spend goes on"),
        ({"budget": np.array([1.0, -1.0, 1.0])}, "budget holds a negative number"),
        ({"budget": np.array([1.0, np.nan, 1.0])}, "budget holds a negative number"),
        ({"levels": (Level("a", 1, 2, 60.0), Level("b", 3, 2, 50.0))}, "a: cap 60.0"),
        ({"sites": {"point_grades": np.array([1, 0, 0])}}, "a teaching point names no parent"),
    ],
)
def test_parts_that_contradict_each_other_are_refused(changes, fault):
    with pytest.raises(ProblemError) as error:
        _faulty(**changes)
    assert any(fault in found for found in error.value.faults)


def test_all_faults_are_told_at_once():
    with pytest.raises(ProblemError) as error:
        _faulty(budget=np.array([1.0, -1.0, 1.0]), zones={"ids": ("a", "a", "b")})
    assert len(error.value.faults) == 2
    assert str(error.value) == "; ".join(error.value.faults)


def _result(**changes: Any) -> Result:
    given: dict[str, Any] = {
        "status": Status.FEASIBLE,
        "plan": None,
        "objective": 1.0,
        "bound": 0.0,
        "floor": 0.0,
        "terms": (),
        "fixed_terms": (),
        "violations": (Violation("a", "b", 2021, 1.0, "pupils"),),
        "method": "none",
        "seed": 0,
        "stopped_by": "gap",
    }
    return Result(**given | changes)
