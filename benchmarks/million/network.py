"""The customers and the sites, drawn, put in order of place, and drawn together into clusters."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

SIDE = 100.0
"""Kilometres along each side of the square."""
BLOCK = 256
"""Most customers in a block: few enough that most sites are ruled out for all of them at once."""


@dataclass(frozen=True)
class Network:
    """Customers in blocks of neighbours, and sites.

    Attributes
    ----------
    x, y
        (N,) kilometres, single precision; these numbers are the exact data.
    demand
        (N, T) units, single precision, positive.
    start
        (B + 1,) where each block of customers starts.
    box
        (B, 4) least x, largest x, least y, largest y of each block.
    site_x, site_y, capacity
        (S,) kilometres and units a period.
    fixed
        (S, T) cost of a period in which a site is open.
    most_open
        Most sites open in a period.
    """

    x: np.ndarray
    y: np.ndarray
    demand: np.ndarray
    start: np.ndarray
    box: np.ndarray
    site_x: np.ndarray
    site_y: np.ndarray
    capacity: np.ndarray
    fixed: np.ndarray
    most_open: int

    @property
    def periods(self) -> int:
        """Return the number of periods."""
        return int(self.demand.shape[1])

    @property
    def total(self) -> np.ndarray:
        """Return (T,) units of demand of all customers, summed in double precision."""
        total: np.ndarray = self.demand.sum(axis=0, dtype=np.float64)
        return total


def draw_network(customers: int, sites: int, periods: int, most_open: int, seed: int) -> Network:
    """Draw towns that grow and a countryside that shrinks, and sites half of which stand in towns.

    Sites of average capacity, as many as may be open, hold 1.4 times the demand of the fullest
    period; what a site costs a period is about half of what moving its demand costs.
    """
    rng = np.random.default_rng(seed)
    towns = max(2, sites // 10)
    middle, spread = rng.uniform(10.0, 90.0, (towns, 2)), rng.uniform(1.5, 6.0, towns)
    growth = np.append(rng.uniform(1.0, 1.4, towns), 0.95)
    town = np.where(rng.random(customers) < 0.5, rng.integers(0, towns, customers), towns)
    place = rng.uniform(0.0, SIDE, (customers, 2))
    inside = town < towns
    scatter = rng.normal(size=(int(inside.sum()), 2)) * spread[town[inside], None]
    place[inside] = np.clip(middle[town[inside]] + scatter, 0.0, SIDE)
    demand = np.ceil(rng.lognormal(1.0, 0.7, customers))[:, None] * (
        growth[town][:, None] ** np.arange(periods)
    )
    chosen = rng.choice(customers, sites, replace=customers < sites)
    at = np.where(rng.random((sites, 1)) < 0.5, place[chosen], rng.uniform(0.0, SIDE, (sites, 2)))
    fullest = float(demand.sum(axis=0).max())
    capacity = rng.uniform(0.7, 1.3, sites) * 1.4 * fullest / most_open
    moving = 0.38 * SIDE / np.sqrt(most_open) * fullest / most_open
    fixed = (
        0.5
        * moving
        * rng.uniform(0.8, 1.2, (sites, 1))
        * np.sqrt(capacity / capacity.mean())[:, None]
    )
    return in_blocks(
        Network(
            x=place[:, 0].astype(np.float32),
            y=place[:, 1].astype(np.float32),
            demand=demand.astype(np.float32),
            start=np.zeros(0, dtype=np.int64),
            box=np.zeros((0, 4)),
            site_x=at[:, 0].copy(),
            site_y=at[:, 1].copy(),
            capacity=capacity,
            fixed=np.repeat(fixed, periods, axis=1),
            most_open=most_open,
        ),
        BLOCK,
    )


def in_blocks(network: Network, size: int) -> Network:
    """Order customers so that those of a block, at most `size`, are neighbours."""
    pieces = _halved(network.x, network.y, np.arange(len(network.x)), size)
    order = np.concatenate(pieces)
    start = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
    ordered = replace(
        network,
        x=network.x[order],
        y=network.y[order],
        demand=np.ascontiguousarray(network.demand[order]),
    )
    return _divided(ordered, start)


def _divided(network: Network, start: np.ndarray) -> Network:
    """Divide customers, who stand in order of place, into blocks that begin at `start` (B + 1,)."""
    ends = [
        pick.reduceat(of, start[:-1])
        for of in (network.x, network.y)
        for pick in (np.minimum, np.maximum)
    ]
    return replace(network, start=start, box=np.stack(ends, axis=1).astype(np.float64))


def _halved(x: np.ndarray, y: np.ndarray, rows: np.ndarray, size: int) -> list[np.ndarray]:
    """Halve by the median along the longer side until pieces are small enough."""
    if len(rows) <= size:
        return [rows]
    along = x if np.ptp(x[rows]) >= np.ptp(y[rows]) else y
    half = len(rows) // 2
    sorted_rows = rows[np.argpartition(along[rows], half)]
    return [
        *_halved(x, y, sorted_rows[:half], size),
        *_halved(x, y, sorted_rows[half:], size),
    ]


@dataclass(frozen=True)
class Clusters:
    """A network of clusters of customers, and the cluster of each customer.

    A cluster stands where its demand is on average. Its costs guide; they prove nothing.
    """

    network: Network
    of: np.ndarray


def clusters(network: Network, wanted: int) -> Clusters:
    """Draw customers together into about so many clusters of neighbours."""
    size = max(1, len(network.x) // wanted)
    pieces = _halved(network.x, network.y, np.arange(len(network.x)), size)
    of = np.empty(len(network.x), dtype=np.int64)
    for number, rows in enumerate(pieces):
        of[rows] = number
    weight = network.demand.sum(axis=1, dtype=np.float64)
    mass = np.bincount(of, weight)
    demand = [np.bincount(of, column) for column in network.demand.T]
    bare = replace(
        network,
        x=(np.bincount(of, weight * network.x) / mass).astype(np.float32),
        y=(np.bincount(of, weight * network.y) / mass).astype(np.float32),
        demand=np.stack(demand, axis=1).astype(np.float32),
    )
    # Pieces come in order of place, so that blocks of neighbours are runs of them.
    start = np.append(np.arange(0, len(mass), 32), len(mass))
    return Clusters(_divided(bare, start), of)
