"""Neighbouring zones joined until as many are left as a plan is to be made with.

Two groups of zones at a time are joined: of all pairs that may be, the one that adds least pupils
times the square of metres (Ward 1963). Those with different schools today wait until no other pair
is left.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from geodata.catalogue import found
from geodata.contiguity import adjacency
from geodata.findings import Finding, Source, Text
from geodata.people import middles

NEAR_POINTS = 8
"""How many of the nearest points are neighbours of a zone that is a point."""
NO_SCHOOL = -1


class Joined(NamedTuple):
    """Which zones are one.

    Attributes
    ----------
    group
        (Z,) int from 0, in the order of each group's first zone.
    middle
        (G,) position of the zone at whose point the ways of a group begin.
    metres
        (Z,) from each zone's own point to that of its group.
    """

    group: np.ndarray
    middle: np.ndarray
    metres: np.ndarray


class _Group(NamedTuple):
    zones: list[int]
    x: float
    y: float
    weight: float
    schools: tuple[int, ...]
    near: set[int]


def neighbours(zones: gpd.GeoDataFrame) -> np.ndarray:
    """Return the pairs of zones that may be joined: neighbours of the same town and kind.

    Parameters
    ----------
    zones
        `zone_id`, `town`, `kind` and polygons, which are neighbours where they share an edge; or
        points: then each and its eight nearest, and those that follow each other from the west, so
        that all of a town and kind hang together.

    Returns
    -------
    ndarray
        (K, 2) int positions, each pair once, the smaller first.
    """
    alike = zones.groupby(["town", "kind"]).ngroup().to_numpy()
    if (zones.geom_type == "Point").all():
        xy = np.column_stack([zones.geometry.x, zones.geometry.y])
        here = [np.flatnonzero(alike == one) for one in range(alike.max(initial=-1) + 1)]
        none = np.empty((0, 2), dtype=np.int64)
        pairs = np.concatenate([none, *(own[_near(xy[own])] for own in here)])
    else:
        order, edges = pd.Index(zones["zone_id"]), adjacency(zones)
        ends = [order.get_indexer(edges[end]) for end in ("zone_a", "zone_b")]
        pairs = np.column_stack(ends)
    pairs = np.sort(pairs[alike[pairs[:, 0]] == alike[pairs[:, 1]]], axis=1)
    return np.unique(pairs, axis=0)


def least_number(zones: int, pairs: np.ndarray) -> int:
    """Return how many zones are left where all are joined that may be."""
    links = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(zones, zones))
    return int(connected_components(links, directed=False)[0])


def joined(
    xy: np.ndarray, weight: np.ndarray, schools: np.ndarray, pairs: np.ndarray, number: int
) -> Joined:
    """Join zones two by two until a number is left.

    Parameters
    ----------
    xy, weight
        (Z, 2) metres of each zone's point, and (Z,) pupils and children; a zone of less than one
        counts as one, so that empty ones are joined to what is near too.
    schools
        (Z, L) int: main school of today by level, -1 for none, which agrees with any.
    pairs
        As `neighbours` returns.
    number
        Of groups wanted, from `least_number` to Z.

    Returns
    -------
    Joined
        The same for the same zones in the same order.
    """
    heavy = np.maximum(weight, 1.0)
    groups = _singles(xy, heavy, schools, pairs)
    heap = [(*_price(groups[a], groups[b]), a, b) for a, b in pairs.tolist()]
    heapq.heapify(heap)
    new = len(xy)
    while len(groups) > number and heap:
        *_, a, b = heapq.heappop(heap)
        if a not in groups or b not in groups:
            continue
        one = _union(groups.pop(a), groups.pop(b))
        one.near.difference_update((a, b))
        for other in sorted(one.near):
            groups[other].near.difference_update((a, b))
            groups[other].near.add(new)
            heapq.heappush(heap, (*_price(groups[other], one), other, new))
        groups[new] = one
        new += 1
    group = np.empty(len(xy), dtype=np.int64)
    for place, zones in enumerate(sorted(sorted(one.zones) for one in groups.values())):
        group[zones] = place
    middle = middles(xy, heavy, group)
    return Joined(group, middle, np.hypot(*(xy - xy[middle][group]).T))


def joined_finding(
    result: Joined, weight: np.ndarray, schools: np.ndarray, wanted: int, source: Source
) -> Finding:
    """Tell how many zones became how many, and how far that moves pupils and children (D60).

    `weight` and `schools` are those given to `joined`; zones without anybody do not count for the
    greatest distance.
    """
    there = weight > 0
    mean = float(np.average(result.metres[there], weights=weight[there])) if there.any() else 0.0
    most = float(result.metres[there].max(initial=0.0))
    before, after = len(result.group), len(result.middle)
    mixed = _mixed(result.group, schools)
    more = Text(
        f"{before:,} became {after:,}, {mixed:,} of them of zones with different schools today;"
        f" from the point of their own zone pupils and children are moved {mean:,.0f} m on"
        f" average, {most:,.0f} m at most",
        f"{before:,}个合并为{after:,}个，其中{mixed:,}个含现就读不同学校的单元；"
        f"学生和儿童由原单元点到合并后单元点的直线距离平均{mean:,.0f}米，最远{most:,.0f}米",
    )
    return found("D60", source, column="join_to", value=wanted, more=more)


def number_findings(zones: gpd.GeoDataFrame, wanted: int, source: Source) -> list[Finding]:
    """Refuse a number that zones cannot be joined to (D61): more than there are, or too few.

    Parameters
    ----------
    zones
        As those of `neighbours`.
    """
    least = least_number(len(zones), neighbours(zones))
    if least <= wanted <= len(zones):
        return []
    more = Text(f"from {least:,} to {len(zones):,}", f"{least:,}至{len(zones):,}")
    return [found("D61", source, column="join_to", value=wanted, more=more)]


def _mixed(group: np.ndarray, schools: np.ndarray) -> int:
    """Return how many groups have zones of different schools today, at some level."""
    known = pd.DataFrame(schools, dtype=float).replace(NO_SCHOOL, np.nan).groupby(group)
    return int((known.max() > known.min()).any(axis=1).sum())


def _near(xy: np.ndarray) -> np.ndarray:
    """Return (K, 2) pairs of points near each other, by which all hang together."""
    count = min(NEAR_POINTS, len(xy) - 1)
    west = np.lexsort((xy[:, 1], xy[:, 0]))
    chain = np.column_stack([west[:-1], west[1:]])
    if not count:
        return chain
    # The nearest of a point is itself, or another on the same spot; both are left out below.
    _, nearest = cKDTree(xy).query(xy, k=count + 1)
    near = np.column_stack([np.repeat(np.arange(len(xy)), count + 1), nearest.ravel()])
    return np.concatenate([chain, near[near[:, 0] != near[:, 1]]])


def _singles(
    xy: np.ndarray, weight: np.ndarray, schools: np.ndarray, pairs: np.ndarray
) -> dict[int, _Group]:
    rows = zip(xy.tolist(), weight.tolist(), schools.tolist(), strict=True)
    groups = {
        zone: _Group([zone], x, y, of, tuple(there), set())
        for zone, ((x, y), of, there) in enumerate(rows)
    }
    for a, b in pairs.tolist():
        groups[a].near.add(b)
        groups[b].near.add(a)
    return groups


def _price(a: _Group, b: _Group) -> tuple[bool, float]:
    """Return whether two groups have other schools today, and what joining them adds."""
    square = (a.x - b.x) ** 2 + (a.y - b.y) ** 2
    return _differ(a.schools, b.schools), a.weight * b.weight / (a.weight + b.weight) * square


def _differ(a: Sequence[int], b: Sequence[int]) -> bool:
    pairs = zip(a, b, strict=True)
    return any(one != other and NO_SCHOOL not in (one, other) for one, other in pairs)


def _union(a: _Group, b: _Group) -> _Group:
    """Unite two groups; their school of a level is that of the larger, if it has one."""
    large, small = (a, b) if a.weight >= b.weight else (b, a)
    weight = a.weight + b.weight
    schools = tuple(
        one if one != NO_SCHOOL else other
        for one, other in zip(large.schools, small.schools, strict=True)
    )
    x, y = ((one * a.weight + other * b.weight) / weight for one, other in ((a.x, b.x), (a.y, b.y)))
    return _Group(a.zones + b.zones, x, y, weight, schools, a.near | b.near)
