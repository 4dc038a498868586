"""Which sites open when: from the relaxation's smoothed choices, bettered by exchanges.

All of it on a network of clusters, whose costs guide only. An opening is told by the first period
(S,) in which a site is open, as many as there are periods where it never is.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from itertools import islice

import numpy as np

from benchmarks.million.kernels import highest, profits
from benchmarks.million.network import Network
from benchmarks.million.transport import capacity_prices, cheapest_of

TRIALS = 100
"""Moves tried in earnest after each ranking, the most promising first."""
ROUNDS = 25
"""Steps of the capacity prices in a trial."""
SPARE = 1e-6
"""Part of all capacity that must be spare: rounding and programs' tolerances are paid from it."""
AROUND = 30
"""Sites around the middle of a kick, open and closed, among which it is mended."""
KICKED = 2
"""Sites that a kick moves elsewhere."""
Move = tuple[tuple[int, int], ...]
"""Sites and their new first periods."""


@dataclass(frozen=True)
class Opening:
    """First periods (S,) of sites, what that costs about, and prices (S, T) of capacity."""

    first: np.ndarray
    cost: float
    marginal: np.ndarray


def open_in(first: np.ndarray, periods: int) -> np.ndarray:
    """Tell (S, T) whether a site is open in a period."""
    return first[:, None] <= np.arange(periods)


def holds(network: Network, first: np.ndarray) -> bool:
    """Tell whether few enough sites are open, and hold the demand of each period."""
    running = open_in(first, network.periods)
    room = network.capacity @ running
    few = int(running[:, -1].sum()) <= network.most_open
    return few and bool(np.all(room * (1.0 - SPARE) >= network.total))


def largest_hold(network: Network) -> bool | None:
    """Tell whether the largest sites that may be open hold the demand of each period.

    None: only just; a plan may exist, and searching leaves it no room.
    """
    room = float(np.sort(network.capacity)[::-1][: network.most_open].sum())
    most = float(network.total.max())
    return None if abs(room - most) <= SPARE * room else room > most


def rounded(network: Network, share: np.ndarray) -> np.ndarray:
    """First periods (S,) near smoothed choices (S, T), with room for the demand.

    The sites chosen most are opened, each when it is chosen half as often as at the end; where that
    is too little room, sites open earlier, then small ones give way to large ones.
    """
    periods = network.periods
    first = np.full(len(share), periods)
    taken = np.argsort(-share.sum(axis=1), kind="stable")[: network.most_open]
    taken = taken[share[taken, -1] > 0.02]
    first[taken] = (share[taken] >= 0.5 * share[taken, -1:]).argmax(axis=1)
    while not holds(network, first):
        room = network.capacity @ open_in(first, periods)
        short = int(np.argmax(room * (1.0 - SPARE) < network.total))
        running = open_in(first, periods)
        later = np.flatnonzero(running[:, -1] & ~running[:, short])
        if len(later):
            first[later[np.argmax(network.capacity[later])]] = short
            continue
        closed = np.flatnonzero(~running[:, -1])
        if int(running[:, -1].sum()) >= network.most_open:
            smallest = np.flatnonzero(running[:, -1])
            first[smallest[np.argmin(network.capacity[smallest])]] = periods
        first[closed[np.argmax(network.capacity[closed])]] = short
    return first


def weigh(
    network: Network,
    first: np.ndarray,
    start: np.ndarray,
    rounds: int = ROUNDS,
    limit: float = np.inf,
) -> Opening:
    """Cost of an opening, its ways at their bound by prices of capacity.

    The prices of one period are no further improved once the cost is above `limit`.
    """
    running = open_in(first, network.periods)
    cost, marginal = float(network.fixed[running].sum()), np.zeros(running.shape)
    begun = [
        capacity_prices(network, running[:, t], t, start[:, t], 0) for t in range(network.periods)
    ]
    cost += sum(priced.value for priced in begun)
    for t, before in enumerate(begun):
        left = limit - cost + before.value
        priced = before
        if cost <= limit:
            priced = capacity_prices(network, running[:, t], t, before.marginal, rounds, left)
        marginal[:, t] = priced.marginal
        cost += priced.value - before.value
    return Opening(first, cost, marginal)


def improve(
    network: Network,
    opening: Opening,
    deadline: float,
    among: np.ndarray | None = None,
) -> Opening:
    """Exchange, open, close and re-time sites, or those `among`, until no promising move is better.

    Moves are ranked by what they come to at today's prices of capacity, then tried in earnest.
    """
    sites = np.arange(len(network.site_x)) if among is None else among
    before = np.inf
    while opening.cost < before:
        before = opening.cost
        for move in _ranked(network, opening, sites):
            if time.perf_counter() > deadline:
                return opening
            opening = _tried(network, opening, move)
    return opening


