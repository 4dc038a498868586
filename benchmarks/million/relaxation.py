"""The bound: every demand's row is priced, and each site takes the customers that pay it best."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

from benchmarks.million.kernels import coverage, highest, profits
from benchmarks.million.network import Network

MEMORY = 0.04
"""Weight of the newest choice in the smoothed ones."""
PATIENCE = 15
"""Rounds without a better bound after which the step is halved."""

SHORTEST = 0.01
"""Steps shorter than this raise the bound no more than its rounding, and choose the same sites."""


@dataclass(frozen=True)
class Relaxed:
    """What the relaxation comes to at some prices.

    Attributes
    ----------
    value
        Lower bound on the cost of every plan, up to rounding.
    marginal
        (S, T) price of a unit of capacity.
    chosen
        (S, T) whether a site is open in the relaxation's choice.
    uncovered
        (N, T) one less the times a unit of demand is served: the direction of ascent.
    """

    value: float
    marginal: np.ndarray
    chosen: np.ndarray
    uncovered: np.ndarray


@dataclass(frozen=True)
class Ascent:
    """Best prices (N, T) of demand so far, their bound and prices (S, T) of capacity.

    `share` (S, T) are smoothed choices: how much the relaxation wants each site open.
    """

    price: np.ndarray
    value: float
    marginal: np.ndarray
    share: np.ndarray
    step: float


def choose(worth: np.ndarray, most_open: int) -> np.ndarray:
    """Sites to open, and when, so that `worth` (S, T) of the periods they are open is largest.

    What opens stays open, so a site is worth its best run of last periods; the best of them are
    taken, at most as many as may be open. Returns (S, T).
    """
    from_then = np.cumsum(worth[:, ::-1], axis=1)[:, ::-1]
    opening, best = from_then.argmax(axis=1), from_then.max(axis=1)
    order = np.argsort(-best, kind="stable")[:most_open]
    taken = np.zeros(len(worth), dtype=bool)
    taken[order] = best[order] > 0.0
    chosen: np.ndarray = taken[:, None] & (np.arange(worth.shape[1]) >= opening[:, None])
    return chosen


def relax(network: Network, price: np.ndarray) -> Relaxed:
    """Solve every site's problem at these prices (N, T) and choose the sites that earn most."""
    n = network
    top = highest(price, n.start)
    profit, marginal = profits(
        n.x, n.y, n.demand, n.start, n.box, n.site_x, n.site_y, n.capacity, price, top
    )
    worth = profit - n.fixed
    chosen = choose(worth, n.most_open)
    count = coverage(n.x, n.y, n.start, n.box, n.site_x, n.site_y, price, top, chosen, marginal)
    paid = float(np.einsum("it,it->", n.demand, price, dtype=np.float64))
    return Relaxed(paid - float(worth[chosen].sum()), marginal, chosen, 1.0 - count)


def first_price(network: Network) -> np.ndarray:
    """(N, T) what a unit costs at the fourth nearest site where a quarter may open, and so on."""
    rank = max(1, len(network.site_x) // network.most_open)
    sites = np.stack([network.site_x, network.site_y], axis=1)
    near, _ = cKDTree(sites).query(np.stack([network.x, network.y], axis=1), k=[rank])
    return np.repeat(near, network.periods, axis=1)


def ascend(
    network: Network,
    price: np.ndarray,
    target: float,
    rounds: int,
    deadline: float,
    step: float = 1.0,
    share: np.ndarray | None = None,
    report: Callable[[int, float], bool] | None = None,
) -> Ascent:
    """Take up to `rounds` steps of Polyak's length towards `target`, the cost of a plan.

    Stops at `deadline` (`time.perf_counter`), at steps too short to matter, or when `report` asks
    for it.
    """
    relaxed = relax(network, price)
    best, at = relaxed, price
    direction = relaxed.uncovered
    share = relaxed.chosen.astype(float) if share is None else share
    stalled = 0
    for done in range(rounds):
        norm = float(np.einsum("it,it,it->", network.demand, direction, direction))
        if norm <= 0.0 or step < SHORTEST or time.perf_counter() > deadline:
            break
        length = step * max(target - relaxed.value, 1e-4 * abs(target)) / norm
        price = np.maximum(price + length * direction, 0.0)
        relaxed = relax(network, price)
        share = share + MEMORY * (relaxed.chosen - share)
        stalled = 0 if relaxed.value > best.value + 1e-6 * abs(best.value) else stalled + 1
        if relaxed.value > best.value:
            best, at = relaxed, price
        direction = 0.7 * relaxed.uncovered + 0.3 * direction
        if stalled >= PATIENCE:
            step, stalled, price, relaxed, direction = step / 2.0, 0, at, best, best.uncovered
        if report is not None and report(done, best.value):
            break
    return Ascent(at, best.value, best.marginal, share, step)
