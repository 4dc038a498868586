"""Whole zones to schools on a fixed network: a compiled local search with exact travel.

The state holds pupils by block, cohort row and year. Cohort rows of a block: row h < H holds the
inherited cohort that entered h + 1 years before t0, row H + c the one entering in year c. The cost
of a site is computed from its pupils alone, so a move of a zone is priced by the sites it touches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from optimizer.methods.by_site.data import Bools, Floats, Ints

ROOM_SHORT = 3.0e6
"""Yuan per class and year without a room: above any other price, so that rooms come first."""
PUPILS = 1e-4


class Ground(NamedTuple):
    """What does not change while zones move. B = S * L blocks, R = H + T cohort rows, K kinds.

    Attributes
    ----------
    choices, choice_site, choice_unit
        Intake sites of zone i and level l are rows choices[i * L + l] … of the other two: (.,)
        site and yuan per pupil-year, nearest first.
    unit, reach
        (L, Z, S) yuan per pupil-year on any travel row, infinite where there is none; lowest grade
        index at which pupils may come there.
    size, factor, discount
        (Z, L, T), (Z, L, T, G), (T,).
    cap, limit
        (B,) cap; (B, R) class-size limit of each cohort row.
    base
        (B, H) classes of the base year.
    before
        (L, Z, S) shares of the base year's first grade.
    class_price, over_price, debt_price, reassign_price
        (T,) discounted.
    wants, per
        (K, L) levels that want a kind of function room; (K,) rooms per 12 classes.
    free_below
        Sites with fewer classes need no function room.
    class_size, seats
        Whether classes are formed; (S,) seats where they rule instead, else infinite.
    grades
        (L,) grades of each level.
    """

    choices: Ints
    choice_site: Ints
    choice_unit: Floats
    unit: Floats
    reach: Ints
    size: Floats
    factor: Floats
    grades: Ints
    discount: Floats
    cap: Floats
    limit: Floats
    base: Floats
    before: Floats
    class_price: Floats
    over_price: Floats
    debt_price: Floats
    reassign_price: Floats
    wants: Bools
    per: Ints
    free_below: int
    class_size: bool
    seats: Floats


class Network(NamedTuple):
    """A fixed network: runs (S, L, T), rooms (S, T), functions (S, K, T), and where cohorts are.

    `place` (S, L, T, G): site at grade index g of those who enter level l at a site in year c, -1
    where that may not be; `inherited` and `joined` (B, R, T): inherited pupils present, and those
    of them who came from elsewhere in that year.
    """

    runs: Bools
    rooms: Floats
    functions: Floats
    place: Ints
    inherited: Floats
    joined: Floats


class State(NamedTuple):
    """Where zones go and what follows.

    Attributes
    ----------
    site
        (Z, L, T) site, or -1.
    pupils, joined
        (B, R, T) present; of them, those who came from elsewhere in that year.
    plain, plain_cost
        (B, R, T) classes and (B, R) cost of each cohort were there rooms enough.
    cost
        (S,) cost of each site's classes and rooms.
    touched, is_touched
        Scratch space for moves.
    """

    site: Ints
    pupils: Floats
    joined: Floats
    plain: Ints
    plain_cost: Floats
    cost: Floats
    touched: Ints
    is_touched: Bools


@njit(cache=True)
def cohort_classes(pupils, joined, base, cap, limit, price, over, path):  # type: ignore[no-untyped-def]
    """Choose classes of one cohort over all years, cheaply: they never fall unless pupils join.

    `path` receives them; returns their cost.
    """
    years = len(pupils)
    total, least, fresh = 0.0, int(base), base == 0
    for t in range(years):
        if pupils[t] <= PUPILS:
            path[t] = 0
            least, fresh = 0, True
            continue
        if joined[t] > PUPILS:
            least, fresh = 0, True
        low = max(least, max(1, int(np.ceil(pupils[t] / limit - 1e-6))))
        n = low
        if price[t] < over[t] * cap:
            full = int(pupils[t] / cap)
            n = max(n, full)
            if n * cap < pupils[t]:
                later = 0.0
                extra = 0.0
                if fresh:
                    for s in range(t, years):
                        if pupils[s] <= PUPILS:
                            break
                        later += price[s]
                        extra += over[s] * max(0.0, min(cap, pupils[s] - cap * n))
                else:
                    later, extra = price[t], over[t] * (pupils[t] - cap * n)
                if later < extra:
                    n += 1
        path[t] = n
        total += price[t] * n + over[t] * max(0.0, pupils[t] - cap * n)
        least, fresh = n, False
    return total


@njit(cache=True)
def rooms_missing(classes, needs, have, per, wants, runs, free_below):  # type: ignore[no-untyped-def]
    """Function rooms missing at one site in one year, when `needs` of them are classrooms (R6)."""
    debt, spare = 0.0, 0.0
    for k in range(len(per)):
        need = 0.0
        if classes >= free_below:
            wanted = False
            for level in range(wants.shape[1]):
                if wants[k, level] and runs[level]:
                    wanted = True
            if wanted:
                need = per[k] * np.ceil(classes / 12.0 - 1e-9)
        debt += max(0.0, need - have[k])
        spare += max(0.0, have[k] - need)
    return debt + max(0.0, needs - spare)


@njit(cache=True)
def site_cost(site, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Cost of classes and rooms of a site; `classes` (L, R, T) receives the classes.

    Where classes do not fit, rooms of the crowded years are priced higher and higher, which
    squeezes classes towards the limit; what still does not fit costs `ROOM_SHORT`.
    """
    levels, years = ground.grades.shape[0], len(ground.discount)
    rows = state.pupils.shape[1]
    inherited = rows - years
    if not ground.class_size:
        return seats_cost(site, ground, state)
    price = ground.class_price.copy()
    best = np.inf
    for attempt in range(5):
        crowded = False
        money = 0.0
        for level in range(levels):
            block = site * levels + level
            for row in range(rows):
                base = ground.base[block, row] if row < inherited else 0.0
                cohort_classes(
                    state.pupils[block, row],
                    state.joined[block, row],
                    base,
                    ground.cap[block],
                    ground.limit[block, row],
                    price,
                    ground.over_price,
                    classes[level, row],
                )
        for t in range(years):
            total = 0
            for level in range(levels):
                block = site * levels + level
                for row in range(rows):
                    n = classes[level, row, t]
                    if n:
                        total += n
                        money += ground.class_price[t] * n
                        excess = state.pupils[block, row, t] - ground.cap[block] * n
                        money += ground.over_price[t] * max(0.0, excess)
            if total == 0:
                continue
            taken = max(0.0, total - network.rooms[site, t])
            functions = network.functions[site, :, t]
            short = max(0.0, taken - functions.sum())
            money += ROOM_SHORT * short
            money += ground.debt_price[t] * rooms_missing(
                total, taken - short, functions, ground.per, ground.wants,
                network.runs[site, :, t], ground.free_below,
            )  # fmt: skip
            if taken > 0.0:
                crowded = True
                factor = 4.0**attempt
                price[t] += (ground.debt_price[t] if short == 0.0 else ground.class_price[t]) * factor
        if money < best:
            best = money
        if not crowded:
            break
    return best


