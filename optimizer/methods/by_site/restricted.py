"""A part of the whole MILP: the same problem with fewer pairs and fewer projects, solved as one.

A plan of the restricted problem is a plan of the whole one, so this serves to improve plans; its
bound says nothing about the whole problem. It pays where places are scarce: moving one zone after
another does not fill schools to the last seat, a solver does.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain import Plan, Problem
from optimizer.formulation import contiguity, nearer
from optimizer.formulation.build import FAMILIES
from optimizer.methods.base import Limits, Start
from optimizer.methods.by_site.arrays import Bools
from optimizer.methods.by_site.ways import unit_travel
from optimizer.methods.child import ChildError
from optimizer.methods.mip import SolverError
from optimizer.methods.monolithic import monolithic

EASY = tuple(nearer if family is contiguity else family for family in FAMILIES)
"""The families of a model that finds plans sooner, and loses some."""
MOST_SHARES = 20_000
"""Shares over which a solver chooses in seconds; it is not asked about more."""
FAILURES = (SolverError, ChildError)
"""What ends the solving of a part, which is a help, and not the run, which goes on without."""


def restrict(problem: Problem, pairs: Bools, projects: Bools) -> Problem:
    """Let pupils enter by some pairs (P,) only and build some projects (O,) only.

    Committed projects always stay.
    """
    travel, options = problem.travel, problem.options
    kept = projects | (options.committed > 0)
    return replace(
        problem,
        travel=replace(travel, intake=travel.intake & pairs),
        options=replace(options, latest=np.where(kept, options.latest, options.earliest - 1)),
    )


def solve_restricted(
    problem: Problem, pairs: Bools, projects: Bools, start: Plan | None, limits: Limits
) -> Plan | None:
    """Solve the problem with some intake pairs (P,) and projects (O,) only; None: no plan found."""
    part, first = restrict(problem, pairs, projects), None if start is None else Start(start)
    try:
        # A run's nodes are steps of its ascent: they say nothing of the trees of its parts.
        whole = replace(limits, nodes=None)
        return monolithic(part, whole, first, families=EASY, doubted=False).plan
    except FAILURES:
        return None


def widen_choice(problem: Problem, plan: Plan | None, width: int, limits: Limits) -> Plan | None:
    """Improve a plan over its own pairs and each zone's cheapest `width`; None: no plan found."""
    sites, used = np.ones(len(problem.sites), dtype=bool), np.zeros(len(problem.travel), dtype=bool)
    if plan is not None:
        used = np.asarray(plan.share.any(axis=1))
    pairs = promising_pairs(problem, sites, width, used)
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
