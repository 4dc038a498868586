"""Studies whose children are counted by census tracts, which cut across the zones."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.schemas import AGE_COLUMNS
from scenarios.assemble import assemble, prepare
from scenarios.assemble.check import check_study
from scenarios.assemble.layers import read_layers, ready
from scenarios.config import load_study, open_study
from tests.support.studies import small_study

BY_TRACT = ("children: {file: children.csv}", "children: {file: census.gpkg, layer: tracts}")
COLUMNS = ("layer: tracts}", "layer: tracts, columns: census.yaml}")
WITH_HOMES = (
    "options: {file: options.csv}",
    "options: {file: options.csv}\n  population: {file: homes.gpkg}",
)
METRIC = "EPSG:4549"
STRIPS = 4


def counted(folder: Path, *changes: tuple[str, str]) -> Path:
    """Copy the small study; its children are counted by strips of the county, from west to east."""
    study = small_study(folder, BY_TRACT, *changes)
    towns = gpd.read_file(study.parent / "county.gpkg", layer="towns").to_crs(METRIC)
    zones = gpd.read_file(study.parent / "county.gpkg", layer="zones").to_crs(METRIC)
    county = shapely.union_all(towns.geometry.to_numpy())
    west, south, east, north = county.bounds
    cuts = np.linspace(west, east, STRIPS + 1)
    boxes = [shapely.box(left, south, right, north) for left, right in pairwise(cuts)]
    children = pd.read_csv(study.parent / "children.csv", dtype={"zone_id": str})
    strip = np.searchsorted(cuts[1:-1], zones.representative_point().x)
    children["strip"] = children["zone_id"].map(dict(zip(zones["zone_id"], strip, strict=True)))
    table = children.pivot_table(index="strip", columns="age", values="children", aggfunc="sum")
    table = table.reindex(range(STRIPS)).fillna(0).astype(int).set_axis(AGE_COLUMNS, axis=1)
    table = table.reset_index(drop=True)
    layer = gpd.GeoDataFrame(table, geometry=shapely.intersection(boxes, county), crs=METRIC)
    layer.insert(0, "tract_id", [f"T{number}" for number in range(1, STRIPS + 1)])
    write(study, layer)
    homes = gpd.GeoDataFrame(
        {"people": range(1, len(zones) + 1)}, geometry=zones.representative_point(), crs=METRIC
    )
    homes.to_file(study.parent / "homes.gpkg")
    return study


def write(study: Path, layer: gpd.GeoDataFrame) -> None:
    layer.to_file(study.parent / "census.gpkg", layer="tracts")


def tracts_of(study: Path) -> gpd.GeoDataFrame:
    return gpd.read_file(study.parent / "census.gpkg", layer="tracts")


def of_codes(study: Path) -> dict[str, str]:
    return {one.code: one.why.en for one in check_study(study)}


def refused(study: Path) -> list[tuple[str, int, str]]:
    found = [one for one in check_study(study) if one.severity == "error"]
    assert all((one.file, one.sheet) == ("census.gpkg", "tracts") for one in found)
    return [(one.code, one.row, one.column) for one in found]


def test_children_of_tracts_come_to_the_solver_with_their_sums_by_age(tmp_path):
    study = counted(tmp_path)
    assert of_codes(study).keys() == {"D70"}
    prepared = prepare(load_study(study))
    sums = tracts_of(study)[list(AGE_COLUMNS)].sum().tolist()
    assert prepared.population.children.sum(axis=0).tolist() == sums
    assert (prepared.population.children % 1 == 0).all()
    assert assemble(prepared, prepared.loaded.scenarios[0]).problem.zones.ids


def test_each_tract_keeps_its_children_among_the_zones_where_its_people_live(tmp_path):
    study = counted(tmp_path, WITH_HOMES)
    told = of_codes(study)
    assert "4 by the people who live there, 0 by area" in told["D70"]
    layers = read_layers(load_study(study))
    children, people = layers.frames["children"], layers.layer("population")
    tracts = layers.layer("tracts")
    for row, outline in tracts.geometry.items():
        home = people[people.within(outline)]
        assert home["zone_id"].is_unique
        of_tract = children[children["zone_id"].isin(home["zone_id"])]
        counts = of_tract.groupby("age")["children"].sum()
        # Each home is all that is known of its zone, so no other tract sends children there.
        assert counts.tolist() == tracts.loc[row, list(AGE_COLUMNS)].tolist()
        by_zone = of_tract.groupby("zone_id")["children"].sum().reindex(home["zone_id"])
        shares = by_zone.fillna(0).to_numpy() / by_zone.sum()
        apart = shares - home["people"].to_numpy() / home["people"].sum()
        assert np.abs(apart).max() < len(AGE_COLUMNS) / by_zone.sum()


def test_children_are_divided_once_however_often_layers_are_made_ready(tmp_path):
    layers = read_layers(load_study(counted(tmp_path)))
    assert ready(layers).frames["children"].equals(layers.frames["children"])


def test_a_file_of_columns_reads_a_census_layer_under_its_own_headers(tmp_path):
    study = counted(tmp_path / "a", COLUMNS)
    plain = read_layers(load_study(counted(tmp_path / "b"))).frames["children"]
    layer = tracts_of(study).rename(columns={"tract_id": "代码", "age_0": "未满1岁"})
    layer["男"], layer["女"] = layer["age_1"] // 3, layer["age_1"] - layer["age_1"] // 3
    write(study, layer.drop(columns="age_1"))
    (study.parent / "census.yaml").write_text(
        "table: tracts\ncolumns:\n  tract_id: 代码\n  age_0: 未满1岁\n  age_1: {add: [男, 女]}\n",
        encoding="utf-8",
    )
    assert of_codes(study).keys() == {"D70", "T67"}
    assert read_layers(load_study(study)).frames["children"].equals(plain)


def test_a_file_of_columns_for_children_is_not_one_for_tracts(tmp_path):
    study = counted(tmp_path, COLUMNS)
    (study.parent / "census.yaml").write_text("table: children\n", encoding="utf-8")
    assert [(one.code, one.column) for one in open_study(study)[1]] == [("C23", "table")]


def test_a_layer_may_have_a_datum_and_a_table_none(tmp_path):
    assert open_study(counted(tmp_path / "a", (BY_TRACT[1][-8:], "tracts, datum: GCJ-02}")))
    _, faults = open_study(
        counted(tmp_path / "b", (BY_TRACT[1], BY_TRACT[0][:-1] + ", datum: GCJ-02}"))
    )
    assert [(one.code, one.column) for one in faults] == [("C23", "inputs.children.datum")]


def test_faulty_counts_and_ids_are_told_all_at_once(tmp_path):
    study = counted(tmp_path)
    layer = tracts_of(study)
    layer["age_0"] = layer["age_0"] + np.array([0.5, 0, 0, 0])
    layer["age_1"] = [0, -3, 1, 2]
    layer["age_2"] = pd.array([1, 2, None, 4], dtype="Int64")
    layer["tract_id"] = ["T1", "T2", "T3", "T3"]
    write(study, layer.drop(columns="age_5"))
    assert set(refused(study)) == {
        ("T40", 0, "age_5"),
        ("T07", 1, "age_0"),
        ("T57", 2, "age_1"),
        ("T59", 3, "age_2"),
        ("G51", 3, "tract_id"),
        ("G51", 4, "tract_id"),
    }


def test_a_tract_without_an_outline_or_with_a_point_blames_no_other(tmp_path):
    study = counted(tmp_path)
    layer = tracts_of(study)
    layer.loc[0, "geometry"] = None
    layer.loc[1, "geometry"] = shapely.Point(layer.geometry[1].centroid)
    write(study, layer)
    assert set(refused(study)) == {
        ("G10", 1, "geometry"),
        ("G12", 0, "geometry"),
        ("G11", 2, "geometry"),
    }


def test_a_layer_of_points_is_none_of_tracts(tmp_path):
    study = counted(tmp_path)
    layer = tracts_of(study)
    write(study, layer.set_geometry(layer.geometry.centroid))
    assert {code for code, _, _ in refused(study)} == {"G11"}


def test_tracts_of_another_county_are_told_once_and_nothing_else_is_blamed(tmp_path):
    study = counted(tmp_path)
    layer = tracts_of(study)
    write(study, layer.set_geometry(layer.translate(0, -200_000)))
    assert refused(study) == [("G18", 0, "geometry")]


def test_a_table_named_as_a_layer_is_refused(tmp_path):
    study = counted(tmp_path, ("census.gpkg, layer: tracts", "children.csv, layer: tracts"))
    assert [one.code for one in check_study(study)] == ["G46"]


def test_overlaps_gaps_and_children_beyond_the_county_are_told_together(tmp_path):
    study = counted(tmp_path)
    layer = tracts_of(study)
    shapes = layer.geometry.to_numpy()
    shapes[0] = shapely.buffer(shapes[0], 1500)
    shapes[2] = shapely.intersection(shapes[2], shapely.buffer(shapes[2].centroid, 3000))
    far = layer.iloc[[0]].assign(tract_id="T9").set_geometry(layer.geometry[:1].translate(0, 4e4))
    write(study, pd.concat([layer.set_geometry(shapes), far], ignore_index=True))
    found = {(one.code, one.row): one for one in check_study(study)}
    assert found.keys() == {("G70", 1), ("G72", 0), ("D73", 1), ("D74", 5), ("D70", 0)}
    assert re.search(r"about [\d,]+ of its [\d,]+ children", found["D74", 5].why.en)


def test_zones_that_are_points_need_people(tmp_path):
    study = counted(tmp_path)
    path = study.parent / "county.gpkg"
    zones = gpd.read_file(path, layer="zones")
    zones.set_geometry(zones.representative_point()).to_file(path, layer="zones")
    assert refused(study) == [("D72", 0, "")]
    study = counted(tmp_path / "peopled", WITH_HOMES)
    zones.set_geometry(zones.representative_point()).to_file(
        study.parent / "county.gpkg", layer="zones"
    )
    assert refused(study) == []


def test_zones_made_of_people_take_the_children_of_tracts(tmp_path):
    made = ("zones: {file: county.gpkg, layer: zones}", "zones: {file: homes.gpkg, number: 20}")
    nowhere = ("enrolment: {file: schools.xlsx, sheet: enrolment}", "enrolment: {file: all.csv}")
    study = counted(tmp_path, made, nowhere, ("  housing: {file: housing.csv}\n", ""))
    pupils = pd.read_excel(study.parent / "schools.xlsx", "enrolment", dtype=str, engine="calamine")
    pupils["pupils"] = pupils["pupils"].astype(int)
    of_school = pupils.groupby(["site_id", "level", "grade"], as_index=False)["pupils"].sum()
    of_school.to_csv(study.parent / "all.csv", index=False)
    assert of_codes(study).keys() >= {"D55", "D57", "D70", "T16"}
    layers = read_layers(load_study(study))
    sums = layers.frames["children"].groupby("age")["children"].sum().tolist()
    assert sums == tracts_of(study)[list(AGE_COLUMNS)].sum().tolist()
    assert len(layers.frames["zones"]) == 20


@pytest.mark.parametrize("name", ["census.shp", "census.geojson"])
def test_a_file_that_is_called_as_layers_are_needs_no_layer_named(tmp_path, name):
    study = counted(tmp_path, ("census.gpkg, layer: tracts", name))
    layer = tracts_of(study)
    layer.to_crs("EPSG:4326").to_file(study.parent / name, encoding="UTF-8")
    assert "D70" in of_codes(study)
    assert [one for one in check_study(study) if one.severity == "error"] == []
