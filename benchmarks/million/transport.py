"""Who is served where, once it is known which sites are open: prices of capacity, then the border.

At the right prices of capacity each customer goes to the site that is cheapest with them, and only
those between two sites at nearly equal cost are in doubt. The prices are the maximum of a concave
function of few variables (L-BFGS-B); those in doubt are settled by a small linear program, with the
capacity that the others leave.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import LinearConstraint, OptimizeResult, milp, minimize
from scipy.sparse import coo_array

from benchmarks.million.judge import Plan
from benchmarks.million.kernels import cheapest
from benchmarks.million.network import Network

KEPT_BACK = 1e-7
"""Part of each capacity that linear programs may not use: their tolerance is paid from it."""
DOUBTFUL = 4000
"""Customers in doubt at first; more until capacities hold."""
CHOICES = 3
"""Sites to which a customer in doubt may go; where all are in doubt, each may go to any."""


@dataclass(frozen=True)
class Priced:
    """Prices (S,) of capacity in a period, and what demand costs at least under them."""

    marginal: np.ndarray
    value: float


def capacity_prices(
    network: Network,
    running: np.ndarray,
    period: int,
    start: np.ndarray,
    rounds: int,
    limit: float = np.inf,
) -> Priced:
    """Prices of the capacity of the sites (S,) that are running, from `start` (S,).

    Their value is a lower bound on what moving demand to these sites costs. Ends when it is above
    `limit`.
    """
    sites = np.flatnonzero(running)
    demand, total = network.demand[:, period].astype(np.float64), network.total[period]
    capacity = network.capacity / total
    best_value, best = -np.inf, np.zeros(len(running))
    marginal = np.zeros(len(running))

    def falling(trial: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal best_value, best
        marginal[sites] = trial
        at, cost, _ = cheapest_of(network, sites, marginal)
        load = np.bincount(at, demand, minlength=len(running)) / total
        value = float(demand @ cost) / total - float(capacity @ marginal)
        if value > best_value:
            best_value, best = value, marginal.copy()
        return -value, (capacity - load)[sites]

    def stop_above(intermediate_result: OptimizeResult) -> None:
        if -intermediate_result.fun * total > limit:
            raise StopIteration

    falling(start[sites])
    if rounds > 0 and best_value * total <= limit:
        minimize(
            falling,
            start[sites],
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, None)] * len(sites),
            callback=stop_above,
            options={"maxiter": rounds, "maxfun": 2 * rounds, "ftol": 1e-9, "gtol": 1e-7},
        )
    return Priced(best, best_value * total)


def cheapest_of(
    network: Network, sites: np.ndarray, marginal: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cheapest of some sites for each customer at prices (S,) of capacity, as `cheapest` has it."""
    n = network
    found: tuple[np.ndarray, np.ndarray, np.ndarray] = cheapest(
        n.x, n.y, n.start, n.box, n.site_x, n.site_y, sites, np.ascontiguousarray(marginal)
    )
    return found


def full_plan(network: Network, open_sites: np.ndarray, marginal: np.ndarray) -> Plan:
    """Serve everybody from open sites (S, T), near prices of capacity (S, T).

    Raises
    ------
    ValueError
        If open sites cannot hold the demand of a period.
    """
    flows = [
        _flows(network, np.flatnonzero(open_sites[:, t]), t, marginal[:, t])
        for t in range(network.periods)
    ]
    return Plan(open_sites, tuple(flows))


def _flows(
    network: Network, sites: np.ndarray, period: int, marginal: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Send the sure ones to their cheapest site, and those in doubt where there is room."""
    at, best, second = cheapest_of(network, sites, marginal)
    demand = network.demand[:, period].astype(np.float64)
    regret = second - best
    in_doubt = min(DOUBTFUL, len(at))
    while True:
        rows = np.argpartition(regret, in_doubt - 1)[:in_doubt]
        sure = np.ones(len(at), dtype=bool)
        sure[rows] = False
        load = np.bincount(at[sure], demand[sure], minlength=len(marginal))
        room = network.capacity * (1.0 - KEPT_BACK) - load
        settled = _border(network, sites, marginal, rows, demand[rows], room)
        if settled is not None:
            kept = np.flatnonzero(sure)
            return (
                np.concatenate([kept, settled[0]]),
                np.concatenate([at[kept], settled[1]]),
                np.concatenate([demand[kept], settled[2]]),
            )
        if in_doubt == len(at):
            raise ValueError(f"the open sites cannot hold the demand of period {period + 1}")
        in_doubt = min(2 * in_doubt, len(at))


def _border(
    network: Network,
    sites: np.ndarray,
    marginal: np.ndarray,
    rows: np.ndarray,
    demand: np.ndarray,
    room: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray] | None:
    """Settle customers in doubt by a linear program; None: there is no room for all of them.

    A customer may go to the few sites that are cheapest for it; where that leaves too little room
    the caller widens the border.
    """
    if np.any(room[sites] < 0.0):
        return None
    across = network.x[rows, None].astype(np.float64) - network.site_x[sites]
    along = network.y[rows, None].astype(np.float64) - network.site_y[sites]
    cost = np.sqrt(across**2 + along**2)
    priced = cost + marginal[sites]
    width = len(sites) if len(rows) == len(network.x) else min(CHOICES, len(sites))
    near = priced <= np.partition(priced, width - 1, axis=1)[:, width - 1, None]
    customer, site = np.nonzero(near)
    pairs = np.arange(len(customer))
    ones = np.ones(len(pairs))
    served = coo_array((ones, (customer, pairs)), shape=(len(rows), len(pairs))).tocsc()
    load = coo_array((ones, (site, pairs)), shape=(len(sites), len(pairs))).tocsc()
    solved = milp(
        cost[customer, site],
        constraints=[
            LinearConstraint(served, demand, demand),
            LinearConstraint(load, -np.inf, room[sites]),
        ],
    )
    if solved.status == 2:
        return None
    if solved.status != 0:
        raise RuntimeError(f"HiGHS on the border between sites: {solved.message}")
    units = np.maximum(solved.x, 0.0)
    units *= (demand / np.bincount(customer, units, minlength=len(rows)))[customer]
    used = units > 0.0
    return rows[customer[used]], sites[site[used]], units[used]
