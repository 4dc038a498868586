"""What the ways and the disruptions of pupils cost, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.evaluate import evaluate
from tests.support.plans import changed, pair, term
from tests.support.tiny import BOTH, tiny_problem

PRIMARY, SECONDARY = 0, 1


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


def test_pupils_without_a_pair_travel_for_nothing():
    problem = tiny_problem(
        reach=5,
        enrolled=[(1, 0, PRIMARY, 1, 20.0)],
        entrants=0.0,
        prices={"yuan_per_minute": 1.0},
    )
    assert evaluate(problem, changed(problem)).objective == 1.0  # one class


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
