"""The roads as one mode may use them, with every zone and site led to them."""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np

from geodata.catalogue import found
from geodata.findings import Finding, Source
from geodata.road_network import RoadNetwork
from geodata.travel.crossings import Barriers, crossing_findings
from geodata.travel.meeting import meet, points_of
from geodata.travel.modes import TravelMode
from geodata.travel.routing import Graph, Meeting, mode_graph


class ByRoad(NamedTuple):
    """The roads as a mode may use them, where zones and sites meet them, and what was found.

    `flat` says that no hill makes a way there longer than the way back.
    """

    graph: Graph
    meetings: tuple[Meeting, Meeting]
    findings: list[Finding]
    flat: bool = True


def by_road(
    network: RoadNetwork,
    mode: TravelMode,
    zones: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    walls: Barriers,
    source: Source,
) -> ByRoad:
    """Lead every place to the roads of a mode: N39 where there are none, N16 across barriers."""
    graph = mode_graph(network, mode)
    if not len(graph.usable):
        nowhere = Meeting(np.zeros(0, dtype=np.int64), np.zeros(0))
        closed = found("N39", source, column="class", more=mode.name)
        return ByRoad(graph, (nowhere, nowhere), [closed])
    places = meet(network, graph, mode.name, zones, sites, source)
    findings = list(places.findings)
    for layer, name, meeting in (
        (zones, "zone_id", places.zones),
        (sites, "site_id", places.sites),
    ):
        legs = (points_of(layer), meeting, layer[name], mode.name, source)
        findings += crossing_findings(walls, network, *legs)
    flat = mode.name not in network.efforts
    return ByRoad(graph, (places.zones, places.sites), findings, flat)
