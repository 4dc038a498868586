"""What the second judge makes of rooms, function rooms and projects that only add rooms.

A class earns 10 yuan a year where a site has a room for it, unless a test says otherwise.
"""

from __future__ import annotations

from typing import Any

import pytest

from optimizer.domain import FunctionRoom, Problem
from tests.support.certified import PRIMARY, one_school, recomputed

LOWER = ("lower_secondary",)
NEVER_NEEDED = {"function_room_free_below": 100}


def a_school_with_music(**changes: Any) -> Problem:
    """One primary school for two years; 12 classes begun need a music room, or 60 a year."""
    music = FunctionRoom("music", frozenset(PRIMARY), 1)
    prices = {"class_year": 0.0, "life_years": 1.0, "room_debt_year": 60.0}
    fields = {"function_rooms": (music,), "prices": prices}
    return one_school(**{**fields, **changes})


def test_rooms_earn_what_the_classes_in_them_are_charged(tmp_path):
    # As without the price: two classes for two years, and nobody else.
    assert recomputed(tmp_path, one_school(rooms=[2]), zone=1200.0, rooms=10.0) == pytest.approx(
        400.0
    )


@pytest.mark.parametrize(("free_below", "classes"), [(6, 3), (4, 3), (3, 2), (2, 1)])
def test_classes_below_the_free_number_need_no_function_room(tmp_path, free_below, classes):
    problem = a_school_with_music(rooms=[3], standards={"function_room_free_below": free_below})
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-2 * 10 * classes)


@pytest.mark.parametrize(("rooms", "yuan"), [(12, 120), (17, 120), (20, 200 - 60), (30, 300 - 120)])
def test_the_thirteenth_class_asks_for_a_second_room_at_once(tmp_path, rooms, yuan):
    problem = a_school_with_music(rooms=[rooms], sites={"function_rooms": [[1]]})
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-2 * yuan)


@pytest.mark.parametrize(("free_below", "classes"), [(6, 5), (4, 4)])
def test_only_function_rooms_that_are_not_needed_hold_classes_for_nothing(
    tmp_path, free_below, classes
):
    problem = a_school_with_music(
        rooms=[3],
        sites={"function_rooms": [[2]]},
        standards={"function_room_free_below": free_below},
    )
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-2 * 10 * classes)


def test_kinds_of_function_rooms_are_counted_apart(tmp_path):
    # Three laboratories that no primary school needs hold classes; none of them is a music room.
    kinds = (
        FunctionRoom("music", frozenset(PRIMARY), 1),
        FunctionRoom("laboratory", frozenset(LOWER), 2),
    )
    problem = a_school_with_music(
        rooms=[6], function_rooms=kinds, sites={"function_rooms": [[0, 3]]}
    )
    assert recomputed(tmp_path, problem, rooms=20.0) == pytest.approx(-2 * (9 * 20 - 60))


def test_debt_is_free_where_function_rooms_are_no_rule(tmp_path):
    problem = a_school_with_music(
        rooms=[20],
        sites={"function_rooms": [[3]]},
        policy={"families_off": frozenset({"function_rooms"})},
    )
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-2 * 230)


def test_rooms_are_worth_nothing_where_classes_are_no_rule(tmp_path):
    extension = {"action": "extend", "site": 0, "rooms": 9, "cost": 1.0, "lead": 0}
    problem = a_school_with_music(
        rooms=[20], policy={"families_off": frozenset({"class_size"})}, options=[extension]
    )
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("extension", "bound"),
    [
        ({"cost": 25.0}, -20 - 60 + 25),
        ({"cost": 45.0}, -20 - 20),
        ({"cost": 25.0, "rooms_out": 1}, -10 - 60 + 25),
        ({"cost": 25.0, "rooms_out": 2}, -20 - 20),
        ({"cost": 45.0, "lead": 0}, -60 - 60 + 45),
        ({"cost": 45.0, "committed": 2021}, -20 - 60),
        ({"cost": 45.0, "committed": 2020}, -60 - 60),
        ({"cost": 45.0, "committed": 2019}, -20 - 20),
    ],
)
def test_an_extension_is_built_where_its_rooms_pay(tmp_path, extension, bound):
    # Two rooms, four more from the second year: one built before the horizon is among the two.
    option = {"action": "extend", "site": 0, "rooms": 4, **extension}
    problem = a_school_with_music(rooms=[2], options=[option], standards=NEVER_NEEDED)
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(bound)


def test_works_never_leave_fewer_rooms_than_none(tmp_path):
    # Of two rooms five are out of use for a year; the three music rooms hold classes still.
    option = {"action": "extend", "site": 0, "rooms": 4, "rooms_out": 5, "cost": 5.0}
    problem = a_school_with_music(
        rooms=[2], sites={"function_rooms": [[3]]}, options=[option], standards=NEVER_NEEDED
    )
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-30 - 90 + 5)


def test_two_projects_do_not_both_earn_the_one_room_that_is_missing(tmp_path):
    # The music room lets 12 classes be formed instead of 5; a second one is of no use.
    music = {"action": "extend", "site": 0, "rooms": 0, "function_rooms": [1], "lead": 0}
    problem = a_school_with_music(
        rooms=[12],
        options=[{**music, "cost": 30.0}, {**music, "cost": 20.0}],
        prices={"class_year": 0.0, "life_years": 1.0, "room_debt_year": 200.0},
    )
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-2 * 120 + 20)


def test_two_projects_pay_together_where_neither_does_alone(tmp_path):
    # Eight more rooms are of use only with a music room, and it only with them.
    here = {"action": "extend", "site": 0, "lead": 0}
    problem = a_school_with_music(
        rooms=[5],
        options=[
            {**here, "rooms": 8, "cost": 60.0},
            {**here, "rooms": 0, "function_rooms": [1], "cost": 40.0},
        ],
        prices={"class_year": 0.0, "life_years": 1.0, "room_debt_year": 100.0},
    )
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-2 * 120 + 100)


def test_a_site_earns_rooms_only_while_it_runs(tmp_path):
    opening = {"site": 0, "rooms": 4, "cost": 15.0, "after": PRIMARY}
    problem = a_school_with_music(runs=((),), rooms=[3], options=[opening])
    assert recomputed(tmp_path, problem, rooms=10.0) == pytest.approx(-50 + 15)
