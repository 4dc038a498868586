"""Who is at school where in a tiny run, and in how many classes, with plain loops."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

Case = dict[str, Any]


def years_of(case: Case) -> range:
    """Planned years."""
    horizon = case["rules"]["horizon"]
    return range(horizon["first_year"], horizon["first_year"] + horizon["years"])


def level_of(case: Case, name: str) -> dict[str, Any]:
    """Return a level of the rules by name."""
    return next(level for level in case["rules"]["levels"] if level["name"] == name)


def walk(case: Case) -> tuple[dict[Any, float], list[dict[str, Any]]]:
    """Follow each group of pupils from school to school, year by year."""
    sites = {row["site_id"]: row for row in case["problem"]["sites"]}
    factor = {
        (row["zone_id"], row["level"], row["entry_year"], row["grade"]): row["factor"]
        for row in case["problem"]["progression"]
    }
    entrants = {
        (row["zone_id"], row["level"], row["entry_year"]): row["pupils"]
        for row in case["problem"]["entrants"]
    }
    base = case["rules"]["horizon"]["first_year"] - 1
    groups = [
        (z, s, lv, entry, entry, share * entrants[z, lv, entry])
        for (z, s, lv, entry), share in case["share"].items()
    ]
    for row in case["problem"]["enrolled"]:
        entry = base - (row["grade"] - level_of(case, row["level"])["first_grade"])
        groups.append((row["zone_id"], row["site_id"], row["level"], entry, base, row["pupils"]))
    present: dict[Any, float] = defaultdict(float)
    moved = []
    for zone, origin, level, entry, since, size in groups:
        site = origin
        first, grades = (level_of(case, level)[key] for key in ("first_grade", "grades"))
        for year in years_of(case):
            if not entry <= year < entry + grades:
                continue
            last, merged = site, False
            if year > since:
                points = sites[site]["point_grades"]
                if points and year - entry >= points:
                    site = sites[site]["parent_id"]
                for giver, receiver, merging, when in case["merges"]:
                    if (giver, merging, when) == (site, level, year):
                        last, site, merged = site, receiver, True
                        break
            pupils = size * factor[zone, level, entry, first + year - entry]
            present[zone, site, level, entry, year] += pupils
            if site != last:
                moved.append(
                    {
                        "zone": zone,
                        "from": last,
                        "to": site,
                        "level": level,
                        "entry": entry,
                        "year": year,
                        "pupils": pupils,
                        "merged": merged,
                    }
                )
    return dict(present), moved


def classes_of(case: Case, here: dict[Any, float], joined: set[Any]) -> dict[Any, float]:
    """As few classes as the cap asks, never fewer than last year, but for what the case orders."""
    points = {row["site_id"] for row in case["problem"]["sites"] if row["point_grades"]}
    base = {
        (row["site_id"], row["level"], row["grade"]): row["classes"]
        for row in case["problem"]["enrolled_classes"]
    }
    first_year = case["rules"]["horizon"]["first_year"]
    classes: dict[Any, float] = {}
    for site, level, entry, year in sorted(here, key=lambda key: key[3]):
        stage = level_of(case, level)
        cap = case["rules"]["standards"]["point_cap"] if site in points else stage["cap"]
        grade = stage["first_grade"] + first_year - 1 - entry
        last = classes.get((site, level, entry, year - 1), 0)
        last = base.get((site, level, grade), 0) if year == first_year else last
        kept = 0 if (site, level, entry, year) in joined else last
        wanted = max(kept, math.ceil(here[site, level, entry, year] / cap - 1e-6))
        key = (site, level, entry, year)
        classes[key] = case["classes"].get(key, wanted)
    return classes
