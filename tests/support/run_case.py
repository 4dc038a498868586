"""The tiny case: three zones, a nine-year school, a school that merges, a teaching point.

Primary has the grades 1 to 3, lower secondary 4 and 5; planned are 2021 to 2023.

- A (county town) runs both levels and is extended by two rooms for 2022; until then two function
  rooms serve as classrooms.
- B (village, primary) is merged into A in 2022.
- P is a teaching point of one grade whose parent is A.
- D (village) is the lower secondary of West; its committed extension of 2020 serves from 2022.
- N is a candidate with three options, all unused.
- Zone Z3 enters lower secondary at D until 2022 and at A in 2023: reassigned, beyond the limit.
"""

from __future__ import annotations

from typing import Any

PRIMARY, LOWER = "primary", "lower_secondary"
YEARS = (2021, 2022, 2023)


def tiny_case() -> dict[str, Any]:
    """Return a fresh copy of the case, free to be changed."""
    share = {("Z1", "A", PRIMARY, year): 1.0 for year in YEARS}
    share |= {("Z2", "B" if year == 2021 else "A", PRIMARY, year): 1.0 for year in YEARS}
    share |= {("Z3", "P", PRIMARY, year): 1.0 for year in YEARS}
    share |= {("Z1", "A", LOWER, year): 1.0 for year in YEARS}
    share |= {("Z2", "D", LOWER, year): 1.0 for year in YEARS}
    share |= {("Z3", "A" if year == 2023 else "D", LOWER, year): 1.0 for year in YEARS}
    runs = {(site, level, year) for site, level in _RUNNING for year in YEARS}
    return {
        "rules": _rules(),
        "problem": _problem(),
        "share": share,
        "runs": runs - {("B", PRIMARY, 2022), ("B", PRIMARY, 2023)},
        "merges": [("B", "A", PRIMARY, 2022)],
        "start": {"extend A": 2021},
        "classes": {("A", LOWER, 2020, 2021): 1},
    }


_RUNNING = (("A", PRIMARY), ("A", LOWER), ("B", PRIMARY), ("P", PRIMARY), ("D", LOWER))


def _rules() -> dict[str, Any]:
    return {
        "horizon": {"first_year": 2021, "years": 3, "discount_rate": 0.04, "price_year": 2020},
        "levels": [
            _level(PRIMARY, 1, 3, 45.0),
            _level(LOWER, 4, 2, 50.0),
        ],
        "standards": {
            "point_cap": 30.0,
            "function_room_free_below": 6,
            "function_rooms": [
                {"kind": "music", "levels": [LOWER, PRIMARY], "per_12_classes": 1},
                {"kind": "science", "levels": [PRIMARY], "per_12_classes": 1},
            ],
        },
        "policy": {
            "name": "reshape",
            "actions": ["close", "convert", "extend", "merge", "open", "relocate", "retrofit"],
            "whole_zones": True,
            "notice_years": 1,
            "closings_per_year": 1,
            "close_below": 100.0,
            "keep_last_lower_secondary": True,
            "unsafe_deadline": 2022,
            "allowed_places": {LOWER: ["county_town"]},
            "carry_over": True,
            "schools_open": None,
            "families_off": [],
        },
    }


def _level(name: str, first: int, grades: int, cap: float) -> dict[str, Any]:
    limits = {"hard": 55.0, "large": 56.0, "very_large": 66.0}
    return {"name": name, "first_grade": first, "grades": grades, "cap": cap, **limits}


