import sqlite3
from pathlib import Path

import defusedxml.ElementTree as Xml
import geopandas as gpd
import pyogrio
import pytest

from scenarios.outputs.folder import Run

LAYERS = ["catchments", "flows", "schools", "actions"]


def _layer(run_dir: Path, name: str) -> gpd.GeoDataFrame:
    return gpd.read_file(run_dir / "plan.gpkg", layer=name)


def test_the_layers_lie_in_drawing_order_in_the_metric_system(run_dir: Path) -> None:
    listed = pyogrio.list_layers(run_dir / "plan.gpkg")
    assert [name for name, kind in listed if kind is not None] == LAYERS
    assert {_layer(run_dir, name).crs.to_epsg() for name in LAYERS} == {4549}


def test_every_layer_carries_a_default_style_that_names_its_own_columns(run_dir: Path) -> None:
    with sqlite3.connect(run_dir / "plan.gpkg") as base:
        rows = base.execute(
            "SELECT f_table_name, f_geometry_column, styleQML, useAsDefault FROM layer_styles"
        ).fetchall()
        geometry = dict(base.execute("SELECT table_name, column_name FROM gpkg_geometry_columns"))
    assert [row[0] for row in rows] == LAYERS
    for name, column, style, default in rows:
        assert default == 1
        assert column == geometry[name]
        assert Xml.fromstring(style).tag == "qgis"
        assert "$" not in style


def test_styles_refer_to_columns_that_exist(run_dir: Path) -> None:
    wanted = {
        "catchments": {"year", "level", "tint"},
        "flows": {"year", "level", "pupils"},
        "schools": {"year", "use_percent", "classes", "name"},
        "actions": {"action", "action_zh", "service_year"},
    }
    for name, columns in wanted.items():
        assert columns <= set(_layer(run_dir, name).columns)


def test_labels_state_their_weight_for_qgis_takes_none_as_the_thinnest(run_dir: Path) -> None:
    with sqlite3.connect(run_dir / "plan.gpkg") as base:
        styles = [row[0] for row in base.execute("SELECT styleQML FROM layer_styles")]
    texts = [one for style in styles for one in Xml.fromstring(style).iter("text-style")]
    assert texts
    assert all(one.get("fontWeight") == "50" for one in texts)


def test_the_legend_names_the_level_in_both_languages(run_dir: Path) -> None:
    with sqlite3.connect(run_dir / "plan.gpkg") as base:
        styles = dict(base.execute("SELECT f_table_name, styleQML FROM layer_styles"))
    for name in ("catchments", "flows"):
        (rule,) = Xml.fromstring(styles[name]).iter("rule")
        assert rule.get("label") == "小学 primary, 2023"


def test_flows_carry_every_pupil(run_dir: Path, run: Run) -> None:
    flows = _layer(run_dir, "flows")
    for year in (run.base_year, run.last_year):
        wanted = run.flows.loc[run.flows["year"] == year, "pupils"].sum()
        assert flows.loc[flows["year"] == year, "pupils"].sum() == pytest.approx(wanted, abs=1)


def test_schools_stand_for_every_year_in_which_they_run(run_dir: Path, run: Run) -> None:
    schools = _layer(run_dir, "schools")
    opened = run.problem["options"].set_index("action").loc["open", "site_id"]
    assert sorted(schools.loc[schools["site_id"] == opened, "year"]) == [2023]
    assert set(schools["year"]) == {run.base_year, *run.years}


def test_actions_are_those_of_the_table(run_dir: Path, run: Run) -> None:
    actions = _layer(run_dir, "actions")
    assert sorted(actions["action_id"]) == sorted(run.tables["actions"]["action_id"])
    assert actions.geometry.notna().all()
