"""What only shows once all layers lie in one metric system: places, land and ways that disagree."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd

from geodata.apportion import zone_of
from geodata.contiguity import coverage_findings, far_parts
from geodata.datum import shifted
from geodata.elsewhere import elsewhere
from geodata.findings import Finding, Source
from geodata.travel import check_detours

_INSIDE = {
    "towns": "town",
    "zones": "zone_id",
    "schools": "site_id",
    "candidates": "site_id",
}
"""Layers that lie in the county, with their ids."""


def map_findings(
    frames: Mapping[str, pd.DataFrame],
    sources: Mapping[str, Source],
    given: Mapping[str, pd.DataFrame] | None = None,
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

    Returns
    -------
    list of Finding
        G18 and G21 layers that lie elsewhere than the county; such a layer is then left out, and
        where it is the zones nothing else is said. Of zones that are polygons G14 far parts, G30
        schools and candidates outside all of them, G31 overlaps, G32 gaps; G22 and G23 places that
        look shifted against the roads; N32 rows of a travel table that are shorter than the
        straight line.
    """
    zones = _placed(frames, "zones", "zone_id")
    if zones is None:
        return []
    sites = {name: _placed(frames, name, "site_id") for name in ("schools", "candidates")}
    there = {name: layer for name, layer in sites.items() if layer is not None}
    whole = len(zones) == len(frames["zones"])
    lost = _elsewhere(frames, sources, frames if given is None else given)
    if "zones" in lost:
        return list(lost.values())
    there = {name: layer for name, layer in there.items() if name not in lost}
    findings = [*lost.values(), *_land(zones, there, sources, whole=whole)]
    roads = frames.get("roads")
    if isinstance(roads, gpd.GeoDataFrame) and roads.crs is not None:
        villages = {"zones": zones} if (zones.geom_type == "Point").all() else {}
        for name, layer in {**villages, **there}.items():
            findings += shifted(layer, roads, sources[name])
    if "travel" in sources and "travel" in frames and there:
        both = pd.concat([layer[["site_id", "geometry"]] for layer in there.values()])
        zones, both = zones.drop_duplicates("zone_id"), both.drop_duplicates("site_id")
        findings += check_detours(frames["travel"], zones, both, sources["travel"])
    return findings


def _elsewhere(
    frames: Mapping[str, pd.DataFrame],
    sources: Mapping[str, Source],
    given: Mapping[str, pd.DataFrame],
) -> dict[str, Finding]:
    """Judge where the layers lie that belong inside the county; roads may reach far beyond it."""
    placed = {name: _placed(frames, name, key) for name, key in _INSIDE.items()}
    metric = {name: layer for name, layer in placed.items() if layer is not None}
    return elsewhere(metric, {name: _as_layer(given[name]) for name in metric}, sources)


def _as_layer(frame: pd.DataFrame) -> gpd.GeoDataFrame:
    if not isinstance(frame, gpd.GeoDataFrame):
        raise TypeError("an input without geometry has no place")
    return frame


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


def _placed(frames: Mapping[str, pd.DataFrame], name: str, key: str) -> gpd.GeoDataFrame | None:
    """Return the features of a layer whose id and place are known; None if there are none."""
    layer = frames.get(name)
    if not isinstance(layer, gpd.GeoDataFrame) or layer.crs is None:
        return None
    layer = layer[layer[key].notna() & layer.geometry.notna()]
    return layer if len(layer) else None
