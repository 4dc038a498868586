"""The search for areas in one piece: its plans keep K1 and K2, its bound holds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.check import check
from optimizer.domain import Problem
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits
from optimizer.methods.by_site.method import by_site
from optimizer.methods.monolithic import monolithic
from tests.optimizer.formulation.test_contiguity import county
from tests.support.random_counties import random_county
from tests.support.varied import contiguous

QUICK = Limits(gap=1e-6, seconds=2.0)


def several_years(seed: int) -> Problem:
    """Draw a county of two levels and three years in which some zones touch."""
    problem = random_county(seed, zones=8)
    bent = contiguous(problem, np.random.default_rng([seed, 9]))
    return replace(bent, policy=replace(bent.policy, stability=(None, 0.3)[seed % 2]))


CASES = [county(2), county(3), county(5), *(several_years(seed) for seed in range(4))]


def test_plans_keep_areas_together_and_the_bound_lies_below_the_best() -> None:
    possible = found = 0
    for number, problem in enumerate(CASES):
        best = monolithic(problem, Limits(gap=1e-7, seconds=60.0))
        least = np.inf if best.plan is None else evaluate(problem, best.plan).objective
        answer = by_site(problem, QUICK, None, None)
        assert answer.bound <= least + 0.01, number
        possible += best.plan is not None
        if answer.plan is not None:
            found += 1
            assert check(problem, answer.plan) == (), number
            assert evaluate(problem, answer.plan).objective >= least - 0.01, number
    assert possible >= 5
    assert found >= 0.7 * possible
