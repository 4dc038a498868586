"""A solver known to lie, held against the checks that are to catch it.

`python -m benchmarks.canary [--models N] [--first SEED] [--highspy 1.14.0]`, from the repository's
root: installs that version into a folder of its own, solves small sparse siting models with it
through the product's code, and with the product's own version and SCIP for the truth. Prints one
JSON line: {"highspy", "refused", "models", "wrong", "caught", "mended", "false_alarms"}. `wrong`:
called optimal and dearer than the truth. `caught`: of these, refuted by
`optimizer.methods.challenge`; `mended`: replaced by the true optimum. Exit code 0 if all were
caught without a false alarm.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyscipopt
from scipy import sparse

from benchmarks.answers import print_line
from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.methods import highs
from optimizer.methods.challenge import challenged
from optimizer.methods.mip import Settings, SolverError

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


def answers(first: int, models: int, *, challenge: bool) -> list[tuple[bool, float]]:
    """Whether each model's answer is called optimal, and its objective."""
    found = []
    for seed in range(first, first + models):
        milp = siting_model(seed)
        try:
            outcome = highs.solve(milp, SETTINGS)
            if challenge:
                outcome = challenged(milp, outcome, SETTINGS)
        except SolverError:
            found.append((False, np.inf))
            continue
        found.append((outcome.status is Status.OPTIMAL, outcome.objective))
    return found


def by_scip(milp: Milp) -> float:
    """Least cost by a solver of another house."""
    model = pyscipopt.Model()
    model.hideOutput()
    columns = [
        model.addVar(lb=low, ub=high, obj=cost, vtype="I" if whole else "C")
        for low, high, cost, whole in zip(
            milp.lower, milp.upper, milp.cost, milp.integer, strict=True
        )
    ]
    for row in range(milp.matrix.shape[0]):
        entries = range(milp.matrix.indptr[row], milp.matrix.indptr[row + 1])
        total = pyscipopt.quicksum(
            float(milp.matrix.data[k]) * columns[milp.matrix.indices[k]] for k in entries
        )
        if np.isfinite(milp.row_lower[row]):
            model.addCons(total >= float(milp.row_lower[row]))
        if np.isfinite(milp.row_upper[row]):
            model.addCons(total <= float(milp.row_upper[row]))
    model.optimize()
    return float(model.getObjVal())


def of_version(
    version: str, first: int, models: int
) -> tuple[bool, list[list[tuple[bool, float]]]]:
    """Whether a version is refused, and its answers without and with the challenge."""
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
    both = [answers(first, models, challenge=challenge) for challenge in (False, True)]
    print_line({"refused": refused, "answers": both})


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
    truth = np.array([by_scip(siting_model(seed)) for seed in seeds])
    refused, (plain, doubted) = of_version(chosen.highspy, chosen.first, chosen.models)
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
        "caught": int((wrong & changed).sum()),
        "mended": int((wrong & (np.abs(after - truth) <= slack)).sum()),
        "false_alarms": int((~wrong & changed).sum()),
    }
    print_line(line)
    return int(line["caught"] < line["wrong"] or line["false_alarms"] > 0)


if __name__ == "__main__":
    sys.exit(main())
