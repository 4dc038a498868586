"""Rows of options that contradict themselves are named by code, row and column, all at once."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from geodata.findings import Source
from scenarios.assemble.option_rules import option_faults
from scenarios.config import LoadedStudy, load_study
from tests.support.studies import SMALL

OPTIONS = Source("options.csv")
EXTEND: dict[str, Any] = {
    "site_id": "S1",
    "action": "extend",
    "school_type_after": "",
    "relocates_id": "",
    "lead": 1,
    "earliest": 2026,
    "latest": 2030,
    "spend": "",
}
OPEN = {**EXTEND, "site_id": "C1", "action": "open", "school_type_after": "primary"}
RELOCATE = {**OPEN, "action": "relocate", "relocates_id": "S1"}


@pytest.fixture(scope="module")
def loaded() -> LoadedStudy:
    return load_study(SMALL)


def found(loaded: LoadedStudy, *options: dict[str, Any], **changed: pd.DataFrame) -> list[Any]:
    """Return (code, row, column) of what is wrong with options of one school and one candidate."""
    frames = {
        "schools": pd.DataFrame({"site_id": ["S1"], "point_grades": [0]}),
        "candidates": pd.DataFrame({"site_id": ["C1"], "annual_cost": [1.0]}),
        "children": pd.DataFrame({"age": [0, 5]}),
        "options": pd.DataFrame(options, index=range(2, 2 + len(options))),
    }
    faults = option_faults(loaded, frames | changed, OPTIONS)
    return [(one.code, one.row, one.column) for one in faults]


def test_sound_options_are_passed(loaded: LoadedStudy) -> None:
    spent = EXTEND | {"lead": 2, "spend": "0.25;0.75"}
    assert found(loaded, EXTEND, OPEN, RELOCATE, spent) == []


@pytest.mark.parametrize(
    ("option", "code", "column"),
    [
        (EXTEND | {"school_type_after": "primary"}, "D60", "school_type_after"),
        (OPEN | {"school_type_after": ""}, "D60", "school_type_after"),
        (EXTEND | {"site_id": "C1"}, "D60", "site_id"),
        (OPEN | {"site_id": "S1"}, "D60", "site_id"),
        (RELOCATE | {"relocates_id": ""}, "D60", "relocates_id"),
        (OPEN | {"relocates_id": "S1"}, "D60", "relocates_id"),
        (EXTEND | {"earliest": 2031}, "D61", "latest"),
        (EXTEND | {"spend": "0.5;0.4"}, "D62", "spend"),
        (EXTEND | {"spend": "1.5;-0.5"}, "D62", "spend"),
        (EXTEND | {"spend": "half;half"}, "D62", "spend"),
    ],
)
def test_an_option_at_odds_with_itself_is_named(
    loaded: LoadedStudy, option: dict[str, Any], code: str, column: str
) -> None:
    assert found(loaded, EXTEND, option) == [(code, 3, column)]


def test_all_faults_of_a_row_are_told_at_once(loaded: LoadedStudy) -> None:
    option = EXTEND | {"site_id": "C1", "relocates_id": "S1", "earliest": 2031}
    assert found(loaded, option) == [
        ("D60", 2, "site_id"),
        ("D60", 2, "relocates_id"),
        ("D61", 2, "latest"),
    ]


def test_rooms_of_a_kind_that_the_profile_lacks_are_refused(loaded: LoadedStudy) -> None:
    assert found(loaded, EXTEND | {"function_sauna": 1}) == [("D63", 0, "function_sauna")]


def test_children_of_school_age_are_refused(loaded: LoadedStudy) -> None:
    assert found(loaded, EXTEND, children=pd.DataFrame({"age": [5, 6]}, index=[2, 3])) == [
        ("D64", 3, "age")
    ]
