"""Studies whose people live on a grid: zones made of it, towns' children divided by it."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin

from scenarios.assemble import assemble, prepare
from scenarios.assemble.check import check_study
from scenarios.assemble.layers import read_layers, ready
from scenarios.config import load_study, open_study
from tests.support.studies import small_study

CELL = 0.002
BY_TOWN = ("children: {file: children.csv}", "children: {file: by_town.csv}")
WITH_GRID = (
    "options: {file: options.csv}",
    "options: {file: options.csv}\n  population: {file: pop.tif}",
)
OF_GRID = (
    "zones: {file: county.gpkg, layer: zones}",
    "zones: {file: pop.tif, number: 24, urban_from: 500}",
)
NO_HOUSING = ("  housing: {file: housing.csv}\n", "")
NOWHERE = ("enrolment: {file: schools.xlsx, sheet: enrolment}", "enrolment: {file: all.csv}")


SHIFTED = WITH_GRID[1].replace("pop.tif", "pop.tif, datum: GCJ-02")


def peopled(folder: Path, *changes: tuple[str, str]) -> Path:
    """Copy the small study; people live around its zones' middles, children are told by town."""
    study = small_study(folder, *changes)
    zones = gpd.read_file(study.parent / "county.gpkg", layer="zones")
    middle = zones.representative_point()
    west, south, east, north = zones.total_bounds
    values = np.zeros((int((north - south) / CELL) + 2, int((east - west) / CELL) + 2), "float32")
    for number, (x, y) in enumerate(zip(middle.x, middle.y, strict=True)):
        row, column = int((north - y) / CELL), int((x - west) / CELL)
        values[max(row - 1, 0) : row + 2, max(column - 1, 0) : column + 2] += 10 + number
    with rasterio.open(
        study.parent / "pop.tif", "w", driver="GTiff", count=1, dtype="float32", crs=zones.crs,
        height=values.shape[0], width=values.shape[1], nodata=0,
        transform=from_origin(west, north, CELL, CELL),
    ) as file:  # fmt: skip
        file.write(values, 1)
    children = pd.read_csv(study.parent / "children.csv", dtype={"zone_id": str})
    children["town"] = children["zone_id"].map(zones.set_index("zone_id")["town"])
    by_town = children.groupby(["town", "age"], as_index=False)["children"].sum()
    by_town.to_csv(study.parent / "by_town.csv", index=False)
    pupils = pd.read_excel(study.parent / "schools.xlsx", "enrolment", dtype=str, engine="calamine")
    pupils["pupils"] = pupils["pupils"].astype(int)
    of_school = pupils.groupby(["site_id", "level", "grade"], as_index=False)["pupils"].sum()
    of_school.to_csv(study.parent / "all.csv", index=False)
    return study


def of_codes(study: Path) -> dict[str, str]:
    return {one.code: one.why.en for one in check_study(study)}


def by_town(layers, children: pd.DataFrame) -> pd.Series:
    town = layers.frames["zones"].set_index("zone_id")["town"]
    return children.groupby([children["zone_id"].map(town), "age"])["children"].sum()


def test_children_of_towns_are_divided_by_the_people_of_zones_and_their_sums_kept(tmp_path):
    study = peopled(tmp_path, BY_TOWN, WITH_GRID)
    layers = read_layers(load_study(study))
    children = layers.frames["children"]
    told = pd.read_csv(study.parent / "by_town.csv").set_index(["town", "age"])["children"]
    assert by_town(layers, children).to_dict() == told[told >= 0].to_dict()
    people = layers.frames["population"].groupby("zone_id")["people"].sum()
    shares = children.groupby("zone_id")["children"].sum()
    town = layers.frames["zones"].set_index("zone_id")["town"] == "西岭镇"
    one = town.index[town]
    apart = shares[one] / shares[one].sum() - people.reindex(one).fillna(0) / people[one].sum()
    # Each of six ages is rounded to whole children.
    assert apart.abs().max() < 6 / shares[one].sum()


def test_ways_of_outlines_begin_where_their_people_live(tmp_path):
    plain = prepare(load_study(peopled(tmp_path / "a")))
    study = peopled(tmp_path / "b", WITH_GRID)
    given = prepare(load_study(study))
    assert not plain.travel.table["metres"].equals(given.travel.table["metres"])
    scenario = given.loaded.scenarios[0]
    xy = assemble(given, scenario).zone_xy
    lived = given.layers.layer("population").geometry
    there = {(round(p.x), round(p.y)) for p in lived}
    assert sum((round(x), round(y)) in there for x, y in xy.tolist()) >= 55


def test_zones_are_made_of_a_grid_and_the_study_stands(tmp_path):
    study = peopled(tmp_path, OF_GRID, BY_TOWN, NO_HOUSING, NOWHERE)
    told = of_codes(study)
    # One of these zones lies across the motorway from its road.
    assert told.keys() == {"D55", "D57", "D58", "T16", "N16"}
    assert "24 zones" in told["D55"]
    prepared = prepare(load_study(study))
    zones = prepared.layers.frames["zones"]
    assert (len(zones), set(zones["kind"])) == (24, {"urban", "rural"})
    whole = pd.read_csv(study.parent / "by_town.csv")["children"].sum()
    assert prepared.layers.frames["children"]["children"].sum() == whole
    assert assemble(prepared, prepared.loaded.scenarios[0]).problem.zones.ids[0] == "东河镇-001"


