"""What a site costs, given who is there: classes, rooms, function rooms; compiled.

The state holds pupils by block, cohort row and year. Cohort rows of a block: row h < H holds the
inherited cohort that entered h + 1 years before t0, row H + c the one entering in year c. The cost
of a site is computed from its pupils alone, so a move of a zone is priced by the sites it touches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.compiled import njit
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


@njit
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
        low = max(least, 1, int(np.ceil(pupils[t] / limit - 1e-6)))
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


@njit
def rooms_missing(classes, needs, have, per, wants, runs, free_below):  # type: ignore[no-untyped-def]
    """Count function rooms missing at a site in a year, `needs` being classrooms (R6)."""
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


@njit
def crowding(site, t, ground, network, state):  # type: ignore[no-untyped-def]
    """Rooms lacking at a site if every class were as full as may be: falls with every pupil."""
    levels = ground.grades.shape[0]
    wanted = 0.0
    for block in range(site * levels, (site + 1) * levels):
        for row in range(state.pupils.shape[1]):
            if state.pupils[block, row, t] > PUPILS:
                wanted += max(1.0, state.pupils[block, row, t] / ground.limit[block, row])
    return max(0.0, wanted - network.rooms[site, t] - network.functions[site, :, t].sum())


@njit
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
            if short > 0.0:
                money += ROOM_SHORT * (0.2 * short + crowding(site, t, ground, network, state))
            money += ground.debt_price[t] * rooms_missing(
                total, taken - short, functions, ground.per, ground.wants,
                network.runs[site, :, t], ground.free_below,
            )  # fmt: skip
            if taken > 0.0:
                crowded = True
                factor = 4.0**attempt
                price[t] += (
                    ground.debt_price[t] if short == 0.0 else ground.class_price[t]
                ) * factor
        best = min(best, money)
        if not crowded:
            break
    return best


@njit
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


@njit
def refresh_rows(site, level, first, last, ground, state):  # type: ignore[no-untyped-def]
    """Bring the plain classes of some cohorts of a site up to date."""
    block = site * ground.grades.shape[0] + level
    for row in range(first, last):
        state.plain_cost[block, row] = plain_row(block, row, ground, state, state.plain[block, row])


@njit
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


@njit
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
