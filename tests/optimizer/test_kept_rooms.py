"""Where every cohort stays for one year, sites keep count of their rooms by themselves."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from optimizer.domain import Problem
from optimizer.methods.by_site.ascent import ascend, begin, first_multipliers
from optimizer.methods.by_site.certify import certificate
from optimizer.methods.by_site.frame import Frame, Multipliers, make_frame
from optimizer.methods.by_site.keeping import choose_rooms, debt_of_classes
from optimizer.methods.by_site.relaxation import relax
from optimizer.methods.by_site.room_gains import extension_gains, room_prices
from scenarios.verify import verify
from tests.support.brute_force import brute_force
from tests.support.certified import written
from tests.support.one_school import PAID, extension, one_school
from tests.support.options import BOTH, FIRST_YEAR
from tests.support.varied import varied_county


def paid(frame: Frame) -> Multipliers:
    """Pay 1000 yuan for each cohort."""
    there = frame.problem.demand.entrants > 0
    return first_multipliers(frame)._replace(zone=np.where(there, PAID, 0.0))


def priced(problem: Problem) -> Frame:
    """Return a frame in which rooms are priced, as where cohorts stay for several years."""
    frame = make_frame(problem)
    frame.__dict__["kept_rooms"] = None
    return frame


def one_grade(seed: int, **size: int) -> Problem:
    return varied_county(seed, **{"zones": 3, "sites": 3, "years": 3, **size}, grades=(1, 1))


def drawn(frame: Frame, rng: np.random.Generator) -> Multipliers:
    """Draw multipliers around the first ones."""
    first = first_multipliers(frame)
    return first._replace(
        zone=first.zone * rng.uniform(0.5, 2.5, first.zone.shape),
        rooms=rng.uniform(0.0, 2e5, first.rooms.shape),
    )


def test_a_school_takes_no_more_classes_than_it_has_rooms_for() -> None:
    # A pupil brings 10: a class of 45 is worth 450 and costs 100.
    frame = make_frame(one_school())
    assert relax(frame, paid(frame)).value == pytest.approx(PAID - 350.0)
    assert room_prices(frame, paid(frame)).tolist() == [[350.0]]


def test_a_room_is_built_where_its_class_is_worth_it() -> None:
    problem = one_school(options=[extension(1, 50.0)])
    frame = make_frame(problem)
    found = relax(frame, paid(frame))
    assert found.value == pytest.approx(PAID - 700.0 + 50.0)
    assert (found.extended.tolist(), found.share.tolist()) == ([True], [[0.9], [0.0]])
    assert extension_gains(frame, paid(frame), found.chosen).tolist() == [-300.0]


def test_a_block_of_rooms_is_built_or_not() -> None:
    # 350 more for the second class, and the third with ten pupils brings nothing: not 400 for both.
    frame = make_frame(one_school(options=[extension(2, 400.0)]))
    assert relax(frame, paid(frame)).value == pytest.approx(PAID - 350.0)


def test_two_levels_share_the_rooms_of_a_school() -> None:
    # Two rooms: 45 of the 100 pupils of one level, then 40 of the other, who bring 25 each.
    entrants = np.array([[[100.0], [40.0]]])
    frame = make_frame(one_school(entrants=entrants, runs=(BOTH,), rooms=[2]))
    assert relax(frame, paid(frame)).value == pytest.approx(2 * PAID - 350.0 - 900.0)


def test_pupils_who_bring_more_than_crowding_costs_fill_a_class_to_the_hard_limit() -> None:
    crowded = one_school(
        level={"hard": 50.0, "cap": 45.0},
        prices={"class_year": 100.0, "life_years": 1.0, "over_cap_pupil_year": 8.0},
    )
    frame = make_frame(crowded)
    assert relax(frame, paid(frame)).value == pytest.approx(PAID - 500.0 + 100.0 + 5 * 8.0)


def test_many_blocks_are_chosen_together() -> None:
    # Five options for one and two rooms: two rooms more are wanted, at the least cost, 30.
    costs = [(1, 40.0), (1, 45.0), (2, 80.0), (2, 30.0), (2, 90.0)]
    problem = one_school(options=[extension(rooms, cost) for rooms, cost in costs])
    problem = replace(problem, prices=replace(problem.prices, class_year=10.0))
    frame = make_frame(problem)
    found = relax(frame, paid(frame))
    assert found.value == pytest.approx(PAID - 1000.0 + 3 * 10.0 + 30.0)
    assert np.flatnonzero(found.extended).tolist() == [3]


def test_rooms_are_priced_where_cohorts_stay_or_too_many_projects_may_start_in_several_years() -> (
    None
):
    several = [extension(1, 50.0, latest=FIRST_YEAR + 1) for _ in range(5)]
    entrants = np.full((1, 2, 2), 100.0)
    some = one_school(years=2, entrants=entrants, options=several[:4])
    assert make_frame(some).kept_rooms is not None
    assert make_frame(one_school(years=2, entrants=entrants, options=several)).kept_rooms is None
    assert make_frame(one_school(grades=(2, 1))).kept_rooms is None
    seated = replace(some.policy, families_off=frozenset({"class_size"}))
    assert make_frame(replace(some, policy=seated)).kept_rooms is None


@pytest.mark.parametrize("seed", range(6))
def test_no_price_of_rooms_proves_more_than_keeping_them(seed: int) -> None:
    problem, rng = one_grade(seed), np.random.default_rng(seed)
    frame, other = make_frame(problem), priced(problem)
    assert frame.kept_rooms is not None
    for _ in range(5):
        multipliers = drawn(frame, rng)
        least = relax(other, multipliers).value
        assert relax(frame, multipliers).value >= least - 1e-9 * abs(least)


@pytest.mark.parametrize("seed", range(6))
def test_its_gradient_bounds_the_value_everywhere(seed: int) -> None:
    problem, rng = one_grade(seed), np.random.default_rng(seed)
    frame = make_frame(problem)
    drafts = [drawn(frame, rng)._replace(rooms=np.zeros((3, 3))) for _ in range(6)]
    values = [relax(frame, multipliers) for multipliers in drafts]
    for (at, one), (to, other) in itertools.permutations(zip(drafts, values, strict=True), 2):
        slope = sum(
            float((g * (b - a)).sum()) for g, a, b in zip(one.gradient, at, to, strict=True)
        )
        assert other.value <= one.value + slope + 1e-6 * abs(one.value)


@pytest.mark.parametrize("seed", range(8))
def test_the_bound_holds_and_the_second_judge_derives_it(tmp_path: Any, seed: int) -> None:
    problem = one_grade(seed, zones=2, years=2)
    best = brute_force(problem, most=20_000).objective
    frame = make_frame(problem)
    state = ascend(frame, begin(frame), best, 100, np.inf)
    assert state.value <= best + 1e-6 * abs(best)
    verdict = verify(written(tmp_path, problem, certificate(state), state.value), bound=True)
    assert not verdict.faults
    assert verdict.bound == pytest.approx(state.value, rel=1e-9)


@pytest.mark.parametrize("seed", range(4))
def test_rooms_for_given_classes_come_at_the_least_cost(seed: int) -> None:
    rng = np.random.default_rng(seed)
    rooms, costs = rng.integers(1, 4, 6), rng.integers(10, 90, 6).astype(float)
    years = [0, 0, 0, 1, 1, 1]
    options = [
        extension(int(n), float(cost), year)
        for n, cost, year in zip(rooms, costs, years, strict=True)
    ]
    frame = make_frame(one_school(years=2, entrants=np.full((1, 2, 2), 9.0), options=options))
    kept, classes = frame.kept_rooms, 1 + np.sort(rng.integers(0, 6, (1, 2)))
    assert kept is not None
    chosen = np.zeros(1, dtype=np.int64)
    debt = debt_of_classes(frame, kept, classes)
    choice = choose_rooms(frame, kept, chosen, debt, frame.extensions.fixed)
    sets = itertools.product((False, True), repeat=6)
    least = min(
        float(costs[list(built)].sum())
        for built in sets
        if rooms[:3] @ built[:3] >= classes[0, 0] - 1 and rooms @ built >= classes[0, 1] - 1
    )
    assert choice.cost[0] == pytest.approx(least)
    assert frame.extensions.fixed[choice.rows].sum() == pytest.approx(least)