def test_residential_compounds_make_zones_as_a_grid_does(tmp_path):
    of_layer = (OF_GRID[0], "zones: {file: homes.gpkg, number: 24, urban_from: 50}")
    study = peopled(tmp_path, of_layer, BY_TOWN, NO_HOUSING, NOWHERE)
    zones = gpd.read_file(study.parent / "county.gpkg", layer="zones").to_crs("EPSG:4549")
    homes = gpd.GeoDataFrame({"people": range(60)}, geometry=zones.buffer(-50), crs=zones.crs)
    homes.to_file(study.parent / "homes.gpkg")
    assert of_codes(study).keys() == {"D55", "D57", "D58", "T16"}


def test_without_people_outlines_divide_by_area_and_it_is_said(tmp_path):
    study = peopled(tmp_path, BY_TOWN)
    assert "by area" in of_codes(study)["D58"]
    layers = read_layers(load_study(study))
    zones = layers.layer("zones").set_index("zone_id")
    of_town = zones[zones["town"] == "东河镇"]
    children = layers.frames["children"].groupby("zone_id")["children"].sum()[of_town.index]
    apart = children / children.sum() - of_town.area / of_town.area.sum()
    assert apart.abs().max() < 6 / children.sum()


def test_people_outside_the_county_are_told(tmp_path):
    study = peopled(tmp_path, BY_TOWN, WITH_GRID)
    path = study.parent / "pop.tif"
    with rasterio.open(path, "r+") as file:
        values = file.read(1)
        values[0, 0] = 999.0
        file.write(values, 1)
    assert "people, " in of_codes(study)["D56"]


def test_a_town_without_anybody_cannot_take_children(tmp_path):
    study = peopled(tmp_path, BY_TOWN, WITH_GRID)
    towns = gpd.read_file(study.parent / "county.gpkg", layer="towns")
    east = towns[towns["town"] == "东河镇"].total_bounds[0]
    with rasterio.open(study.parent / "pop.tif", "r+") as file:
        values = file.read(1)
        values[:, int((east - file.transform.c) / CELL) :] = 0
        file.write(values, 1)
    findings = [one for one in check_study(study) if one.code == "D59"]
    assert {one.value for one in findings} == {"东河镇"}
    assert all(one.file == "by_town.csv" and one.row for one in findings)


def test_children_of_nowhere_and_counted_twice_are_refused(tmp_path):
    study = peopled(tmp_path)
    children = pd.read_csv(study.parent / "children.csv", dtype=str).assign(town="")
    last, zone = len(children) + 1, children["zone_id"][0]
    more = pd.DataFrame({"zone_id": ["", zone, ""], "age": "0", "children": "1"})
    more["town"] = ["", "东河镇", "无此镇"]
    pd.concat([children, more]).to_csv(study.parent / "children.csv", index=False)
    findings = [one for one in check_study(study) if one.severity == "error"]
    assert [(one.code, one.row - last) for one in findings] == [("T59", 1), ("T01", 2), ("T53", 3)]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        (("zones: {file: county.gpkg, layer: zones}", "zones: {file: pop.tif}"), "inputs.zones"),
        (("layer: zones}", "layer: zones, urban_from: 100}"), "inputs.zones.urban_from"),
        ((OF_GRID[0], "zones: {file: pop.tif, number: 9, layer: x}"), "inputs.zones.layer"),
        (("births: {file: births.csv}", "births: {file: pop.tif}"), "inputs.births"),
        ((WITH_GRID[0], SHIFTED), "inputs.population.datum"),
    ],
)  # fmt: skip
def test_keys_that_do_not_fit_a_grid_are_refused(tmp_path, change, place):
    _, faults = open_study(peopled(tmp_path, change))
    assert [(one.code, one.column) for one in faults] == [("C23", place)]


def test_people_given_twice_are_refused(tmp_path):
    _, faults = open_study(peopled(tmp_path, OF_GRID, WITH_GRID))
    assert [(one.code, one.column) for one in faults] == [("C23", "inputs.population")]


def test_a_grid_of_another_county_is_told_and_nothing_else_blamed(tmp_path):
    study = peopled(tmp_path, OF_GRID, BY_TOWN, NO_HOUSING, NOWHERE)
    with rasterio.open(study.parent / "pop.tif", "r+") as file:
        file.transform = from_origin(100, 30, CELL, CELL)
    assert of_codes(study).keys() == {"G63", "T16"}


@pytest.mark.parametrize("change", [OF_GRID, WITH_GRID])
@pytest.mark.parametrize("where", ["nowhere", "in the sea"])
def test_a_grid_with_nobody_in_the_county_is_refused(tmp_path, change, where):
    study = peopled(tmp_path, change, NO_HOUSING, BY_TOWN, NOWHERE)
    towns = gpd.read_file(study.parent / "county.gpkg", layer="towns")
    if where == "in the sea":
        cut = towns.geometry.intersection(shapely.box(119.9, 36.22, 120.2, 36.4))
        towns.set_geometry(cut).to_file(study.parent / "county.gpkg", layer="towns")
    with rasterio.open(study.parent / "pop.tif", "r+") as file:
        file.nodata = -1
        values = np.zeros(file.shape, "float32")
        values[-1, 0] = 999.0 if where == "in the sea" else 0.0
        file.write(values, 1)
    refused = [one for one in check_study(study) if one.severity == "error"]
    assert ("G69", "pop.tif") in {(one.code, one.file) for one in refused}
    assert {one.code for one in refused} <= {"D59", "G69"}


def test_what_a_zone_gets_does_not_depend_on_the_rows_before(tmp_path):
    study = peopled(tmp_path, BY_TOWN, WITH_GRID)
    layers = read_layers(load_study(study))
    assert ready(layers).frames["children"].equals(layers.frames["children"])
