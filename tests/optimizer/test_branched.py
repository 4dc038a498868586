"""Branching on which schools run: it proves what multipliers alone cannot."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest

from benchmarks.as_problem import as_problem
from benchmarks.instances import Instance
from optimizer.check import check
from optimizer.domain import Problem, Status
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits, Progress
from optimizer.methods.branched import branched, forcing_costs
from optimizer.methods.by_site.method import by_site
from optimizer.methods.monolithic import monolithic
from optimizer.solve import solve
from tests.support.random_counties import random_county

EXACT = Limits(gap=1e-6, seconds=12.0)


def scarce_places(seed: int, schools_open: int | None, *, whole: bool = True) -> Problem:
    """Return 24 customers in a square and 10 places, so small that three or four are filled."""
    rng = np.random.default_rng(seed)
    customers, places = rng.random((24, 2)), rng.random((10, 2))
    demand = rng.integers(5, 20, 24).astype(float)
    metres = np.linalg.norm(customers[:, None] - places, axis=2)
    return as_problem(
        Instance(
            name="scarce",
            kind="siting",
            demand=demand,
            cost=np.round(100 * metres * demand[:, None]),
            capacity=np.full(10, np.ceil(demand.sum() / 3.2)),
            opening=np.zeros(10) if schools_open else rng.integers(2000, 5000, 10).astype(float),
            whole=whole,
            schools_open=schools_open,
        )
    )


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("schools_open", [None, 4])
def test_the_gap_that_multipliers_leave_is_closed_at_the_optimum(
    seed: int, schools_open: int | None
) -> None:
    problem = scarce_places(seed, schools_open)
    best = monolithic(problem, Limits(gap=1e-9, seconds=60.0), None, None)
    assert best.plan is not None
    optimum = evaluate(problem, best.plan).objective
    answer = branched(problem, EXACT, None, None)
    assert answer.plan is not None
    assert check(problem, answer.plan) == ()
    assert evaluate(problem, answer.plan).objective == pytest.approx(optimum, rel=2e-6)
    assert optimum * (1 - 3e-6) <= answer.bound <= optimum * (1 + 1e-9)
    assert answer.certified is not None
    assert answer.certified <= answer.bound


def test_multipliers_alone_leave_a_gap_there() -> None:
    problem = scarce_places(0, 4)
    alone = by_site(problem, replace(EXACT, seconds=10.0), None, None)
    assert alone.bound < branched(problem, EXACT, None, None).bound * (1 - 1e-4)


@pytest.mark.parametrize("seed", range(3))
def test_over_several_years_no_bound_is_above_the_optimum(seed: int) -> None:
    problem = random_county(seed)
    best = monolithic(problem, Limits(gap=1e-7, seconds=60.0), None, None)
    assert best.plan is not None
    answer = branched(problem, Limits(gap=1e-6, seconds=6.0), None, None)
    assert answer.bound <= evaluate(problem, best.plan).objective + 0.01
    if answer.certificate is not None:
        assert answer.certificate.tree is None
    if answer.plan is not None:
        assert check(problem, answer.plan) == ()


def test_the_product_takes_it_for_one_year_of_whole_zones_and_says_what_is_certified() -> None:
    problem = scarce_places(1, 4)
    more = replace(problem, zones=problem.zones)
    assert solve(more, limits=EXACT).method == "monolithic"  # 240 shares
    result = solve(problem, "branched", EXACT)
    assert result.status is Status.OPTIMAL
    assert result.certificate is not None
    assert result.certified < result.bound  # the solver proved more of the last nodes


def test_it_stops_at_a_count_of_nodes_and_keeps_the_bound_of_those_left() -> None:
    problem = scarce_places(0, 4)
    whole, cut = (branched(problem, replace(EXACT, nodes=n), None, None) for n in (None, 2))
    assert cut.stopped_by == "nodes"
    assert cut.certified == cut.bound < whole.bound


def test_a_wish_to_stop_is_heard_in_the_tree() -> None:
    seen: list[Progress] = []

    def stop(line: Progress) -> bool:
        seen.append(line)
        return line.phase == "branch"

    answer = branched(scarce_places(0, 4), EXACT, None, stop)
    assert answer.stopped_by == "cancelled"
    assert answer.plan is not None
    assert [line.phase for line in seen].count("branch") == 1


@pytest.mark.parametrize("wanted", [None, 2])
def test_forcing_a_site_costs_what_choosing_anew_would(wanted: int | None) -> None:
    values = np.random.default_rng(3).normal(0.0, 10.0, 10)
    site, runs = np.arange(10) // 2, np.arange(10) % 2 == 1
    options = values.reshape(5, 2)

    def least(fixed: dict[int, int]) -> float:
        totals = []
        for number in range(6) if wanted is None else [wanted]:
            for opened in combinations(range(5), number):
                way = [int(s in opened) for s in range(5)]
                if all(way[s] == w for s, w in fixed.items()):
                    totals.append(sum(options[s, w] for s, w in enumerate(way)))
        return min(totals)

    rise = forcing_costs(site, runs, values, wanted)
    for s in range(5):
        for way in (0, 1):
            assert rise[s, way] == pytest.approx(least({s: way}) - least({}), abs=1e-9)
