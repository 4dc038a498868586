"""What the map holds: municipalities, settlements with their people, and schools."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found
from geodata.findings import FindingError, Source, Text
from geodata.osm import read_boundaries, read_places

CRS = "EPSG:2056"
MUNICIPALITY = 8
"""`admin_level` of Liechtenstein's municipalities."""
SETTLEMENTS = ("city", "town", "village", "hamlet")
URBAN_PEOPLE = 4000
CAMPUS_METRES = 200.0
"""Schools of one kind this near to each other are one site."""
_EMPTY_BUILDINGS = re.compile("stable|garage|shed|barn|roof|industrial|church|chapel|greenhouse")
_NO_SCHOOL = re.compile("musik|universit|privat|kita|sport|tanz", re.IGNORECASE)
_LOWER_SECONDARY = re.compile("weiterführend|gymnasium|mühleholz|realschule|oberschule", re.I)


@dataclass(frozen=True, eq=False)
class Land:
    """What the map holds, in `CRS`.

    Attributes
    ----------
    towns
        town and polygon, by name.
    zones
        zone_id, name, town, kind, place, people and point of each settlement.
    schools
        site_id, name, town, kind, place, school_type and point.
    """

    towns: gpd.GeoDataFrame
    zones: gpd.GeoDataFrame
    schools: gpd.GeoDataFrame


def read_land(extract: Path) -> Land:
    """Read an extract.

    Raises
    ------
    FindingError
        If the file cannot be read, or holds no municipality, settlement or school.
    """
    source = Source(extract.name)
    outlines = read_boundaries(extract, MUNICIPALITY, name=extract.name).to_crs(CRS)
    towns = outlines.rename(columns={"name": "town"}).sort_values("town", ignore_index=True)
    places = _in_towns(read_places(extract, name=extract.name).to_crs(CRS), towns)
    settled = places[(places["key"] == "place") & places["value"].isin(SETTLEMENTS)]
    settled = settled[settled["name"] != ""].drop_duplicates(["town", "name"])
    taught = places[(places["key"] == "amenity") & (places["value"] == "school")]
    taught = taught[~taught["name"].str.contains(_NO_SCHOOL)]
    if settled.empty or taught.empty or not settled["population"].sum():
        nothing = Text("it holds no settlement with people, or no school", "其中没有人口或学校")
        raise FindingError([found("N43", source, more=nothing)])
    zones = _zones(settled, places[places["key"] == "building"])
    return Land(towns, zones, _schools(taught, zones))


def _in_towns(places: gpd.GeoDataFrame, towns: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the places inside the municipalities, with the name of theirs."""
    joined = gpd.sjoin(places, towns[["town", "geometry"]], predicate="within")
    return joined.drop(columns="index_right").reset_index(drop=True)


def _zones(settled: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Spread the people of each municipality over its settlements by the buildings nearest to each.

    People of a municipality: those of its most populous settlement, for maps write them there.
    """
    settled = settled.sort_values(["town", "name"], ignore_index=True)
    homes = buildings[~buildings["value"].str.contains(_EMPTY_BUILDINGS)]
    near = shapely.STRtree(settled.geometry.to_numpy()).nearest(homes.geometry.to_numpy())
    count = np.bincount(near, minlength=len(settled)) + 1.0
    share = count / pd.Series(count).groupby(settled["town"]).transform("sum").to_numpy()
    total = settled.groupby("town")["population"].transform("max").to_numpy()
    people = np.rint(total * share).astype(np.int64)
    seat = settled["population"] == total
    in_capital = settled["town"] == settled["town"][int(people.argmax())]
    return settled.assign(
        zone_id=[f"Z{i:02d}" for i in range(1, len(settled) + 1)],
        kind=np.where(total >= URBAN_PEOPLE, "urban", "rural"),
        place=np.select([seat & in_capital, seat], ["county_town", "town_seat"], "village"),
        people=people,
    )[["zone_id", "name", "town", "kind", "place", "people", "geometry"]]


def _schools(taught: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return one row for each campus, in the order of town and place."""
    lower = taught["name"].str.contains(_LOWER_SECONDARY).to_numpy()
    taught = taught.assign(school_type=np.where(lower, "lower_secondary", "primary"))
    taught = taught.sort_values(["town", "school_type", "name", "osm_id"], ignore_index=True)
    shapes, kinds = taught.geometry.to_numpy(), taught["school_type"].to_numpy()
    first = [
        min(
            j
            for j in range(i + 1)
            if kinds[j] == kinds[i] and shapely.distance(shapes[j], shapes[i]) <= CAMPUS_METRES
        )
        for i in range(len(taught))
    ]
    # The named school of a campus stands for it: unnamed ones sort before it.
    named = taught.assign(campus=first).sort_values(["campus", "name"], ascending=[True, False])
    sites = named.drop_duplicates("campus").reset_index(drop=True)
    near = shapely.STRtree(zones.geometry.to_numpy()).nearest(sites.geometry.to_numpy())
    where = zones.iloc[near].reset_index(drop=True)
    word = sites["school_type"].map({"primary": "school", "lower_secondary": "secondary school"})
    names = sites["name"].where(sites["name"] != "", where["name"] + " " + word)
    again = names.groupby(names).cumcount()
    return sites.assign(
        site_id=[f"S{i:02d}" for i in range(1, len(sites) + 1)],
        name=names.where(again == 0, names + " " + (again + 1).astype("str")),
        kind=where["kind"],
        place=where["place"],
    )[["site_id", "name", "town", "kind", "place", "school_type", "geometry"]]
