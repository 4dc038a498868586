"""Which vertices of road lines are one place, and which places hang together."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

MILLIMETRES = 3
SMALL_ISLAND_SHARE = 0.05
"""A part with less of the network's length is an island."""


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


def no_island(
    xy: np.ndarray, line: np.ndarray, cluster: np.ndarray, is_open: np.ndarray
) -> np.ndarray:
    """Return (V,) bool: vertices on open roads that hang together with many others.

    Parameters
    ----------
    xy, line, cluster
        (V, 2) metres, (V,) line and (V,) place of each vertex.
    is_open
        (V,) bool: whether its line is open.
    """
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
