from pathlib import Path

import openpyxl
import pytest

from scenarios.outputs.atlas import make_atlas
from scenarios.outputs.folder import Run, read_run
from scenarios.outputs.staffing import write_staffing
from tests.scenarios.outputs.made_run import write_made_run


def test_posts_by_school_add_up_to_those_of_the_run(run_dir: Path, run: Run) -> None:
    book = openpyxl.load_workbook(run_dir / "staffing.xlsx")
    rows = list(book.worksheets[0].iter_rows(values_only=True))
    top = next(i for i, row in enumerate(rows) if str(row[0]).startswith("校址编号"))
    column = [str(head).split("\n")[-1] for head in rows[top]].index("posts 2022")
    schools = run.tables["schools"]
    wanted = schools.loc[schools["operates"] & (schools["year"] == 2022), "posts"].sum()
    assert sum(float(str(r[column])) for r in rows[top + 1 :] if r[column] is not None) == (
        pytest.approx(wanted)
    )


def test_a_run_that_planned_no_teachers_gets_no_staffing_book(tmp_path: Path) -> None:
    folder = write_made_run(tmp_path / "run", zones=10, sites=12, years=2, staffing=False)
    atlas = make_atlas(read_run(folder))
    assert not write_staffing(atlas, tmp_path / "staffing.xlsx")
    assert not (tmp_path / "staffing.xlsx").exists()
