"""Zones of a study joined to fewer: tables carried over, the plan judged, villages named."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geodata.findings import FindingError, Source
from scenarios.assemble import assemble, prepare
from scenarios.assemble.check import check_study
from scenarios.assemble.joining import join_zones
from scenarios.assemble.layers import Layers, read_layers, ready
from scenarios.assemble.people import with_children
from scenarios.cli import main
from scenarios.config import load_study, open_study
from tests.support.layers import points, squares
from tests.support.studies import SMALL, change_file, small_study

ZONES = "zones: {file: county.gpkg, layer: zones}"
TO_30 = (ZONES, "zones: {file: county.gpkg, layer: zones, join_to: 30}")
ROADS = "  roads: {file: county.gpkg, layer: roads}\n"
GRADE = ["site_id", "level", "grade"]


def to(number: object, *, more: str = "") -> tuple[str, str]:
    return ZONES, f"zones: {{file: county.gpkg, layer: zones, join_to: {number}{more}}}"


def six_villages() -> dict[str, pd.DataFrame]:
    """Return a street of six villages in two towns, and the tables that name them."""
    zones = squares(**{f"v{i}": (i, 0) for i in range(1, 7)})
    zones = zones.assign(name=["A", "B", "C", "D", "E", "F"], kind="rural", town=[*"wwweee"])
    pupils = [("w", "v1", 5), ("w", "v2", 9), ("w", "v3", 4), ("e", "v3", 1), ("e", "v4", 7)]
    return {
        "zones": zones,
        "enrolment": pd.DataFrame(
            [(site, "primary", 1, zone, float(n)) for site, zone, n in pupils],
            columns=["site_id", "level", "grade", "zone_id", "pupils"],
        ),
        "children": pd.DataFrame(
            {"zone_id": ["v1", "v2", "v5", "v6"], "town": "", "age": 0, "children": [3, 2, 8, 1]}
        ),
        "housing": pd.DataFrame({"zone_id": ["v1", "v3"], "year": 2021, "dwellings": [40, 60]}),
        "links": pd.DataFrame({"zone_a_id": ["v1", "v1", "v3"], "zone_b_id": ["v2", "v6", "v6"]}),
        "travel": pd.DataFrame({"zone_id": ["v1", "v2", "v5"], "site_id": "w", "metres": 9.0}),
        "population": pd.DataFrame({"people": [2.0, 3.0], "zone_id": ["v1", ""]}),
    }


def rows(table: pd.DataFrame) -> list[list[object]]:
    return table.to_numpy().tolist()


def test_tables_of_six_villages_are_carried_to_two_zones_with_every_sum() -> None:
    frames = six_villages()
    left = join_zones(frames, frames["zones"], 2, Source("zones"))
    # Each is called after the village nearest to the mean of its pupils and children.
    assert rows(left.frames["zones"][["zone_id", "name", "town"]]) == [
        ["v2", "B +2", "w"], ["v5", "E +2", "e"],
    ]  # fmt: skip
    assert rows(left.frames["enrolment"]) == [
        ["e", "primary", 1, "v2", 1.0], ["e", "primary", 1, "v5", 7.0],
        ["w", "primary", 1, "v2", 18.0],
    ]  # fmt: skip
    assert rows(left.frames["children"]) == [["v2", "", 0, 5], ["v5", "", 0, 9]]
    assert rows(left.frames["housing"]) == [["v2", 2021, 40], ["v2", 2021, 60]]
    assert rows(left.frames["links"]) == [["v2", "v5"]]
    assert rows(left.frames["travel"]) == [["v2", "w", 9.0], ["v5", "w", 9.0]]
    assert left.frames["population"]["zone_id"].tolist() == ["v2", ""]
    assert left.given.set_index("given_id")["pupils"].to_dict() == {
        "v1": 8.0, "v2": 11.0, "v3": 5.0, "v4": 7.0, "v5": 8.0, "v6": 1.0,
    }  # fmt: skip


def test_land_of_joined_villages_is_theirs_and_ways_begin_in_one_of_them() -> None:
    frames = six_villages()
    left = join_zones(frames, frames["zones"], 2, Source("zones"))
    united = left.frames["zones"].set_index("zone_id").geometry
    assert united.geom_type.tolist() == ["Polygon", "Polygon"]
    assert united.area.tolist() == [3e6, 3e6]
    middle = frames["zones"].set_index("zone_id").representative_point()
    assert left.starts.to_dict() == middle[["v2", "v5"]].to_dict()


def test_how_far_pupils_move_is_that_worked_out_by_hand() -> None:
    frames = six_villages()
    left = join_zones(frames, frames["zones"], 2, Source("zones"))
    # v1, v3, v4 and v6 lie 1 km from v2 or v5: 8 + 5 + 7 + 1 = 21 of 40 pupils and children.
    told = left.findings[0].why.en
    # A single pupil of v3 goes to the other school, most go to that of v1 and v2.
    assert "6 became 2, 0 of them" in told
    assert "525 m on average, 1,000 m at most" in told


def test_villages_that_are_points_stay_points_where_ways_begin() -> None:
    frames = six_villages()
    spots = {f"v{i}": (1000.0 * i, 0.0) for i in range(1, 7)}
    places = points("zone_id", **spots).assign(**{
        name: frames["zones"][name].to_numpy() for name in ("name", "town", "kind")
    })  # fmt: skip
    left = join_zones({**frames, "zones": places}, places, 2, Source("zones"))
    joined = left.frames["zones"].set_index("zone_id").geometry
    assert joined.to_dict() == left.starts.to_dict()
    assert joined.index.tolist() == ["v2", "v5"]


def test_the_order_of_the_file_does_not_matter() -> None:
    frames = six_villages()
    other = {name: table[::-1] for name, table in frames.items()}
    first = join_zones(frames, frames["zones"], 3, Source("zones")).frames
    again = join_zones(other, other["zones"], 3, Source("zones")).frames
    for name in ("zones", "enrolment", "children"):
        assert rows(pd.DataFrame(first[name])) == rows(pd.DataFrame(again[name]))


@cache
def layers_of_small_county() -> Layers:
    return read_layers(load_study(SMALL))


@settings(max_examples=12, deadline=None)
@given(st.integers(6, 60))
def test_pupils_and_children_stay_whatever_the_number(number: int) -> None:
    before = layers_of_small_county()
    after = ready(replace(before, join_to=number))
    assert len(after.frames["zones"]) == number
    keys = {"enrolment": (GRADE, "pupils"), "children": (["age"], "children")}
    for name, (key, column) in keys.items():
        sums = []
        for layers in (before, after):
            zones = layers.frames["zones"].set_index("zone_id")
            table = layers.frames[name]
            at = table["zone_id"].map(zones["town"]), table["zone_id"].map(zones["kind"])
            sums.append(table.groupby([*(table[one] for one in key), *at])[column].sum().to_dict())
        assert sums[0] == sums[1]
    assert after.layer("zones").area.sum() == pytest.approx(before.layer("zones").area.sum())


def test_layers_that_were_joined_are_not_joined_again() -> None:
    once = ready(replace(layers_of_small_county(), join_to=30))
    again = ready(once)
    assert again.frames["zones"].equals(once.frames["zones"])
    assert [one.code for one in again.findings].count("D60") == 1


def test_children_counted_by_town_are_divided_before_villages_are_joined(tmp_path: Path) -> None:
    study = small_study(tmp_path, TO_30)
    zones = gpd.read_file(study.parent / "county.gpkg", layer="zones").set_index("zone_id")
    table = pd.read_csv(study.parent / "children.csv", dtype={"zone_id": str})
    by_town = table.groupby([table["zone_id"].map(zones["town"]).rename("town"), "age"])
    told = by_town["children"].sum().reset_index().assign(zone_id="")
    told.to_csv(study.parent / "children.csv", index=False)
    layers = read_layers(load_study(study))
    assert layers.frames["children"]["children"].sum() == told["children"].sum()
    given = layers.given
    assert given is not None and len(given) == 60
    assert with_children(layers.frames).equals(layers.frames["children"])


@pytest.mark.parametrize(
    ("number", "more", "code"),
    [
        ("2.5", "", "C04"),
        ("many", "", "C04"),
        ("0", "", "C51"),
        ("30", ", urban_from: 5", "C23"),
    ],
)
def test_what_is_no_number_of_zones_is_refused(
    tmp_path: Path, number: str, more: str, code: str
) -> None:
    _, faults = open_study(small_study(tmp_path, to(number, more=more)))
    assert [one.code for one in faults] == [code]


def test_zones_made_of_people_are_not_joined(tmp_path: Path) -> None:
    _, faults = open_study(small_study(tmp_path, to(30, more=", number: 40")))
    assert [(one.code, one.column) for one in faults] == [("C23", "inputs.zones.join_to")]


def test_a_number_that_cannot_be_had_is_told_beside_other_faults(tmp_path: Path) -> None:
    study = small_study(tmp_path, to(61))
    change_file(study, "children.csv", "Z0001,0,10", "Z0001,0,ten")
    faults = [one for one in check_study(study) if one.severity == "error"]
    assert [(one.code, one.sheet) for one in faults] == [("T08", ""), ("D61", "zones")]
    with pytest.raises(FindingError, match="D61"):
        read_layers(load_study(small_study(tmp_path / "few", to(5))))


def test_a_travel_table_stays_that_of_the_villages_where_ways_begin(tmp_path: Path) -> None:
    plain = prepare(load_study(SMALL)).travel.table
    study = small_study(tmp_path, TO_30, (ROADS, "  travel: {file: ways.csv}\n"))
    plain.to_csv(study.parent / "ways.csv", index=False)
    layers = read_layers(load_study(study))
    ways = layers.frames["travel"]
    assert set(ways["zone_id"]) == set(layers.frames["zones"]["zone_id"])
    key = ["zone_id", "site_id", "mode"]
    kept = plain.set_index(key)["minutes"].loc[list(map(tuple, rows(ways[key])))]
    assert kept.to_numpy() == pytest.approx(ways["minutes"].to_numpy(), abs=1e-6)


@pytest.fixture(scope="module")
def run_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Plan the small county with half its zones, and write all outputs."""
    folder = tmp_path_factory.mktemp("joined")
    study = small_study(folder, TO_30)
    command = ["run", str(study), "--only", "slow-keep", "--out", str(folder / "results")]
    assert main([*command, "--seconds", "20", "--gap", "0.05", "--quiet"]) == 0
    return folder / "results" / "small_county" / "slow-keep"


