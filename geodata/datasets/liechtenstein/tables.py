"""What is made up over the real land: pupils, who goes where, rooms, and what may be built."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.datasets.county.facts import COST_PER_M2, EXTENSION_M2_PER_ROOM, PLANNING_AREA
from geodata.datasets.county.rooms import function_rooms
from geodata.datasets.county.spec import FUNCTION_ROOMS
from geodata.datasets.county.tools import largest_remainder, records
from geodata.datasets.liechtenstein.land import Land
from geodata.travel import WALK, travel_table

BASE_YEAR = 2020
PUPILS_PER_PERSON = 0.0105
"""Children of one age for each inhabitant."""
GRADES = {"primary": range(1, 7), "lower_secondary": range(7, 10)}
CLASS_PUPILS = 30
SPARE_ROOMS = 2
NEW_ROOMS = 12
MORE_ROOMS = 6
NO_SCHOOL_METRES = 1000.0
"""A settlement without a school this near is a place where one may be built."""
_LAND_YUAN_PER_M2 = 250.0
_LAND_M2_PER_CLASS = 800.0
_M2_PER_PUPIL = 8.0
LATEST = BASE_YEAR + 3


@dataclass(frozen=True, eq=False)
class Made:
    """The tables and site layers of `docs/inputs.md`."""

    schools: gpd.GeoDataFrame
    candidates: gpd.GeoDataFrame
    enrolment: pd.DataFrame
    classes: pd.DataFrame
    children: pd.DataFrame
    options: pd.DataFrame


def make_tables(land: Land, roads: gpd.GeoDataFrame) -> Made:
    """Make pupils and buildings for a land with roads in its system."""
    enrolment = _enrolment(land, roads)
    classes = _classes(enrolment)
    attended = land.schools[land.schools["site_id"].isin(enrolment["site_id"])]
    schools = _equipped(attended.reset_index(drop=True), enrolment, classes)
    candidates = _candidates(land)
    options = pd.DataFrame([*_open(candidates, land), *_extend(schools)])
    options.insert(0, "option", [f"O{i:02d}" for i in range(1, len(options) + 1)])
    return Made(schools, candidates, enrolment, classes, _children(land.zones), options)


def _enrolment(land: Land, roads: gpd.GeoDataFrame) -> pd.DataFrame:
    """Send each settlement's pupils to the school of their level that is nearest on foot."""
    ways, _ = travel_table(land.zones, land.schools, roads, (WALK,))
    kinds = land.schools.set_index("site_id")["school_type"]
    parts = []
    for level, grades in GRADES.items():
        here = ways[ways["site_id"].map(kinds) == level]
        nearest = here.sort_values(["metres", "site_id"]).drop_duplicates("zone_id")
        school = land.zones["zone_id"].map(nearest.set_index("zone_id")["site_id"])
        for grade in grades:
            pupils = {"level": level, "grade": grade, "pupils": _of_one_age(land.zones)}
            parts.append(land.zones[["zone_id"]].assign(site_id=school, **pupils))
    rows = pd.concat(parts, ignore_index=True)
    rows = rows[rows["pupils"] > 0]
    columns = ["site_id", "level", "grade", "zone_id", "pupils"]
    chosen: pd.DataFrame = rows[columns]
    return chosen.sort_values(columns[:-1], ignore_index=True)