def _problem() -> dict[str, list[dict[str, Any]]]:
    enrolled = [
        *(("Z1", "A", PRIMARY, 1, 62.0), ("Z1", "A", PRIMARY, 2, 58.0)),
        *(("Z1", "A", PRIMARY, 3, 60.0), ("Z2", "B", PRIMARY, 1, 22.0)),
        *(("Z2", "B", PRIMARY, 2, 20.0), ("Z2", "B", PRIMARY, 3, 18.0)),
        *(("Z3", "P", PRIMARY, 1, 12.0), ("Z3", "A", PRIMARY, 2, 11.0)),
        *(("Z3", "A", PRIMARY, 3, 10.0), ("Z1", "A", LOWER, 4, 58.0)),
        *(("Z1", "A", LOWER, 5, 48.0), ("Z2", "D", LOWER, 4, 30.0)),
        *(("Z3", "D", LOWER, 4, 10.0), ("Z2", "D", LOWER, 5, 28.0)),
    ]
    classes = [
        *(("A", PRIMARY, 1, 2), ("A", PRIMARY, 2, 2), ("A", PRIMARY, 3, 2)),
        *(("B", PRIMARY, 1, 1), ("B", PRIMARY, 2, 1), ("B", PRIMARY, 3, 1)),
        *(("P", PRIMARY, 1, 1), ("A", LOWER, 4, 1), ("A", LOWER, 5, 1)),
        *(("D", LOWER, 4, 1), ("D", LOWER, 5, 1)),
    ]
    return {
        "zones": [
            {
                "zone_id": zone,
                "name": zone,
                "town": town,
                "urban": town == "East",
                "x": 0.0,
                "y": 0.0,
            }
            for zone, town in (("Z1", "East"), ("Z2", "West"), ("Z3", "West"))
        ],
        "sites": _sites(),
        "options": _options(),
        "spend": [
            {"option": option["option"], "year_offset": offset, "share": 1 / max(1, option["lead"])}
            for option in _options()
            for offset in range(max(1, option["lead"]))
        ],
        "entrants": _entrants(),
        "progression": _progression(),
        "enrolled": [
            {"zone_id": z, "site_id": s, "level": lv, "grade": g, "pupils": p}
            for z, s, lv, g, p in enrolled
        ],
        "enrolled_classes": [
            {"site_id": s, "level": lv, "grade": g, "classes": n} for s, lv, g, n in classes
        ],
        "travel": _travel(),
        "merge_arcs": [
            {"from_site_id": a, "to_site_id": b, "level": level}
            for a, b, level in (
                *(("B", "A", PRIMARY), ("P", "A", PRIMARY), ("P", "B", PRIMARY)),
                *(("A", "B", PRIMARY), ("D", "A", LOWER), ("A", "D", LOWER), ("B", "N", PRIMARY)),
            )
        ],
        "budget": [
            {"year": year, "amount": amount}
            for year, amount in ((2021, 6_000_000.0), (2022, 900_000.0), (2023, 100_000.0))
        ],
        "prices": [
            {"name": name, "value": value, "unit": "yuan", "source": "made up"}
            for name, value in _PRICES.items()
        ],
    }


_PRICES = {
    "class_year": 150_000.0,
    "bus_pupil_year": 1_200.0,
    "yuan_per_minute": 0.25,
    "school_days": 195.0,
    "beyond_pupil_minute": 40.0,
    "over_cap_pupil_year": 2_000.0,
    "room_debt_year": 30_000.0,
    "pupil_moved": 500.0,
    "entrant_reassigned": 300.0,
    "post_short_year": 0.0,
    "post_surplus_year": 0.0,
    "teacher_moved": 0.0,
    "life_years": 50.0,
}


def _sites() -> list[dict[str, Any]]:
    common = {"seats": None, "unsafe": False, "protected": False, "objection": 0.1}
    common |= {"point_grades": 0, "parent_id": "", "teaching_area": 900.0, "x": 0.0, "y": 0.0}
    rows = [
        ("A", "East", True, "county_town", True, True, 6, 600_000.0, 1, 1),
        ("B", "West", False, "village", True, False, 3, 300_000.0, 0, 0),
        ("P", "West", False, "village", True, False, 1, 90_000.0, 0, 0),
        ("D", "West", False, "village", False, True, 2, 400_000.0, 1, 0),
        ("N", "West", False, "village", False, False, 0, 350_000.0, 0, 0),
    ]
    keys = ("site_id", "town", "urban", "place", f"runs_{PRIMARY}", f"runs_{LOWER}", "rooms")
    keys += ("annual_cost", "function_music", "function_science")
    sites = [common | dict(zip(keys, row, strict=True)) for row in rows]
    for site in sites:
        site["name"] = f"School {site['site_id']}"
        site["seats"] = float("nan")
    sites[2] |= {"point_grades": 1, "parent_id": "A"}
    return sites


