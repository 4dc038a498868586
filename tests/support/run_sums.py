"""Terms, floor and key figures of a tiny run, summed group by group with plain loops."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from tests.support.run_staff import paid, planned, staff_of

Case = dict[str, Any]
Groups = dict[Any, float]


def sums(  # noqa: PLR0912 - one branch a term
    case: Case, present: Groups, moved: list[dict[str, Any]], here: Groups, classes: Groups
) -> dict[str, Any]:
    """Rooms, taken, debt, terms and the manifest."""
    rules, price = case["rules"], prices(case)
    first, count = rules["horizon"]["first_year"], rules["horizon"]["years"]
    years = range(first, first + count)
    discount = {year: (1 + rules["horizon"]["discount_rate"]) ** -(year - first) for year in years}
    on = {"class_size", "function_rooms", "catchments"} - set(rules["policy"]["families_off"])
    found: dict[str, Any] = rooms(case, classes, years)
    amounts: dict[str, dict[int, float]] = defaultdict(lambda: defaultdict(float))
    yuan: dict[str, float] = defaultdict(float)

    def add(name: str, year: int, amount: float, each: float) -> None:
        amounts[name][year] += amount
        yuan[name] += amount * each * discount[year]

    for site in case["problem"]["sites"]:
        for year in years:
            if any(key[0] == site["site_id"] and key[2] == year for key in case["runs"]):
                add("school_running", year, 1, site["annual_cost"])
            if "function_rooms" in on:
                debt = found["debt"][site["site_id"], year]
                add("room_debt", year, debt, price["room_debt_year"])
    for (zone, site, level, _, year), pupils in present.items():
        row = pair(case, zone, site, level)
        if row is None:
            continue
        if row["mode"] == "bus":
            add("bus", year, pupils, price["bus_pupil_year"])
        minutes = pupils * row["minutes"] * 2 * price["school_days"]
        add("travel_time", year, minutes, price["yuan_per_minute"])
        add("beyond_limit", year, pupils * row["beyond"], price["beyond_pupil_minute"])
    if "class_size" in on:
        for key, pupils in here.items():
            over = max(0.0, pupils - cap(case, key[0], key[1]) * classes[key])
            name = "over_cap_inherited" if key[2] < first else "over_cap"
            add(name, key[3], over, price["over_cap_pupil_year"])
            add("class_running", key[3], classes[key], price["class_year"])
    for move in moved:
        if move["merged"]:
            add("pupils_moved", move["year"], move["pupils"], price["pupil_moved"])
    found["reassigned"] = reassigned(case, years)
    if "catchments" in on:
        for (_, _, year), pupils in found["reassigned"].items():
            add("entrants_reassigned", year, pupils, price["entrant_reassigned"])
    pay = 0.0
    if planned(case):
        found["staff"] = staff = staff_of(case, here, classes)
        for name in ("short", "surplus"):
            for (_, _, year), posts in staff[name].items():
                add(f"post_{name}", year, posts, price[f"post_{name}_year"])
        for (_, _, _, year), number in case["moves"].items():
            add("teachers_moved", year, number, price["teacher_moved"])
        pay = sum(paid(case, staff, year) * discount[year] for year in years)
        pay *= price["teacher_year"]
    found["manifest"] = _manifest(case, amounts, yuan, pay)
    return found


def _manifest(case: Case, amounts: Any, yuan: dict[str, float], pay: float) -> dict[str, Any]:
    total = {name: sum(by_year.values()) for name, by_year in amounts.items()}
    fixed = pay
    for option in case["problem"]["options"]:
        start = option["committed"] or case["start"].get(option["option"], 0)
        if not start:
            continue
        cost, value, residual = _project(case, option, start)
        if option["committed"]:
            fixed += value + residual[1]
            continue
        for name, amount, worth in (("capital", cost, value), ("residual", *residual)):
            total[name] = total.get(name, 0.0) + amount
            yuan[name] += worth
    money = {"capital", "residual", "school_running", "class_running", "bus"}
    objective, low = sum(yuan.values()), floor(case)
    bound = objective - 0.01 * (objective - low)
    terms = [
        {
            "name": name,
            "kind": "money" if name in money else "priced",
            "amount": total[name],
            "unit": "",
            "price": 0.0,
            "value": value,
        }
        for name, value in yuan.items()
    ]
    committed = {"name": "committed_capital", "kind": "money", "amount": 0.0, "value": fixed}
    return {
        "study": "tiny",
        "scenario": "tiny-keep",
        "status": "feasible",
        "method": "by hand",
        "objective": objective,
        "bound": bound,
        "floor": low,
        "gap": (objective - bound) / objective,
        "gap_above_floor": (objective - bound) / (objective - low),
        "terms": terms,
        "fixed_terms": [committed],
    }


def _project(
    case: Case, option: dict[str, Any], start: int
) -> tuple[float, float, tuple[float, float]]:
    """Cost, present value of the spend, and residual (amount, value) of one project."""
    horizon = case["rules"]["horizon"]
    first, count, rate = horizon["first_year"], horizon["years"], horizon["discount_rate"]
    cost, value = option["capital_cost"], 0.0
    for row in case["problem"]["spend"]:
        year = start + row["year_offset"]
        if row["option"] == option["option"] and not (option["committed"] and year < first):
            value += row["share"] * cost * (1 + rate) ** -(year - first)
    served = first + count - (start + option["lead"])
    left = cost * max(0.0, 1 - served / prices(case)["life_years"])
    return cost, value, (-left, -left * (1 + rate) ** -count)


def prices(case: Case) -> dict[str, float]:
    """Prices by name."""
    return {row["name"]: row["value"] for row in case["problem"]["prices"]}


def pair(case: Case, zone: str, site: str, level: str) -> dict[str, Any] | None:
    """Travel row of zone, site and level."""
    for row in case["problem"]["travel"]:
        if (row["zone_id"], row["site_id"], row["level"]) == (zone, site, level):
            found: dict[str, Any] = row
            return found
    return None


def cap(case: Case, site: str, level: str) -> float:
    """Class-size cap at a site."""
    for row in case["problem"]["sites"]:
        if row["site_id"] == site and row["point_grades"]:
            return float(case["rules"]["standards"]["point_cap"])
    return float(next(lv["cap"] for lv in case["rules"]["levels"] if lv["name"] == level))


def rooms(case: Case, classes: Groups, years: range) -> dict[str, Any]:
    """Rooms, function rooms, rooms taken and debt by site and year."""
    standards = case["rules"]["standards"]
    found: dict[str, Any] = {"rooms": {}, "kinds": {}, "taken": {}, "debt": {}}
    for site in case["problem"]["sites"]:
        for year in years:
            key = (site["site_id"], year)
            general = site["rooms"]
            have = {
                kind["kind"]: site[f"function_{kind['kind']}"]
                for kind in standards["function_rooms"]
            }
            for option in case["problem"]["options"]:
                start = option["committed"] or case["start"].get(option["option"], 0)
                service = start + option["lead"]
                if option["site_id"] != key[0] or not start or service < years[0]:
                    continue
                if year >= service:
                    general += option["rooms"]
                    have = {kind: n + option[f"function_{kind}"] for kind, n in have.items()}
                elif year >= start:
                    general -= option["rooms_out"]
            used = sum(n for other, n in classes.items() if (other[0], other[3]) == key)
            taken = max(0, used - general)
            debt, spare = 0.0, 0.0
            for kind in standards["function_rooms"]:
                asked = any((key[0], level, year) in case["runs"] for level in kind["levels"])
                asked = asked and used >= standards["function_room_free_below"]
                need = kind["per_12_classes"] * math.ceil(used / 12) if asked else 0
                debt += max(0, need - have[kind["kind"]])
                spare += max(0, have[kind["kind"]] - need)
            found["rooms"][key], found["kinds"][key] = general, have
            found["taken"][key], found["debt"][key] = taken, debt + max(0, taken - spare)
    return found


def reassigned(case: Case, years: range) -> dict[Any, float]:
    """Entrants by site left, level and year who would have gone there the year before."""
    found: dict[Any, float] = defaultdict(float)
    first_grades = {lv["name"]: lv["first_grade"] for lv in case["rules"]["levels"]}
    for row in case["problem"]["entrants"]:
        zone, level, year, size = (row[k] for k in ("zone_id", "level", "entry_year", "pupils"))
        if size < 1e-4:
            continue
        if year == years[0]:
            then = {
                e["site_id"]: e["pupils"]
                for e in case["problem"]["enrolled"]
                if (e["zone_id"], e["level"], e["grade"]) == (zone, level, first_grades[level])
            }
            last = {site: pupils / sum(then.values()) for site, pupils in then.items()}
        else:
            last = {
                k[1]: v
                for k, v in case["share"].items()
                if (k[0], k[2], k[3]) == (zone, level, year - 1)
            }
        for site, share in last.items():
            if (site, level, year) in case["runs"]:
                now = case["share"].get((zone, site, level, year), 0.0)
                found[site, level, year] += size * max(0.0, share - now)
    return dict(found)


def floor(case: Case) -> float:
    """Everybody at the cheapest intake pair in unrounded classes."""
    price, horizon = prices(case), case["rules"]["horizon"]
    first, years = horizon["first_year"], horizon["years"]
    groups = [
        (r["zone_id"], r["level"], r["entry_year"], r["pupils"])
        for r in case["problem"]["entrants"]
    ]
    starts = {lv["name"]: lv["first_grade"] for lv in case["rules"]["levels"]}
    for row in case["problem"]["enrolled"]:
        entry = first - 1 - (row["grade"] - starts[row["level"]])
        groups.append((row["zone_id"], row["level"], entry, row["pupils"]))
    total = 0.0
    for zone, level, entry, size in groups:
        costs = [
            row["minutes"] * 2 * price["school_days"] * price["yuan_per_minute"]
            + row["beyond"] * price["beyond_pupil_minute"]
            + (price["bus_pupil_year"] if row["mode"] == "bus" else 0.0)
            for row in case["problem"]["travel"]
            if (row["zone_id"], row["level"]) == (zone, level) and row["intake"]
        ]
        full = next(lv["cap"] for lv in case["rules"]["levels"] if lv["name"] == level)
        each = min(costs) + price["class_year"] / full
        for row in case["problem"]["progression"]:
            year = entry + row["grade"] - starts[level]
            ours = (row["zone_id"], row["level"], row["entry_year"]) == (zone, level, entry)
            if ours and first <= year < first + years:
                total += (
                    size * row["factor"] * each * (1 + horizon["discount_rate"]) ** -(year - first)
                )
    return total