@njit(cache=True)
def plain_row(block, row, ground, state, path):  # type: ignore[no-untyped-def]
    """Classes of one cohort were there rooms enough, into `path`; returns their cost."""
    inherited = state.pupils.shape[1] - len(ground.discount)
    return cohort_classes(
        state.pupils[block, row],
        state.joined[block, row],
        ground.base[block, row] if row < inherited else 0.0,
        ground.cap[block],
        ground.limit[block, row],
        ground.class_price,
        ground.over_price,
        path,
    )


@njit(cache=True)
def refresh_rows(site, level, first, last, ground, state):  # type: ignore[no-untyped-def]
    """Bring the plain classes of some cohorts of a site up to date."""
    block = site * ground.grades.shape[0] + level
    for row in range(first, last):
        state.plain_cost[block, row] = plain_row(
            block, row, ground, state, state.plain[block, row]
        )


@njit(cache=True)
def quick_cost(site, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Cost of a site from its plain classes; works them out in full where rooms are short."""
    if not ground.class_size:
        return seats_cost(site, ground, state)
    levels, years = ground.grades.shape[0], len(ground.discount)
    first, last = site * levels, (site + 1) * levels
    money = state.plain_cost[first:last].sum()
    for t in range(years):
        total = 0
        for block in range(first, last):
            for row in range(state.plain.shape[1]):
                total += state.plain[block, row, t]
        if total == 0:
            continue
        if total > network.rooms[site, t]:
            return site_cost(site, ground, network, state, classes)
        money += ground.debt_price[t] * rooms_missing(
            total, 0.0, network.functions[site, :, t], ground.per, ground.wants,
            network.runs[site, :, t], ground.free_below,
        )  # fmt: skip
    return money


@njit(cache=True)
def seats_cost(site, ground, state):  # type: ignore[no-untyped-def]
    """Price of pupils above the seats of a site, where seats rule."""
    levels, years = ground.grades.shape[0], len(ground.discount)
    money = 0.0
    if np.isfinite(ground.seats[site]):
        for t in range(years):
            total = 0.0
            for level in range(levels):
                total += state.pupils[site * levels + level, :, t].sum()
            money += ROOM_SHORT * max(0.0, total - ground.seats[site])
    return money


@njit(cache=True)
def add_cohort(zone, level, cohort, site, sign, ground, network, state, count):  # type: ignore[no-untyped-def]
    """Add (or take away) a zone's cohort along its life; lists touched sites; returns travel cost."""
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


@njit(cache=True)
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
            for s in range(ground.before.shape[2]):
                if s != here and network.runs[s, level, 0]:
                    part += ground.before[level, zone, s]
        elif ground.size[zone, level, t - 1] > PUPILS:
            last = state.site[zone, level, t - 1]
            if last != here and last >= 0 and network.runs[last, level, t]:
                part = 1.0
        money += ground.reassign_price[t] * part * ground.size[zone, level, t]
    return money


@njit(cache=True)
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


@njit(cache=True)
def try_move(zone, level, first, last, target, ground, network, state, classes, old):  # type: ignore[no-untyped-def]
    """Move the cohorts entering in first … last - 1 to a site if that is cheaper.

    Returns the gain (0 if the move was undone). `old` (T,) is scratch space.
    """
    count, change = 0, 0.0
    moved = False
    disturbance = reassigned(zone, level, ground, network, state)
    for c in range(first, last):
        old[c] = state.site[zone, level, c]
        if ground.size[zone, level, c] <= PUPILS or old[c] == target:
            continue
        moved = True
        if old[c] >= 0:
            travel, count = add_cohort(zone, level, c, old[c], -1.0, ground, network, state, count)
            change -= travel
        else:
            change -= 1e9
        travel, count = add_cohort(zone, level, c, target, 1.0, ground, network, state, count)
        change += travel
        state.site[zone, level, c] = target
    if not moved:
        return 0.0
    change += reassigned(zone, level, ground, network, state) - disturbance
    fresh = np.empty(count)
    inherited = state.pupils.shape[1] - len(ground.discount)
    for k in range(count):
        place = state.touched[k]
        refresh_rows(place, level, inherited + first, inherited + last, ground, state)
        fresh[k] = quick_cost(place, ground, network, state, classes)
        change += fresh[k] - state.cost[place]
    if change < -1e-3:
        for k in range(count):
            state.cost[state.touched[k]] = fresh[k]
            state.is_touched[state.touched[k]] = False
        return -change
    for k in range(count):
        state.is_touched[state.touched[k]] = False
    count = 0
    for c in range(first, last):
        if ground.size[zone, level, c] <= PUPILS or old[c] == target:
            continue
        _, count = add_cohort(zone, level, c, target, -1.0, ground, network, state, count)
        if old[c] >= 0:
            _, count = add_cohort(zone, level, c, old[c], 1.0, ground, network, state, count)
        state.site[zone, level, c] = old[c]
    for k in range(count):
        place = state.touched[k]
        refresh_rows(place, level, inherited + first, inherited + last, ground, state)
        state.is_touched[place] = False
    return 0.0


@njit(cache=True)
def force_move(zone, level, cohort, target, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Move one cohort of a zone whatever it costs; returns the change of cost."""
    change = -reassigned(zone, level, ground, network, state)
    old = state.site[zone, level, cohort]
    travel, count = add_cohort(zone, level, cohort, old, -1.0, ground, network, state, 0)
    change -= travel
    travel, count = add_cohort(zone, level, cohort, target, 1.0, ground, network, state, count)
    change += travel
    state.site[zone, level, cohort] = target
    change += reassigned(zone, level, ground, network, state)
    row = state.pupils.shape[1] - len(ground.discount) + cohort
    for k in range(count):
        place = state.touched[k]
        refresh_rows(place, level, row, row + 1, ground, state)
        fresh = quick_cost(place, ground, network, state, classes)
        change += fresh - state.cost[place]
        state.cost[place] = fresh
        state.is_touched[place] = False
    return change


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
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


@njit(cache=True)
def sweep(zones, width, fine, ground, network, state, classes, old):  # type: ignore[no-untyped-def]
    """Try to move each zone of a list to each of its `width` nearest schools.

    All years that the school can take; if `fine`, also all years from each year on, and each year
    alone. Returns the total gain.
    """
    levels, years = ground.grades.shape[0], len(ground.discount)
    gain = 0.0
    for zone in zones:
        for level in range(levels):
            first_choice = ground.choices[zone * levels + level]
            last_choice = ground.choices[zone * levels + level + 1]
            tried = 0
            for k in range(first_choice, last_choice):
                site = ground.choice_site[k]
                open_years = 0
                for c in range(years):
                    if may_attend(zone, level, c, site, ground, network):
                        open_years += 1
                if open_years == 0:
                    continue
                tried += 1
                if tried > width:
                    break
                c = 0
                while c < years:
                    if not may_attend(zone, level, c, site, ground, network):
                        c += 1
                        continue
                    end = c
                    while end < years and may_attend(zone, level, end, site, ground, network):
                        end += 1
                    gain += try_move(
                        zone, level, c, end, site, ground, network, state, classes, old
                    )
                    for s in range(c, end if fine else c):
                        if s > c:
                            gain += try_move(
                                zone, level, s, end, site, ground, network, state, classes, old
                            )
                        gain += try_move(
                            zone, level, s, s + 1, site, ground, network, state, classes, old
                        )
                    c = end
    return gain


@njit(cache=True)
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
                        try_move(
                            zone, level, c, c + 1, site, ground, network, state, classes, old
                        )


@njit(cache=True)
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
                    cost, count = add_cohort(
                        zone, level, c, place, 1.0, ground, network, state, 0
                    )
                    travel += cost
                    for k in range(count):
                        state.is_touched[state.touched[k]] = False
    for s in range(len(state.cost)):
        for level in range(levels):
            refresh_rows(s, level, 0, state.pupils.shape[1], ground, state)
        state.cost[s] = quick_cost(s, ground, network, state, classes)
    return travel


@njit(cache=True)
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
                    money += 1e9
                    continue
                for g in range(min(ground.grades[level], years - c)):
                    number = ground.size[zone, level, c] * ground.factor[zone, level, c, g]
                    there = network.place[place, level, c, g]
                    money += ground.discount[c + g] * number * ground.unit[level, zone, there]
    return money
