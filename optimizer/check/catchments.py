"""Rules about catchments: what hangs together, and what stays as it was (K1, K2)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.areas import joined, must_join, neighbours
from optimizer.check.case import PUPILS, SHARE, Case
from optimizer.domain import Violation
from optimizer.evaluate import counted_reassigned


def areas_hang_together(case: Case) -> Iterator[Violation]:
    """`catchments.contiguous`: a path through its area joins each zone to the school's own zone."""
    problem, adjacency = case.problem, case.problem.adjacency
    if adjacency is None or not problem.policy.keeps_areas_together:
        return
    travel, near = problem.travel, neighbours(adjacency, len(problem.zones))
    entrants = problem.demand.entrants[travel.zone, travel.level]
    used = (case.plan.share > SHARE) & (entrants >= PUPILS)
    asked = must_join(problem, adjacency)
    for level, year in np.ndindex(len(problem.levels), problem.horizon.years):
        nobody = set(np.flatnonzero(problem.demand.entrants[:, level, year] < PUPILS).tolist())
        rows = np.flatnonzero(used[:, year] & (travel.level == level))
        rows = rows[np.argsort(travel.site[rows], kind="stable")]
        for pairs in np.split(rows, np.flatnonzero(np.diff(travel.site[rows])) + 1):
            wanted = pairs[asked[pairs]]
            if not len(wanted):
                continue
            site = int(travel.site[wanted[0]])
            area = set(travel.zone[pairs].tolist()) | nobody
            there = joined(int(adjacency.own[site]), area, near)
            for pair in wanted[[int(zone) not in there for zone in travel.zone[wanted]]]:
                where = f"{problem.zones.ids[travel.zone[pair]]}>{problem.sites.ids[site]}"
                amount = float(case.plan.share[pair, year] * entrants[pair, year])
                yield Violation("catchments.contiguous", where, case.year(year), amount, "pupils")


def few_are_sent_elsewhere(case: Case) -> Iterator[Violation]:
    """`catchments.stability`: at most a share of a level's entrants is sent elsewhere in a year."""
    problem, most = case.problem, case.problem.policy.stability
    if most is None or not problem.policy.on("catchments"):
        return
    entrants = problem.demand.entrants
    limit = most * np.where(entrants >= PUPILS, entrants, 0.0).sum(axis=0)
    over = counted_reassigned(problem, case.plan).sum(axis=0) - limit
    for level, year in np.argwhere(over > PUPILS):
        amount = float(over[level, year])
        where = problem.levels[level].name
        yield Violation("catchments.stability", where, case.year(year), amount, "pupils")
