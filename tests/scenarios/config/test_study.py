from __future__ import annotations

from pathlib import Path

import pytest

from geodata.findings import Finding, FindingError
from scenarios.config import load_study
from tests.support.studies import SMALL, small_study


def faults_of(study: Path) -> list[Finding]:
    with pytest.raises(FindingError) as caught:
        load_study(study)
    return list(caught.value.findings)


def line_with(study: Path, text: str) -> int:
    lines = study.read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("discount_rate:", "discount_raet:", "C01"),
        ("actions: [open, extend]", "actions: [open]\n    contiguity: true", "C01"),
        ("actions: [open, extend]", "actions: [open]\n    feeder: true", "C01"),
        ("discount_rate: 0.04", "discount_rate: 0.04\ndiscount_rate: 0.05", "C02"),
        ("study: small_county", "study: true", "C03"),
        ("price_year: 2020", 'price_year: "2020"', "C04"),
        ("discount_rate: 0.04", "discount_rate: -0.04", "C14"),
        ("budget: 30000000", "budget: -30000000", "C14"),
        ("policies:", "policies: [keep]\nother:", "C12"),
        ("standards: {}", "standards: {levels.primary.cap: 60}", "C17"),
        ("actions: [open, extend]", "actions: [open]\n    close_below: 100", "C23"),
        ("actions: [open, extend]", "actions: [open]\n    closings_per_year: 1", "C23"),
        ("closings_per_year: 2", "closings_per_year: 2\n    families_off: [closing]", "C23"),
        (
            "actions: [open, extend]",
            "actions: [open]\n    contiguous: true\n    whole_zones: false",
            "C23",
        ),
        (
            "actions: [open, extend]",
            "actions: [open]\n    stability: 0.1\n    families_off: [catchments]",
            "C23",
        ),
        ("actions: [open, extend]", "actions: [open]\n    stability: 1.1", "C51"),
        ("straight_line_factor: null", "straight_line_factor: 1.3", "C23"),
        ("first_year: 2021", "first_year: 2020", "C28"),
        ("budget: 30000000", "budget: {2021: 1, 2022: 1, 2023: 1, 2025: 1}", "C29"),
        ("scenarios: all", "scenarios: [slow-keep, slow-keep]", "C31"),
        ("scenarios: all", "scenarios: [slow-kept]", "C24"),
        ("  keep:\n", "  today:\n", "C31"),
        ("standards: {}", "standards: {levels.primary.capp: 40}", "C33"),
        ("prices: {}", "prices: {class_years: 1}", "C33"),
        ("standards: {}", "standards: {staffing.lessons.primary: {arts: [4]}}", "C33"),
        ("standards: {}", "standards: {staffing.lessons.primary.arts: 4}", "C12"),
        ("standards: {}", "standards: {staffing.load.primary.arts: 0}", "C51"),
        ("standards: {}", "standards: {staffing.leavers_share: 1.5}", "C51"),
        ("file: births.csv", "file: ../births.csv", "C34"),
        ("file: births.csv", "file: /etc/passwd", "C34"),
        ("file: births.csv", "file: ~/births.csv", "C34"),
        ("file: births.csv", "file: https://example.org/births.csv", "C34"),
        ("file: births.csv", "file: birth.csv", "C35"),
        ("crs: EPSG:4549", "crs: EPSG:999999", "C43"),
        ("crs: EPSG:4549", "crs: EPSG:4490", "C43"),
        ("crs: EPSG:4549", "crs: https://example.org/crs", "C43"),
        ("crs: EPSG:4549\n", "", "C50"),
        ("  births: {file: births.csv}\n", "", "C50"),
        ("  classes: {file: schools.xlsx, sheet: classes}\n", "", "C50"),
        ("  schools: {file: county.gpkg, layer: schools}\n", "", "C23"),
        ("urban_share_end: 0.70", "urban_share_end: 70", "C51"),
        ("actions: [open, extend]", "actions: [opne]", "C52"),
        ("profile: CN", "profile: CM", "C24"),
        ("study: small_county", "study: ../elsewhere", "C53"),
        ("price_year: 2020", "price_year: 2020\nyears_: 2", "C01"),
    ],
)
def test_a_fault_is_named_with_code_line_and_mend(
    tmp_path: Path, old: str, new: str, code: str
) -> None:
    faults = faults_of(small_study(tmp_path, (old, new)))
    assert code in [one.code for one in faults]
    for one in faults:
        assert one.file == "study.yaml"
        assert one.row > 0
        for lang in ("en", "zh"):
            assert one.why.get(lang)
            assert one.mend.get(lang)


