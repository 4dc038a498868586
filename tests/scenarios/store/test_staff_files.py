from __future__ import annotations

import numpy as np

from scenarios.store.rules_file import rules_of
from scenarios.store.staff_files import staff_tables
from tests.support.staff import tiny_staffing
from tests.support.tiny import tiny_problem


def test_a_pool_of_nobody_keeps_its_level_and_subject_on_file() -> None:
    staffing = tiny_staffing(pools=((0, 0, True), (1, 0, False)), rows=((0, 1, 5, 2),))
    pools = staff_tables(tiny_problem(staffing=staffing))["staff_pools"]
    assert list(pools.itertuples(index=False, name=None)) == [
        ("p0", "primary", "subject 0", "key", "s1", 5, 2),
        ("p1", "lower_secondary", "subject 0", "ordinary", "s0", 0, 0),
    ]


def test_who_is_due_and_what_a_class_needs_stand_on_file() -> None:
    lessons = [[0.5, 0.0], [0.5, 0.25]]
    staffing = tiny_staffing(due=((0, 0, 2022, 3),), subjects=2, lessons=lessons)
    tables = staff_tables(tiny_problem(staffing=staffing))
    assert tables["staff_due"].to_dict("records") == [
        {"pool_id": "p0", "site_id": "s0", "year": 2022, "teachers": 3}
    ]
    lower = tables["lessons"][tables["lessons"]["level"] == "lower_secondary"]
    assert list(lower.itertuples(index=False, name=None)) == [
        ("lower_secondary", 3, "subject 0", 0.5),
        ("lower_secondary", 4, "subject 0", 0.5),
        ("lower_secondary", 4, "subject 1", 0.25),
    ]


def test_rules_name_the_ratios_by_level_and_the_rules_of_rotation() -> None:
    rules = rules_of(
        tiny_problem(
            staffing=tiny_staffing(
                key_share=0.2, to_country=3, pupils_per_staff=np.array([19.0, 13.5])
            )
        ),
        {},
        {},
    )
    staffing = rules["staffing"]
    assert staffing["subjects"] == ["subject 0"]
    assert staffing["pupils_per_staff"] == {"primary": 19.0, "lower_secondary": 13.5}
    assert (staffing["key_share"], staffing["to_country"], staffing["term_years"]) == (0.2, 3, 3)


def test_a_problem_without_teachers_says_nothing_of_them() -> None:
    problem = tiny_problem()
    assert staff_tables(problem) == {}
    assert "staffing" not in rules_of(problem, {}, {})
