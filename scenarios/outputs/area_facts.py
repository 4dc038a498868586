"""Service areas as tables: which schools they are of in a year, and how many pupils live inside."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.text import known, say

REACH = ["mode", "unit", "reach"]
SPOTS = 36
"""Spots spread over each zone, about."""


def reaches(atlas: Atlas) -> list[tuple[str, str, float]]:
    """Return mode, unit and reach of every kind of area that the study asks for."""
    rows = atlas.run.geometry.service_areas[REACH].drop_duplicates()
    return [(str(m), str(u), float(r)) for m, u, r in rows.itertuples(index=False)]


def reach_words(mode: str, unit: str, reach: float) -> Text:
    """Say a reach: `on foot, 500 m`."""
    key = "reach.metres" if unit == "metres" else "reach.minutes"
    return say(key, mode=known("mode", mode), reach=f"{reach:,.0f}")


def of_reach(atlas: Atlas, mode: str, unit: str, reach: float) -> gpd.GeoDataFrame:
    """Return the areas of one kind, indexed by site_id."""
    areas = atlas.run.geometry.service_areas
    chosen = (areas["mode"] == mode) & (areas["unit"] == unit) & (areas["reach"] == reach)
    return areas[chosen].set_index("site_id")


def running(atlas: Atlas, level: str, year: int) -> list[str]:
    """Return the sites that run a level in a year."""
    table = atlas.site_years
    return list(table.loc[table[f"runs_{level}"] & (table["year"] == year), "site_id"])


def inside_table(atlas: Atlas) -> pd.DataFrame:
    """Return who lives inside, in the base year and the last one; `Atlas.inside` keeps it.

    Returns
    -------
    DataFrame
        level, year, mode, unit, reach, schools (number), pupils (of the level, in all), any (of
        them in the area of any school of the level), own (in that of the school they attend), land
        (share of the county). A zone counts by the share of its land inside, judged at `SPOTS`
        spots spread over it; one that is a point counts as a whole.
    """
    rows = []
    run, spots = atlas.run, _spots(atlas)
    for level in run.levels:
        for year in dict.fromkeys((run.base_year, run.last_year)):
            sites = running(atlas, level, year)
            chosen = (run.flows["level"] == level) & (run.flows["year"] == year)
            for reach in reaches(atlas):
                areas = of_reach(atlas, *reach).geometry.reindex(sites)
                figures = _inside(run.flows[chosen], areas, spots)
                rows.append((level, year, *reach, len(sites), *figures))
    columns = ["level", "year", *REACH, "schools", "pupils", "any", "own", "land"]
    return pd.DataFrame(rows, columns=columns)


def _spots(atlas: Atlas) -> pd.DataFrame:
    """Return spots of every zone: zone_id, x, y, and m², the land that a spot stands for."""
    points, areas = atlas.run.geometry.points(), atlas.areas
    if points is not None:
        zone = points["zone_id"]
        land = zone.map(areas.set_index("zone_id").area) / zone.map(zone.value_counts())
        columns = {"zone_id": zone, "x": points.geometry.x, "y": points.geometry.y}
        return pd.DataFrame(columns).assign(m2=land)
    parts = []
    for zone, shape in zip(areas["zone_id"], areas.geometry, strict=True):
        west, south, east, north = shape.bounds
        step = np.sqrt(shape.area / SPOTS)
        x, y = np.meshgrid(
            np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step)
        )
        inside = shapely.contains_xy(shape, x, y)
        xy = np.column_stack([x[inside], y[inside]])
        if not len(xy):
            xy = shapely.get_coordinates(shape.representative_point())
        spots = pd.DataFrame({"zone_id": zone, "x": xy[:, 0], "y": xy[:, 1]})
        parts.append(spots.assign(m2=shape.area / len(xy)))
    return pd.concat(parts, ignore_index=True)


def _inside(flows: pd.DataFrame, areas: gpd.GeoSeries, spots: pd.DataFrame) -> tuple[float, ...]:
    """Return pupils, those inside any area, those inside their own school's, and land inside."""
    by_zone = spots.groupby("zone_id").indices
    x, y = spots["x"].to_numpy(), spots["y"].to_numpy()
    anywhere, own = np.zeros(len(spots), dtype=bool), 0.0
    pupils = flows.groupby(["site_id", "zone_id"])["pupils"].sum()
    for site, area in areas.items():
        if area is None or area.is_empty:
            continue
        shapely.prepare(area)
        here = np.asarray(shapely.contains_xy(area, x, y))
        anywhere |= here
        if site in pupils.index.get_level_values("site_id"):
            of_site = pupils.xs(site)
            own += sum(
                count * here[by_zone[zone]].mean()
                for zone, count in of_site.items()
                if zone in by_zone
            )
    share = pd.Series(anywhere).groupby(spots["zone_id"].to_numpy()).mean()
    living = flows.groupby("zone_id")["pupils"].sum()
    land = spots["m2"].to_numpy()
    return (
        float(living.sum()),
        float((living * share.reindex(living.index).fillna(0.0)).sum()),
        float(own),
        float(land[anywhere].sum() / land.sum()),
    )


def area_layer(atlas: Atlas) -> gpd.GeoDataFrame:
    """Polygons: site, mode, unit, reach, and from which year to which the site has a school."""
    areas, table = atlas.run.geometry.service_areas, atlas.site_years
    years = table[table["runs"]].groupby("site_id")["year"].agg(["min", "max"])
    layer = areas[areas["site_id"].isin(years.index) & ~areas.geometry.is_empty].copy()
    layer["name"] = layer["site_id"].map(atlas.run.site_names())
    layer["first_year"] = layer["site_id"].map(years["min"])
    layer["last_year"] = layer["site_id"].map(years["max"])
    # Larger ones first: QGIS draws in this order, and the smaller ones stay in sight.
    layer = layer.sort_values(
        ["mode", "unit", "reach", "site_id"], ascending=[True, True, False, True]
    )
    columns = ["site_id", "name", *REACH, "first_year", "last_year", "geometry"]
    return layer[columns].reset_index(drop=True)
