"""What classes, crowding and missing rooms cost, worked out by hand."""

from __future__ import annotations

import pytest

from optimizer.domain import FunctionRoom
from tests.support.plans import changed, set_classes, term
from tests.support.tiny import BOTH, tiny_problem

PRIMARY, SECONDARY = 0, 1
MUSIC = FunctionRoom("music", frozenset(BOTH), 1)
LABORATORY = FunctionRoom("laboratory", frozenset({"lower_secondary"}), 1)


def test_classes_cost_by_the_year():
    problem = tiny_problem(prices={"class_year": 3.0}, discount_rate=0.1)
    running = term(problem, changed(problem), "class_running")
    # two sites, two levels, two grades each: one class apiece
    assert running.amount == 24.0
    assert running.value == pytest.approx(3 * 8 * (1 + 1 / 1.1 + 1 / 1.21))


def test_pupils_over_the_cap_are_priced_and_inherited_ones_counted_apart():
    problem = tiny_problem(
        zone_at=[0.0],
        entrants=50.0,
        enrolled=[(0, 0, PRIMARY, 1, 52.0)],
        classes=[(0, PRIMARY, 1, 1)],
        prices={"class_year": 100.0, "over_cap_pupil_year": 1.0},
        years=2,
    )
    plan = changed(problem)
    # lower secondary has a cap of 50: nobody over
    assert term(problem, plan, "over_cap_inherited").amount == 7.0
    assert term(problem, plan, "over_cap").amount == 5.0 * 3
    assert term(problem, plan, "over_cap").value == 15.0


def test_a_teaching_point_has_its_own_cap():
    problem = tiny_problem(
        runs=(BOTH, ("primary",), ()),
        point=(1, 1, 0),
        entrants=40.0,
        enrolled=[],
        prices={"class_year": 1e6, "over_cap_pupil_year": 1.0},
        years=1,
    )
    plan = changed(problem, sends={(1, PRIMARY, 2021): 0, (2, PRIMARY, 2021): 1})
    plan = set_classes(plan, PRIMARY, 1, 1, [1])
    assert term(problem, plan, "over_cap").amount == 10.0


def test_missing_function_rooms_are_a_debt_by_kind_and_dozen():
    problem = tiny_problem(
        function_rooms=[MUSIC, LABORATORY],
        sites={"function_rooms": [[1, 0], [0, 1], [0, 0]]},
        prices={"room_debt_year": 10.0},
        standards={"function_room_free_below": 4},
        years=1,
    )
    # 4 classes each: the first lacks a laboratory, the second a music room
    debt = term(problem, changed(problem), "room_debt")
    assert (debt.amount, debt.value) == (2.0, 20.0)


def test_small_schools_owe_no_function_rooms():
    problem = tiny_problem(function_rooms=[MUSIC], prices={"room_debt_year": 10.0}, years=1)
    assert term(problem, changed(problem), "room_debt").amount == 0.0


def test_kinds_of_levels_that_do_not_run_are_not_needed():
    problem = tiny_problem(
        runs=(("primary",), BOTH, ()),
        function_rooms=[LABORATORY],
        standards={"function_room_free_below": 1},
        years=1,
    )
    assert term(problem, changed(problem), "room_debt").amount == 1.0


def test_a_dozen_begun_needs_another_room():
    problem = tiny_problem(
        zone_at=[0.0],
        entrants=45.0 * 7,
        enrolled=[],
        function_rooms=[MUSIC],
        rooms=[30, 0, 0],
        prices={"over_cap_pupil_year": 9.0},
        years=1,
    )
    plan = changed(problem)
    assert plan.classes[PRIMARY].sum() + plan.classes[SECONDARY].sum() == 14
    assert term(problem, plan, "room_debt").amount == 2.0


def test_a_taken_function_room_is_owed_unless_it_was_spare():
    problem = tiny_problem(
        rooms=[3, 3, 0],
        function_rooms=[MUSIC],
        sites={"function_rooms": [[1], [2], [0]]},
        standards={"function_room_free_below": 4},
        prices={"room_debt_year": 10.0},
        years=1,
    )
    # each has 4 classes and 3 rooms; the second has a room more than it needs
    assert term(problem, changed(problem), "room_debt").amount == 1.0
