"""Which schools may be merged into which."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Action, MergeArcs, Problem

MOST_RECEIVERS = 5


def merge_arcs_of(problem: Problem, may_run: np.ndarray) -> MergeArcs:
    """List the mergers that may be ordered, sorted by level, sender, receiver.

    A level of a school that may close can go on at the `MOST_RECEIVERS` sites that its base-year
    pupils reach quickest on average, of those that every zone with pupils there can reach in some
    grade of the level. A relocation's own arcs are always there.

    Parameters
    ----------
    may_run
        (S, L) bool: sites that the policy ever lets run a level.
    """
    sites, options = problem.sites, problem.options
    arcs: set[tuple[int, int, int]] = set()
    if Action.MERGE in problem.policy.actions:
        closable = sites.runs & _may_close(problem)[:, None]
        for site, level in zip(*(axis.tolist() for axis in np.nonzero(closable)), strict=True):
            fit = may_run[:, level] & (sites.point_grades == 0)
            arcs |= {(level, site, k) for k in _receivers(problem, site, level, fit)}
    for row in np.flatnonzero(options.relocates >= 0):
        old, new = int(options.relocates[row]), int(options.site[row])
        arcs |= {(int(level), old, new) for level in np.flatnonzero(sites.runs[old])}
    table = np.array(sorted(arcs), dtype=int).reshape(-1, 3)
    return MergeArcs(from_site=table[:, 1], to_site=table[:, 2], level=table[:, 0])


def _may_close(problem: Problem) -> np.ndarray:
    """(S,) bool: sites that the closing rules ever let stop a level (C20).

    An arc from any other site could never be used; leaving it out says so to every method, which
    otherwise has to allow for pupils who may join at its receivers.
    """
    sites, policy, enrolled = problem.sites, problem.policy, problem.enrolled
    may: np.ndarray = ~sites.may_not_close
    if policy.on("closing") and policy.close_below is not None:
        pupils = np.bincount(enrolled.site, enrolled.pupils, len(sites))
        may &= pupils < policy.close_below
    return may


def _receivers(problem: Problem, site: int, level: int, fit: np.ndarray) -> list[int]:
    """Return the best receivers among the sites that are `fit`, (S,) bool."""
    enrolled, travel, sites = problem.enrolled, problem.travel, len(problem.sites)
    here = (enrolled.site == site) & (enrolled.level == level) & (enrolled.pupils > 0)
    zones, which = np.unique(enrolled.zone[here], return_inverse=True)
    if not len(zones):
        return []
    pupils = np.bincount(which, weights=enrolled.pupils[here])
    last = problem.levels[level].first_grade + problem.levels[level].grades - 1
    usable = (travel.level == level) & (travel.usable_from <= last)
    rows = np.flatnonzero(usable & np.isin(travel.zone, zones))
    weight = pupils[np.searchsorted(zones, travel.zone[rows])]
    reached = np.bincount(travel.site[rows], minlength=sites) == len(zones)
    minutes = np.bincount(travel.site[rows], travel.minutes[rows] * weight, minlength=sites)
    found = np.flatnonzero(reached & fit & (np.arange(sites) != site))
    return [int(k) for k in found[np.argsort(minutes[found], kind="stable")][:MOST_RECEIVERS]]
