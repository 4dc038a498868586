"""Lines into a graph: roads meet at shared vertices, and at ends that nearly touch."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.catalogue import found
from geodata.findings import Finding, FindingError, Source, Text

MOST_SNAP_METRES = 5.0
MILLIMETRES = 3
STOP_EVERY_METRES = 100.0
_TIES = 8
_TIE_METRES = 1e-6


@dataclass(frozen=True, eq=False)
class RoadNetwork:
    """Crossings and the roads between them.

    Attributes
    ----------
    nodes
        (N, 2) metres, in the order of x, then y: node numbers do not depend on the file's order.
    tail, head
        (E,) int: the nodes of an edge, in the direction of travel where it is one-way.
    metres, speed_kmh
        (E,) length along the road, and its speed.
    road_class
        (E,) text.
    oneway
        (E,) bool.
    component
        (N,) int: the connected part a node belongs to, 0 being the longest one.
    component_metres
        (C,) length of the roads of each part.
    """

    nodes: np.ndarray
    tail: np.ndarray
    head: np.ndarray
    metres: np.ndarray
    speed_kmh: np.ndarray
    road_class: np.ndarray
    oneway: np.ndarray
    component: np.ndarray
    component_metres: np.ndarray


def build_network(
    roads: gpd.GeoDataFrame,
    snap_metres: float = 2.0,
    source: Source | None = None,
    *,
    stops: np.ndarray | None = None,
    closings: Collection[frozenset[str]] = (frozenset(),),
) -> tuple[RoadNetwork, list[Finding]]:
    """Build the graph of a road layer.

    Parameters
    ----------
    roads
        Lines in a metric system with columns `class`, `speed_kmh` and `oneway` (1 along the line,
        -1 against it, 0 both ways).
    snap_metres
        Ends this close to a vertex of another road are joined to it.
    source
        For the findings.
    stops
        (P, 2) places that will be joined to the network: the roads get a node near each, give or
        take half of `STOP_EVERY_METRES`, so that nobody has to start from the next crossing.
    closings
        The sets of road classes closed to some mode: a place gets such a node for each.

    Returns
    -------
    tuple
        The network, and what a planner should know of it: N01 separate parts, N04 all one-way, N06
        and N12 edges left out, N11 parallel edges, N14 ends joined.

    Raises
    ------
    FindingError
        N15 where `snap_metres` could join two streets.
    """
    source = source or Source("roads")
    if not 0 <= snap_metres <= MOST_SNAP_METRES:
        raise FindingError([found("N15", source, value=snap_metres, more=snap_metres)])
    lines, road = shapely.get_parts(roads.geometry.to_numpy(), return_index=True)
    if stops is not None:
        lines = shapely.segmentize(lines, STOP_EVERY_METRES)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    cluster, nodes, joined = _clusters(xy, line, snap_metres)
    road_class = roads["class"].to_numpy(dtype=object)[road[line]]
    is_stop = np.zeros(len(nodes), dtype=bool)
    if stops is not None:
        is_stop[_stops(nodes, cluster, road_class, stops, closings)] = True
    start, stop, steps = _edges(xy, line, cluster, is_stop)
    oneway = roads["oneway"].to_numpy(dtype=np.int64)[road[line[start]]]
    tail = np.where(oneway < 0, cluster[stop], cluster[start])
    head = np.where(oneway < 0, cluster[start], cluster[stop])
    real = tail != head
    of_road = road[line[start]][real]
    used, ends = np.unique(np.stack([tail[real], head[real]]), return_inverse=True)
    ends = ends.reshape(2, -1)
    component, component_metres = _components(len(used), ends, steps[real])
    network = RoadNetwork(
        nodes=nodes[used],
        tail=ends[0],
        head=ends[1],
        metres=steps[real],
        speed_kmh=roads["speed_kmh"].to_numpy(dtype=np.float64)[of_road],
        road_class=road_class[start][real],
        oneway=oneway[real] != 0,
        component=component,
        component_metres=component_metres,
    )
    return network, _findings(network, joined, steps[~real], snap_metres, source)


def nearest_node(
    nodes: np.ndarray, usable: np.ndarray, points: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the nearest usable node of each point, ties to the smaller number, and its metres."""
    many = min(_TIES, len(usable))
    found = cKDTree(nodes[usable]).query(points, k=many)
    metres, position = (np.asarray(part).reshape(-1, many) for part in found)
    tied = metres <= metres[:, :1] + _TIE_METRES
    nearest = np.where(tied, position, len(usable)).min(axis=1)
    return usable[nearest], metres[:, 0]