def _classes(enrolment: pd.DataFrame) -> pd.DataFrame:
    """Return so many classes of each grade and school that none has more than `CLASS_PUPILS`."""
    pupils = enrolment.groupby(["site_id", "level", "grade"])["pupils"].sum()
    return (-(-pupils // CLASS_PUPILS)).rename("classes").to_frame().reset_index()


def _of_one_age(zones: pd.DataFrame) -> np.ndarray:
    """Return (Z,) children of one age, whole numbers by the people of each settlement."""
    people = zones["people"].to_numpy(dtype=np.float64)
    return largest_remainder(people, round(people.sum() * PUPILS_PER_PERSON))


def _children(zones: pd.DataFrame) -> pd.DataFrame:
    ages = [zones[["zone_id"]].assign(age=age, children=_of_one_age(zones)) for age in range(6)]
    return pd.concat(ages).sort_values(["zone_id", "age"], ignore_index=True)


def _equipped(
    schools: gpd.GeoDataFrame, enrolment: pd.DataFrame, classes: pd.DataFrame
) -> gpd.GeoDataFrame:
    """Add rooms by today's classes, function rooms by the norm, land and running cost."""
    used, pupils = (
        table.groupby("site_id")[what].sum().reindex(schools["site_id"], fill_value=0).to_numpy()
        for table, what in ((classes, "classes"), (enrolment, "pupils"))
    )
    kinds = function_rooms(schools["school_type"].to_numpy(), used)
    return schools.assign(
        rooms=used + SPARE_ROOMS,
        **{f"function_{kind}": kinds[:, k] for k, kind in enumerate(FUNCTION_ROOMS)},
        annual_cost=500_000.0 + 450.0 * pupils,
        point_grades=0,
        parent_id="",
        teaching_area_m2=_M2_PER_PUPIL * pupils,
        sports_area_m2=_M2_PER_PUPIL * pupils,
        land_m2=3 * _M2_PER_PUPIL * pupils,
    )


def _candidates(land: Land) -> gpd.GeoDataFrame:
    """Return the settlements of some size without a school nearby."""
    tree = shapely.STRtree(land.schools.geometry.to_numpy())
    _, metres = tree.query_nearest(
        land.zones.geometry.to_numpy(), return_distance=True, all_matches=False
    )
    some = land.zones["people"] >= land.zones["people"].median()
    sites = land.zones[(metres > NO_SCHOOL_METRES) & some].reset_index(drop=True)
    return sites.assign(
        site_id=[f"C{i:02d}" for i in range(1, len(sites) + 1)],
        land_m2=_LAND_M2_PER_CLASS * NEW_ROOMS,
    )[["site_id", "name", "town", "kind", "place", "land_m2", "geometry"]]


def _open(candidates: gpd.GeoDataFrame, land: Land) -> Iterator[dict[str, Any]]:
    """Yield a new primary school at each place, and a secondary one where the town has none."""
    lower = land.schools[land.schools["school_type"] == "lower_secondary"]
    for site in records(candidates):
        kinds = ["primary"] if site.town in set(lower["town"]) else ["primary", "lower_secondary"]
        for kind in kinds:
            area = PLANNING_AREA[kind][NEW_ROOMS]
            cost = area * COST_PER_M2["new"] + site.land_m2 * _LAND_YUAN_PER_M2
            rooms = function_rooms(np.array([kind]), np.array([NEW_ROOMS]))[0]
            gained = dict(zip(FUNCTION_ROOMS, rooms.tolist(), strict=True))
            option = _option(site.site_id, "open", kind, NEW_ROOMS, area, cost, gained)
            yield option | {"land_m2": site.land_m2}


def _extend(schools: gpd.GeoDataFrame) -> Iterator[dict[str, Any]]:
    for site in records(schools):
        area = MORE_ROOMS * EXTENSION_M2_PER_ROOM
        yield _option(
            site.site_id, "extend", "", MORE_ROOMS, area, area * COST_PER_M2["extend"], {}
        )


def _option(
    site: str,
    action: str,
    kind: str,
    rooms: int,
    area: float,
    cost: float,
    gained: dict[str, int],
) -> dict[str, Any]:
    return {
        "site_id": site,
        "action": action,
        "school_type_after": kind,
        "rooms": rooms,
        **{f"function_{name}": gained.get(name, 0) for name in FUNCTION_ROOMS},
        "area_m2": area,
        "land_m2": 0.0,
        "capital_cost": round(cost, -3),
        "lead": 1,
        "earliest": BASE_YEAR + 1,
        "latest": LATEST,
    }
