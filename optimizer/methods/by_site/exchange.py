"""Share out the zones of one entering cohort anew between two schools; compiled.

A move of one zone seldom pays where classes are filled to the brim: what one school gains in
travel another loses by a class. Between two schools the best division is a knapsack: for every
number of pupils at the first school the zones with the least travel, by a dynamic programme, and
the classes that follow from the number at both. What it finds is priced exactly before it is kept.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.moves import carry, may_attend, reassigned
from optimizer.methods.by_site.site_costs import (
    PUPILS,
    ROOM_SHORT,
    quick_cost,
    refresh_rows,
    row_classes,
)

BINS = 600
"""Numbers of pupils at the first school that are told apart, at most."""
FINEST = 0.5
"""Pupils by which two such numbers differ at least."""
PAYS = 1e-3
"""Yuan that an exchange must save."""


@njit
def stays(site, level, cohort, ground, network):  # type: ignore[no-untyped-def]
    """Whether those who enter at a site may do so and stay there to the end of the level."""
    if not network.runs[site, level, cohort]:
        return False
    for g in range(min(ground.grades[level], len(ground.discount) - cohort)):
        if network.place[site, level, cohort, g] != site:
            return False
    return True


@njit
def preference(zone, level, cohort, a, b, ground, network, state):  # type: ignore[no-untyped-def]
    """Yuan by which a zone's cohort costs more at site `a` than at `b`: travel, reassignment."""
    years = len(ground.discount)
    pupil_years = 0.0
    for g in range(min(ground.grades[level], years - cohort)):
        number = ground.size[zone, level, cohort] * ground.factor[zone, level, cohort, g]
        pupil_years += ground.discount[cohort + g] * number
    here = state.site[zone, level, cohort]
    state.site[zone, level, cohort] = a
    more = reassigned(zone, level, ground, network, state)
    state.site[zone, level, cohort] = b
    more -= reassigned(zone, level, ground, network, state)
    state.site[zone, level, cohort] = here
    return more + pupil_years * (ground.unit[level, zone, a] - ground.unit[level, zone, b])


@njit
def school_cost(site, level, cohort, pupils, path, ground, network, state):  # type: ignore[no-untyped-def]
    """Cost of a site, in yuan, as far as it hangs on the `pupils` (T,) of one cohort.

    Their classes and the function rooms that all classes take; where seats rule, pupils above.
    """
    levels, years = ground.grades.shape[0], len(ground.discount)
    block = site * levels + level
    row = state.pupils.shape[1] - years + cohort
    money = 0.0
    if ground.class_size:
        price = state.class_price[site]
        money = row_classes(site, level, row, pupils, price, path, ground, state)
    for t in range(cohort, min(years, cohort + ground.grades[level])):
        if ground.class_size:
            total = state.classes[site, t] - state.plain[block, row, t] + path[t]
            most = network.most[site, t]
            money += ground.debt_price[t] * network.missing[site, t, min(total, most)]
            money += ROOM_SHORT * max(0, total - most)
        elif np.isfinite(ground.seats[site]):
            there = state.pupils[site * levels : (site + 1) * levels, :, t].sum()
            there += pupils[t] - state.pupils[block, row, t]
            money += ROOM_SHORT * max(0.0, there - ground.seats[site])
    return money


@njit
def cheapest_loads(size, cost, unit, bins, came):  # type: ignore[no-untyped-def]
    """Cheapest choice of items for every load: cost (N,) in yuan and exact load (N,) in pupils.

    `came` (K, N) receives the bin before item k where it was taken, -1 where it was not.
    """
    best = np.full(bins, np.inf)
    load = np.zeros(bins)
    best[0] = 0.0
    came[:, :] = -1
    for k in range(len(size)):
        for bin in range(bins - 1, -1, -1):
            if best[bin] == np.inf:
                continue
            into = min(bins - 1, int((load[bin] + size[k]) / unit))
            money = best[bin] + cost[k]
            if money < best[into]:
                best[into] = money
                load[into] = load[bin] + size[k]
                came[k, into] = bin
    return best, load


@njit
def send_items(chosen, items, level, cohort, a, b, ground, network, state):  # type: ignore[no-untyped-def]
    """Put the chosen items at site `a`, the others at `b`; see `carry` for what it returns."""
    change = 0.0
    for k in range(len(items)):
        zone = items[k]
        target = a if chosen[k] else b
        if state.site[zone, level, cohort] != target:
            moved, _ = carry(zone, level, cohort, target, ground, network, state)
            change += moved
    row = state.pupils.shape[1] - len(ground.discount) + cohort
    for site in (a, b):
        refresh_rows(site, level, row, row + 1, ground, state)
        state.is_touched[site] = False
    return change


