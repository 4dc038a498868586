"""The file that says which column of a bureau's table is which of ours."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from geodata.findings import Finding, errors
from scenarios.assemble.check import check_study
from scenarios.assemble.layers import open_layers
from scenarios.config import load_study, open_study
from scenarios.config.columns_file import open_columns
from scenarios.keys import input_digests
from tests.support.studies import small_study

WHOLE = """
table: enrolment
sheet: 学生
header: [2, 3]
until_blank_row: true
leave_out: {学校: [合计]}
columns:
  site_id: 学校代码
  level: {value: primary}
wide:
  into: pupils
  words: {"-": 0}
  thousands: ","
  rows:
    - {column: 一年级, means: {grade: 1}}
    - {add: [二年级男, 二年级女], means: {grade: 2}}
"""


def faults_of(folder: Path, text: str, table: str = "enrolment") -> list[Finding]:
    """Return the faults of a file of columns."""
    path = folder / "columns.yaml"
    path.write_text(text, encoding="utf-8")
    by, faults = open_columns(path, path.name, table)
    assert (by is None) == bool(faults)
    return faults


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    assert faults_of(tmp_path, WHOLE) == []
    by, _ = open_columns(tmp_path / "columns.yaml", "columns.yaml", "enrolment")
    assert by is not None
    assert by.headers() == ["学校代码", "一年级", "二年级男", "二年级女", "学校"]
    assert by.place.header == (2, 3)
    assert by.wide is not None
    assert by.wide.cells.words == (("-", "0"),)
    assert dict(by.columns)["site_id"].line == 8


@pytest.mark.parametrize(
    ("old", "new", "code", "column", "word"),
    [
        ("until_blank_row", "untill_blank_row", "C01", "untill_blank_row", "until_blank_row"),
        ("site_id: 学校代码", "siteid: 学校代码", "C24", "columns.siteid", "site_id"),
        ("site_id: 学校代码", "site_id: [a]", "C12", "columns.site_id", ""),
        ("site_id: 学校代码", "site_id: {colum: a}", "C01", "columns.site_id.colum", "column"),
        ("site_id: 学校代码", "site_id: {column: a, value: b}", "C50", "columns.site_id", "add"),
        ("site_id: 学校代码", "site_id: {column: a, factor: 2}", "C23", "columns.site_id", ""),
        ("site_id: 学校代码", "site_id: {add: [a, b]}", "C23", "columns.site_id", ""),
        ("site_id: 学校代码", "pupils: 学生数", "C47", "wide.into", "pupils"),
        ("site_id: 学校代码", "grade: 年级", "C47", "wide.rows", "grade"),
        ("column: 一年级", "column: 二年级男", "C47", "wide.rows[1]", ""),
        ("column: 一年级", "value: 3", "C23", "wide.rows[0].value", ""),
        ("means: {grade: 1}", "means: {level: primary}", "C47", "wide.rows", ""),
        ("means: {grade: 1}", "means: {zone_id: Z}", "C50", "wide.rows[0].means", "grade"),
        ("header: [2, 3]", "header: 0", "C51", "header", ""),
        ('thousands: ","', 'thousands: "."', "C52", "wide.thousands", ""),
        ("table: enrolment", "table: enrolmnt", "C24", "table", "enrolment"),
        ("table: enrolment", "table: classes", "C23", "table", "enrolment"),
        ("site_id: 学校代码", "site_id: a\n  site_id: b", "C02", "columns.site_id", ""),
    ],
)
def test_what_is_wrong_with_it_is_told_with_its_place(
    tmp_path: Path, old: str, new: str, code: str, column: str, word: str
) -> None:
    assert old in WHOLE
    faults = faults_of(tmp_path, WHOLE.replace(old, new, 1))
    assert code in [one.code for one in faults]
    fault = next(one for one in faults if one.code == code)
    assert fault.column == column
    assert fault.row > 0
    assert word in fault.why.en + fault.mend.en


def test_a_layer_has_no_header_row(tmp_path: Path) -> None:
    (fault,) = faults_of(tmp_path, "table: zones\nheader: 2\ncolumns: {zone_id: a}\n", "zones")
    assert (fault.code, fault.column) == ("C23", "header")


def bureau_study(folder: Path, columns: str = "") -> Path:
    """Return the small county whose enrolment is a bureau's CSV, with a column for each grade."""
    study = small_study(
        folder,
        (
            "enrolment: {file: schools.xlsx, sheet: enrolment}",
            "enrolment: {file: bureau.csv, columns: bureau.yaml}",
        ),
    )
    table = pd.read_excel(study.parent / "schools.xlsx", "enrolment", dtype=str, engine="calamine")
    words = {"primary": "小", "lower_secondary": "中"}
    table["header"] = table["level"].map(words) + table["grade"]
    key = ["site_id", "zone_id"]
    wide = table.set_index([*key, "header"])["pupils"].unstack("header").fillna("-")  # noqa: PD010
    wide = (
        wide.rename_axis(columns=None)
        .reset_index()
        .rename(columns={"site_id": "学校代码", "zone_id": "居住单元"})
    )
    wide.to_csv(study.parent / "bureau.csv", index=False, encoding="gb18030")
    pairs = table[["header", "level", "grade"]].drop_duplicates().itertuples(index=False)
    rows = "".join(
        f"    - {{column: {header}, means: {{level: {level}, grade: {grade}}}}}\n"
        for header, level, grade in pairs
    )
    text = (
        "table: enrolment\ncolumns:\n  site_id: 学校代码\n  zone_id: 居住单元\n"
        f'wide:\n  into: pupils\n  skip: ["-"]\n  rows:\n{rows}'
    )
    (study.parent / "bureau.yaml").write_text(columns or text, encoding="utf-8")
    return study


