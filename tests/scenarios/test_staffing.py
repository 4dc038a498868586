from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from geodata.findings import Finding, FindingError, Severity
from optimizer.domain import Horizon, Level, Staffing, TeacherPools
from scenarios.assemble import assemble, prepare
from scenarios.assemble.layers import read_layers
from scenarios.assemble.places import places_of_study
from scenarios.assemble.population import levels_of
from scenarios.assemble.staffing import due_rows, lessons_fte, staffing_of
from scenarios.config import load_study
from tests.support.studies import SMALL, small_study


def read_staffing(study: Path, *, yearly: bool = False) -> Staffing | None:
    loaded = load_study(study)
    layers = read_layers(loaded)
    levels = levels_of(loaded, yearly=yearly)
    kinds = tuple(loaded.profile.norms.function_rooms)
    places = places_of_study(layers, tuple(level.name for level in levels), kinds)
    return staffing_of(loaded, layers, places.sites, levels)


def faults_of(study: Path) -> list[Finding]:
    with pytest.raises(FindingError) as caught:
        read_layers(load_study(study))
    return [one for one in caught.value.findings if one.severity is Severity.ERROR]


def change_teachers(study: Path, **cells: object) -> Path:
    """Write cells of the first row of the teachers' sheet."""
    path = study.parent / "schools.xlsx"
    book = openpyxl.load_workbook(path)
    sheet = book["teachers"]
    heads = [cell.value for cell in sheet[1]]
    for name, value in cells.items():
        sheet.cell(2, heads.index(name) + 1, value)
    book.save(path)
    return study


@pytest.fixture(scope="module")
def staffing() -> Staffing:
    loaded = load_study(SMALL)
    found = assemble(prepare(loaded), loaded.scenarios[0]).problem.staffing
    assert found is not None
    return found


def test_every_teacher_of_the_sheet_is_in_a_pool(staffing: Staffing) -> None:
    pools = staffing.pools
    assert pools.row_teachers.sum() == 240
    assert len(set(pools.ids)) == len(pools.ids)
    arts = pools.ids.index("P-ART-K")
    assert (staffing.subjects[pools.subject[arts]], pools.key[arts]) == ("arts", True)


def test_one_class_a_grade_needs_what_the_lesson_table_and_loads_give(staffing: Staffing) -> None:
    primary, lower = (grid.sum() for grid in staffing.lessons_fte)
    assert primary == pytest.approx(10.63, abs=0.005)
    assert lower == pytest.approx(7.54, abs=0.005)


def test_without_cohorts_a_class_needs_the_mean_over_its_grades(staffing: Staffing) -> None:
    yearly = read_staffing(SMALL, yearly=True)
    assert yearly is not None
    for mean, grid in zip(yearly.lessons_fte, staffing.lessons_fte, strict=True):
        assert mean == pytest.approx(grid.mean(axis=0, keepdims=True))


def test_a_study_without_teachers_plans_none(tmp_path: Path) -> None:
    study = small_study(tmp_path, ("  teachers: {file: schools.xlsx, sheet: teachers}\n", ""))
    assert read_staffing(study) is None


def test_todays_network_plans_no_teachers_where_the_first_policy_does_not(tmp_path: Path) -> None:
    off = "actions: [open, extend]\n    families_off: [staffing]"
    study = small_study(tmp_path, ("actions: [open, extend]", off))
    assert load_study(study).policy("today").families_off == ["staffing"]
    assert load_study(SMALL).policy("today").families_off == []


def pools_of(*rows: tuple[int, int, int]) -> TeacherPools:
    """One pool; rows of site, years, teachers."""
    site, years, teachers = np.array(rows).T
    none = np.zeros(1, dtype=int)
    return TeacherPools(
        ids=("P-ART-O",),
        level=none,
        subject=none,
        key=none.astype(bool),
        row_pool=np.zeros(len(rows), dtype=int),
        row_site=site,
        row_years=years,
        row_teachers=teachers,
    )


def test_those_of_most_years_leave_first_and_then_those_of_the_first_site() -> None:
    pools = pools_of((0, 5, 2), (1, 9, 1), (2, 5, 7))
    due = due_rows(pools, Horizon(2021, 4), 0.1)
    assert due.tolist() == [[0, 0, 2022, 1], [0, 0, 2023, 1], [0, 1, 2021, 1], [0, 2, 2024, 1]]


