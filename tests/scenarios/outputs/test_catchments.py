"""`catchments.xlsx`, and what changes against the catchments of today."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pytest
import shapely

from scenarios.outputs.atlas import Atlas, make_atlas
from scenarios.outputs.catchment_book import write_catchments
from scenarios.outputs.catchment_facts import (
    address_periods,
    changed_pieces,
    moved_land,
    school_changes,
    today_shares,
)
from scenarios.outputs.folder import Run, read_run
from scenarios.outputs.layers import write_layers
from scenarios.outputs.report_tables import change_grids


def sheet(path: Path, title: str, head: str) -> list[dict[str, object]]:
    """Read the table of a sheet whose first heading is `head`, by the English headings."""
    rows = [list(row) for row in openpyxl.load_workbook(path)[title].iter_rows(values_only=True)]
    at = next(i for i, row in enumerate(rows) if str(row[0]).endswith(head))
    names = [str(cell).split("\n")[-1] for cell in rows[at]]
    return [dict(zip(names, row, strict=True)) for row in rows[at + 1 :]]


def belongs(*rows: tuple[str, int, str]) -> pd.DataFrame:
    table = pd.DataFrame(rows, columns=["zone_id", "year", "site_id"])
    return table.assign(level="primary")


@pytest.fixture(scope="module")
def changed_dir(bare_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the made run, and give it its own base-year catchments, shifted, as those of today."""
    folder = tmp_path_factory.mktemp("today") / "run"
    shutil.copytree(bare_dir, folder)
    atlas = make_atlas(read_run(folder))
    base = atlas.catchments[atlas.catchments["year"] == atlas.run.base_year]
    moved = base.set_geometry(base.translate(xoff=300.0))[["level", "site_id", "geometry"]]
    path = folder / "problem" / "geometry.gpkg"
    gpd.GeoDataFrame(moved, crs=atlas.areas.crs).to_file(path, layer="catchments_today")
    return folder


@pytest.fixture(scope="module")
def changed(changed_dir: Path) -> Atlas:
    return make_atlas(read_run(changed_dir))


def test_years_of_the_same_villages_are_one_row_of_the_address_list(run: Run) -> None:
    first = run.first_year
    table = belongs(
        ("a", first, "s"), ("b", first, "s"), ("a", first + 1, "s"), ("b", first + 1, "s"),
        ("a", first + 2, "s"), ("b", first + 2, "t"), ("a", first - 1, "t"),
    )  # fmt: skip
    listed = address_periods(run, table)[["site_id", "first", "last", "zones"]]
    assert listed.to_numpy().tolist() == [
        ["s", first, first + 1, ("a", "b")],
        ["s", first + 2, first + 2, ("a",)],
        ["t", first + 2, first + 2, ("b",)],
    ]


def test_a_list_that_comes_back_after_a_gap_is_two_rows(run: Run) -> None:
    first = run.first_year
    table = belongs(("a", first, "s"), ("a", first + 1, "t"), ("a", first + 2, "s"))
    listed = address_periods(run, table)
    spans = listed[["site_id", "first", "last"]].to_numpy().tolist()
    assert spans == [["s", first, first], ["s", first + 2, first + 2], ["t", first + 1, first + 1]]


def test_every_village_stands_once_a_level_and_year_in_the_address_list(
    run_dir: Path, run: Run
) -> None:
    rows = sheet(run_dir / "catchments.xlsx", "学区范围 Catchments", "level")
    for level in ("小学\nprimary", "初中\nlower secondary"):
        for year in run.years:
            there = [r for r in rows if r["level"] == level.split("\n")[1] or r["level"] == level]
            there = [r for r in there if r["entry from"] <= year <= r["to"]]
            named = "；".join(str(r["villages and communities"]) for r in there)
            assert sum(int(r["villages"]) for r in there) == len(run.problem["zones"])
            assert named.count("村") == len(run.problem["zones"])


def test_the_village_list_agrees_with_the_catchments(run_dir: Path, atlas: Atlas) -> None:
    rows = sheet(run_dir / "catchments.xlsx", "村居查询 By village", "zone")
    names, year = atlas.run.site_names(), atlas.run.last_year
    shown = (atlas.belongs["level"] == "primary") & (atlas.belongs["year"] == year)
    wanted = atlas.belongs[shown].set_index("zone_id")["site_id"].map(names)
    assert {r["zone"]: r[f"primary, entry {year}"] for r in rows} == dict(wanted)


def test_without_catchments_of_today_nothing_is_compared(run_dir: Path, atlas: Atlas) -> None:
    titles = openpyxl.load_workbook(run_dir / "catchments.xlsx").sheetnames
    assert titles == ["学区范围 Catchments", "村居查询 By village"]
    assert (change_grids(atlas), today_shares(atlas)) == ([], {})


def test_what_comes_and_goes_keeps_every_pupil_and_the_whole_county(changed: Atlas) -> None:
    year = changed.run.last_year
    for level, shares in today_shares(changed).items():
        moved = moved_land(changed, shares, level, year)
        flows = changed.run.flows
        there = flows[(flows["level"] == level) & (flows["year"] == year)]
        assert moved["pupils"].sum() == pytest.approx(there["pupils"].sum())
        assert moved["km2"].sum() == pytest.approx(changed.areas.area.sum() / 1e6)
        table = school_changes(moved)
        new = moved.loc[(moved["from_id"] == "") & (moved["to_id"] != ""), "pupils"].sum()
        assert table["into"].sum() == pytest.approx(table["out"].sum() + new)