def test_a_study_reads_the_bureaus_table_as_its_own(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "bureau").mkdir()
    key = ["site_id", "level", "grade", "zone_id"]
    own = open_layers(load_study(small_study(tmp_path / "own")))
    study = bureau_study(tmp_path / "bureau")
    bureau = open_layers(load_study(study))
    read = [
        layers.frames["enrolment"].sort_values(key)[[*key, "pupils"]].to_numpy().tolist()
        for layers in (own, bureau)
    ]
    assert read[0] == read[1]
    findings = check_study(study)
    assert not errors(findings)
    assert {"T67", "T70"} <= {one.code for one in findings if one.file == "bureau.csv"}


def test_faults_of_the_bureaus_table_name_its_own_columns(tmp_path: Path) -> None:
    study = bureau_study(tmp_path)
    path = study.parent / "bureau.csv"
    lines = path.read_text(encoding="gb18030").splitlines()
    cells = lines[1].split(",")
    at = next(number for number, cell in enumerate(cells) if number > 1 and cell != "-")
    cells[at] = "about 30"
    path.write_text("\n".join([lines[0], ",".join(cells), *lines[2:]]), encoding="gb18030")
    faults = errors(check_study(study))
    place = ("T14", "bureau.csv", 2, lines[0].split(",")[at])
    assert place in [(one.code, one.file, one.row, one.column) for one in faults]


def test_a_file_of_columns_with_faults_is_told_and_the_rest_of_the_study_is_read(
    tmp_path: Path,
) -> None:
    study = bureau_study(tmp_path, "table: enrolment\ncolums: {}\n")
    faults = errors(check_study(study))
    assert [(one.code, one.file, one.row) for one in faults] == [("C01", "bureau.yaml", 2)]


def test_a_file_of_columns_that_is_not_there_is_told(tmp_path: Path) -> None:
    study = bureau_study(tmp_path)
    (study.parent / "bureau.yaml").unlink()
    faults = errors(check_study(study))
    assert [(one.code, one.value) for one in faults] == [("C35", "bureau.yaml")]


def test_an_encoding_said_twice_and_differently_is_refused(tmp_path: Path) -> None:
    study = bureau_study(tmp_path)
    text = study.read_text(encoding="utf-8")
    study.write_text(
        text.replace("columns: bureau.yaml", "columns: bureau.yaml, encoding: big5"),
        encoding="utf-8",
    )
    columns = study.parent / "bureau.yaml"
    columns.write_text("encoding: gb18030\n" + columns.read_text(encoding="utf-8"), "utf-8")
    _, faults = open_study(study)
    assert [(one.code, one.column) for one in faults] == [("C23", "inputs.enrolment.encoding")]


def test_another_file_of_columns_is_another_run(tmp_path: Path) -> None:
    study = bureau_study(tmp_path)
    assert "bureau.yaml" in input_digests(load_study(study))
