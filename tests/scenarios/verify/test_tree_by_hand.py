"""A tree worked out by hand, and the cohorts of one year that its nodes are made of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from optimizer.domain import Certificate, Tree
from scenarios.verify import verify
from scenarios.verify.lagrange_program import Program, solved
from tests.support.certified import written
from tests.support.tiny import tiny_problem


def by_hand(
    folder: Path, nodes: list[tuple[int, int, int]], decided: list[tuple[int, int, int]]
) -> float | None:
    """Bound of nodes (parent, site, way) where exactly one of three schools runs.

    To keep one costs 10, 20 or 40 yuan a year. Only the root has a price, and it is a bad one: a
    zone that is sent to no school at all is worth 5 yuan to it.
    """
    problem = tiny_problem(
        years=1,
        zone_at=(0,),
        site_at=(0, 0, 0),
        runs=(("primary",),) * 3,
        entrants=np.array([[[20.0], [0.0]]]),
        enrolled=[],
        sites={"annual_cost": [10.0, 20.0, 40.0]},
        policy={"schools_open": 1, "notice_years": 0},
        prices={"class_year": 0.0},
    )
    zones, sites, levels, years = problem.shape
    shapes: dict[str, tuple[int, ...]] = {
        "zone": (zones, levels, years),
        **dict.fromkeys(("rooms", "small"), (sites, years)),
        **dict.fromkeys(("budget", "closings"), (years,)),
        "receiver": (sites, levels, years),
    }
    prices = {name: np.zeros(shape) for name, shape in shapes.items()}
    prices["zone"][0, 0, 0] = -5.0
    parent, site, runs = np.array(nodes, dtype=int).reshape(-1, 3).T
    tree = Tree(
        parent=parent,
        site=site,
        runs=runs.astype(bool),
        multipliers={name: np.zeros((len(nodes), *shape)) for name, shape in shapes.items()},
        decided=np.array(decided, dtype=int).reshape(-1, 3),
    )
    parts = np.array([10.0, 0.0, 0.0, -5.0])
    proof = Certificate("branched", (), (), prices, parts, tree=tree)
    return verify(written(folder, problem, proof, 5.0), bound=True).bound


@pytest.mark.parametrize(
    ("nodes", "decided", "bound"),
    [
        ([(0, 0, 1), (0, 0, 0)], [], 10.0),  # the first school runs, or the second
        ([(0, 1, 0), (0, 1, 1)], [], 10.0),
        ([(0, 2, 1), (0, 2, 0), (2, 0, 0)], [], 10.0),  # half a branching more changes nothing
        ([(0, 0, 0)], [], 5.0),  # the way of the best plan is missing
        ([(0, 0, 0), (0, 0, 0)], [], 5.0),
        ([(0, 0, 0), (0, 1, 1)], [], 5.0),
        ([(0, 0, 1), (0, 0, 0)], [(1, 0, 0)], 10.0),  # decided against its own way
        ([(0, 1, 1), (0, 1, 0)], [(2, 0, 0)], 10.0),  # decided away from the best plan
        ([(0, 1, 1), (0, 1, 0), (2, 2, 0), (2, 2, 1)], [(2, 0, 0)], 10.0),
        ([(0, 0, 0), (0, 0, 1), (2, 0, 0), (2, 0, 1)], [], 10.0),  # a node in which nothing is
    ],
)
def test_a_tree_proves_what_is_worked_out_by_hand(
    tmp_path: Path,
    nodes: list[tuple[int, int, int]],
    decided: list[tuple[int, int, int]],
    bound: float,
) -> None:
    assert by_hand(tmp_path, nodes, decided) == pytest.approx(bound)


@pytest.mark.parametrize("seed", range(40))
def test_a_cohort_of_one_year_costs_what_a_solver_says(seed: int) -> None:
    rng = np.random.default_rng(seed)
    zones = int(rng.integers(1, 6))
    pupils = np.round(rng.random((zones, 1)) * 40 * (rng.random((zones, 1)) < 0.9), 1)
    one = Program(
        cost=-rng.random(zones) * rng.choice([50.0, 400.0]),
        pupils=pupils,
        class_price=rng.random(1) * 200.0,
        over_price=rng.random(1) * 8.0,
        cap=10.0,
        hard=float(rng.choice([10.0, 12.0, 15.0])),
        most=float(rng.integers(0, 9)),
        kept=False,
        seats=float(rng.integers(0, 90)) if seed % 3 == 0 else None,
    )
    # A second year without pupils costs nothing, and is for the solver.
    two = replace(
        one,
        pupils=np.hstack([pupils, np.zeros_like(pupils)]),
        class_price=np.append(one.class_price, 0.0),
        over_price=np.append(one.over_price, 0.0),
    )
    assert solved(one) == pytest.approx(solved(two), abs=1e-3)
