"""Which files a run must have, and which columns of which kind.

Kinds: ``text``; ``name`` (text that may be empty); ``whole`` (a whole number, however stored);
``count`` (a whole number, not negative); ``number`` (finite); ``size`` (finite, not negative);
``open`` (a number that may be missing); ``flag`` (true or false).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sheet:
    """Columns with their kinds, and those whose values stand at most once (none: rows add up)."""

    columns: dict[str, str]
    key: tuple[str, ...]


PROBLEM: dict[str, Sheet] = {
    "problem/zones.parquet": Sheet({"zone_id": "text"}, ("zone_id",)),
    "problem/sites.parquet": Sheet(
        {
            "site_id": "text",
            "town": "text",
            "urban": "flag",
            "place": "text",
            "rooms": "whole",
            "seats": "open",
            "annual_cost": "size",
            "point_grades": "whole",
            "parent_id": "name",
            "unsafe": "flag",
            "protected": "flag",
            "objection": "size",
            "teaching_area": "size",
        },
        ("site_id",),
    ),
    "problem/options.parquet": Sheet(
        {
            "option": "text",
            "site_id": "text",
            "action": "text",
            "rooms": "whole",
            "rooms_out": "whole",
            "area_m2": "size",
            "land_m2": "size",
            "capital_cost": "size",
            "lead": "whole",
            "earliest": "whole",
            "latest": "whole",
            "committed": "whole",
            "relocates_id": "name",
        },
        ("option",),
    ),
    "problem/entrants.parquet": Sheet(
        {"zone_id": "text", "level": "text", "entry_year": "whole", "pupils": "size"},
        ("zone_id", "level", "entry_year"),
    ),
    "problem/progression.parquet": Sheet(
        {
            "zone_id": "text",
            "level": "text",
            "entry_year": "whole",
            "grade": "whole",
            "factor": "size",
        },
        ("zone_id", "level", "entry_year", "grade"),
    ),
    "problem/enrolled.parquet": Sheet(
        {
            "zone_id": "text",
            "site_id": "text",
            "level": "text",
            "grade": "whole",
            "pupils": "size",
        },
        ("zone_id", "site_id", "level", "grade"),
    ),
    "problem/enrolled_classes.parquet": Sheet(
        {"site_id": "text", "level": "text", "grade": "whole", "classes": "size"},
        ("site_id", "level", "grade"),
    ),
    "problem/travel.parquet": Sheet(
        {
            "zone_id": "text",
            "site_id": "text",
            "level": "text",
            "mode": "text",
            "minutes": "size",
            "metres": "size",
            "beyond": "size",
            "usable_from": "whole",
            "intake": "flag",
        },
        ("zone_id", "site_id", "level"),
    ),
    "problem/spend.parquet": Sheet(
        {"option": "text", "year_offset": "whole", "share": "size"}, ("option", "year_offset")
    ),
    "problem/merge_arcs.parquet": Sheet(
        {"from_site_id": "text", "to_site_id": "text", "level": "text"},
        ("from_site_id", "to_site_id", "level"),
    ),
    "problem/budget.parquet": Sheet({"year": "whole", "amount": "size"}, ("year",)),
    "problem/prices.parquet": Sheet({"name": "text", "value": "size"}, ("name",)),
}

TABLES: dict[str, Sheet] = {
    "tables/assignment.parquet": Sheet(
        {
            "zone_id": "text",
            "site_id": "text",
            "level": "text",
            "entry_year": "whole",
            "share": "number",
        },
        ("zone_id", "site_id", "level", "entry_year"),
    ),
    "tables/enrolment.parquet": Sheet(
        {
            "zone_id": "text",
            "site_id": "text",
            "level": "text",
            "grade": "whole",
            "entry_year": "whole",
            "year": "whole",
            "pupils": "number",
            "mode": "name",
            "minutes": "open",
            "metres": "open",
        },
        ("zone_id", "site_id", "level", "entry_year", "year"),
    ),
    "tables/classes.parquet": Sheet(
        {
            "site_id": "text",
            "level": "text",
            "grade": "whole",
            "entry_year": "whole",
            "year": "whole",
            "pupils": "number",
            "classes": "number",
            "largest_class": "number",
        },
        ("site_id", "level", "entry_year", "year"),
    ),
    "tables/schools.parquet": Sheet(
        {
            "site_id": "text",
            "level": "text",
            "year": "whole",
            "operates": "flag",
            "admits": "flag",
            "pupils": "number",
            "classes": "number",
            "rooms": "number",
            "rooms_taken": "number",
            "function_rooms": "number",
            "posts": "open",
        },
        ("site_id", "level", "year"),
    ),
    "tables/actions.parquet": Sheet(
        {
            "action_id": "text",
            "site_id": "text",
            "level": "name",
            "action": "text",
            "option": "name",
            "decision_year": "whole",
            "start_year": "whole",
            "service_year": "whole",
            "levels_before": "name",
            "levels_after": "name",
            "rooms": "number",
            "area_m2": "number",
            "land_m2": "number",
            "capital_cost": "number",
            "into_site_id": "name",
        },
        ("action_id",),
    ),
    "tables/spend.parquet": Sheet(
        {"action_id": "text", "year": "whole", "amount": "number", "payer": "name"},
        ("action_id", "year", "payer"),
    ),
    "tables/merges.parquet": Sheet(
        {"from_site_id": "text", "to_site_id": "text", "level": "text", "year": "whole"},
        ("from_site_id", "level"),
    ),
    "tables/kpi.parquet": Sheet(
        {
            "name": "text",
            "level": "text",
            "group": "text",
            "year": "whole",
            "value": "number",
            "unit": "text",
        },
        ("name", "level", "group", "year"),
    ),
}

LAND_PROBLEM: dict[str, Sheet] = {
    "problem/adjacency.parquet": Sheet(
        {"zone_a_id": "text", "zone_b_id": "text"}, ("zone_a_id", "zone_b_id")
    ),
    "problem/own_zones.parquet": Sheet({"site_id": "text", "zone_id": "text"}, ("site_id",)),
}

STAFF_PROBLEM: dict[str, Sheet] = {
    "problem/staff_pools.parquet": Sheet(
        {
            "pool_id": "text",
            "level": "text",
            "subject": "text",
            "rank": "text",
            "site_id": "text",
            "years": "count",
            "teachers": "count",
        },
        (),
    ),
    "problem/staff_due.parquet": Sheet(
        {"pool_id": "text", "site_id": "text", "year": "whole", "teachers": "count"}, ()
    ),
    "problem/lessons.parquet": Sheet(
        {"level": "text", "grade": "whole", "subject": "text", "fte": "size"},
        ("level", "grade", "subject"),
    ),
}

STAFF_TABLES: dict[str, Sheet] = {
    "tables/postings.parquet": Sheet(
        {"pool_id": "text", "site_id": "text", "year": "whole", "posts": "count"},
        ("pool_id", "site_id", "year"),
    ),
    "tables/moves.parquet": Sheet(
        {
            "pool_id": "text",
            "from_site_id": "text",
            "to_site_id": "text",
            "year": "whole",
            "posts": "count",
            "why": "text",
        },
        ("pool_id", "from_site_id", "to_site_id", "year", "why"),
    ),
    "tables/hires.parquet": Sheet(
        {
            "pool_id": "text",
            "site_id": "text",
            "hired": "whole",
            "year": "whole",
            "posts": "count",
        },
        ("pool_id", "site_id", "hired", "year"),
    ),
}
