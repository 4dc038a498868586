"""A made grid of roads, other libraries on it, and a matrix against what it must agree with."""

from __future__ import annotations

import heapq
import importlib
import importlib.util
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse.csgraph import dijkstra

from geodata.road_network import RoadNetwork
from geodata.travel import DRIVE
from geodata.travel.routing import Block, Graph, Meeting, mode_graph, road_blocks

STEP_METRES = 100.0
BENT_METRES = 30.0
ONE_WAY_SHARE = 0.1
SPEEDS = (20.0, 30.0, 40.0, 60.0)
Search = Callable[[], np.ndarray]
"""Finds (S, Z) minutes, in a network already built."""
EXTRAPOLATED_SITES = 3
"""networkx is timed on so many sites, and the rest is multiplied."""
NEAR = 1e-6
AGREEMENT_NODES = 900


def made_grid(nodes: int, rng: np.random.Generator) -> RoadNetwork:
    """Return a bent square grid of about so many crossings, some of its roads one-way."""
    side = round(nodes**0.5)
    number = np.arange(side * side).reshape(side, side)
    xy = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), -1)
    xy = xy.reshape(-1, 2) * STEP_METRES + rng.uniform(-BENT_METRES, BENT_METRES, (side * side, 2))
    tail = np.concatenate([number[:-1].ravel(), number[:, :-1].ravel()])
    head = np.concatenate([number[1:].ravel(), number[:, 1:].ravel()])
    metres = np.hypot(*(xy[head] - xy[tail]).T) * rng.uniform(1.0, 1.3, len(tail))
    return RoadNetwork(
        nodes=xy,
        tail=tail,
        head=head,
        metres=metres,
        speed_kmh=rng.choice(SPEEDS, len(tail)),
        road_class=np.full(len(tail), "street", dtype=object),
        oneway=rng.random(len(tail)) < ONE_WAY_SHARE,
        component=np.zeros(len(xy), dtype=np.int64),
        component_metres=np.array([metres.sum()]),
        halt=np.ones(len(tail), dtype=bool),
    )


def made_county(
    nodes: int, zones: int, sites: int, rng: np.random.Generator
) -> tuple[gpd.GeoDataFrame, gpd.GeoDataFrame, gpd.GeoDataFrame]:
    """Return zones and sites as points, and the roads of `made_grid` as a layer."""
    network = made_grid(nodes, rng)
    ends = np.stack([network.nodes[network.tail], network.nodes[network.head]], axis=1)
    roads = gpd.GeoDataFrame(
        {
            "road_id": np.arange(len(ends)).astype(str),
            "class": network.road_class,
            "speed_kmh": network.speed_kmh,
            "oneway": network.oneway.astype(int),
        },
        geometry=shapely.linestrings(ends),
        crs="EPSG:4549",
    )
    side = float(network.nodes.max())
    places = [
        gpd.GeoDataFrame(
            {name: [f"{name[0]}{number:05d}" for number in range(count)]},
            geometry=shapely.points(rng.uniform(0, side, (count, 2))),
            crs=roads.crs,
        )
        for name, count in (("zone_id", zones), ("site_id", sites))
    ]
    return places[0], places[1], roads


def times(
    network: RoadNetwork, zones: np.ndarray, sites: np.ndarray, limit: float
) -> tuple[dict[str, float], np.ndarray]:
    """Return CPU seconds of this project's own search, and its (S, Z) minutes without a limit."""
    seconds = {}
    began = time.process_time()
    graph = mode_graph(network, DRIVE)
    seconds["graph"] = _since(began)
    began = time.process_time()
    matrix(graph, zones, sites, limit)
    seconds["own, limit"] = _since(began)
    began = time.process_time()
    minutes, _ = matrix(graph, zones, sites)
    seconds["own"] = _since(began)
    return seconds, minutes


def matrix(
    graph: Graph, zones: np.ndarray, sites: np.ndarray, limit: float = np.inf
) -> tuple[np.ndarray, np.ndarray]:
    """Return (S, Z) minutes and metres between nodes, as the product measures them."""
    at_zones, at_sites = (Meeting(nodes, np.zeros(len(nodes))) for nodes in (zones, sites))
    return whole(road_blocks(graph, DRIVE, at_zones, at_sites, limit))


def whole(blocks: Iterable[Block]) -> tuple[np.ndarray, np.ndarray]:
    """Return (S, Z) minutes and metres of all blocks."""
    minutes, metres = zip(*((block.minutes, block.metres) for block in blocks), strict=True)
    return np.concatenate(minutes), np.concatenate(metres)


def others(
    network: RoadNetwork,
    zones: np.ndarray,
    sites: np.ndarray,
    limit: float,
    minutes: np.ndarray,
) -> tuple[dict[str, float], dict[str, float]]:
    """Return CPU seconds by library, and how far its minutes are from ours at most."""
    graph = mode_graph(network, DRIVE)
    libraries: dict[str, Callable[[], Search]] = {
        "scipy, limit": lambda: _scipy(graph, zones, sites, limit),
        "scipy": lambda: _scipy(graph, zones, sites, np.inf),
        "igraph": lambda: _igraph(graph, zones, sites),
        "pandana": lambda: _pandana(network, graph, zones, sites),
        "networkx": lambda: _networkx(graph, zones, sites[:EXTRAPOLATED_SITES]),
    }
    seconds, apart = {}, {}
    for name, build in libraries.items():
        if importlib.util.find_spec(name.split(",")[0]) is None:
            continue
        with _silent():
            began = time.process_time()
            search = build()
            seconds[f"{name}: build"] = _since(began)
            began = time.process_time()
            found = search()
        seconds[name] = round(_since(began) * len(sites) / len(found), 2)
        known = np.isfinite(found)
        apart[name] = float(np.abs(found - minutes[: len(found)])[known].max(initial=0.0))
    return seconds, {name: round(value, 6) for name, value in apart.items()}


