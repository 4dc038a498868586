"""Which roads a study uses, and what it is told of them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest

from geodata.osm import read_roads
from geodata.readers import read_layer
from geodata.road_checks import rounded
from geodata.schemas import ROADS
from scenarios.assemble.check import check_study
from scenarios.assemble.layers import open_layers, read_layers
from scenarios.config import load_study, open_study
from tests.support.osm import extract
from tests.support.studies import EXAMPLES, SMALL, small_study

GIVEN = "roads: {file: county.gpkg, layer: roads}"
SETTINGS = "travel: {max_sites: 20, straight_line_factor: null}"
OF_ROADS = {"N18", "N19", "N20", "N21", "N24", "N29", "N33", "N40"}
EXTRACT = Path(__file__).parents[3] / "shared/data/roads_liechtenstein/liechtenstein.osm.pbf"


def with_roads(folder, settings=SETTINGS, **columns):
    """Copy the small study; its roads get columns, each for its first roads."""
    study = small_study(folder, (GIVEN, "roads: {file: roads.gpkg}"), (SETTINGS, settings))
    roads = gpd.read_file(SMALL.parent / "county.gpkg", layer="roads")
    for name, values in columns.items():
        roads[name] = roads.get(name, 0)
        roads.loc[roads.index[: len(values)], name] = values
    roads.to_file(study.parent / "roads.gpkg")
    return study


def told(study):
    return {one.code: one for one in check_study(study) if one.code in OF_ROADS}


@pytest.mark.parametrize("example", ["small_county", "county"])
def test_the_roads_of_the_examples_are_sound(example):
    path = EXAMPLES / example
    roads, _ = read_layer(path / "county.gpkg", "roads", ROADS)
    assert rounded(roads, None) == rounded(roads.to_crs("EPSG:4549"), None) == []


@pytest.mark.skipif(not EXTRACT.is_file(), reason=f"the real map is not here: {EXTRACT} is absent")
def test_the_roads_of_a_real_map_are_sound():
    roads, _ = read_roads(EXTRACT)
    assert rounded(roads, None) == rounded(roads.to_crs("EPSG:2056"), None) == []


def test_nothing_is_told_of_the_small_county():
    assert told(SMALL) == {}


def test_seasonal_roads_are_used_until_the_study_closes_them(tmp_path):
    study = with_roads(tmp_path / "a", seasonal=[1, 1, 1])
    assert "3 of them, " in told(study)["N19"].why.en
    used = read_layers(load_study(study)).frames["roads"]
    closing = "travel: {roads: {seasonal: closed}}"
    left = read_layers(load_study(with_roads(tmp_path / "b", closing, seasonal=[1, 1, 1])))
    assert used.index.difference(left.frames["roads"].index).tolist() == [1, 2, 3]


def test_private_roads_of_a_layer_are_left_out_until_the_study_opens_them(tmp_path):
    study = with_roads(tmp_path / "a", private=[1])
    assert (told(study)["N20"].file, told(study)["N20"].sheet) == ("roads.gpkg", "")
    closed = read_layers(load_study(study)).frames["roads"]
    opening = "travel: {roads: {private: open}}"
    opened = read_layers(load_study(with_roads(tmp_path / "b", opening, private=[1])))
    assert opened.frames["roads"].index.difference(closed.index).tolist() == [1]


def test_private_ways_of_an_extract_follow_the_same_switch(tmp_path):
    for number, setting in enumerate(["closed", "open"]):
        settings = f"travel: {{roads: {{private: {setting}}}}}"
        study = small_study(
            tmp_path / setting, (GIVEN, "roads: {file: roads.osm.pbf}"), (SETTINGS, settings)
        )
        zones = gpd.read_file(study.parent / "county.gpkg", layer="zones").to_crs("EPSG:4490")
        x, y = zones.union_all().representative_point().coords[0]
        nodes = {1: ((x - 120) * 90_164, (y - 36) * 110_950), 2: ((x - 120) * 90_164, 0)}
        extract(study.parent, nodes, {9: ([1, 2], {"highway": "service", "access": "private"})})
        layers = open_layers(load_study(study))
        assert len(layers.frames["roads"]) == number
        assert [one.code for one in layers.findings if one.code == "N20"] == ["N20"]


def test_stairs_are_closed_where_the_study_says_so(tmp_path):
    settings = "travel: {roads: {steps: closed}}"
    assert told(with_roads(tmp_path / "a", settings, steps=[1])).keys() == {"N21"}
    assert told(with_roads(tmp_path / "b", steps=[1])) == {}


def test_a_mark_that_is_no_yes_or_no_is_refused(tmp_path):
    found = check_study(with_roads(tmp_path, seasonal=[2]))
    assert [(one.column, one.row) for one in found if one.severity == "error"] == [("seasonal", 1)]


def test_a_study_without_paths_is_told_where_people_walk(tmp_path):
    roads = gpd.read_file(SMALL.parent / "county.gpkg", layer="roads")
    study = with_roads(tmp_path / "a", **{"class": ["street"] * len(roads)})
    assert told(study).keys() == {"N18"}
    text = study.read_text(encoding="utf-8")
    by_bus = text.replace("standards: {}", "standards: {travel.modes: [bus]}")
    assert by_bus != text
    study.write_text(by_bus, encoding="utf-8")
    assert "N18" not in told(study)


def test_paths_that_are_closed_are_none(tmp_path):
    kinds = gpd.read_file(SMALL.parent / "county.gpkg", layer="roads")["class"]
    settings = "travel: {roads: {seasonal: closed}}"
    marks = (kinds == "track").astype(int).tolist()
    assert told(with_roads(tmp_path, settings, seasonal=marks)).keys() >= {"N18", "N19"}


def test_rounded_roads_are_told_in_the_system_they_were_rounded_in(tmp_path):
    study = with_roads(tmp_path)
    roads = gpd.read_file(study.parent / "roads.gpkg")
    metric = roads.to_crs("EPSG:4549")
    metric.geometry = metric.geometry.transform(lambda xy: xy.round(-1))
    metric.to_crs(roads.crs).to_file(study.parent / "roads.gpkg")
    assert "steps of 10 m" in told(study)["N40"].why.en


@pytest.mark.parametrize("year", ["2012", "2024"])
def test_roads_of_another_year_are_told_of(tmp_path, year):
    study = small_study(tmp_path, (GIVEN, GIVEN.replace("}", f", year: {year}}}")))
    one = told(study)["N29"]
    assert (one.file, one.sheet, one.value) == ("county.gpkg", "roads", year)


def faults(study):
    return [(one.code, one.column) for one in open_study(study)[1]]


def test_only_roads_and_travel_tables_have_a_year(tmp_path):
    births = "births: {file: births.csv}"
    study = small_study(tmp_path, (births, "births: {file: births.csv, year: 2019}"))
    assert faults(study) == [("C23", "inputs.births.year")]


def test_where_there_are_no_roads_none_are_closed(tmp_path):
    settings = "travel: {straight_line_factor: 1.3, roads: {seasonal: closed}}"
    study = small_study(tmp_path, (f"  {GIVEN}\n", ""), (SETTINGS, settings))
    assert faults(study) == [("C23", "travel.roads")]


def test_roads_are_open_or_closed(tmp_path):
    settings = "travel: {roads: {seasonal: summer}}"
    (fault,) = open_study(small_study(tmp_path, (SETTINGS, settings)))[1]
    assert (fault.column, fault.value) == ("travel.roads.seasonal", "summer")
    assert "known are 'open', 'closed'." in fault.why.en
    assert "可用的有 'open', 'closed'。" in fault.why.zh
