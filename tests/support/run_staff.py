"""Teachers for the tiny case, followed one by one with plain loops.

East's nine-year school A is in town, the others are in the country. When B merges into A in 2022,
its teachers move, and the one who is due to leave in 2023 goes with the pupils. Each year two or
three teachers rotate, a key teacher among them as long as there is one left.
"""

from __future__ import annotations

import math
from collections import defaultdict
from typing import Any

from tests.support.run_case import LOWER, PRIMARY, tiny_case
from tests.support.run_pupils import Case, years_of

POOLS = {
    "main": (PRIMARY, "core", "ordinary"),
    "arts": (PRIMARY, "arts", "ordinary"),
    "star": (PRIMARY, "core", "key"),
    "low": (LOWER, "core", "ordinary"),
}
ROWS = (
    *(("main", "A", 8, 6), ("main", "A", 2, 4), ("main", "B", 7, 3), ("main", "B", 0, 1)),
    *(("main", "P", 5, 1), ("arts", "A", 9, 3), ("star", "A", 12, 2)),
    *(("low", "A", 6, 4), ("low", "A", 1, 2), ("low", "D", 10, 3)),
)


def staffed_case() -> Case:
    """Return a fresh copy of the tiny case with teachers, free to be changed."""
    case = tiny_case()
    case["rules"]["staffing"] = {
        "subjects": ["core", "arts"],
        "pupils_per_staff": {PRIMARY: 19.0, LOWER: 13.5},
        "non_teaching_share": {PRIMARY: 0.1, LOWER: 0.15},
        "teachers_per_class": {PRIMARY: 1.0, LOWER: 0.0},
        **{"rotation_share": 0.1, "key_share": 0.2, "core_share": 0.5},
        **{"eligible_after_years": 6, "term_years": 2, "to_country": 1, "to_town": 1},
    }
    problem = case["problem"]
    keys = ("pool_id", "site_id", "years", "teachers")
    problem["staff_pools"] = [
        dict(zip(("level", "subject", "rank"), POOLS[row[0]], strict=True))
        | dict(zip(keys, row, strict=True))
        for row in ROWS
    ]
    problem["staff_due"] = [
        {"pool_id": pool, "site_id": site, "year": year, "teachers": 1}
        for pool, site, year in (("main", "A", 2021), ("low", "A", 2022), ("main", "B", 2023))
    ]
    grid = {PRIMARY: ((1, 2, 3), {"core": 1.2, "arts": 0.3}), LOWER: ((4, 5), {"core": 1.6})}
    problem["lessons"] = [
        {"level": level, "grade": grade, "subject": subject, "fte": fte}
        for level, (grades, subjects) in grid.items()
        for grade in grades
        for subject, fte in subjects.items()
    ]
    prices = {"post_short_year": 20_000.0, "post_surplus_year": 2_000.0}
    prices |= {"teacher_moved": 1_000.0, "teacher_year": 120_000.0}
    problem["prices"] = [row for row in problem["prices"] if row["name"] not in prices]
    problem["prices"] += [
        {"name": name, "value": value, "unit": "yuan", "source": "made up"}
        for name, value in prices.items()
    ]
    case["moves"] = {
        **{("star", "A", "B", 2021): 1, ("arts", "A", "P", 2021): 1, ("low", "D", "A", 2021): 1},
        **{("main", "B", "A", 2022): 2, ("main", "B", "P", 2022): 1, ("star", "B", "A", 2022): 1},
        **{("star", "A", "P", 2022): 1, ("low", "D", "A", 2022): 1},
        **{("main", "A", "P", 2023): 1, ("low", "D", "A", 2023): 1},
    }
    case["hires"] = {
        ("main", "A", 2021, 2021): 1,
        ("low", "D", 2022, 2022): 1,
        ("arts", "P", 2023, 2023): 1,
    }
    case["strangers"] = {}
    return case