def test_a_plan_of_joined_zones_is_verified(run_dir: Path) -> None:
    assert main(["verify", str(run_dir), "--bound"]) == 0
    assert len(pd.read_parquet(run_dir / "problem" / "zones.parquet")) == 30
    enrolled = pd.read_parquet(run_dir / "problem" / "enrolled.parquet")
    before = layers_of_small_county().frames["enrolment"]
    assert enrolled.groupby(GRADE)["pupils"].sum().to_dict() == (
        before.groupby(GRADE)["pupils"].sum().to_dict()
    )


def test_its_address_lists_name_every_village_as_the_study_gives_it(run_dir: Path) -> None:
    book = openpyxl.load_workbook(run_dir / "catchments.xlsx")
    lines = [list(line) for line in book["村居查询 By village"].iter_rows(values_only=True)]
    at = next(i for i, line in enumerate(lines) if str(line[0]).endswith("zone"))
    villages = gpd.read_file(SMALL.parent / "county.gpkg", layer="zones")
    named = [tuple(line[:3]) for line in lines[at + 1 :]]
    assert named == list(villages[["zone_id", "name", "town"]].itertuples(index=False, name=None))
    given = gpd.read_file(run_dir / "problem" / "geometry.gpkg", layer="given_zones")
    plan = pd.read_parquet(run_dir / "tables" / "assignment.parquet")
    school = plan[plan["entry_year"] == 2021].groupby(["zone_id", "level"])["site_id"].first()
    sites = pd.read_parquet(run_dir / "problem" / "sites.parquet").set_index("site_id")["name"]
    of = given.set_index("given_id")["zone_id"]
    assert [line[3] for line in lines[at + 1 :]] == [
        sites[school[of[line[0]], "primary"]] for line in lines[at + 1 :]
    ]


