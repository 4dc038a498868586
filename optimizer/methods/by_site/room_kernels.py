"""Compiled loops over the rooms of lifecycles: years, subsets of projects, numbers of classes.

Types of the arguments are those of `room_plans.RoomPlans`.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit


@njit
def _start_projects(value, origin, cost, barred):  # type: ignore[no-untyped-def]
    """Let projects begin to serve this year: `value` by subset, `origin` the subset before."""
    for subset in range(len(value)):
        origin[subset] = subset
    for e in range(len(cost)):
        if barred[e] or not np.isfinite(cost[e]):
            continue
        for subset in range(len(value)):
            other = subset | (1 << e)
            if other != subset and value[subset] + cost[e] < value[other]:
                value[other] = value[subset] + cost[e]
                origin[other] = origin[subset]


@njit
def _room_value(state, price, room, classes, plans):  # type: ignore[no-untyped-def]
    """Value of the rooms of a state in a year, and the classes it is for.

    With `classes` of at least 0 that number is given, else it is the best at the price of a `room`.
    """
    if classes >= 0:
        at = plans.first[state] + classes
        return (price * plans.lacking[at] if at < plans.first[state + 1] else np.inf), classes
    best, number = 0.0, -1
    for k in range(plans.corner[state], plans.corner[state + 1]):
        value = price * plans.missing[k] - room * plans.classes[k]
        if number < 0 or value < best:
            best, number = value, int(plans.classes[k])
    return best, number


@njit
def room_values(site, price, rooms, cost, plans):  # type: ignore[no-untyped-def]
    """Least value of the rooms of each lifecycle, (A,).

    Parameters
    ----------
    site
        (A,) site of each lifecycle.
    price
        (T,) discounted price of a missing function room.
    rooms
        (S, T) price of a class's room.
    cost
        (S, T, E) of `project_costs`.
    plans
        Rooms of the lifecycles.
    """
    lives, years, subsets = plans.state.shape
    result, value = np.zeros(lives), np.empty(subsets)
    origin = np.empty(subsets, dtype=np.int64)
    for a in range(lives):
        value[:] = np.inf
        value[0] = 0.0
        j = site[a]
        for t in range(years):
            _start_projects(value, origin, cost[j, t], plans.barred[a])
            for subset in range(subsets):
                state = plans.state[a, t, subset]
                if state >= 0 and np.isfinite(value[subset]):
                    value[subset] += _room_value(state, price[t], rooms[j, t], -1, plans)[0]
        result[a] = value.min()
    return result


@njit
def trace_rooms(chosen, price, rooms, wanted, cost, plans):  # type: ignore[no-untyped-def]
    """Choose rooms and projects of one lifecycle for each site.

    Parameters
    ----------
    chosen
        (S,) lifecycles.
    wanted
        (S, T) number of classes, -1: whatever is best at the price of a room.
    price, rooms, cost, plans
        As in `room_values`.

    Returns
    -------
    tuple
        Classes (S, T); year from which each project serves (S, E), T where it is not built; value
        (S,), infinite where no set of projects gives the wanted classes a room.
    """
    sites, (_, years, subsets) = len(chosen), plans.state.shape
    classes, best = np.zeros((sites, years)), np.zeros(sites)
    service = np.full((sites, plans.barred.shape[1]), years)
    value = np.empty(subsets)
    origin = np.empty((years, subsets), dtype=np.int64)
    for j in range(sites):
        states = plans.state[chosen[j]]
        value[:] = np.inf
        value[0] = 0.0
        for t in range(years):
            _start_projects(value, origin[t], cost[j, t], plans.barred[chosen[j]])
            for subset in range(subsets):
                if states[t, subset] >= 0:
                    value[subset] += _room_value(
                        states[t, subset], price[t], rooms[j, t], wanted[j, t], plans
                    )[0]
        subset = int(np.argmin(value))
        best[j] = value[subset]
        for t in range(years - 1, -1, -1):
            if states[t, subset] >= 0:
                classes[j, t] = _room_value(
                    states[t, subset], price[t], rooms[j, t], wanted[j, t], plans
                )[1]
            for e in range(service.shape[1]):
                if (subset >> e & 1) and not (origin[t, subset] >> e & 1):
                    service[j, e] = t
            subset = origin[t, subset]
    return classes, service, best


@njit
def project_gains(site, cycle, price, rooms, value, plans):  # type: ignore[no-untyped-def]
    """Value of each extension row beside a site's lifecycle without other projects, (X,).

    Parameters
    ----------
    site
        (X,) site of each row.
    cycle
        (S,) lifecycles.
    value
        (X,) cost of the rows' projects.
    """
    result = np.full(len(site), np.inf)
    for x in range(len(site)):
        e, j = plans.slot[x], site[x]
        if e < 0 or plans.barred[cycle[j], e]:
            continue
        result[x] = value[x]
        for t in range(plans.service[x], len(price)):
            before, after = plans.state[cycle[j], t, 0], plans.state[cycle[j], t, 1 << e]
            if before >= 0:
                result[x] += _room_value(after, price[t], rooms[j, t], -1, plans)[0]
                result[x] -= _room_value(before, price[t], rooms[j, t], -1, plans)[0]
    return result
