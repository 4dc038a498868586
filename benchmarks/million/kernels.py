"""Compiled loops over customers and sites; costs are computed where they are needed.

All of them stand in this one file, which is what numba watches for a change of its cache. Loops run
over sites or over blocks in parallel; each sum is taken by one thread in a fixed order, so that
results do not depend on the number of threads.
"""

from __future__ import annotations

import math

import numba
import numpy as np

ALL_THREADS: int = numba.get_num_threads()
MANY = 50_000
"""Customers above which loops run in all threads."""
BINS = 512
"""Steps of a site's capacity price between nothing and the best customer's gain."""


@numba.njit(cache=True)
def _near(box: np.ndarray, x: float, y: float) -> float:
    """Least distance from a point to a box."""
    across = max(box[0] - x, 0.0, x - box[1])
    along = max(box[2] - y, 0.0, y - box[3])
    return math.sqrt(across * across + along * along)


@numba.njit(cache=True)
def _far(box: np.ndarray, x: float, y: float) -> float:
    """Largest distance from a point to a box."""
    across = max(x - box[0], box[1] - x)
    along = max(y - box[2], box[3] - y)
    return math.sqrt(across * across + along * along)


@numba.njit(cache=True)
def _distance(x: float, y: float, site_x: float, site_y: float) -> float:
    across, along = np.float64(x) - site_x, np.float64(y) - site_y
    return math.sqrt(across * across + along * along)


@numba.njit(parallel=True, cache=True)
def highest(price: np.ndarray, start: np.ndarray) -> np.ndarray:
    """(B, T) largest price (N, T) in each block."""
    top = np.empty((len(start) - 1, price.shape[1]))
    for b in numba.prange(len(start) - 1):
        for t in range(price.shape[1]):
            top[b, t] = price[start[b] : start[b + 1], t].max()
    return top


@numba.njit(parallel=True, cache=True)
def profits(
    x: np.ndarray,
    y: np.ndarray,
    demand: np.ndarray,
    start: np.ndarray,
    box: np.ndarray,
    site_x: np.ndarray,
    site_y: np.ndarray,
    capacity: np.ndarray,
    price: np.ndarray,
    top: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """Profit (S, T) of each site from customers who pay `price` a unit, and its price of capacity.

    A site takes the customers of most gain until it is full: ``min over v of v q + sum d (price - c
    - v)+``. The least is looked for among `BINS` values of v by a histogram of gains, so that no
    customer is sorted; each of them gives no less than the true profit.
    """
    sites, periods = len(site_x), price.shape[1]
    profit, marginal = np.zeros((sites, periods)), np.zeros((sites, periods))
    for j in numba.prange(sites):
        reach = np.zeros(periods)
        for b in range(len(start) - 1):
            near = _near(box[b], site_x[j], site_y[j])
            for t in range(periods):
                reach[t] = max(reach[t], top[b, t] - near)
        weight, gain = np.zeros((periods, BINS)), np.zeros((periods, BINS))
        for b in range(len(start) - 1):
            near = _near(box[b], site_x[j], site_y[j])
            if top[b].max() <= near:
                continue
            for i in range(start[b], start[b + 1]):
                cost = _distance(x[i], y[i], site_x[j], site_y[j])
                for t in range(periods):
                    more = price[i, t] - cost
                    if more > 0.0:
                        k = min(int(more / reach[t] * BINS), BINS - 1)
                        weight[t, k] += demand[i, t]
                        gain[t, k] += demand[i, t] * more
        for t in range(periods):
            best, at, full, sum_gain = reach[t] * capacity[j], reach[t], 0.0, 0.0
            for k in range(BINS - 1, -1, -1):
                full += weight[t, k]
                sum_gain += gain[t, k]
                v = k * reach[t] / BINS
                value = v * capacity[j] + sum_gain - v * full
                if value < best:
                    best, at = value, v
            profit[j, t], marginal[j, t] = best, at
    return profit, marginal


@numba.njit(parallel=True, cache=True)
def coverage(
    x: np.ndarray,
    y: np.ndarray,
    start: np.ndarray,
    box: np.ndarray,
    site_x: np.ndarray,
    site_y: np.ndarray,
    price: np.ndarray,
    top: np.ndarray,
    chosen: np.ndarray,
    marginal: np.ndarray,
) -> np.ndarray:
    """(N, T) how many chosen sites (S, T) take a customer at these prices of capacity."""
    count = np.zeros(price.shape, dtype=np.int16)
    for b in numba.prange(len(start) - 1):
        for t in range(price.shape[1]):
            for j in range(len(site_x)):
                if not chosen[j, t]:
                    continue
                if _near(box[b], site_x[j], site_y[j]) + marginal[j, t] >= top[b, t]:
                    continue
                for i in range(start[b], start[b + 1]):
                    cost = _distance(x[i], y[i], site_x[j], site_y[j])
                    if price[i, t] - cost - marginal[j, t] > 0.0:
                        count[i, t] += 1
    return count


@numba.njit(parallel=True, cache=True)
def cheapest(
    x: np.ndarray,
    y: np.ndarray,
    start: np.ndarray,
    box: np.ndarray,
    site_x: np.ndarray,
    site_y: np.ndarray,
    sites: np.ndarray,
    marginal: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cheapest of `sites` for each customer, price of capacity included.

    Returns (N,) the site, (N,) what a unit costs there and (N,) what it costs at the second.
    """
    at = np.empty(len(x), dtype=np.int32)
    best, second = np.empty(len(x)), np.empty(len(x))
    for b in numba.prange(len(start) - 1):
        limit, next_limit = np.inf, np.inf
        for j in sites:
            most = _far(box[b], site_x[j], site_y[j]) + marginal[j]
            if most < limit:
                limit, next_limit = most, limit
            elif most < next_limit:
                next_limit = most
        best[start[b] : start[b + 1]] = np.inf
        second[start[b] : start[b + 1]] = np.inf
        for j in sites:
            if _near(box[b], site_x[j], site_y[j]) + marginal[j] > next_limit + 1e-6:
                continue
            for i in range(start[b], start[b + 1]):
                cost = _distance(x[i], y[i], site_x[j], site_y[j]) + marginal[j]
                if cost < best[i]:
                    second[i], best[i], at[i] = best[i], cost, j
                elif cost < second[i]:
                    second[i] = cost
    return at, best, second


@numba.njit(parallel=True, cache=True)
def gains(
    x: np.ndarray,
    y: np.ndarray,
    demand: np.ndarray,
    site_x: np.ndarray,
    site_y: np.ndarray,
    price: np.ndarray,
    marginal: np.ndarray,
) -> np.ndarray:
    """(S, T) sum of ``d (price - c - v)+`` over all customers, none ruled out beforehand."""
    total = np.zeros(marginal.shape)
    for j in numba.prange(len(site_x)):
        for i in range(len(x)):
            cost = _distance(x[i], y[i], site_x[j], site_y[j])
            for t in range(price.shape[1]):
                more = price[i, t] - cost - marginal[j, t]
                if more > 0.0:
                    total[j, t] += demand[i, t] * more
    return total


def use_threads(customers: int) -> None:
    """Let loops over few customers run in one thread: two would wait for one another."""
    numba.set_num_threads(ALL_THREADS if customers > MANY else 1)
