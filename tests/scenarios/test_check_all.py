"""One pass of `check` finds the faults of every file, of the study file and between them."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest

from geodata.findings import Finding, errors
from scenarios.assemble.check import check_study
from tests.support.spoilt import cells, spoil_csv, spoil_layer, spoil_sheet
from tests.support.studies import SMALL, small_study

Place = tuple[str, str, str, int, str]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> list[Finding]:
    """Check a study with a fault of each kind in every file, once."""
    study = small_study(
        tmp_path_factory.mktemp("spoilt"),
        ("discount_rate: 0.04", "discount_raet: 0.04"),
        ("crs: EPSG:4549", "crs: EPSG:4549\nyeers: 3"),
        ("standards: {}", "standards: {staffing.lessons.primary.arts: [4, 4]}"),
        ("prices: {}", "prices: {class_year: -5}"),
        ("housing: {file: housing.csv}", "housing: {file: houses.csv}"),
        ("actions: [open, extend]", "actions: [open, extend]\n    close_below: 100"),
        ("births: low", "births: lowest"),
    )
    spoil_layer(study, "towns", lambda towns: pd.concat([towns, towns.iloc[:1]]))
    spoil_layer(study, "zones", cells(kind=(0, "urbann"), town=(1, "Nowhere")))
    spoil_layer(study, "schools", cells(rooms=(0, -3), school_type=(1, "primry"), town=(2, "X")))
    spoil_layer(study, "candidates", lambda c: c.rename(columns={"land_m2": "land"}))
    spoil_layer(study, "candidates", cells(site_id=(1, "S003")))
    spoil_layer(study, "roads", cells(speed_kmh=(4, 0), geometry=(5, None)))
    spoil_sheet(study, "enrolment", {"D2": "Z9999", "E3": "1,234", "A4": "S0O4"})
    spoil_sheet(study, "classes", {"D2": "about 3", "D9": 0, "A11": "S777", "C12": 9})
    spoil_sheet(study, "teachers", {"C2": "magic", "H3": 1.5, "E4": "Nowhere", "F5": "S888"})
    spoil_csv(study, "children", cells(age=(0, "8"), children=(1, "~30"), zone_id=(2, "Z777")))
    spoil_csv(study, "births", cells(births_index=(0, "high")))
    spoil_csv(
        study,
        "options",
        cells(
            action=(0, "opn"),
            site_id=(1, "C77"),
            latest=(2, "1999"),
            spend=(3, "1;1"),
            relocates_id=(4, "S99"),
        ),
    )
    return list(check_study(study))


@pytest.mark.parametrize(
    "place",
    [
        ("C01", "study.yaml", "", 0, "discount_raet"),
        ("C01", "study.yaml", "", 0, "yeers"),
        ("C14", "study.yaml", "", 0, "prices.class_year"),
        ("C35", "study.yaml", "", 0, "inputs.housing"),
        ("C23", "study.yaml", "", 0, "policies.keep.close_below"),
        ("D68", "study.yaml", "", 0, "standards.staffing.lessons.primary.arts"),
        ("G51", "county.gpkg", "towns", 1, "town"),
        ("G51", "county.gpkg", "towns", 4, "town"),
        ("G49", "county.gpkg", "towns", 4, "geometry"),
        ("T58", "county.gpkg", "zones", 1, "kind"),
        ("T53", "county.gpkg", "zones", 2, "town"),
        ("T57", "county.gpkg", "schools", 1, "rooms"),
        ("T58", "county.gpkg", "schools", 2, "school_type"),
        ("T53", "county.gpkg", "schools", 3, "town"),
        ("T40", "county.gpkg", "candidates", 0, "land_m2"),
        ("D14", "county.gpkg", "candidates", 2, "site_id"),
        ("N08", "county.gpkg", "roads", 5, "speed_kmh"),
        ("G10", "county.gpkg", "roads", 6, "geometry"),
        ("T53", "schools.xlsx", "enrolment", 2, "zone_id"),
        ("T09", "schools.xlsx", "enrolment", 3, "pupils"),
        ("T53", "schools.xlsx", "enrolment", 4, "site_id"),
        ("T14", "schools.xlsx", "classes", 2, "classes"),
        ("D49", "schools.xlsx", "enrolment", 0, "pupils"),
        ("T53", "schools.xlsx", "classes", 11, "site_id"),
        ("T18", "schools.xlsx", "classes", 12, "grade"),
        ("T52", "schools.xlsx", "teachers", 2, "subject"),
        ("T07", "schools.xlsx", "teachers", 3, "teachers"),
        ("T53", "schools.xlsx", "teachers", 4, "home_town"),
        ("T53", "schools.xlsx", "teachers", 5, "site_id"),
        ("D64", "children.csv", "", 2, "age"),
        ("T14", "children.csv", "", 3, "children"),
        ("T53", "children.csv", "", 4, "zone_id"),
        ("T08", "births.csv", "", 2, "births_index"),
        ("T58", "options.csv", "", 2, "action"),
        ("T53", "options.csv", "", 3, "site_id"),
        ("D61", "options.csv", "", 4, "latest"),
        ("D62", "options.csv", "", 5, "spend"),
        ("T53", "options.csv", "", 6, "relocates_id"),
        ("D60", "options.csv", "", 6, "relocates_id"),
    ],
    ids=lambda place: f"{place[0]}-{place[1]}-{place[4]}",
)
def test_every_fault_of_every_file_is_listed_in_one_pass(
    found: list[Finding], place: Place
) -> None:
    code, file, sheet, row, column = place
    assert any(
        (one.code, one.file, one.sheet, one.column) == (code, file, sheet, column)
        and row in (0, one.row)
        for one in found
    )


def test_every_finding_says_where_why_and_how_to_mend_in_both_languages(
    found: list[Finding],
) -> None:
    for one in found:
        assert one.file
        assert all(text.get(lang) for text in (one.why, one.mend) for lang in ("en", "zh"))


def test_findings_stand_file_by_file_and_row_by_row(found: list[Finding]) -> None:
    sources = list(dict.fromkeys((one.file, one.sheet) for one in found))
    assert sources[0] == ("study.yaml", "")
    assert [(one.file, one.sheet, one.row) for one in found] == sorted(
        ((one.file, one.sheet, one.row) for one in found),
        key=lambda place: (sources.index(place[:2]), place[2]),
    )
    assert len(set(found)) == len(found)


def codes(study: Path) -> set[tuple[str, str]]:
    return {(one.code, one.file) for one in errors(check_study(study))}


def test_a_fault_of_the_study_file_hides_none_of_travel_or_of_a_projection(tmp_path: Path) -> None:
    study = small_study(
        tmp_path, ("price_year: 2020", "price_yeer: 2020"), ("years: 5", "years: 9")
    )
    spoil_csv(study, "births", lambda births: births[births["year"] != "2021"])
    spoil_layer(study, "roads", lambda roads: roads.iloc[:60])
    assert {("C01", "study.yaml"), ("C29", "study.yaml"), ("N48", "county.gpkg")} <= codes(study)


def test_what_cannot_be_judged_is_not_called_wrong(tmp_path: Path) -> None:
    study = small_study(tmp_path, ("layer: schools", "layer: school"))
    assert codes(study) == {("G43", "county.gpkg")}


def test_a_wrong_system_of_the_study_leaves_the_files_judged_but_for_the_ground(
    tmp_path: Path,
) -> None:
    study = small_study(tmp_path, ("crs: EPSG:4549", "crs: EPSG:4490"))
    spoil_sheet(study, "teachers", {"C2": "magic"})
    assert codes(study) == {("C43", "study.yaml"), ("T52", "schools.xlsx")}


@pytest.mark.parametrize("crs", ["EPSG:3857", "EPSG:4534"])
def test_metres_that_are_none_in_this_county_are_refused(tmp_path: Path, crs: str) -> None:
    study = small_study(tmp_path, ("crs: EPSG:4549", f"crs: {crs}"))
    (finding,) = errors(check_study(study))
    assert (finding.code, finding.file, finding.row, finding.value) == ("G34", study.name, 6, crs)
    assert "EPSG:4549" in finding.why.en


def test_a_count_that_cannot_be_read_is_not_taken_for_none(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    spoil_sheet(study, "classes", {"D2": "three"})
    assert codes(study) == {("T08", "schools.xlsx")}


def test_a_sound_study_is_passed() -> None:
    assert check_study(SMALL) == ()


@pytest.mark.parametrize("layer", ["zones", "schools", "candidates", "roads"])
def test_a_layer_without_a_system_is_told_and_nothing_is_measured_from_it(tmp_path, layer):
    study = small_study(tmp_path, (f"{layer}: {{file: county.gpkg", f"{layer}: {{file: bare.gpkg"))
    given = gpd.read_file(study.parent / "county.gpkg", layer=layer)
    given.set_crs(None, allow_override=True).to_file(study.parent / "bare.gpkg", layer=layer)
    assert [one.code for one in check_study(study)] == ["G16"]