def _clusters(xy: np.ndarray, line: np.ndarray, snap: float) -> tuple[np.ndarray, np.ndarray, int]:
    """Group vertices that are one place: (V,) cluster, (C, 2) places, number of ends joined."""
    places, vertex = np.unique(np.round(xy, MILLIMETRES), axis=0, return_inverse=True)
    vertex = vertex.ravel()
    first = np.flatnonzero(np.diff(line, prepend=-1))
    ends = np.union1d(first, np.append(first[1:] - 1, len(xy) - 1)) if len(xy) else first
    near = cKDTree(xy[ends]).sparse_distance_matrix(cKDTree(xy), snap, output_type="ndarray")
    a, b = ends[near["i"]], near["j"]
    apart = (line[a] != line[b]) & (vertex[a] != vertex[b])
    joins = np.stack([vertex[a][apart], vertex[b][apart]])
    links = coo_array((np.ones(joins.shape[1]), joins), shape=(len(places), len(places)))
    count, label = connected_components(links, directed=False)
    # `places` is sorted, so the first member of a cluster is its place, whatever the file's order.
    leader = np.full(count, len(places))
    np.minimum.at(leader, label, np.arange(len(places)))
    rank = np.argsort(np.argsort(leader))
    joined = len(np.unique(a[apart]))
    return rank[label][vertex], places[np.sort(leader)], joined


def _stops(
    nodes: np.ndarray,
    cluster: np.ndarray,
    road_class: np.ndarray,
    stops: np.ndarray,
    closings: Collection[frozenset[str]],
) -> list[int]:
    """Return the vertices nearest to the places, on the roads open to each mode."""
    chosen: set[int] = set()
    for closed in closings:
        usable = np.unique(cluster[~np.isin(road_class, list(closed))])
        if len(usable):
            chosen.update(nearest_node(nodes, usable, stops)[0].tolist())
    return sorted(chosen)


def _edges(
    xy: np.ndarray, line: np.ndarray, cluster: np.ndarray, is_stop: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut every line where it meets another, ends or has a stop: first and last vertex, metres."""
    new_line = np.diff(line, prepend=-1) != 0
    step = np.hypot(*np.diff(xy, axis=0, prepend=xy[:1]).T)
    along = np.cumsum(np.where(new_line, 0.0, step))
    repeats = ~new_line & (cluster == np.roll(cluster, 1))
    visits = np.bincount(cluster[~repeats], minlength=int(cluster.max(initial=-1)) + 1)
    is_end = new_line | np.roll(new_line, -1)
    at = np.flatnonzero(is_end | (visits[cluster] > 1) | is_stop[cluster])
    same_line = line[at[:-1]] == line[at[1:]]
    start, stop = at[:-1][same_line], at[1:][same_line]
    return start, stop, along[stop] - along[start]


def _components(nodes: int, ends: np.ndarray, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the connected part of each node, and the length of each part, the longest first."""
    links = coo_array((np.ones(ends.shape[1]), ends), shape=(nodes, nodes))
    count, label = connected_components(links, directed=False)
    lengths = np.bincount(label[ends[0]], weights=metres, minlength=count)
    order = np.argsort(-lengths, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return rank[label], lengths[order]


def _findings(
    network: RoadNetwork, joined: int, left_out: np.ndarray, snap: float, source: Source
) -> list[Finding]:
    pairs = np.sort(np.stack([network.tail, network.head]), axis=0)
    parallel = pairs.shape[1] - len(np.unique(pairs, axis=1).T)
    counts = {
        "N06": int(np.count_nonzero(left_out <= snap)),
        "N11": parallel,
        "N12": int(np.count_nonzero(left_out > snap)),
        "N14": joined,
    }
    findings = [found(code, source, more=count) for code, count in counts.items() if count]
    if len(network.tail) > 10 and network.oneway.all():
        findings.append(found("N04", source, column="oneway"))
    parts = len(network.component_metres)
    if parts > 1:
        kilometres = ", ".join(
            f"{metres / 1000:.1f} km" for metres in network.component_metres[:10]
        )
        more = Text(
            f"{parts} separate parts: {kilometres}", f"{parts}个互不相通的部分:{kilometres}"
        )
        findings.append(found("N01", source, more=more))
    return findings
