"""The table of published instances, over a folder of tiny ones."""

import json
from pathlib import Path

import pytest

from benchmarks.published import main, published

SINGLE = "2 3\n4 6\n1 2\n2 3 2\n2 3\n4 8\n2 3\n"
"""Places of 4 and 6 units: 13 is the least that three customers cost."""
SPLIT = "2 2\n5 10\n5 10\n4 4 8\n4 8 4\n"
"""Two places, each serves its neighbour: 28."""
PATH = "3 3 1\n1 2 5\n1 2 2\n2 3 3\n"
PLANE = "1 3\n3 3 5\n1 0 0 3\n2 3 3 3\n3 10 0 3\n"


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for folder in ("cflp", "sscflp", "pmedian"):
        (tmp_path / folder).mkdir()
    (tmp_path / "cflp" / "cap1.txt").write_text(SPLIT)
    (tmp_path / "cflp" / "optima.txt").write_text("Data file   Optimal solution value\ncap1 28.0\n")
    (tmp_path / "sscflp" / "p1").write_text(SINGLE)
    (tmp_path / "sscflp" / "optima.txt").write_text("13\n")
    (tmp_path / "pmedian" / "pmed1.txt").write_text(PATH)
    (tmp_path / "pmedian" / "pmedcap01.txt").write_text(PLANE)
    (tmp_path / "pmedian" / "optima.txt").write_text("pmed1 5 5\n")
    return tmp_path


def test_every_instance_is_listed_with_its_published_value(data: Path) -> None:
    found = {one.path.stem + one.options: (one.kind, one.value) for one in published(data)}
    assert found["cap1"] == ("cflp", 28.0)
    assert found["p1"] == ("sscflp", 13.0)
    assert found["pmed1"] == ("pmedian", 5.0)
    assert found["pmedcap01"] == ("cpmp", 3.0)
    assert found["geo_zy --p 14 --capacitated"] == ("siting", 1436.9)


def test_each_is_solved_by_both_methods_and_told_in_a_line_and_a_table(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = data / "table.md"
    asked = ["--data", str(data), "--only", "cflp", "--only", "sscflp", "--seconds", "5"]
    assert main([*asked, "--table", str(table)]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(line["instance"], line["method"], line["reached"]) for line in lines] == [
        ("cap1", "monolithic", True),
        ("cap1", "by_site", True),
        ("p1", "monolithic", True),
        ("p1", "by_site", True),
    ]
    rows = table.read_text().splitlines()
    assert rows[0].startswith("| instance | kind | method | published |")
    assert rows[2].startswith("| cap1 | cflp | monolithic | 28 | 28 | 28 | 0 |")
    assert len(rows) == 6


def test_a_value_that_no_plan_reaches_is_said_in_exit_code_and_table(
    data: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "sscflp" / "optima.txt").write_text("12\n")
    table = data / "table.md"
    asked = ["--data", str(data), "--only", "sscflp", "--method", "monolithic"]
    assert main([*asked, "--table", str(table)]) == 3
    assert not json.loads(capsys.readouterr().out)["reached"]
    assert "| **13** |" in table.read_text()


def test_a_folder_without_published_values_is_faulty(tmp_path: Path) -> None:
    assert main(["--data", str(tmp_path)]) == 1
