"""What a scenario may begin with: the plan and the prices of a run that stands on disk.

It decides how soon a good plan and bound are found, never which plans are allowed or what they
cost: so a run that cannot be read, or is of other places, is simply no start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata.findings import FindingError
from optimizer.domain import Plan, Problem
from optimizer.methods.base import Prices, Start
from scenarios.plan_tables import read_plan
from scenarios.store import whole_run

MULTIPLIERS = "bound/multipliers.parquet"


def first_start(problem: Problem, runs: Iterable[Path]) -> tuple[Start, dict[str, Any]] | None:
    """Return what the first run that has anything offers, and that run's manifest."""
    for run in runs:
        manifest = whole_run(run)
        if manifest is None:
            continue
        start = Start(_plan(problem, run), _prices(run))
        if start.plan is not None or start.prices is not None:
            return start, manifest
    return None


def _plan(problem: Problem, run: Path) -> Plan | None:
    """Read the network of a run; None where it names places or pairs that the problem has not."""
    try:
        return read_plan(replace(problem, staffing=None), run)
    except FindingError:
        return None


def _prices(run: Path) -> Prices | None:
    """Read the multipliers of a run and what their axes stand for; None where it has none."""
    try:
        rows = pd.read_parquet(run / MULTIPLIERS)
        zones = tuple(pd.read_parquet(run / "problem/zones.parquet")["zone_id"])
        sites = tuple(pd.read_parquet(run / "problem/sites.parquet")["site_id"])
        entrants = pd.read_parquet(run / "problem/entrants.parquet")
        levels = tuple(entrants["level"].unique())
        years = tuple(entrants["entry_year"].unique().tolist())
        shape = (len(zones), len(levels), len(years))
        size = entrants["pupils"].to_numpy().reshape(shape)
    except (OSError, ValueError, KeyError):
        return None
    return Prices(_arrays(rows), zones, sites, levels, years, size)


def _arrays(rows: pd.DataFrame) -> dict[str, np.ndarray]:
    """Put each multiplier's rows back into an array of three axes."""
    found = {}
    for name, mine in rows.groupby("name"):
        index = mine[["index0", "index1", "index2"]].to_numpy()
        array = np.zeros(index.max(axis=0) + 1)
        array[tuple(index.T)] = mine["value"]
        found[str(name)] = array
    return found
