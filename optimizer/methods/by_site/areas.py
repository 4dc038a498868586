"""Moves of whole zones that keep the areas of schools in one piece (K1); compiled.

Zones are placed ring by ring from the schools' own zones outwards (`grow`). A zone then goes to
another school only if a path leads from there to that school's own zone, and if those it leaves
behind are still joined to theirs; each entry year has its own areas.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.areas import must_join, neighbours
from optimizer.compiled import njit
from optimizer.domain import Problem
from optimizer.methods.by_site.arrays import Bools, Ints
from optimizer.methods.by_site.moves import force_move, may_attend, try_move
from optimizer.methods.by_site.site_costs import PUPILS


class Land(NamedTuple):
    """What touches, for the search.

    Attributes
    ----------
    first, near
        The zones that zone i touches are rows first[i] … of `near`: (Z + 1,), (.,).
    own
        (S,) zone in which a site stands, -1 for none.
    asked
        (L, Z, S) whether the zone must be joined to the site's own zone if it goes there.
    mark, queue
        (Z + 1,) and (Z,) scratch space: what is marked with mark[Z] has been seen.
    """

    first: Ints
    near: Ints
    own: Ints
    asked: Bools
    mark: Ints
    queue: Ints


def make_land(problem: Problem) -> Land | None:
    """Lay out what touches; None where nothing is asked."""
    adjacency, policy = problem.adjacency, problem.policy
    if adjacency is None or not policy.keeps_areas_together:
        return None
    zones, sites, levels, _ = problem.shape
    near, travel = neighbours(adjacency, zones), problem.travel
    asked = np.zeros((levels, zones, sites), dtype=bool)
    asked[travel.level, travel.zone, travel.site] = must_join(problem, adjacency)
    return Land(
        first=np.cumsum([0, *(len(one) for one in near)]).astype(np.int64),
        near=np.array([zone for one in near for zone in one], dtype=np.int64),
        own=adjacency.own.astype(np.int64),
        asked=asked,
        mark=np.zeros(zones + 1, dtype=np.int64),
        queue=np.zeros(max(zones, 1), dtype=np.int64),
    )


@njit
def walk(start, without, goal, site, level, cohort, ground, land, state):  # type: ignore[no-untyped-def]
    """Mark what a walk through a site's area comes to, never by `without`; whether `goal` was met.

    The walk ends once it meets `goal`; -1: it goes on until all is marked.
    """
    own, seen = land.own[site], land.mark[-1] + 1
    land.mark[-1] = seen
    land.mark[start] = seen
    land.queue[0] = start
    head, tail = 0, 1
    while head < tail:
        zone = land.queue[head]
        head += 1
        if zone == goal:
            return True
        for k in range(land.first[zone], land.first[zone + 1]):
            other = land.near[k]
            if other == without or land.mark[other] == seen:
                continue
            inside = other == own or state.site[other, level, cohort] == site
            if inside or ground.size[other, level, cohort] <= PUPILS:
                land.mark[other] = seen
                land.queue[tail] = other
                tail += 1
    return False


@njit
def may_join(zone, level, cohort, site, ground, land, state):  # type: ignore[no-untyped-def]
    """Whether a zone would be joined to a site's own zone, or need not be."""
    if not land.asked[level, zone, site]:
        return True
    own = land.own[site]
    return walk(zone, -1, own, site, level, cohort, ground, land, state)


@njit
def may_leave(zone, level, cohort, ground, land, state):  # type: ignore[no-untyped-def]
    """Whether the zones of a zone's school stay joined without it."""
    site = state.site[zone, level, cohort]
    if site < 0 or land.own[site] < 0 or land.own[site] == zone:
        return True
    held = 0
    for k in range(land.first[zone], land.first[zone + 1]):
        other = land.near[k]
        inside = other == land.own[site] or state.site[other, level, cohort] == site
        held += inside or ground.size[other, level, cohort] <= PUPILS
    if held <= 1:
        return True
    walk(land.own[site], zone, -1, site, level, cohort, ground, land, state)
    seen = land.mark[-1]
    for k in range(land.first[zone], land.first[zone + 1]):
        other = land.near[k]
        inside = state.site[other, level, cohort] == site
        inside = inside or ground.size[other, level, cohort] <= PUPILS
        if inside and land.mark[other] != seen:
            return not _left_behind(zone, site, level, cohort, ground, land, state)
    return True


@njit
def _left_behind(zone, site, level, cohort, ground, land, state):  # type: ignore[no-untyped-def]
    """Whether the last walk left out a zone of the site that must be joined, but for one."""
    for other in range(len(ground.size)):
        here = state.site[other, level, cohort] == site and other != zone
        if here and land.asked[level, other, site] and land.mark[other] != land.mark[-1]:
            return True
    return False


@njit
def touches(zone, level, site, land, state):  # type: ignore[no-untyped-def]
    """Whether a zone lies beside some area of a site, or nothing is asked of it there."""
    if not land.asked[level, zone, site] or land.own[site] == zone:
        return True
    for k in range(land.first[zone], land.first[zone + 1]):
        other = land.near[k]
        if other == land.own[site] or np.any(state.site[other, level] == site):
            return True
        if np.any(state.site[other, level] < 0):
            return True
    return False


