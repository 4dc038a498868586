"""Compiled loops of the site problems: one cohort at one block, then all of them.

A cohort's problem, given prices: choose shares x in [0, 1] of the zones in reach and a number of
classes in each year of its life, at least cost, where the reference pupils N = sum weight * x grow
as `scale` says. `F(N)`, the cost of the classes, is exact for every N; the shares are a knapsack,
whose value `K(N)` is convex and piecewise linear. F + K has its minimum at a kink, and all kinks
are tried.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.arrays import Floats, Ints
from optimizer.methods.by_site.class_kernels import class_cost, least_slope, life_cost, year_classes

NOBODY = 1e-4


class Costs(NamedTuple):
    """Prices under which the site problems are solved.

    Attributes
    ----------
    zone
        (Z, L, T) what is paid for taking a zone's whole cohort.
    classes
        (B, T) discounted price of a class, rooms included.
    over
        (T,) discounted price of a pupil over the cap.
    moved
        (T,) discounted price of a pupil moved by a merger.
    small
        (S, T) price of each pupil present at a site in the year before it stops in a year.
    class_size
        Whether classes are formed at all; if not, seats limit.
    """

    zone: Floats
    classes: Floats
    over: Floats
    moved: Floats
    small: Floats
    class_size: bool


class Items(NamedTuple):
    """Scratch space: pairs worth taking, with reduced cost, weight, row and running sums."""

    reduced: Floats
    weight: Floats
    row: Ints
    sum_reduced: Floats
    sum_weight: Floats


def make_items(size: int) -> Items:
    """Scratch space for up to `size` pairs."""
    reduced, weight, sum_reduced, sum_weight = (np.zeros(size) for _ in range(4))
    return Items(reduced, weight, np.zeros(size, dtype=np.int64), sum_reduced, sum_weight)


class Solution(NamedTuple):
    """What `solve_all` writes.

    value (B, T) per entering cohort; stopped (B, T): all cohorts entering before the level stops
    in a year; share (Q, T) and paths (B, T, G): shares and classes of the cohorts without a stop.
    """

    value: Floats
    stopped: Floats
    share: Floats
    paths: Ints


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
def best_size(count, items, order, block, cohort, life, b, costs, path):  # type: ignore[no-untyped-def]
    """Minimise F + K over the reference pupils; returns value, pupils, classes at entry.

    K + slope * N is convex and a lower bound: numbers where it is not below the best are skipped.
    So are kinks of K at pairs that pay less than a pupil over the cap costs in any one year: beside
    them F is flat and K falls on, or F rises faster than K falls.
    """
    most = b.hard[block] * b.most[block]
    mildest = np.inf
    for g in range(life):
        mildest = min(mildest, costs.over[cohort + g] * b.scale[block, cohort, g])
    slope = least_slope(block, cohort, life, b, costs)
    best, best_pupils, best_n = 0.0, 0.0, 0
    lowest_at = running_sums(count, items, order, slope)
    for k in range(lowest_at, lowest_at + count):
        at = k % count
        item = order[at]
        if at < count - 1 and items.reduced[item] > -mildest * items.weight[item]:
            continue
        whole, profit = items.sum_weight[at], items.sum_reduced[at]
        if whole <= most and profit + slope * whole < best:
            cost, n = class_cost(whole, block, cohort, life, b, costs, path)
            if profit + cost < best:
                best, best_pupils, best_n = profit + cost, whole, n
    low, high = _promising(count, items, slope, best)
    high = min(high, most)
    for g in range(life):
        if g > 0 and b.scale[block, cohort, g] == b.scale[block, cohort, g - 1]:
            continue
        for limit in (b.cap[block], b.hard[block]):
            kink = limit / b.scale[block, cohort, g]
            pupils = kink * max(1.0, np.ceil(low / kink))
            while pupils <= high:
                value = knapsack(pupils, count, items, order)
                if value + slope * pupils < best:
                    cost, n = class_cost(pupils, block, cohort, life, b, costs, path)
                    if value + cost < best:
                        best, best_pupils, best_n = value + cost, pupils, n
                pupils += kink
    return best, best_pupils, best_n


@njit
def collect_items(block, cohort, served, stops, b, costs, items, share):  # type: ignore[no-untyped-def]
    """List the pairs worth taking, those with negative reduced cost; their number and free profit.

    A zone all of whose pupils may leave before the end needs no class later: it is taken for free.

    Where the level `stops`, `served` grades are spent here and the rest at the best site where it
    may continue; else all that the block has, and the rest at the parent of a teaching point.
    """
    level = b.level[block]
    grades = b.level_grades[block]
    count, free = 0, 0.0
    for row in range(b.start[block], b.start[block + 1]):
        i = b.zone[row]
        cost = b.whole[row, cohort] - costs.zone[i, level, cohort]
        if stops:
            if b.size[i, level, cohort] <= NOBODY or not np.isfinite(b.unit_after[row]):
                continue
            here = b.pupil_years[i, level, cohort, served]
            rest = b.pupil_years[i, level, cohort, grades] - here
            cost = b.unit[row] * here - costs.zone[i, level, cohort]
            pupils = b.size[i, level, cohort] * b.factor[i, level, cohort, served]
            cost += b.unit_after[row] * rest + costs.moved[cohort + served] * pupils
            last = b.size[i, level, cohort] * b.factor[i, level, cohort, served - 1]
            cost += costs.small[b.site[block], cohort + served] * last
        if cost < 0.0 and b.weight[row, cohort] <= 1e-9:
            free += cost
            share[row, cohort] = 1.0
        elif cost < 0.0:
            items.reduced[count] = cost
            items.weight[count] = b.weight[row, cohort]
            items.row[count] = row
            count += 1
    return count, free


@njit
def seat_limit(block, cohort, life, b):  # type: ignore[no-untyped-def]
    """Most reference pupils within the seats of a site."""
    limit = np.inf
    for g in range(life):
        limit = min(limit, b.seats[block] / b.scale[block, cohort, g])
    return limit


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


@njit
def solve_cohort(block, cohort, served, stops, b, costs, items, path, share):  # type: ignore[no-untyped-def]
    """Solve one cohort at one block; returns its value and writes `path` and `share`."""
    path[:] = 0
    count, free = collect_items(block, cohort, served, stops, b, costs, items, share)
    if count == 0:
        return free
    order = np.argsort(items.reduced[:count] / items.weight[:count])
    life = min(served, costs.over.shape[0] - cohort)
    if costs.class_size:
        value, pupils, n = best_size(count, items, order, block, cohort, life, b, costs, path)
        path[:] = 0
        if n > 0:
            life_cost(n, pupils, block, cohort, life, b, costs, path)
    else:
        pupils = min(seat_limit(block, cohort, life, b), items.weight[:count].sum())
        running_sums(count, items, order, 0.0)
        value = knapsack(pupils, count, items, order)
    if pupils > 0.0:
        fill_shares(pupils, count, items, order, cohort, share)
    return free + value


@njit
def solve_all(stoppable, earliest, b, costs, items, scratch, solution):  # type: ignore[no-untyped-def]
    """Solve every cohort at every block into `solution`; `scratch` (Q, T) is overwritten."""
    years = costs.over.shape[0]
    solution.share[:] = 0.0
    solution.stopped[:] = 0.0
    for block in range(len(b.level)):
        if b.start[block] == b.start[block + 1]:
            continue
        grades = b.grades[block]
        for cohort in range(years):
            solution.value[block, cohort] = solve_cohort(
                block, cohort, grades, False, b, costs, items,
                solution.paths[block, cohort], solution.share,
            )  # fmt: skip
        if not stoppable[block]:
            continue
        path = np.zeros(solution.paths.shape[2], dtype=np.int64)
        for stop in range(max(1, earliest), years):
            total = 0.0
            for cohort in range(stop):
                if cohort + grades <= stop:
                    total += solution.value[block, cohort]
                else:
                    total += solve_cohort(
                        block, cohort, stop - cohort, True, b, costs, items, path, scratch
                    )
            solution.stopped[block, stop] = total


@njit
def refill_stopped(block, stop, b, costs, items, share, paths):  # type: ignore[no-untyped-def]
    """Write the shares and classes of a block whose level stops, over those without a stop."""
    years = costs.over.shape[0]
    for row in range(b.start[block], b.start[block + 1]):
        share[row, :] = 0.0
    paths[block] = 0
    for cohort in range(min(stop, years)):
        served = min(b.grades[block], stop - cohort)
        cut = cohort + b.grades[block] > stop
        solve_cohort(block, cohort, served, cut, b, costs, items, paths[block, cohort], share)


@njit
def solve_inherited(b, costs, cost, classes):  # type: ignore[no-untyped-def]
    """Cheapest classes of the inherited cohorts, year by year: cost (B, T), classes (B, T)."""
    blocks, cohorts, years = b.inherited.shape
    cost[:] = 0.0
    classes[:] = 0.0
    for block in range(blocks):
        for h in range(cohorts):
            least = 1 if b.regroups[block] else max(1, int(b.inherited_classes[block, h]))
            for year in range(years):
                number = b.inherited[block, h, year]
                if number > NOBODY:
                    n, value = year_classes(
                        number,
                        least,
                        costs.classes[block, year],
                        costs.over[year],
                        b.cap[block],
                        b.inherited_limit[block, h],
                    )
                    cost[block, year] += value
                    classes[block, year] += n
