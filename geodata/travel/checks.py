"""What a travel table must hold, whoever measured it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found, found_each
from geodata.crs import require_same_crs
from geodata.findings import Finding, Source
from geodata.travel.odd_ways import detours

SLACK_METRES = 1.0


def unreached(ids: pd.Series, table: pd.DataFrame, source: Source) -> list[Finding]:
    """Find zones without any row (N02)."""
    lost = ids[~ids.isin(pd.unique(table["zone_id"]))]
    return [found("N02", source, column="zone_id", value=value) for value in lost]


def check_travel(table: pd.DataFrame, zones: Collection[str], source: Source) -> list[Finding]:
    """Check a ready-made travel table: N02 zones without a row, N27 trips that cost nothing.

    Parameters
    ----------
    table
        As `geodata.schemas.TRAVEL`, indexed by row.
    zones
        All zone ids.
    source
        File and sheet.
    """
    findings = []
    for column in ("metres", "minutes"):
        findings += found_each("N27", source, table[column][table[column] <= 0])
    return findings + unreached(pd.Series(list(zones), dtype="str"), table, source)


def check_detours(
    table: pd.DataFrame, zones: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, source: Source
) -> list[Finding]:
    """Find rows of a ready-made table that no road can have, or hardly any.

    N32 ways shorter than the straight line, N33 those over ten times as long.

    Parameters
    ----------
    table
        As `geodata.schemas.TRAVEL`, indexed by row.
    zones, sites
        `zone_id` and polygons or points, `site_id` and points, in the same metric system. The table
        may start anywhere inside a zone: N32 is measured from its nearest edge, N33 from its
        farthest one.
    source
        File and sheet.
    """
    require_same_crs(zones, sites)
    shapes = zones.set_index("zone_id").geometry.reindex(table["zone_id"]).to_numpy()
    places = sites.set_index("site_id").geometry.reindex(table["site_id"]).to_numpy()
    straight = shapely.distance(shapes, places)
    metres, rows = table["metres"].to_numpy(), table.index.tolist()
    farthest = shapely.hausdorff_distance(shapes, places)
    return [
        found(
            "N32",
            source,
            row=rows[i],
            column="metres",
            value=metres[i],
            more=f"{straight[i]:,.0f} m",
        )
        for i in np.flatnonzero((metres > 0) & (metres < straight - SLACK_METRES))
    ] + detours(table, farthest, source, rows=True)


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
