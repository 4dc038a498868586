"""What a run depends on: every byte that is read."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd

from scenarios.assemble.check import check_study
from scenarios.config import load_study
from scenarios.keys import input_digests
from tests.support.studies import small_study


def with_shapefile(folder: Path) -> Path:
    """Return the small study with its towns as a Shapefile, in the encoding of Chinese Windows."""
    study = small_study(folder, ("{file: county.gpkg, layer: towns}", "{file: towns.shp}"))
    towns = gpd.read_file(study.parent / "county.gpkg", layer="towns")
    towns.to_file(study.parent / "towns.shp", encoding="GB18030")
    return study


def test_a_study_may_hold_a_shapefile(tmp_path: Path) -> None:
    assert check_study(with_shapefile(tmp_path)) == ()


def test_the_parts_of_a_shapefile_count_like_the_file(tmp_path: Path) -> None:
    study = with_shapefile(tmp_path)
    before = input_digests(load_study(study))
    assert {"towns.shp", "towns.dbf", "towns.prj", "towns.cpg"} <= before.keys()
    part = study.parent / "towns.dbf"
    part.write_bytes(part.read_bytes().replace("东河".encode("gb18030"), "西河".encode("gb18030")))
    after = input_digests(load_study(study))
    assert {name for name in before if before[name] != after[name]} == {"towns.dbf"}
