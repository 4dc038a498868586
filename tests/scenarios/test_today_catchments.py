"""A study that gives the catchments of today, in the state in which bureaus have them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.findings import errors
from scenarios.assemble.check import check_study
from scenarios.assemble.layers import read_layers
from scenarios.config import load_study
from scenarios.store.geometry import write_geometry
from tests.support.studies import small_study

GIVEN = (
    "  roads: {",
    "  catchments: {file: today.gpkg, layer: today, datum: BD-09}\n  roads: {",
)
PLAIN = (GIVEN[0], GIVEN[1].replace(", datum: BD-09", ""))


def drawn(study: Path, level: str, site: str | None = None) -> Path:
    """Give two schools of the small county the same box, one of them crossing itself."""
    schools = gpd.read_file(study.parent / "county.gpkg", layer="schools")
    first, second = schools["site_id"][:2]
    west, south, east, north = schools.total_bounds
    bow = [(west, south), (east, north), (east, south), (west, north)]
    layer = gpd.GeoDataFrame(
        {"site_id": [site or first, second], "level": [level, ""]},
        geometry=[shapely.box(west, south, east, north), shapely.Polygon(bow)],
        crs=schools.crs,
    )
    layer.to_file(study.parent / "today.gpkg", layer="today")
    return study


def test_broken_catchments_are_told_and_keep_nothing_from_running(tmp_path: Path) -> None:
    findings = check_study(drawn(small_study(tmp_path, PLAIN), "小学", site="gone"))
    codes = {one.code for one in findings if one.file == "today.gpkg"}
    assert {"G57", "G60", "D53", "T17"} <= codes
    assert errors(findings) == []


@pytest.mark.parametrize(("level", "code"), [("高中", "T58")])
def test_a_level_that_is_no_word_for_one_is_refused(tmp_path: Path, level: str, code: str) -> None:
    findings = check_study(drawn(small_study(tmp_path, PLAIN), level))
    assert [one.code for one in errors(findings)] == [code]


def test_a_run_is_given_the_land_of_each_level_and_school(tmp_path: Path) -> None:
    layers = read_layers(load_study(drawn(small_study(tmp_path, PLAIN), "")))
    path = tmp_path / "geometry.gpkg"
    write_geometry(layers, path)
    today = gpd.read_file(path, layer="catchments_today")
    wide = today.geometry.area.max()
    assert set(today["level"]) <= {"primary", "lower_secondary"}
    assert wide == pytest.approx(layers.layer("catchments").area.max())


def test_catchments_of_a_web_map_are_converted_too(tmp_path: Path) -> None:
    study = drawn(small_study(tmp_path, GIVEN), "")
    told = [one for one in check_study(study) if one.code == "G54"]
    assert [one.sheet for one in told] == ["today"]
