from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest

from geodata.findings import Text
from scenarios.outputs import staff_facts
from scenarios.outputs.atlas import make_atlas
from scenarios.outputs.charts import Series
from scenarios.outputs.folder import Run, read_run
from scenarios.outputs.report_staff import staff_section
from scenarios.outputs.row_chart import row_chart
from scenarios.outputs.staffing import write_staffing
from tests.scenarios.outputs.made_run import write_made_run

Rows = list[dict[str, Any]]


@pytest.fixture(scope="module")
def book(run_dir: Path) -> dict[str, Rows]:
    """Rows of each sheet by English heading, sheets by the beginning of their name."""
    file = openpyxl.load_workbook(run_dir / "staffing.xlsx")
    return {sheet.title.split()[0]: list(_rows(sheet)) for sheet in file.worksheets}


def _rows(sheet: Any) -> Iterator[dict[str, Any]]:
    lines = [row for row in sheet.iter_rows(values_only=True) if any(c is not None for c in row)]
    top = next(i for i, row in enumerate(lines) if row[1] is not None)
    heads = [str(head).rsplit("\n", 1)[-1] for head in lines[top]]
    for line in lines[top + 1 :]:
        yield dict(zip(heads, line, strict=True))


def planned(run: Run, year: int, column: str) -> float:
    schools = run.tables["schools"]
    total: float = schools.loc[schools["operates"] & (schools["year"] == year), column].sum()
    return total


def test_posts_by_school_add_up_to_those_of_the_run(book: dict[str, Rows], run: Run) -> None:
    found = sum(row["posts 2022"] or 0 for row in book["分校岗位"])
    assert found == pytest.approx(planned(run, 2022, "posts"))


def test_every_year_has_a_sheet_whose_last_line_adds_up(book: dict[str, Rows], run: Run) -> None:
    postings = run.tables["postings"]
    for year in run.years:
        *schools, total = book[f"{year}学年"]
        assert total["posts"] == pytest.approx(planned(run, year, "posts"))
        assert total["teachers"] == postings.loc[postings["year"] == year, "posts"].sum()
        assert total["teachers"] == sum(row["teachers"] for row in schools)


def test_a_school_lists_its_need_and_teachers_by_subject(book: dict[str, Rows], run: Run) -> None:
    row = next(r for r in book["2021学年"] if r["site"] == "S001")
    classes = run.tables["classes"]
    here = classes[(classes["site_id"] == "S001") & (classes["year"] == 2021)]["classes"].sum()
    assert row["Chinese, needed"] == pytest.approx(1.0 * here)
    assert row["music and art, needed"] == pytest.approx(0.3 * here)
    assert row["decided by"] == "生师比\npupil ratio"


def test_moves_say_who_goes_where_and_why(book: dict[str, Rows], run: Run) -> None:
    rows = book["教师交流"]
    assert sum(row["teachers"] for row in rows) == run.tables["moves"]["posts"].sum()
    first = next(row for row in rows if row["school year"] == 2021)
    assert first["why"].endswith("rotation")
    assert {first["from site"], first["to site"]} <= set(run.problem["sites"]["site_id"])


def test_as_many_are_hired_as_leave(book: dict[str, Rows]) -> None:
    left = sum(row["teachers"] for row in book["教师离岗"])
    assert left == sum(row["teachers"] for row in book["教师招聘"]) > 0
    flows = dict.fromkeys(("leave the service", "hired"), 0.0)
    for row in book["补充与离岗"]:
        flows[row["who"].split("\n")[-1]] += row["total"]
    assert set(flows.values()) == {left}


def test_leavers_follow_from_the_balance_of_each_school(run: Run) -> None:
    left = staff_facts.leavers(run)
    due = run.problem["staff_due"]
    keys = ["pool_id", "site_id", "year", "teachers"]
    pd.testing.assert_frame_equal(
        left[keys].sort_values(keys, ignore_index=True).astype({"teachers": "int64"}),
        due[keys].sort_values(keys, ignore_index=True),
    )


def test_a_school_is_short_of_the_subject_nobody_teaches_though_posts_are_filled(run: Run) -> None:
    school = (
        staff_facts.by_school(run)
        .set_index(["site_id", "level", "year"])
        .loc[("S000", "lower_secondary", 2021)]
    )
    subjects = staff_facts.by_subject(run)
    short = subjects[
        (subjects["site_id"] == "S000")
        & (subjects["level"] == "lower_secondary")
        & (subjects["year"] == 2021)
    ]["short"].sum()
    assert school["short"] == pytest.approx(max(short, school["posts"] - school["teachers"], 0))
    assert school["surplus"] == pytest.approx(
        school["teachers"] + school["short"] - school["posts"]
    )


def test_the_page_shows_teachers_by_subject_and_direction(run: Run, run_dir: Path) -> None:
    section = staff_section(run)
    assert section is not None
    assert [len(grid.rows) for grid in section.subjects] == [4, 4]
    moved = sum(int(str(row[-1])) for row in section.movers.rows)
    assert moved == run.tables["moves"]["posts"].sum()
    assert '<h2 id="staff">' in (run_dir / "report.html").read_text(encoding="utf-8")


def test_a_row_of_a_chart_without_a_value_has_no_bar() -> None:
    name = Text("a", "甲")
    chart = row_chart(name, [name, name, name], [Series(name, [1.0, 0.0, float("nan")])], name)
    assert chart.count("<title>") == 1


def test_a_run_that_planned_no_teachers_gets_no_staffing_book(tmp_path: Path) -> None:
    folder = write_made_run(tmp_path / "run", zones=10, sites=12, years=2, staffing=False)
    atlas = make_atlas(read_run(folder))
    assert not write_staffing(atlas, tmp_path / "staffing.xlsx")
    assert not (tmp_path / "staffing.xlsx").exists()
    assert staff_section(atlas.run) is None