@njit
def may_move(zone, level, cohort, site, ground, network, land, state):  # type: ignore[no-untyped-def]
    """Whether a zone's cohort may enter at a site and all areas stay in one piece."""
    if not may_attend(zone, level, cohort, site, ground, network):
        return False
    here = state.site[zone, level, cohort]
    if here == site or ground.size[zone, level, cohort] <= PUPILS:
        return True
    return may_join(zone, level, cohort, site, ground, land, state) and may_leave(
        zone, level, cohort, ground, land, state
    )


@njit
def try_area(zone, level, site, fine, ground, network, land, state, classes, old):  # type: ignore[no-untyped-def]
    """Try to move a zone to a site in each run of years in which it may; see `search.try_site`."""
    years = len(ground.discount)
    gain, c = 0.0, 0
    while c < years:
        end = c
        while end < years and may_move(zone, level, end, site, ground, network, land, state):
            end += 1
        if end > c:
            gain += try_move(zone, level, c, end, site, ground, network, state, classes, old)
            for s in range(c, end if fine else c):
                if s > c:
                    gain += try_move(
                        zone, level, s, end, site, ground, network, state, classes, old
                    )
                gain += try_move(zone, level, s, s + 1, site, ground, network, state, classes, old)
        c = end + 1
    return gain


@njit
def sweep_areas(zones, fine, ground, network, land, state, classes, old):  # type: ignore[no-untyped-def]
    """Try to move each zone of a list to each school whose area it lies beside; the total gain."""
    levels = ground.grades.shape[0]
    gain = 0.0
    for zone in zones:
        for level in range(levels):
            cell = zone * levels + level
            for k in range(ground.choices[cell], ground.choices[cell + 1]):
                site = ground.choice_site[k]
                if touches(zone, level, site, land, state):
                    gain += try_area(
                        zone, level, site, fine, ground, network, land, state, classes, old
                    )
    return gain


@njit
def cut_loose(ground, land, state):  # type: ignore[no-untyped-def]
    """(Z, L, T) sites of the zones that are joined to their school, -1 for the others."""
    zones, levels, years = ground.size.shape
    kept = state.site.copy()
    for level in range(levels):
        for cohort in range(years):
            for site in np.unique(state.site[:, level, cohort]):
                if site < 0 or land.own[site] < 0:
                    continue
                own = land.own[site]
                walk(own, -1, -1, site, level, cohort, ground, land, state)
                for zone in range(zones):
                    here = state.site[zone, level, cohort] == site
                    asked = here and land.asked[level, zone, site]
                    if asked and land.mark[zone] != land.mark[-1]:
                        kept[zone, level, cohort] = -1
    return kept


@njit
def grow(ground, network, land, state, classes, old):  # type: ignore[no-untyped-def]
    """Place cohorts without a school, ring by ring, each at the cheapest school beside it."""
    zones, levels, years = ground.size.shape
    placed = True
    while placed:
        placed = False
        for level in range(levels):
            for cohort in range(years):
                for zone in range(zones):
                    nowhere = state.site[zone, level, cohort] < 0
                    if not nowhere or ground.size[zone, level, cohort] <= PUPILS:
                        continue
                    cell = zone * levels + level
                    for k in range(ground.choices[cell], ground.choices[cell + 1]):
                        site = ground.choice_site[k]
                        if may_move(zone, level, cohort, site, ground, network, land, state):
                            try_move(
                                zone, level, cohort, cohort + 1, site, ground, network, state,
                                classes, old,
                            )  # fmt: skip
                    placed = placed or state.site[zone, level, cohort] >= 0


@njit
def chain(zone, level, cohort, site, ground, network, land, state, classes):  # type: ignore[no-untyped-def]
    """Send a zone to a site, and on from there the zone that pays best; the gain, 0 if undone."""
    here = state.site[zone, level, cohort]
    paid = force_move(zone, level, cohort, site, ground, network, state, classes)
    levels = ground.grades.shape[0]
    best, who, whereto = -1e-3 - paid, -1, -1
    for other in range(len(ground.size)):
        if other == zone or state.site[other, level, cohort] != site:
            continue
        if not may_leave(other, level, cohort, ground, land, state):
            continue
        cell = other * levels + level
        for k in range(ground.choices[cell], ground.choices[cell + 1]):
            to = ground.choice_site[k]
            if to == site or not touches(other, level, to, land, state):
                continue
            if not may_move(other, level, cohort, to, ground, network, land, state):
                continue
            more = force_move(other, level, cohort, to, ground, network, state, classes)
            force_move(other, level, cohort, site, ground, network, state, classes)
            if more < best:
                best, who, whereto = more, other, to
    if who >= 0:
        return -paid - force_move(who, level, cohort, whereto, ground, network, state, classes)
    force_move(zone, level, cohort, here, ground, network, state, classes)
    return 0.0


@njit
def chain_all(zones, ground, network, land, state, classes):  # type: ignore[no-untyped-def]
    """Try chains of two moves from each zone of a list; the total gain."""
    levels, years = ground.grades.shape[0], len(ground.discount)
    gain = 0.0
    for zone in zones:
        for level in range(levels):
            cell = zone * levels + level
            for cohort in range(years):
                for k in range(ground.choices[cell], ground.choices[cell + 1]):
                    here, site = state.site[zone, level, cohort], ground.choice_site[k]
                    if site == here or here < 0 or ground.size[zone, level, cohort] <= PUPILS:
                        continue
                    if not touches(zone, level, site, land, state):
                        continue
                    if may_move(zone, level, cohort, site, ground, network, land, state):
                        gain += chain(
                            zone, level, cohort, site, ground, network, land, state, classes
                        )
    return gain