def test_every_village_stands_once_a_level_and_year_in_its_schools_list(run_dir: Path) -> None:
    book = openpyxl.load_workbook(run_dir / "catchments.xlsx")
    lines = [list(line) for line in book["学区范围 Catchments"].iter_rows(values_only=True)]
    at = next(i for i, line in enumerate(lines) if str(line[0]).endswith("level"))
    names = gpd.read_file(SMALL.parent / "county.gpkg", layer="zones")["name"]
    for level in ("小学\nprimary", "初中\nlower secondary"):
        here = [line for line in lines[at + 1 :] if line[0] == level and line[3] <= 2023 <= line[4]]
        said = "；".join(str(line[6]) for line in here)
        listed = [name for town in said.split("；") for name in town.split("：")[1].split("、")]
        assert sorted(listed) == sorted(names)
        assert sum(line[5] for line in here) == 60


def test_a_study_that_joins_nothing_has_no_zones_beside_its_own() -> None:
    assert layers_of_small_county().given is None


def test_a_plan_may_ask_joined_zones_to_hang_together(tmp_path: Path) -> None:
    contiguous = ("actions: [open, extend]\n", "actions: [open]\n    contiguous: true\n")
    prepared = prepare(load_study(small_study(tmp_path, TO_30, contiguous)))
    assert not {"G61", "G62"} & {one.code for one in prepared.findings}
    problem = assemble(prepared, prepared.loaded.scenarios[0]).problem
    assert problem.adjacency is not None and len(problem.zones) == 30