def test_a_misspelt_key_is_named_with_its_line_and_the_closest_key(tmp_path: Path) -> None:
    study = small_study(tmp_path, ("close_below: 100", "close_bellow: 100"))
    (fault,) = faults_of(study)
    assert fault.row == line_with(study, "close_bellow")
    assert fault.column == "policies.reshape.close_bellow"
    assert "close_below" in fault.mend.en


def test_all_faults_are_told_at_once(tmp_path: Path) -> None:
    study = small_study(
        tmp_path,
        ("discount_rate: 0.04", "discount_rate: 4"),
        ("file: births.csv", "file: ../births.csv"),
        ("notice_years", "notice_year"),
    )
    assert sorted(one.code for one in faults_of(study)) == ["C01", "C34", "C51"]


def started_from(folder: Path, run: str) -> Path:
    start = f"scenarios: all\nstart_from: {{run: '{run}', year: 2021}}"
    return small_study(folder, ("scenarios: all", start))


@pytest.mark.parametrize(
    "run",
    [
        "results/small_county/middle-keep",
        "../elsewhere/small_county/middle-keep",
        "/srv/results/small_county/middle-keep",
        "D:\\results\\small_county\\middle-keep",
        "D:/results/县/中-保留",
    ],
)
def test_an_earlier_run_may_lie_anywhere_on_this_computer(tmp_path: Path, run: str) -> None:
    stands = load_study(started_from(tmp_path, run)).study.start_from
    assert stands is not None
    assert stands.run == run


@pytest.mark.parametrize(
    "run",
    [
        "~/run",
        "https://example.org/run",
        "s3://bucket/run",
        "//server/share/run",
        "\\\\server\\share\\run",
        "${HOME}/run",
        "a|b",
        "",
        "C:run",
    ],
)
def test_an_earlier_run_that_is_no_folder_here_has_a_mend_of_its_own(
    tmp_path: Path, run: str
) -> None:
    (fault,) = faults_of(started_from(tmp_path, run))
    assert (fault.code, fault.column) == ("C34", "start_from.run")
    assert "beside the study file" not in fault.mend.en
    assert "absolute" in fault.mend.en


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    outside = tmp_path / "births.csv"
    (study.parent / "births.csv").rename(outside)
    (study.parent / "births.csv").symlink_to(outside)
    assert [one.code for one in faults_of(study)] == ["C34"]


def test_scenarios_are_every_projection_by_every_policy_then_today_of_each() -> None:
    names = [scenario.name for scenario in load_study(SMALL).scenarios]
    assert names[:3] == ["slow-keep", "slow-reshape", "middle-keep"]
    assert names[6:] == ["today"]


def test_a_study_may_override_norms_and_prices_by_their_path(tmp_path: Path) -> None:
    study = small_study(
        tmp_path,
        ("standards: {}", "standards: {levels.primary.cap: 40}"),
        ("prices: {}", "prices: {class_year: 200000}"),
    )
    loaded = load_study(study)
    assert loaded.profile.norms.levels["primary"].cap == 40
    assert loaded.profile.norms.prices.class_year == 200_000
    assert loaded.profile.sources["levels.primary.cap"].verified == "study"


@pytest.mark.parametrize("name", ["generic", "CN", "CN-37"])
def test_every_value_of_a_profile_has_a_source_and_a_mark(tmp_path: Path, name: str) -> None:
    loaded = load_study(small_study(tmp_path, ("profile: CN", f"profile: {name}")))
    for path, source in loaded.profile.sources.items():
        assert source.source, path
        assert source.verified in {"V1", "V2", "B", "C", "S0"}, path


def test_what_a_scenario_depends_on_changes_its_digest_and_nothing_else_does(
    tmp_path: Path,
) -> None:
    def digest(folder: str, *changes: tuple[str, str]) -> str:
        loaded = load_study(small_study(tmp_path / folder, *changes))
        return loaded.settings_digest(loaded.scenarios[0])

    first = digest("a")
    assert digest("b", ("urban_share_end: 0.75", "urban_share_end: 0.76")) == first
    assert digest("c", ("# A made county", "# Another comment")) == first
    assert digest("d", ("urban_share_end: 0.66", "urban_share_end: 0.67")) != first
    assert digest("e", ("prices: {}", "prices: {class_year: 1}")) != first
