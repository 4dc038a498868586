"""Shortest times over a road network, from every zone to each site."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from geodata.road_network import FERRY, RoadNetwork, Ways
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
class Graph:
    """Arcs of a mode, one for each pair of nodes.

    Attributes
    ----------
    backward
        Minutes at (to, from): against the direction of travel.
    metres, keys
        Beside its data: length, and row * N + column, ascending.
    usable
        Nodes where a place may meet the network.
    """

    backward: csr_array
    metres: np.ndarray
    keys: np.ndarray
    usable: np.ndarray


class Meeting(NamedTuple):
    """Where places meet the network: (P,) node, and metres of the straight leg to it."""

    node: np.ndarray
    leg: np.ndarray


def road_blocks(
    graph: Graph, mode: TravelMode, zones: Meeting, sites: Meeting, limit_minutes: float = np.inf
) -> Iterator[Block]:
    """Measure travel by road.

    A trip is a straight leg from the zone's point to the network, the quickest way over it, a
    straight leg to the site, and the mode's extra minutes.

    Parameters
    ----------
    graph
        The roads as the mode may use them.
    mode
        Speed off the roads and extra minutes.
    zones, sites
        Where each meets the network.
    limit_minutes
        The search stops there; what lies beyond may be missing.

    Yields
    ------
    Block
        As many sites at a time as fit in memory.
    """
    per_metre = 0.06 / mode.straight_kmh
    many = max(1, MOST_CELLS // graph.backward.shape[0])
    for first in range(0, len(sites.node), many):
        block = np.arange(first, min(first + many, len(sites.node)))
        minutes, metres = _to_sites(graph, sites.node[block], zones.node, limit_minutes)
        legs = sites.leg[block, None] + zones.leg[None, :]
        yield Block(
            block,
            minutes + legs * per_metre + mode.extra_minutes,
            metres + legs,
        )


def minutes_back(graph: Graph, mode: TravelMode, zones: Meeting, sites: Meeting) -> np.ndarray:
    """Return (P,) minutes from each site to the zone beside it, without the extra minutes."""
    forward = csr_array(graph.backward.T)
    targets, where = np.unique(sites.node, return_inverse=True)
    minutes = np.empty(len(zones.node))
    many = max(1, MOST_CELLS // forward.shape[0])
    for first in range(0, len(targets), many):
        here = (where >= first) & (where < first + many)
        found = dijkstra(forward, indices=targets[first : first + many])
        minutes[here] = found[where[here] - first, zones.node[here]]
    return np.asarray(minutes + (zones.leg + sites.leg) * 0.06 / mode.straight_kmh)


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


def mode_graph(network: RoadNetwork, mode: TravelMode) -> Graph:
    """Return the roads as a mode may use them, each pair of nodes once: by its quickest road."""
    ways = _ways(network, mode)
    flat = network.metres * 0.06 / ways.kmh
    effort = network.efforts.get(mode.name)
    there, back = (flat, flat) if effort is None else (flat * effort.along, flat * effort.against)
    to = np.concatenate([network.head[ways.along], network.tail[ways.against]])
    fro = np.concatenate([network.tail[ways.along], network.head[ways.against]])
    minutes = np.concatenate([there[ways.along], back[ways.against]])
    metres = np.concatenate([network.metres[ways.along], network.metres[ways.against]])
    # A sparse matrix adds up entries that stand twice: keep the quickest of parallel roads first.
    order = np.lexsort((metres, minutes, fro, to))
    keys = to[order] * len(network.nodes) + fro[order]
    order = order[np.diff(keys, prepend=-1) != 0]
    size = (len(network.nodes),) * 2
    backward = csr_array((minutes[order], (to[order], fro[order])), shape=size)
    halts = network.halt & (ways.along | ways.against)
    usable = np.unique(np.concatenate([network.tail[halts], network.head[halts]]))
    return Graph(backward, metres[order], np.unique(keys), usable)


def _ways(network: RoadNetwork, mode: TravelMode) -> Ways:
    """Return what is open to a mode and how fast it is there, its own limits included."""
    if network.ways:
        own = network.ways[mode.name]
        kmh = np.minimum(own.kmh, mode.cap_kmh if mode.road_kmh is None else mode.road_kmh)
        kmh = np.where(network.road_class == FERRY, own.kmh, kmh)
        return Ways(own.along, own.against, kmh)
    along = ~np.isin(network.road_class, list(mode.closed))
    against = along & (mode.both_ways | ~network.oneway)
    kmh = np.minimum(network.speed_kmh, mode.cap_kmh)
    return Ways(along, against, kmh if mode.road_kmh is None else np.full(len(kmh), mode.road_kmh))


def _to_sites(
    graph: Graph, sites: np.ndarray, zones: np.ndarray, limit: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return minutes and metres of the quickest way from zones' nodes to sites' nodes, (B, Z)."""
    targets, where = np.unique(sites, return_inverse=True)
    minutes, onward = dijkstra(
        graph.backward, indices=targets, limit=limit, return_predecessors=True
    )
    ways = zip(targets.tolist(), onward, strict=True)
    metres = np.stack([_along(graph, target, row)[zones] for target, row in ways])
    return minutes[where][:, zones], metres[where]


def _along(graph: Graph, target: int, onward: np.ndarray) -> np.ndarray:
    """Return (N,) metres from each node along its way, infinite where there is none.

    `onward` is the next node of each on its way to the target. Each jumps twice as far every time.
    """
    reached = np.append(np.flatnonzero(onward >= 0), target)
    moving = reached[:-1]
    place = np.empty(len(onward), dtype=np.int64)
    place[reached] = np.arange(len(reached))
    jump = np.append(place[onward[moving]], len(moving))
    arcs = np.searchsorted(graph.keys, onward[moving].astype(np.int64) * len(onward) + moving)
    metres = np.append(graph.metres[arcs], 0.0)
    while not np.array_equal(jump, further := jump[jump]):
        metres = metres + metres[jump]
        jump = further
    everywhere = np.full(len(onward), np.inf)
    everywhere[reached] = metres
    return everywhere
