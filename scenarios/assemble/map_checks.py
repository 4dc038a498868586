"""What only shows once all layers lie in one metric system: places, land and ways that disagree."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geodata.apportion import zone_of
from geodata.contiguity import coverage_findings
from geodata.findings import Finding, Source
from geodata.travel import check_detours


def map_findings(
    frames: Mapping[str, pd.DataFrame], sources: Mapping[str, Source], sites: gpd.GeoDataFrame
) -> list[Finding]:
    """Hold the layers against each other on the ground.

    Returns
    -------
    list of Finding
        G30 schools and candidates outside every zone, G31 zones that overlap, G32 gaps between
        them (only where zones are polygons), N32 rows of a travel table that are shorter than the
        straight line.
    """
    zones = frames["zones"]
    if not isinstance(zones, gpd.GeoDataFrame):
        return []
    findings: list[Finding] = []
    if not (zones.geom_type == "Point").any():
        findings += coverage_findings(zones, sources["zones"])
        for name in ("schools", "candidates"):
            layer = frames[name]
            if isinstance(layer, gpd.GeoDataFrame) and len(layer):
                findings += zone_of(layer, zones, sources[name])[1]
    if "travel" in sources:
        findings += check_detours(frames["travel"], zones, sites, sources["travel"])
    return findings
