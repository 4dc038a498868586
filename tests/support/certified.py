"""Runs that hold nothing but a problem and a bound certified by multipliers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from optimizer.domain import Certificate, Problem, Result, Status
from scenarios.verify import verify
from tests.support.stored import stored
from tests.support.tiny import tiny_problem

PRIMARY = ("primary",)
HARD = 50.0


def certified(
    folder: Path,
    problem: Problem,
    parts: Any = None,
    bound: float | None = None,
    staffing: float = 0.0,
    **prices: Any,
) -> Path:
    """Write a run of `problem` without a plan, certified by multipliers; others are 0."""
    zones, sites, levels, years = problem.shape
    shapes: dict[str, tuple[int, ...]] = {
        "zone": (zones, levels, years),
        **dict.fromkeys(("rooms", "small"), (sites, years)),
        **dict.fromkeys(("budget", "closings"), (years,)),
        "receiver": (sites, levels, years),
    }
    arrays = {
        name: np.broadcast_to(prices.get(name, 0.0), shape).astype(float)
        for name, shape in shapes.items()
    }
    values = np.zeros(sites + 1) if parts is None else np.asarray(parts, float)
    stated = float(values.sum()) if bound is None else bound
    return written(
        folder, problem, Certificate("by_site", (), (), arrays, values, staffing), stated
    )


def written(folder: Path, problem: Problem, certificate: Certificate, bound: float) -> Path:
    result = Result(
        status=Status.UNKNOWN,
        plan=None,
        objective=np.inf,
        bound=bound,
        floor=0.0,
        terms=(),
        fixed_terms=(),
        violations=(),
        method="by_site",
        seed=0,
        stopped_by="seconds",
        certificate=certificate,
        certified=bound,
    )
    return stored(folder, problem, result)


def recomputed(folder: Path, problem: Problem, **prices: Any) -> float:
    """Give the bound that the second judge derives from multipliers."""
    value = verify(certified(folder, problem, **prices), bound=True).bound
    assert value is not None
    return value


def one_school(**changes: Any) -> Problem:
    """60 pupils enter one primary school once and stay two years; a class costs 100 a year."""
    entrants = np.zeros((1, 2, 2))
    entrants[0, 0, 0] = 60.0
    fields = {
        "years": 2,
        "zone_at": (0,),
        "site_at": (0,),
        "runs": (PRIMARY,),
        "entrants": entrants,
        "enrolled": [],
        "level": {"hard": HARD},
        "prices": {"class_year": 100.0, "over_cap_pupil_year": 3.0},
    }
    return tiny_problem(**{**fields, **changes})