def test_catchments_as_they_are_today_change_nothing(atlas: Atlas) -> None:
    base = atlas.catchments[atlas.catchments["year"] == atlas.run.base_year]
    geometry = replace(atlas.run.geometry, catchments_today=base)
    same = replace(atlas, run=replace(atlas.run, geometry=geometry))
    for level, shares in today_shares(same).items():
        table = school_changes(moved_land(same, shares, level, atlas.run.base_year))
        assert table[["into", "out", "km2_into", "km2_out"]].to_numpy().max() < 1e-6
        assert changed_pieces(same, level, atlas.run.base_year).empty


def test_the_changed_land_of_the_layer_is_that_of_the_sheet(changed: Atlas, tmp_path: Path) -> None:
    write_layers(changed, tmp_path / "plan.gpkg")
    pieces = gpd.read_file(tmp_path / "plan.gpkg", layer="catchment_changes")
    today = gpd.read_file(tmp_path / "plan.gpkg", layer="catchments_today")
    assert len(today) == len(changed.run.geometry.catchments_today)
    for level, shares in today_shares(changed).items():
        moved = moved_land(changed, shares, level, changed.run.last_year)
        km2 = moved.loc[moved["from_id"] != moved["to_id"], "km2"].sum()
        assert pieces.loc[pieces["level"] == level, "km2"].sum() == pytest.approx(km2, rel=0.02)


def test_the_sheets_of_today_add_up(changed: Atlas, tmp_path: Path) -> None:
    path = tmp_path / "catchments.xlsx"
    write_catchments(changed, path)
    rows = sheet(path, "与现状对比 Against today", "level")
    year = changed.run.last_year
    of_year = [r for r in rows if r["school year"] == year and "小学" in str(r["level"])]
    total = next(r for r in of_year if "total" in str(r["name"]))
    schools = [r for r in of_year if r is not total]
    for r in schools:
        assert r["stay"] + r["come"] == pytest.approx(r["pupils, plan's catchment"])
        assert r["stay"] + r["go"] == pytest.approx(r["pupils, today's catchment"])
    for name in ("stay", "come", "go", "km² that come", "km² that go"):
        assert sum(r[name] for r in schools) == pytest.approx(total[name])
    today = sheet(path, "现状学区 Today", "level")
    flows = changed.run.flows
    base = flows[(flows["year"] == changed.run.base_year) & (flows["level"] == "primary")]
    there = [r for r in today if "小学" in str(r["level"])]
    attending = sum(r["of these at this school"] + r["pupils from elsewhere"] for r in there)
    drawn = {r["site"] for r in there}
    assert attending == pytest.approx(base.loc[base["site_id"].isin(drawn), "pupils"].sum())


def test_the_report_tells_the_schools_that_change_most(changed: Atlas) -> None:
    primary, lower = change_grids(changed)
    assert "live in another catchment than today" in primary.title.en
    assert primary.rows and lower.rows


@pytest.fixture(scope="module")
def hamlets(changed_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Atlas:
    """Copy the run with today's catchments; each zone was joined of two hamlets."""
    folder = tmp_path_factory.mktemp("hamlets") / "run"
    shutil.copytree(changed_dir, folder)
    zones = read_run(folder).geometry.zones
    middle = zones.representative_point()
    parts = [
        gpd.GeoDataFrame(
            {"given_id": zones["zone_id"] + end, "name": "", "zone_id": zones["zone_id"]},
            geometry=middle.translate(xoff=off),
            crs=zones.crs,
        ).assign(pupils=pupils)
        for end, off, pupils in (("-a", -150.0, 3.0), ("-b", 150.0, 1.0))
    ]
    given = gpd.GeoDataFrame(pd.concat(parts, ignore_index=True), crs=zones.crs)
    path = folder / "problem" / "geometry.gpkg"
    given.to_file(path, layer="given_zones")
    return make_atlas(read_run(folder))


def test_a_zone_joined_of_hamlets_has_the_land_of_both(hamlets: Atlas, changed: Atlas) -> None:
    areas = hamlets.areas.set_index("zone_id").geometry
    assert areas.index.tolist() == changed.areas["zone_id"].tolist()
    given = hamlets.run.geometry.given_zones
    assert all(
        areas[zone].covers(at) for zone, at in zip(given["zone_id"], given.geometry, strict=True)
    )
    assert areas.area.sum() == pytest.approx(
        shapely.union_all(hamlets.run.geometry.towns.geometry.to_numpy()).area
    )


def test_hamlets_of_a_joined_zone_count_in_todays_catchments_by_their_pupils(
    hamlets: Atlas,
) -> None:
    given = hamlets.run.geometry.given_zones
    first = given[given["given_id"].str.endswith("-a")].iloc[0]
    drawn = gpd.GeoDataFrame(
        {"level": ["primary"], "site_id": ["s"]}, geometry=[first.geometry.buffer(9)], crs=given.crs
    )
    run = replace(hamlets.run, geometry=replace(hamlets.run.geometry, catchments_today=drawn))
    shares = today_shares(replace(hamlets, run=run))["primary"]
    here = shares["zone_id"] == first["zone_id"]
    assert shares[here].set_index("site_id")["share"].to_dict() == {"": 0.25, "s": 0.75}
    assert (shares.loc[~here, "share"] == 1.0).all()


def test_hamlets_without_a_name_are_called_by_their_own_id(hamlets: Atlas) -> None:
    villages = hamlets.run.villages()
    assert len(villages) == 2 * len(hamlets.run.problem["zones"])
    assert (villages["name"] == villages.index).all()
