"""Service areas in a run's outputs: who lives inside, the layer, the map, the sheet, the report."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from scenarios.outputs import write_outputs
from scenarios.outputs.area_facts import inside_table, running
from scenarios.outputs.atlas import Atlas, make_atlas
from scenarios.outputs.folder import read_run


def with_areas(atlas: Atlas, metres: float, unit: str = "metres") -> gpd.GeoDataFrame:
    """Draw a disc round every site."""
    sites = atlas.run.geometry.sites
    table = pd.DataFrame({"site_id": sites["site_id"], "mode": "walk", "unit": unit})
    return gpd.GeoDataFrame(
        table.assign(reach=metres), geometry=sites.buffer(metres), crs=sites.crs
    )


def told(atlas: Atlas, areas: gpd.GeoDataFrame) -> pd.DataFrame:
    geometry = replace(atlas.run.geometry, service_areas=areas)
    return inside_table(replace(atlas, run=replace(atlas.run, geometry=geometry)))


def test_everybody_lives_inside_what_covers_the_county(atlas: Atlas) -> None:
    table = told(atlas, with_areas(atlas, 100_000))
    assert table["any"].tolist() == pytest.approx(table["pupils"].tolist())
    assert table["own"].tolist() == pytest.approx(table["pupils"].tolist())
    assert table["land"].tolist() == pytest.approx([1.0] * len(table))


def test_nobody_lives_inside_nothing(atlas: Atlas) -> None:
    areas = with_areas(atlas, 500)
    table = told(atlas, areas.set_geometry([shapely.MultiPolygon()] * len(areas), crs=areas.crs))
    assert table[["any", "own", "land"]].to_numpy().max() == 0


def test_the_share_of_land_is_that_of_the_running_schools_and_own_is_part_of_any(
    atlas: Atlas,
) -> None:
    table = told(atlas, with_areas(atlas, 3000))
    county = atlas.areas.union_all()
    for row in table.to_dict("records"):
        there = atlas.run.geometry.sites.set_index("site_id").loc[
            running(atlas, row["level"], row["year"])
        ]
        land = there.buffer(3000).union_all().intersection(county).area / county.area
        assert row["land"] == pytest.approx(land, abs=0.02)
        assert 0 < row["own"] <= row["any"] <= row["pupils"]


def test_a_run_with_service_areas_shows_them_everywhere(bare_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    shutil.copytree(bare_dir, folder)
    atlas = make_atlas(read_run(folder))
    both = pd.concat([with_areas(atlas, 2000), with_areas(atlas, 30, "minutes")])
    path = folder / "problem" / "geometry.gpkg"
    gpd.GeoDataFrame(both, crs=atlas.areas.crs).to_file(path, layer="service_areas")
    write_outputs(folder)
    layer = gpd.read_file(folder / "plan.gpkg", layer="service_areas")
    runs = atlas.site_years[atlas.site_years["runs"]]
    assert set(layer["site_id"]) == set(runs["site_id"])
    opened = layer[layer["site_id"] == runs["site_id"].iloc[0]]
    years = runs.loc[runs["site_id"] == runs["site_id"].iloc[0], "year"]
    assert set(opened["first_year"]) == {years.min()}
    assert (folder / "maps" / "service_areas_walk.png").stat().st_size > 50_000
    assert "服务范围 Service areas" in openpyxl.load_workbook(folder / "catchments.xlsx").sheetnames
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert 'id="areas"' in page
    assert "on foot, 2,000 m" in page
