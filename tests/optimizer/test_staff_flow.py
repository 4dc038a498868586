"""Who leaves where, who goes with the pupils, who may be asked to move."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.check import check
from optimizer.domain import Postings
from optimizer.staff_flow import base_eligible, eligible, flows, movement
from tests.support.broken_staff import FREE
from tests.support.plans import changed
from tests.support.staff import posted, tiny_staffing
from tests.support.tiny import tiny_problem

PRIMARY = ("primary",)
MERGED = {
    "runs": (PRIMARY, PRIMARY, PRIMARY),
    "merge_arcs": [(1, 0, 0), (2, 1, 0)],
    "policy": FREE,
    "rooms": [20, 20, 20],
    "entrants": [[[20.0], [0.0]]],
}


def four_due(when, **fields):
    """Four primary teachers at the third school, all due in a year; two ordinary ones elsewhere."""
    return tiny_problem(
        staffing=tiny_staffing(rows=[(0, 2, 9, 4), (0, 0, 9, 2)], due=[(0, 2, when, 4)]),
        **{**MERGED, **fields},
    )


def test_those_due_leave_from_where_they_are():
    problem = four_due(2022)
    flow = flows(problem, problem.staffing, changed(problem))
    assert flow.leave[0, 2].tolist() == [0, 4, 0]
    assert not flow.follow.any()


def test_those_due_follow_the_pupils_through_mergers_until_they_leave():
    problem = four_due(2023)
    plan = changed(problem, merges=[(2, 1, 0, 2021), (1, 0, 0, 2022)])
    flow = flows(problem, problem.staffing, plan)
    assert flow.follow[0].tolist() == [[0, 4, 0], [4, -4, 0], [-4, 0, 0]]
    assert flow.leave[0].tolist() == [[0, 0, 4], [0, 0, 0], [0, 0, 0]]


def test_those_due_leave_at_once_where_nobody_takes_the_pupils():
    problem = four_due(2023)
    flow = flows(problem, problem.staffing, changed(problem, stops=[(2, 0, 2022)]))
    assert flow.leave[0, 2].tolist() == [0, 4, 0]


def test_those_due_in_the_year_of_a_merger_leave_before_it():
    problem = four_due(2021)
    flow = flows(problem, problem.staffing, changed(problem, merges=[(2, 1, 0, 2021)]))
    assert flow.leave[0, 2].tolist() == [4, 0, 0]
    assert not flow.follow.any()


def test_a_closing_school_staffed_by_the_rules_keeps_every_rule():
    problem = tiny_problem(
        staffing=tiny_staffing(
            rows=[(0, 2, 1, 4), (0, 0, 1, 2)], due=[(0, 2, 2022, 1), (0, 2, 2023, 1)]
        ),
        **MERGED,
    )
    plan = changed(problem, merges=[(2, 1, 0, 2022)])
    moves = [(0, 2, 0, 2022, 2)]  # two stay in service; one leaves, one goes with the pupils
    hires = [(0, 0, 2022, 2022, 1), (0, 1, 2023, 2023, 1)]
    done = posted(problem, plan, moves=moves, hires=hires)
    assert done.postings.teachers[0].tolist() == [[2, 5, 5], [0, 1, 1], [4, 0, 0]]
    assert check(problem, done) == ()


def test_teachers_become_eligible_with_their_years():
    staffing = tiny_staffing(rows=[(0, 0, 4, 3), (0, 0, 9, 2)], eligible_after_years=6)
    problem = tiny_problem(staffing=staffing)
    assert base_eligible(problem, staffing)[0, 0].tolist() == [2, 5, 5]


def test_the_due_are_taken_from_those_of_most_years():
    rows = [(0, 0, 4, 3), (0, 0, 9, 2)]
    staffing = tiny_staffing(rows=rows, due=[(0, 0, 2023, 3)])
    problem = tiny_problem(staffing=staffing)
    assert base_eligible(problem, staffing)[0, 0].tolist() == [0, 2, 2]


def test_arrivals_are_eligible_after_their_term_and_the_departed_no_more():
    staffing = tiny_staffing(rows=[(0, 0, 9, 5)], term_years=2)
    problem = tiny_problem(staffing=staffing)
    plan = posted(problem, moves=[(0, 0, 1, 2021, 3)])
    flow = flows(problem, staffing, plan)
    done = movement(problem, flow, plan.postings)
    base = base_eligible(problem, staffing)
    able = eligible(staffing, base, flow, done.moved_in + done.posted, done.rotation)
    assert able[0].tolist() == [[5, 2, 2], [0, 0, 3], [0, 0, 0]]


def test_nobody_is_eligible_in_the_first_and_after_the_last_year_of_a_school():
    problem = tiny_problem(
        staffing=tiny_staffing(rows=[(0, 1, 9, 5)]),
        merge_arcs=[(1, 0, 0)],
        policy=FREE,
        options=[{"committed": 2021}],
    )
    plan = changed(problem, merges=[(1, 0, 0, 2022)])
    flow = flows(problem, problem.staffing, plan)
    base = np.ones_like(flow.leave)
    able = eligible(problem.staffing, base, flow, 0 * base, 0 * base)
    assert able[0].tolist() == [[1, 1, 1], [1, 0, 0], [0, 0, 1]]


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"teachers": np.zeros((1, 1, 1), int)}, "teachers is"),
        ({"teachers": np.full((2, 3, 3), -1)}, "negative"),
        ({"moves": np.array([[0, 0, 9, 2021, 1]])}, "moves names a pool or site"),
        ({"hires": np.array([[5, 0, 2021, 2021, 1]])}, "hires names a pool or site"),
        ({"hires": np.array([[0, 0, 2021, 2021, 0]])}, "hires has a row without teachers"),
        ({"moves": np.array([[0, 0, 1, 2021, 0.5]])}, "moves does not hold whole numbers"),
    ],
)
def test_postings_of_another_problem_are_refused(changes, fault):
    problem = tiny_problem(staffing=tiny_staffing())
    plan = posted(problem)
    assert isinstance(plan.postings, Postings)
    wrong = replace(plan, postings=replace(plan.postings, **changes))
    with pytest.raises(ValueError, match=fault):
        check(problem, wrong)
