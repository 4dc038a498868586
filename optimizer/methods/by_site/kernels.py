"""Compiled loops of the site problems: one cohort at one block, then all of them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.arrays import Floats
from optimizer.methods.by_site.class_kernels import life_cost, pupil_price, year_classes
from optimizer.methods.by_site.size_kernels import best_size, fill_shares, knapsack, running_sums

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


class Solution(NamedTuple):
    """What `solve_blocks` writes.

    value (B, T) per entering cohort, parted (B, T, G) by the grades that it spends there less one;
    stopped (B, T): all cohorts entering before the level stops in a year; share (Q, T) and paths
    (B, T, G): shares and classes, also in parts, of the cohorts without a stop.
    """

    value: Floats
    parted: Floats
    stopped: Floats
    share: Floats
    paths: Floats


@njit
def price_years(block, cohort, whole, life, b, costs, items):  # type: ignore[no-untyped-def]
    """Price the years of a cohort: `whole` ones by the class, those after by the pupil.

    A year by the pupil charges each zone for its own pupils what no class of any size undercuts,
    and nothing else; `items.part` is how much of a class a pupil pays for.
    """
    cap, hard = b.cap[block], b.hard[block]
    for g in range(life):
        price, over = costs.classes[block, cohort + g], costs.over[cohort + g]
        items.price[g], items.over[g] = price, over
        items.each[g], items.part[g] = 0.0, 0.0
        if g >= whole and costs.class_size:
            items.each[g] = pupil_price(price, over, cap, hard)
            items.part[g] = 1.0 / (cap if items.each[g] == price / cap else hard)


@njit
def least_counted(entrants, factor, growth, whole):  # type: ignore[no-untyped-def]
    """Return how many entrants of the reference growth a zone never falls short of."""
    least = factor[0]
    for g in range(1, whole):
        least = min(least, factor[g] / growth[g])
    return entrants * least


@njit
def collect_items(block, cohort, served, stops, b, counting, costs, items, share):  # type: ignore[no-untyped-def]
    """List the pairs worth taking, those with negative reduced cost; their number and free profit.

    A zone all of whose pupils may leave before the end needs no class later: it is taken for free.

    Where the level `stops`, `served` grades are spent here and the rest at the best site where it
    may continue; else all that the block has, and the rest at the parent of a teaching point.
    """
    level, grades = b.level[block], b.level_grades[block]
    life = min(served, costs.over.shape[0] - cohort)
    growth = counting.growth[block, cohort, served - 1]
    whole = min(life, counting.whole[block, cohort, served - 1])
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
        for g in range(whole, life):
            cost += items.each[g] * b.size[i, level, cohort] * b.factor[i, level, cohort, g]
        if cost >= 0.0:
            continue
        weight = least_counted(b.size[i, level, cohort], b.factor[i, level, cohort], growth, whole)
        if weight <= 1e-9:
            free += cost
            share[row, cohort] = 1.0
        else:
            items.reduced[count] = cost
            items.weight[count] = weight
            items.row[count] = row
            count += 1
    return count, free


@njit
def seat_limit(block, whole, b, growth):  # type: ignore[no-untyped-def]
    """Most reference pupils within the seats of a site in the years that count them whole."""
    limit = np.inf
    for g in range(whole):
        limit = min(limit, b.seats[block] / growth[g])
    return limit


@njit
def solve_cohort(block, cohort, served, stops, b, counting, costs, items, path, share):  # type: ignore[no-untyped-def]
    """Solve one cohort at one block; returns its value and writes `path` and `share`."""
    path[:] = 0
    life = min(served, costs.over.shape[0] - cohort)
    whole = min(life, counting.whole[block, cohort, served - 1])
    growth = counting.growth[block, cohort, served - 1]
    price_years(block, cohort, whole, life, b, costs, items)
    count, free = collect_items(block, cohort, served, stops, b, counting, costs, items, share)
    if count == 0:
        return free
    order = np.argsort(items.reduced[:count] / items.weight[:count])
    if costs.class_size:
        value, pupils, n = best_size(count, items, order, block, whole, b, growth, path)
        path[:] = 0
        if n > 0:
            life_cost(n, pupils, block, whole, b, growth, items.price, items.over, path)
    else:
        pupils = min(seat_limit(block, whole, b, growth), items.weight[:count].sum())
        running_sums(count, items, order, 0.0)
        value = knapsack(pupils, count, items, order)
    if pupils > 0.0:
        fill_shares(pupils, count, items, order, cohort, share)
    for g in range(whole, life if costs.class_size else 0):
        path[g] = items.part[g] * present(block, cohort, g, b, share)
    return free + value


@njit
def present(block, cohort, grade, b, share):  # type: ignore[no-untyped-def]
    """Pupils of a cohort at a block in a grade, by the shares (Q, T) of the zones."""
    level, pupils = b.level[block], 0.0
    for row in range(b.start[block], b.start[block + 1]):
        if share[row, cohort] > 0.0:
            i = b.zone[row]
            number = b.size[i, level, cohort] * b.factor[i, level, cohort, grade]
            pupils += share[row, cohort] * number
    return pupils


@njit
def solve_blocks(some, stoppable, earliest, b, counting, costs, items, scratch, solution):  # type: ignore[no-untyped-def]
    """Solve every cohort at the blocks `some` (first, behind last) into `solution`, all 0 before.

    Nothing of other blocks is touched in it or in `scratch` (Q, T), which is overwritten.
    """
    years = costs.over.shape[0]
    for block in range(some[0], some[1]):
        if b.start[block] == b.start[block + 1]:
            continue
        grades = b.grades[block]
        for cohort in range(years):
            solution.value[block, cohort] = solve_cohort(
                block, cohort, grades, False, b, counting, costs, items,
                solution.paths[block, cohort], solution.share,
            )  # fmt: skip
            solution.parted[block, cohort, grades - 1] = solution.value[block, cohort]
        if not stoppable[block]:
            continue
        path = np.zeros(solution.paths.shape[2])
        for stop in range(max(1, earliest), years):
            total = 0.0
            for cohort in range(stop):
                if cohort + grades <= stop:
                    total += solution.value[block, cohort]
                else:
                    value = solve_cohort(
                        block, cohort, stop - cohort, True, b, counting, costs, items, path, scratch
                    )
                    solution.parted[block, cohort, stop - cohort - 1] = value
                    total += value
            solution.stopped[block, stop] = total


@njit
def refill_stopped(block, stop, b, counting, costs, items, share, paths):  # type: ignore[no-untyped-def]
    """Write the shares and classes of a block whose level stops, over those without a stop."""
    years = costs.over.shape[0]
    for row in range(b.start[block], b.start[block + 1]):
        share[row, :] = 0.0
    paths[block] = 0
    for cohort in range(min(stop, years)):
        served = min(b.grades[block], stop - cohort)
        cut = cohort + b.grades[block] > stop
        path = paths[block, cohort]
        solve_cohort(block, cohort, served, cut, b, counting, costs, items, path, share)


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
