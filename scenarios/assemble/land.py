"""What touches: the zones of a study as neighbours, and the zone in which each site stands (K1)."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.apportion import zone_of
from geodata.contiguity import apart_findings, torn_findings, touching
from geodata.findings import Finding, Source, errors
from geodata.schemas import LEVELS
from optimizer.areas import torn
from optimizer.domain import Adjacency
from scenarios.assemble.layers import Layers
from scenarios.config import LoadedStudy


def adjacency_of(loaded: LoadedStudy, layers: Layers) -> tuple[Adjacency | None, list[Finding]]:
    """Find what touches where a policy asks for areas that hang together.

    Returns
    -------
    tuple
        Zones and sites in the order of their ids; None where no policy asks, or points have no
        links. And the findings: G61 islands, G62 points without links, D37 areas torn today.
    """
    if not any(policy.contiguous for policy in loaded.study.policies.values()):
        return None, []
    source, links = layers.source("zones"), layers.frames["links"]
    zones = layers.layer("zones").sort_values("zone_id")
    pairs = touching(zones, links)
    findings = apart_findings(zones, pairs, links, source)
    if errors(findings):
        return None, findings
    order = pd.Index(zones["zone_id"])
    sites = layers.sites().sort_values("site_id", ignore_index=True)
    a, b = (order.get_indexer(pairs[end]) for end in ("zone_a", "zone_b"))
    adjacency = Adjacency(a, b, order.get_indexer(_own_zones(zones, sites)))
    return adjacency, findings + torn_findings(_torn(layers, order, sites, adjacency), source)


def _own_zones(zones: gpd.GeoDataFrame, sites: gpd.GeoDataFrame) -> pd.Series:
    """Zone of each site: in which it lies, empty outside all; of points the nearest."""
    if (zones.geom_type == "Point").any():
        nearest = shapely.STRtree(zones.geometry.to_numpy()).nearest(sites.geometry.to_numpy())
        return pd.Series(zones["zone_id"].to_numpy()[nearest], index=sites.index)
    return zone_of(sites, zones, Source("zones"))[0]


def _torn(
    layers: Layers, zones: pd.Index, sites: gpd.GeoDataFrame, adjacency: Adjacency
) -> pd.DataFrame:
    """Zones cut off from today's school: site_id, level, zone_id."""
    enrolment, order = layers.frames["enrolment"], pd.Index(sites["site_id"])
    today = np.full((len(LEVELS), len(zones)), -1)
    for index, level in enumerate(LEVELS):
        of_level = enrolment[(enrolment["level"] == level) & (enrolment["pupils"] > 0)]
        first = of_level[of_level["grade"] == of_level["grade"].min()]
        total = first.groupby(["zone_id", "site_id"], as_index=False)["pupils"].sum()
        main = total.sort_values(["pupils", "site_id"], ascending=[False, True])
        main = main.drop_duplicates("zone_id")
        today[index, zones.get_indexer(main["zone_id"])] = order.get_indexer(main["site_id"])
    rows = sorted(torn(today, adjacency))
    return pd.DataFrame(
        [(order[site], LEVELS[level], zones[zone]) for zone, site, level in rows],
        columns=["site_id", "level", "zone_id"],
    )
