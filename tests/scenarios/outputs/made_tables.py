"""The tables of a made run, in the columns of docs/kpi.md."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from tests.scenarios.outputs.made_county import LEVELS, levels_at
from tests.scenarios.outputs.made_staff import made_staff


def made_tables(
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
                [s for s in range(len(sites)) if level in levels_at(plan, s, year)]
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
    planned = range(first, first + years)
    tables: dict[str, Any] = {
        "problem": {
            "enrolled": before[["zone_id", "site_id", "level", "grade", "pupils"]],
            "entrants": _entrants(everyone),
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
        "kpi": _kpi(everyone, classes, county, years, first, staffing=staffing),
    }
    if staffing:
        staff = made_staff(plan["merges"], tables["problem"]["enrolled_classes"], planned)
        tables["problem"] |= staff.pop("problem")
        tables |= staff
    return tables


def _entrants(everyone: pd.DataFrame) -> pd.DataFrame:
    new = everyone[everyone["entry_year"] == everyone["year"]]
    return new.groupby(["zone_id", "level", "entry_year"], as_index=False)["pupils"].sum()


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
                        *(*key, level in levels_at(plan, int(str(index)), year), pupils > 0),
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
            + [levels_at(plan, site, service - 1), levels_at(plan, site, service)]
            + [option[name] for name in ("rooms", "area_m2", "land_m2", "capital_cost")]
            + [""]
        )
    for _, merge in plan["merges"].iterrows():
        site, year = ids[merge["from_site_id"]], merge["year"]
        rows.append(
            [
                *(merge["from_site_id"], merge["level"], "merge", "", year - 1, year, year),
                *(levels_at(plan, site, year - 1), levels_at(plan, site, year)),
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
    everyone: pd.DataFrame,
    classes: pd.DataFrame,
    county: dict[str, Any],
    years: int,
    first: int,
    *,
    staffing: bool,
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
                if staffing:
                    values |= {"posts_needed": p["pupils"].sum() / 17, "teachers": 100.0}
                    values |= {"posts_short": 4.5, "posts_surplus": 3.0, "teachers_moved": 7.0}
                    values |= {"cv_teachers_per_100": 0.3}
                rows += [(name, level, group, year, float(v), "") for name, v in values.items()]
    return pd.DataFrame(rows, columns=["name", "level", "group", "year", "value", "unit"])


def made_problem(
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
