"""A run may be ended by a count: nodes of the solver's tree, or steps of the ascent."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from benchmarks.yearly_county import make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.domain import Problem, Result
from optimizer.methods.base import Answer, Limits
from optimizer.methods.by_site import method, restricted
from optimizer.methods.by_site.ascent import Ascent
from optimizer.solve import solve
from tests.support.random_counties import random_county


@pytest.fixture(scope="module")
def county() -> Problem:
    return yearly_problem(make_county(20, 4, 2, 0), whole_zones=True)


def ended(problem: Problem, name: str, nodes: int) -> Result:
    return solve(problem, name, Limits(gap=1e-6, seconds=120.0, nodes=nodes))


def test_the_whole_milp_ends_after_so_many_nodes(county: Problem) -> None:
    result = ended(county, "monolithic", 1)
    assert result.stopped_by == "nodes"
    assert 1e-6 < result.gap < 1.0


def test_by_site_ends_after_so_many_steps_with_a_plan(
    county: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    ascend = method.ascend

    def counted(*asked: Any) -> Ascent:
        state = ascend(*asked)
        taken.append(state.rounds)
        return state

    monkeypatch.setattr(method, "ascend", counted)
    result = ended(county, "by_site", 25)
    assert result.stopped_by == "nodes"
    assert result.plan is not None
    assert max(taken) == 25
    assert result.seconds["solve"] < 30.0


def test_more_steps_prove_no_less(county: Problem) -> None:
    few, more = (ended(county, "by_site", nodes) for nodes in (5, 60))
    assert few.bound < more.bound <= more.objective


def test_a_gap_reached_first_is_why_the_run_ended(county: Problem) -> None:
    result = solve(county, "by_site", Limits(gap=0.5, seconds=60.0, nodes=400))
    assert result.stopped_by == "gap"


def test_a_fixed_number_of_schools_is_planned_within_the_steps_too() -> None:
    result = ended(random_county(1, policy={"schools_open": 3}), "by_site", 10)
    assert result.stopped_by == "nodes"
    assert result.plan is not None


def test_steps_of_a_run_are_no_nodes_of_its_parts(
    county: Problem, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Limits] = []

    def note(_: Problem, limits: Limits, *__: Any, **___: Any) -> Answer:
        asked.append(limits)
        return Answer(None, -np.inf, "seconds", {})

    monkeypatch.setattr(restricted, "monolithic", note)
    restricted.widen_choice(county, None, 4, Limits(nodes=3, seconds=5.0))
    assert [(one.nodes, one.seconds) for one in asked] == [(None, 5.0)]
