"""The second judge goes through a tree again: nothing left out or distorted raises a bound.

The instances are places so small that multipliers leave a gap, and a county of one year.
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

from optimizer.domain import Problem
from optimizer.methods.base import Limits
from optimizer.methods.branched import Branching
from optimizer.methods.by_site.ascent import begin
from optimizer.methods.by_site.certify import certificate
from optimizer.methods.by_site.frame import make_frame
from optimizer.methods.by_site.run import Run
from optimizer.solve import solve
from scenarios.verify import verify
from tests.optimizer.test_branched import scarce_places
from tests.support.certified import written
from tests.support.random_counties import random_county
from tests.support.run_folder import edit
from tests.support.stored import stored

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
