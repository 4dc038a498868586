"""What the second judge makes of cohorts that stay for one year and share the rooms of a school.

100 pupils enter a school each year; classes of 45 cost 100 yuan, and a zone pays 1000 for a cohort,
10 a pupil: a class of 45 is worth 350, one of the last ten pupils nothing.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain import FunctionRoom, Problem
from tests.support.certified import PRIMARY, recomputed
from tests.support.one_school import PAID, extension, one_school
from tests.support.options import BOTH, FIRST_YEAR


def a_school_of_one_grade(**changes: Any) -> Problem:
    """Make the school, where a lack of rooms costs 60 yuan a class and no function room is due."""
    fields = {
        "prices": {"class_year": 100.0, "life_years": 1.0, "room_debt_year": 60.0},
        "standards": {"function_room_free_below": 100},
    }
    return one_school(**{**fields, **changes})


@pytest.mark.parametrize(("rooms", "worth"), [(0, 0.0), (1, 350.0), (2, 700.0), (9, 700.0)])
def test_no_more_classes_are_formed_than_there_are_rooms(tmp_path, rooms, worth):
    problem = a_school_of_one_grade(rooms=[rooms])
    assert recomputed(tmp_path, problem, zone=PAID) == pytest.approx(PAID - worth)


def test_a_price_of_rooms_is_paid_and_earned(tmp_path):
    # The one class pays 30 and the one room earns it; five rooms earn, and two classes pay.
    school = a_school_of_one_grade()
    assert recomputed(tmp_path / "one", school, zone=PAID, rooms=30.0) == pytest.approx(650.0)
    wide = a_school_of_one_grade(rooms=[5])
    bound = recomputed(tmp_path / "five", wide, zone=PAID, rooms=30.0)
    assert bound == pytest.approx(PAID - 700.0 - 3 * 30.0)


def test_levels_share_rooms(tmp_path):
    # 40 pupils of the other level bring 25 each: first they, then 45 of the others.
    problem = a_school_of_one_grade(runs=(BOTH,), rooms=[2], entrants=np.array([[[100.0], [40.0]]]))
    assert recomputed(tmp_path, problem, zone=PAID) == pytest.approx(2 * PAID - 900.0 - 350.0)


def test_a_function_room_holds_a_class_where_its_debt_is_less(tmp_path):
    music = FunctionRoom("music", frozenset(PRIMARY), 1)
    problem = a_school_of_one_grade(
        function_rooms=(music,),
        sites={"protected": [True], "function_rooms": [[1]]},
        standards={"function_room_free_below": 1},
    )
    assert recomputed(tmp_path, problem, zone=PAID) == pytest.approx(PAID - 700.0 + 60.0)


@pytest.mark.parametrize(
    ("options", "worth"),
    [
        ([extension(1, 50.0)], 700 - 50),
        ([extension(2, 360.0)], 350),
        ([extension(1, 60.0), extension(1, 40.0), extension(2, 30.0)], 700 - 30),
        ([extension(1, 50.0, rooms_out=1, lead=1)], 350),
    ],
)
def test_blocks_of_rooms_are_built_where_they_pay(tmp_path, options, worth):
    problem = a_school_of_one_grade(options=options)
    assert recomputed(tmp_path, problem, zone=PAID) == pytest.approx(PAID - worth)


def test_rooms_stay_for_later_years_and_each_option_is_built_once(tmp_path):
    # A second class is worth 350 a year: 500 for three years is less than 400 for the last two,
    # and no year is worth a room of its own.
    problem = a_school_of_one_grade(
        years=3,
        entrants=np.broadcast_to([[[100.0], [0.0]]], (1, 2, 3)),
        options=[extension(1, 500.0), extension(1, 400.0, year=1), extension(1, 420.0, year=2)],
    )
    value = 3 * 700.0 - 500.0
    assert recomputed(tmp_path, problem, zone=PAID) == pytest.approx(3 * PAID - value)


def test_an_option_of_several_years_is_built_once(tmp_path):
    whenever = extension(1, 200.0, latest=FIRST_YEAR + 1)
    problem = a_school_of_one_grade(
        years=2,
        entrants=np.broadcast_to([[[145.0], [0.0]]], (1, 2, 2)),
        options=[whenever, extension(1, 500.0, year=1)],
        prices={"class_year": 100.0, "life_years": 1.0},
    )
    pupil = PAID / 145
    value = 2 * (2 * 45 * pupil - 200.0) - 200.0
    assert recomputed(tmp_path, problem, zone=PAID) == pytest.approx(2 * PAID - value)
