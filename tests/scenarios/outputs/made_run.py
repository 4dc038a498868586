"""A finished run folder made without the optimizer: what the outputs are tested and looked at with.

The plan is not a good one and its figures come from nowhere, but every table has the columns of
docs/kpi.md, every pupil has a school, and there is one of each kind of action.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from tests.scenarios.outputs.made_county import KINDS, LEVELS, made_county, made_plan
from tests.scenarios.outputs.made_staff import RULES as STAFF_RULES
from tests.scenarios.outputs.made_tables import made_problem, made_tables


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
    county = made_county(rng, zones, sites, point_zones)
    plan = made_plan(county, years, first)
    tables = made_tables(rng, county, plan, years, first, staffing=staffing)
    if evil:
        county["sites"].loc[0, "name"] = evil
    (folder / "problem").mkdir(parents=True)
    (folder / "tables").mkdir()
    for name, frame in {
        **made_problem(county, plan, years, first),
        **tables.pop("problem"),
    }.items():
        frame.to_parquet(folder / "problem" / f"{name}.parquet", index=False)
    for name, frame in tables.items():
        frame.to_parquet(folder / "tables" / f"{name}.parquet", index=False)
    for name in ("zones", "towns", "sites", "roads"):
        county[f"{name}_geometry"].to_file(
            folder / "problem" / "geometry.gpkg", layer=name, driver="GPKG"
        )
    rules = _rules(first, years, scenario) | ({"staffing": STAFF_RULES} if staffing else {})
    (folder / "problem" / "rules.json").write_text(json.dumps(rules, ensure_ascii=False))
    (folder / "manifest.json").write_text(json.dumps(_manifest(scenario), ensure_ascii=False))
    return folder


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
