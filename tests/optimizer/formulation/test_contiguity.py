"""The model of contiguous areas and of stability against a search through all plans."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.check import check
from optimizer.domain import Problem
from optimizer.methods.base import Limits
from optimizer.methods.by_site.restricted import EASY
from optimizer.methods.monolithic import monolithic
from optimizer.solve import solve
from tests.support.brute_force import brute_force
from tests.support.tiny import BOTH, tiny_problem
from tests.support.varied import contiguous

EXACT = Limits(gap=0.0, seconds=60.0)


def county(seed: int, stability: float | None = None) -> Problem:
    """Five zones, every school in reach of all, seats short, so that areas would fall apart."""
    rng = np.random.default_rng([seed, 5])
    minutes = rng.integers(2, 40, (5, 3))
    pairs = {
        (i, j, 0): {"minutes": float(minutes[i, j]), "intake": True, "usable_from": 1}
        for i, j in np.ndindex(5, 3)
    }
    home = rng.integers(0, 3, 5)
    entrants = rng.integers(8, 30, (5, 1, 1)) * np.array([[[1.0], [0.0]]])
    entrants[0] *= seed % 3 > 0
    problem = tiny_problem(
        years=1,
        grades=(1, 1),
        zone_at=[0.0] * 5,
        site_at=[0.0] * 3,
        runs=(BOTH[:1],) * 3,
        entrants=entrants,
        enrolled=[(i, int(home[i]), 0, 1, 10.0) for i in range(5) if i != 1],
        reach=-1.0,
        travel=pairs,
        sites={"seats": np.ceil(entrants.sum() * rng.uniform(0.35, 0.6, 3))},
        policy={
            "actions": frozenset(),
            "stability": stability,
            "families_off": frozenset({"class_size", "closing"}),
        },
        prices={"yuan_per_minute": 1.0},
    )
    return contiguous(problem, rng)


def test_the_easier_model_keeps_areas_together_and_costs_no_less() -> None:
    for seed in (2, 3, 5, 6, 8):
        problem = county(seed)
        exact, easy = monolithic(problem, EXACT), monolithic(problem, EXACT, families=EASY)
        if easy.plan is not None:
            assert check(problem, easy.plan) == ()
            assert easy.bound >= exact.bound - 0.01


def test_the_model_finds_what_a_search_through_all_plans_finds() -> None:
    dearer, none = 0, 0
    for seed in range(12):
        problem = county(seed, (None, 0.7, 0.9)[seed % 3])
        best, found = brute_force(problem), solve(problem, "monolithic", EXACT)
        assert found.objective == pytest.approx(best.objective, rel=1e-6), seed
        free = replace(problem.policy, contiguous=False, stability=None)
        least = solve(replace(problem, policy=free), "monolithic", EXACT).objective
        none += best.plan is None
        dearer += best.plan is not None and best.objective > least + 1.0
    assert dearer >= 4
    assert none <= 6
