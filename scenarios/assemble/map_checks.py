"""What only shows once all layers lie in one metric system: places, land and ways that disagree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd
import pandas as pd
import shapely

from geodata.apportion import zone_of
from geodata.contiguity import coverage_findings, far_parts
from geodata.datum import shifted
from geodata.elsewhere import elsewhere
from geodata.findings import Finding, Source
from geodata.partial import known
from geodata.schemas import LEVELS, LEVELS_OF
from geodata.today_catchments import claim_findings
from geodata.travel import check_detours

_INSIDE = {
    "towns": "town",
    "zones": "zone_id",
    "schools": "site_id",
    "candidates": "site_id",
    "catchments": "site_id",
    "tracts": "tract_id",
}
"""Layers that lie in the county, with their ids."""
SITES = ("schools", "candidates")


def map_findings(
    frames: Mapping[str, pd.DataFrame],
    sources: Mapping[str, Source],
    given: Mapping[str, pd.DataFrame] | None = None,
    datums: Mapping[str, str] | None = None,
) -> list[Finding]:
    """Hold the layers against each other on the ground.

    Parameters
    ----------
    frames
        Inputs that could be read, layers in one metric system. A feature without geometry is left
        out; where a zone lacks one, nothing is called a gap or outside of all zones.
    sources
        File and layer of each.
    given
        The same inputs with the coordinates of their files; default `frames`.
    datums
        The shifted system from which each input was converted; empty or absent: none.

    Returns
    -------
    list of Finding
        G18 and G21 layers that lie elsewhere than the county; such a layer is then left out, and
        where it is the zones nothing else is said. Of zones that are polygons G14 far parts, G30
        schools and candidates outside all of them, G31 overlaps, G32 gaps; G22, G23 and G56 places
        that look shifted against the roads in another way than `datums` says; N32 rows of a travel
        table that are shorter than the straight line; D53 and G58 to G60 of today's catchments.
    """
    placed = dict(_placed(frames))
    if "zones" not in placed:
        return []
    lost = elsewhere(placed, dict(_layers(frames if given is None else given)), sources)
    if "zones" in lost:
        return list(lost.values())
    zones, whole = placed["zones"], len(placed["zones"]) == len(frames["zones"])
    there = {name: placed[name] for name in SITES if name in placed and name not in lost}
    findings = [*lost.values(), *_land(zones, there, sources, whole=whole)]
    roads = frames.get("roads")
    if isinstance(roads, gpd.GeoDataFrame) and roads.crs is not None:
        villages = {"zones": zones} if (zones.geom_type == "Point").all() else {}
        for name, layer in {**villages, **there}.items():
            findings += shifted(layer, roads, sources[name], (datums or {}).get(name, ""))
    if "travel" in sources and "travel" in frames and there:
        both = pd.concat([layer[["site_id", "geometry"]] for layer in there.values()])
        places, both = zones.drop_duplicates("zone_id"), both.drop_duplicates("site_id")
        findings += check_detours(frames["travel"], places, both, sources["travel"])
    if "catchments" in placed and "catchments" not in lost and "schools" in frames:
        land = placed.get("towns", zones) if (zones.geom_type == "Point").any() else zones
        county = shapely.union_all(land.geometry.to_numpy())
        runs = levels_run(frames["schools"])
        findings += claim_findings(placed["catchments"], runs, county, sources["catchments"])
    return findings


def levels_run(schools: pd.DataFrame) -> dict[str, set[str]]:
    """Return the schools that run each level today."""
    rows = known(schools, "site_id", "school_type")
    kinds = list(zip(rows["site_id"], rows["school_type"], strict=True))
    return {level: {site for site, kind in kinds if level in LEVELS_OF[kind]} for level in LEVELS}


def _land(
    zones: gpd.GeoDataFrame,
    sites: Mapping[str, gpd.GeoDataFrame],
    sources: Mapping[str, Source],
    *,
    whole: bool,
) -> list[Finding]:
    """Check the ground that zones cover; points cover none."""
    if (zones.geom_type == "Point").any():
        return []
    findings = far_parts(zones, sources["zones"]) + coverage_findings(zones, sources["zones"])
    if not whole:
        return [one for one in findings if one.code != "G32"]
    for name, layer in sites.items():
        findings += zone_of(layer, zones, sources[name])[1]
    return findings


def _placed(frames: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Give the features whose id and place are known of each layer inside that has some."""
    for name, layer in _layers(frames):
        features = layer[layer[_INSIDE[name]].notna() & layer.geometry.notna()]
        if len(features):
            yield name, features


def _layers(frames: Mapping[str, pd.DataFrame]) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    """Give the layers that belong inside the county; roads may reach far beyond it."""
    for name in _INSIDE:
        layer = frames.get(name)
        if isinstance(layer, gpd.GeoDataFrame) and layer.crs is not None:
            yield name, layer
