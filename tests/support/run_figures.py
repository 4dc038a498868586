"""Key figures of a tiny run, counted school by school with plain loops."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from tests.support.run_staff import planned, spread, staff_figures
from tests.support.run_sums import Case, Groups, cap, pair, prices


def kpi_rows(
    case: Case,
    present: Groups,
    moved: list[dict[str, Any]],
    here: Groups,
    classes: Groups,
    found: dict[str, Any],
) -> list[dict[str, Any]]:
    """Every key figure of docs/kpi.md for each level, group and year."""
    first = case["rules"]["horizon"]["first_year"]
    years = range(first, first + case["rules"]["horizon"]["years"])
    rows = []
    for stage in case["rules"]["levels"]:
        for group in ("all", "urban", "rural"):
            ours = {
                row["site_id"]: row
                for row in case["problem"]["sites"]
                if group == "all" or row["urban"] == (group == "urban")
            }
            for year in years:
                values = _figures(case, stage, ours, year, (present, moved, here, classes, found))
                if planned(case):
                    teachers = (case, found["staff"], stage["name"], ours, year, here)
                    values |= staff_figures(*teachers)
                rows += [
                    {
                        "name": name,
                        "level": stage["name"],
                        "group": group,
                        "year": year,
                        "value": float(value),
                        "unit": unit,
                    }
                    for name, (value, unit) in values.items()
                ]
    return rows


def _figures(
    case: Case, stage: dict[str, Any], ours: dict[str, Any], year: int, run: tuple[Any, ...]
) -> dict[str, tuple[float, str]]:
    present, moved, here, classes, found = run
    price, level = prices(case), stage["name"]
    names = [lv["name"] for lv in case["rules"]["levels"]]
    cohorts = {k: p for k, p in here.items() if k[0] in ours and (k[1], k[3]) == (level, year)}
    running = [site for site in ours if (site, level, year) in case["runs"]]
    weight = {site: _weight(case, site, level, year, classes) for site in ours}
    trips = [
        (pair(case, k[0], k[1], level), p)
        for k, p in present.items()
        if k[1] in ours and (k[2], k[4]) == (level, year)
    ]
    total = sum(p for _, p in trips)
    bus = sum(p for row, p in trips if row and row["mode"] == "bus")
    n = sum(classes[k] for k in cohorts)
    limits = (stage["large"], stage["very_large"])
    large, very = (
        sum(_classes_of(p, classes[k], line) for k, p in cohorts.items()) for line in limits
    )
    schools = [
        site
        for site in running
        if not any((site, other, year) in case["runs"] for other in names[names.index(level) + 1 :])
    ]
    merged = [m for m in moved if m["merged"] and m["from"] in ours]
    moved_here = sum(m["pupils"] for m in merged if (m["level"], m["year"]) == (level, year))
    again = sum(
        p for (s, lv, y), p in found["reassigned"].items() if s in ours and (lv, y) == (level, year)
    )
    over = sum(max(0.0, p - cap(case, k[0], level) * classes[k]) for k, p in cohorts.items())
    old = [(k, p) for k, p in cohorts.items() if k[2] < case["rules"]["horizon"]["first_year"]]
    heads = {s: sum(p for k, p in cohorts.items() if k[0] == s) for s in running}
    area = {
        s: weight[s] * _area(case, ours[s], year) / heads[s] for s in running if heads[s] > 1e-4
    }
    cost = sum(weight[s] * ours[s]["annual_cost"] for s in running)
    return {
        "pupils": (total, "pupils"),
        "places": (
            sum(weight[s] * _places(case, ours[s], found, level, year) for s in running),
            "places",
        ),
        "classes": (n, "classes"),
        "classes_ge_56": (large, "classes"),
        "classes_ge_66": (very, "classes"),
        "pupils_over_cap": (over, "pupils"),
        "inherited_over_hard": (
            sum(max(0.0, p - stage["hard"] * classes[k]) for k, p in old),
            "pupils",
        ),
        "minutes_mean": (
            sum(p * row["minutes"] for row, p in trips if row) / total if total else 0.0,
            "minutes",
        ),
        "minutes_p90": (_percentile(trips, total), "minutes"),
        "share_beyond_limit": (
            sum(p for row, p in trips if row and row["beyond"] > 0) / total if total else 0.0,
            "share",
        ),
        "schools": (len(schools), "schools"),
        "rooms_taken": (sum(weight[s] * found["taken"][s, year] for s in ours), "rooms"),
        "function_room_debt": (sum(weight[s] * found["debt"][s, year] for s in ours), "rooms"),
        "capital": (_capital(case, ours, level, year), "yuan"),
        "running_cost": (cost + n * price["class_year"] + bus * price["bus_pupil_year"], "yuan"),
        "pupils_moved": (moved_here, "pupils"),
        "entrants_reassigned": (again, "pupils"),
        "cv_class_size": (_class_size(cohorts, classes), "ratio"),
        "cv_teaching_area": (spread(area, heads), "ratio"),
    }


def _places(case: Case, site: dict[str, Any], found: Any, level: str, year: int) -> float:
    if math.isfinite(site["seats"]):
        return float(site["seats"])
    return float(max(0, found["rooms"][site["site_id"], year]) * cap(case, site["site_id"], level))


def _weight(case: Case, site: str, level: str, year: int, classes: Groups) -> float:
    every = {k: n for k, n in classes.items() if (k[0], k[3]) == (site, year)}
    if sum(every.values()):
        return sum(n for k, n in every.items() if k[1] == level) / sum(every.values())
    running = [key[1] for key in case["runs"] if (key[0], key[2]) == (site, year)]
    return 1 / len(running) if level in running else 0.0


def _classes_of(pupils: float, classes: float, line: float) -> int:
    whole, count = math.ceil(pupils - 1e-6), round(classes)
    if not count:
        return 0
    sizes = [whole // count + (1 if i < whole % count else 0) for i in range(count)]
    return sum(size >= line for size in sizes)


def _percentile(trips: list[Any], total: float) -> float:
    reached = 0.0
    for minutes, pupils in sorted((row["minutes"], p) for row, p in trips if row):
        reached += pupils
        if reached >= 0.9 * (1 - 1e-9) * total:
            return float(minutes)
    return 0.0


def _capital(case: Case, ours: dict[str, Any], level: str, year: int) -> float:
    names = [lv["name"] for lv in case["rules"]["levels"]]
    first = case["rules"]["horizon"]["first_year"]
    last = first + case["rules"]["horizon"]["years"] - 1
    total = 0.0
    for option in case["problem"]["options"]:
        site = option["site_id"]
        start = option["committed"] or case["start"].get(option["option"], 0)
        if not start or site not in ours:
            continue
        after = [name for name in names if option[f"after_{name}"]]
        then = min(start + option["lead"], last)
        after = after or [name for name in names if (site, name, then) in case["runs"]]
        after = after or [name for name in names if ours[site][f"runs_{name}"]] or names[:1]
        if after[-1] == level:
            total += sum(
                row["share"] * option["capital_cost"]
                for row in case["problem"]["spend"]
                if row["option"] == option["option"] and start + row["year_offset"] == year
            )
    return total


def _class_size(cohorts: Groups, classes: Groups) -> float:
    pupils: dict[str, float] = defaultdict(float)
    count: dict[str, float] = defaultdict(float)
    for key, number in cohorts.items():
        pupils[key[0]] += number
        count[key[0]] += classes[key]
    return spread({site: pupils[site] / count[site] for site in pupils if count[site]}, pupils)


def _area(case: Case, site: dict[str, Any], year: int) -> float:
    """Square metres for teaching: in place, and of what serves within the horizon."""
    first = case["rules"]["horizon"]["first_year"]
    area = float(site["teaching_area"])
    for option in case["problem"]["options"]:
        start = option["committed"] or case["start"].get(option["option"], 0)
        if start and option["site_id"] == site["site_id"] and option["action"] != "retrofit":
            area += 0.45 * option["area_m2"] * (first <= start + option["lead"] <= year)
    return area
