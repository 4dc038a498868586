"""Shortest times over a road network, from every zone to each site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.road_network import RoadNetwork, nearest_node
from geodata.travel.modes import TravelMode

MOST_CELLS = 20_000_000


@dataclass(frozen=True, eq=False)
class Block:
    """Travel from all Z zones to some sites.

    Attributes
    ----------
    sites
        (B,) int positions.
    minutes, metres
        (B, Z), infinite where there is no way.
    """

    sites: np.ndarray
    minutes: np.ndarray
    metres: np.ndarray


@dataclass(frozen=True, eq=False)
class _Graph:
    """Arcs of a mode against the direction of travel, one for each pair of nodes.

    `backward` holds minutes at (to, from); `metres` stands beside its data, and `keys` are the
    arcs' row * N + column, ascending.
    """

    backward: csr_array
    metres: np.ndarray
    keys: np.ndarray
    usable: np.ndarray


def road_blocks(
    network: RoadNetwork,
    mode: TravelMode,
    zones: np.ndarray,
    sites: np.ndarray,
    limit_minutes: float = np.inf,
) -> Iterator[Block]:
    """Measure travel by road.

    A trip is a straight leg from the zone's point to the nearest node that the mode can use, the
    quickest way over the network, a straight leg to the site, and the mode's extra minutes.

    Parameters
    ----------
    network
        The roads.
    mode
        Speeds and closed roads.
    zones, sites
        (Z, 2) and (S, 2) metres.
    limit_minutes
        The search stops there; what lies beyond may be missing.

    Yields
    ------
    Block
        As many sites at a time as fit in memory.
    """
    graph = _mode_graph(network, mode)
    if not len(graph.usable):
        return
    zone_node, zone_leg = nearest_node(network.nodes, graph.usable, zones)
    site_node, site_leg = nearest_node(network.nodes, graph.usable, sites)
    per_metre = 0.06 / mode.straight_kmh
    many = max(1, MOST_CELLS // len(network.nodes))
    for first in range(0, len(sites), many):
        block = np.arange(first, min(first + many, len(sites)))
        minutes, metres = _to_sites(graph, site_node[block], limit_minutes)
        legs = site_leg[block, None] + zone_leg[None, :]
        yield Block(
            block,
            minutes[:, zone_node] + legs * per_metre + mode.extra_minutes,
            metres[:, zone_node] + legs,
        )


def straight_blocks(
    mode: TravelMode, zones: np.ndarray, sites: np.ndarray, factor: float
) -> Iterator[Block]:
    """Measure travel along straight lines, lengthened by a detour factor."""
    many = max(1, MOST_CELLS // max(1, len(zones)))
    for first in range(0, len(sites), many):
        block = np.arange(first, min(first + many, len(sites)))
        apart = sites[block, None, :] - zones[None, :, :]
        metres = factor * np.hypot(apart[..., 0], apart[..., 1])
        yield Block(block, metres * 0.06 / mode.straight_kmh + mode.extra_minutes, metres)


def _mode_graph(network: RoadNetwork, mode: TravelMode) -> _Graph:
    open_roads = ~np.isin(network.road_class, list(mode.closed))
    tail, head = network.tail[open_roads], network.head[open_roads]
    metres = network.metres[open_roads]
    own = np.minimum(network.speed_kmh[open_roads], mode.cap_kmh)
    minutes = metres * 0.06 / (own if mode.road_kmh is None else mode.road_kmh)
    back = np.ones(len(tail), dtype=bool) if mode.both_ways else ~network.oneway[open_roads]
    to = np.concatenate([head, tail[back]])
    fro = np.concatenate([tail, head[back]])
    minutes, metres = (np.concatenate([a, a[back]]) for a in (minutes, metres))
    # A sparse matrix adds up entries that stand twice: keep the quickest of parallel roads first.
    order = np.lexsort((metres, minutes, fro, to))
    keys = to[order] * len(network.nodes) + fro[order]
    order = order[np.diff(keys, prepend=-1) != 0]
    size = (len(network.nodes),) * 2
    backward = csr_array((minutes[order], (to[order], fro[order])), shape=size)
    return _Graph(backward, metres[order], np.unique(keys), np.unique(np.concatenate([to, fro])))


def _to_sites(graph: _Graph, nodes: np.ndarray, limit: float) -> tuple[np.ndarray, np.ndarray]:
    """Return minutes and metres of the quickest way from every node to the sites' nodes, (B, N)."""
    targets, where = np.unique(nodes, return_inverse=True)
    minutes, onward = dijkstra(
        graph.backward, indices=targets, limit=limit, return_predecessors=True
    )
    metres = np.stack([_along(graph, row) for row in onward])
    metres[~np.isfinite(minutes)] = np.inf
    return minutes[where], metres[where]


def _along(graph: _Graph, onward: np.ndarray) -> np.ndarray:
    """Return metres from each node along its way, by jumping twice as far each time."""
    count = len(onward)
    moving = np.flatnonzero(onward >= 0)
    jump = np.where(onward >= 0, onward, np.arange(count)).astype(np.int64)
    metres = np.zeros(count)
    arcs = np.searchsorted(graph.keys, jump[moving] * count + moving)
    metres[moving] = graph.metres[arcs]
    while not np.array_equal(jump, jump[jump]):
        metres = metres + metres[jump]
        jump = jump[jump]
    return metres
