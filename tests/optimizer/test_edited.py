"""What is left of a plan's network where the study was edited."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Plan, Problem
from optimizer.methods.base import Limits, Progress, Start
from optimizer.methods.by_site.allowed import admissible, affordable
from optimizer.methods.by_site.edited import nearest_design
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.method import by_site
from optimizer.methods.by_site.network import Design, starts
from optimizer.methods.by_site.plan import candidate_design
from tests.support.plans import changed
from tests.support.random_counties import random_county
from tests.support.tiny import FIRST_YEAR, tiny_problem

ARCS = [(1, k, level) for level in (0, 1) for k in (0, 2)]
EXTENDS = [
    {"site": 0, "action": "extend", "rooms": 4, "cost": 100.0},
    {"site": 1, "action": "extend", "rooms": 2, "cost": 30.0},
]
CLOSING = {"keep_last_lower_secondary": False}


def nearest(problem: Problem, plan: Plan) -> tuple[Frame, Design]:
    frame = make_frame(problem)
    design = nearest_design(frame, plan, frame.alternatives.fixed)
    assert design is not None
    assert admissible(frame, design)
    return frame, design


def stops(frame: Frame, design: Design, site: int) -> list[int]:
    found: list[int] = frame.alternatives.stop[design.cycle[site]].tolist()
    return found


def test_a_network_that_is_allowed_stays_as_it_is() -> None:
    problem = tiny_problem(merge_arcs=ARCS, options=EXTENDS, policy=CLOSING)
    merges = [(1, 0, level, FIRST_YEAR + 1) for level in (0, 1)]
    plan = changed(problem, merges=merges, start={0: FIRST_YEAR})
    frame, design = nearest(problem, plan)
    same = candidate_design(frame, plan)
    assert same is not None
    assert design.cycle.tolist() == same.cycle.tolist()
    assert design.extended == same.extended
    assert design.target.tolist() == same.target.tolist()


def test_a_school_locked_open_runs_on_and_the_rest_stays() -> None:
    problem = tiny_problem(merge_arcs=ARCS, options=EXTENDS, policy=CLOSING)
    merges = [(1, 0, level, FIRST_YEAR + 1) for level in (0, 1)]
    plan = changed(problem, merges=merges, start={0: FIRST_YEAR})
    protected = np.array([False, True, False])
    locked = replace(problem, sites=replace(problem.sites, protected=protected))
    frame, design = nearest(locked, plan)
    assert stops(frame, design, 1) == [3, 3]
    assert starts(frame, design) == {0: 0}


def test_pupils_whose_receiver_is_forbidden_are_led_elsewhere() -> None:
    opening = {"site": 2, "action": "open", "rooms": 20, "lead": 0}
    problem = tiny_problem(merge_arcs=ARCS, options=[opening], policy=CLOSING)
    merges = [(1, 2, level, FIRST_YEAR + 1) for level in (0, 1)]
    opens = [(2, level, FIRST_YEAR) for level in (0, 1)]
    plan = changed(problem, start={0: FIRST_YEAR}, opens=opens, merges=merges)
    assert candidate_design(make_frame(problem), plan) is not None
    options = problem.options
    forbidden = replace(problem, options=replace(options, latest=options.earliest - 1))
    frame, design = nearest(forbidden, plan)
    assert starts(frame, design) == {}
    assert stops(frame, design, 1) == [1, 1]
    assert design.target[1].tolist() == [0, 0]


def test_a_budget_cut_takes_the_dearest_project_first() -> None:
    problem = tiny_problem(options=EXTENDS)
    plan = changed(problem, start={0: FIRST_YEAR, 1: FIRST_YEAR})
    frame, design = nearest(replace(problem, budget=np.full(3, 50.0)), plan)
    assert starts(frame, design) == {1: 0}
    spend = frame.extensions.spend[sorted(design.extended)].sum(axis=0)
    assert affordable(frame, spend)


def test_a_project_that_one_year_cannot_pay_comes_in_the_next_that_can() -> None:
    problem = tiny_problem(options=EXTENDS)
    plan = changed(problem, start={0: FIRST_YEAR, 1: FIRST_YEAR})
    frame, design = nearest(replace(problem, budget=np.array([50.0, 120.0, 120.0])), plan)
    assert starts(frame, design) == {0: 1, 1: 0}


@pytest.mark.parametrize("seed", range(3))
def test_a_plan_that_keeps_the_rules_is_the_first_that_is_told(seed: int) -> None:
    problem = random_county(seed)
    first = by_site(problem, Limits(gap=1e-6, seconds=3.0), None, None)
    assert first.plan is not None
    told = list[Progress]()
    by_site(problem, Limits(gap=1e-6, seconds=3.0), Start(first.plan), told.append)
    plans = [line for line in told if line.phase == "plan"]
    assert plans[0].plan is first.plan
