"""Lines into a graph: roads meet at shared vertices, and at ends that nearly touch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
from scipy.spatial import cKDTree

from geodata.catalogue import found
from geodata.findings import Finding, FindingError, Source, Text
from geodata.road_levels import level_findings
from geodata.road_vertices import (
    SMALL_ISLAND_SHARE,
    Vertices,
    has_ids,
    no_island,
    parts,
    vertices_of,
)
from geodata.slopes import Effort, Terrain, climbs, efforts, hills_told, vertex_heights

MOST_SNAP_METRES = 5.0
ALONG, AGAINST = 1, 2
"""Bits of a column `<mode>_ways`: open in the direction of the drawing, and in the other."""
FERRY = "ferry"
"""Class of a road that has one speed for all modes."""
_TIES = 8
_TIE_METRES = 1e-6


@dataclass(frozen=True, eq=False)
class Ways:
    """Edges as one mode may use them.

    Attributes
    ----------
    along, against
        (E,) bool: open from tail to head, and from head to tail.
    kmh
        (E,) speed of the mode there; infinite where only the mode itself sets it.
    """

    along: np.ndarray
    against: np.ndarray
    kmh: np.ndarray


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
    halt
        (E,) bool: whether a place may meet the network there; not on a motorway or a ferry.
    ways
        By name of a mode, where the roads say for each what is open; empty where class and one-way
        say it for all.
    efforts
        By name of a mode that feels hills, where heights are known.
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
    halt: np.ndarray
    ways: Mapping[str, Ways] = field(default_factory=dict)
    efforts: Mapping[str, Effort] = field(default_factory=dict)


def build_network(
    roads: gpd.GeoDataFrame,
    snap_metres: float = 2.0,
    source: Source | None = None,
    *,
    stops: np.ndarray | None = None,
    modes: Sequence[tuple[str, frozenset[str]]] = (("", frozenset()),),
    terrain: Terrain | None = None,
) -> tuple[RoadNetwork, list[Finding]]:
    """Build the graph of a road layer.

    Parameters
    ----------
    roads
        Lines in a metric system with columns `class`, `speed_kmh` and `oneway` (1 along the line,
        -1 against it, 0 both ways). Roads of `geodata.osm` also have `vertices` (ids of each
        line's vertices: roads then meet where an id is the same, and nowhere else), `halt`, and
        for each mode `<mode>_ways` and `<mode>_kmh`.
    snap_metres
        Ends this close to a vertex of another road are joined to it, where vertices have no ids.
    source
        For the findings.
    stops
        (P, 2) places that will be joined to the network: the roads get a node near each, give or
        take half of `STOP_EVERY_METRES`, so that nobody has to start from the next crossing.
    modes
        Name and closed classes of each mode: a place gets such a node on the roads open to each,
        and where roads have `vertices`, one on those of them that are no island.
    terrain
        Heights, and the modes that feel them.

    Returns
    -------
    tuple
        The network, and what a planner should know of it: N01 separate parts, N04 all one-way, N06
        and N12 edges left out, N11 parallel edges, N13 levels that meet, N14 ends joined, N22 and
        N23 of hills.

    Raises
    ------
    FindingError
        N15 where `snap_metres` could join two streets.
    """
    source = source or Source("roads")
    if not 0 <= snap_metres <= MOST_SNAP_METRES:
        raise FindingError([found("N15", source, value=snap_metres, more=snap_metres)])
    vertices, joined = vertices_of(roads, snap_metres, refine=stops is not None)
    is_stop = np.zeros(len(vertices.nodes), dtype=bool)
    if stops is not None:
        is_stop[_stops(roads, vertices, modes, stops)] = True
    start, stop, steps = _edges(vertices, is_stop)
    of_road = vertices.road[start]
    oneway = roads["oneway"].to_numpy(dtype=np.int64)[of_road]
    first, last = vertices.cluster[start], vertices.cluster[stop]
    tail, head = np.where(oneway < 0, last, first), np.where(oneway < 0, first, last)
    real = tail != head
    hills, more = _hills(roads, vertices, (start, stop), terrain, source)
    told = level_findings(roads, vertices, source) + more
    turned = oneway[real] < 0
    of_road = of_road[real]
    used, ends = np.unique(np.stack([tail[real], head[real]]), return_inverse=True)
    ends = ends.reshape(2, -1)
    component, component_metres = parts(len(used), ends, steps[real])
    network = RoadNetwork(
        nodes=vertices.nodes[used],
        tail=ends[0],
        head=ends[1],
        metres=steps[real],
        speed_kmh=roads["speed_kmh"].to_numpy(dtype=np.float64)[of_road],
        road_class=roads["class"].to_numpy(dtype=object)[of_road],
        oneway=oneway[real] != 0,
        component=component,
        component_metres=component_metres,
        halt=_halt(roads)[of_road],
        ways=_ways(roads, of_road),
        efforts={name: one.on(real, turned) for name, one in hills.items()},
    )
    if has_ids(roads):
        return network, _parted(network, source, SMALL_ISLAND_SHARE) + told
    return network, _findings(network, joined, steps[~real], snap_metres, source) + told


def _hills(
    roads: gpd.GeoDataFrame,
    vertices: Vertices,
    ends: tuple[np.ndarray, np.ndarray],
    terrain: Terrain | None,
    source: Source,
) -> tuple[dict[str, Effort], list[Finding]]:
    """Return the effort of each edge by mode, and what is told of it."""
    if terrain is None or not len(ends[0]):
        return {}, []
    level = np.asarray(roads["elevated"]) != 0 if "elevated" in roads else False
    heights = vertex_heights(vertices, ~_halt(roads) | level, terrain, roads.crs)
    by_mode = efforts(vertices, heights, ends, terrain)
    return by_mode, hills_told(climbs(vertices, heights, ends), by_mode, source)


def open_to(roads: gpd.GeoDataFrame, mode: str, closed: frozenset[str]) -> np.ndarray:
    """Return (R,) bool: the roads where a place may meet the network in a mode.

    `closed` are the classes closed to it, where the roads do not say what is open to each mode.
    """
    if f"{mode}_ways" in roads:
        return _halt(roads) & (np.asarray(roads[f"{mode}_ways"]) > 0)
    return np.isin(roads["class"].to_numpy(dtype=object), list(closed), invert=True)


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


def _halt(roads: gpd.GeoDataFrame) -> np.ndarray:
    """Return (R,) bool: the roads that places may meet."""
    if "halt" not in roads:
        return np.ones(len(roads), dtype=bool)
    return np.asarray(roads["halt"], dtype=bool)


def _ways(roads: gpd.GeoDataFrame, of_road: np.ndarray) -> dict[str, Ways]:
    """Return the edges as each mode may use them, where the roads say it."""
    ways = {}
    for column in roads.columns[roads.columns.str.endswith("_ways")]:
        mode = str(column).removesuffix("_ways")
        open_ways = roads[column].to_numpy(dtype=np.int64)[of_road]
        kmh = roads[f"{mode}_kmh"].to_numpy(dtype=np.float64)[of_road]
        ways[mode] = Ways((open_ways & ALONG) > 0, (open_ways & AGAINST) > 0, kmh)
    return ways


def _stops(
    roads: gpd.GeoDataFrame,
    vertices: Vertices,
    modes: Sequence[tuple[str, frozenset[str]]],
    stops: np.ndarray,
) -> list[int]:
    """Return the nodes nearest to the places, on the roads where each mode may be met."""
    chosen: set[int] = set()
    for mode, closed in modes:
        for there in _meetings(roads, vertices, mode, closed):
            usable = np.unique(vertices.cluster[there])
            if len(usable):
                chosen.update(nearest_node(vertices.nodes, usable, stops)[0].tolist())
    return sorted(chosen)


def _meetings(
    roads: gpd.GeoDataFrame, vertices: Vertices, mode: str, closed: frozenset[str]
) -> Iterator[np.ndarray]:
    """Yield (V,) bool: vertices where places may meet a mode's roads; then those on no island."""
    there = open_to(roads, mode, closed)[vertices.road]
    yield there
    if has_ids(roads):
        is_open = np.asarray(roads[f"{mode}_ways"])[vertices.road] > 0
        yield there & no_island(vertices, is_open)


def _edges(vertices: Vertices, is_stop: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cut every line where it meets another, ends or has a stop: first and last vertex, metres."""
    xy, line, _, cluster, _ = vertices
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
    return findings + _parted(network, source)


def _parted(network: RoadNetwork, source: Source, least_share: float = 0.0) -> list[Finding]:
    """Find parts without a way to each other (N01) of at least a share of the whole length."""
    lengths = network.component_metres
    lengths = lengths[lengths >= least_share * lengths.sum()]
    if len(lengths) < 2:
        return []
    kilometres = ", ".join(f"{metres / 1000:.1f} km" for metres in lengths[:10])
    more = Text(
        f"{len(lengths)} separate parts: {kilometres}",
        f"{len(lengths)}个互不相通的部分:{kilometres}",
    )
    return [found("N01", source, more=more)]
