"""Studies with heights: walking follows the slope of roads, steep land is no site."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
from rasterio.transform import from_origin

from scenarios.assemble.check import check_study
from scenarios.assemble.layers import read_layers
from scenarios.assemble.measure import measure
from scenarios.config import load_study, open_study
from scenarios.sites import SiteOptions, screen_study
from tests.support.studies import SMALL, small_study

WITH = ("options: {file: options.csv}", "options: {file: options.csv}\n  elevation: {file: h.tif}")
CELL = 0.001


def hilly(folder: Path, *changes: tuple[str, str], rise: float = 40.0) -> Path:
    """Copy the small study; its hills are steeper the further east."""
    study = small_study(folder, WITH, *changes)
    zones = gpd.read_file(study.parent / "county.gpkg", layer="zones")
    west, south, east, north = zones.total_bounds + np.array([-0.06, -0.06, 0.06, 0.06])
    row, column = np.mgrid[: int((north - south) / CELL), : int((east - west) / CELL)]
    waves = np.sin(column / 5) + np.sin(row / 5) / 2
    values = 500 + rise * 5 * waves * column / column.max()
    place = from_origin(west, north, CELL, CELL)
    with rasterio.open(
        study.parent / "h.tif", "w", driver="GTiff", count=1, dtype="float32", crs=zones.crs,
        height=values.shape[0], width=values.shape[1], transform=place,
    ) as file:  # fmt: skip
        file.write(values.astype("float32"), 1)
    return study


def minutes(study: Path):
    loaded = load_study(study)
    table, findings = measure(loaded, read_layers(loaded))
    return table.set_index(["zone_id", "site_id", "mode"])["minutes"], findings


def test_walking_takes_longer_in_the_hills_and_the_bus_does_not(tmp_path):
    flat, _ = minutes(SMALL)
    steep, findings = minutes(hilly(tmp_path))
    both = flat.index.intersection(steep.index)
    share = (steep[both] / flat[both]).groupby(level="mode").median()
    assert share["bus"] == 1
    assert 1.05 < share["walk"] < 2
    (told,) = [one for one in findings if one.code == "N22"]
    assert (told.file, told.severity.value) == ("county.gpkg", "repair")
    assert not [one for one in findings if one.code == "N23"]


def test_flat_land_changes_nothing(tmp_path):
    flat, _ = minutes(SMALL)
    same, _ = minutes(hilly(tmp_path, rise=0.0))
    assert np.allclose(same, flat, rtol=1e-9)


def test_steep_places_are_ruled_out(tmp_path):
    given = SiteOptions(None, 2000.0, None, "primary", 12, 3000.0, (), tmp_path, max_slope=0.15)
    places = screen_study(hilly(tmp_path), given).places
    steep = places[places["slope"] > 0.15]
    assert 0 < len(steep) < len(places)
    assert (steep["rank"] == 0).all()
    assert steep["en"].str.contains("more than 15%").all()
    assert places["en"][places["rank"] > 0].str.contains("slope").all()


def test_a_grid_of_heights_elsewhere_is_refused_beside_other_faults(tmp_path):
    study = hilly(tmp_path)
    with rasterio.open(study.parent / "h.tif", "r+") as file:
        file.transform = from_origin(100, 30, CELL, CELL)
    (study.parent / "births.csv").write_text("no,births\n", encoding="utf-8")
    codes = {(one.code, one.file) for one in check_study(study)}
    assert ("G63", "h.tif") in codes
    assert {file for _, file in codes} == {"births.csv", "h.tif"}


def test_heights_are_no_layer_and_no_table(tmp_path):
    study = hilly(tmp_path, ("h.tif}", "county.gpkg, layer: roads}"))
    _, faults = open_study(study)
    assert [(one.code, one.column) for one in faults] == [("C23", "inputs.elevation.layer")]
    study = hilly(tmp_path / "b", ("h.tif}", "births.csv}"))
    assert [(one.code, one.file) for one in check_study(study)] == [("G68", "births.csv")]