def kicked(
    network: Network, opening: Opening, deadline: float, rng: np.random.Generator
) -> Opening:
    """Move some neighbouring sites elsewhere nearby by chance and improve what is around them.

    Returns the better of that and the opening as it is.
    """
    middle = rng.integers(len(network.site_x))
    far = np.hypot(network.site_x - network.site_x[middle], network.site_y - network.site_y[middle])
    among = np.argsort(far, kind="stable")[:AROUND]
    running = among[opening.first[among] < network.periods]
    closed = among[opening.first[among] == network.periods]
    count = min(KICKED, len(running), len(closed))
    first = opening.first.copy()
    out, back = running[:count], rng.choice(closed, count, replace=False)
    first[back], first[out] = first[out], network.periods
    if count == 0 or not holds(network, first):
        return opening
    found = improve(network, weigh(network, first, opening.marginal), deadline, among)
    return found if found.cost < opening.cost * (1.0 - 1e-6) else opening


def _tried(network: Network, opening: Opening, move: Move) -> Opening:
    """Return what a move leads to, or the opening as it is where that is better or not allowed."""
    first = _moved(opening.first, move)
    if not holds(network, first):
        return opening
    enough = opening.cost * (1.0 - 1e-6)
    tried = weigh(network, first, opening.marginal, limit=enough)
    return tried if tried.cost < enough else opening


def _ranked(network: Network, opening: Opening, among: np.ndarray) -> list[Move]:
    """Return the moves of sites `among` that are best at today's prices, the best first."""
    now = [
        cheapest_of(network, np.flatnonzero(opening.first <= t), opening.marginal[:, t])
        for t in range(network.periods)
    ]
    cost = np.stack([best for _, best, _ in now], axis=1)
    found = _of_closed(network, opening, cost, among)
    for site in among[opening.first[among] < network.periods]:
        found += _of_open(network, opening, now, int(site), among)
    found.sort(key=lambda one: one[0])
    allowed = (move for _, move in found if holds(network, _moved(opening.first, move)))
    return list(islice(allowed, TRIALS))


def _moved(first: np.ndarray, move: Move) -> np.ndarray:
    after = first.copy()
    for site, period in move:
        after[site] = period
    return after


def _worth(network: Network, cost: np.ndarray, sites: np.ndarray) -> np.ndarray:
    """(S', T) what sites would save in each period if demand costs `cost` (N, T) without them."""
    n = network
    profit, _ = profits(
        n.x,
        n.y,
        n.demand,
        n.start,
        n.box,
        n.site_x[sites],
        n.site_y[sites],
        n.capacity[sites],
        cost,
        highest(cost, n.start),
    )
    saved: np.ndarray = profit - n.fixed[sites]
    return saved


def _of_closed(
    network: Network, opening: Opening, cost: np.ndarray, among: np.ndarray
) -> list[tuple[float, Move]]:
    """Return moves that open a closed site, or an open one earlier."""
    saved = _worth(network, cost, among)
    found: list[tuple[float, Move]] = []
    for row, site in enumerate(among):
        first = int(opening.first[site])
        for period in range(first):
            change = -float(saved[row, period:first].sum())
            found.append((change, ((int(site), period),)))
    return found


def _of_open(
    network: Network,
    opening: Opening,
    now: list[tuple[np.ndarray, np.ndarray, np.ndarray]],
    site: int,
    among: np.ndarray,
) -> list[tuple[float, Move]]:
    """Return moves that close a site, open it later, or open a closed one in its place."""
    periods, first = network.periods, int(opening.first[site])
    without = np.stack(
        [np.where(at == site, np.minimum(second, 1e6), best) for at, best, second in now], axis=1
    )
    lost = np.zeros(periods)
    for t in range(first, periods):
        _, best, _ = now[t]
        more = float(network.demand[:, t].astype(np.float64) @ (without[:, t] - best))
        full = network.capacity[site] * opening.marginal[site, t]
        lost[t] = more + full - network.fixed[site, t]
    found: list[tuple[float, Move]] = [
        (float(lost[first:later].sum()), ((site, later),))
        for later in range(first + 1, periods + 1)
    ]
    closed = among[opening.first[among] == periods]
    saved = np.cumsum(_worth(network, without, closed)[:, ::-1], axis=1)[:, ::-1]
    change = float(lost[first:].sum()) - saved
    for row, other in enumerate(closed):
        for period in range(periods):
            move = ((site, periods), (int(other), period))
            found.append((float(change[row, period]), move))
    return found
