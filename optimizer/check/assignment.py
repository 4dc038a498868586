"""Rules about where entrants go (P4)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.check.case import PUPILS, SHARE, Case
from optimizer.domain import Violation


def every_entrant_has_a_school(case: Case) -> Iterator[Violation]:
    """`assignment.sum`: the shares of a zone with entrants lie in [0, 1] and add to 1."""
    problem, share, travel = case.problem, case.plan.share, case.problem.travel
    total = np.zeros_like(problem.demand.entrants)
    np.add.at(total, (travel.zone, travel.level), share)
    outside = np.zeros_like(total)
    np.maximum.at(outside, (travel.zone, travel.level), np.maximum(-share, share - 1.0))
    off = np.maximum(np.abs(total - 1.0), outside)
    wrong = (problem.demand.entrants >= PUPILS) & ~(off <= SHARE)
    for zone, level, year in np.argwhere(wrong):
        where, amount = problem.zones.ids[zone], float(off[zone, level, year])
        yield Violation("assignment.sum", where, case.year(year), amount, "share")


def entrants_go_where_they_may(case: Case) -> Iterator[Violation]:
    """`assignment.pair`: only on pairs open to an intake."""
    return _on_pairs(case, "assignment.pair", ~case.problem.travel.intake[:, None])


def entrants_find_the_level_running(case: Case) -> Iterator[Violation]:
    """`assignment.running`: only to a site that runs the level that year."""
    travel = case.problem.travel
    return _on_pairs(case, "assignment.running", ~case.plan.runs[travel.site, travel.level])


def zones_stay_whole(case: Case) -> Iterator[Violation]:
    """`assignment.whole`: where zones may not be split, a share is 0 or 1."""
    if case.problem.policy.keeps_zones_whole:
        yield from _on_pairs(case, "assignment.whole", case.plan.share < 1.0 - SHARE)


def _on_pairs(case: Case, rule: str, barred: np.ndarray) -> Iterator[Violation]:
    """Pupils that enter on a pair where `barred`, (P, T) or (P, 1), says they may not."""
    problem, travel = case.problem, case.problem.travel
    entrants = problem.demand.entrants[travel.zone, travel.level]
    wrong = barred & (case.plan.share > SHARE) & (entrants >= PUPILS)
    for pair, year in np.argwhere(wrong):
        zone, site = problem.zones.ids[travel.zone[pair]], problem.sites.ids[travel.site[pair]]
        amount = float(case.plan.share[pair, year] * entrants[pair, year])
        yield Violation(rule, f"{zone}>{site}", case.year(year), amount, "pupils")
