"""Prices of one problem's bound, brought over to another."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Demand, Problem
from optimizer.methods.base import Limits, Prices, Start, prices_of
from optimizer.methods.by_site.ascent import Ascent, ascend, begin, first_multipliers
from optimizer.methods.by_site.carried import carried
from optimizer.methods.by_site.certify import certificate
from optimizer.methods.by_site.frame import make_frame
from optimizer.methods.by_site.method import by_site
from optimizer.methods.monolithic import monolithic
from tests.support.random_counties import random_county


def priced(problem: Problem) -> tuple[Ascent, Prices]:
    """Return the ascent of a problem's bound and its prices."""
    frame = make_frame(problem)
    state = begin(frame)
    state = ascend(frame, state, 1.5 * state.value, 60, time.perf_counter() + 30.0)
    return state, prices_of(problem, certificate(state))


def larger(problem: Problem, factor: float) -> Problem:
    demand: Demand = problem.demand
    return replace(problem, demand=replace(demand, entrants=factor * demand.entrants))


def test_prices_brought_back_prove_the_same_bound() -> None:
    problem = random_county(2)
    state, prices = priced(problem)
    frame = make_frame(problem)
    assert begin(frame, carried(frame, prices)).value == pytest.approx(state.value)


def test_a_cohort_of_twice_the_size_is_worth_twice_as_much() -> None:
    problem = random_county(2)
    state, prices = priced(problem)
    found = carried(make_frame(larger(problem, 2.0)), prices)
    there = problem.demand.entrants > 1e-4
    assert found.zone[there] == pytest.approx(2.0 * state.best.zone[there])
    assert found.rooms == pytest.approx(state.best.rooms)


def test_what_the_earlier_problem_did_not_have_begins_with_first_prices() -> None:
    problem = random_county(2)
    state, prices = priced(problem)
    frame = make_frame(problem)
    first = first_multipliers(frame)
    renamed = ("elsewhere", *prices.zones[1:])
    found = carried(frame, replace(prices, zones=renamed))
    assert found.zone[0] == pytest.approx(first.zone[0])
    assert found.zone[1:] == pytest.approx(
        np.where(problem.demand.entrants > 1e-4, state.best.zone, first.zone)[1:]
    )


def test_prices_go_to_the_same_calendar_year() -> None:
    problem = random_county(2)
    _, prices = priced(problem)
    rooms = np.arange(float(len(problem.sites) * 3)).reshape(-1, 3, 1)
    earlier = replace(
        prices,
        multipliers={**prices.multipliers, "rooms": rooms},
        years=tuple(year - 1 for year in prices.years),
    )
    found = carried(make_frame(problem), earlier).rooms
    assert found[:, :2] == pytest.approx(rooms[:, 1:, 0])
    assert found[:, 2] == pytest.approx(0.0)


@pytest.mark.parametrize("seed", range(4))
def test_with_prices_of_another_future_the_bound_is_still_below_the_optimum(seed: int) -> None:
    problem = random_county(seed)
    _, prices = priced(larger(problem, 1.3))
    answer = by_site(problem, Limits(gap=1e-6, seconds=5.0), Start(prices=prices), None)
    proven = monolithic(problem, Limits(gap=1e-7, seconds=60.0), None, None)
    assert answer.plan is not None
    assert answer.bound <= proven.bound * (1.0 + 1e-7)


def test_prices_of_the_wrong_sign_are_no_prices() -> None:
    problem = random_county(2)
    _, prices = priced(problem)
    frame = make_frame(problem)
    found = carried(frame, prices)
    state = begin(frame, found._replace(rooms=found.rooms - 1e9))
    assert np.all(state.best.rooms == 0.0)
