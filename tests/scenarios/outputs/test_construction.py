import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from scenarios.outputs.atlas import Atlas
from scenarios.outputs.folder import Run
from scenarios.outputs.projects import projects, stops
from scenarios.outputs.workbook import Column, workbook, write_table
from tests.scenarios.outputs.conftest import EVIL


def _book(run_dir: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(run_dir / "construction_plan.xlsx")


def _table(run_dir: Path) -> list[dict[str, object]]:
    rows = list(_book(run_dir).worksheets[0].iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if str(row[0]).startswith("序号"))
    heads = [str(head).split("\n")[-1] for head in rows[top]]
    return [dict(zip(heads, row, strict=True)) for row in rows[top + 1 :]]


def test_there_is_a_sheet_of_projects_one_per_year_and_one_of_assumptions(run_dir: Path) -> None:
    names = _book(run_dir).sheetnames
    assert names == ["建设项目 Construction plan", "2021", "2022", "2023", "依据 Assumptions"]


def test_every_project_has_its_row_and_its_reason(run_dir: Path, run: Run) -> None:
    rows = _table(run_dir)[:-1]
    assert len(rows) == len(run.problem["options"])
    assert all(len(str(row["why"])) > 20 for row in rows)


def test_cost_by_year_adds_up_to_capital(run_dir: Path) -> None:
    for row in _table(run_dir)[:-1]:
        paid = sum(float(str(row[f"{year}, yuan"])) for year in (2021, 2022, 2023))
        assert paid == pytest.approx(float(str(row["capital, yuan"])))


def test_room_areas_add_up_to_the_floor_area(run_dir: Path) -> None:
    row = next(
        row for row in _table(run_dir) if row["what"] is not None and "新建" in str(row["what"])
    )
    parts = [
        float(str(v))
        for k, v in row.items()
        if k.endswith("m²") and k not in ("floor area, m²", "land, m²")
    ]
    assert sum(parts) == pytest.approx(float(str(row["floor area, m²"])))
    assert row["classrooms, m²"] == 18 * 61


def test_coordinates_are_in_degrees_and_metres(run_dir: Path) -> None:
    row = _table(run_dir)[0]
    assert 119 < float(str(row["longitude (CGCS2000)"])) < 122
    assert float(str(row["x, metres (EPSG:4549)"])) > 400_000


def test_formulas_in_names_stay_text(run_dir: Path) -> None:
    sheet = _book(run_dir).worksheets[0]
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value == EVIL]
    assert [cell.data_type for cell in cells] == ["s"]
    with zipfile.ZipFile(run_dir / "construction_plan.xlsx") as book:
        assert not any(b"<f>" in book.read(n) for n in book.namelist() if "worksheets" in n)


def test_numbers_stay_numbers_even_when_negative(tmp_path: Path) -> None:
    from scenarios.outputs.text import say

    path = tmp_path / "t.xlsx"
    with workbook(path, "t") as book:
        columns = [Column(say("col.value"), "whole"), Column(say("col.value"), "text")]
        write_table(book, book.file.add_worksheet("t"), 0, columns, [[-3.0, "-3"], [None, "=2"]])
    sheet = openpyxl.load_workbook(path).active
    assert sheet is not None
    assert [cell.data_type for cell in sheet[2]] == ["n", "s"]
    assert sheet["A2"].value == -3
    assert [cell.value for cell in sheet[3]] == [None, "=2"]


def test_assumptions_name_source_article_and_mark(run_dir: Path) -> None:
    rows = list(_book(run_dir).worksheets[-1].iter_rows(values_only=True))
    row = next(row for row in rows if row[-1] == "levels.primary.cap")
    assert row == (
        "小学标准班额\nStandard class size (cap), primary",
        "45",
        "人/班\npupils per class",
        "《中小学校设计规范》（GB 50099-2011）\nCode for design of school, GB 50099-2011",
        "3.0.1",
        "V1",
        "levels.primary.cap",
    )


def test_an_extension_is_explained_by_the_classes_without_a_room(atlas: Atlas) -> None:
    table = atlas.site_years.copy()
    mine = (table["site_id"] == "S000") & (table["year"] >= 2022)
    table.loc[mine, ["classes", "rooms"]] = [40, 42]
    project = next(p for p in projects(replace(atlas, site_years=table)) if p.action == "extend")
    assert "40 classes" in project.why.en
    assert "36 classrooms" in project.why.en


def test_where_tables_show_no_shortage_the_reason_says_so(atlas: Atlas) -> None:
    table = atlas.site_years.copy()
    table.loc[table["site_id"] == "S000", ["classes", "rooms"]] = [2, 42]
    project = next(p for p in projects(replace(atlas, site_years=table)) if p.action == "extend")
    assert "no shortage" in project.why.en


def test_an_unsafe_building_explains_its_retrofit(atlas: Atlas) -> None:
    sites = atlas.run.problem["sites"].copy()
    sites.loc[5, "unsafe"] = True
    run = replace(atlas.run, problem={**atlas.run.problem, "sites": sites})
    project = next(p for p in projects(replace(atlas, run=run)) if p.action == "retrofit")
    assert "may not be used from 2023" in project.why.en


def test_a_stop_counts_the_pupils_of_the_year_before(run: Run) -> None:
    stop = next(stop for stop in stops(run) if stop.action == "merge")
    flows = run.flows
    mine = flows[
        (flows["site_id"] == stop.site_id)
        & (flows["level"] == stop.level)
        & (flows["year"] == stop.year - 1)
    ]
    assert stop.pupils == pytest.approx(mine["pupils"].sum())
    assert stop.continuing == pytest.approx(stop.pupils * 5 / 6)
    assert stop.minutes_after > stop.minutes_before
