"""The second judge goes through a tree again: nothing left out or distorted raises a bound.

The instances are places so small that multipliers leave a gap, and one that is worked out by hand.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from optimizer.domain import Certificate, Problem, Tree
from optimizer.methods.base import Limits
from optimizer.methods.branched import Branching
from optimizer.methods.by_site.ascent import begin
from optimizer.methods.by_site.certify import certificate
from optimizer.methods.by_site.frame import make_frame
from optimizer.methods.by_site.run import Run
from optimizer.solve import solve
from scenarios.verify import verify
from scenarios.verify.lagrange_program import Program, solved
from tests.optimizer.test_branched import scarce_places
from tests.support.certified import written
from tests.support.random_counties import random_county
from tests.support.run_folder import edit
from tests.support.stored import stored
from tests.support.tiny import tiny_problem

TABLES = ("nodes", "decided", "node_multipliers")
NODES = 6
CENT = 0.01


@dataclass(frozen=True)
class Proven:
    """A run with a tree, its bound as stated and as recomputed, that of the root, the optimum."""

    run: Path
    stated: float
    bound: float
    root: float
    optimum: float


def proven(folder: Path, problem: Problem) -> Proven:
    """Leave a run of a tree whose root has the first multipliers, and solve it as a whole."""
    best = solve(problem, "monolithic", Limits(gap=1e-9, seconds=60.0))
    assert best.plan is not None
    frame, began = make_frame(problem), time.perf_counter()
    run = Run(problem, frame, Limits(gap=1e-6, seconds=60.0, nodes=NODES), None, began)
    run.keep(best.plan, -np.inf)
    root = begin(frame)
    tree = Branching(run, root.value)
    tree.grow(root.best, began + 60.0)
    proof, stated = tree.record.on(certificate(root)), tree.record.certified()
    assert proof.tree is not None
    alone = verify(written(folder / "root", problem, certificate(root), root.value), bound=True)
    kept = written(folder / "tree", problem, proof, stated)
    bound = verify(kept, bound=True).bound
    assert alone.bound is not None
    assert bound is not None
    return Proven(kept, stated, bound, alone.bound, best.objective)


@pytest.fixture(scope="module", params=["any", "four", "county"])
def tree(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Proven:
    """Places of which any may open or just four, and a county with classes, rooms and closings."""
    if request.param == "county":
        problem = random_county(2, zones=8, sites=6, years=1, options=4)
    else:
        schools = 4 if request.param == "four" else None
        problem = replace(scarce_places(0, schools), towns=("town",))
    return proven(tmp_path_factory.mktemp("tree"), problem)


def spoilt(tree: Proven, folder: Path, changes: dict[str, Callable[[pd.DataFrame], Any]]) -> Any:
    """Judge a copy of a run whose tables are changed and sealed again."""
    run = folder / "run"
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(tree.run, run)
    for name, change in changes.items():
        edit(run, f"bound/{name}", change)
    return verify(run, bound=True)


def table(tree: Proven, name: str) -> pd.DataFrame:
    return pd.read_parquet(tree.run / f"bound/{name}.parquet")


def test_a_tree_proves_more_than_its_root_and_no_more_than_the_optimum(tree: Proven) -> None:
    verdict = verify(tree.run, bound=True)
    assert verdict.faults == ()
    assert tree.root + 100.0 < tree.bound <= tree.optimum + CENT
    assert tree.root < tree.stated <= tree.bound + CENT


def test_where_no_solver_proved_more_nothing_is_left_unchecked(tmp_path: Path) -> None:
    problem = replace(scarce_places(0, 4), towns=("town",))
    result = solve(problem, "branched", Limits(gap=1e-6, seconds=6.0, nodes=4))
    assert result.certificate is not None
    assert float(result.certificate.parts.sum()) + 100.0 < result.bound < result.objective - 100.0
    verdict = verify(stored(tmp_path, problem, result), bound=True)
    assert verdict.ok
    assert "bound" not in verdict.unchecked


def test_a_bound_stated_above_what_the_tree_proves_is_refused(tree: Proven, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(tree.run, run)
    path = run / "bound/certificate.json"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["value"] = tree.bound + 5.0
    path.write_text(json.dumps(content), encoding="utf-8")
    edit(run, "bound/nodes", lambda frame: frame)
    assert [fault.code for fault in verify(run, bound=True).faults] == ["bound.value"]


def below(nodes: pd.DataFrame, number: int) -> set[int]:
    """Return a node and all that hang from it."""
    found = {number}
    for node, parent in nodes[["node", "parent"]].itertuples(index=False):
        found |= {node} if parent in found else set()
    return found


def test_leaving_out_any_node_with_what_hangs_from_it_never_raises_the_bound(
    tree: Proven, tmp_path: Path
) -> None:
    nodes = table(tree, "nodes")
    for number in nodes["node"]:
        verdict = spoilt(tree, tmp_path, without(below(nodes, number)))
        assert tree.root - CENT <= verdict.bound <= tree.bound + CENT


def without(gone: set[int]) -> dict[str, Callable[[pd.DataFrame], Any]]:
    return dict.fromkeys(TABLES, lambda frame: frame[~frame["node"].isin(gone)])


def test_leaving_out_one_way_of_the_root_leaves_its_own_bound(tree: Proven, tmp_path: Path) -> None:
    nodes = table(tree, "nodes")
    first = int(nodes["node"][nodes["parent"] == 0].iloc[0])
    verdict = spoilt(tree, tmp_path, without(below(nodes, first)))
    assert verdict.bound == pytest.approx(tree.root, abs=CENT)
    assert "bound.value" in [fault.code for fault in verdict.faults]


@pytest.mark.parametrize("name", ["nodes", "decided"])
def test_no_way_turned_round_raises_the_bound_above_the_optimum(
    tree: Proven, tmp_path: Path, name: str
) -> None:
    for number in table(tree, name)["node"].unique():
        verdict = spoilt(tree, tmp_path, {name: lambda frame, at=number: turned(frame, at)})
        assert verdict.bound <= tree.optimum + CENT


def turned(frame: pd.DataFrame, number: int) -> pd.DataFrame:
    return frame.assign(runs=frame["runs"] ^ (frame["node"] == number))


@pytest.mark.parametrize("seed", range(6))
def test_no_change_by_lot_raises_the_bound_above_the_optimum(
    tree: Proven, tmp_path: Path, seed: int
) -> None:
    rng = np.random.default_rng(seed)

    def moved(frame: pd.DataFrame) -> pd.DataFrame:
        number = frame["node"].to_numpy()
        other = rng.integers(0, number, len(number))
        parent = np.where(rng.random(len(number)) < 0.3, other, frame["parent"])
        site = np.where(rng.random(len(number)) < 0.3, rng.integers(0, 6), frame["site"])
        runs = frame["runs"] ^ (rng.random(len(number)) < 0.3)
        return frame.assign(parent=parent, site=site, runs=runs)

    def priced(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(value=frame["value"] * rng.choice([0.9, 1.0, 1.2], len(frame)))

    def fewer(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[rng.random(len(frame)) < 0.7]

    changes = {"nodes": moved, "decided": fewer, "node_multipliers": priced}
    verdict = spoilt(tree, tmp_path, changes)
    assert tree.root - CENT <= verdict.bound <= tree.optimum + CENT


REFUSED: dict[str, tuple[str, Callable[[pd.DataFrame], Any], str, tuple[str, str]]] = {
    "a circle of parents": (
        "nodes",
        lambda frame: frame.assign(parent=frame["node"]),
        "bound.row",
        ("nodes", "parent"),
    ),
    "a parent that is not there": (
        "nodes",
        lambda frame: frame.assign(parent=-1),
        "bound.row",
        ("nodes", "parent"),
    ),
    "a second root": (
        "nodes",
        lambda frame: frame.assign(node=frame["node"] - 1),
        "bound.row",
        ("nodes", "node"),
    ),
    "a node that stands twice": (
        "nodes",
        lambda frame: pd.concat([frame, frame]),
        "row.twice",
        ("nodes", ""),
    ),
    "a site that is not there": (
        "nodes",
        lambda frame: frame.assign(site=10),
        "bound.row",
        ("nodes", "site"),
    ),
    "prices without their node": (
        "nodes",
        lambda frame: frame[:-1],
        "bound.row",
        ("node_multipliers", "node"),
    ),
    "a decision at no node": (
        "decided",
        lambda frame: frame.assign(node=frame["node"] + 900),
        "bound.row",
        ("decided", "node"),
    ),
    "a decision on no site": (
        "decided",
        lambda frame: frame.assign(site=-1 - frame["site"]),
        "bound.row",
        ("decided", "site"),
    ),
    "a price of no zone": (
        "node_multipliers",
        lambda frame: frame.assign(index0=frame["index0"] + 100),
        "bound.row",
        ("node_multipliers", "zone"),
    ),
    "a price below nothing": (
        "node_multipliers",
        lambda frame: pd.concat([frame, frame[:1].assign(name="small", index0=5, value=-1.0)]),
        "bound.multiplier",
        ("node_multipliers", "small"),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_tree_that_is_none_is_refused_in_words(tree: Proven, tmp_path: Path, case: str) -> None:
    name, change, code, (file, column) = REFUSED[case]
    verdict = spoilt(tree, tmp_path, {name: change})
    assert verdict.bound is None
    found = [(fault.code, fault.file, fault.column) for fault in verdict.faults]
    assert (code, f"bound/{file}.parquet", column) in found


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
