"""What the second judge makes of the price of a stop, which those pay who need a receiver.

One primary school, two years, 100 yuan a year to run; a new site costs 150 yuan and nothing to run.
The base year left 20 pupils who are at school in the first year only; nobody else ever comes.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from optimizer.domain import Problem
from optimizer.methods.base import Limits
from optimizer.methods.by_site.method import by_site
from optimizer.solve import solve
from scenarios.verify import verify
from tests.support.certified import PRIMARY, certified, recomputed, written
from tests.support.tiny import tiny_problem


def a_school_and_a_new_site(action: str = "relocate", **changes: Any) -> Problem:
    """Too large to be closed, the school may move to the new site in either year."""
    old = 0 if action == "relocate" else -1
    new_site = {"site": 1, "action": action, "after": PRIMARY, "cost": 150.0, "lead": 0}
    fields: dict[str, Any] = {
        "years": 2,
        "zone_at": (0,),
        "site_at": (0, 0),
        "runs": (PRIMARY, ()),
        "entrants": 0.0,
        "enrolled": [(0, 0, 0, 1, 20.0)],
        "merge_arcs": [(0, 1, 0)],
        "options": [{**new_site, "relocates": old}],
        "sites": {"annual_cost": [100.0, 0.0]},
        "policy": {"close_below": 10.0},
        "prices": {"class_year": 0.0, "life_years": 1.0},
    }
    return tiny_problem(**{**fields, **changes})


def asked(*yuan: float) -> np.ndarray:
    """Prices of a stop of primary at the first site, by year."""
    prices = np.zeros((2, 2, 2))
    prices[0, 0, : len(yuan)] = yuan
    return prices


def test_without_its_price_a_school_that_moves_costs_nothing(tmp_path):
    assert recomputed(tmp_path, a_school_and_a_new_site()) == pytest.approx(0.0)


@pytest.mark.parametrize(
    ("prices", "bound"),
    [
        ((100.0, 0.0), 100.0),  # moves in the second year, after a year of running
        ((150.0, 50.0), 150.0),  # what moving at once costs: the best plan
        ((150.0, 150.0), 150.0),
        ((200.0, 100.0), 200.0 - 50.0),  # the new site earns more than it costs
    ],
)
def test_a_school_that_moves_pays_for_its_new_site(tmp_path, prices, bound):
    problem = a_school_and_a_new_site()
    assert recomputed(tmp_path, problem, receiver=asked(*prices)) == pytest.approx(bound)
    best = solve(problem, "monolithic", Limits(seconds=60.0, gap=0.0))
    assert best.objective == pytest.approx(150.0)


def test_pupils_of_the_base_year_must_find_a_receiver(tmp_path):
    # Closing in the first year costs the receiver; in the second nobody is left to receive.
    problem = a_school_and_a_new_site("open", policy={})
    prices = asked(150.0)
    assert recomputed(tmp_path, problem, receiver=prices) == pytest.approx(100.0)
    best = solve(problem, "monolithic", Limits(seconds=60.0, gap=0.0))
    assert best.objective == pytest.approx(100.0)


def test_a_stop_that_leaves_nobody_has_no_price(tmp_path):
    run = certified(tmp_path, a_school_and_a_new_site("open", policy={}), receiver=asked(0.0, 1.0))
    assert [fault.code for fault in verify(run, bound=True).faults] == ["bound.multiplier"]


def test_a_site_to_which_a_school_moved_receives_none_of_its_pupils_later(tmp_path):
    # Free to close, too; pupils stay for both years. Who moves at once earns one price, not two.
    problem = a_school_and_a_new_site(policy={}, grades=(3, 2))
    assert recomputed(tmp_path, problem, receiver=asked(150.0, 150.0)) == pytest.approx(150.0)


def test_the_method_finds_the_price_of_moving(tmp_path):
    problem = a_school_and_a_new_site()
    answer = by_site(problem, Limits(seconds=5.0, gap=1e-3), None, None)
    assert answer.certificate is not None
    assert answer.bound == pytest.approx(150.0, rel=1e-2)
    verdict = verify(written(tmp_path, problem, answer.certificate, answer.bound), bound=True)
    assert verdict.faults == ()
