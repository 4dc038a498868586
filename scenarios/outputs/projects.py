"""What is built and what stops, project by project, with the reason that the tables give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.facts import BUILDING, STOPPING, Record
from scenarios.outputs.folder import Run
from scenarios.outputs.reasons import reason


@dataclass(frozen=True)
class Project:
    """An option that the plan builds.

    Attributes
    ----------
    levels
        Names of the levels after it.
    function_rooms
        Rooms gained by kind.
    spend
        Undiscounted yuan by year.
    why
        Which shortage it meets, in words and figures of the tables.
    """

    action_id: str
    site_id: str
    name: str
    town: str
    x: float
    y: float
    longitude: float
    latitude: float
    action: str
    levels: tuple[str, ...]
    classrooms: int
    function_rooms: dict[str, int]
    area_m2: float
    land_m2: float
    capital_cost: float
    spend: dict[int, float]
    start_year: int
    service_year: int
    committed: bool
    why: Text


@dataclass(frozen=True)
class Stop:
    """A level that stops at a site.

    Attributes
    ----------
    pupils
        At the level in the year before.
    continuing
        Of these, not in the last grade: those who change school.
    minutes_before, minutes_after
        One way, weighted by the pupils of the year before; NaN where the travel table has no pair.
    """

    site_id: str
    name: str
    town: str
    level: str
    action: str
    decision_year: int
    year: int
    into: str
    pupils: float
    continuing: float
    minutes_before: float
    minutes_after: float


def projects(atlas: Atlas) -> list[Project]:
    """Every option built, in the order of start, service and site."""
    run = atlas.run
    if not run.has_plan:
        return []
    actions = run.tables["actions"]
    built = actions[actions["action"].isin(BUILDING)].merge(
        run.problem["options"][["option", "committed", *_function_columns(run)]], "left", "option"
    )
    built = built.sort_values(["start_year", "service_year", "site_id"])
    where = run.geometry.sites.set_index("site_id").geometry
    degrees = where.to_crs("EPSG:4490")
    sites, names = run.problem["sites"].set_index("site_id"), run.site_names()
    spend = run.tables["spend"].groupby(["action_id", "year"], as_index=False)["amount"].sum()
    listed = []
    for row in built.to_dict("records"):
        site = row["site_id"]
        paid = spend[spend["action_id"] == row["action_id"]]
        listed.append(
            Project(
                action_id=row["action_id"],
                site_id=site,
                name=names[site],
                town=sites["town"][site],
                x=where[site].x,
                y=where[site].y,
                longitude=degrees[site].x,
                latitude=degrees[site].y,
                action=row["action"],
                levels=tuple(filter(None, row["levels_after"].split(";"))),
                classrooms=int(row["rooms"]),
                function_rooms={k: int(row[f"function_{k}"]) for k in function_kinds(run)},
                area_m2=float(row["area_m2"]),
                land_m2=float(row["land_m2"]),
                capital_cost=float(row["capital_cost"]),
                spend=dict(zip(paid["year"].tolist(), paid["amount"].tolist(), strict=True)),
                start_year=int(row["start_year"]),
                service_year=int(row["service_year"]),
                committed=bool(row["committed"]),
                why=reason(atlas, row),
            )
        )
    return listed


def function_kinds(run: Run) -> list[str]:
    """Kinds of function rooms, in the order of the rules."""
    return [room["kind"] for room in run.rules["standards"]["function_rooms"]]


def _function_columns(run: Run) -> list[str]:
    return [f"function_{kind}" for kind in function_kinds(run)]


def stops(run: Run) -> list[Stop]:
    """Every stop of a level, in the order of year and site."""
    if not run.has_plan:
        return []
    actions = run.tables["actions"]
    rows = actions[actions["action"].isin(STOPPING)].sort_values(["service_year", "site_id"])
    return [_stop(run, row) for row in rows.to_dict("records")]


def _stop(run: Run, row: Record) -> Stop:
    site, level, year = row["site_id"], row["level"], int(row["service_year"])
    flows = run.flows
    left = flows[
        (flows["site_id"] == site) & (flows["level"] == level) & (flows["year"] == year - 1)
    ]
    travel = run.problem["travel"]
    reach = travel[(travel["site_id"] == row["into_site_id"]) & (travel["level"] == level)]
    onward = left["zone_id"].map(reach.set_index("zone_id")["minutes"])
    pupils = float(left["pupils"].sum())
    sites = run.problem["sites"].set_index("site_id")
    names = run.site_names()
    return Stop(
        site_id=site,
        name=names[site],
        town=sites["town"][site],
        level=level,
        action=row["action"],
        decision_year=int(row["decision_year"]),
        year=year,
        into=names.get(row["into_site_id"], ""),
        pupils=pupils,
        continuing=_continuing(run, site, level, year - 1),
        minutes_before=float(left["pupil_minutes"].sum()) / pupils if pupils else np.nan,
        minutes_after=_mean(onward, left["pupils"]),
    )


def _continuing(run: Run, site: str, level: str, year: int) -> float:
    """Pupils of a level in a year who are not in its last grade."""
    spec = next(spec for spec in run.rules["levels"] if spec["name"] == level)
    last = int(spec["first_grade"]) + int(spec["grades"]) - 1
    table = run.problem["enrolled"] if year == run.base_year else run.tables["classes"]
    if year != run.base_year:
        table = table[table["year"] == year]
    here = table[(table["site_id"] == site) & (table["level"] == level)]
    return float(here.loc[here["grade"] < last, "pupils"].sum())


def _mean(values: pd.Series, weights: pd.Series) -> float:
    """Weighted mean; NaN where a value is missing or there is no weight."""
    if values.isna().any() or not weights.sum() > 0:
        return float("nan")
    return float(np.average(values, weights=weights))
