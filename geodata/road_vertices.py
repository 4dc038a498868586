"""Which vertices of road lines are one place, and which places hang together."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

MILLIMETRES = 3
STOP_EVERY_METRES = 100.0
SMALL_ISLAND_SHARE = 0.05
"""A part with less of the network's length is an island."""


class Vertices(NamedTuple):
    """The V vertices of all lines, and the C nodes that they are.

    Attributes
    ----------
    xy
        (V, 2) metres.
    line, road
        (V,) int: its line, and the row of the road layer.
    cluster
        (V,) int: its node; lines meet there.
    nodes
        (C, 2) metres.
    """

    xy: np.ndarray
    line: np.ndarray
    road: np.ndarray
    cluster: np.ndarray
    nodes: np.ndarray


def has_ids(roads: gpd.GeoDataFrame) -> bool:
    """Whether the roads say by ids of their vertices where they meet."""
    return "vertices" in roads


def vertices_of(
    roads: gpd.GeoDataFrame, snap_metres: float, *, refine: bool
) -> tuple[Vertices, int]:
    """Return the vertices of the lines, and how many ends were joined to another road.

    Parameters
    ----------
    roads
        Lines in a metric system, with `vertices` (ids of each line's) or without.
    snap_metres
        Ends this close to a vertex of another road are joined to it, where vertices have no ids.
    refine
        Put vertices in between, `STOP_EVERY_METRES` apart at most.
    """
    lines, road = shapely.get_parts(roads.geometry.to_numpy(), return_index=True)
    xy, line = shapely.get_coordinates(lines, return_index=True)
    origin = np.arange(len(xy))
    if refine:
        xy, line, origin = refined(xy, line, STOP_EVERY_METRES)
    if has_ids(roads):
        return Vertices(xy, line, road[line], *by_id(xy, _ids(roads, origin))), 0
    cluster, nodes, joined = clusters(xy, line, snap_metres)
    return Vertices(xy, line, road[line], cluster, nodes), joined


def _ids(roads: gpd.GeoDataFrame, origin: np.ndarray) -> np.ndarray:
    """Return (V,) ids of vertices; those put in between get new ones, below all others."""
    given = np.concatenate([np.zeros(0, dtype=np.int64), *roads["vertices"]])
    fresh = given.min(initial=0) - 1 - np.arange(len(origin))
    return np.asarray(np.where(origin >= 0, given[origin], fresh))


def refined(
    xy: np.ndarray, line: np.ndarray, most_metres: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Put vertices in between, evenly, until no step is longer than `most_metres`.

    Parameters
    ----------
    xy, line
        (V, 2) metres and (V,) the line of each vertex, line by line.

    Returns
    -------
    tuple
        (W, 2) metres, (W,) line, and (W,) the vertex each was before, -1 for new ones.
    """
    onward = np.append(line[1:] == line[:-1], False)[: len(xy)]
    step = np.where(onward[:, None], np.roll(xy, -1, axis=0) - xy, 0.0)
    length = np.sqrt((step**2).sum(axis=1))
    pieces = np.maximum(1, np.ceil(length / most_metres)).astype(np.int64)
    old = np.repeat(np.arange(len(xy)), pieces)
    place = np.arange(len(old)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    share = place * (length / pieces)[old] / np.maximum(length, 1e-9)[old]
    return xy[old] + share[:, None] * step[old], line[old], np.where(place == 0, old, -1)


def by_id(xy: np.ndarray, ids: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Group vertices of one id: (V,) cluster, (C, 2) places in the order of x, y and id."""
    known, first, cluster = np.unique(ids, return_index=True, return_inverse=True)
    places = xy[first]
    order = np.lexsort((known, places[:, 1], places[:, 0]))
    return np.argsort(order)[cluster.ravel()], places[order]


def clusters(xy: np.ndarray, line: np.ndarray, snap: float) -> tuple[np.ndarray, np.ndarray, int]:
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


def no_island(vertices: Vertices, is_open: np.ndarray) -> np.ndarray:
    """Return (V,) bool: vertices on open roads that hang together with many others.

    Parameters
    ----------
    is_open
        (V,) bool: whether the line of each is open.
    """
    xy, line, _, cluster, _ = vertices
    step = np.flatnonzero((line[1:] == line[:-1]) & is_open[1:])
    ends = np.stack([cluster[step], cluster[step + 1]])
    metres = np.hypot(*(xy[step + 1] - xy[step]).T)
    part, lengths = parts(int(cluster.max(initial=-1)) + 1, ends, metres)
    large = lengths >= SMALL_ISLAND_SHARE * lengths.sum()
    return np.asarray(is_open & large[part[cluster]])


def parts(nodes: int, ends: np.ndarray, metres: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the connected part of each node, and the length of each part, the longest first."""
    links = coo_array((np.ones(ends.shape[1]), ends), shape=(nodes, nodes))
    count, label = connected_components(links, directed=False)
    lengths = np.bincount(label[ends[0]], weights=metres, minlength=count)
    order = np.argsort(-lengths, kind="stable")
    rank = np.empty(count, dtype=np.int64)
    rank[order] = np.arange(count)
    return rank[label], lengths[order]
