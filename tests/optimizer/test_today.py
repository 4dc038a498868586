"""The network as it is."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.check import check
from optimizer.today import today_plan
from tests.support.plans import pair
from tests.support.staff import tiny_staffing
from tests.support.tiny import BOTH, tiny_problem

PRIMARY, SECONDARY = 0, 1


def test_entrants_follow_the_first_grade_of_the_base_year():
    rows = [(1, 0, PRIMARY, 1, 30.0), (1, 1, PRIMARY, 1, 10.0), (1, 1, PRIMARY, 2, 99.0)]
    problem = tiny_problem(enrolled=rows)
    share = today_plan(problem).share
    assert share[pair(problem, 1, 0, PRIMARY)].tolist() == [0.75] * 3
    assert share[pair(problem, 1, 1, PRIMARY)].tolist() == [0.25] * 3


def test_shares_are_renormalised_over_schools_that_take_an_intake():
    rows = [(1, 0, PRIMARY, 1, 30.0), (1, 1, PRIMARY, 1, 10.0)]
    problem = tiny_problem(enrolled=rows, travel={(1, 0, PRIMARY): {"intake": False}})
    assert today_plan(problem).share[pair(problem, 1, 1, PRIMARY)].tolist() == [1.0] * 3


def test_a_zone_without_a_school_of_its_own_goes_to_the_nearest_running_one():
    problem = tiny_problem(enrolled=[], zone_at=[2.0, 9.0, 19.0])
    share = today_plan(problem).share
    nearest = [pair(problem, zone, site, PRIMARY) for zone, site in ((0, 0), (1, 0), (2, 1))]
    assert share[nearest].min() == 1.0
    assert share[problem.travel.level == PRIMARY].sum() == 9.0


def test_a_zone_that_reaches_nothing_is_left_to_the_judge():
    problem = tiny_problem(enrolled=[], reach=5, years=1)
    plan = today_plan(problem)  # zone 1 reaches only the candidate
    assert plan.share[problem.travel.zone == 1].sum() == 0.0
    assert {violation.rule for violation in check(problem, plan)} == {"assignment.sum"}


def test_nothing_is_built_that_is_not_committed():
    problem = tiny_problem(options=[{}, {"site": 0, "action": "extend", "committed": 2020}])
    plan = today_plan(problem)
    assert plan.start.tolist() == [0, 2020]
    assert np.array_equal(plan.runs, np.repeat(problem.sites.runs[..., None], 3, axis=2))


def test_a_committed_opening_runs_from_its_service_year_on():
    problem = tiny_problem(options=[{"committed": 2021, "after": ("primary",)}])
    plan = today_plan(problem)
    assert plan.runs[2].tolist() == [[False, True, True], [False] * 3]
    assert check(problem, plan) == ()


@pytest.mark.parametrize("committed", [2015, 2029])
def test_a_committed_project_outside_the_horizon_changes_nothing(committed):
    problem = tiny_problem(options=[{"committed": committed}])
    plan = today_plan(problem)
    assert not plan.runs[2].any()
    assert check(problem, plan) == ()


def test_a_committed_conversion_stops_the_other_level():
    problem = tiny_problem(
        options=[{"site": 1, "action": "convert", "committed": 2021, "after": ("primary",)}],
        policy={"keep_last_lower_secondary": False},
    )
    plan = today_plan(problem)
    assert plan.runs[1].tolist() == [[True] * 3, [True, False, False]]
    # nobody said where its pupils go on: the judge says so
    assert {violation.rule for violation in check(problem, plan)} == {"merger.missing"}


def test_a_committed_relocation_takes_the_pupils_along():
    problem = tiny_problem(
        options=[{"action": "relocate", "relocates": 1, "committed": 2021, "lead": 1, "rooms": 20}],
        merge_arcs=[(1, 2, PRIMARY), (1, 2, SECONDARY)],
        policy={"keep_last_lower_secondary": False},
    )
    plan = today_plan(problem)
    assert plan.merges.tolist() == [[1, 2, PRIMARY, 2022], [1, 2, SECONDARY, 2022]]
    assert check(problem, plan) == ()


def test_classes_keep_to_the_rooms_where_they_can():
    problem = tiny_problem(
        entrants=23.0, rooms=[4, 4, 0], prices={"class_year": 1.0, "over_cap_pupil_year": 9.0}
    )
    assert check(problem, today_plan(problem)) == ()  # 46 in a class rather than two classes


def test_entrants_go_to_a_teaching_point_as_they_did():
    problem = tiny_problem(runs=(BOTH, ("primary",), ()), point=(1, 1, 0))
    plan = today_plan(problem)
    assert plan.share[pair(problem, 2, 1, PRIMARY)].tolist() == [1.0] * 3
    assert check(problem, plan) == ()


def test_teachers_stay_and_leavers_are_replaced_where_they_were():
    problem = tiny_problem(
        staffing=tiny_staffing(
            pools=[(0, 0, False), (0, 0, True), (1, 0, True)],
            rows=[(0, 0, 1, 3), (1, 0, 1, 2), (2, 1, 1, 1)],
            due=[(0, 0, 2021, 1), (1, 0, 2022, 1), (2, 1, 2023, 1)],
        )
    )
    plan = today_plan(problem)
    assert plan.postings.moves.tolist() == []
    assert plan.postings.hires.tolist() == [[0, 0, 2021, 2021, 1], [0, 0, 2022, 2022, 1]]
    assert plan.postings.teachers[:2, 0].tolist() == [[3, 4, 4], [2, 1, 1]]
    # nobody ordinary teaches the last pool's subject at its level: the judge says so
    assert {violation.rule for violation in check(problem, plan)} == {"staffing.total"}


def test_teachers_go_along_with_a_committed_relocation():
    problem = tiny_problem(
        options=[{"action": "relocate", "relocates": 1, "committed": 2021, "lead": 1, "rooms": 20}],
        merge_arcs=[(1, 2, PRIMARY), (1, 2, SECONDARY)],
        policy={"keep_last_lower_secondary": False},
        staffing=tiny_staffing(rows=[(0, 1, 1, 3), (1, 1, 1, 2)], due=[(0, 1, 2023, 1)]),
    )
    plan = today_plan(problem)
    assert plan.postings.moves.tolist() == [[0, 1, 2, 2022, 2], [1, 1, 2, 2022, 2]]
    assert plan.postings.teachers[0].tolist() == [[0, 0, 0], [3, 0, 0], [0, 3, 3]]
    assert check(problem, plan) == ()
