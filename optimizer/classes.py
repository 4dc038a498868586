"""Classes for pupils whose place is known: cheap, and never worse for the rooms than need be.

The classes of one cohort at one site form a chain over the years, which may rise but not fall
(R2); chains of a site meet only in its rooms (R5, R6), year by year. One chain is optimal, given
the others, by a small dynamic programme; a site is settled by going round its chains until none
changes. As missing function rooms come by the dozen classes, that ends near where it began: it is
done from several beginnings, and the cheapest is kept. Rooms lacking are priced above anything
else, so a shortage that remains is unavoidable: every chain could shed classes in that year alone.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer import rooms
from optimizer.compiled import njit
from optimizer.domain import Plan, Problem
from optimizer.limits import base_classes, caps, hard_limits
from optimizer.presence import Presence

PUPILS = 1e-4
SWEEPS = 50
STEPS = 24
"""Steps in the search for the prices of a site's rooms."""
SQUEEZES = 10
"""Rises of the price of a crowded year, each half as large again, until classes fit."""
BEGINNINGS = (0.0, 0.25, 0.5, 1.0, 2.0)
"""Prices of a class's room, over that of a missing function room, at which chains begin."""


class Chains(NamedTuple):
    """Classes of one cohort at one site over the years, H of them: arrays (H, T), `cap` (H,)."""

    pupils: np.ndarray
    least: np.ndarray
    most: np.ndarray
    cap: np.ndarray
    fresh: np.ndarray


class Costs(NamedTuple):
    """Discounted yuan: of N classes at a site, for rooms (S, T, N); of a class, of a pupil (T,).

    `beginnings` (K, T, N) price N classes of a chain before it meets the others; `space` (S, T) is
    how many classes there are rooms of any kind for.
    """

    rooms: np.ndarray
    space: np.ndarray
    beginnings: np.ndarray
    class_year: np.ndarray
    over_cap: np.ndarray


def cheapest_classes(
    problem: Problem, plan: Plan, present: tuple[Presence, ...]
) -> tuple[np.ndarray, ...]:
    """Choose the classes of every cohort at every site in every year.

    Parameters
    ----------
    plan
        What is built and runs; its classes are not looked at.
    present
        Who is where under the plan.

    Returns
    -------
    tuple[np.ndarray, ...]
        L arrays (S, C_l, T) int that keep R2 and R3, and R5 wherever it can be kept.
    """
    shapes = [level.pupils.shape for level in present]
    if not problem.policy.on("class_size"):
        return tuple(np.zeros(shape, dtype=int) for shape in shapes)
    chains = _chains(problem, present)
    count = len(problem.sites)
    site = np.concatenate([np.repeat(np.arange(count), shape[1]) for shape in shapes])
    order = np.argsort(site, kind="stable")
    bounds = np.searchsorted(site[order], np.arange(count + 1))
    highest = np.zeros((count, problem.horizon.years), dtype=int)
    np.add.at(highest, site, chains.most)
    chosen = np.zeros_like(chains.least)
    chosen[order] = _settle(
        bounds,
        Chains(*(column[order] for column in chains)),
        _costs(problem, plan, int(highest.max(initial=0)), float(chains.pupils.max(initial=0.0))),
    )
    ends = np.cumsum([0, *(shape[0] * shape[1] for shape in shapes)])
    return tuple(
        chosen[a:b].reshape(shape) for a, b, shape in zip(ends, ends[1:], shapes, strict=False)
    )


