"""The turns of the method where policy fixes the number of schools.

The relaxation says which sites are likely. Among those the whole MILP with split zones chooses a
network, which takes seconds, and the whole MILP on that network alone places whole zones. Each turn
raises the bound and then widens the choice.
"""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.domain import Plan, Problem
from optimizer.methods.base import Limits, Start
from optimizer.methods.by_site.arrays import Bools
from optimizer.methods.by_site.ascent import Ascent, ascend, begin
from optimizer.methods.by_site.carried import carried
from optimizer.methods.by_site.counted import (
    first_counted,
    improve_counted,
    spread_cost,
    spread_sites,
)
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.plan import places
from optimizer.methods.by_site.restricted import promising_pairs, solve_restricted
from optimizer.methods.by_site.run import Run
from optimizer.methods.by_site.searcher import Candidate, Searcher

ROUNDS = 120
TURNS = 4
WIDTH = 6
"""Sites tried per zone and level in the first turn; more in later ones."""
NETWORK_GAP = 0.003
"""Gap at which the choice of a network ends: the whole zones on it cost as much again."""


def run_counted(
    searcher: Searcher, run: Run, start: Start, limits: Limits, deadline: float
) -> Ascent:
    """Raise the bound and find plans in turns; returns the state of the bound."""
    frame, ground = searcher.frame, searcher.ground
    state = begin(frame, None if start.prices is None else carried(frame, start.prices))
    if start.plan is not None and run.keep(start.plan, state.value):
        return state
    zones, _, levels, years = frame.problem.shape
    nowhere = np.full((zones, levels, years), -1, dtype=np.int64)
    candidate = first_counted(searcher, spread_sites(frame, ground), nowhere, deadline)
    if candidate is not None:
        run.accept(candidate, state.value)
        told = partial(run.accept, bound=state.value)
        soon = min(deadline, time.perf_counter() + limits.seconds / 10)
        improve_counted(searcher, candidate, soon, told)
    for turn in range(TURNS):
        guess = max(1.1 * state.value, spread_cost(frame, ground))
        aim = run.objective if np.isfinite(run.objective) else guess
        pause = min(deadline, time.perf_counter() + limits.seconds / 5)
        state = ascend(frame, state, aim, run.steps(state, ROUNDS), pause)
        run.proven(state)
        if run.done(state.value) or time.perf_counter() > deadline:
            break
        best = run.plan
        plan = _network_first(frame, state, turn, best, replace(limits, seconds=deadline))
        if plan is not None and run.keep(plan, state.value):
            break
        if plan is not None and frame.problem.policy.keeps_areas_together:
            polished = _polished(searcher, plan, deadline)
            if polished is not None and run.accept(polished, state.value):
                break
        if run.spent(state):
            break
    return state


def _polished(searcher: Searcher, plan: Plan, deadline: float) -> Candidate | None:
    """Move zones of a plan from area to area: its model knew only areas that narrow outwards."""
    opened = np.flatnonzero(plan.runs.any(axis=(1, 2)))
    return first_counted(searcher, opened, places(searcher.frame.problem, plan), deadline)


def _network_first(
    frame: Frame, state: Ascent, turn: int, best: Plan | None, limits: Limits
) -> Plan | None:
    """Choose a network with split zones, then place zones on it; `limits.seconds` is a deadline."""
    problem, table = frame.problem, frame.alternatives
    share = np.add.reduceat(state.cycle * table.running.any(axis=1), table.first[:-1])
    many = (2 + turn) * (problem.policy.schools_open or 1)
    sites = np.zeros(len(problem.sites), dtype=bool)
    sites[np.argsort(-share, kind="stable")[:many]] = True
    if best is not None:
        sites |= best.runs.any(axis=(1, 2))
    loose = replace(problem, policy=replace(problem.policy, whole_zones=False))
    network = _part(loose, sites, WIDTH + 2 * turn, best, limits, NETWORK_GAP / (1 + turn))
    if network is None or not problem.policy.keeps_zones_whole:
        return network
    runs = np.asarray(network.runs.any(axis=(1, 2)))
    return _part(problem, runs, WIDTH, None, limits, limits.gap)


def _part(
    problem: Problem, sites: Bools, width: int, best: Plan | None, limits: Limits, gap: float
) -> Plan | None:
    """Solve the part of a problem where only some sites may open, in half the time left."""
    left = limits.seconds - time.perf_counter()
    if left < 1.0:
        return None
    used = np.zeros(len(problem.travel), dtype=bool)
    if best is not None:
        used |= best.share.any(axis=1)
    pairs = promising_pairs(problem, sites, width, used)
    projects = sites[problem.options.site]
    return solve_restricted(
        problem, pairs, projects, best, replace(limits, seconds=left / 2, gap=gap)
    )
