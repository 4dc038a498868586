"""A part of the whole MILP: the same problem with fewer pairs and fewer projects, solved as one.

A plan of the restricted problem is a plan of the whole one, so this serves to improve plans; its
bound says nothing about the whole problem. It pays where places are scarce: moving one zone after
another does not fill schools to the last seat, a solver does.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any, TypeVar

import numpy as np

from optimizer.domain import Options, Plan, Problem, Travel
from optimizer.methods.base import Limits, Start
from optimizer.methods.by_site.arrays import Bools, Ints
from optimizer.methods.by_site.ways import unit_travel
from optimizer.methods.monolithic import monolithic

MOST_SHARES = 20_000
"""Shares over which a solver chooses in seconds; it is not asked about more."""

Table = TypeVar("Table", Options, Travel)


@dataclass(frozen=True)
class Part:
    """A problem with some of the pairs and projects of another, at these positions of it."""

    problem: Problem
    pairs: Ints
    projects: Ints
    whole: Problem

    def narrow(self, plan: Plan) -> Plan:
        """State a plan of the whole problem, as far as it goes, in the part's tables."""
        return replace(plan, start=plan.start[self.projects], share=plan.share[self.pairs])

    def widen(self, plan: Plan) -> Plan:
        """State a plan of the part in the tables of the whole problem."""
        start = np.zeros(len(self.whole.options), dtype=np.int64)
        start[self.projects] = plan.start
        share = np.zeros((len(self.whole.travel), self.whole.horizon.years))
        share[self.pairs] = plan.share
        return replace(plan, start=start, share=share)


def restrict(problem: Problem, pairs: Bools, projects: Bools) -> Part:
    """Keep some intake pairs (P,) and projects (O,) only.

    Pairs without intake and committed projects always stay.
    """
    kept_pairs = np.flatnonzero(pairs | ~problem.travel.intake)
    kept_projects = np.flatnonzero(projects | (problem.options.committed > 0))
    travel, options = _rows(problem.travel, kept_pairs), _rows(problem.options, kept_projects)
    return Part(
        replace(problem, travel=travel, options=options), kept_pairs, kept_projects, problem
    )


def solve_restricted(
    problem: Problem, pairs: Bools, projects: Bools, start: Plan | None, limits: Limits
) -> Plan | None:
    """Solve the problem with some intake pairs (P,) and projects (O,) only; None: no plan found."""
    part = restrict(problem, pairs, projects)
    first = None if start is None else Start(part.narrow(start))
    answer = monolithic(part.problem, limits, first)
    return None if answer.plan is None else part.widen(answer.plan)


def widen_choice(problem: Problem, plan: Plan, width: int, limits: Limits) -> Plan | None:
    """Improve a plan over its own pairs and each zone's cheapest `width`; None: not improved."""
    sites = np.ones(len(problem.sites), dtype=bool)
    pairs = promising_pairs(problem, sites, width, np.asarray(plan.share.any(axis=1)))
    if pairs.sum() * problem.horizon.years > MOST_SHARES:
        return None
    projects = np.ones(len(problem.options), dtype=bool)
    return solve_restricted(problem, pairs, projects, plan, limits)


def promising_pairs(problem: Problem, sites: Bools, width: int, used: Bools) -> Bools:
    """(P,) pairs in use, and of each zone and level its cheapest `width` among some sites."""
    travel = problem.travel
    cost = np.where(travel.intake & sites[travel.site], unit_travel(problem), np.inf)
    body = travel.level * len(problem.zones) + travel.zone
    order = np.lexsort([cost, body])
    first = np.searchsorted(body[order], body[order])
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order)) - first
    promising: Bools = (used & travel.intake) | ((rank < width) & np.isfinite(cost))
    return promising


def _rows(table: Table, rows: np.ndarray) -> Table:
    """Take some rows of a table."""
    picked: dict[str, Any] = {}
    for field in fields(table):
        column = getattr(table, field.name)
        picked[field.name] = (
            column[rows] if isinstance(column, np.ndarray) else tuple(column[row] for row in rows)
        )
    return replace(table, **picked)
