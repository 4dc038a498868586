"""What moves of teachers cost at least: by hand, against a solver, and against real postings."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp

from optimizer.check import check
from optimizer.domain import Plan, Problem
from optimizer.evaluate import evaluate
from optimizer.methods.staffing import plan_staff
from optimizer.staff_bound import fewest_moves, moves_bound
from tests.support.plans import changed
from tests.support.staff import posted, random_staff, tiny_staffing
from tests.support.tiny import FIRST_YEAR, tiny_problem

PRIMARY = ("primary",)


def town(years: int = 4, rate: float = 0.0, policy: object = None, **fields: object) -> Problem:
    """Ten teachers of ten years at one of two schools; three in ten move, for 3 yuan each."""
    given = {"rows": [(0, 0, 10, 10)], "rotation_share": 0.3, "term_years": 3}
    return tiny_problem(
        years=years,
        site_at=(0, 20, 10),
        zone_at=(0, 20),
        runs=(PRIMARY, PRIMARY, ()),
        staffing=tiny_staffing(**(given | fields)),
        prices={"teacher_moved": 3.0},
        discount_rate=rate,
        **({"policy": policy} if policy else {}),
    )


def fewest(problem: Problem) -> list[int]:
    assert problem.staffing is not None
    return [int(number) for number in fewest_moves(problem, problem.staffing)]


def moved(problem: Problem, plan: Plan) -> float:
    """Price of the moves of a plan that keeps every rule about teachers."""
    broken = [one for one in check(problem, plan) if one.rule.startswith(("staff", "rota"))]
    assert broken == []
    return next(one.value for one in evaluate(problem, plan).terms if one.name == "teachers_moved")


def test_those_who_moved_count_again_when_their_term_is_over() -> None:
    problem = town()
    # 3 of 10, of 7, of the 4 left after 6; then the first three are back, and 5 are away
    assert fewest(problem) == [3, 3, 2, 2]
    assert moves_bound(problem) == 3.0 * 10


def test_a_term_of_a_year_keeps_nobody_from_moving_each_year() -> None:
    assert fewest(town(term_years=1)) == [3, 3, 3, 3]


def test_who_has_not_served_long_enough_counts_from_the_year_in_which_they_have() -> None:
    rows = [(0, 0, 10, 10), (0, 1, 3, 10)]
    assert fewest(town(rows=rows, eligible_after_years=6, term_years=1)) == [3, 3, 6, 6]


def test_who_is_due_does_not_count_but_their_successors_do_after_a_term() -> None:
    due = [(0, 0, FIRST_YEAR, 5)]
    assert fewest(town(due=due, term_years=1)) == [2, 2, 3, 3]


def test_a_whole_number_within_the_tolerance_of_the_rule_is_not_rounded_up() -> None:
    assert fewest(town(years=1, rotation_share=0.3 + 5e-8)) == [3]
    assert fewest(town(years=1, rotation_share=0.3 + 5e-7)) == [4]


def test_later_moves_are_discounted() -> None:
    assert moves_bound(town(years=2, rate=0.25)) == pytest.approx(3.0 * (3 + 3 / 1.25))


def test_where_later_years_weigh_more_the_bound_takes_the_least_weight_so_far() -> None:
    assert moves_bound(town(years=2, rate=-0.2)) == pytest.approx(3.0 * 6)


@pytest.mark.parametrize(
    "problem",
    [
        town(rotation_share=0.0),
        town(policy={"families_off": frozenset({"staffing"})}),
        replace(town(), staffing=None),
    ],
)
def test_where_nothing_is_asked_for_the_bound_is_zero(problem: Problem) -> None:
    assert moves_bound(problem) == 0.0


def test_a_school_that_closes_moves_its_teachers_as_cheaply_as_the_bound_says() -> None:
    problem = town(years=2, rotation_share=1.0, term_years=2)
    plan = changed(problem, merges=[(0, 1, 0, FIRST_YEAR)])
    forced = posted(problem, plan, moves=[(0, 0, 1, FIRST_YEAR, 10)])
    assert fewest(problem) == [10, 0]
    assert moved(problem, forced) == moves_bound(problem) == 3.0 * 10


def test_moves_ahead_of_their_time_spare_later_ones_as_the_bound_says() -> None:
    problem = town(years=3, rotation_share=0.5, term_years=3)
    moves = [(0, 0, 1, FIRST_YEAR, 5), (0, 0, 1, FIRST_YEAR + 1, 3), (0, 0, 1, FIRST_YEAR + 2, 1)]
    assert fewest(problem) == [5, 3, 1]
    assert moved(problem, posted(problem, moves=moves)) == moves_bound(problem)
    spared = posted(problem, moves=[moves[0], (0, 0, 1, FIRST_YEAR + 1, 5)])
    assert moved(problem, spared) == 3.0 * 10 > moves_bound(problem)


@pytest.mark.parametrize("seed", range(12))
def test_no_moves_that_keep_the_row_are_cheaper(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rows = [(0, site, int(years), int(rng.integers(1, 40))) for site in (0, 1) for years in (9, 3)]
    problem = town(
        years=7,
        rate=0.04,
        rows=rows,
        rotation_share=float(rng.choice([0.07, 0.1, 0.35, 0.8, 1.0])),
        term_years=int(rng.integers(1, 9)),
        eligible_after_years=6,
    )
    assert problem.staffing is not None
    share, term = problem.staffing.rotation_share, problem.staffing.term_years
    able = np.full(7, sum(row[3] for row in rows if row[2] == 9))
    able[2:] += sum(row[3] for row in rows if row[2] == 3)
    back = np.subtract.outer(np.arange(7), np.arange(7))
    rule = np.eye(7) + share * ((back > 0) & (back < term))
    best = milp(
        problem.horizon.discount,
        constraints=LinearConstraint(rule, lb=share * able - 1e-6),
        integrality=np.ones(7),
        bounds=Bounds(0, np.inf),
        options={"mip_rel_gap": 0.0},
    )
    assert moves_bound(problem) == pytest.approx(3.0 * best.fun)


@pytest.mark.parametrize("seed", [1, 4])
def test_the_best_postings_of_all_years_cost_no_less(seed: int) -> None:
    share = (0.1, 0.4)[seed % 2]
    problem, plan = random_staff(seed, years=3, rotation_share=share)
    free = {"post_short_year": 0.0, "post_surplus_year": 0.0}
    problem = replace(problem, prices=replace(problem.prices, **free))
    best = moved(problem, replace(plan, postings=plan_staff(problem, plan, years_at_once=3)))
    assert 0.0 < moves_bound(problem) <= best
    assert moves_bound(problem) >= 0.5 * best


@pytest.mark.parametrize("seed", range(20, 32))
def test_no_postings_undercut_the_bound_year_by_year(seed: int) -> None:
    share = (0.05, 0.2, 0.7)[seed % 3]
    problem, plan = random_staff(seed, rotation_share=share, core_share=0.0)
    assert moves_bound(problem) > 0.0
    assert moves_bound(problem) <= moved(problem, replace(plan, postings=plan_staff(problem, plan)))
