"""Children of a study that are counted by tracts: areas which cut across its zones."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import pandas as pd
import shapely

from geodata.findings import Finding, Source
from geodata.partial import known, placed
from geodata.people import divided
from geodata.schemas import AGE_COLUMNS
from geodata.tracts import Spread, by_age, spread
from geodata.tracts_told import spread_findings, tiling_findings


def children_of_tracts(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Divide the children of tracts among the zones; layers are in one metric system.

    Returns
    -------
    DataFrame
        zone_id, town (empty), age, children. Sums of tracts and ages are kept exactly; what cannot
        be divided is left out: `tract_findings` tells of it.
    """
    tracts, zones = placed(frames["tracts"], *AGE_COLUMNS), placed(frames["zones"], "zone_id")
    if tracts is None or zones is None:
        return frames["children"].iloc[:0]
    weights = _spread(tracts, zones, frames).weights
    parts = divided(by_age(tracts, AGE_COLUMNS), weights, "tract")
    sums = parts.groupby(["zone_id", "age"], as_index=False)[["children"]].sum()
    return sums.assign(town="")[["zone_id", "town", "age", "children"]]


def tract_findings(frames: Mapping[str, pd.DataFrame], source: Source) -> list[Finding]:
    """Tell how children of tracts are divided, and what is wrong with the tracts' outlines.

    Where a zone or tract has no known place, nothing is said of what depends on it.
    """
    tracts, zones = placed(frames["tracts"], "tract_id"), placed(frames["zones"], "zone_id")
    if tracts is None or zones is None:
        return []
    county, people = _county(frames), _people(frames)
    whole = len(tracts) == len(frames["tracts"])
    findings = tiling_findings(tracts, people, county if whole else None, source)
    if len(zones) < len(frames["zones"]):
        return findings
    counted = known(tracts, *AGE_COLUMNS)
    told = spread_findings(
        by_age(counted, AGE_COLUMNS),
        _spread(gpd.GeoDataFrame(counted), zones, frames),
        peopled=people is not None,
        source=source,
    )
    return findings + told


def _spread(
    tracts: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, frames: Mapping[str, pd.DataFrame]
) -> Spread:
    return spread(tracts, zones, _people(frames), _county(frames))


def _people(frames: Mapping[str, pd.DataFrame]) -> gpd.GeoDataFrame | None:
    """Return the places where people of the study live, with their zones; None: it has none."""
    people = frames["population"]
    if "zone_id" not in people:
        return None
    return placed(people, "people", "zone_id")


def _county(frames: Mapping[str, pd.DataFrame]) -> shapely.Geometry | None:
    """Return the land of all towns; None where one of them has no known outline."""
    towns = placed(frames["towns"])
    if towns is None or len(towns) < len(frames["towns"]):
        return None
    return shapely.union_all(towns.geometry.to_numpy())
