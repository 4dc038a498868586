import re
from pathlib import Path

import pytest

import geodata
from geodata.catalogue import CATALOGUE, found
from geodata.findings import FindingError, Severity, Source, Text, capped, refuse

SOURCE = Source("schools.xlsx", "2025")


def test_a_finding_names_the_place_the_reason_and_the_mend():
    line = found("T09", SOURCE, row=14, column="pupils", value="1,234").line()
    assert line.startswith('T09 error  schools.xlsx › sheet 2025 › row 14 › column pupils: "1,234"')
    assert "Why: " in line
    assert "Mend: " in line


def test_a_finding_speaks_chinese_too():
    finding = found("N01", SOURCE, more=Text("2 parts", "两个部分"))
    assert "两个部分" in finding.line("zh")
    assert "2 parts" in finding.as_dict()["why"]
    assert set(finding.as_dict()) == {
        "code", "severity", "file", "sheet", "row", "column", "value", "why", "mend",
    }  # fmt: skip


@pytest.mark.parametrize("code", CATALOGUE)
def test_every_code_has_words_in_both_languages(code):
    finding = found(code, SOURCE, more="—")
    for text in (finding.why, finding.mend):
        assert text.en.endswith(("?", ".", "—"))
        assert re.search("[\u4e00-\u9fff]", text.zh)


def test_every_code_that_the_package_finds_is_in_the_catalogue():
    folder = Path(geodata.__file__).parent
    sources = "".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))
    used = set(re.findall(r'"([CDGNT]\d\d)"', sources))
    assert used == set(CATALOGUE)


def test_braces_in_a_value_are_only_text():
    assert found("T08", SOURCE, value="{x}").value == "{x}"


def test_findings_above_the_count_are_told_as_a_number():
    many = [found("T07", SOURCE, row=row) for row in range(5)] + [found("T08", SOURCE)]
    kept, left_out = capped(many, limit=2)
    assert [finding.code for finding in kept] == ["T07", "T07", "T08"]
    assert left_out == {"T07": 3}


def test_only_errors_refuse():
    warning = found("N01", SOURCE)
    refuse([warning])
    with pytest.raises(FindingError):
        refuse([warning, found("N02", SOURCE)])
    assert warning.severity is Severity.WARNING


def test_every_code_is_asked_for_by_a_test():
    tests = Path(__file__).parents[1]
    asked = "".join(path.read_text(encoding="utf-8") for path in tests.rglob("*.py"))
    assert [code for code in CATALOGUE if f'"{code}"' not in asked] == []


def test_the_page_of_bad_inputs_names_only_codes_there_are_and_every_one_of_the_readers():
    page = (Path(__file__).parents[2] / "docs" / "bad_inputs.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([CDGNT]\d\d)`", page))
    of_config = {"C51", "C55", "C56", "T16", "T52"}
    ranges = {f"T{number:02}" for number in range(7, 16)}
    assert named - of_config <= set(CATALOGUE)
    readers = {code for code in CATALOGUE if code[0] in "GT"} - ranges
    assert readers <= named
