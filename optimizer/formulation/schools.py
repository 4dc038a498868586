"""Schools: a site counts, and costs, as one school in every year in which any level runs (C17; N7).

Where a site may run several levels, open[j,t] says whether any of them does:

    any_level[j,l,t]: open[j,t] ≥ operates[j,l,t]
    some_level[j,t]:  open[j,t] ≤ Σ_l operates[j,l,t]
    schools_open[t]:  Σ_j open[j,t] = p                 where policy fixes the number of schools

elsewhere open = operates. Only the number of schools ties sites together.

    school_running = Σ annual_cost[j] · open[j,t] · d[t]
"""

from __future__ import annotations

from typing import Any

from optimizer.domain import Problem
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows

NAME = "schools"
TIES_SITES = frozenset({"schools_open"})


def applies(problem: Problem) -> bool:
    """Whether there is a site."""
    return len(problem.sites) > 0


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; return the cost of running schools."""
    running = _running(parts)
    _define(block, parts, running)
    cost = Linear()
    count: dict[int, Linear] = {t: Linear() for t in range(parts.problem.horizon.years)}
    for (j, t), levels in running.items():
        if ("open", j, t) in parts.variables:
            is_open = parts.variables["open", j, t]
        else:
            is_open = 1 if _always(levels) else next(iter(levels.values()))
        count[t].add(1.0, is_open)
        cost.add(float(parts.problem.sites.annual_cost[j]) * parts.discount(t), is_open)
    wanted = parts.problem.policy.schools_open
    if wanted is not None:
        exactly: dict[Any, Row] = {
            parts.label(t): (wanted, line, wanted) for t, line in count.items()
        }
        rows(block, "schools_open", exactly)
    return {"school_running": cost}


def _running(parts: Parts) -> dict[tuple[int, int], dict[str, Any]]:
    """Whether each level that may run at a site does, by (site, year from t0)."""
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for j, level in parts.possible():
        for t in range(parts.problem.horizon.years):
            running = parts.running(j, level, t)
            found.setdefault((j, t), {})[parts.problem.levels[level].name] = running
    return found


def _always(levels: dict[str, Any]) -> bool:
    return any(isinstance(one, int) and one == 1 for one in levels.values())


def _define(block: Any, parts: Parts, running: dict[tuple[int, int], dict[str, Any]]) -> None:
    """Declare `open` where several levels may run and none always does."""
    several = {
        where: levels
        for where, levels in running.items()
        if len(levels) > 1 and not _always(levels)
    }
    label = {(j, t): (parts.problem.sites.ids[j], parts.label(t)) for j, t in several}
    columns: Columns = {("open", j, t): (label[j, t], j, 1.0) for j, t in several}
    parts.declare(block, "open", columns)
    any_level: dict[Any, Row] = {}
    some_level: dict[Any, Row] = {}
    for where, levels in several.items():
        is_open = parts.variables["open", *where]
        some = Linear().add(1.0, is_open)
        for name, one in levels.items():
            line = Linear().add(1.0, is_open).add(-1.0, one)
            any_level[label[where][0], name, label[where][1]] = (0.0, line, None)
            some.add(-1.0, one)
        some_level[label[where]] = (None, some, 0.0)
    rows(block, "any_level", any_level)
    rows(block, "some_level", some_level)
