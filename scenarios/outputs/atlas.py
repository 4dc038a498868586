"""What all maps of a run share: areas, catchments by year, colours, the frame. Computed once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import cartography
from geodata.catchments import dissolve
from scenarios.outputs import facts
from scenarios.outputs.folder import Run

USE_BOUNDS = (0.0, 0.6, 0.85, 1.0, 1.1, np.inf)
"""Pupils over places: the classes in which a school's use is coloured."""


@dataclass(frozen=True)
class Atlas:
    """Everything to draw, on ids.

    Attributes
    ----------
    areas
        zone_id and polygon: one per zone.
    belongs
        As `facts.catchments`: the site of each zone by level and year.
    catchments
        level, year, site_id, zones (count) and the dissolved polygon.
    colours
        Tint index by site_id; sites whose catchments ever touch differ where eight tints suffice.
    places
        x and y by site_id.
    site_years, events
        As in `facts`.
    """

    run: Run
    areas: gpd.GeoDataFrame
    belongs: pd.DataFrame
    catchments: gpd.GeoDataFrame
    colours: dict[str, int]
    places: pd.DataFrame
    site_years: pd.DataFrame
    events: pd.DataFrame

    @cached_property
    def inside(self) -> pd.DataFrame:
        """Who lives inside service areas: `area_facts.inside_table`, for all outputs once."""
        from scenarios.outputs.area_facts import inside_table

        return inside_table(self)


def make_atlas(run: Run) -> Atlas:
    """Compute what the maps, the layers and the pages draw."""
    areas = zone_areas(run)
    belongs = facts.catchments(run)
    catchments = _dissolve(areas, belongs)
    where = run.geometry.sites.set_index("site_id").geometry
    places = pd.DataFrame({"x": where.x, "y": where.y}).sort_index()
    return Atlas(
        run,
        areas,
        belongs,
        catchments,
        _colours(areas, belongs),
        places,
        facts.site_years(run),
        facts.events(run),
    )


def zone_areas(run: Run) -> gpd.GeoDataFrame:
    """Return zone_id and polygon of each zone, by id: as drawn, or what lies nearest to its points.

    A zone joined of several points has the land of all of them.
    """
    towns, points = run.geometry.towns, run.geometry.points()
    outline = shapely.union_all(towns.geometry.to_numpy()) if len(towns) else None
    places = run.geometry.zones if points is None else points
    areas = cartography.as_areas(places[["zone_id", "geometry"]], outline)
    if not areas["zone_id"].is_unique:
        areas = areas.dissolve("zone_id").reset_index()
    return areas.sort_values("zone_id", ignore_index=True)


def _dissolve(areas: gpd.GeoDataFrame, belongs: pd.DataFrame) -> gpd.GeoDataFrame:
    """One polygon per catchment; most do not change from year to year and are computed once."""
    shapes = areas.set_index("zone_id").geometry
    seen: dict[frozenset[str], shapely.Geometry] = {}
    rows = []
    for keys, zones in belongs.groupby(["level", "year", "site_id"])["zone_id"]:
        members = frozenset(zones) & frozenset(shapes.index)
        if members not in seen:
            seen[members] = dissolve(shapes.loc[sorted(members)])
        rows.append((*keys, len(members), seen[members]))
    columns = ["level", "year", "site_id", "zones", "geometry"]
    return gpd.GeoDataFrame(pd.DataFrame(rows, columns=columns), crs=areas.crs)


def _colours(areas: gpd.GeoDataFrame, belongs: pd.DataFrame) -> dict[str, int]:
    sites = sorted(belongs["site_id"].unique())
    code = {site: index for index, site in enumerate(sites)}
    pairs = cartography.touching(areas.geometry.to_numpy())
    met = []
    for _, part in belongs.groupby(["level", "year"]):
        site = areas["zone_id"].map(part.set_index("zone_id")["site_id"]).map(code).fillna(-1)
        ends = site.to_numpy(dtype=int)[pairs]
        met.append(np.unique(ends[(ends >= 0).all(axis=1)], axis=0))
    colours = cartography.neighbour_colours(np.concatenate(met), len(sites))
    return {site: int(colours[index]) for site, index in code.items()}


def use_class(use: pd.Series) -> np.ndarray:
    """Class of `USE_BOUNDS` of each share, -1 where there are no places."""
    index = np.searchsorted(USE_BOUNDS, use.fillna(0.0).to_numpy() - 1e-9, side="right") - 1
    return np.where(use.isna(), -1, np.clip(index, 0, len(USE_BOUNDS) - 2))
