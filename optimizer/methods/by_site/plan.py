"""Turn a candidate of the search into a plan."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.classes import cheapest_classes
from optimizer.domain import Plan, Problem
from optimizer.methods.by_site.improve import Candidate
from optimizer.methods.by_site.network import starts
from optimizer.methods.by_site.relaxation import Frame
from optimizer.presence import presence


def make_plan(frame: Frame, candidate: Candidate) -> Plan:
    """The plan of a candidate, with classes chosen by the same code as for any other plan."""
    problem, design = frame.problem, candidate.design
    t0 = problem.horizon.first_year
    start = problem.options.committed.astype(np.int64).copy()
    for option, year in starts(frame, design).items():
        start[option] = t0 + year
    stop = frame.alternatives.stop[design.cycle]
    merges = [
        (site, int(design.target[site, level]), level, t0 + int(stop[site, level]))
        for site, level in np.argwhere(design.target >= 0)
        if stop[site, level] < problem.horizon.years
    ]
    plan = Plan(
        start=start,
        runs=candidate.built.network.runs,
        merges=np.array(merges, dtype=np.int64).reshape(-1, 4),
        share=shares(problem, candidate.site),
        classes=tuple(
            np.zeros((len(problem.sites), level.cohorts(problem.horizon.years), problem.horizon.years), dtype=int)
            for level in problem.levels
        ),
    )
    return replace(plan, classes=cheapest_classes(problem, plan, presence(problem, plan)))


def shares(problem: Problem, site: np.ndarray) -> np.ndarray:
    """(P, T) shares of an assignment (Z, L, T) of whole zones."""
    travel = problem.travel
    share: np.ndarray = (site[travel.zone, travel.level] == travel.site[:, None]).astype(float)
    return share
