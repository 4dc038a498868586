"""Turn a candidate of the search into a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.classes import cheapest_classes
from optimizer.domain import Plan, Problem
from optimizer.methods.by_site.arrays import Ints
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.network import Design, bare_design, starts
from optimizer.methods.by_site.searcher import Candidate, Searcher
from optimizer.methods.by_site.site_costs import Ground
from optimizer.presence import presence

_compiled: set[tuple[bool, bool]] = set()
"""Kinds of search that this process has called: with areas in one piece or not, with classes."""


def make_plan(frame: Frame, candidate: Candidate) -> Plan:
    """Make the plan of a candidate, with classes chosen by the same code as for any other plan."""
    problem, design = frame.problem, candidate.design
    t0 = problem.horizon.first_year
    stop = frame.alternatives.stop[design.cycle]
    merges = [
        (site, int(design.target[site, level]), level, t0 + int(stop[site, level]))
        for site, level in np.argwhere(design.target >= 0)
        if stop[site, level] < problem.horizon.years
    ]
    plan = Plan(
        start=plan_starts(frame, design),
        runs=candidate.built.network.runs,
        merges=np.array(merges, dtype=np.int64).reshape(-1, 4),
        share=shares(problem, candidate.site),
        classes=tuple(
            np.zeros(
                (len(problem.sites), level.cohorts(problem.horizon.years), problem.horizon.years),
                dtype=int,
            )
            for level in problem.levels
        ),
    )
    return replace(plan, classes=cheapest_classes(problem, plan, presence(problem, plan)))


def plan_starts(frame: Frame, design: Design) -> Ints:
    """(O,) start year of every option as a plan has it: those served before t0 too, 0 for never."""
    start: Ints = frame.problem.options.committed.astype(np.int64)
    for option, year in starts(frame, design).items():
        start[option] = frame.problem.horizon.first_year + year
    return start


def compile_search(frame: Frame, ground: Ground) -> None:
    """Call every compiled function of the search once, on nobody: compiling is no part of it."""
    policy = frame.problem.policy
    kind = (policy.keeps_areas_together, policy.on("class_size"))
    if kind in _compiled:
        return
    zones, _, levels, years = frame.problem.shape
    size = np.zeros_like(ground.size)
    size.flags.writeable = ground.size.flags.writeable  # part of the type that is compiled for
    nobody = Searcher(frame, ground._replace(size=size))
    nowhere = np.full((zones, levels, years), -1, dtype=np.int64)
    candidate = nobody.price(bare_design(frame), nowhere, np.arange(zones), 1, True)
    if candidate is not None:
        make_plan(frame, candidate)
        _compiled.add(kind)


def candidate_design(frame: Frame, plan: Plan) -> Design | None:
    """Find the design of a plan, None where the frame has no such lifecycle or start."""
    design = design_in_parts(frame, plan)
    return design if np.all(design.cycle >= 0) else None


def design_in_parts(frame: Frame, plan: Plan) -> Design:
    """Find what the frame has of the design of a plan; `cycle` is -1 where it has none such."""
    problem, t0 = frame.problem, frame.problem.horizon.first_year
    cycles = np.full(len(problem.sites), -1, dtype=np.int64)
    years = np.arange(problem.horizon.years)
    for row, cycle in enumerate(frame.cycles):
        begin, stop = frame.alternatives.begin[row], frame.alternatives.stop[row]
        runs = (years >= begin[:, None]) & (years < stop[:, None])
        started = all(plan.start[o] == t0 + s for o, s in cycle.starts)
        same = started and np.array_equal(runs, plan.runs[cycle.site])
        if same and (cycles[cycle.site] < 0 or cycle.starts):
            cycles[cycle.site] = row
    more = frame.extensions
    in_cycle = [option for row in cycles[cycles >= 0] for option, _ in frame.cycles[row].starts]
    added = (plan.start[more.option] == t0 + more.start) & ~np.isin(more.option, in_cycle)
    extended = frozenset(int(row) for row in np.flatnonzero(added))
    target = np.full((len(problem.sites), len(problem.levels)), -1, dtype=np.int64)
    target[plan.merges[:, 0], plan.merges[:, 2]] = plan.merges[:, 1]
    return Design(cycles, extended, target)


def places(problem: Problem, plan: Plan) -> np.ndarray:
    """(Z, L, T) site with the largest share of each zone's entrants, -1 where there is none."""
    zones, _, levels, years = problem.shape
    travel = problem.travel
    best = np.full((zones, levels, years), 1e-6)
    site = np.full((zones, levels, years), -1, dtype=np.int64)
    for row in np.flatnonzero(plan.share.max(axis=1, initial=0.0) > 0):
        here = best[travel.zone[row], travel.level[row]]
        better = plan.share[row] > here
        here[better] = plan.share[row][better]
        site[travel.zone[row], travel.level[row]][better] = travel.site[row]
    return site


def shares(problem: Problem, site: np.ndarray) -> np.ndarray:
    """(P, T) shares of an assignment (Z, L, T) of whole zones."""
    travel = problem.travel
    share: np.ndarray = (site[travel.zone, travel.level] == travel.site[:, None]).astype(float)
    return share
