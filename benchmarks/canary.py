"""A solver known to lie, held against the checks that are to catch it.

`python -m benchmarks.canary [--models N] [--first SEED] [--highspy 1.14.0]`, from the repository's
root: installs that version into a folder of its own, solves small sparse siting models with it
through the product's code, and with SCIP for the truth. Prints one JSON line: {"highspy",
"refused", "models", "wrong", "by_flips", "caught", "mended", "false_alarms"}. `wrong`: called
optimal and dearer than the truth. `by_flips`: of these, refuted by deciding one school anew;
`caught`: by all of `optimizer.methods.challenge`; `mended`: replaced by the true optimum. Exit code
0 if all were caught without a false alarm.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from scipy import sparse

from benchmarks.answers import print_line
from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.methods import highs, scip
from optimizer.methods.challenge import challenged, flipped
from optimizer.methods.mip import Outcome, Settings, SolverError

SETTINGS = Settings(gap=0.0, seconds=20.0)
UNSERVED = 300.0
"""Cost of a pupil without a school, above any way and any opening shared out."""


def siting_model(seed: int) -> Milp:
    """Draw a small sparse siting model: open, link each pair to its school, capacity, unserved."""
    rng = np.random.default_rng(seed)
    zones, sites = int(rng.integers(8, 15)), int(rng.integers(4, 8))
    pupils = rng.integers(5, 40, zones).astype(float)
    pair = np.argwhere(rng.random((zones, sites)) < 0.3)
    opening = rng.integers(200, 1500, sites).astype(float)
    places = rng.integers(40, 140, sites).astype(float)
    way = rng.integers(1, 30, len(pair)).astype(float)
    count = sites + len(pair) + zones
    link, served = np.arange(len(pair)) + sites, sites + len(pair) + np.arange(zones)
    one, rows = np.ones(len(pair)), []
    at = np.arange(len(pair))
    reach = sparse.coo_array((one, (pair[:, 0], link)), shape=(zones, count))
    rows.append(reach + sparse.coo_array((np.ones(zones), (np.arange(zones), served)), reach.shape))
    shape = (len(pair), count)
    need = sparse.coo_array((one, (at, link)), shape)
    rows.append(need - sparse.coo_array((one, (at, pair[:, 1])), shape))
    load = sparse.coo_array((pupils[pair[:, 0]], (pair[:, 1], link)), (sites, count))
    rows.append(load - sparse.coo_array((places, (np.arange(sites),) * 2), (sites, count)))
    low = np.concatenate([np.ones(zones), np.full(len(pair) + sites, -np.inf)])
    high = np.concatenate([np.ones(zones), np.zeros(len(pair) + sites)])
    return Milp(
        cost=np.concatenate([opening, way * pupils[pair[:, 0]], UNSERVED * pupils]),
        constant=0.0,
        matrix=sparse.csr_array(sparse.vstack(rows)),
        row_lower=low,
        row_upper=high,
        lower=np.zeros(count),
        upper=np.ones(count),
        integer=np.arange(count) < sites,
    )


def schools_of(milp: Milp) -> list[np.ndarray]:
    """Return the columns of each school: the one that opens it."""
    return [np.array([column]) for column in np.flatnonzero(milp.integer)]


def _unchanged(_: Milp, outcome: Outcome) -> Outcome:
    return outcome


def _by_flips(milp: Milp, outcome: Outcome) -> Outcome:
    return flipped(milp, outcome, SETTINGS, schools_of(milp), np.inf)


def _challenged(milp: Milp, outcome: Outcome) -> Outcome:
    return challenged(milp, outcome, SETTINGS, schools_of(milp))


DOUBTS = (_unchanged, _by_flips, _challenged)


def answers(
    first: int, models: int, doubt: Callable[[Milp, Outcome], Outcome]
) -> list[tuple[bool, float]]:
    """Whether each model's answer is called optimal, and its objective."""
    found = []
    for seed in range(first, first + models):
        milp = siting_model(seed)
        try:
            outcome = doubt(milp, highs.solve(milp, SETTINGS))
        except SolverError:
            found.append((False, np.inf))
            continue
        found.append((outcome.status is Status.OPTIMAL, outcome.objective))
    return found


def of_version(
    version: str, first: int, models: int
) -> tuple[bool, list[list[tuple[bool, float]]]]:
    """Whether a version is refused, and its answers as they are and after each of `DOUBTS`."""
    with tempfile.TemporaryDirectory() as folder:
        install = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", folder]
        subprocess.run([*install, f"highspy=={version}"], check=True)
        path = os.pathsep.join([folder, str(Path.cwd())])
        command = [sys.executable, "-m", "benchmarks.canary", "--child"]
        done = subprocess.run(
            [*command, "--first", str(first), "--models", str(models)],
            env={**os.environ, "PYTHONPATH": path},
            check=True,
            capture_output=True,
            text=True,
        )
    said = json.loads(done.stdout.splitlines()[-1])
    return bool(said["refused"]), said["answers"]


def _child(first: int, models: int) -> None:
    """Answer with the version on the path; first see whether the product refuses it."""
    try:
        highs.solve(siting_model(first), SETTINGS)
        refused = False
    except SolverError:
        refused = True
    # What is measured is the other checks, so the version's own is put aside here.
    highs.LEAST_VERSION = (0, 0, 0)
    every = [answers(first, models, doubt) for doubt in DOUBTS]
    print_line({"refused": refused, "answers": every})


def main(arguments: list[str] | None = None) -> int:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("--models", type=int, default=500)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--highspy", default="1.14.0")
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args(arguments)
    if chosen.child:
        _child(chosen.first, chosen.models)
        return 0
    seeds = range(chosen.first, chosen.first + chosen.models)
    truth = np.array([scip.solve(siting_model(seed), SETTINGS).objective for seed in seeds])
    refused, (plain, flips, doubted) = of_version(chosen.highspy, chosen.first, chosen.models)
    slack = 1e-5 * np.maximum(1.0, truth)
    claims = np.array([optimal for optimal, _ in plain])
    before = np.array([objective for _, objective in plain])
    after = np.array([objective for _, objective in doubted])
    wrong = claims & (before > truth + slack)
    changed = np.abs(after - before) > slack
    line = {
        "highspy": chosen.highspy,
        "refused": refused,
        "models": chosen.models,
        "wrong": int(wrong.sum()),
        "by_flips": int((wrong & (np.array([cost for _, cost in flips]) < before - slack)).sum()),
        "caught": int((wrong & changed).sum()),
        "mended": int((wrong & (np.abs(after - truth) <= slack)).sum()),
        "false_alarms": int((~wrong & changed).sum()),
    }
    print_line(line)
    return int(line["caught"] < line["wrong"] or line["false_alarms"] > 0)


if __name__ == "__main__":
    sys.exit(main())
