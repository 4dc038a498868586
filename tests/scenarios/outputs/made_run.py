"""A finished run folder made without the optimizer: what the outputs are tested and looked at with.

The plan is not a good one and its figures come from nowhere, but every table has the columns of
docs/kpi.md, every pupil has a school, and there is one of each kind of action.
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.affinity

CRS = "EPSG:4549"
LEVELS = {"primary": (1, 6, 45), "lower_secondary": (7, 3, 50)}
KINDS = ("music", "art", "computer", "science", "laboratory")
ORIGIN = (500_000.0, 4_000_000.0)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def write_made_run(
    folder: Path,
    *,
    zones: int = 60,
    sites: int = 12,
    years: int = 5,
    seed: int = 1,
    scenario: str = "middle-reshape",
    staffing: bool = True,
    evil: str = "",
    point_zones: bool = False,
) -> Path:
    """Write a run of `zones` zones and `sites` sites; `evil` is a name given to the first site."""
    rng = np.random.default_rng(seed)
    first = 2021
    county = _county(rng, zones, sites, point_zones)
    plan = _plan(county, years, first)
    tables = _tables(rng, county, plan, years, first, staffing=staffing)
    if evil:
        county["sites"].loc[0, "name"] = evil
    (folder / "problem").mkdir(parents=True)
    (folder / "tables").mkdir()
    for name, frame in {**_problem(county, plan, years, first), **tables.pop("problem")}.items():
        frame.to_parquet(folder / "problem" / f"{name}.parquet", index=False)
    for name, frame in tables.items():
        frame.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    for name in ("zones", "towns", "sites", "roads"):
        county[f"{name}_geometry"].to_file(
            folder / "problem" / "geometry.gpkg", layer=name, driver="GPKG"
        )
    rules = _rules(first, years, scenario)
    (folder / "problem" / "rules.json").write_text(json.dumps(rules, ensure_ascii=False))
    (folder / "manifest.json").write_text(json.dumps(_manifest(scenario), ensure_ascii=False))
    return folder


def _county(rng: np.random.Generator, zones: int, sites: int, point_zones: bool) -> dict[str, Any]:
    width, height = 30_000.0, 22_000.0
    box = shapely.box(0, 0, width, height)
    outline = shapely.affinity.translate(box.buffer(-2500).buffer(2500), *ORIGIN)
    seeds = rng.uniform((800, 800), (width - 800, height - 800), (zones, 2)) + ORIGIN
    cells = _voronoi(seeds, outline)
    centres = rng.uniform((5000, 4000), (width - 5000, height - 4000), (6, 2)) + ORIGIN
    town_of = _nearest(seeds, centres)
    names = np.array([f"{SURNAMES[i]}{'家镇' if i else '州城区'}" for i in range(6)])
    zone_ids = np.array([f"Z{i:04d}" for i in range(zones)])
    spot = rng.uniform((2000, 2000), (width - 2000, height - 2000), (sites, 2)) + ORIGIN
    site_town = _nearest(spot, centres)
    both = np.arange(sites) % 5 == 0
    frame = pd.DataFrame(
        {
            "site_id": [f"S{i:03d}" for i in range(sites)],
            "name": [f"{SURNAMES[i % 32]}{SURNAMES[(i * 7 + 3) % 32]}学校" for i in range(sites)],
            "town": names[site_town],
            "urban": site_town == 0,
            "place": "village",
            "runs_primary": (np.arange(sites) % 3 != 1) | both,
            "runs_lower_secondary": (np.arange(sites) % 3 == 1) | both,
            "rooms": 14,
            "seats": np.nan,
            "annual_cost": 900_000.0,
            "point_grades": 0,
            "parent_id": "",
            "unsafe": False,
            "protected": False,
            "objection": 0.1,
            "teaching_area": 2500.0,
            "x": spot[:, 0],
            "y": spot[:, 1],
            **{f"function_{kind}": 1 for kind in KINDS},
        }
    )
    candidates = frame.index >= sites - 3
    frame.loc[candidates, ["runs_primary", "runs_lower_secondary"]] = False
    frame.loc[candidates, "rooms"] = 0
    zone_frame = pd.DataFrame(
        {
            "zone_id": zone_ids,
            "name": [f"{SURNAMES[i % 32]}{SURNAMES[(i // 32) % 32]}村" for i in range(zones)],
            "town": names[town_of],
            "urban": town_of == 0,
            "x": seeds[:, 0],
            "y": seeds[:, 1],
        }
    )
    shapes = shapely.points(seeds) if point_zones else cells
    towns = gpd.GeoDataFrame({"town": zone_frame["town"]}, geometry=cells, crs=CRS).dissolve("town")
    roads = [shapely.LineString([centres[0], centre]) for centre in centres[1:]]
    roads += [shapely.LineString([a, b]) for a, b in pairwise(centres[1:])]
    classes = ["primary"] * 5 + ["tertiary"] * (len(roads) - 5)
    return {
        "zones": zone_frame,
        "sites": frame,
        "zones_geometry": gpd.GeoDataFrame({"zone_id": zone_ids}, geometry=shapes, crs=CRS),
        "towns_geometry": towns.reset_index()[["town", "geometry"]],
        "sites_geometry": gpd.GeoDataFrame(
            {"site_id": frame["site_id"]}, geometry=shapely.points(spot), crs=CRS
        ),
        "roads_geometry": gpd.GeoDataFrame(
            {"road_id": [f"R{i}" for i in range(len(roads))], "class": classes},
            geometry=roads,
            crs=CRS,
        ),
    }


def _voronoi(points: np.ndarray, outline: shapely.Geometry) -> np.ndarray:
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline)
    )
    tree = shapely.STRtree(cells)
    order = tree.query(shapely.points(points), predicate="within")[1]
    return shapely.intersection(cells[order], outline)


def _nearest(points: np.ndarray, targets: np.ndarray) -> np.ndarray:
    distance = np.linalg.norm(points[:, None] - targets[None], axis=2)
    return np.asarray(distance.argmin(axis=1))


def _plan(county: dict[str, Any], years: int, first: int) -> dict[str, Any]:
    """Levels that run by (site, level): first and last year; and the actions that make them so."""
    sites = county["sites"]
    count = len(sites)
    span = {}
    for level in LEVELS:
        for site in np.flatnonzero(sites[f"runs_{level}"]):
            span[site, level] = (first - 1, first + years)
    opened, moved_to, convert = count - 1, count - 2, 1
    span[opened, "primary"] = (first + 2, first + years)
    span[convert, "primary"] = (first + 1, first + years)
    primaries = [s for s in range(count) if sites["runs_primary"][s] and s % 5]
    closed, relocated = primaries[0], primaries[1]
    span[closed, "primary"] = (first - 1, first + 1)
    span[relocated, "primary"] = (first - 1, first + 2)
    span[moved_to, "primary"] = (first + 2, first + years)
    ids = sites["site_id"]
    rows = [
        (opened, "open", 18, first, 2, "primary", -1),
        (moved_to, "relocate", 12, first, 2, "primary", relocated),
        (convert, "convert", 0, first, 1, "primary;lower_secondary", -1),
        (0, "extend", 6, first, 1, "", -1),
        (5, "retrofit", 0, first + 1, 1, "", -1),
    ]
    options = pd.DataFrame(
        {
            "option": [f"{row[1]}-{ids[row[0]]}" for row in rows],
            "site_id": [ids[row[0]] for row in rows],
            "action": [row[1] for row in rows],
            "after_primary": ["primary" in row[5] for row in rows],
            "after_lower_secondary": ["lower" in row[5] for row in rows],
            "rooms": [row[2] for row in rows],
            "rooms_out": 0,
            **{f"function_{kind}": 1 for kind in KINDS},
            "area_m2": [row[2] * 140.0 for row in rows],
            "land_m2": [row[2] * 600.0 if row[1] == "open" else 0.0 for row in rows],
            "capital_cost": [row[2] * 600_000.0 + 1_500_000 for row in rows],
            "lead": [row[4] for row in rows],
            "earliest": first,
            "latest": first + years - 2,
            "committed": [0, 0, 0, first, 0],
            "relocates_id": [ids[row[6]] if row[6] >= 0 else "" for row in rows],
        }
    )
    starts = [row[3] for row in rows]
    merges = pd.DataFrame(
        {
            "from_site_id": [ids[closed], ids[relocated]],
            "to_site_id": [ids[primaries[2]], ids[moved_to]],
            "level": "primary",
            "year": [first + 1, first + 2],
        }
    )
    return {"span": span, "options": options, "starts": starts, "merges": merges}


def _levels_at(plan: dict[str, Any], site: int, year: int) -> str:
    running = [
        level
        for level in LEVELS
        if (site, level) in plan["span"]
        and plan["span"][site, level][0] <= year < plan["span"][site, level][1]
    ]
    return ";".join(running)


def _tables(
    rng: np.random.Generator,
    county: dict[str, Any],
    plan: dict[str, Any],
    years: int,
    first: int,
    *,
    staffing: bool,
) -> dict[str, Any]:
    zones, sites = county["zones"], county["sites"]
    metres = np.linalg.norm(
        zones[["x", "y"]].to_numpy()[:, None] - sites[["x", "y"]].to_numpy()[None], axis=2
    )
    entrants = rng.uniform(2, 12, len(zones))
    assignment, enrolment, enrolled = [], [], []
    for level, (grade0, grades, _) in LEVELS.items():
        for year in range(first - 1, first + years):
            open_sites = np.array(
                [s for s in range(len(sites)) if level in _levels_at(plan, s, year)]
            )
            chosen = open_sites[metres[:, open_sites].argmin(axis=1)]
            near = metres[np.arange(len(zones)), chosen]
            base = pd.DataFrame(
                {
                    "zone_id": zones["zone_id"],
                    "site_id": sites["site_id"].to_numpy()[chosen],
                    "level": level,
                    "metres": near,
                    "minutes": near / 70.0,
                    "mode": np.where(near < 2000, "walk", "bus"),
                }
            )
            growth = 1 + 0.04 * (year - first) * np.where(zones["urban"], 1, -1)
            for g in range(grades):
                here = base.assign(
                    grade=grade0 + g, entry_year=year - g, year=year, pupils=entrants * growth
                )
                (enrolment if year >= first else enrolled).append(here)
            if year >= first:
                assignment.append(
                    base[["zone_id", "site_id", "level"]].assign(entry_year=year, share=1.0)
                )
    everyone = pd.concat(enrolment, ignore_index=True)
    before = pd.concat(enrolled, ignore_index=True)
    need = before.groupby("site_id")["pupils"].sum() / 44 * 1.1
    wanted = sites["site_id"].map(need).fillna(0) * rng.uniform(0.8, 1.3, len(sites))
    sites["rooms"] = np.ceil(wanted).astype(int)
    classes = _classes(everyone)
    return {
        "problem": {
            "enrolled": before[["zone_id", "site_id", "level", "grade", "pupils"]],
            "enrolled_classes": _classes(before)[["site_id", "level", "grade", "classes"]],
        },
        "assignment": pd.concat(assignment, ignore_index=True),
        "enrolment": everyone[
            [
                *("zone_id", "site_id", "level", "entry_year", "year", "grade", "pupils"),
                *("mode", "minutes", "metres"),
            ]
        ],
        "classes": classes,
        "schools": _schools(county, plan, classes, years, first, staffing=staffing),
        "actions": _actions(county, plan),
        "spend": _spend(plan),
        "merges": plan["merges"],
        "kpi": _kpi(everyone, classes, county, years, first),
    }


def _classes(pupils: pd.DataFrame) -> pd.DataFrame:
    keys = ["site_id", "level", "entry_year", "year", "grade"]
    table = pupils.groupby(keys, as_index=False)["pupils"].sum()
    cap = table["level"].map({name: spec[2] for name, spec in LEVELS.items()})
    table["classes"] = np.maximum(1, np.round(table["pupils"] / cap - 0.1)).astype(int)
    table["largest_class"] = np.ceil(table["pupils"] / table["classes"]).astype(int)
    return table


def _schools(
    county: dict[str, Any],
    plan: dict[str, Any],
    classes: pd.DataFrame,
    years: int,
    first: int,
    *,
    staffing: bool,
) -> pd.DataFrame:
    sites, options = county["sites"], plan["options"]
    rows = []
    sums = classes.groupby(["site_id", "level", "year"])[["pupils", "classes"]].sum()
    for index, site in sites.iterrows():
        for level in LEVELS:
            for year in range(first, first + years):
                served = (options["site_id"] == site["site_id"]) & (
                    np.array(plan["starts"]) + options["lead"] <= year
                )
                rooms = int(site["rooms"] + options.loc[served, "rooms"].sum())
                key = (site["site_id"], level, year)
                pupils, count = sums.loc[key] if key in sums.index else (0.0, 0)
                rows.append(
                    (
                        *(*key, level in _levels_at(plan, int(str(index)), year), pupils > 0),
                        *(pupils, int(count), rooms, max(0, int(count) - rooms), 5),
                        np.ceil(pupils / 17) if staffing else np.nan,
                    )
                )
    columns = ["site_id", "level", "year", "operates", "admits", "pupils", "classes", "rooms"]
    return pd.DataFrame(rows, columns=[*columns, "rooms_taken", "function_rooms", "posts"])


def _actions(county: dict[str, Any], plan: dict[str, Any]) -> pd.DataFrame:
    ids = {name: row for row, name in enumerate(county["sites"]["site_id"])}
    rows = []
    for start, (_, option) in zip(plan["starts"], plan["options"].iterrows(), strict=True):
        site, service = ids[option["site_id"]], start + option["lead"]
        rows.append(
            [option["site_id"], "", option["action"], option["option"], start, start, service]
            + [_levels_at(plan, site, service - 1), _levels_at(plan, site, service)]
            + [option[name] for name in ("rooms", "area_m2", "land_m2", "capital_cost")]
            + [""]
        )
    for _, merge in plan["merges"].iterrows():
        site, year = ids[merge["from_site_id"]], merge["year"]
        rows.append(
            [
                *(merge["from_site_id"], merge["level"], "merge", "", year - 1, year, year),
                *(_levels_at(plan, site, year - 1), _levels_at(plan, site, year)),
                *(0, 0.0, 0.0, 0.0, merge["to_site_id"]),
            ]
        )
    columns = ["site_id", "level", "action", "option", "decision_year", "start_year"]
    columns += ["service_year", "levels_before", "levels_after", "rooms", "area_m2", "land_m2"]
    frame = pd.DataFrame(rows, columns=[*columns, "capital_cost", "into_site_id"])
    frame.insert(0, "action_id", [f"A{i:03d}" for i in range(len(frame))])
    return frame


def _spend(plan: dict[str, Any]) -> pd.DataFrame:
    rows = []
    for index, (start, (_, option)) in enumerate(
        zip(plan["starts"], plan["options"].iterrows(), strict=True)
    ):
        for offset in range(option["lead"]):
            amount = option["capital_cost"] / option["lead"]
            rows.append((f"A{index:03d}", start + offset, amount, "county"))
    return pd.DataFrame(rows, columns=["action_id", "year", "amount", "payer"])


def _kpi(
    everyone: pd.DataFrame, classes: pd.DataFrame, county: dict[str, Any], years: int, first: int
) -> pd.DataFrame:
    urban = county["sites"].set_index("site_id")["urban"]
    rows = []
    for level in LEVELS:
        for group in ("all", "urban", "rural"):
            for year in range(first, first + years):
                p = everyone[(everyone["level"] == level) & (everyone["year"] == year)]
                c = classes[(classes["level"] == level) & (classes["year"] == year)]
                if group != "all":
                    p = p[p["site_id"].map(urban) == (group == "urban")]
                    c = c[c["site_id"].map(urban) == (group == "urban")]
                weight = max(p["pupils"].sum(), 1e-9)
                values = {
                    "pupils": p["pupils"].sum(),
                    "places": c["classes"].sum() * 46.0,
                    "classes": c["classes"].sum(),
                    "classes_ge_56": c.loc[c["largest_class"] >= 56, "classes"].sum(),
                    "classes_ge_66": c.loc[c["largest_class"] >= 66, "classes"].sum(),
                    "pupils_over_cap": 12.0,
                    "inherited_over_hard": 3.0,
                    "minutes_mean": (p["minutes"] * p["pupils"]).sum() / weight,
                    "minutes_p90": p["minutes"].quantile(0.9) if len(p) else 0.0,
                    "share_beyond_limit": 0.01,
                    "schools": c["site_id"].nunique(),
                    "capital": 4e6 if level == "primary" else 0.0,
                    "running_cost": c["classes"].sum() * 230_000.0,
                    "pupils_moved": 20.0,
                    "entrants_reassigned": 5.0,
                    "function_room_debt": 2.0,
                    "rooms_taken": 1.0,
                    "cv_class_size": 0.2,
                }
                rows += [(name, level, group, year, float(v), "") for name, v in values.items()]
    return pd.DataFrame(rows, columns=["name", "level", "group", "year", "value", "unit"])


def _problem(
    county: dict[str, Any], plan: dict[str, Any], years: int, first: int
) -> dict[str, pd.DataFrame]:
    zones, sites, options = county["zones"], county["sites"], plan["options"]
    spend = [
        (option["option"], offset, 1.0 / option["lead"])
        for _, option in options.iterrows()
        for offset in range(option["lead"])
    ]
    zone, site = np.divmod(np.arange(len(zones) * len(sites)), len(sites))
    gap = zones[["x", "y"]].to_numpy()[zone] - sites[["x", "y"]].to_numpy()[site]
    metres = np.linalg.norm(gap, axis=1)
    travel = [
        pd.DataFrame(
            {
                "zone_id": zones["zone_id"].to_numpy()[zone],
                "site_id": sites["site_id"].to_numpy()[site],
                "level": level,
                "mode": "walk",
                "metres": metres,
                "minutes": metres / 70.0,
                "beyond": np.where(metres > 9000, 12.0, 0.0),
                "usable_from": 1,
                "intake": True,
            }
        )
        for level in LEVELS
    ]
    return {
        "zones": zones,
        "sites": sites,
        "options": options,
        "spend": pd.DataFrame(spend, columns=["option", "year_offset", "share"]),
        "travel": pd.concat(travel, ignore_index=True),
        "budget": pd.DataFrame({"year": range(first, first + years), "amount": 9e6}),
        "prices": pd.DataFrame(
            {"name": ["class_year"], "value": [230_000.0], "unit": ["yuan"], "source": ["pay"]}
        ),
    }


def _rules(first: int, years: int, scenario: str) -> dict[str, Any]:
    projection, policy = [*scenario.split("-"), ""][:2]
    levels = [
        {"name": name, "first_grade": spec[0], "grades": spec[1], "cap": spec[2], "hard": 55}
        | {"large": 56, "very_large": 66}
        for name, spec in LEVELS.items()
    ]
    rooms = [
        {"kind": kind, "levels": list(LEVELS), "per_12_classes": 3 if kind == "laboratory" else 1}
        for kind in KINDS
    ]
    return {
        "horizon": {"first_year": first, "years": years, "discount_rate": 0.04}
        | {"price_year": 2020},
        "levels": levels,
        "standards": {"point_cap": 30, "function_room_free_below": 6, "function_rooms": rooms},
        "policy": {"name": policy, "actions": ["close", "extend", "merge", "open"]}
        | {"unsafe_deadline": first + 2, "notice_years": 1},
        "tolerances": {"pupils": 1e-4},
        "sources": {
            "levels.primary.cap": {"source": "GB 50099-2011", "article": "3.0.1", "verified": "V1"},
            "prices.class_year": {"source": "about two teachers' pay", "article": ""}
            | {"verified": "B"},
        },
        "study": {"name": "made", "title": {"en": "Made county", "zh": "示例县"}}
        | {"made_up": True, "scenario": scenario, "projection": projection, "policy": policy}
        | {"base_year": first - 1},
    }


def _manifest(scenario: str) -> dict[str, Any]:
    terms = [
        ("capital", "money", 2.1e7, "yuan", 1.0, 2.0e7),
        ("residual", "money", -1.2e7, "yuan", 1.0, -1.0e7),
        ("school_running", "money", 55.0, "site-years", 9e5, 4.5e7),
        ("class_running", "money", 700.0, "class-years", 2.3e5, 1.5e8),
        ("travel_time", "priced", 9.1e7, "pupil-minutes", 0.2, 1.7e7),
        ("over_cap", "priced", 812.5, "pupil-years", 3000.0, 2.2e6),
    ]
    names = ("name", "kind", "amount", "unit", "price", "value")
    objective = sum(term[-1] for term in terms)
    bound, floor = 0.985 * objective, 0.8 * objective
    return {
        "study": "made",
        "scenario": scenario,
        "status": "feasible",
        "label": "best found, at most 1.50 % above the best possible",
        "objective": objective,
        "bound": bound,
        "floor": floor,
        "gap": (objective - bound) / objective,
        "gap_above_floor": (objective - bound) / (objective - floor),
        "terms": [dict(zip(names, term, strict=True)) for term in terms],
        "fixed_terms": [],
        "method": "by_site",
        "seed": 1,
        "stopped_by": "gap",
        "violations": [],
        "files": {},
    }
