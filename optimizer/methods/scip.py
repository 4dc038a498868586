"""A second solver's word: SCIP on the same arrays, where its extra ``scip`` is installed."""

from __future__ import annotations

import importlib.util
import math
import time
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.methods.highs import polished
from optimizer.methods.mip import Outcome, Settings

FEASIBILITY = 1e-9
"""Tolerance of its rows, below ours: what only its own tolerance allows would prove nothing."""


def installed() -> bool:
    """Whether SCIP can be asked."""
    return importlib.util.find_spec("pyscipopt") is not None


def solve(milp: Milp, settings: Settings) -> Outcome:
    """Solve by SCIP; its answer is settled as any other: integers whole, the rest solved anew."""
    began = time.monotonic()
    model, columns = _model(milp)
    if math.isfinite(settings.seconds):
        model.setParam("limits/time", settings.seconds)
    model.setParam("limits/gap", settings.gap)
    model.setParam("numerics/feastol", FEASIBILITY)
    model.optimize()
    status, seconds = model.getStatus(), time.monotonic() - began
    if status == "infeasible":
        return Outcome(Status.INFEASIBLE, None, math.inf, -math.inf, status, seconds)
    values = np.array([model.getVal(one) for one in columns]) if model.getNSols() else None
    found = polished(milp, Outcome(Status.UNKNOWN, values, math.inf, -math.inf, status, seconds))
    bound = min(float(model.getDualbound()) + milp.constant, found.objective)
    proven = found.values is not None and status in ("optimal", "gaplimit")
    return replace(found, bound=bound, status=Status.OPTIMAL if proven else found.status)


def _model(milp: Milp) -> tuple[Any, list[Any]]:
    """Return SCIP's model of the arrays, and its columns."""
    import pyscipopt

    model = pyscipopt.Model()
    model.hideOutput()
    limits = zip(milp.lower, milp.upper, milp.cost, milp.integer, strict=True)
    columns = [
        model.addVar(lb=low, ub=high, obj=cost, vtype="I" if whole else "C")
        for low, high, cost, whole in limits
    ]
    matrix = milp.matrix
    for row in range(matrix.shape[0]):
        entries = range(matrix.indptr[row], matrix.indptr[row + 1])
        total = pyscipopt.quicksum(
            float(matrix.data[k]) * columns[matrix.indices[k]] for k in entries
        )
        low, high = float(milp.row_lower[row]), float(milp.row_upper[row])
        if math.isfinite(low) and low == high:
            model.addCons(total == low)
            continue
        if math.isfinite(low):
            model.addCons(total >= low)
        if math.isfinite(high):
            model.addCons(total <= high)
    return model, columns
