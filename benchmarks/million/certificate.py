"""The bound made certain: once more at the end, all customers, double precision, rounding paid for.

For any prices u >= 0 (N, T) of demand and v >= 0 (S, T) of capacity no plan costs less than

    ``sum d u - max over y of sum_jt y[j,t] (v[j,t] q[j] + sum_i d[i,t] (u[i,t] - c[i,j] - v[j,t])+
    - f[j,t])``,

y over the sets of sites that may be open. The maximum is exact: what opens stays open, so a site is
worth its best run of last periods, and the best P count.
"""

from __future__ import annotations

import numpy as np

from benchmarks.million.kernels import gains
from benchmarks.million.network import Network
from benchmarks.million.relaxation import choose

ROUNDING = 2.0**-53
CHUNK = 4096


def certified_bound(network: Network, price: np.ndarray, marginal: np.ndarray) -> float:
    """Lower bound from prices (N, T) of demand and (S, T) of capacity, rounding taken off."""
    n = network
    price, marginal = np.maximum(price, 0.0), np.maximum(marginal, 0.0)
    return _bound(
        n, price, marginal, gains(n.x, n.y, n.demand, n.site_x, n.site_y, price, marginal)
    )


def bound_again(network: Network, price: np.ndarray, marginal: np.ndarray) -> float:
    """Return the same bound by numpy alone, in chunks of customers."""
    n = network
    price, marginal = np.maximum(price, 0.0), np.maximum(marginal, 0.0)
    gain = np.zeros(marginal.shape)
    for first in range(0, len(n.x), CHUNK):
        rows = slice(first, first + CHUNK)
        across = n.x[rows, None].astype(np.float64) - n.site_x
        along = n.y[rows, None].astype(np.float64) - n.site_y
        cost = np.sqrt(across**2 + along**2)
        for t in range(n.periods):
            more = np.maximum(price[rows, t, None] - cost - marginal[:, t], 0.0)
            gain[:, t] += n.demand[rows, t].astype(np.float64) @ more
    return _bound(n, price, marginal, gain)


def _bound(network: Network, price: np.ndarray, marginal: np.ndarray, gain: np.ndarray) -> float:
    """Put the parts together, less what rounding can have added.

    A sum of m terms of one sign is off by at most m half-units in the last place (`ROUNDING`) of
    itself, a term ``d (u - c - v)+`` by 8 of ``d u``: c is right to 4 of them and no larger than u
    where the term counts. Twice that is taken off, over all sites, chosen or not.
    """
    paid = float(np.einsum("it,it->", network.demand.astype(np.float64), price))
    full = marginal * network.capacity[:, None]
    worth = full + gain - network.fixed
    chosen = choose(worth, network.most_open)
    size = paid + float((full + gain + network.fixed).sum())
    terms = price.size + marginal.size + 64
    off = 2.0 * ROUNDING * (terms * size + 8.0 * len(network.site_x) * paid)
    return paid - float(worth[chosen].sum()) - off
