"""Postings for a fixed network, on instances whose answer is known by hand or by enumeration."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from optimizer.check import RULES, check
from optimizer.check.case import Case
from optimizer.domain import Plan, Problem
from optimizer.evaluate import evaluate
from optimizer.methods.staffing import StaffingError, plan_staff
from optimizer.presence import presence
from tests.support.plans import changed
from tests.support.staff import STAFF_PRICES, posted, random_staff, tiny_staffing
from tests.support.tiny import tiny_problem

PRIMARY = ("primary",)
STAFF_RULES = [rule for rule in RULES if rule.__module__ == "optimizer.check.staffing"]
ARTS = {"lessons": [[0.0, 0.5], [0.0, 0.5]], "subjects": 2}
"""A class needs half a teacher of the second subject and none of the first."""


def two_schools(years: int = 1, **fields: object) -> Problem:
    """Two primary schools of one class in each of two grades: in town, and in a village."""
    defaults = {
        "years": years,
        "zone_at": (0, 20),
        "site_at": (0, 20, 10),
        "runs": (PRIMARY, PRIMARY, ()),
        "entrants": [[[20.0], [0.0]]],
        "prices": STAFF_PRICES,
    }
    return tiny_problem(**(defaults | fields))


def staffed(problem: Problem, plan: Plan | None = None, years_at_once: int = 1) -> Plan:
    """Plan with postings that keep every rule about teachers."""
    plan = changed(problem) if plan is None else plan
    done = replace(plan, postings=plan_staff(problem, plan, years_at_once))
    assert [one for one in check(problem, done) if one.rule.startswith(("staff", "rota"))] == []
    return done


def price(problem: Problem, plan: Plan) -> float:
    return sum(
        one.value
        for one in evaluate(problem, plan).terms
        if one.name.startswith(("post_", "teachers_"))
    )


def test_an_arts_teacher_goes_from_the_town_that_has_two_to_the_village_that_has_none():
    staffing = tiny_staffing(
        pools=[(0, 0, False), (0, 1, False)], rows=[(0, 0, 9, 2), (1, 0, 9, 2)], **ARTS
    )
    problem = two_schools(staffing=staffing)
    plan = staffed(problem)
    assert plan.postings.moves.tolist() == [[1, 0, 1, 2021, 1]]
    assert price(problem, plan) == 3.0 + 20.0 * 2  # one move; two who teach what nobody needs


def test_hires_that_nobody_lacks_are_spread_over_schools_and_subjects():
    staffing = tiny_staffing(
        pools=[(0, 0, False), (0, 1, False)],
        rows=[(0, 0, 1, 5), (1, 0, 1, 1), (0, 1, 1, 1), (1, 1, 1, 1)],
        due=[(0, 0, 2021, 4)],
        lessons=[[0.25, 0.25], [0.25, 0.25]],
        subjects=2,
    )
    plan = staffed(two_schools(staffing=staffing, entrants=[[[20.0], [20.0]]]))
    # after four of one subject have left one school, one of each subject stands at both
    assert plan.postings.teachers[:, :2, 0].tolist() == [[2, 2], [2, 2]]


def test_nobody_moves_for_less_than_a_move_is_worth():
    staffing = tiny_staffing(pools=[(0, 1, False)], rows=[(0, 0, 9, 2)], **ARTS)
    problem = two_schools(staffing=staffing, prices={"post_short_year": 1.0, "teacher_moved": 3.0})
    assert staffed(problem).postings.moves.tolist() == []


def test_who_came_stays_for_the_term():
    staffing = tiny_staffing(
        rows=[(0, 0, 9, 2)], rotation_share=0.5, term_years=2, eligible_after_years=9
    )
    problem = two_schools(years=4, staffing=staffing)
    moves = staffed(problem).postings.moves
    # half of two, half of the one left, nobody left, then half of the first arrival
    assert moves[:, 3:].tolist() == [[2021, 1], [2022, 1], [2023, 1], [2024, 1]]
    assert moves[:, 1].tolist() == [0, 0, 1, 1]


def test_key_teachers_are_among_those_who_move():
    staffing = tiny_staffing(
        pools=[(0, 0, False), (0, 0, True)],
        rows=[(0, 0, 9, 9), (1, 1, 9, 1)],
        rotation_share=0.3,
        key_share=0.2,
    )
    moves = staffed(two_schools(staffing=staffing)).postings.moves
    assert moves[moves[:, 0] == 1].tolist() == [[1, 1, 0, 2021, 1]]
    assert moves[:, 4].sum() == 3


def test_key_teachers_who_are_not_there_need_not_move():
    staffing = tiny_staffing(
        pools=[(0, 0, False), (0, 0, True)],
        rows=[(0, 0, 9, 9), (1, 1, 0, 1)],
        rotation_share=0.3,
        key_share=1.0,
    )
    assert staffed(two_schools(staffing=staffing)).postings.moves[:, 0].tolist() == [0]


def test_town_and_country_exchange_as_many_as_asked_for():
    staffing = tiny_staffing(rows=[(0, 0, 9, 3), (0, 1, 9, 3)], to_country=2, to_town=1)
    moves = staffed(two_schools(staffing=staffing)).postings.moves
    assert moves.tolist() == [[0, 0, 1, 2021, 2], [0, 1, 0, 2021, 1]]


def test_a_new_school_is_staffed_by_the_reserve_of_the_year_before():
    staffing = tiny_staffing(
        rows=[(0, 0, 1, 3)], due=[(0, 0, 2021, 2)], teachers_per_class=np.array([1.0, 0.0])
    )
    problem = two_schools(years=2, zone_at=(0,), runs=(PRIMARY, (), ()), staffing=staffing)
    plan = changed(problem, opens=[(2, 0, 2022)], sends={(0, 0, 2022): 2})
    done = staffed(problem, plan)
    # two posts in the old school in either year, one in the new
    assert done.postings.hires.tolist() == [[0, 0, 2021, 2021, 1], [0, 2, 2021, 2022, 1]]
    assert done.postings.teachers[0].tolist() == [[2, 2], [0, 0], [0, 1]]


def test_when_a_school_merges_its_teachers_go_where_they_are_needed_and_the_due_with_the_pupils():
    staffing = tiny_staffing(
        rows=[(0, 1, 0, 3), (0, 0, 0, 2)],
        due=[(0, 1, 2022, 1)],
        teachers_per_class=np.array([2.0, 0.0]),
    )
    problem = two_schools(
        years=2, runs=(PRIMARY, PRIMARY, PRIMARY), merge_arcs=[(1, 2, 0)], staffing=staffing
    )
    plan = changed(problem, merges=[(1, 2, 0, 2021)])
    done = staffed(problem, plan)
    assert done.postings.teachers[0, 1].tolist() == [0, 0]
    assert done.postings.teachers[0, 2, 0] >= 1  # who is due is with the pupils
    assert done.postings.moves[:, [0, 1, 3]].tolist() == [[0, 1, 2021]] * len(done.postings.moves)
    assert done.postings.moves[:, 4].sum() == 2
    assert done.postings.hires[:, 2].tolist() == [2022]


@pytest.mark.parametrize(
    ("fields", "year", "rule"),
    [
        ({"core_share": 1.0, "rotation_share": 0.1}, 2021, "rotation.core"),
        ({"core_share": 1.0, "rotation_share": 0.1}, 2021, "rotation.share"),
        ({"core_share": 0.9, "to_country": 2}, 2021, "rotation.country"),
        (
            {"pools": [(0, 0, True)], "due": [(0, 0, 2022, 1)], "eligible_after_years": 99},
            2022,
            "staffing.total",
        ),
    ],
)
def test_rules_that_cannot_all_hold_are_named_with_their_year(fields, year, rule):
    given = {"pools": [(0, 0, False)], "rows": [(0, 0, 9, 5)], **fields}
    problem = two_schools(years=2, staffing=tiny_staffing(**given))
    with pytest.raises(StaffingError) as error:
        plan_staff(problem, changed(problem))
    assert error.value.year == year
    assert any(rule in named for named in error.value.rules)


def test_a_problem_without_teachers_is_refused():
    problem = two_schools()
    with pytest.raises(ValueError, match="no teachers"):
        plan_staff(problem, changed(problem))


@pytest.mark.parametrize("seed", range(5))
def test_postings_keep_every_rule_in_counties_drawn_by_lot(seed):
    problem, plan = random_staff(seed)
    assert staffed(problem, plan).postings.teachers.sum() > 0


@pytest.mark.parametrize("seed", [14])
def test_all_years_at_once_are_no_worse_than_year_by_year(seed):
    problem, plan = random_staff(seed)
    yearly, whole = staffed(problem, plan), staffed(problem, plan, years_at_once=4)
    assert price(problem, whole) <= price(problem, yearly) * (1 + 1e-3)
    assert price(problem, yearly) <= price(problem, whole) * 1.02


def test_the_same_problem_has_the_same_postings():
    problem, plan = random_staff(0, years=2)
    assert plan_staff(problem, plan) == plan_staff(problem, plan)


@pytest.mark.parametrize("seed", range(2))
def test_one_year_costs_what_the_best_of_all_postings_does(seed):
    rng = np.random.default_rng(seed)
    staffing = tiny_staffing(
        pools=[(0, 0, False), (0, 1, False)],
        rows=[
            (p, s, int(rng.integers(4, 8)), int(rng.integers(1, 3))) for p in (0, 1) for s in (0, 1)
        ],
        due=[(int(rng.integers(0, 2)), int(rng.integers(0, 2)), 2021, 1)],
        subjects=2,
        lessons=rng.uniform(0, 1.5, (2, 2)).round(2),
        rotation_share=float(rng.choice([0.0, 0.4])),
        to_town=int(rng.integers(0, 2)),
    )
    problem = two_schools(staffing=staffing)
    plan = changed(problem)
    best = min(price(problem, one) for one in every_posting(problem, plan))
    assert price(problem, staffed(problem, plan)) == pytest.approx(best, rel=2e-3)


def every_posting(problem: Problem, plan: Plan) -> list[Plan]:
    """All postings of one year that keep the rules: two pools, two schools, one hire."""
    ends = [(p, a, 1 - a) for p in (0, 1) for a in (0, 1)]
    present = presence(problem, plan)
    kept = []
    for numbers in product(range(3), repeat=len(ends)):
        moves = [(*end, 2021, n) for end, n in zip(ends, numbers, strict=True) if n]
        for pool, site in product((0, 1), repeat=2):
            one = posted(problem, plan, moves=moves, hires=[(pool, site, 2021, 2021, 1)])
            if one.postings.teachers.min() >= 0:
                case = Case(problem, one, present)
                if not any(list(rule(case)) for rule in STAFF_RULES):
                    kept.append(one)
    return kept
