"""A cohort divided anew between two schools: the division is the best, the price exact."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest

from optimizer.methods.by_site.exchange import cheapest_loads, exchange_all
from optimizer.methods.by_site.frame import make_frame
from optimizer.methods.by_site.network import bare_design, build_network, make_ground
from optimizer.methods.by_site.search import place_missing, rebuild, sweep, total_cost
from optimizer.methods.by_site.searcher import Searcher
from optimizer.methods.by_site.site_costs import Network
from optimizer.methods.by_site.squeeze import squeeze_all
from tests.support.random_counties import random_county
from tests.support.tiny import BOTH, tiny_problem

UNIT = 0.5


@pytest.mark.parametrize("seed", range(5))
def test_no_choice_of_zones_with_the_same_load_is_cheaper(seed: int) -> None:
    random = np.random.default_rng(seed)
    size, cost = random.integers(1, 9, 8) * UNIT, random.normal(size=8)
    bins = int(size.sum() / UNIT) + 2
    came = np.empty((8, bins), dtype=np.int16)
    best, load = cheapest_loads(size, cost, UNIT, bins, came)
    expected = np.full(bins, np.inf)
    for chosen in itertools.product((False, True), repeat=8):
        into = int(size[list(chosen)].sum() / UNIT)
        expected[into] = min(expected[into], cost[list(chosen)].sum())
    np.testing.assert_allclose(best, expected)
    reached = np.isfinite(best)
    np.testing.assert_allclose(load[reached], np.arange(bins)[reached] * UNIT)


def test_the_way_back_through_the_loads_names_the_zones_of_a_load() -> None:
    size, cost = np.array([2.0, 3.0, 4.0]), np.array([-1.0, 5.0, -2.0])
    came = np.empty((3, 20), dtype=np.int16)
    cheapest_loads(size, cost, UNIT, 20, came)
    at, taken = int(6.0 / UNIT), []
    for item in (2, 1, 0):
        if came[item, at] >= 0:
            taken.append(item)
            at = came[item, at]
    assert taken == [2, 0]


def placed_county(seed: int, **changes: Any) -> tuple[Searcher, Network]:
    """Return a made county on today's network, its zones placed one after another."""
    frame = make_frame(random_county(seed, zones=12, sites=4, years=4, point=False, **changes))
    ground = make_ground(frame)
    searcher = Searcher(frame, ground)
    network = build_network(frame, ground, bare_design(frame)).network
    state, scratch = searcher.scratch
    rebuild(state.site.copy(), ground, network, state, scratch)
    place_missing(ground, network, state, scratch, np.zeros(4, dtype=np.int64))
    return searcher, network


def exchanged(searcher: Searcher, network: Network) -> float:
    state, scratch = searcher.scratch
    return exchange_all(searcher.pairs, searcher.unseen(), searcher.ground, network, state, scratch)


@pytest.mark.parametrize("seed", range(6))
def test_what_exchanges_gain_is_what_the_county_costs_less(seed: int) -> None:
    searcher, network = placed_county(seed)
    ground, (state, scratch) = searcher.ground, searcher.scratch
    squeeze_all(state.class_price.copy(), ground, network, state, scratch)
    before = total_cost(ground, network, state)
    gain = exchanged(searcher, network)
    assert gain >= 0.0
    assert before - total_cost(ground, network, state) == pytest.approx(gain, abs=1.0)
    # priced anew from the zones alone, the state is what the exchanges left
    left = total_cost(ground, network, state)
    rebuild(state.site.copy(), ground, network, state, scratch)
    assert total_cost(ground, network, state) == pytest.approx(left, abs=1.0)


def test_some_exchange_pays_where_places_were_filled_one_zone_after_another() -> None:
    assert max(exchanged(*placed_county(seed)) for seed in range(6)) > 0.0


def test_where_seats_rule_zones_change_places_until_all_are_seated() -> None:
    # 10 and 15 pupils at the first school, 20 and 15 at the second, 30 seats each: no zone alone
    # can move without more pupils left standing
    entrants = np.zeros((4, 2, 1))
    entrants[:, 0, 0] = [10.0, 15.0, 20.0, 15.0]
    problem = tiny_problem(
        zone_at=[0.0] * 4,
        site_at=[1.0, 2.0],
        runs=(BOTH, BOTH),
        years=1,
        entrants=entrants,
        enrolled=[],
        sites={"seats": [30.0, 30.0]},
        policy={"families_off": frozenset({"class_size"})},
    )
    frame = make_frame(problem)
    ground = make_ground(frame)
    searcher = Searcher(frame, ground)
    network = build_network(frame, ground, bare_design(frame)).network
    state, scratch = searcher.scratch
    site = np.full((4, 2, 1), -1, dtype=np.int64)
    site[:, 0, 0] = [0, 0, 1, 1]
    rebuild(site, ground, network, state, scratch)
    assert sweep(np.arange(4), 6, True, ground, network, state, scratch, np.zeros(1, int)) == 0.0
    assert exchanged(searcher, network) > 0.0
    seated = np.bincount(state.site[:, 0, 0], entrants[:, 0, 0])
    assert seated.tolist() == [30.0, 30.0]
