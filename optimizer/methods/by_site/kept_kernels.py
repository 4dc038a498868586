"""Compiled loops over the rooms that sites keep: what supplies are worth, and which are best.

Types of the arguments are those of `kept_rooms.KeptRooms`. What a supply costs in a year (W,) is
worked out once; a dynamic programme over the years then finds for each lifecycle when to start
which further projects. Its states are a set of named projects and the units that counted ones add.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.curve_kernels import (
    add_levels,
    best_number,
    fill_classes,
    site_curves,
)


@njit
def solve_supplies(some, kept, price, b, counting, costs, items, share, supplies):  # type: ignore[no-untyped-def]
    """Solve the classes of each supply of some situations into `supplies`, a `Supplies`.

    Parameters
    ----------
    some
        First situation and the one behind the last.
    price
        (T,) discounted price of a missing function room.
    share
        (Q, T), overwritten where the sites of the situations have pairs.
    """
    most, levels = 2 + b.most.max(), kept.runs.shape[1]
    curves, length = np.zeros((levels, most)), np.zeros(levels, np.int64)
    total, number = np.zeros(most), np.zeros((most, levels), np.int64)
    for v in range(some[0], some[1]):
        site, year = kept.site[v], kept.year[v]
        if v == some[0] or kept.site[v - 1] != site or kept.year[v - 1] != year:
            site_curves(site, year, b, counting, costs, items, share, curves, length)
        least = add_levels(kept.runs[v], curves, length, total, number)
        for supply in range(kept.first_supply[v], kept.first_supply[v + 1]):
            cost, n = best_number(kept.state[supply], price[year], least, total, kept)
            supplies.cost[supply] = cost
            supplies.classes[supply] = number[n]
            supplies.saved[supply] = total[n] - total[n + 1] if n < least else 0.0


@njit
def _serve_named(value, origin, cost, barred):  # type: ignore[no-untyped-def]
    """Let named projects serve from now on: `value` by set and units, `origin` the set before."""
    for subset in range(value.shape[0]):
        origin[subset] = subset
    for e in range(len(cost)):
        if barred[e] or not np.isfinite(cost[e]):
            continue
        for subset in range(value.shape[0]):
            other = subset | (1 << e)
            if other == subset:
                continue
            for units in range(value.shape[1]):
                if value[subset, units] + cost[e] < value[other, units]:
                    value[other, units] = value[subset, units] + cost[e]
                    origin[other, units] = origin[subset, units]


@njit
def _serve_counted(value, taken, cost, more):  # type: ignore[no-untyped-def]
    """Let one counted project serve that adds `more` units; `taken` says where it does."""
    taken[:] = False
    for units in range(value.shape[1] - 1, more - 1, -1):
        for subset in range(value.shape[0]):
            if value[subset, units - more] + cost < value[subset, units]:
                value[subset, units] = value[subset, units - more] + cost
                taken[subset, units] = True


@njit
def _go_through(a, site, cost, named, counted, kept, origin, taken):  # type: ignore[no-untyped-def]
    """Costs by set and units at the end of a lifecycle; how they came about is noted.

    `origin` (T, sets, widths) receives the sets before each year, `taken` (c, sets, widths) where
    the site's counted projects, the first of them first, are built.
    """
    years = kept.situation.shape[1]
    start = kept.first_counted[site * years]
    value = np.full((kept.sets[site], kept.widths[site]), np.inf)
    value[0, 0] = 0.0
    for year in range(years):
        cell = site * years + year
        _serve_named(value, origin[year], named[site, year], kept.barred[a])
        for c in range(kept.first_counted[cell], kept.first_counted[cell + 1]):
            _serve_counted(value, taken[c - start], counted[c], kept.units[c])
        if kept.situation[a, year] >= 0:
            supply = kept.first_supply[kept.situation[a, year]]
            for subset in range(value.shape[0]):
                for units in range(value.shape[1]):
                    value[subset, units] += cost[supply]
                    supply += 1
    return value


@njit
def _notes(site, kept):  # type: ignore[no-untyped-def]
    """Arrays for the notes of `_go_through` at a site."""
    years, shape = kept.situation.shape[1], (kept.sets[site], kept.widths[site])
    number = kept.first_counted[(site + 1) * years] - kept.first_counted[site * years]
    origin = np.zeros((years, shape[0], shape[1]), np.int64)
    return origin, np.zeros((number, shape[0], shape[1]), np.bool_)


@njit
def kept_values(first, cost, named, counted, kept):  # type: ignore[no-untyped-def]
    """Least cost of each lifecycle's classes and further projects, (A,).

    Parameters
    ----------
    first
        (S + 1,) first lifecycle of each site.
    cost
        (W,) of the supplies.
    named
        (S, T, E) of `project_costs`.
    counted
        (C,) cost of the counted projects.
    """
    result = np.zeros(kept.situation.shape[0])
    for site in range(len(kept.sets)):
        origin, taken = _notes(site, kept)
        for a in range(first[site], first[site + 1]):
            result[a] = _go_through(a, site, cost, named, counted, kept, origin, taken).min()
    return result


@njit
def trace_kept(chosen, cost, named, counted, kept):  # type: ignore[no-untyped-def]
    """Choose the further projects of one lifecycle (S,) for each site.

    Returns
    -------
    tuple
        Way (S, T), -1 where nothing runs; year from which each named project serves (S, E), T where
        it is not built; counted projects that are built (C,); cost (S,).
    """
    sites, years = len(chosen), kept.situation.shape[1]
    supply, best = np.full((sites, years), -1), np.zeros(sites)
    service = np.full((sites, kept.barred.shape[1]), years)
    built = np.zeros(len(counted), np.bool_)
    for site in range(sites):
        origin, taken = _notes(site, kept)
        value = _go_through(chosen[site], site, cost, named, counted, kept, origin, taken)
        at = int(np.argmin(value))
        subset, units = at // kept.widths[site], at % kept.widths[site]
        best[site] = value[subset, units]
        start = kept.first_counted[site * years]
        for year in range(years - 1, -1, -1):
            situation, cell = kept.situation[chosen[site], year], site * years + year
            if situation >= 0:
                added = subset * kept.widths[site] + units
                supply[site, year] = kept.first_supply[situation] + added
            for c in range(kept.first_counted[cell + 1] - 1, kept.first_counted[cell] - 1, -1):
                if taken[c - start, subset, units]:
                    built[c] = True
                    units -= kept.units[c]
            before = origin[year, subset, units]
            for e in range(service.shape[1]):
                if (subset >> e & 1) and not (before >> e & 1):
                    service[site, e] = year
            subset = before
    return supply, service, built, best


@njit
def fill_supplies(supply, classes, b, counting, costs, items, share):  # type: ignore[no-untyped-def]
    """Write the shares (Q, T) of the supplies (S, T) that are taken, all 0 before.

    `classes` (W, L) are those of each supply.
    """
    levels = classes.shape[1]
    for site in range(supply.shape[0]):
        for year in range(supply.shape[1]):
            for level in range(levels if supply[site, year] >= 0 else 0):
                n, block = classes[supply[site, year], level], site * levels + level
                fill_classes(block, year, n, b, counting, costs, items, share)
