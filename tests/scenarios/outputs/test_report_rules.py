"""What the report says of catchments in one piece and of entrants sent elsewhere."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd
import pytest

from scenarios.outputs.atlas import Atlas
from scenarios.outputs.pieces import apart, moved_often, pieces
from scenarios.outputs.report_rules import catchment_rules, holds_line


def frame(columns: str, *rows: str) -> pd.DataFrame:
    return pd.DataFrame([row.split() for row in rows], columns=columns.split())


def with_rules(atlas: Atlas, policy: dict[str, Any], tables: dict[str, pd.DataFrame]) -> Atlas:
    rules = {**atlas.run.rules, "policy": {**atlas.run.rules.get("policy", {}), **policy}}
    problem = {**atlas.run.problem, **tables}
    return replace(atlas, run=replace(atlas.run, rules=rules, problem=problem))


@pytest.fixture
def road(atlas: Atlas) -> Atlas:
    """Zones a - b - c - d in a row; P takes a, b, d and stands in b, Q takes c and stands in d."""
    year = str(atlas.run.last_year)
    zones = ("a P", "b P", "d P", "c Q")
    belongs = frame("zone_id site_id", *zones).assign(level="primary", year=int(year))
    tables = {
        "adjacency": frame("zone_a_id zone_b_id", "a b", "b c", "c d"),
        "own_zones": frame("site_id zone_id", "P b", "Q d"),
    }
    none = {"stability": None, "families_off": []}
    return replace(with_rules(atlas, none, tables), belongs=belongs)


def test_a_zone_beyond_another_schools_zone_is_a_piece_of_its_own(road: Atlas) -> None:
    count = pieces(road, "primary", road.run.last_year)
    assert count.to_dict() == {"P": 2, "Q": 1}


def test_the_zone_in_which_a_school_stands_belongs_to_the_piece(road: Atlas) -> None:
    gone = {"own_zones": frame("site_id zone_id", "Q a")}
    there = with_rules(road, {}, gone)
    assert pieces(there, "primary", road.run.last_year).to_dict() == {"P": 2, "Q": 2}


def test_a_zone_is_apart_that_does_not_hang_together_with_its_schools_own(road: Atlas) -> None:
    assert apart(road, "primary", road.run.last_year) == ["d"]


def test_of_a_school_that_stands_in_no_zone_nothing_is_apart(road: Atlas) -> None:
    nowhere = with_rules(road, {}, {"own_zones": frame("site_id zone_id", "Q d")})
    assert apart(nowhere, "primary", road.run.last_year) == []


def test_a_zone_that_comes_back_to_its_school_has_changed_twice(atlas: Atlas) -> None:
    first = atlas.run.first_year
    rows = [("a", "P Q P"), ("b", "P Q Q"), ("c", "P P P")]
    belongs = pd.DataFrame(
        [
            {"zone_id": zone, "site_id": site, "level": "primary", "year": first + step}
            for zone, sites in rows
            for step, site in enumerate(sites.split())
        ]
    )
    assert moved_often(replace(atlas, belongs=belongs), "primary") == {"a": 2}


def test_the_report_names_what_is_in_several_pieces_in_both_languages(road: Atlas) -> None:
    line = catchment_rules(road)[0]
    assert "1 of 2 catchments are in one piece" in line.en
    assert "2个学区中1个连成一片" in line.zh
    assert line.en.startswith("The policy asks")


def test_a_zone_held_by_hand_that_has_no_name_is_called_by_its_id(atlas: Atlas) -> None:
    run, site = atlas.run, atlas.run.site_names().index[0]
    zones = run.problem["zones"].assign(name="")
    zone = zones["zone_id"].iloc[0]
    holds = [{"zone": zone, "site": site, "level": "primary"}]
    manifest = {**run.manifest, "holds": holds}
    line = holds_line(replace(run, manifest=manifest, problem={**run.problem, "zones": zones}))
    assert line is not None
    assert f"(1): {zone} at " in line.en
    assert f"（1项）：{zone}划入" in line.zh


def test_the_most_that_are_sent_elsewhere_stand_beside_what_the_policy_lets(atlas: Atlas) -> None:
    kpi = atlas.run.tables["kpi"].copy()
    first = atlas.run.first_year
    mine = (kpi["name"] == "entrants_reassigned") & (kpi["level"] == "primary")
    mine &= (kpi["group"] == "all") & (kpi["year"] == first)
    kpi.loc[mine, "value"] = 9.0
    entrants = pd.DataFrame(
        {"zone_id": "a", "level": "primary", "entry_year": list(atlas.run.years), "pupils": 100.0}
    )
    run = replace(atlas.run, tables={**atlas.run.tables, "kpi": kpi})
    rules = {"stability": 0.1, "families_off": []}
    told = catchment_rules(with_rules(replace(atlas, run=run), rules, {"entrants": entrants}))
    assert "at most 10.0%" in told[0].en
    assert told[1].en == f"primary: most in {first}, 9.0% (9 of 100 entrants)."
    assert told[1].zh == f"小学：最多的是{first}学年，9.0%（新生100人中9人）。"


@pytest.mark.parametrize("policy", [{"stability": None}, {"families_off": ["catchments"]}])
def test_nothing_is_said_of_what_the_policy_does_not_ask(
    atlas: Atlas, policy: dict[str, Any]
) -> None:
    asked = {"stability": 0.1, "families_off": [], **policy}
    assert catchment_rules(with_rules(atlas, asked, {})) == []
