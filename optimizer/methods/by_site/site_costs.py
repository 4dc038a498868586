"""What a site costs, given who is there: classes, rooms, function rooms; compiled.

The state holds pupils by block, cohort row and year. Cohort rows of a block: row h < H holds the
inherited cohort that entered h + 1 years before t0, row H + c the one entering in year c. The cost
of a site is computed from its pupils alone, so a move of a zone is priced by the sites it touches.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.arrays import Bools, Floats, Ints

ROOM_SHORT = 3.0e6
"""Yuan per class and year without a room: above any other price, so that rooms come first."""
PUPILS = 1e-4
ATTEMPTS = 10
SQUEEZE, STEEPER = 0.4, 1.5
"""Rise of a crowded year's price of a class at first, in classes; its growth an attempt."""


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
    before, before_site, before_share
        The base year's first grade of zone i and level l is at rows before[i * L + l] … of the
        other two: sites and shares.
    class_price, over_price, debt_price, reassign_price
        (T,) discounted.
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
    before: Ints
    before_site: Ints
    before_share: Floats
    class_price: Floats
    over_price: Floats
    debt_price: Floats
    reassign_price: Floats
    class_size: bool
    seats: Floats


class Network(NamedTuple):
    """A fixed network: where levels run (S, L, T), for how many classes, and where cohorts are.

    `most` (S, T): classes for which there are rooms of any kind; `missing` (S, T, N + 1): function
    rooms missing with 0 … N classes. `place` (S, L, T, G): site at grade index g of those who enter
    level l at a site in year c, -1 where that may not be; `inherited` and `joined` (B, R, T):
    inherited pupils present, and those of them who came from elsewhere in that year.
    """

    runs: Bools
    most: Ints
    missing: Floats
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
    class_price
        (S, T) price at which plain classes are chosen: scarce rooms may be in it.
    classes, plain_money
        (S, T) plain classes of a site; (S,) their cost.
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
    class_price: Floats
    classes: Ints
    plain_money: Floats
    cost: Floats
    touched: Ints
    is_touched: Bools


@njit
def cohort_classes(pupils, joined, base, cap, limit, price, paid, over, path):  # type: ignore[no-untyped-def]
    """Choose classes of one cohort over all years, cheaply: they never fall unless pupils join.

    They are chosen at one `price` and `paid` at another. `path` receives them; returns their cost.
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
        total += paid[t] * n + over[t] * max(0.0, pupils[t] - cap * n)
        least, fresh = n, False
    return total


@njit
def crowding(site, t, ground, network, state):  # type: ignore[no-untyped-def]
    """Rooms lacking at a site if every class were as full as may be: falls with every pupil."""
    levels = ground.grades.shape[0]
    wanted = 0.0
    for block in range(site * levels, (site + 1) * levels):
        for row in range(state.pupils.shape[1]):
            if state.pupils[block, row, t] > PUPILS:
                wanted += max(1.0, state.pupils[block, row, t] / ground.limit[block, row])
    return max(0.0, wanted - network.most[site, t])


@njit
def row_classes(site, level, row, pupils, price, path, ground, state):  # type: ignore[no-untyped-def]
    """Choose classes of one cohort of a site, were `pupils` (T,) there; see `cohort_classes`."""
    block = site * ground.grades.shape[0] + level
    inherited = state.pupils.shape[1] - len(ground.discount)
    return cohort_classes(
        pupils,
        state.joined[block, row],
        ground.base[block, row] if row < inherited else 0.0,
        ground.cap[block],
        ground.limit[block, row],
        price,
        ground.class_price,
        ground.over_price,
        path,
    )


@njit
def classes_at(site, price, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Choose a site's classes at given prices (T,); returns what they and their rooms cost, yuan.

    `classes` (L, R, T) receives the classes; those without a room cost `ROOM_SHORT`.
    """
    levels = ground.grades.shape[0]
    money = 0.0
    for level in range(levels):
        for row in range(state.pupils.shape[1]):
            pupils = state.pupils[site * levels + level, row]
            path = classes[level, row]
            money += row_classes(site, level, row, pupils, price, path, ground, state)
    for t in range(len(price)):
        total = classes[:, :, t].sum()
        most = network.most[site, t]
        money += ground.debt_price[t] * network.missing[site, t, min(total, most)]
        if total > most:
            short = crowding(site, t, ground, network, state)
            money += ROOM_SHORT * (0.2 * (total - most) + short)
    return money


@njit
def has_rooms(site, network, classes):  # type: ignore[no-untyped-def]
    """Whether the site has a room of any kind for each of the classes (L, R, T) in every year."""
    return np.all(classes.sum(axis=0).sum(axis=0) <= network.most[site])


@njit
def raise_crowded(site, attempt, price, ground, network, classes):  # type: ignore[no-untyped-def]
    """Raise the prices (T,) of years in which classes crowd a site; whether there are any."""
    crowded = False
    for t in range(len(price)):
        if classes[:, :, t].sum() > network.most[site, t]:
            crowded = True
            price[t] += ground.class_price[t] * SQUEEZE * STEEPER**attempt
    return crowded


@njit
def site_cost(site, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Cost of classes and rooms of a site; `classes` (L, R, T) receives the classes.

    Where classes do not fit, classes of the crowded years are priced higher and higher, which
    squeezes classes towards the limit; what still does not fit costs `ROOM_SHORT`.
    """
    if not ground.class_size:
        return seats_cost(site, ground, state)
    price = state.class_price[site].copy()
    best = np.inf
    for attempt in range(ATTEMPTS):
        money = classes_at(site, price, ground, network, state, classes)
        if not raise_crowded(site, attempt, price, ground, network, classes):
            return money
        best = min(best, money)
    return best


@njit
def refresh_rows(site, level, first, last, ground, state):  # type: ignore[no-untyped-def]
    """Bring the plain classes of some cohorts of a site up to date, and the site's sums."""
    block = site * ground.grades.shape[0] + level
    price = state.class_price[site]
    for row in range(first, last):
        path = state.plain[block, row]
        for t in range(len(path)):
            state.classes[site, t] -= path[t]
        state.plain_money[site] -= state.plain_cost[block, row]
        pupils = state.pupils[block, row]
        cost = row_classes(site, level, row, pupils, price, path, ground, state)
        state.plain_cost[block, row] = cost
        state.plain_money[site] += cost
        for t in range(len(path)):
            state.classes[site, t] += path[t]


@njit
def quick_cost(site, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Cost of a site from its plain classes; works them out in full where rooms are short."""
    if not ground.class_size:
        return seats_cost(site, ground, state)
    money = state.plain_money[site]
    for t in range(len(ground.discount)):
        total = state.classes[site, t]
        if total > network.most[site, t]:
            return site_cost(site, ground, network, state, classes)
        money += ground.debt_price[t] * network.missing[site, t, total]
    return money


@njit
def seats_cost(site, ground, state):  # type: ignore[no-untyped-def]
    """Price of pupils above the seats of a site, where seats rule."""
    levels, years = ground.grades.shape[0], len(ground.discount)
    money = 0.0
    if np.isfinite(ground.seats[site]):
        for t in range(years):
            total = state.pupils[site * levels : (site + 1) * levels, :, t].sum()
            money += ROOM_SHORT * max(0.0, total - ground.seats[site])
    return money