def test_leavers_are_rounded_over_the_years_so_that_small_pools_lose_some_too() -> None:
    due = due_rows(pools_of((0, 5, 3)), Horizon(2021, 10), 0.1)
    assert due[:, 3].sum() == 3
    assert due[:, 2].tolist() == [2022, 2025, 2029]


def test_no_more_leave_than_there_are() -> None:
    assert due_rows(pools_of((0, 5, 2)), Horizon(2021, 10), 0.9)[:, 3].sum() == 2
    assert len(due_rows(pools_of((0, 5, 2)), Horizon(2021, 10), 0.0)) == 0


def test_a_subject_taught_by_nobody_has_a_pool_to_hire_into(tmp_path: Path) -> None:
    grid = "{staffing.lessons.primary.dance: [1, 1, 1, 1, 1, 1], staffing.load.primary.dance: 18}"
    found = read_staffing(small_study(tmp_path, ("standards: {}", f"standards: {grid}")))
    assert found is not None
    dance = found.pools.ids.index("P-DAN-O")
    assert not (found.pools.row_pool == dance).any()
    assert "L-DAN-O" not in found.pools.ids


def test_lessons_over_load_are_teachers() -> None:
    norms = load_study(SMALL).profile.norms.staffing
    level = Level("lower_secondary", 7, 3, 50)
    fte = lessons_fte(norms, level, ("arts", "unknown"))
    assert fte.tolist() == [[2 / 16, 0], [2 / 16, 0], [2 / 16, 0]]
    assert lessons_fte(norms, replace(level, grades=1), ("arts",)).tolist() == [[2 / 16]]


@pytest.mark.parametrize(
    ("cells", "code", "column"),
    [
        ({"subject": "artz"}, "T52", "subject"),
        ({"level": "primary"}, "T18", "level"),
        ({"home_town": "nowhere"}, "T53", "home_town"),
        ({"site_id": "C01"}, "T53", "site_id"),
    ],
)
def test_a_wrong_cell_of_the_teachers_is_named(
    tmp_path: Path, cells: dict[str, object], code: str, column: str
) -> None:
    faults = faults_of(change_teachers(small_study(tmp_path), **cells))
    assert [(one.code, one.sheet, one.row, one.column) for one in faults] == [
        (code, "teachers", 2, column)
    ]


def test_an_unknown_subject_is_answered_with_the_nearest_known(tmp_path: Path) -> None:
    (fault,) = faults_of(change_teachers(small_study(tmp_path), subject="artz"))
    assert "arts" in fault.mend.en
    assert "arts" in fault.mend.zh


def test_teachers_without_a_lesson_grid_are_refused_with_a_way_out(tmp_path: Path) -> None:
    faults = faults_of(small_study(tmp_path, ("profile: CN", "profile: generic")))
    assert [one.code for one in faults] == ["D67", "D67"]
    assert "staffing.lessons.primary" in faults[0].mend.en


@pytest.mark.parametrize(
    "override",
    [
        "{staffing.lessons.primary.arts: [4, 4, 4]}",
        "{staffing.lessons.primary.dance: [1, 1, 1, 1, 1, 1]}",
    ],
)
def test_a_grid_that_does_not_fit_its_level_is_refused(tmp_path: Path, override: str) -> None:
    (fault,) = faults_of(small_study(tmp_path, ("standards: {}", f"standards: {override}")))
    assert fault.code == "D68"
    assert fault.row > 0


def test_a_school_with_pupils_and_no_teacher_is_only_warned_of(tmp_path: Path) -> None:
    study = small_study(tmp_path)
    book = openpyxl.load_workbook(study.parent / "schools.xlsx")
    sheet = book["teachers"]
    column = [cell.value for cell in sheet[1]].index("site_id")
    for row in range(sheet.max_row, 1, -1):
        if sheet.cell(row, column + 1).value == "S001":
            sheet.delete_rows(row)
    book.save(study.parent / "schools.xlsx")
    warned = [one for one in prepare(load_study(study)).findings if one.code == "D20"]
    assert [one.value for one in warned] == ["S001 / lower_secondary"]