@njit
def takes_in(zone, level, site, ground):  # type: ignore[no-untyped-def]
    """Whether a site may take in a zone's entrants."""
    cell = zone * ground.grades.shape[0] + level
    for k in range(ground.choices[cell], ground.choices[cell + 1]):
        if ground.choice_site[k] == site:
            return True
    return False


@njit
def common(a, b, level, cohort, ground, network, state, items):  # type: ignore[no-untyped-def]
    """List the zones whose cohort enters at one of two sites and may enter at both."""
    count = 0
    for zone in range(len(ground.size)):
        here = state.site[zone, level, cohort]
        if here not in (a, b) or ground.size[zone, level, cohort] <= PUPILS:
            continue
        other = b if here == a else a
        near = takes_in(zone, level, other, ground)
        if near and may_attend(zone, level, cohort, other, ground, network):
            items[count] = zone
            count += 1
    return count


@njit
def divide(a, b, items, level, cohort, ground, network, state):  # type: ignore[no-untyped-def]
    """Choose which items (zones) best go to site `a`, were all to grow alike: bools (K,)."""
    years = len(ground.discount)
    levels = ground.grades.shape[0]
    row = state.pupils.shape[1] - years + cohort
    size = np.empty(len(items))
    cost = np.empty(len(items))
    both = state.pupils[a * levels + level, row] + state.pupils[b * levels + level, row]
    fixed_a = state.pupils[a * levels + level, row].copy()
    movable = np.zeros(years)
    for k in range(len(items)):
        zone = items[k]
        size[k] = ground.size[zone, level, cohort]
        cost[k] = preference(zone, level, cohort, a, b, ground, network, state)
        for g in range(min(ground.grades[level], years - cohort)):
            number = size[k] * ground.factor[zone, level, cohort, g]
            movable[cohort + g] += number
            if state.site[zone, level, cohort] == a:
                fixed_a[cohort + g] -= number
    whole = size.sum()
    unit = max(FINEST, whole / BINS)
    bins = int(whole / unit) + 2
    came = np.empty((len(items), bins), dtype=np.int16)
    best, load = cheapest_loads(size, cost, unit, bins, came)
    path = np.zeros(years, dtype=np.int64)
    lowest, at = np.inf, 0
    for bin in range(bins):
        if best[bin] == np.inf:
            continue
        here = np.maximum(0.0, fixed_a + movable * (load[bin] / whole))
        money = best[bin]
        money += school_cost(a, level, cohort, here, path, ground, network, state)
        if money >= lowest:
            continue
        there = np.maximum(0.0, both - here)
        money += school_cost(b, level, cohort, there, path, ground, network, state)
        if money < lowest:
            lowest, at = money, bin
    chosen = np.zeros(len(items), dtype=np.bool_)
    for k in range(len(items) - 1, -1, -1):
        if came[k, at] >= 0:
            chosen[k] = True
            at = came[k, at]
    return chosen


@njit
def exchange(a, b, level, cohort, scratch, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Divide a cohort between two sites anew if that is cheaper; returns the gain, else 0."""
    count = common(a, b, level, cohort, ground, network, state, scratch)
    if count == 0:
        return 0.0
    items = scratch[:count]
    before = np.empty(count, dtype=np.bool_)
    for k in range(count):
        before[k] = state.site[items[k], level, cohort] == a
    chosen = divide(a, b, items, level, cohort, ground, network, state)
    if np.all(chosen == before):
        return 0.0
    change = send_items(chosen, items, level, cohort, a, b, ground, network, state)
    fresh_a = quick_cost(a, ground, network, state, classes)
    fresh_b = quick_cost(b, ground, network, state, classes)
    change += fresh_a - state.cost[a] + fresh_b - state.cost[b]
    if change < -PAYS:
        state.cost[a], state.cost[b] = fresh_a, fresh_b
        return -change
    send_items(before, items, level, cohort, a, b, ground, network, state)
    return 0.0


@njit
def exchange_all(pairs, seen, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Divide every cohort between the sites of each pair (N, 3: site, site, level); the gain, yuan.

    `seen` (N, T, 2) notes how many pupils of the cohort are at both when nothing was gained: while
    they are as many, the cohort is not divided again.
    """
    years, levels = len(ground.discount), ground.grades.shape[0]
    scratch = np.empty(len(ground.size), dtype=np.int64)
    total = 0.0
    for k in range(len(pairs)):
        a, b, level = pairs[k]
        for c in range(years):
            row = state.pupils.shape[1] - years + c
            here = state.pupils[a * levels + level, row]
            there = state.pupils[b * levels + level, row]
            if seen[k, c, 0] == here[c] and seen[k, c, 1] == there[c]:
                continue
            gain = 0.0
            if stays(a, level, c, ground, network) and stays(b, level, c, ground, network):
                gain = exchange(a, b, level, c, scratch, ground, network, state, classes)
            total += gain
            if gain == 0.0:
                seen[k, c, 0], seen[k, c, 1] = here[c], there[c]
    return total
