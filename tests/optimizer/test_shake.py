"""A class is emptied or filled across several schools where no move between two of them pays."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.methods.by_site.exchange import exchange_all
from optimizer.methods.by_site.frame import make_frame
from optimizer.methods.by_site.network import bare_design, build_network, make_ground
from optimizer.methods.by_site.plan import compile_search
from optimizer.methods.by_site.search import rebuild, sweep, total_cost
from optimizer.methods.by_site.searcher import Searcher
from optimizer.methods.by_site.shake import shake_all
from optimizer.methods.by_site.site_costs import Network
from tests.optimizer.test_exchange import exchanged, placed_county
from tests.support.tiny import tiny_problem

PRIMARY = ("primary",)


def three_schools() -> Searcher:
    """West has 55 pupils, Middle 45 and East 30, in classes of up to 45: two, one and one.

    Ten of West may go to Middle and ten of Middle to East, nobody from West to East.
    """
    entrants = np.zeros((5, 2, 1))
    entrants[:, 0, 0] = (45.0, 10.0, 35.0, 10.0, 30.0)
    problem = tiny_problem(
        years=1,
        grades=(1, 1),
        zone_at=(0, 4, 10, 14, 20),
        site_at=(0, 10, 20),
        runs=(PRIMARY, PRIMARY, PRIMARY),
        entrants=entrants,
        enrolled=[],
        reach=6.5,
        prices={"class_year": 1000.0, "over_cap_pupil_year": 500.0, "yuan_per_minute": 0.01},
    )
    frame = make_frame(problem)
    return Searcher(frame, make_ground(frame))


def start(searcher: Searcher) -> tuple[Network, float]:
    """Place everybody at the nearest school; the network, and what the county costs."""
    network = build_network(searcher.frame, searcher.ground, bare_design(searcher.frame)).network
    state, classes = searcher.scratch
    site = np.full_like(state.site, -1)
    site[:, 0, 0] = (0, 0, 1, 1, 2)
    rebuild(site, searcher.ground, network, state, classes)
    return network, total_cost(searcher.ground, network, state)


def shaken(searcher: Searcher, network: Network) -> float:
    state, classes = searcher.scratch
    sites = np.arange(len(state.cost))
    return shake_all(sites, searcher.beside, searcher.ground, network, state, classes)


def moved(searcher: Searcher, network: Network) -> float:
    """Gain of moving zones one at a time."""
    state, classes = searcher.scratch
    zones, old = np.arange(len(state.site)), np.zeros(state.site.shape[2], dtype=np.int64)
    return sweep(zones, 6, True, searcher.ground, network, state, classes, old)


def test_ten_pupils_go_on_from_school_to_school_and_a_class_is_saved() -> None:
    searcher = three_schools()
    network, before = start(searcher)
    state, _ = searcher.scratch
    assert moved(searcher, network) + exchanged(searcher, network) == 0.0
    gain = shaken(searcher, network)
    assert state.site[:, 0, 0].tolist() == [0, 1, 1, 2, 2]
    assert gain == pytest.approx(before - total_cost(searcher.ground, network, state))
    # A class less; twenty pupils travel two minutes more, there and back, on 195 days.
    assert gain == pytest.approx(1000.0 - 20 * 2 * 2 * 195 * 0.01)


def test_where_nothing_is_saved_everybody_is_where_they_were() -> None:
    searcher = three_schools()
    network, _ = start(searcher)
    while shaken(searcher, network) > 0.0:
        pass
    state, _ = searcher.scratch
    before, cost = state.site.copy(), state.cost.copy()
    assert shaken(searcher, network) == 0.0
    assert np.array_equal(state.site, before)
    np.testing.assert_allclose(state.cost, cost)


@pytest.mark.parametrize("seed", range(6))
def test_what_shaking_gains_is_what_the_county_costs_less(seed: int) -> None:
    searcher, network = placed_county(seed)
    state, classes = searcher.scratch
    before = total_cost(searcher.ground, network, state)
    gain = shaken(searcher, network)
    after = total_cost(searcher.ground, network, state)
    assert gain == pytest.approx(before - after, abs=0.01)
    rebuild(state.site.copy(), searcher.ground, network, state, classes)
    assert total_cost(searcher.ground, network, state) == pytest.approx(after, abs=0.01)


def test_pricing_a_plan_compiles_nothing_that_was_not_compiled_before() -> None:
    searcher = placed_county(7)[0]
    compile_search(searcher.frame, searcher.ground)
    used = (sweep, rebuild, total_cost, shake_all, exchange_all)
    known = [len(function.signatures) for function in used]
    zones = np.arange(len(searcher.frame.problem.zones))
    nowhere = np.full(searcher.scratch[0].site.shape, -1)
    assert searcher.price(bare_design(searcher.frame), nowhere, zones, 2, True) is not None
    assert [len(function.signatures) for function in used] == known
