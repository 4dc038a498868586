"""Compiled loops over the classes of a site in a year, where every cohort stays for one year.

With `n` classes a cohort is a knapsack: zones come by what a pupil brings, those who bring more
than a pupil over the cap costs up to the hard limit, the others up to the cap. Its value is convex
in `n`, so that the classes of several levels are best added one by one, each where it lowers the
cost most.

`b` is a `data.Blocks`, `costs` a `kernels.Costs`, `items` a `size_kernels.Items`.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.kernels import collect_items
from optimizer.methods.by_site.size_kernels import fill_shares, running_sums


@njit
def _sorted_items(block, year, b, counting, costs, items, share):  # type: ignore[no-untyped-def]
    """List a cohort's items by what a pupil brings: their number, order, profit of free ones."""
    count, free = collect_items(block, year, 1, False, b, counting, costs, items, share)
    order = np.argsort(items.reduced[:count] / items.weight[:count])
    running_sums(count, items, order, 0.0)
    return count, order, free


@njit
def _eager(count, order, over, items):  # type: ignore[no-untyped-def]
    """Pupils of the zones that bring more than a pupil `over` the cap costs."""
    pupils = 0.0
    for k in range(count):
        item = order[k]
        if items.reduced[item] >= -over * items.weight[item]:
            break
        pupils = items.sum_weight[k]
    return pupils


@njit
def _pupils(classes, load, eager, cap, hard):  # type: ignore[no-untyped-def]
    """How many of `load` pupils are best taken into so many classes."""
    return min(hard * classes, max(min(cap * classes, load), eager))


@njit
def class_curve(block, year, b, counting, costs, items, share, curve):  # type: ignore[no-untyped-def]
    """Write the least cost of a cohort in 0, 1, 2, ... classes into `curve`, while it falls.

    It goes to one class more than there can be rooms for, which tells what a room is worth. Returns
    with how many classes it is least; `share` (Q, T) is overwritten.
    """
    count, order, free = _sorted_items(block, year, b, counting, costs, items, share)
    curve[0] = free
    if count == 0:
        return 0
    cap, hard, over = b.cap[block], b.hard[block], costs.over[year]
    load, eager = items.sum_weight[count - 1], _eager(count, order, over, items)
    k = 0
    for n in range(1, b.most[block] + 2):
        pupils = _pupils(n, load, eager, cap, hard)
        while k < count - 1 and items.sum_weight[k] < pupils:
            k += 1
        each = items.reduced[order[k]] / items.weight[order[k]]
        taken = items.sum_reduced[k] - each * (items.sum_weight[k] - pupils)
        above = over * max(0.0, pupils - cap * n)
        curve[n] = free + taken + costs.classes[block, year] * n + above
        if curve[n] >= curve[n - 1]:
            return n - 1
    return b.most[block] + 1


@njit
def fill_classes(block, year, n, b, counting, costs, items, share):  # type: ignore[no-untyped-def]
    """Write the shares of a cohort in `n` classes into `share` (Q, T)."""
    count, order, _ = _sorted_items(block, year, b, counting, costs, items, share)
    if count > 0 and n > 0:
        load, eager = items.sum_weight[count - 1], _eager(count, order, costs.over[year], items)
        pupils = _pupils(n, load, eager, b.cap[block], b.hard[block])
        fill_shares(pupils, count, items, order, year, share)


@njit
def site_curves(site, year, b, counting, costs, items, share, curves, length):  # type: ignore[no-untyped-def]
    """Curves (L, N + 1) of all levels of a site in a year, and their lengths (L,)."""
    for level in range(len(length)):
        block = site * len(length) + level
        length[level] = class_curve(block, year, b, counting, costs, items, share, curves[level])


@njit
def add_levels(runs, curves, length, total, number):  # type: ignore[no-untyped-def]
    """Least cost of the levels that run in 0, 1, 2, ... classes together, while it falls.

    `total` (N + 1,) receives it and `number` (N + 1, L) the classes of each level. Returns with how
    many classes it is least.
    """
    n = 0
    number[0] = 0
    total[0] = 0.0
    for level in range(len(length)):
        if runs[level]:
            total[0] += curves[level, 0]
    while n + 1 < len(total):
        best, least = -1, 0.0
        for level in range(len(length)):
            k = number[n, level]
            if runs[level] and k < length[level]:
                change = curves[level, k + 1] - curves[level, k]
                if change < least:
                    best, least = level, change
        if best < 0:
            break
        number[n + 1] = number[n]
        number[n + 1, best] += 1
        total[n + 1] = total[n] + least
        n += 1
    return n


@njit
def best_number(state, price, most, total, kept):  # type: ignore[no-untyped-def]
    """Least cost of up to `most` classes, missing function rooms included, and their number."""
    first = kept.first[state]
    best, number = total[0] + price * kept.lacking[first], 0
    for n in range(1, min(most, kept.first[state + 1] - first - 1) + 1):
        value = total[n] + price * kept.lacking[first + n]
        if value < best:
            best, number = value, n
    return best, number