def planned(case: Case) -> bool:
    """Whether the case plans its teachers."""
    return "staffing" in case["rules"] and "staffing" not in case["rules"]["policy"]["families_off"]


def runs(case: Case, site: str, level: str, year: int) -> bool:
    """Whether a level runs at a site, the base year included."""
    if year < years_of(case)[0]:
        row = next(row for row in case["problem"]["sites"] if row["site_id"] == site)
        return bool(row[f"runs_{level}"])
    return (site, level, year) in case["runs"]


def staff_of(case: Case, here: dict[Any, float], classes: dict[Any, float]) -> dict[str, Any]:
    """Teachers in place, those who follow their pupils, posts needed, short and in surplus."""
    teachers, follow = _teachers(case)
    found: dict[str, Any] = {"teachers": teachers, "follow": follow}
    for name in ("posts", "there", "short", "surplus"):
        found[name] = {}
    subjects = case["rules"]["staffing"]["subjects"]
    for site in [row["site_id"] for row in case["problem"]["sites"]]:
        for stage in case["rules"]["levels"]:
            for year in years_of(case):
                key = (site, stage["name"], year)
                fte = _equivalents(case, key, stage["first_grade"], classes)
                there = {
                    subject: sum(
                        number
                        for (pool, at, when), number in teachers.items()
                        if POOLS[pool][:2] == (key[1], subject) and (at, when) == (site, year)
                    )
                    for subject in subjects
                }
                posts, total = _posts(case, key, here, classes, fte), sum(there.values())
                lacking = sum(max(0.0, fte[subject] - there[subject]) for subject in subjects)
                short = max(lacking, posts - total, 0.0)
                found["posts"][key], found["there"][key] = posts, total
                found["short"][key], found["surplus"][key] = short, total + short - posts
    return found


def _equivalents(
    case: Case, key: tuple[str, str, int], first: int, classes: dict[Any, float]
) -> dict[str, float]:
    _, level, year = key
    fte: dict[str, float] = defaultdict(float)
    for (at, of, entry, when), number in classes.items():
        if (at, of, when) == key and key in case["runs"]:
            for row in case["problem"]["lessons"]:
                if (row["level"], row["grade"]) == (level, first + year - entry):
                    fte[row["subject"]] += number * row["fte"]
    return fte


def _posts(
    case: Case,
    key: tuple[str, str, int],
    here: dict[Any, float],
    classes: dict[Any, float],
    fte: dict[str, float],
) -> int:
    if key not in case["runs"]:
        return 0
    rules, level = case["rules"]["staffing"], key[1]
    pupils = sum(n for (s, lv, _, y), n in here.items() if (s, lv, y) == key)
    count = sum(n for (s, lv, _, y), n in classes.items() if (s, lv, y) == key)
    ratio = pupils / rules["pupils_per_staff"][level] * (1 - rules["non_teaching_share"][level])
    need = max(ratio, rules["teachers_per_class"][level] * count, sum(fte.values()))
    return math.ceil(need - 1e-6)


def _teachers(case: Case) -> tuple[dict[Any, int], dict[Any, int]]:
    """Teachers by pool, site and year, and the moves of those who are due (T3)."""
    first, sites = years_of(case)[0], [row["site_id"] for row in case["problem"]["sites"]]
    base: dict[Any, int] = defaultdict(int)
    for row in case["problem"]["staff_pools"]:
        base[row["pool_id"], row["site_id"]] += row["teachers"]
    leave, follow = _due(case)
    teachers: dict[Any, int] = {}
    for pool in POOLS:
        for site in sites:
            number = base[pool, site]
            for year in range(first, years_of(case)[-1] + 1):
                number -= leave.get((pool, site, year), 0)
                for moves in (case["moves"], follow):
                    for (who, old, new, when), many in moves.items():
                        if (who, when) == (pool, year):
                            number += many * ((new == site) - (old == site))
                number += sum(
                    many
                    for (who, at, _, posted), many in case["hires"].items()
                    if (who, at, posted) == (pool, site, year)
                )
                stranger = case["strangers"].get((pool, site, year), 0)
                teachers[pool, site, year] = number + stranger
    return teachers, follow


