"""Compiled search for the size of one cohort at one block.

A cohort's problem, given prices: choose shares x in [0, 1] of the zones in reach and a number of
classes in each year of its life, at least cost, where the reference pupils N = sum weight * x grow
as `counting.Counting` says. `F(N)`, the cost of the classes, is exact for every N; the shares are a
knapsack, whose value `K(N)` is convex and piecewise linear. F + K has its minimum at a kink, and
all kinks are tried.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.arrays import Floats, Ints
from optimizer.methods.by_site.class_kernels import class_cost, least_slope
from optimizer.methods.by_site.data import Blocks


class Items(NamedTuple):
    """Scratch space of a cohort.

    Pairs worth taking, with reduced cost, weight, row and running sums; for each year of its life
    yuan of a class, of a pupil over the cap and of each pupil, and part of a class that each pays.
    """

    reduced: Floats
    weight: Floats
    row: Ints
    sum_reduced: Floats
    sum_weight: Floats
    price: Floats
    over: Floats
    each: Floats
    part: Floats


def items_of(blocks: Blocks) -> Items:
    """Scratch space for the pairs of any one block, and for the years at a school."""
    size, grades = int(np.diff(blocks.start).max(initial=0)), blocks.factor.shape[3]
    reduced, weight, sum_reduced, sum_weight = (np.zeros(size) for _ in range(4))
    price, over, each, part = (np.zeros(grades) for _ in range(4))
    row = np.zeros(size, dtype=np.int64)
    return Items(reduced, weight, row, sum_reduced, sum_weight, price, over, each, part)


@njit
def knapsack(pupils, count, items, order):  # type: ignore[no-untyped-def]
    """K(pupils), by the running sums of the sorted items."""
    k = np.searchsorted(items.sum_weight[:count], pupils)
    if k == count:
        return items.sum_reduced[count - 1]
    before, profit = 0.0, 0.0
    if k > 0:
        before, profit = items.sum_weight[k - 1], items.sum_reduced[k - 1]
    item = order[k]
    return profit + items.reduced[item] * (pupils - before) / items.weight[item]


@njit
def running_sums(count, items, order, slope):  # type: ignore[no-untyped-def]
    """Fill the running sums of the sorted items; returns where K + slope * N is least."""
    whole, profit = 0.0, 0.0
    lowest, lowest_at = 0.0, 0
    for k in range(count):
        whole += items.weight[order[k]]
        profit += items.reduced[order[k]]
        items.sum_weight[k] = whole
        items.sum_reduced[k] = profit
        if profit + slope * whole < lowest:
            lowest, lowest_at = profit + slope * whole, k
    return lowest_at


@njit
def _promising(count, items, slope, best):  # type: ignore[no-untyped-def]
    """Interval of pupils outside which K + slope * N, which is convex, is not below `best`."""
    first, last = -1, -2
    lowest, lowest_at = 0.0, -1
    for k in range(count):
        value = items.sum_reduced[k] + slope * items.sum_weight[k]
        if value < lowest:
            lowest, lowest_at = value, k
        if value < best:
            last = k
            if first < 0:
                first = k
    if last < 0:
        first = last = lowest_at
    low = items.sum_weight[first - 1] if first > 0 else 0.0
    high = items.sum_weight[min(last + 1, count - 1)]
    return low, high


@njit
def best_size(count, items, order, block, life, b, growth, path):  # type: ignore[no-untyped-def]
    """Minimise F + K over the reference pupils; returns value, pupils, classes at entry.

    `life` counts the years in which classes are whole: F is their cost in these.

    K + slope * N is convex and a lower bound: numbers where it is not below the best are skipped.
    So are kinks of K at pairs that pay less than a pupil over the cap costs in any one year: beside
    them F is flat and K falls on, or F rises faster than K falls.
    """
    most = b.hard[block] * b.most[block]
    mildest = np.inf
    price, over = items.price, items.over
    for g in range(life):
        mildest = min(mildest, over[g] * growth[g])
    slope = least_slope(block, life, b, growth, price, over)
    best, best_pupils, best_n = 0.0, 0.0, 0
    lowest_at = running_sums(count, items, order, slope)
    for k in range(lowest_at, lowest_at + count):
        at = k % count
        item = order[at]
        if at < count - 1 and items.reduced[item] > -mildest * items.weight[item]:
            continue
        whole, profit = items.sum_weight[at], items.sum_reduced[at]
        if whole <= most and profit + slope * whole < best:
            cost, n = class_cost(whole, block, life, b, growth, price, over, path)
            if profit + cost < best:
                best, best_pupils, best_n = profit + cost, whole, n
    low, high = _promising(count, items, slope, best)
    high = min(high, most)
    for g in range(life):
        if g > 0 and growth[g] == growth[g - 1]:
            continue
        for limit in (b.cap[block], b.hard[block]):
            kink = limit / growth[g]
            pupils = kink * max(1.0, np.ceil(low / kink))
            while pupils <= high:
                value = knapsack(pupils, count, items, order)
                if value + slope * pupils < best:
                    cost, n = class_cost(pupils, block, life, b, growth, price, over, path)
                    if value + cost < best:
                        best, best_pupils, best_n = value + cost, pupils, n
                pupils += kink
    return best, best_pupils, best_n


@njit
def fill_shares(pupils, count, items, order, cohort, share):  # type: ignore[no-untyped-def]
    """Write the shares of the knapsack's solution into `share` (Q, T)."""
    left = pupils
    for k in range(count):
        item = order[k]
        if items.weight[item] > left + 1e-9:
            share[items.row[item], cohort] = max(0.0, left / items.weight[item])
            return
        share[items.row[item], cohort] = 1.0
        left -= items.weight[item]
