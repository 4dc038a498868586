"""Budget: what building costs in a year, undiscounted (C4; M4).

    year[t]:  Σ_o spend[o,t] ≤ budget[t]                       without carry-over
    year[t]:  Σ_o Σ_{u≤t} spend[o,u] ≤ Σ_{u≤t} budget[u]       with it

Committed projects count with what they still spend within the horizon. Rows tie all sites together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer.domain import Problem
from optimizer.formulation.parts import Linear, Parts, Row, Terms, rows

NAME = "budget"
TIES_SITES = frozenset({"year"})


def applies(problem: Problem) -> bool:
    """Whether the family is on and some year has a limit."""
    return problem.policy.on("budget") and bool(np.isfinite(problem.budget).any())


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost."""
    problem = parts.problem
    yearly = {t: Linear() for t in range(problem.horizon.years)}
    for o, s in parts.network.committed.items():
        for t, amount in parts.spending(o, s):
            yearly[t].add(amount, 1)
    for o, starts in parts.network.starts.items():
        for s in starts:
            for t, amount in parts.spending(o, s):
                yearly[t].add(amount, parts.variables["builds", o, s])
    limits = np.cumsum(problem.budget) if problem.policy.carry_over else problem.budget
    written: dict[Any, Row] = {}
    spent = Linear()
    for t, line in yearly.items():
        spent = spent.plus(line) if problem.policy.carry_over else line
        if np.isfinite(limits[t]):
            written[parts.label(t)] = (None, Linear().plus(spent), float(limits[t]))
    rows(block, "year", written)
    return {}
