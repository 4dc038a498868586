"""A study that says its layer comes from a Chinese web map."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pyogrio
import shapely

from geodata.datum import to_gcj02
from scenarios.assemble.check import check_study
from scenarios.assemble.layers import read_layers
from scenarios.config import load_study
from tests.support.studies import SMALL, small_study

AS_GCJ = ("county.gpkg, layer: schools}", "county.gpkg, layer: schools, datum: GCJ-02}")


def shifted_study(folder: Path, *changes: tuple[str, str]) -> Path:
    """Copy the small study and shift its schools as a web map shows them."""
    study = small_study(folder, *changes)
    path = study.parent / "county.gpkg"
    schools = gpd.read_file(path, layer="schools").to_crs("EPSG:4326")
    shapes = shapely.transform(schools.geometry.to_numpy(), to_gcj02)
    moved = schools.set_geometry(gpd.GeoSeries(shapes, crs="EPSG:4326")).to_crs("EPSG:4490")
    pyogrio.write_dataframe(moved, path, layer="schools", driver="GPKG", append=False)
    return study


def test_schools_of_a_web_map_come_back_to_where_they_are(tmp_path: Path) -> None:
    layers = read_layers(load_study(shifted_study(tmp_path, AS_GCJ)))
    before = read_layers(load_study(SMALL)).layer("schools")
    apart = layers.layer("schools").distance(before)
    assert apart.max() < 0.01
    (told,) = [one for one in layers.findings if one.code == "G54"]
    assert (told.sheet, told.severity.value) == ("schools", "repair")
    assert f"{len(before)} features" in told.why.en


def test_without_the_key_nothing_is_moved_and_the_warning_names_it(tmp_path: Path) -> None:
    (told,) = [one for one in check_study(shifted_study(tmp_path)) if one.code == "G22"]
    assert "datum: GCJ-02" in told.mend.en


def test_a_table_has_no_datum(tmp_path: Path) -> None:
    change = ("children: {file: children.csv}", "children: {file: children.csv, datum: BD-09}")
    (told,) = [one for one in check_study(small_study(tmp_path, change)) if one.code == "C23"]
    assert told.column == "inputs.children.datum"


def test_an_unknown_datum_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    change = (AS_GCJ[0], "county.gpkg, layer: schools, datum: WGS-84}")
    (told,) = [one for one in check_study(small_study(tmp_path, change)) if one.code == "C52"]
    assert "GCJ-02" in told.why.en
