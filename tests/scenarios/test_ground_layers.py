"""Optional layers of a study that only lead to warnings: barriers and control points."""

from __future__ import annotations

import geopandas as gpd
import pytest
import shapely

from scenarios.assemble.check import check_study
from tests.support.studies import small_study

END = "options: {file: options.csv}"


def test_villages_across_a_river_from_their_road_are_warned_of(tmp_path):
    study = small_study(tmp_path, (END, f"{END}\n  barriers: {{file: water.gpkg}}"))
    zones = gpd.read_file(study.parent / "county.gpkg", layer="zones").to_crs("EPSG:4549")
    roads = gpd.read_file(study.parent / "county.gpkg", layer="roads").to_crs("EPSG:4549")
    starts = zones.representative_point()
    village = starts.distance(roads.union_all()).idxmax()
    ring = shapely.LineString(starts[village].buffer(40).exterior.coords)
    water = gpd.GeoDataFrame({"name": ["moat"]}, geometry=[ring], crs=zones.crs)
    water.to_file(study.parent / "water.gpkg")
    told = [one for one in check_study(study) if one.code == "N16"]
    assert {one.value for one in told} == {zones["zone_id"][village]}
    assert all("moat" in one.why.en for one in told)


@pytest.mark.parametrize("name", ["barriers", "control_points"])
@pytest.mark.parametrize("fault", ["G11", "G16"])
def test_what_has_no_place_or_another_shape_is_told_once_and_the_rest_is_judged(
    tmp_path, name, fault
):
    study = small_study(tmp_path, (END, f"{END}\n  {name}: {{file: wrong.gpkg}}"))
    place = shapely.Point(120.0, 36.25)
    shape = place.buffer(0.01) if name == "control_points" else place
    if fault == "G16":
        shape = place if name == "control_points" else shapely.LineString([(120, 36), (120, 37)])
    survey = {"point_id": ["A1"], "east": [5e5], "north": [4e6]}
    here = survey if name == "control_points" else {"name": ["river"]}
    crs = None if fault == "G16" else "EPSG:4490"
    gpd.GeoDataFrame(here, geometry=[shape], crs=crs).to_file(study.parent / "wrong.gpkg")
    told = [one for one in check_study(study) if one.file == "wrong.gpkg"]
    assert [one.code for one in told] == [fault]


def test_control_points_off_their_place_are_warned_of(tmp_path):
    study = small_study(tmp_path, (END, f"{END}\n  control_points: {{file: survey.gpkg}}"))
    place = shapely.Point(500_000, 4_010_000)
    here = {"point_id": ["A1"], "east": [500_070.0], "north": [4_010_000.0]}
    survey = gpd.GeoDataFrame(here, geometry=[place], crs="EPSG:4549")
    survey.to_crs("EPSG:4490").to_file(study.parent / "survey.gpkg")
    (told,) = [one for one in check_study(study) if one.code == "G20"]
    assert (told.file, told.severity.value, told.value) == ("survey.gpkg", "warning", "70.0")


def test_schools_in_an_old_system_are_warned_of_and_the_study_goes_on(tmp_path):
    study = small_study(tmp_path, ("file: county.gpkg, layer: schools", "file: old.gpkg"))
    schools = gpd.read_file(study.parent / "county.gpkg", layer="schools")
    schools.to_crs("EPSG:2385").to_file(study.parent / "old.gpkg")
    (told,) = [one for one in check_study(study) if one.code == "G20"]
    assert (told.file, told.severity.value) == ("old.gpkg", "warning")
