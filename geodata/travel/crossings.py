"""Straight legs to the roads that no one can walk: across a motorway, a river or a railway."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.road_network import RoadNetwork
from geodata.travel.routing import Meeting

LEAST_METRES = 10.0
"""A place as near to its road is not told of: lines are only drawn so well."""

Barriers = tuple[np.ndarray, np.ndarray]
"""Shapes that nobody crosses but on a road, and their names."""
NO_BARRIERS: Barriers = (np.zeros(0, dtype=object), np.zeros(0, dtype=object))


def barriers_of(roads: gpd.GeoDataFrame, others: gpd.GeoDataFrame | None) -> Barriers:
    """Return the barriers of a county.

    The motorways of a road layer, where these are not on a bridge or in a tunnel, and lines or
    polygons with a `name`.
    """
    motor = (roads["class"] == "motorway").to_numpy()
    if "elevated" in roads:
        motor = motor & (roads["elevated"] == 0).to_numpy()
    shapes = [roads.geometry.to_numpy()[motor]]
    names = [np.full(int(motor.sum()), "motorway", dtype=object)]
    if others is not None and len(others):
        shapes.append(others.geometry.to_numpy())
        names.append(others["name"].to_numpy(dtype=object))
    return np.concatenate(shapes), np.concatenate(names)


def crossing_findings(
    barriers: Barriers,
    network: RoadNetwork,
    points: np.ndarray,
    places: Meeting,
    ids: pd.Series,
    mode: str,
    source: Source,
) -> list[Finding]:
    """Warn of places whose straight leg to the road crosses a barrier (N16).

    Parameters
    ----------
    barriers
        Of `barriers_of`.
    points, places, ids
        (P, 2) metres, where each meets the network, and its id.
    """
    shapes, names = barriers
    far = np.flatnonzero(places.leg > LEAST_METRES)
    if not len(shapes) or not len(far):
        return []
    here, node = points[far], network.nodes[places.node[far]]
    # Not its last metre: the road that is met may itself be one that nobody crosses.
    node = node + (here - node) / places.leg[far, None]
    ends = np.stack([here, node], axis=1)
    leg, barrier = shapely.STRtree(shapes).query(shapely.linestrings(ends), predicate="crosses")
    crossed = pd.DataFrame({"place": far[leg], "name": names[barrier]})
    findings = []
    for place, rows in crossed.groupby("place", sort=True):
        at = int(str(place))
        named = ", ".join(sorted({name for name in rows["name"] if name}))
        metres = f"{places.leg[at]:,.0f}"
        en, zh = (f"; {named}", f"；{named}") if named else ("", "")
        more = Text(f"{metres} m, {mode}{en}", f"{metres}米，{mode}{zh}")
        column, value = str(ids.name), ids.iloc[at]
        findings.append(found("N16", source, column=column, value=value, more=more))
    return findings
