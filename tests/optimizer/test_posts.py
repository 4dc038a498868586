"""How many teachers a school needs, worked out by hand.

In the tiny county the first school has 40 pupils and one class in each of two primary grades.
"""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.posts import RULES, by_subject, posts, short, surplus
from optimizer.presence import presence
from optimizer.today import today_plan
from tests.support.staff import tiny_staffing
from tests.support.tiny import tiny_problem

PRIMARY, SECONDARY = 0, 1


def asked(problem, plan=None):
    plan = today_plan(problem) if plan is None else plan
    return posts(problem, problem.staffing, plan, presence(problem, plan))


def at_first_school(problem):
    found = asked(problem)
    at = (0, PRIMARY, 0)
    return found.posts[at], RULES[found.binding[at]]


@pytest.mark.parametrize(
    ("fields", "count", "rule"),
    [
        ({"pupils_per_staff": np.full(2, 19.0)}, 5, "ratio"),  # 80 / 19 = 4.2
        ({"pupils_per_staff": np.full(2, 19.0), "non_teaching_share": np.full(2, 0.1)}, 4, "ratio"),
        ({"pupils_per_staff": np.full(2, 20.0)}, 4, "ratio"),  # exactly 4 is not 5
        ({"teachers_per_class": np.full(2, 1.7)}, 4, "class"),  # 3.4
        ({"lessons": [[1.0, 0.5], [0.6, 0.0]], "subjects": 2}, 3, "curriculum"),  # 2.1
        (
            {"lessons": 1.0, "teachers_per_class": np.ones(2), "pupils_per_staff": np.full(2, 40)},
            2,
            "ratio",  # all three say two: the first is named
        ),
    ],
)
def test_the_largest_of_three_needs_decides_and_is_named(fields, count, rule):
    assert at_first_school(tiny_problem(staffing=tiny_staffing(**fields))) == (count, rule)


def test_lessons_follow_the_classes_of_each_grade():
    problem = tiny_problem(
        entrants=60.0,  # 120 entrants at the first school: three classes
        staffing=tiny_staffing(lessons=[[1.0, 0.0], [0.0, 1.0]], subjects=2),
    )
    fte = asked(problem).fte[0, PRIMARY]
    assert fte[0].tolist() == [3.0, 1.0]
    assert fte[1].tolist() == [3.0, 3.0]


def test_where_a_level_does_not_run_nobody_is_needed():
    problem = tiny_problem(
        runs=(("primary",), ("primary",), ()), staffing=tiny_staffing(lessons=1.0, rows=[])
    )
    found = asked(problem)
    assert found.posts[2].sum() == 0
    assert found.fte[:, SECONDARY].sum() == 0


def test_without_classes_only_pupils_ask_for_teachers():
    staffing = tiny_staffing(lessons=9.0, pupils_per_staff=np.full(2, 40.0))
    problem = tiny_problem(staffing=staffing, policy={"families_off": frozenset({"class_size"})})
    assert at_first_school(problem) == (2, "ratio")


def test_a_missing_subject_is_short_even_where_heads_suffice():
    problem = tiny_problem(
        years=1, staffing=tiny_staffing(lessons=[[0.6, 0.9], [0.6, 0.9]], subjects=2)
    )
    found = asked(problem)  # 1.2 and 1.8 teachers, three posts
    there = np.zeros((*found.posts.shape, 2))
    there[0, PRIMARY, 0] = [3, 1]
    assert short(found, there)[0, PRIMARY, 0] == pytest.approx(0.8)
    assert surplus(found, there)[0, PRIMARY, 0] == pytest.approx(1.8)  # 4 + 0.8 - 3


def test_posts_beyond_lessons_are_short_too():
    problem = tiny_problem(years=1, staffing=tiny_staffing(teachers_per_class=np.full(2, 2.0)))
    found = asked(problem)
    there = np.zeros((*found.posts.shape, 1))
    there[0, PRIMARY, 0] = 1
    assert short(found, there)[0, PRIMARY, 0] == 3.0
    assert surplus(found, there)[0, PRIMARY, 0] == 0.0


def test_pools_of_one_subject_are_counted_together():
    staffing = tiny_staffing(
        pools=[(0, 1, False), (0, 1, True), (1, 0, False)], rows=[], subjects=2
    )
    teachers = np.arange(3)[:, None, None] + np.ones((3, 1, 2), int)
    there = by_subject(staffing, 1, teachers)
    assert there.shape == (1, 2, 2, 2)
    assert there[0, :, 0].tolist() == [[0, 3], [3, 0]]
