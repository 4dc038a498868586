"""The command `sites` on the small county."""

from __future__ import annotations

import json
from pathlib import Path

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geodata.child import in_child
from geodata.parcels import read_hazards
from scenarios.cli import main
from scenarios.sites import SiteOptions, screen_study
from tests.support.studies import SMALL, small_study


def options(folder: Path, **changes: object) -> SiteOptions:
    given: dict[str, object] = {
        "parcels": None, "grid": 2000.0, "hazards": None, "school_type": "primary", "classes": 12,
        "reach": 3000.0, "forbidden": (), "out": folder,
    }  # fmt: skip
    return SiteOptions(**(given | changes))  # type: ignore[arg-type]


def drawn(folder: Path, names: list[str], shapes: list[shapely.Geometry], column: str) -> Path:
    path = folder / f"{column}.gpkg"
    gpd.GeoDataFrame({column: names}, geometry=shapes, crs="EPSG:4549").to_file(path, layer="here")
    return path


@pytest.fixture(scope="module")
def schools() -> gpd.GeoDataFrame:
    return gpd.read_file(SMALL.parent / "county.gpkg", layer="schools").to_crs("EPSG:4549")


def test_a_grid_is_ranked_from_the_best_and_every_cell_has_its_reasons(tmp_path: Path) -> None:
    places = screen_study(SMALL, options(tmp_path)).places
    free, out = places[places["rank"] > 0], places[places["rank"] == 0]
    assert free["rank"].tolist() == list(range(1, len(free) + 1))
    assert free["score"].is_monotonic_decreasing
    assert free["score"].between(0, 1).all()
    assert len(out) > 0
    assert (places["en"].str.len() > 0).all() and (places["zh"].str.len() > 0).all()
    assert free["score_land"].isna().all()


def test_parcels_too_small_and_by_a_hazard_are_excluded(
    tmp_path: Path, schools: gpd.GeoDataFrame
) -> None:
    roads = gpd.read_file(SMALL.parent / "county.gpkg", layer="roads").to_crs(schools.crs)
    main_roads = roads[roads["class"].isin(("motorway", "primary"))].union_all()
    spot = schools.geometry[schools.distance(main_roads).idxmax()]
    shapes = [spot.buffer(200), spot.buffer(20), shapely.Point(spot.x + 900, spot.y).buffer(200)]
    parcels = drawn(tmp_path, ["wide", "small", "near"], shapes, "parcel_id")
    hazards = drawn(tmp_path, ["jail"], [shapely.Point(spot.x + 1200, spot.y)], "kind")
    given = options(tmp_path, parcels=(parcels, ""), hazards=(hazards, ""))
    places = screen_study(SMALL, given).places.set_index("parcel_id")
    assert "too small" in places["en"]["small"]
    assert "a jail" in places["en"]["near"]
    assert places["rank"]["small"] == places["rank"]["near"] == 0
    assert places["school_metres"]["wide"] == pytest.approx(0, abs=400)


def test_the_command_leaves_a_layer_and_a_workbook_and_tells_the_best(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["sites", str(SMALL), "--grid", "2500", "--classes", "12", "--json",
                 "--out", str(tmp_path)])  # fmt: skip
    told = json.loads(capsys.readouterr().out)
    layer = gpd.read_file(tmp_path / "small_county" / "sites" / "sites.gpkg")
    assert (code, told["places"], told["need"]["pupils"]) == (0, len(layer), 540.0)
    assert told["best"][0]["rank"] == 1
    book = openpyxl.load_workbook(tmp_path / "small_county" / "sites" / "sites.xlsx")
    assert book.sheetnames == ["校址排序 Ranking", "排除地块 Excluded", "评价方法 Method"]
    assert book["校址排序 Ranking"].max_row > told["places"] - told["excluded"]


def test_a_hazard_without_a_distance_is_refused(
    tmp_path: Path, schools: gpd.GeoDataFrame, capsys: pytest.CaptureFixture[str]
) -> None:
    hazards = drawn(tmp_path, ["dragon"], [schools.geometry.iloc[0]], "kind")
    code = main(["sites", str(SMALL), "--hazards", str(hazards), "--out", str(tmp_path)])
    said = capsys.readouterr().out
    assert (code, "T58" in said, "dragon" in said) == (1, True, True)
    assert not (tmp_path / "small_county").exists()


SPOT, ASIDE = shapely.Point(500_000, 4_000_000), shapely.Point(500_050, 4_000_000)


@pytest.mark.parametrize("shape", [SPOT, SPOT.buffer(50.0), shapely.LineString([SPOT, ASIDE])])
def test_hazards_of_any_one_type_are_read_once(
    tmp_path: Path, shape: shapely.Geometry, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = drawn(tmp_path, ["jail"], [shape], "kind")
    read: list[object] = []
    monkeypatch.setattr(
        "geodata.parcels.in_child", lambda *of, **how: (read.append(of), in_child(*of, **how))[1]
    )
    hazards, findings = read_hazards(path, "", "EPSG:4549")
    assert (findings, len(hazards), len(read)) == ([], 1, 1)


def test_too_fine_a_grid_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["sites", str(SMALL), "--grid", "50", "--out", str(tmp_path)])
    assert (code, "C51" in capsys.readouterr().out) == (1, True)


def test_a_missing_layer_of_parcels_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["sites", str(SMALL), "--parcels", str(tmp_path / "no.gpkg")])
    assert (code, "C35" in capsys.readouterr().out) == (1, True)


def test_straight_lines_do_where_there_are_no_roads(tmp_path: Path) -> None:
    study = small_study(
        tmp_path,
        ("  roads: {file: county.gpkg, layer: roads}\n", ""),
        ("straight_line_factor: null", "straight_line_factor: 1.3"),
    )
    places = screen_study(study, options(tmp_path)).places
    free = places["rank"] > 0
    assert places["score_roads"].isna().all()
    assert free.any()
    # Distance to roads rules nothing out; only too few pupils do.
    assert places["en"][~free].str.fullmatch(r"only \d+ pupils within .* places").all()
