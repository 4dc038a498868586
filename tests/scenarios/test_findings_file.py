"""`check --findings FILE` leaves a list to work through."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from scenarios.cli import main
from scenarios.outputs.findings import WRITERS
from tests.support.spoilt import cells, spoil_csv
from tests.support.studies import SMALL, small_study


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """Return a study with one fault: a formula where a number belongs."""
    path = small_study(tmp_path)
    spoil_csv(path, "children", cells(children=(0, "=1+1")))
    return path


def check(*arguments: object) -> int:
    return main(["check", *map(str, arguments), "--quiet"])


def test_the_workbook_has_a_row_for_each_finding_and_no_live_formula(study: Path) -> None:
    file = study.parent / "findings.xlsx"
    assert check(study, "--findings", file) == 1
    rows = list(openpyxl.load_workbook(file)["findings"].values)
    (row,) = [row for row in rows if row[0] == "T08"]
    assert row[2:7] == ("children.csv", "", 2, "children", "=1+1")
    assert openpyxl.load_workbook(file)["findings"].cell(rows.index(row) + 1, 7).data_type == "s"
    assert all("\n" in str(text) for text in (row[1], row[7], row[8]))


def test_the_json_holds_what_the_command_answers(study: Path) -> None:
    file = study.parent / "findings.json"
    assert check(study, "--findings", file) == 1
    content = json.loads(file.read_text(encoding="utf-8"))
    (finding,) = content["findings"]
    assert (finding["code"], finding["row"], finding["column"]) == ("T08", 2, "children")
    assert finding["why_zh"] != finding["why"]


def test_a_sound_study_leaves_an_empty_list(tmp_path: Path) -> None:
    file = tmp_path / "findings.json"
    assert check(SMALL, "--findings", file) == 0
    assert json.loads(file.read_text(encoding="utf-8"))["findings"] == []


def test_a_file_that_cannot_be_written_is_told(
    study: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setitem(WRITERS, ".json", full)
    assert check(study, "--findings", study.parent / "f.json") == 1
    assert "No space left" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["schools.xlsx", "findings.txt", "none/findings.xlsx"])
def test_findings_never_take_the_place_of_an_input_or_go_nowhere(
    study: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    file = study.parent / name
    before = file.read_bytes() if file.exists() else None
    assert check(study, "--findings", file, "--json") == 1
    codes = [one["code"] for one in json.loads(capsys.readouterr().out)["findings"]]
    assert {"C35", "C36"} & set(codes) == {"C35" if "/" in name else "C36"}
    assert (file.read_bytes() if file.exists() else None) == before
