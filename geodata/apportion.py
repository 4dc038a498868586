"""Figures of one set of areas on another, with nothing gained and nothing lost."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found
from geodata.crs import require_same_crs
from geodata.findings import Finding, Source

BALANCE = 1e-9


def areal_shares(
    sources: gpd.GeoDataFrame, targets: gpd.GeoDataFrame, source_id: str, target_id: str
) -> pd.DataFrame:
    """Return which share of each source area lies in each target area.

    Parameters
    ----------
    sources, targets
        Polygons in the same metric system.
    source_id, target_id
        Their id columns.

    Returns
    -------
    DataFrame
        source_id, target_id, share: for every source that meets a target the shares add to 1, so
        what falls into a gap between the targets goes to those nearby.
    """
    require_same_crs(sources, targets)
    shapes, others = sources.geometry.to_numpy(), targets.geometry.to_numpy()
    a, b = shapely.STRtree(others).query(shapes, predicate="intersects")
    area = shapely.area(shapely.intersection(shapes[a], others[b]))
    a, b, area = a[area > 0], b[area > 0], area[area > 0]
    total = np.bincount(a, weights=area, minlength=len(shapes))
    return pd.DataFrame(
        {
            source_id: sources[source_id].to_numpy()[a],
            target_id: targets[target_id].to_numpy()[b],
            "share": area / total[a],
        }
    )


def zone_of(
    points: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, source: Source
) -> tuple[pd.Series, list[Finding]]:
    """Return the zone in which each point lies; on a shared border the first by id.

    Parameters
    ----------
    points
        Points, indexed by row, in the same system as `zones`.
    zones
        `zone_id` and polygons.
    source
        Of the points, for the findings.

    Returns
    -------
    tuple
        The zone of each point on the index of `points` (empty text outside all zones), and a G30
        for each point outside. Every point is counted exactly once.
    """
    require_same_crs(points, zones)
    ids = zones["zone_id"].to_numpy()
    at, inside = shapely.STRtree(zones.geometry.to_numpy()).query(
        points.geometry.to_numpy(), predicate="intersects"
    )
    hits = pd.DataFrame({"point": at, "zone": ids[inside]}).sort_values(["point", "zone"])
    first = hits.drop_duplicates("point").set_index("point")["zone"]
    zone = pd.Series(first.reindex(range(len(points))).fillna("").to_numpy(), index=points.index)
    outside = zone.index[zone == ""].tolist()
    return zone, [found("G30", source, row=row, column="geometry") for row in outside]


def largest_remainder(values: np.ndarray) -> np.ndarray:
    """Round figures to whole numbers that add up to their rounded sum.

    Parameters
    ----------
    values
        (N,) not negative.

    Returns
    -------
    ndarray
        (N,) int: each is the floor of its figure or one more; the largest remainders go up, the
        first of equal ones.
    """
    floors = np.floor(values + BALANCE).astype(np.int64)
    missing = max(0, round(float(np.sum(values))) - int(floors.sum()))
    order = np.argsort(-(values - floors), kind="stable")
    floors[order[:missing]] += 1
    return floors
