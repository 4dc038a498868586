"""What a school's area hangs together by: paths between zones, and where none is asked (K1)."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from optimizer.domain import Adjacency, Problem

PUPILS = 1e-4


def neighbours(adjacency: Adjacency, zones: int) -> list[list[int]]:
    """For each zone those that it touches, in order."""
    found: list[list[int]] = [[] for _ in range(zones)]
    for a, b in zip(adjacency.zone_a.tolist(), adjacency.zone_b.tolist(), strict=True):
        found[a].append(b)
        found[b].append(a)
    return [sorted(one) for one in found]


def joined(root: int, inside: Iterable[int], near: list[list[int]]) -> set[int]:
    """Zones to which a path leads from `root` through zones `inside`; the root is one of them."""
    left = set(inside)
    left.discard(root)
    waiting, found = [root], {root}
    while waiting:
        for zone in near[waiting.pop()]:
            if zone in left:
                left.discard(zone)
                found.add(zone)
                waiting.append(zone)
    return found


def first_grade_shares(
    problem: Problem,
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Zone, site, level and share of the zone's base-year pupils of the level's first grade."""
    enrolled = problem.enrolled
    first = np.array([level.first_grade for level in problem.levels])
    rows = np.flatnonzero((enrolled.grade == first[enrolled.level]) & (enrolled.pupils > 0))
    zone, site, level = enrolled.zone[rows], enrolled.site[rows], enrolled.level[rows]
    total = np.zeros((len(problem.zones), len(problem.levels)))
    np.add.at(total, (zone, level), enrolled.pupils[rows])
    return zone, site, level, enrolled.pupils[rows] / total[zone, level]


def schools_of_today(problem: Problem) -> np.ndarray:
    """(L, Z) site with most of a zone's first grade in the base year, -1 where it has none."""
    zone, site, level, share = first_grade_shares(problem)
    found = np.full((len(problem.levels), len(problem.zones)), -1)
    for index in range(len(problem.levels)):
        mine = level == index
        shape = (len(problem.zones), len(problem.sites))
        pupils = coo_array((share[mine], (zone[mine], site[mine])), shape=shape).tocsr()
        for i in np.flatnonzero(np.diff(pupils.indptr)):
            row = slice(pupils.indptr[i], pupils.indptr[i + 1])
            best = pupils.data[row].max()
            found[index, i] = pupils.indices[row][pupils.data[row] == best].min()
    return found


def torn(today: np.ndarray, adjacency: Adjacency) -> set[tuple[int, int, int]]:
    """(zone, site, level) of areas that no path through the area joins to the school's own zone.

    Parameters
    ----------
    today
        (L, Z) the site of each zone, as `schools_of_today` returns.
    """
    near, found = neighbours(adjacency, today.shape[1]), set()
    for level, sites in enumerate(today):
        nobody = set(np.flatnonzero(sites < 0).tolist())
        for site in np.unique(sites[sites >= 0]).tolist():
            own, area = int(adjacency.own[site]), set(np.flatnonzero(sites == site).tolist())
            if own >= 0:
                apart = area - joined(own, area | nobody, near)
                found |= {(zone, site, level) for zone in apart}
    return found


def must_join(problem: Problem, adjacency: Adjacency) -> np.ndarray:
    """(P,) bool: pairs whose zone, if it goes there, must be joined to the school's own zone (K1).

    Nothing is asked of a site that stands in no zone, across water (no way through any zones leads
    there), and where today's area is torn already.
    """
    zones, travel = len(problem.zones), problem.travel
    ends = adjacency.zone_a, adjacency.zone_b
    links = coo_array((np.ones(len(adjacency)), ends), shape=(zones, zones))
    _, part = connected_components(links, directed=False)
    own = adjacency.own[travel.site]
    asked: np.ndarray = (own >= 0) & (part[travel.zone] == part[own])
    excused = torn(schools_of_today(problem), adjacency)
    if excused:
        rows = zip(travel.zone.tolist(), travel.site.tolist(), travel.level.tolist(), strict=True)
        asked &= ~np.array([row in excused for row in rows], dtype=bool)
    return asked
