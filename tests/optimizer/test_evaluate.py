"""What a plan costs, term by term, worked out by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import FunctionRoom, TermKind
from optimizer.evaluate import LEGEND, STAFF, evaluate, spending
from tests.support.plans import changed, pair, set_classes
from tests.support.random_counties import random_county
from tests.support.staff import posted, tiny_staffing
from tests.support.tiny import BOTH, tiny_problem

PRIMARY, SECONDARY = 0, 1
MUSIC = FunctionRoom("music", frozenset(BOTH), 1)
LABORATORY = FunctionRoom("laboratory", frozenset({"lower_secondary"}), 1)


def term(problem, plan, name):
    found = evaluate(problem, plan)
    return next(one for one in (*found.terms, *found.fixed_terms) if one.name == name)


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


def test_classes_cost_by_the_year():
    problem = tiny_problem(prices={"class_year": 3.0}, discount_rate=0.1)
    running = term(problem, changed(problem), "class_running")
    # two sites, two levels, two grades each: one class apiece
    assert running.amount == 24.0
    assert running.value == pytest.approx(3 * 8 * (1 + 1 / 1.1 + 1 / 1.21))


def test_bus_pupils_are_counted_every_year_wherever_they_come_from():
    bus = {(1, 0, PRIMARY): {"mode": 1}}
    problem = tiny_problem(travel=bus, prices={"bus_pupil_year": 2.0})
    ridden = term(problem, changed(problem, sends={(1, PRIMARY, 2023): 1}), "bus")
    # zone 1: 20 inherited in 2021; 20 entering in 2021 and 2022, two years each
    assert ridden.amount == 20 + 2 * 20 + 2 * 20
    assert ridden.value == 200.0


def test_travel_time_is_both_ways_every_school_day_to_the_present_site():
    problem = tiny_problem(
        zone_at=[5.0],
        entrants=10.0,
        enrolled=[(0, 0, PRIMARY, 1, 10.0), (0, 0, SECONDARY, 3, 10.0)],
        merge_arcs=[(0, 1, PRIMARY)],
        prices={"yuan_per_minute": 0.5, "school_days": 100.0},
        years=2,
    )
    plan = changed(problem, merges=[(0, 1, PRIMARY, 2022)])
    travel = term(problem, plan, "travel_time")
    primary = 20 * 5 + 20 * 15  # all of them go to the far school in 2022
    secondary = 20 * 5 + 20 * 5
    assert travel.amount == (primary + secondary) * 200
    assert travel.value == travel.amount * 0.5


def test_minutes_beyond_the_limit_are_priced_by_pupil_and_year():
    problem = tiny_problem(
        travel={(1, 0, PRIMARY): {"beyond": 4.0}}, prices={"beyond_pupil_minute": 3.0}, years=1
    )
    beyond = term(problem, changed(problem), "beyond_limit")
    assert (beyond.amount, beyond.value) == (40 * 4.0, 480.0)


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


def test_pupils_moved_by_a_merger_are_counted_once():
    problem = tiny_problem(prices={"pupil_moved": 2.0}, progression=0.5, discount_rate=1.0)
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2022), (1, 0, SECONDARY, 2022)])
    moved = term(problem, plan, "pupils_moved")
    # entered in 2021, 20 in each level, half of them left
    assert (moved.amount, moved.value) == (20.0, 20.0)


def test_going_on_from_a_teaching_point_is_not_a_disruption():
    problem = tiny_problem(
        runs=(BOTH, ("primary",), ()), point=(1, 1, 0), prices={"pupil_moved": 2.0}
    )
    assert term(problem, changed(problem), "pupils_moved").amount == 0.0


def test_entrants_sent_elsewhere_than_their_predecessors_are_counted():
    problem = tiny_problem(prices={"entrant_reassigned": 3.0}, discount_rate=0.5)
    plan = changed(problem, sends={(1, PRIMARY, 2022): 1})
    sent = term(problem, plan, "entrants_reassigned")
    # to the other school in 2022, and back in 2023
    assert sent.amount == 40.0
    assert sent.value == pytest.approx(3 * (20 / 1.5 + 20 / 2.25))


def test_the_first_year_is_compared_with_the_base_year():
    rows = [(1, 0, PRIMARY, 1, 30.0), (1, 1, PRIMARY, 1, 10.0), (1, 1, PRIMARY, 2, 99.0)]
    problem = tiny_problem(enrolled=rows, policy={"whole_zones": False})
    stay = changed(problem, sends={(1, PRIMARY, t): {0: 0.75, 1: 0.25} for t in range(2021, 2024)})
    assert term(problem, stay, "entrants_reassigned").amount == 0.0
    gather = changed(problem, sends={(1, PRIMARY, t): 0 for t in range(2021, 2024)})
    assert term(problem, gather, "entrants_reassigned").amount == 5.0


def test_entrants_whose_school_stops_are_not_reassigned():
    problem = tiny_problem()
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2021)])
    assert term(problem, plan, "entrants_reassigned").amount == 0.0


def test_a_former_school_without_an_intake_pair_counts_as_left():
    reach = {(1, 0, level): {"minutes": 10.0} for level in (PRIMARY, SECONDARY)}
    reach |= {(1, 1, level): {"intake": True, "usable_from": 1} for level in (PRIMARY, SECONDARY)}
    problem = tiny_problem(travel=reach, reach=5, years=1)
    assert term(problem, changed(problem), "entrants_reassigned").amount == 40.0


def test_a_former_school_without_any_pair_counts_as_left_while_it_runs():
    reach = {(1, 1, level): {"intake": True, "usable_from": 1} for level in (PRIMARY, SECONDARY)}
    problem = tiny_problem(travel=reach, reach=5, years=1)
    assert term(problem, changed(problem), "entrants_reassigned").amount == 40.0
    closed = changed(problem, stops=[(0, PRIMARY, 2021)])
    assert term(problem, closed, "entrants_reassigned").amount == 20.0


def test_a_year_without_entrants_breaks_the_comparison():
    entrants = np.full((3, 2, 3), 20.0)
    entrants[1, PRIMARY, 1] = 0.0
    problem = tiny_problem(entrants=entrants)
    plan = changed(problem, sends={(1, PRIMARY, 2023): 1})
    assert term(problem, plan, "entrants_reassigned").amount == 0.0


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


def test_pupils_without_a_pair_travel_for_nothing():
    problem = tiny_problem(
        reach=5,
        enrolled=[(1, 0, PRIMARY, 1, 20.0)],
        entrants=0.0,
        prices={"yuan_per_minute": 1.0},
    )
    assert evaluate(problem, changed(problem)).objective == 1.0  # one class


def test_a_known_presence_may_be_handed_in():
    from optimizer.presence import presence

    problem = random_county(4)
    plan = changed(problem)
    assert evaluate(problem, plan, presence(problem, plan)) == evaluate(problem, plan)


def test_travel_is_priced_on_the_pair_of_the_level():
    problem = tiny_problem(
        travel={(0, 1, SECONDARY): {"minutes": 50.0}},
        prices={"yuan_per_minute": 1.0, "school_days": 0.5},
        entrants=1.0,
        enrolled=[],
        years=1,
    )
    plan = changed(problem, sends={(0, SECONDARY, 2021): 1, (0, PRIMARY, 2021): 1})
    assert problem.travel.minutes[pair(problem, 0, 1, SECONDARY)] == 50.0
    assert term(problem, plan, "travel_time").amount == 50 + 20 + 10 + 10


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
