"""The floor above which gaps are shown."""

from __future__ import annotations

import numpy as np
import pytest

from optimizer.evaluate import evaluate
from optimizer.floor import floor, pair_value
from optimizer.today import today_plan
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem

PRIMARY, SECONDARY = 0, 1


def test_every_pupil_pays_a_part_of_a_class_at_the_cap():
    problem = tiny_problem(
        zone_at=[0.0],
        entrants=90.0,
        enrolled=[(0, 0, PRIMARY, 1, 45.0), (0, 0, PRIMARY, 2, 1e9), (0, 0, SECONDARY, 3, 50.0)],
        prices={"class_year": 100.0},
        years=2,
        discount_rate=1.0,
    )
    primary = (1 + 2) + (2 + 2) / 2
    secondary = (1 + 1.8) + (1.8 + 1.8) / 2
    assert floor(problem) == pytest.approx(100 * (primary + secondary))


def test_pupils_travel_on_the_cheapest_intake_pair_even_to_a_candidate():
    problem = tiny_problem(
        zone_at=[8.0],
        entrants=10.0,
        enrolled=[],
        prices={"class_year": 0.0, "yuan_per_minute": 0.5, "school_days": 1.0},
        years=1,
    )
    assert floor(problem) == 10 * 2.0 * 2


def test_pairs_are_priced_with_bus_and_minutes_beyond_the_limit():
    problem = tiny_problem(
        zone_at=[3.0],
        site_at=[0.0],
        runs=[("primary",)],
        travel={(0, 0, PRIMARY): {"mode": 1, "beyond": 2.0}},
        prices={
            "yuan_per_minute": 1.0,
            "school_days": 10.0,
            "bus_pupil_year": 7.0,
            "beyond_pupil_minute": 100.0,
        },
    )
    assert pair_value(problem).tolist() == [60 + 7 + 200, 60]


def test_pairs_closed_to_an_intake_do_not_count():
    closed = {"intake": False}
    prices = {"class_year": 0.0, "yuan_per_minute": 0.5, "school_days": 1.0}
    given = {"zone_at": [8.0], "entrants": 0.0, "prices": prices, "years": 1}
    rows = [(0, 0, PRIMARY, 1, 10.0)]
    one = tiny_problem(**given, enrolled=rows, travel={(0, 2, PRIMARY): closed})
    assert floor(one) == 10 * 8.0
    none = {(0, site, PRIMARY): closed for site in range(3)}
    assert floor(tiny_problem(**given, enrolled=rows, travel=none)) == 0.0
    assert floor(tiny_problem(**given, enrolled=rows, reach=-1)) == 0.0


def test_classes_cost_nothing_where_class_size_is_off():
    problem = tiny_problem(policy={"families_off": frozenset({"class_size"})})
    assert floor(problem) == 0.0


def test_progression_counts_in_the_floor():
    problem = tiny_problem(
        zone_at=[0.0], entrants=np.array([[[45.0, 0.0], [0.0, 0.0]]]), enrolled=[],
        progression=0.4, years=2,
    )  # fmt: skip
    assert floor(problem) == pytest.approx(1.4)


@pytest.mark.parametrize("seed", range(10))
def test_todays_network_lies_above_the_floor(seed):
    problem = random_county(seed)
    assert 0 < floor(problem) < evaluate(problem, today_plan(problem)).objective
