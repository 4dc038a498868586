"""Catchments: the zones that a school serves, dissolved into one area."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import shapely

from geodata.contiguity import NEAR_METRES, adjacency, parts

UNSERVED = ""


def main_site(assignment: pd.DataFrame) -> pd.DataFrame:
    """Return the site with the largest share of each zone, the smallest id where shares are equal.

    Parameters
    ----------
    assignment
        zone_id, site_id and, where zones are split, share.
    """
    shares = assignment if "share" in assignment else assignment.assign(share=1.0)
    shares = shares[shares["share"] > 0].sort_values(
        ["zone_id", "share", "site_id"], ascending=[True, False, True]
    )
    return shares.drop_duplicates("zone_id")[["zone_id", "site_id"]].reset_index(drop=True)


def catchment_polygons(zones: gpd.GeoDataFrame, assignment: pd.DataFrame) -> gpd.GeoDataFrame:
    """Dissolve zones into catchments; together they are the whole county, whatever is assigned.

    Parameters
    ----------
    zones
        `zone_id` and polygons that tile the county, in a metric system.
    assignment
        zone_id, site_id and, where zones are split, share: a split zone is drawn with the site that
        has most of it.

    Returns
    -------
    GeoDataFrame
        One row for each site with a zone, by site_id: site_id, zones (number), parts (pieces that
        share no edge), enclaves (holes that belong to others), area_m2, geometry. Zones without a
        site are the row whose site_id is empty.
    """
    chosen = main_site(assignment).set_index("zone_id")["site_id"]
    site = zones["zone_id"].map(chosen).fillna(UNSERVED).rename("site_id")
    part = parts(zones["zone_id"], adjacency(zones), site)
    rows = []
    for site_id, group in zones.groupby(site, sort=True):
        area = dissolve(group.geometry)
        rows.append(
            {
                "site_id": site_id,
                "zones": len(group),
                "parts": int(part[group.index].max()) + 1,
                "enclaves": sum(len(p.interiors) for p in shapely.get_parts(area)),
                "area_m2": float(shapely.area(area)),
                "geometry": area,
            }
        )
    columns = ["site_id", "zones", "parts", "enclaves", "area_m2", "geometry"]
    return gpd.GeoDataFrame(rows, columns=columns, geometry="geometry", crs=zones.crs)


def dissolve(shapes: gpd.GeoSeries) -> shapely.Geometry:
    """Unite polygons: along shared edges where they tile, by overlay where they do not.

    Slits narrower than `NEAR_METRES` on each side are closed where that joins parts.
    """
    array = shapes.to_numpy()
    if shapely.coverage_is_valid(array, gap_width=2 * NEAR_METRES):
        return shapely.coverage_union_all(array)
    united = shapely.union_all(array)
    if shapely.get_num_geometries(united) == 1:
        return united
    wide = shapely.buffer(united, NEAR_METRES, join_style="mitre")
    closed = shapely.union(united, shapely.buffer(wide, -NEAR_METRES, join_style="mitre"))
    fewer = shapely.get_num_geometries(closed) < shapely.get_num_geometries(united)
    return closed if fewer else united
