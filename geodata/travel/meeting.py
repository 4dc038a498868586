"""Where places meet the road network, and which of them meet only an island of it."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse.csgraph import connected_components

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.road_network import RoadNetwork, nearest_node
from geodata.road_vertices import SMALL_ISLAND_SHARE
from geodata.travel.routing import Graph, Meeting

LONGER_LEG_METRES = 500.0
"""A place is led past an island over a straight leg so much longer at most."""
TOLD_LEG_METRES = 100.0
"""A place led past an island is told of where its straight leg grows by more."""
LEAST_ISLAND_METRES = 1000.0
"""Roads of an island on which people may go to school without leaving it."""
FAR_LEG_METRES = 1000.0
"""A place is told of where no road of the mode is nearer."""


class Places(NamedTuple):
    """Where zones and sites meet the network in a mode, and what was found."""

    zones: Meeting
    sites: Meeting
    findings: list[Finding]


def points_of(layer: gpd.GeoDataFrame) -> np.ndarray:
    """Return the (P, 2) point of each feature: itself, or a point inside its polygon."""
    shapes = layer.geometry.to_numpy()
    return shapely.get_coordinates(shapely.point_on_surface(shapes))


def meet(
    network: RoadNetwork,
    graph: Graph,
    mode: str,
    zones: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    source: Source,
) -> Places:
    """Lead every zone and site to the nearest node that the mode can use.

    Roads of OpenStreetMap hold many islands: footpaths mapped apart, streets cut off where the
    extract ends or behind a gate. There a place whose nearest node lies on an island (less than
    `SMALL_ISLAND_SHARE` of the roads) that zones do not share with sites is led to the nearest node
    elsewhere, up to `LONGER_LEG_METRES` further.

    Returns
    -------
    Places
        With N03 for places on or led past an island, N49 for those far from any road; none of them
        for drawn roads, where `islands` tells more.
    """
    layers = (zones, sites)
    points = [points_of(layer) for layer in layers]
    nearest = [Meeting(*nearest_node(network.nodes, graph.usable, here)) for here in points]
    if not network.ways:
        return Places(nearest[0], nearest[1], [])
    part, metres = _strong_parts(graph)
    mainland = _mainland(graph, part, metres, nearest)
    led, findings = list[Meeting](), list[Finding]()
    for layer, here, first in zip(layers, points, nearest, strict=True):
        other = Meeting(*nearest_node(network.nodes, mainland, here))
        moves = other.leg <= first.leg + LONGER_LEG_METRES
        led.append(
            Meeting(np.where(moves, other.node, first.node), np.where(moves, other.leg, first.leg))
        )
        lost = {
            i: _island_words(metres[part[first.node[i]]], other.leg[i], mode, led=bool(moves[i]))
            for i in np.flatnonzero(other.leg > first.leg + TOLD_LEG_METRES).tolist()
        }
        far = {
            i: Text(f"{led[-1].leg[i]:,.0f} m, {mode}", f"{led[-1].leg[i]:,.0f}米，{mode}")
            for i in np.flatnonzero(led[-1].leg > FAR_LEG_METRES).tolist()
        }
        ids = layer["zone_id" if "zone_id" in layer else "site_id"]
        findings += _told("N03", lost, ids, source) + _told("N49", far, ids, source)
    return Places(led[0], led[1], findings)


def _mainland(
    graph: Graph, part: np.ndarray, metres: np.ndarray, nearest: list[Meeting]
) -> np.ndarray:
    """Return usable nodes of parts that are no island, and of islands with zones and sites.

    An island with less than `LEAST_ISLAND_METRES` is nobody's: a yard or a lane behind a gate.
    """
    shared = np.intersect1d(*(part[one.node] for one in nearest))
    shared = shared[metres[shared] >= LEAST_ISLAND_METRES]
    of_usable = part[graph.usable]
    large = metres[of_usable] >= min(SMALL_ISLAND_SHARE * metres.sum(), metres[of_usable].max())
    return np.asarray(graph.usable[large | np.isin(of_usable, shared)])


def _told(code: str, words: dict[int, Text], ids: pd.Series, source: Source) -> list[Finding]:
    """Return a finding for each place that there is something to say of, by its position."""
    column = str(ids.name)
    return [found(code, source, column=column, value=ids.iloc[i], more=words[i]) for i in words]


def islands(
    network: RoadNetwork, points: np.ndarray, ids: pd.Series, source: Source
) -> list[Finding]:
    """Find places that meet the network on a small separate part (N03)."""
    if not len(network.nodes):
        return []
    node, _ = nearest_node(network.nodes, np.arange(len(network.nodes)), points)
    part = network.component[node]
    lengths = network.component_metres
    small = np.flatnonzero(lengths[part] < SMALL_ISLAND_SHARE * lengths.sum())
    main = np.flatnonzero(network.component == 0)
    _, detour = nearest_node(network.nodes, main, points)
    return _told(
        "N03", {i: _island_words(lengths[part[i]], detour[i]) for i in small.tolist()}, ids, source
    )


def _island_words(island: float, leg: float, mode: str = "", *, led: bool = False) -> Text:
    """Say how long an island is (m), and how far off the main network (m)."""
    of = (f" ({mode})", f"（{mode}）") if mode else ("", "")
    end = ("; the place is led there", "，该地点已接至主路网") if led else ("", "")
    return Text(
        f"{island / 1000:.1f} km{of[0]}; the main network is {leg:,.0f} m away{end[0]}",
        f"{island / 1000:.1f} km{of[1]},距主路网{leg:,.0f}米{end[1]}",
    )


def _strong_parts(graph: Graph) -> tuple[np.ndarray, np.ndarray]:
    """Return (N,) the part of each node, whose nodes all reach each other, and (C,) its metres."""
    count, part = connected_components(graph.backward, directed=True, connection="strong")
    to, fro = np.divmod(graph.keys, len(part))
    inside = part[to] == part[fro]
    # Arcs both ways count twice: good enough to tell an island from the rest.
    metres = np.bincount(part[to[inside]], weights=graph.metres[inside], minlength=count)
    return part, metres / 2