def _scipy(graph: Graph, zones: np.ndarray, sites: np.ndarray, limit: float) -> Search:
    return lambda: dijkstra(graph.backward, indices=sites, limit=limit)[:, zones]


def _igraph(graph: Graph, zones: np.ndarray, sites: np.ndarray) -> Search:
    library: Any = importlib.import_module("igraph")
    arcs = graph.backward.tocoo()
    ends = np.stack([arcs.row, arcs.col], axis=1)
    made = library.Graph(n=arcs.shape[0], edges=ends, directed=True)
    weights = arcs.data.tolist()
    to, where = np.unique(zones, return_inverse=True)

    def search() -> np.ndarray:
        found = made.distances(source=sites.tolist(), target=to.tolist(), weights=weights)
        return np.array(found)[:, where]

    return search


def _networkx(graph: Graph, zones: np.ndarray, sites: np.ndarray) -> Search:
    library: Any = importlib.import_module("networkx")
    made = library.from_scipy_sparse_array(graph.backward, create_using=library.DiGraph)

    def search() -> np.ndarray:
        alone = [library.single_source_dijkstra_path_length(made, site) for site in sites.tolist()]
        return np.array([[found[zone] for zone in zones.tolist()] for found in alone])

    return search


def _pandana(network: RoadNetwork, graph: Graph, zones: np.ndarray, sites: np.ndarray) -> Search:
    library: Any = importlib.import_module("pandana")
    pandas: Any = importlib.import_module("pandas")
    arcs = graph.backward.tocoo()
    weights = pandas.DataFrame({"minutes": arcs.data})
    x, y = (pandas.Series(axis) for axis in network.nodes.T)
    ends = (pandas.Series(end) for end in (arcs.row, arcs.col))
    made = library.Network(x, y, *ends, weights, twoway=False)
    start, end = np.repeat(sites, len(zones)), np.tile(zones, len(sites))

    def search() -> np.ndarray:
        found = made.shortest_path_lengths(start, end, imp_name="minutes")
        return np.array(found).reshape(len(sites), len(zones))

    return search


def agreement(pairs: int, seed: int = 0) -> dict[str, int]:
    """Count what is off in a matrix of so many pairs.

    Returns
    -------
    dict
        ``single``: minutes or metres unlike those of a route found alone; ``triangle``: a way via a
        third place is quicker; ``reverse``: unlike the matrix of the reversed network;
        ``rows``: unlike when measured zone by zone and site by site.
    """
    rng = np.random.default_rng(seed)
    network = made_grid(AGREEMENT_NODES, rng)
    graph = mode_graph(network, DRIVE)
    side = round(pairs**0.5)
    places = rng.choice(len(network.nodes), side, replace=False)
    minutes, metres = matrix(graph, places, places)
    alone = single_routes(graph, places)
    back = _reversed(network)
    turned, _ = matrix(mode_graph(back, DRIVE), places, places)
    rows = np.concatenate([matrix(graph, places[[i]], places)[0] for i in range(side)], axis=1)
    columns = np.concatenate([matrix(graph, places, places[[i]])[0] for i in range(side)])
    a, b, c = rng.integers(side, size=(3, pairs))
    via = minutes[c, b] + minutes[b, a]
    return {
        "single": _off(minutes, alone[0]) + _off(metres, alone[1]),
        "triangle": int(np.count_nonzero(minutes[c, a] > via + NEAR)),
        "reverse": _off(minutes, turned.T),
        "rows": _off(minutes, rows) + _off(minutes, columns),
    }


def single_routes(graph: Graph, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return (P, P) minutes and metres from the second to the first, each route found alone."""
    arcs = graph.backward.tocoo()
    onward: list[list[tuple[int, float, float]]] = [[] for _ in range(arcs.shape[0])]
    parts = (arcs.row, arcs.col, arcs.data, graph.metres)
    for to, fro, minutes, metres in zip(*(part.tolist() for part in parts), strict=True):
        onward[fro].append((to, minutes, metres))
    found = [[_route(onward, start, end) for start in places.tolist()] for end in places.tolist()]
    minutes, metres = np.moveaxis(np.array(found), -1, 0)
    return minutes, metres


def _route(
    onward: list[list[tuple[int, float, float]]], start: int, end: int
) -> tuple[float, float]:
    """Return minutes and metres of the quickest route, by a heap that stops at the end."""
    heap, done = [(0.0, 0.0, start)], set[int]()
    while heap:
        minutes, metres, node = heapq.heappop(heap)
        if node == end:
            return minutes, metres
        if node in done:
            continue
        done.add(node)
        for to, more_minutes, more_metres in onward[node]:
            if to not in done:
                heapq.heappush(heap, (minutes + more_minutes, metres + more_metres, to))
    return np.inf, np.inf


def _reversed(network: RoadNetwork) -> RoadNetwork:
    return replace(network, tail=network.head, head=network.tail)


@contextmanager
def _silent() -> Iterator[None]:
    """Lead what libraries print on standard output, also out of C++, to standard error."""
    sys.stdout.flush()
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        os.dup2(kept, 1)
        os.close(kept)


def _off(one: np.ndarray, other: np.ndarray) -> int:
    return int(np.count_nonzero(~np.isclose(one, other, rtol=NEAR, atol=NEAR)))


def _since(began: float) -> float:
    return round(time.process_time() - began, 2)
