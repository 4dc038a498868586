"""Bridges and tunnels that are joined to the roads they only cross."""

from __future__ import annotations

import geopandas as gpd
import numpy as np

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.road_vertices import Vertices

_LISTED = 5


def level_findings(roads: gpd.GeoDataFrame, vertices: Vertices, source: Source) -> list[Finding]:
    """Warn of places where roads of different levels meet and both go on (N13).

    A bridge that ends at a crossing has one arm there; one that is joined where it should pass over
    has two, as has the road below. Nothing is changed: which of the two is right, a map must say.

    Parameters
    ----------
    roads
        With `elevated`, or none of them: levels above (bridges) or below (tunnels) the ground.
    vertices
        Of the roads.
    """
    if "elevated" not in roads or not len(vertices.nodes):
        return []
    level = roads["elevated"].to_numpy(dtype=np.int64)[vertices.road]
    if not (level != 0).any():
        return []
    line = vertices.line
    ends = np.append(line[1:] != line[:-1], True) | (np.diff(line, prepend=-1) != 0)
    arms = np.where(ends, 1, 2)
    keys, at = np.unique(np.stack([vertices.cluster, level]), axis=1, return_inverse=True)
    passes = np.bincount(at.ravel(), weights=arms) >= 2
    node, levels = np.unique(keys[0][passes], return_counts=True)
    wrong = node[levels > 1]
    if not len(wrong):
        return []
    ids = roads["road_id"].to_numpy(dtype=object)
    said = [
        " / ".join(dict.fromkeys(map(str, ids[vertices.road[vertices.cluster == one]])))
        for one in wrong[:_LISTED]
    ]
    rest = len(wrong) - len(said)
    en, zh = (f", and {rest} more", f"，另有{rest}处") if rest else ("", "")
    more = Text(f"{len(wrong)}: {', '.join(said)}{en}", f"{len(wrong)}处：{'，'.join(said)}{zh}")
    return [found("N13", source, column="elevated", more=more)]
