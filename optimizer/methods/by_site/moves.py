"""Moves of a zone's cohorts between schools, tried, priced and undone; compiled.

A move of a zone is priced by its travel and by the sites it touches.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.site_costs import PUPILS, quick_cost, refresh_rows

NOWHERE = 1e9
"""Yuan for a cohort without a school: any school is cheaper."""


@njit
def add_cohort(zone, level, cohort, site, sign, ground, network, state, count):  # type: ignore[no-untyped-def]
    """Add or take away a zone's cohort along its life.

    Lists the touched sites; returns the travel cost and the number listed.
    """
    levels, years = ground.grades.shape[0], len(ground.discount)
    inherited = state.pupils.shape[1] - years
    travel = 0.0
    before = -1
    for g in range(min(ground.grades[level], years - cohort)):
        place = network.place[site, level, cohort, g]
        number = ground.size[zone, level, cohort] * ground.factor[zone, level, cohort, g]
        t = cohort + g
        block = place * levels + level
        state.pupils[block, inherited + cohort, t] += sign * number
        if before >= 0 and place != before:
            state.joined[block, inherited + cohort, t] += sign * number
        before = place
        travel += ground.discount[t] * number * ground.unit[level, zone, place]
        if not state.is_touched[place]:
            state.is_touched[place] = True
            state.touched[count] = place
            count += 1
    return travel, count


@njit
def reassigned(zone, level, ground, network, state):  # type: ignore[no-untyped-def]
    """Discounted price of a zone's entrants sent elsewhere than the year before (M1)."""
    money = 0.0
    years = len(ground.discount)
    for t in range(years):
        if ground.size[zone, level, t] <= PUPILS:
            continue
        here = state.site[zone, level, t]
        part = 0.0
        if t == 0:
            cell = zone * ground.grades.shape[0] + level
            for k in range(ground.before[cell], ground.before[cell + 1]):
                s = ground.before_site[k]
                if s != here and network.runs[s, level, 0]:
                    part += ground.before_share[k]
        elif ground.size[zone, level, t - 1] > PUPILS:
            last = state.site[zone, level, t - 1]
            if last != here and last >= 0 and network.runs[last, level, t]:
                part = 1.0
        money += ground.reassign_price[t] * part * ground.size[zone, level, t]
    return money


@njit
def may_attend(zone, level, cohort, site, ground, network):  # type: ignore[no-untyped-def]
    """Whether a zone's cohort may enter at a site and has a way to every place of its life."""
    years = len(ground.discount)
    if not network.runs[site, level, cohort]:
        return False
    for g in range(min(ground.grades[level], years - cohort)):
        place = network.place[site, level, cohort, g]
        if place < 0 or (place != site and ground.reach[level, zone, place] > g):
            return False
    return True


@njit
def send(zone, level, first, last, target, old, ground, network, state):  # type: ignore[no-untyped-def]
    """Send the cohorts entering in first … last - 1 to a site, noting in `old` where they were.

    Returns the change of travel cost and the number of sites listed as touched; nobody moved: 0.
    """
    count, change = 0, 0.0
    for c in range(first, last):
        old[c] = state.site[zone, level, c]
        if ground.size[zone, level, c] <= PUPILS or old[c] == target:
            continue
        if old[c] >= 0:
            travel, count = add_cohort(zone, level, c, old[c], -1.0, ground, network, state, count)
            change -= travel
        else:
            change -= NOWHERE
        travel, count = add_cohort(zone, level, c, target, 1.0, ground, network, state, count)
        change += travel
        state.site[zone, level, c] = target
    return change, count


@njit
def send_back(zone, level, first, last, old, ground, network, state):  # type: ignore[no-untyped-def]
    """Undo `send`; returns the number of sites listed as touched."""
    count = 0
    for c in range(first, last):
        here = state.site[zone, level, c]
        if ground.size[zone, level, c] <= PUPILS or old[c] == here:
            continue
        _, count = add_cohort(zone, level, c, here, -1.0, ground, network, state, count)
        if old[c] >= 0:
            _, count = add_cohort(zone, level, c, old[c], 1.0, ground, network, state, count)
        state.site[zone, level, c] = old[c]
    return count


@njit
def refresh_touched(count, level, first, last, ground, state):  # type: ignore[no-untyped-def]
    """Bring the plain classes of the touched sites up to date for some entry years; unmark them."""
    inherited = state.pupils.shape[1] - len(ground.discount)
    for k in range(count):
        refresh_rows(state.touched[k], level, inherited + first, inherited + last, ground, state)
        state.is_touched[state.touched[k]] = False


@njit
def try_move(zone, level, first, last, target, ground, network, state, classes, old):  # type: ignore[no-untyped-def]
    """Move the cohorts entering in first … last - 1 to a site if that is cheaper.

    Returns the gain (0 if the move was undone). `old` (T,) is scratch space.
    """
    disturbance = reassigned(zone, level, ground, network, state)
    change, count = send(zone, level, first, last, target, old, ground, network, state)
    if count == 0:
        return 0.0
    change += reassigned(zone, level, ground, network, state) - disturbance
    refresh_touched(count, level, first, last, ground, state)
    fresh = np.empty(count)
    for k in range(count):
        fresh[k] = quick_cost(state.touched[k], ground, network, state, classes)
        change += fresh[k] - state.cost[state.touched[k]]
    if change < -1e-3:
        for k in range(count):
            state.cost[state.touched[k]] = fresh[k]
        return -change
    count = send_back(zone, level, first, last, old, ground, network, state)
    refresh_touched(count, level, first, last, ground, state)
    return 0.0


@njit
def carry(zone, level, cohort, target, ground, network, state):  # type: ignore[no-untyped-def]
    """Take one cohort of a zone to another site, its classes left as they were.

    Returns the change of travel and reassignment in yuan, and how many sites are listed as touched.
    """
    change = -reassigned(zone, level, ground, network, state)
    here = state.site[zone, level, cohort]
    travel, count = add_cohort(zone, level, cohort, here, -1.0, ground, network, state, 0)
    change -= travel
    travel, count = add_cohort(zone, level, cohort, target, 1.0, ground, network, state, count)
    state.site[zone, level, cohort] = target
    return change + travel + reassigned(zone, level, ground, network, state), count


@njit
def force_move(zone, level, cohort, target, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Move one cohort of a zone whatever it costs; returns the change of cost in yuan."""
    change, count = carry(zone, level, cohort, target, ground, network, state)
    row = state.pupils.shape[1] - len(ground.discount) + cohort
    for k in range(count):
        place = state.touched[k]
        refresh_rows(place, level, row, row + 1, ground, state)
        fresh = quick_cost(place, ground, network, state, classes)
        change += fresh - state.cost[place]
        state.cost[place] = fresh
        state.is_touched[place] = False
    return change
