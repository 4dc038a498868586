"""The elastic model always has a solution, and its slack is what really lacks."""

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Problem
from optimizer.explain.model import Clock, least
from optimizer.formulation.elastic import ROW_RULES, Elastic
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem
from tests.support.varied import varied_county


def lacking(problem: Problem, *rules: str) -> dict[tuple[str, str], float]:
    found = least(problem, Elastic(frozenset(rules) or ROW_RULES), Clock.of(60.0))
    assert found is not None
    assert found.smallest
    return found.amounts


@pytest.mark.parametrize("seed", range(6))
def test_an_impossible_county_has_an_elastic_plan(seed: int) -> None:
    county = varied_county(seed)
    bare = replace(
        county,
        sites=replace(
            county.sites,
            rooms=np.zeros_like(county.sites.rooms),
            unsafe=np.ones_like(county.sites.unsafe),
            protected=np.ones_like(county.sites.protected),
        ),
        policy=replace(county.policy, unsafe_deadline=2021, schools_open=50),
        budget=np.zeros_like(county.budget),
    )
    assert lacking(bare)


def test_nothing_lacks_where_there_is_a_plan() -> None:
    assert lacking(random_county(0)) == {}


def test_money_lacks_by_year_to_the_yuan() -> None:
    project = {"site": 2, "committed": 2021, "cost": 100.0}
    found = lacking(tiny_problem(options=[project], budget=30.0), "budget")
    assert found == {("budget", "2021"): pytest.approx(70.0)}


def test_rooms_lack_by_site() -> None:
    found = lacking(tiny_problem(rooms=(3, 20, 0), reach=10.0), "rooms")
    assert found == {("rooms", "s0"): pytest.approx(1.0)}


def test_pupils_without_a_school_are_counted() -> None:
    found = lacking(tiny_problem(reach=5.0), "places")
    assert sum(found.values()) == pytest.approx(3 * 2 * 20.0)


def test_pupils_over_the_hard_limit_are_counted() -> None:
    crowded = tiny_problem(rooms=(4, 20, 0), reach=10.0, entrants=60.0, years=1)
    found = lacking(crowded, "class_size")
    assert found == {
        ("class_size", "s0/primary/2021"): pytest.approx(5.0),
        ("class_size", "s0/lower_secondary/2021"): pytest.approx(5.0),
    }
