"""Rooms usable, taken and missing."""

from __future__ import annotations

import numpy as np

from optimizer import rooms
from optimizer.domain import FunctionRoom
from tests.support.plans import changed
from tests.support.tiny import BOTH, tiny_problem

MUSIC = FunctionRoom("music", frozenset(BOTH), 1)


def test_rooms_are_gained_in_the_year_of_service():
    problem = tiny_problem(options=[{"site": 0, "action": "extend", "rooms": 5, "lead": 1}])
    assert rooms.rooms(problem, changed(problem, start={0: 2021}))[0].tolist() == [20, 25, 25]
    assert rooms.rooms(problem, changed(problem))[0].tolist() == [20, 20, 20]


def test_rooms_are_out_of_use_during_works_only():
    extend = {"site": 0, "action": "extend", "rooms": 5, "rooms_out": 2, "lead": 2}
    problem = tiny_problem(options=[extend], years=4)
    plan = changed(problem, start={0: 2022})
    assert rooms.rooms(problem, plan)[0].tolist() == [20, 18, 18, 25]


def test_works_that_began_before_the_horizon_still_cost_rooms():
    extend = {"site": 0, "action": "extend", "rooms": 5, "rooms_out": 2, "lead": 2}
    problem = tiny_problem(options=[extend | {"committed": 2020}])
    assert rooms.rooms(problem, changed(problem))[0].tolist() == [18, 25, 25]


def test_projects_that_served_before_the_horizon_are_in_the_base_numbers():
    extend = {"site": 0, "action": "extend", "rooms": 5, "function_rooms": [1], "lead": 1}
    problem = tiny_problem(options=[extend | {"committed": 2019}], function_rooms=[MUSIC])
    plan = changed(problem)
    assert rooms.rooms(problem, plan)[0].tolist() == [20, 20, 20]
    assert rooms.function_rooms(problem, plan)[0, :, 0].tolist() == [0, 0, 0]


def test_function_rooms_come_with_projects_by_kind():
    extend = {"site": 0, "action": "extend", "function_rooms": [0, 2], "lead": 1}
    kinds = [MUSIC, FunctionRoom("art", frozenset(BOTH), 1)]
    problem = tiny_problem(
        options=[extend], function_rooms=kinds, sites={"function_rooms": [[1, 1], [0, 0], [0, 0]]}
    )
    there = rooms.function_rooms(problem, changed(problem, start={0: 2021}))
    assert there[0].tolist() == [[1, 1], [1, 3], [1, 3]]


def test_classes_beyond_the_rooms_take_function_rooms():
    problem = tiny_problem(
        rooms=[3, 9, 0], function_rooms=[MUSIC], sites={"function_rooms": [[2], [0], [0]]}
    )
    plan = changed(problem)
    assert rooms.class_totals(problem, plan)[:, 0].tolist() == [4, 4, 0]
    assert rooms.taken(problem, plan)[:, 0].tolist() == [1, 0, 0]


def test_debt_is_known_for_any_number_of_classes():
    problem = tiny_problem(rooms=[20, 10, 0], function_rooms=[MUSIC], years=1)
    plan = changed(problem)
    classes = np.broadcast_to([0, 5, 6, 12, 13], (3, 1, 5))
    assert rooms.debt_of(problem, plan, classes)[:, 0].tolist() == [
        [0, 0, 1, 1, 2],
        [0, 0, 1, 1 + 2, 2 + 3],
        [0, 5, 6, 12, 13],  # nothing runs at the candidate: only taken rooms are owed
    ]
