"""What the way to school costs: at a site, after a stop, and after a teaching point's grades."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Problem
from optimizer.domain.tables import MODES
from optimizer.methods.by_site.arrays import Floats, Ints


def unit_travel(problem: Problem) -> Floats:
    """(P,) yuan per pupil-year on each travel row: time, bus and minutes beyond the limit."""
    travel, prices = problem.travel, problem.prices
    minutes = travel.minutes * 2.0 * prices.school_days * prices.yuan_per_minute
    bus = (travel.mode == MODES.index("bus")) * prices.bus_pupil_year
    result: Floats = minutes + bus + travel.beyond * prices.beyond_pupil_minute
    return result


def unit_elsewhere(problem: Problem, unit: Floats, lookup: Ints) -> Floats:
    """(P,) least unit travel of a row's zone at any site where its pupils may be after a stop.

    Mergers may follow one another, and points hand on to their parents: every site that can be
    reached counts.
    """
    best = np.full(len(unit), np.inf)
    for (origin, level), targets in _reachable(problem).items():
        if targets:
            rows = np.flatnonzero((problem.travel.site == origin) & (problem.travel.level == level))
            other = lookup[level][problem.travel.zone[rows][:, None], sorted(targets)]
            best[rows] = np.where(other >= 0, unit[other], np.inf).min(axis=1)
    return best


def _reachable(problem: Problem) -> dict[tuple[int, int], set[int]]:
    """Sites where the pupils of a site and level may be once they have left it."""
    arcs, parent = problem.merge_arcs, problem.sites.parent
    following: dict[tuple[int, int], set[int]] = {}
    for origin, target, level in zip(arcs.from_site, arcs.to_site, arcs.level, strict=True):
        following.setdefault((int(origin), int(level)), set()).add(int(target))
    for point in np.flatnonzero(parent >= 0):
        for level in np.flatnonzero(problem.sites.runs[point]):
            following.setdefault((int(point), int(level)), set()).add(int(parent[point]))
    found: dict[tuple[int, int], set[int]] = {}
    for (origin, level), next_sites in following.items():
        seen: set[int] = set()
        waiting = set(next_sites)
        while waiting:
            site = waiting.pop()
            seen.add(site)
            waiting |= following.get((site, level), set()) - seen
        found[origin, level] = seen
    return found


def unit_at_parent(problem: Problem, unit: Floats, lookup: Ints) -> Floats:
    """(P,) least unit travel at a teaching point's parent or wherever that leads; 0 elsewhere."""
    best = np.zeros(len(unit))
    reachable = _reachable(problem)
    for point in np.flatnonzero(problem.sites.point_grades > 0):
        parent = int(problem.sites.parent[point])
        for level in np.flatnonzero(problem.sites.runs[point]):
            targets = sorted({parent} | reachable.get((parent, int(level)), set()))
            rows = np.flatnonzero((problem.travel.site == point) & (problem.travel.level == level))
            other = lookup[level][problem.travel.zone[rows][:, None], targets]
            least = np.where(other >= 0, unit[other], np.inf).min(axis=1)
            best[rows] = np.where(np.isfinite(least), least, 0.0)
    return best
