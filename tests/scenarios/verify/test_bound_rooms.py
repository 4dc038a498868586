"""What the second judge makes of rooms, function rooms and projects that only add rooms.

A class earns 10 yuan a year where a site has a room for it, unless a test says otherwise.
"""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from optimizer.domain import FunctionRoom, Problem
from tests.support.certified import PRIMARY, one_school, recomputed

LOWER = ("lower_secondary",)
TWO_KINDS = (
    FunctionRoom("music", frozenset(PRIMARY), 1),
    FunctionRoom("laboratory", frozenset(LOWER), 2),
)
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
    problem = a_school_with_music(
        rooms=[6], function_rooms=TWO_KINDS, sites={"function_rooms": [[0, 3]]}
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


@pytest.mark.parametrize("seed", range(4))
def test_no_set_of_further_projects_is_cheaper_than_the_one_found(tmp_path, seed):
    rng = np.random.default_rng(seed)
    options = [
        {
            "action": "extend",
            "site": 0,
            "rooms": int(rng.integers(0, 9)),
            "rooms_out": int(rng.integers(0, 4)),
            "function_rooms": rng.integers(0, 3, 2).tolist(),
            "cost": float(rng.integers(10, 150)),
            "lead": int(rng.integers(0, 3)),
        }
        for _ in range(3)
    ]
    price = rng.integers(0, 25, (1, 4)).astype(float)
    problem = a_school_with_music(
        years=4,
        entrants=0.0,
        rooms=[int(rng.integers(2, 14))],
        function_rooms=TWO_KINDS,
        sites={"protected": [True], "function_rooms": rng.integers(0, 2, (1, 2))},
        options=options,
    )
    wanted = least_of_all_sets(problem, price[0])
    assert recomputed(tmp_path, problem, rooms=price) == pytest.approx(wanted)


def least_of_all_sets(problem: Problem, price: np.ndarray) -> float:
    """Try every start of every project; one that serves for the last year has no residual."""
    options, years = problem.options, problem.horizon.years
    starts = [(None, *range(years - int(lead))) for lead in options.lead]
    return min(
        sum(options.capital_cost[o] for o, start in enumerate(chosen) if start is not None)
        + sum(least_of_year(problem, chosen, year, price[year]) for year in range(years))
        for chosen in itertools.product(*starts)
    )


def least_of_year(
    problem: Problem, chosen: tuple[int | None, ...], year: int, price: float
) -> float:
    """Give the least of 60 for each function room missing (R6), less what classes earn."""
    options = problem.options
    rooms, (music, laboratory) = int(problem.sites.rooms[0]), problem.sites.function_rooms[0]
    for option, start in enumerate(chosen):
        if start is not None and start + options.lead[option] <= year:
            rooms += int(options.rooms[option])
            music += options.function_rooms[option, 0]
            laboratory += options.function_rooms[option, 1]
        elif start is not None and start <= year:
            rooms -= int(options.rooms_out[option])
    rooms, best = max(rooms, 0), 0.0
    for classes in range(rooms + music + laboratory + 1):
        need = 0 if classes < 6 else (classes + 11) // 12
        spare = max(0, music - need) + laboratory
        debt = max(0, need - music) + max(0, max(0, classes - rooms) - spare)
        best = min(best, 60.0 * debt - price * classes)
    return best
