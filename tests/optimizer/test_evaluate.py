"""What a plan costs, term by term, worked out by hand: buildings, schools, teachers, families."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import FunctionRoom, TermKind
from optimizer.evaluate import LEGEND, STAFF, evaluate, spending
from tests.support.plans import changed, term
from tests.support.random_counties import random_county
from tests.support.staff import posted, tiny_staffing
from tests.support.tiny import BOTH, tiny_problem

PRIMARY, SECONDARY = 0, 1
MUSIC = FunctionRoom("music", frozenset(BOTH), 1)


def test_every_term_is_there_once_and_the_objective_is_their_sum():
    problem = random_county(3)
    found = evaluate(problem, changed(problem))
    names = [one.name for one in (*found.terms, *found.fixed_terms)]
    assert names == [name for name in LEGEND if name not in STAFF]
    assert found.objective == sum(one.value for one in found.terms)
    assert {one.kind for one in found.fixed_terms} == {TermKind.MONEY}


def test_capital_is_spent_by_shares_from_the_start_and_discounted():
    problem = tiny_problem(
        options=[{"cost": 100.0, "lead": 2, "spend": [0.25, 0.75]}, {"cost": 7.0, "lead": 1}],
        discount_rate=0.1,
    )
    plan = changed(problem, start={0: 2021})
    assert spending(problem, plan).tolist() == [[25.0, 75.0, 0.0], [0.0, 0.0, 0.0]]
    capital = term(problem, plan, "capital")
    assert (capital.amount, capital.unit) == (100.0, "yuan")
    assert capital.value == pytest.approx(25 + 75 / 1.1)


def test_residual_is_what_the_life_of_a_building_leaves():
    problem = tiny_problem(
        options=[{"cost": 100.0, "lead": 1}], discount_rate=0.1, prices={"life_years": 10.0}
    )
    residual = term(problem, changed(problem, start={0: 2021}), "residual")
    # two years served
    assert residual.amount == pytest.approx(-80.0)
    assert residual.value == pytest.approx(-80.0 / 1.1**3)


def test_a_building_older_than_its_life_leaves_nothing():
    problem = tiny_problem(options=[{"lead": 0}], prices={"life_years": 2.0})
    assert term(problem, changed(problem, start={0: 2021}), "residual").value == 0.0


def test_committed_projects_are_fixed_terms_with_their_remaining_spend():
    problem = tiny_problem(
        options=[{"cost": 90.0, "lead": 3, "committed": 2020, "spend": [1 / 3, 1 / 3, 1 / 3]}],
        prices={"life_years": 10.0},
        discount_rate=0.1,
    )
    plan = changed(problem)
    found = evaluate(problem, plan)
    assert term(problem, plan, "capital").value == 0.0
    assert term(problem, plan, "residual").value == 0.0
    assert found.fixed_terms[0].amount == pytest.approx(60.0)
    assert found.fixed_terms[0].value == pytest.approx(30 + 30 / 1.1)
    assert found.fixed_terms[1].amount == pytest.approx(-90 * 0.9)  # serves from 2023


def test_a_school_costs_a_fixed_sum_in_years_in_which_any_level_runs():
    problem = tiny_problem(sites={"annual_cost": [10.0, 1.0, 5.0]}, discount_rate=0.1)
    plan = changed(problem, stops=[(1, PRIMARY, 2021), (1, SECONDARY, 2022)])
    running = term(problem, plan, "school_running")
    assert running.amount == 4.0
    assert running.value == pytest.approx(10 * (1 + 1 / 1.1 + 1 / 1.21) + 1)
    assert running.price == pytest.approx(31 / 4)


def test_a_county_without_schools_costs_nothing_to_run():
    problem = tiny_problem(runs=[(), (), ()], enrolled=[], entrants=0.0)
    running = term(problem, changed(problem), "school_running")
    assert (running.amount, running.price, running.value) == (0.0, 0.0, 0.0)


@pytest.mark.parametrize(
    ("family", "names"),
    [
        ("class_size", {"class_running", "over_cap", "over_cap_inherited", "room_debt"}),
        ("function_rooms", {"room_debt"}),
        ("catchments", {"entrants_reassigned"}),
    ],
)
def test_a_family_that_is_off_takes_its_terms_along(family, names):
    problem = tiny_problem(
        entrants=25.0,
        enrolled=[(1, 0, PRIMARY, 1, 61.0), (2, 0, PRIMARY, 1, 61.0)],
        classes=[(0, PRIMARY, 1, 2)],
        function_rooms=[MUSIC],
        standards={"function_room_free_below": 1},
        prices={"class_year": 1e4, "over_cap_pupil_year": 1.0, "room_debt_year": 1.0},
    )
    problem = replace(problem, prices=replace(problem.prices, entrant_reassigned=1.0))
    plan = changed(problem, sends={(0, PRIMARY, 2022): 1})
    on = {one.name for one in evaluate(problem, plan).terms if one.value > 0}
    without = replace(problem, policy=replace(problem.policy, families_off=frozenset({family})))
    off = {one.name for one in evaluate(without, plan).terms if one.value > 0}
    assert on - off == names
    assert off < on


def test_a_known_presence_may_be_handed_in():
    from optimizer.presence import presence

    problem = random_county(4)
    plan = changed(problem)
    assert evaluate(problem, plan, presence(problem, plan)) == evaluate(problem, plan)


def test_posts_moves_and_pay_are_priced_where_there_are_teachers():
    problem = tiny_problem(
        years=2,
        discount_rate=0.25,
        staffing=tiny_staffing(
            rows=[(0, 0, 9, 5), (0, 1, 0, 1)],
            due=[(0, 0, 2022, 1)],
            teachers_per_class=np.array([1.0, 0.0]),
        ),
        prices={
            "post_short_year": 10.0,
            "post_surplus_year": 2.0,
            "teacher_moved": 1.0,
            "teacher_year": 7.0,
        },
    )
    moves, hires = [(0, 0, 1, 2022, 1)], [(0, 0, 2022, 2022, 1)]
    plan = posted(problem, moves=moves, hires=hires)  # two posts at either primary school
    assert term(problem, plan, "post_short").amount == 1.0
    assert term(problem, plan, "post_short").value == 10.0
    assert term(problem, plan, "post_surplus").amount == 3.0 + 2.0
    assert term(problem, plan, "post_surplus").value == 2.0 * (3.0 + 2.0 * 0.8)
    assert term(problem, plan, "teachers_moved").value == 0.8
    pay = term(problem, plan, "teacher_pay")
    assert (pay.amount, pay.kind) == (12.0, TermKind.MONEY)
    found = evaluate(problem, plan)
    assert found.fixed_terms[-1] == pay
    assert [one.name for one in (*found.terms, *found.fixed_terms)] == list(LEGEND)


def test_teachers_in_the_reserve_are_paid():
    problem = tiny_problem(
        staffing=tiny_staffing(rows=[(0, 0, 9, 5)], due=[(0, 0, 2021, 2)]),
        options=[{"committed": 2021, "after": ("primary",)}],
        prices={"teacher_year": 1.0},
    )
    plan = posted(problem, hires=[(0, 2, 2021, 2022, 2)])
    assert plan.postings.teachers[0].sum(axis=0).tolist() == [3, 5, 5]
    assert term(problem, plan, "teacher_pay").amount == 15.0


def test_staffing_that_is_off_costs_nothing():
    staffing = tiny_staffing(teachers_per_class=np.full(2, 9.0))
    problem = tiny_problem(
        staffing=staffing,
        prices={"post_short_year": 10.0, "teacher_year": 7.0},
        policy={"families_off": frozenset({"staffing"})},
    )
    plan = changed(problem)
    assert plan.postings is None
    assert [term(problem, plan, name).value for name in sorted(STAFF)] == [0.0] * 4
