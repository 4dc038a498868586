"""A part of the whole MILP: the same problem with fewer pairs and fewer projects, solved as one.

A plan of the restricted problem is a plan of the whole one, so this serves to improve plans; its
bound says nothing about the whole problem. It pays where places are scarce: moving one zone after
another does not fill schools to the last seat, a solver does.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any, TypeVar

import numpy as np

from optimizer.domain import Options, Plan, Problem, Travel
from optimizer.formulation import contiguity, nearer
from optimizer.formulation.build import FAMILIES
from optimizer.methods.base import Limits, Start
from optimizer.methods.by_site.arrays import Bools
from optimizer.methods.by_site.ways import unit_travel
from optimizer.methods.monolithic import monolithic

EASY = tuple(nearer if family is contiguity else family for family in FAMILIES)
"""The families of a model that finds plans sooner, and loses some."""

Table = TypeVar("Table", Options, Travel)


def solve_restricted(
    problem: Problem, pairs: Bools, projects: Bools, start: Plan | None, limits: Limits
) -> Plan | None:
    """Solve the problem with some intake pairs (P,) and projects (O,) only; None: no plan found.

    Pairs without intake and committed projects always stay.
    """
    kept_pairs = np.flatnonzero(pairs | ~problem.travel.intake)
    kept_projects = np.flatnonzero(projects | (problem.options.committed > 0))
    part = replace(
        problem,
        travel=_rows(problem.travel, kept_pairs),
        options=_rows(problem.options, kept_projects),
    )
    first = None
    if start is not None:
        first = Start(
            replace(start, start=start.start[kept_projects], share=start.share[kept_pairs])
        )
    answer = monolithic(part, limits, first, families=EASY)
    if answer.plan is None:
        return None
    whole = np.zeros(len(problem.options), dtype=np.int64)
    whole[kept_projects] = answer.plan.start
    share = np.zeros((len(problem.travel), problem.horizon.years))
    share[kept_pairs] = answer.plan.share
    return replace(answer.plan, start=whole, share=share)


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
