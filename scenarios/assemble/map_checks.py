"""What only shows once all layers lie in one metric system: places, land and ways that disagree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import geopandas as gpd
import pandas as pd

from geodata.apportion import zone_of
from geodata.catalogue import found
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


def unreached_pupils(
    enrolment: pd.DataFrame, travel: pd.DataFrame, modes: Sequence[str], source: Source
) -> list[Finding]:
    """Find pupils whose way to their school of today is not known (N48), by zone and school.

    Parameters
    ----------
    enrolment
        zone_id, site_id, pupils.
    travel
        zone_id, site_id, mode.
    modes
        Those in which pupils travel.
    source
        Of the travel table or the roads.
    """
    key = ["zone_id", "site_id"]
    known = pd.MultiIndex.from_frame(travel.loc[travel["mode"].isin(modes), key])
    pupils = enrolment.groupby(key)["pupils"].sum()
    lost = pupils[(pupils > 0) & ~pupils.index.isin(known)]
    return [
        found("N48", source, column="zone_id", value=f"{zone} > {site}", more=f"{count:g}")
        for zone, site, count in lost.reset_index().to_numpy().tolist()
    ]
