"""Barriers on ways: a metre of the way that some modes may not use.

A bollard is a node. Where two ways, or the two halves of one, meet there, one of them is closed for
a metre. At a junction of more, the lesser ways are closed and the greatest stay joined: a bollard
on the corner of a lane and a main road bars the lane, not the main road.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count, pairwise

import numpy as np

from geodata.osm.access import MODES

GATE_DEGREES, MOST_SHARE = 1e-5, 1 / 3
"""Length of a gate: a metre, but not more than this share of the step to the next node."""


@dataclass(frozen=True, eq=False)
class Way:
    """A way, or a piece of one.

    Attributes
    ----------
    road_id
        The number of the way; where it is one of several pieces, with more behind.
    vertices
        (V,) ids of its nodes; below 0 for those made here.
    xy
        (V, 2) degrees, longitude first.
    rank
        Km/h of its class: which of two ways is the greater.
    facts
        The columns of the road layer that do not change along it.
    """

    road_id: str
    vertices: np.ndarray
    xy: np.ndarray
    rank: float
    facts: dict[str, object]


def with_gates(ways: list[Way], passes: Mapping[int, frozenset[str]]) -> list[Way]:
    """Return the ways, cut at barriers, with a gate where a barrier bars a mode from going on.

    Parameters
    ----------
    ways
        Whole ways.
    passes
        By node id, the modes that pass the barrier there.
    """
    pieces = [piece for way in ways for piece in _cut(way, passes)]
    arms: dict[int, list[tuple[float, int, bool]]] = defaultdict(list)
    for number, piece in enumerate(pieces):
        for at_end, node in ((False, piece.vertices[0]), (True, piece.vertices[-1])):
            if node in passes and _bars(piece, passes[node]):
                arms[node].append((-piece.rank, number, at_end))
    gates = {
        (number, at_end): passes[node]
        for node, of_node in arms.items()
        for _, number, at_end in _closed(sorted(of_node))
    }
    fresh = count(min((int(way.vertices.min()) for way in ways), default=0) - 1, -1)
    return [
        part
        for number, piece in enumerate(pieces)
        for part in _gated(piece, gates.get((number, False)), gates.get((number, True)), fresh)
    ]


def _cut(way: Way, passes: Mapping[int, frozenset[str]]) -> list[Way]:
    """Cut a way at the barriers between its ends that bar a mode from it."""
    inner = [
        place
        for place, node in enumerate(way.vertices[1:-1].tolist(), start=1)
        if node in passes and _bars(way, passes[node])
    ]
    ends = [0, *inner, len(way.vertices) - 1]
    return [
        _part(way, a, b + 1, f"-{i}" if inner else "") for i, (a, b) in enumerate(pairwise(ends))
    ]


def _part(way: Way, first: int, stop: int, suffix: str) -> Way:
    return replace(
        way,
        road_id=way.road_id + suffix,
        vertices=way.vertices[first:stop],
        xy=way.xy[first:stop],
    )


def _bars(way: Way, passes: frozenset[str]) -> bool:
    """Whether a barrier bars a mode that may use the way."""
    return any(way.facts[f"{mode}_ways"] and mode not in passes for mode in MODES)


def _closed(arms: list[tuple[float, int, bool]]) -> list[tuple[float, int, bool]]:
    """Return the arms of a barrier to close, of arms in the order of their rank."""
    if len(arms) == 2:
        return arms[1:]
    return [arm for arm in arms if arm[0] > arms[0][0]]


def _gated(
    piece: Way,
    at_start: frozenset[str] | None,
    at_end: frozenset[str] | None,
    fresh: Iterator[int],
) -> Iterator[Way]:
    """Yield a piece, with a gate cut off at the ends where there is one."""
    last = len(piece.vertices) - 1
    if at_end is not None:
        piece = _with_vertex(piece, last, last - 1, next(fresh))
        last += 1
    if at_start is not None:
        piece = _with_vertex(piece, 0, 1, next(fresh))
        last += 1
        yield _gate(_part(piece, 0, 2, "<"), at_start)
    first, stop = int(at_start is not None), last + int(at_end is None)
    yield _part(piece, first, stop, "")
    if at_end is not None:
        yield _gate(_part(piece, last - 1, last + 1, ">"), at_end)


def _with_vertex(piece: Way, end: int, inner: int, vertex: int) -> Way:
    """Put a vertex a gate's length from an end, towards the vertex next to it."""
    step = piece.xy[inner] - piece.xy[end]
    share = min(GATE_DEGREES / max(float(np.hypot(*step)), GATE_DEGREES), MOST_SHARE)
    at = max(end, inner)
    return replace(
        piece,
        vertices=np.insert(piece.vertices, at, vertex),
        xy=np.insert(piece.xy, at, piece.xy[end] + share * step, axis=0),
    )


def _gate(piece: Way, passes: frozenset[str]) -> Way:
    """Close a piece to the modes that do not pass."""
    closed = {f"{mode}_ways": 0 for mode in MODES if mode not in passes}
    return replace(piece, facts=piece.facts | closed)