def _options() -> list[dict[str, Any]]:
    common = {"rooms_out": 0, "area_m2": 500.0, "land_m2": 0.0, "earliest": 2021, "latest": 2023}
    common |= {"committed": 0, "relocates_id": "", "function_music": 0, "function_science": 0}
    common |= {f"after_{PRIMARY}": False, f"after_{LOWER}": False}
    primary, lower = {f"after_{PRIMARY}": True}, {f"after_{LOWER}": True}
    return [
        common | {"option": name, "site_id": site, "action": action, "rooms": rooms}
        | {"lead": lead, "capital_cost": cost} | more
        for name, site, action, rooms, lead, cost, more in (
            ("extend A", "A", "extend", 3, 1, 2_000_000.0, {"function_music": 1}),
            ("extend D", "D", "extend", 2, 2, 800_000.0, {"committed": 2020, "earliest": 2020}),
            ("open N", "N", "open", 6, 1, 900_000.0, primary),
            ("open N low", "N", "open", 6, 1, 900_000.0, lower),
            ("move B", "N", "relocate", 6, 1, 950_000.0, primary | {"relocates_id": "B"}),
            ("convert B", "B", "convert", 0, 0, 100_000.0, lower),
            ("retrofit D", "D", "retrofit", 0, 1, 300_000.0, {"rooms_out": 1}),
        )
    ]  # fmt: skip


def _entrants() -> list[dict[str, Any]]:
    sizes = {("Z1", PRIMARY): 60.0, ("Z2", PRIMARY): 20.0, ("Z3", PRIMARY): 12.0}
    sizes |= {("Z1", LOWER): 48.5, ("Z2", LOWER): 25.0, ("Z3", LOWER): 10.0}
    return [
        {"zone_id": zone, "level": level, "entry_year": year, "pupils": size + (year - 2021)}
        for (zone, level), size in sizes.items()
        for year in YEARS
    ]


def _progression() -> list[dict[str, Any]]:
    rows = []
    for zone in ("Z1", "Z2", "Z3"):
        for level, first, grades in ((PRIMARY, 1, 3), (LOWER, 4, 2)):
            for entry in range(2021 - grades, 2024):
                start = max(first, first + 2020 - entry)
                rows += [
                    {
                        "zone_id": zone,
                        "level": level,
                        "entry_year": entry,
                        "grade": grade,
                        "factor": 0.95 ** (grade - start) if zone == "Z2" else 1.0,
                    }
                    for grade in range(start if entry < 2021 else first, first + grades)
                ]
    return rows


def _travel() -> list[dict[str, Any]]:
    rows = [
        ("Z1", "A", PRIMARY, "walk", 10.0, 0.0, 1, True),
        ("Z1", "B", PRIMARY, "bus", 30.0, 0.0, 1, True),
        ("Z1", "N", PRIMARY, "bus", 31.0, 0.0, 1, True),
        ("Z2", "A", PRIMARY, "bus", 25.0, 0.0, 1, True),
        ("Z2", "B", PRIMARY, "walk", 12.0, 0.0, 1, True),
        ("Z2", "N", PRIMARY, "walk", 8.0, 0.0, 1, True),
        ("Z3", "A", PRIMARY, "bus", 28.0, 3.0, 2, False),
        ("Z3", "B", PRIMARY, "bus", 29.0, 4.0, 3, False),
        ("Z3", "P", PRIMARY, "walk", 8.0, 0.0, 1, True),
        ("Z1", "A", LOWER, "walk", 10.0, 0.0, 4, True),
        ("Z1", "D", LOWER, "bus", 35.0, 0.0, 4, True),
        ("Z2", "A", LOWER, "bus", 26.0, 0.0, 4, True),
        ("Z2", "D", LOWER, "bus", 22.0, 0.0, 4, True),
        ("Z3", "A", LOWER, "bus", 55.0, 10.0, 99, True),
        ("Z3", "D", LOWER, "bus", 50.0, 5.0, 99, True),
    ]
    keys = ("zone_id", "site_id", "level", "mode", "minutes", "beyond", "usable_from", "intake")
    return [dict(zip(keys, row, strict=True)) | {"metres": 70.0 * row[4]} for row in rows]