def _due(case: Case) -> tuple[dict[Any, int], dict[Any, int]]:
    leave: dict[Any, int] = defaultdict(int)
    follow: dict[Any, int] = defaultdict(int)
    for row in case["problem"]["staff_due"]:
        pool, at, level = row["pool_id"], row["site_id"], POOLS[row["pool_id"]][0]
        for year in years_of(case):
            stops = runs(case, at, level, year - 1) and not runs(case, at, level, year)
            into = [b for a, b, of, when in case["merges"] if (a, of, when) == (at, level, year)]
            if year == row["year"] or (stops and not into):
                leave[pool, at, year] += row["teachers"]
                break
            if stops:
                follow[pool, at, into[0], year] += row["teachers"]
                at = into[0]
    return dict(leave), dict(follow)


def paid(case: Case, staff: dict[str, Any], year: int) -> int:
    """Count the teachers in service in a year, the reserve included."""
    waiting = (n for (_, _, hired, posted), n in case["hires"].items() if hired <= year < posted)
    return sum(waiting) + sum(n for (_, _, when), n in staff["teachers"].items() if when == year)


def staff_tables(case: Case, staff: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Write postings, moves and hires as tables."""
    moves = []
    for rows, due in ((case["moves"], False), (staff["follow"], True)):
        for (pool, old, new, year), number in rows.items():
            level = POOLS[pool][0]
            stops = runs(case, old, level, year - 1) and not runs(case, old, level, year)
            why = "due" if due else "level stops" if stops else "rotation"
            ends = {"pool_id": pool, "from_site_id": old, "to_site_id": new}
            moves.append(ends | {"year": year, "posts": number, "why": why})
    return {
        "postings": [
            {"pool_id": pool, "site_id": site, "year": year, "posts": number}
            for (pool, site, year), number in staff["teachers"].items()
            if number
        ],
        "moves": moves,
        "hires": [
            {"pool_id": pool, "site_id": site, "hired": hired, "year": year, "posts": number}
            for (pool, site, hired, year), number in case["hires"].items()
        ],
    }


def staff_figures(
    case: Case, staff: dict[str, Any], level: str, ours: dict[str, Any], year: int, here: Any
) -> dict[str, tuple[float, str]]:
    """Key figures of teachers for one level, group of sites and year."""
    running = [site for site in ours if (site, level, year) in case["runs"]]
    total = {
        name: sum(staff[name][site, level, year] for site in running)
        for name in ("posts", "there", "short", "surplus")
    }
    moved = sum(
        number
        for (pool, old, _, when), number in case["moves"].items()
        if old in ours and (POOLS[pool][0], when) == (level, year)
    )
    pupils = {
        site: sum(n for (s, lv, _, y), n in here.items() if (s, lv, y) == (site, level, year))
        for site in running
    }
    each = {s: 100 * staff["there"][s, level, year] / n for s, n in pupils.items() if n > 1e-4}
    return {
        "posts_needed": (total["posts"], "posts"),
        "teachers": (total["there"], "teachers"),
        "posts_short": (total["short"], "posts"),
        "posts_surplus": (total["surplus"], "posts"),
        "teachers_moved": (moved, "teachers"),
        "cv_teachers_per_100": (spread(each, pupils), "ratio"),
    }


def spread(values: dict[str, float], weights: dict[str, float]) -> float:
    """Coefficient of variation of weighted values."""
    total = sum(weights[key] for key in values)
    if not total:
        return 0.0
    mean = sum(weights[key] * value for key, value in values.items()) / total
    square = sum(weights[key] * (value - mean) ** 2 for key, value in values.items()) / total
    return math.sqrt(square) / mean if mean else 0.0
