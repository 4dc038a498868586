"""Whole zones to schools on a fixed network: a compiled local search with exact travel.

A move of a zone is priced by its travel and by the sites it touches.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.moves import (
    NOWHERE,
    add_cohort,
    force_move,
    may_attend,
    reassigned,
    try_move,
)
from optimizer.methods.by_site.site_costs import PUPILS, quick_cost, refresh_rows


@njit
def next_best(zone, level, cohort, width, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Cheapest other site for a zone's cohort among its nearest, -1 if none; nothing is moved."""
    here = state.site[zone, level, cohort]
    best, target, tried = np.inf, -1, 0
    for k in range(
        ground.choices[zone * ground.grades.shape[0] + level],
        ground.choices[zone * ground.grades.shape[0] + level + 1],
    ):
        site = ground.choice_site[k]
        if site == here or not may_attend(zone, level, cohort, site, ground, network):
            continue
        tried += 1
        if tried > width:
            break
        change = force_move(zone, level, cohort, site, ground, network, state, classes)
        force_move(zone, level, cohort, here, ground, network, state, classes)
        if change < best:
            best, target = change, site
    return target


@njit
def shed_class(site, level, cohort, members, width, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Send zones of a cohort elsewhere, cheapest first, until the site saves a class, if it pays.

    `members` are the zones whose cohort enters at the site. Returns the gain, 0 if all is undone.
    """
    block = site * ground.grades.shape[0] + level
    row = state.pupils.shape[1] - len(ground.discount) + cohort
    wanted = state.plain[block, row, cohort] - 1
    moved, total = 0, 0.0
    best_moved, best_total = 0, 0.0
    for zone in members:
        target = next_best(zone, level, cohort, width, ground, network, state, classes)
        if target < 0:
            continue
        total += force_move(zone, level, cohort, target, ground, network, state, classes)
        members[moved], moved = zone, moved + 1
        if total < best_total - 1e-3:
            best_moved, best_total = moved, total
        if state.plain[block, row, cohort] <= wanted:
            break
    for k in range(moved - 1, best_moved - 1, -1):
        force_move(members[k], level, cohort, site, ground, network, state, classes)
    return -best_total


@njit
def shed_all(sites, width, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Try to save a class in every cohort of a list of sites; returns the total gain."""
    zones, levels, years = ground.size.shape
    gain = 0.0
    members = np.empty(zones, dtype=np.int64)
    size = np.empty(zones)
    for site in sites:
        for level in range(levels):
            for cohort in range(years):
                count = 0
                for zone in range(zones):
                    here = state.site[zone, level, cohort] == site
                    if here and ground.size[zone, level, cohort] > PUPILS:
                        members[count] = zone
                        size[count] = ground.size[zone, level, cohort]
                        count += 1
                if count == 0:
                    continue
                order = np.argsort(size[:count])
                gain += shed_class(
                    site, level, cohort, members[:count][order], width, ground, network, state,
                    classes,
                )  # fmt: skip
    return gain


@njit
def try_site(zone, level, site, fine, ground, network, state, classes, old):  # type: ignore[no-untyped-def]
    """Try to move a zone to a site in each run of years in which it may attend; the gain.

    If `fine`, also the end of the run from each year on, and each year alone.
    """
    years = len(ground.discount)
    gain, c = 0.0, 0
    while c < years:
        end = c
        while end < years and may_attend(zone, level, end, site, ground, network):
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
def may_ever_attend(zone, level, site, ground, network):  # type: ignore[no-untyped-def]
    """Whether some cohort of a zone may enter at a site."""
    for cohort in range(len(ground.discount)):
        if may_attend(zone, level, cohort, site, ground, network):
            return True
    return False


@njit
def sweep(zones, width, fine, ground, network, state, classes, old):  # type: ignore[no-untyped-def]
    """Try to move each zone of a list to each of its `width` nearest schools; the total gain."""
    levels = ground.grades.shape[0]
    gain = 0.0
    for zone in zones:
        for level in range(levels):
            tried = 0
            for k in range(
                ground.choices[zone * levels + level], ground.choices[zone * levels + level + 1]
            ):
                site = ground.choice_site[k]
                if not may_ever_attend(zone, level, site, ground, network):
                    continue
                tried += 1
                if tried > width:
                    break
                gain += try_site(zone, level, site, fine, ground, network, state, classes, old)
    return gain


@njit
def place_missing(ground, network, state, classes, old):  # type: ignore[no-untyped-def]
    """Send every cohort that has no school, or a school it may not attend, to the cheapest one."""
    zones, levels, years = ground.size.shape
    for zone in range(zones):
        for level in range(levels):
            for c in range(years):
                if ground.size[zone, level, c] <= PUPILS or state.site[zone, level, c] >= 0:
                    continue
                for k in range(
                    ground.choices[zone * levels + level], ground.choices[zone * levels + level + 1]
                ):
                    site = ground.choice_site[k]
                    if may_attend(zone, level, c, site, ground, network):
                        try_move(zone, level, c, c + 1, site, ground, network, state, classes, old)


@njit
def rebuild(site, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Recompute the state from an assignment; drops what may not be. Returns the travel cost."""
    zones, levels, years = ground.size.shape
    state.pupils[:] = network.inherited
    state.joined[:] = network.joined
    travel = 0.0
    for zone in range(zones):
        for level in range(levels):
            for c in range(years):
                place = site[zone, level, c]
                state.site[zone, level, c] = -1
                if place < 0 or ground.size[zone, level, c] <= PUPILS:
                    continue
                if may_attend(zone, level, c, place, ground, network):
                    state.site[zone, level, c] = place
                    cost, count = add_cohort(zone, level, c, place, 1.0, ground, network, state, 0)
                    travel += cost
                    for k in range(count):
                        state.is_touched[state.touched[k]] = False
    state.plain[:] = 0
    state.plain_cost[:] = 0.0
    state.classes[:] = 0
    state.plain_money[:] = 0.0
    for s in range(len(state.cost)):
        for level in range(levels):
            refresh_rows(s, level, 0, state.pupils.shape[1], ground, state)
        state.cost[s] = quick_cost(s, ground, network, state, classes)
    return travel


@njit
def total_cost(ground, network, state):  # type: ignore[no-untyped-def]
    """Cost of the state: classes and rooms, travel of entering cohorts, reassignment."""
    zones, levels, years = ground.size.shape
    money = state.cost.sum()
    for zone in range(zones):
        for level in range(levels):
            money += reassigned(zone, level, ground, network, state)
            for c in range(years):
                place = state.site[zone, level, c]
                if ground.size[zone, level, c] <= PUPILS:
                    continue
                if place < 0:
                    money += NOWHERE
                    continue
                for g in range(min(ground.grades[level], years - c)):
                    number = ground.size[zone, level, c] * ground.factor[zone, level, c, g]
                    there = network.place[place, level, c, g]
                    money += ground.discount[c + g] * number * ground.unit[level, zone, there]
    return money
