"""Projects that differ in name alone."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Plan, Problem
from optimizer.evaluate import evaluate
from optimizer.formulation.build import build
from optimizer.formulation.compile import compile_model
from optimizer.formulation.extract import columns_of
from optimizer.formulation.symmetry import alike, in_order
from optimizer.methods.base import Limits, Start
from optimizer.methods.monolithic import monolithic
from tests.support.tiny import tiny_problem

BLOCK = {"site": 0, "action": "extend", "rooms": 2, "cost": 100.0}
EXACT = Limits(gap=0.0, seconds=30.0)


def crowded() -> Problem:
    """Make a school that needs two of its three equal blocks; a fourth is dearer."""
    return tiny_problem(
        zone_at=(0,),
        site_at=(0,),
        runs=(("primary",),),
        rooms=(4,),
        grades=(2, 1),
        entrants=[[[160.0, 220.0, 220.0], [0.0, 0.0, 0.0]]],
        years=3,
        options=[BLOCK, BLOCK | {"cost": 101.0}, BLOCK, BLOCK],
        policy={"actions": frozenset({"extend"}), "keep_last_lower_secondary": False},
    )


def solved(problem: Problem, start: Plan | None = None) -> Plan:
    plan = monolithic(problem, EXACT, Start(start)).plan
    assert plan is not None
    return plan


def test_options_that_differ_in_anything_but_their_id_are_not_alike() -> None:
    options = crowded().options
    assert alike(options, [0, 1, 2, 3]) == ((0, 2, 3),)
    assert alike(options, [1, 2, 3]) == ((2, 3),)
    late = options.latest.copy()
    late[3] -= 1
    assert alike(replace(options, latest=late), [0, 1, 2, 3]) == ((0, 2),)


def test_equal_projects_start_in_order_and_those_never_started_come_last() -> None:
    start = np.array([0, 2023, 2022, 2021])
    assert in_order(start, ((0, 2, 3),)).tolist() == [2021, 2023, 2022, 0]


def test_of_equal_blocks_the_first_are_built() -> None:
    start = solved(crowded()).start
    assert (start > 0).tolist() == [True, False, True, False]
    assert start[0] <= start[2]


def test_the_same_plan_under_other_names_can_be_begun_with() -> None:
    problem = crowded()
    plan = solved(problem)
    swapped = replace(plan, start=plan.start[[3, 1, 0, 2]])
    assert evaluate(problem, swapped).objective == pytest.approx(evaluate(problem, plan).objective)
    model = build(problem)
    compiled = compile_model(model)
    assert columns_of(model, compiled, swapped) == columns_of(model, compiled, plan)


def test_order_among_equals_costs_nothing() -> None:
    problem = crowded()
    told_apart = replace(
        problem,
        options=replace(
            problem.options, latest=problem.options.latest + np.arange(len(problem.options))
        ),
    )
    costs = [evaluate(one, solved(one)).objective for one in (problem, told_apart)]
    assert costs[0] == pytest.approx(costs[1])