def _chains(problem: Problem, present: tuple[Presence, ...]) -> Chains:
    """State each chain's pupils, fewest and most useful classes, and the years it begins anew."""
    parts = []
    for index, here in enumerate(present):
        pupils = here.pupils
        limit = hard_limits(problem, index)[:, :, None]
        cap = np.broadcast_to(caps(problem, index)[:, None], pupils.shape[:2])
        taught = pupils > PUPILS
        fresh = here.arrivals > PUPILS
        fresh[:, :, 1:] |= ~taught[:, :, :-1]
        least = np.where(taught, np.maximum(1, np.ceil(pupils / limit - 1e-6)), 0).astype(int)
        inherited = np.where(fresh[:, :, 0], 0, base_classes(problem, index))
        least[:, :, 0] = np.where(taught[:, :, 0], np.maximum(least[:, :, 0], inherited), 0)
        wanted = np.where(taught, np.ceil(pupils / cap[:, :, None] - 1e-6), 0).astype(int)
        most = np.maximum(least, wanted)
        for year in range(1, pupils.shape[2]):
            kept = np.where(fresh[:, :, year], 0, most[:, :, year - 1])
            most[:, :, year] = np.where(taught[:, :, year], np.maximum(most[:, :, year], kept), 0)
        flat = (pupils.shape[0] * pupils.shape[1], pupils.shape[2])
        parts.append(
            [*(a.reshape(flat) for a in (pupils, least, most)), cap.ravel(), fresh.reshape(flat)]
        )
    return Chains(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def _costs(problem: Problem, plan: Plan, highest: int, largest: float) -> Costs:
    """Price up to `highest` classes at each site; lacking rooms cost more than all else could."""
    prices, discount = problem.prices, problem.horizon.discount
    sites, years = len(problem.sites), problem.horizon.years
    classes = np.broadcast_to(np.arange(highest + 1), (sites, years, highest + 1))
    debt = np.zeros(classes.shape)
    if problem.policy.on("function_rooms"):
        debt = rooms.debt_of(problem, plan, classes) * prices.room_debt_year * discount[:, None]
    space = rooms.rooms(problem, plan) + rooms.function_rooms(problem, plan).sum(axis=2)
    lacking = np.maximum(0, classes - space[:, :, None])
    dearest = prices.class_year * highest + prices.over_cap_pupil_year * largest
    above_all = 1.0 + years * (dearest + debt.max(initial=0.0))
    slope = prices.room_debt_year * discount[:, None] * np.arange(highest + 1)
    return Costs(
        debt + lacking * above_all,
        space,
        np.array(BEGINNINGS)[:, None, None] * slope,
        prices.class_year * discount,
        prices.over_cap_pupil_year * discount,
    )


@njit
def _settle(bounds: np.ndarray, chains: Chains, costs: Costs) -> np.ndarray:
    """Settle each site (chains `bounds[j]:bounds[j+1]`) from every beginning; keep the cheapest."""
    chosen = chains.most.copy()
    for site in range(len(bounds) - 1):
        first, last = bounds[site], bounds[site + 1]
        lowest = np.inf
        for start in range(1 + len(costs.beginnings)):
            trial = chains.most[first:last].copy()
            if start > 0:
                trial = _chains_alone(first, last, chains, costs.beginnings[start - 1], costs)
            money = _go_round(first, trial, chains, costs.rooms[site], costs)
            if money < lowest:
                lowest = money
                chosen[first:last] = trial
        money, trial = _settle_by_prices(first, last, chains, site, costs)
        if money < lowest:
            chosen[first:last] = trial
    return chosen


@njit
def _settle_by_prices(
    first: int, last: int, chains: Chains, site: int, costs: Costs
) -> tuple[float, np.ndarray]:
    """Settle a site from prices of its rooms, year by year: the best found, and what it costs.

    The prices rise where chains want more classes than rooms would give at that price, and fall
    where fewer: steps towards the best bound of the relaxation that parts chains from rooms.
    """
    room_cost = costs.rooms[site]
    years, width = room_cost.shape
    number = np.arange(width)
    unit = costs.beginnings[2, :, 1] - costs.beginnings[2, :, 0]
    price = unit.copy()
    lowest = np.inf
    best = chains.most[first:last].copy()
    for step in range(STEPS):
        alone = price.reshape(-1, 1) * number
        trial = _chains_alone(first, last, chains, alone, costs)
        excess = np.zeros(years)
        for year in range(years):
            excess[year] = trial[:, year].sum() - np.argmin(room_cost[year] - alone[year])
        trial = _squeezed(first, trial, chains, alone, site, costs)
        money = _go_round(first, trial, chains, room_cost, costs)
        if money < lowest:
            lowest, best = money, trial
        furthest = np.abs(excess).max()
        if furthest == 0.0:
            break
        price = np.maximum(0.0, price + unit * (excess / furthest) * (2.0 / (4.0 + step)))
    return lowest, best


@njit
def _chains_alone(
    first: int, last: int, chains: Chains, alone: np.ndarray, costs: Costs
) -> np.ndarray:
    """Choose each chain of a site as if `alone` (T, N) were all that its classes' rooms cost."""
    nobody = np.zeros(len(alone), dtype=np.int64)
    trial = np.empty((last - first, len(alone)), dtype=np.int64)
    for row in range(last - first):
        trial[row] = _best_chain(first + row, chains, nobody, alone, costs)
    return trial


@njit
def _squeezed(
    first: int, trial: np.ndarray, chains: Chains, alone: np.ndarray, site: int, costs: Costs
) -> np.ndarray:
    """Price the years in which classes outnumber all rooms higher and higher until they fit."""
    raised = alone.copy()
    number = np.arange(alone.shape[1])
    for attempt in range(SQUEEZES):
        crowded = trial.sum(axis=0) > costs.space[site]
        if not np.any(crowded):
            break
        for year in np.flatnonzero(crowded):
            raised[year] += 0.4 * 1.5**attempt * costs.class_year[year] * number
        trial = _chains_alone(first, first + len(trial), chains, raised, costs)
    return trial


@njit
def _go_round(
    first: int, trial: np.ndarray, chains: Chains, room_cost: np.ndarray, costs: Costs
) -> float:
    """Improve the chains of a site one by one until none changes; returns what all cost."""
    total = np.zeros(trial.shape[1], dtype=np.int64)
    for row in range(len(trial)):
        total += trial[row]
    for _ in range(SWEEPS):
        changed = False
        for row in range(len(trial)):
            others = total - trial[row]
            better = _best_chain(first + row, chains, others, room_cost, costs)
            if np.any(better != trial[row]):
                trial[row] = better
                total = others + better
                changed = True
        if not changed:
            break
    money = 0.0
    for year in range(trial.shape[1]):
        money += room_cost[year, total[year]]
        for row in range(len(trial)):
            number = trial[row, year]
            if number > 0:
                over = chains.pupils[first + row, year] - chains.cap[first + row] * number
                money += costs.class_year[year] * number
                money += costs.over_cap[year] * max(0.0, over)
    return money


@njit
def _best_chain(
    chain: int, chains: Chains, others: np.ndarray, room_cost: np.ndarray, costs: Costs
) -> np.ndarray:
    """Find the cheapest classes of one chain, never falling but where it begins anew."""
    pupils, least, most = chains.pupils[chain], chains.least[chain], chains.most[chain]
    years, width = len(pupils), most.max() + 1
    value = np.full((years, width), np.inf)
    origin = np.zeros((years, width), dtype=np.int64)
    for year in range(years):
        free = year == 0 or chains.fresh[chain, year] or most[year] == 0
        best, came = 0.0, 0
        if year > 0:
            came = int(np.argmin(value[year - 1])) if free else 0
            best = value[year - 1, came]
        for number in range(most[year] + 1):
            if not free and value[year - 1, number] < best:
                best, came = value[year - 1, number], number
            if number >= least[year]:
                over = max(0.0, pupils[year] - chains.cap[chain] * number) if number > 0 else 0.0
                price = costs.class_year[year] * number + costs.over_cap[year] * over
                value[year, number] = best + price + room_cost[year, others[year] + number]
                origin[year, number] = came
    chosen = np.zeros(years, dtype=np.int64)
    number = int(np.argmin(value[years - 1]))
    for year in range(years - 1, -1, -1):
        chosen[year] = number
        number = origin[year, number]
    return chosen
