"""`columns` asks on the terminal and writes a file of columns; here a pipe answers."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import openpyxl
import pytest
import shapely
import yaml

from geodata.findings import errors
from geodata.readers.look import ROWS, look_at_top
from scenarios.cli import main
from scenarios.questions import read_by

ROOT = Path(__file__).parents[2]
DATA = Path(__file__).parents[3] / "shared" / "data"
IRELAND = DATA / "schools_northern_ireland" / "primary202324.xlsx"
TAIWAN = DATA / "schools_taiwan" / "102_basej.txt"
needs_shared = pytest.mark.skipif(not IRELAND.is_file(), reason="../shared/data is not here")


def answered(
    monkeypatch: pytest.MonkeyPatch, file: Path, table: str, out: Path, *answers: str
) -> tuple[int, Any]:
    """Run the command with these answers; return its code and what it wrote."""
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(answers) + "\n"))
    code = main(["columns", str(file), "--as", table, "--out", str(out)])
    written = yaml.safe_load(out.read_text(encoding="utf-8")) if out.exists() else None
    return code, written


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Write a workbook as a bureau keeps it."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    sheet = book.create_sheet("学校")
    sheet.append(["某县学校一览表"])
    sheet.append(["学校代码", "学校名称", "办学类型", "班数", "备注"])
    sheet.append(["S1", "一小", "小学", 12, ""])
    sheet.append(["S2", "二中", "初中", "1,018", ""])
    sheet.append(["", "合计", "", 18, ""])
    book.save(tmp_path / "学校.xlsx")
    return tmp_path / "学校.xlsx"


@pytest.mark.parametrize("rows", [ROWS, ROWS + 1, ROWS + 5])
def test_a_blank_row_below_the_rows_shown_is_seen(tmp_path: Path, rows: int) -> None:
    path = tmp_path / "table.csv"
    path.write_text("a,b\n" * rows + "\nnote,\n", encoding="utf-8")
    assert look_at_top(path, "").ends_at == rows + 1


def test_every_step_proposes_the_likeliest_and_enter_takes_it(
    tmp_path: Path, workbook: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "classes.yaml"
    answers = ["2", "", "", "", "3", "=1", "", ""]  # sheet, header, totals, id, level, grade, …
    code, written = answered(monkeypatch, workbook, "classes", out, *answers)
    assert code == 0
    assert written == {
        "table": "classes",
        "sheet": "学校",
        "header": [2],
        "leave_out": {"学校名称": ["合计"]},
        "columns": {
            "site_id": "学校代码",
            "level": "办学类型",
            "grade": {"value": "1"},
            "classes": {"column": "班数", "thousands": ","},
        },
    }
    rows, findings = read_by(workbook, out, "classes")
    assert rows == 2
    assert [one.code for one in errors(findings)] == ["T57"]  # 1,018 classes of a grade


def test_a_wrong_answer_is_asked_again(
    tmp_path: Path, workbook: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    answers = ["3", "2", "99", "2", "maybe", "n", "9", "1", "-", "-", "-"]
    code, written = answered(monkeypatch, workbook, "classes", tmp_path / "a.yaml", *answers)
    assert code == 0
    assert written["columns"] == {"site_id": "学校代码"}
    assert "leave_out" not in written
    heard = capsys.readouterr().err
    assert all(f"“{wrong}” is no answer here" in heard for wrong in ("3", "99", "maybe", "9"))


def test_words_and_units_are_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "schools.geojson"
    columns = {
        "学校代码": ["S1", "S2"],
        "城乡": ["镇区", "乡村"],
        "年运行费（万元）": ["3.5", "0.2"],
        "占地面积": ["2公顷", "-"],
    }
    points = [shapely.Point(120, 36), shapely.Point(120.1, 36.1)]
    layer = gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4490")
    layer.to_file(file, driver="GeoJSON")
    out = tmp_path / "schools.yaml"
    answers = {
        **{"site_id": ["1"], "name": ["-"], "town": ["=T"], "kind": ["2", "urban"]},
        **{"place": ["=village"], "school_type": ["=primary"], "rooms": ["=6"]},
        **{room: ["-"] for room in ("music", "art", "computer", "science", "laboratory")},
        **{"annual_cost": ["", ""], "point_grades": ["-"], "parent_id": ["-"], "unsafe": ["-"]},
        **{"protected": ["-"], "objection": ["-"], "teaching_area": ["=1"], "sports": ["=1"]},
        **{"land": ["4", "", "7"], "seats": ["-"]},
    }
    given = [line for lines in answers.values() for line in lines]
    code, written = answered(monkeypatch, file, "schools", out, *given)
    assert code == 0
    said = written["columns"]
    assert said["kind"] == {"column": "城乡", "words": {"镇区": "urban"}}
    assert said["annual_cost"] == {"column": "年运行费（万元）", "factor": 10000.0}
    assert said["land_m2"] == {"column": "占地面积", "units": {"公顷": 10000.0}, "words": {"-": 7}}
    rows, findings = read_by(file, out, "schools")
    assert rows == 2
    assert {one.code for one in errors(findings)} == {"T40"}  # no name was given


@pytest.mark.parametrize(
    ("table", "out", "code"),
    [
        ("classses", "new.yaml", "C24"),
        ("classes", "old.yaml", "C36"),
        ("classes", "a/b.yaml", "C35"),
    ],
)
def test_what_cannot_be_written_is_not_asked(
    tmp_path: Path, workbook: Path, capsys: Any, table: str, out: str, code: str
) -> None:
    (tmp_path / "old.yaml").write_text("mine")
    arguments = ["columns", str(workbook), "--as", table, "--out", str(tmp_path / out), "--json"]
    assert main(arguments) == 1
    (finding,) = json.loads(capsys.readouterr().out)["findings"]
    assert finding["code"] == code
    assert (tmp_path / "old.yaml").read_text() == "mine"


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"PK\x03\x04 broken"])
def test_a_file_that_cannot_be_read_is_a_finding(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    arguments = ["columns", str(tmp_path / "a.csv"), "--as", "classes"]
    assert main([*arguments, "--out", str(tmp_path / "a.yaml")]) == 1
    assert not (tmp_path / "a.yaml").exists()


def test_an_end_of_the_answers_leaves_nothing(tmp_path: Path, workbook: Path) -> None:
    command = [sys.executable, "run_scenario.py", "columns", str(workbook), "--as", "classes"]
    done = subprocess.run(
        [*command, "--out", str(tmp_path / "a.yaml"), "--lang", "zh"],
        input="学校\n2\n",
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 130
    assert "表头在第几行" in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["学校.xlsx"]


@needs_shared
def test_a_big5_table_of_taiwan_takes_nothing_but_enter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "pupils.yaml"
    code, written = answered(monkeypatch, TAIWAN, "enrolment", out, *[""] * 9)
    assert code == 0
    assert (written["encoding"], written["header"]) == ("big5", [3])
    rows, findings = read_by(TAIWAN, out, "enrolment")
    assert rows == 937 * 3
    assert errors(findings) == []


@needs_shared
def test_a_workbook_of_northern_ireland_takes_nine_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = ["3", "", "", "", "1", "=primary", "-"]
    out = tmp_path / "pupils.yaml"
    code, written = answered(monkeypatch, IRELAND, "enrolment", out, *answers)
    assert code == 0
    assert written["sheet"] == "Enrolments"
    assert written["until_blank_row"] is True
    rows, findings = read_by(IRELAND, out, "enrolment")
    assert rows == 787 * 7
    assert errors(findings) == []
