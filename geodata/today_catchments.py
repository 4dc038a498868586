"""Catchments as they are today, however broken: whose land is whose, and what nobody can tell.

Such a layer is drawn by hand, often school by school: outlines overlap, leave gaps, or name schools
that are gone. None of this keeps a plan from being made, so it is told with its area and never
refused. Land that several schools claim is shared equally between them, land that none claims
belongs to none.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found
from geodata.catchments import UNSERVED
from geodata.findings import Finding, Source, Text

LEAST_SHARE = 0.001
"""Of the smaller of two catchments, or of the county: less is how hands draw."""


class Land(NamedTuple):
    """The county's land by how many catchments of a level claim it, m²; and claims beyond it."""

    once: float
    several: float
    none: float
    outside: float


def claims(catchments: gpd.GeoDataFrame, runs: Mapping[str, Collection[str]]) -> gpd.GeoDataFrame:
    """Unite the features of each school and level.

    Parameters
    ----------
    catchments
        `site_id`, `level` (empty: every level that the school runs) and polygons, in metres.
    runs
        Level to the schools that run it today; features of other schools are left out.

    Returns
    -------
    GeoDataFrame
        level, site_id, geometry; each pair once, in the order of `runs`, then by site.
    """
    rows = []
    for level, sites in runs.items():
        of_level = catchments[catchments["level"].isin(["", level])]
        known = of_level[of_level["site_id"].isin(list(sites))]
        for site, group in known.groupby("site_id", sort=True):
            rows.append((level, site, shapely.union_all(group.geometry.to_numpy())))
    frame = pd.DataFrame(rows, columns=["level", "site_id", "geometry"])
    return gpd.GeoDataFrame(frame, geometry="geometry", crs=catchments.crs)


def zone_shares(zones: gpd.GeoDataFrame, of_level: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return whose catchment of today each zone lies in.

    Parameters
    ----------
    zones
        `zone_id` and polygons (shared by area) or points (shared by count), in a metric system.
    of_level
        Claims of one level.

    Returns
    -------
    DataFrame
        zone_id, site_id (empty: of none), share; the shares of a zone add to 1.
    """
    shapes, others = zones.geometry.to_numpy(), of_level.geometry.to_numpy()
    a, b = shapely.STRtree(others).query(shapes, predicate="intersects")
    if (zones.geom_type == "Point").all():
        weight, whole = np.ones(len(a)), np.ones(len(shapes))
        covered = np.isin(np.arange(len(shapes)), a).astype(float)
    else:
        weight, whole = (
            shapely.area(shapely.intersection(shapes[a], others[b])),
            shapely.area(shapes),
        )
        covered = shapely.area(shapely.intersection(shapes, shapely.union_all(others)))
    covered = np.clip(covered / np.where(whole > 0, whole, 1.0), 0.0, 1.0)
    claimed = np.bincount(a, weights=weight, minlength=len(shapes))
    ids = zones["zone_id"].to_numpy()
    taken = pd.DataFrame(
        {
            "zone_id": ids[a],
            "site_id": of_level["site_id"].to_numpy()[b],
            "share": weight / np.where(claimed > 0, claimed, 1.0)[a] * covered[a],
        }
    )
    rest = pd.DataFrame({"zone_id": ids, "site_id": UNSERVED, "share": 1.0 - covered})
    both = pd.concat([taken, rest], ignore_index=True)
    both = both[both["share"] > 1e-9]
    return both.sort_values(["zone_id", "site_id"], ignore_index=True)


def land_of(of_level: gpd.GeoDataFrame, county: shapely.Geometry) -> Land:
    """Measure how much of a county the claims of a level cover once, several times or never."""
    shapes = of_level.geometry.to_numpy()
    a, b = _pairs(shapes)
    every = shapely.union_all(shapes)
    common = shapely.union_all(shapely.intersection(shapes[a], shapes[b]))
    within = shapely.area(shapely.intersection(every, county))
    several = shapely.area(shapely.intersection(common, county))
    # Not below nothing: areas of overlays are exact to a rounding only.
    parts = (
        within - several,
        several,
        shapely.area(county) - within,
        shapely.area(every) - within,
    )
    return Land(*(max(0.0, float(part)) for part in parts))


def claim_findings(
    catchments: gpd.GeoDataFrame,
    runs: Mapping[str, Collection[str]],
    county: shapely.Geometry,
    source: Source,
) -> list[Finding]:
    """Tell what is wrong with today's catchments, with areas.

    Returns
    -------
    list of Finding
        Warnings: D53 features of schools that do not run the level, G58 catchments that overlap,
        G59 catchments in several pieces, G60 a level's land that several or none claim.
    """
    findings = _strangers(catchments, runs, source)
    every = claims(catchments, runs)
    for level, part in every.groupby("level", sort=False):
        findings += _overlaps(part, str(level), source) + _pieces(part, str(level), source)
        land = land_of(part, county)
        if max(land.several, land.none, land.outside) > LEAST_SHARE * shapely.area(county):
            findings.append(found("G60", source, value=level, more=_words(land)))
    return findings


def _strangers(
    catchments: gpd.GeoDataFrame, runs: Mapping[str, Collection[str]], source: Source
) -> list[Finding]:
    anywhere = {site for sites in runs.values() for site in sites}
    findings = []
    columns = (catchments.index, catchments["site_id"], catchments["level"], catchments.area)
    for row, site, level, area in zip(*columns, strict=True):
        if pd.isna(site) or pd.isna(level):  # T58 and T59 have said so
            continue
        if site not in (runs.get(level, ()) if level else anywhere):
            value = f"{site} {level}".strip()
            more = f"{area / 1e6:,.2f} km²"
            findings.append(found("D53", source, row=row, column="site_id", value=value, more=more))
    return findings


def _overlaps(part: gpd.GeoDataFrame, level: str, source: Source) -> list[Finding]:
    shapes, ids = part.geometry.to_numpy(), part["site_id"].tolist()
    a, b = _pairs(shapes)
    area, common = shapely.area(shapes), shapely.area(shapely.intersection(shapes[a], shapes[b]))
    wide = np.flatnonzero(common > LEAST_SHARE * np.minimum(area[a], area[b]))
    return [
        found(
            "G58",
            source,
            column="geometry",
            value=f"{ids[a[i]]} / {ids[b[i]]} {level}",
            more=f"{common[i]:,.0f} m²",
        )
        for i in wide
    ]


def _pieces(part: gpd.GeoDataFrame, level: str, source: Source) -> list[Finding]:
    findings = []
    for site, shape in zip(part["site_id"], part.geometry, strict=True):
        areas = np.sort(shapely.area(shapely.get_parts(shape)))[::-1]
        areas = areas[areas > LEAST_SHARE * areas.sum()]
        if len(areas) > 1:
            listed = " + ".join(f"{area / 1e6:,.2f}" for area in areas[:5])
            more = Text(f"{len(areas)} pieces, {listed} km²", f"{len(areas)}块，{listed} km²")
            value = f"{site} {level}"
            findings.append(found("G59", source, column="geometry", value=value, more=more))
    return findings


def _words(land: Land) -> Text:
    once, several, none, outside = (f"{part / 1e6:,.2f}" for part in land)
    return Text(
        f"{once} km² in one catchment, {several} in several, {none} in none, {outside} beyond the "
        "county",
        f"{once} km²仅属一个学区，{several}属多个，{none}不属任何学区，{outside}在县域之外",
    )


def _pairs(shapes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of the pairs of polygons that meet, each once, in order."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    order = np.lexsort((b[a < b], a[a < b]))
    return a[a < b][order], b[a < b][order]
