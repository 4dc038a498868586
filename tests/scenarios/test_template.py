"""An empty study: what it asks for is what a study reads, and filled in it passes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import geopandas as gpd
import pandas as pd
import pyogrio
import yaml

from geodata.schemas import SCHEMAS
from scenarios.cli import main
from scenarios.template import write_template
from scenarios.template.write import LAYERS, SHEETS, TABLES, headers

SMALL = Path("scenarios/examples/small_county")


def test_an_empty_study_is_told_table_by_table_what_is_missing(tmp_path, capsys):
    write_template(tmp_path / "mine")
    assert main(["check", str(tmp_path / "mine" / "study.yaml"), "--json"]) == 1
    found = json.loads(capsys.readouterr().out)["findings"]
    may_be_empty = {name for name, schema in SCHEMAS.items() if schema.may_be_empty}
    missing = {one["sheet"] or Path(one["file"]).stem for one in found}
    assert {one["code"] for one in found} == {"T43"}
    assert missing == {*LAYERS, *SHEETS, *TABLES} - may_be_empty


def test_a_layer_takes_the_shapes_that_a_study_reads(tmp_path):
    layers = write_template(tmp_path / "mine")[0]
    shapes = {name: pyogrio.read_info(layers, layer=name)["geometry_type"] for name in LAYERS}
    areas = dict.fromkeys(("towns", "zones"), "MultiPolygon")
    assert shapes == areas | {"schools": "Point", "candidates": "Point", "roads": "LineString"}


def test_a_template_filled_in_passes_check(tmp_path):
    folder = tmp_path / "mine"
    write_template(folder)
    for name in LAYERS:
        rows = gpd.read_file(SMALL / "county.gpkg", layer=name)
        empty = gpd.read_file(folder / "county.gpkg", layer=name)
        filled = rows.to_crs(empty.crs).reindex(columns=empty.columns)
        filled.to_file(folder / "county.gpkg", layer=name, driver="GPKG")
    empty_sheets = pd.read_excel(folder / "schools.xlsx", sheet_name=None)
    with pd.ExcelWriter(folder / "schools.xlsx") as book:
        for name in SHEETS:
            rows = pd.read_excel(
                SMALL / "schools.xlsx", sheet_name=name, dtype=str, engine="calamine"
            )
            rows.reindex(columns=empty_sheets[name].columns).to_excel(
                book, sheet_name=name, index=False
            )
    for name in TABLES:
        wanted = pd.read_csv(folder / f"{name}.csv").columns
        rows = pd.read_csv(SMALL / f"{name}.csv", dtype=str)
        rows.reindex(columns=wanted).to_csv(folder / f"{name}.csv", index=False)
    text = (folder / "study.yaml").read_text(encoding="utf-8")
    for asked, filled in (
        ("2025", "2020"),
        ("2026", "2021"),
        ("years: 10", "years: 5"),
        ("0.60", "0.66"),
    ):
        text = text.replace(asked, filled)
    (folder / "study.yaml").write_text(text, encoding="utf-8")
    assert main(["check", str(folder / "study.yaml")]) == 0


def test_every_column_that_a_study_reads_is_explained_in_both_languages():
    said = yaml.safe_load(Path("scenarios/template/columns.yaml").read_text(encoding="utf-8"))
    for table in (*LAYERS, *SHEETS, *TABLES):
        assert list(said[table]) == [name for name, _ in headers(SCHEMAS[table])]
        assert all(both["en"] and both["zh"] for both in said[table].values())


def test_a_folder_that_holds_something_is_left_alone(tmp_path, capsys):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "dear.txt").write_text("keep", encoding="utf-8")
    assert main(["template", str(tmp_path / "mine"), "--lang", "zh"]) == 1
    assert "不是空文件夹" in capsys.readouterr().out
    assert [path.name for path in (tmp_path / "mine").iterdir()] == ["dear.txt"]
    shutil.rmtree(tmp_path / "mine")
    assert main(["template", str(tmp_path / "mine")]) == 0
