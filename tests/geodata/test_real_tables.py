"""Tables that bureaus publish, read with a file of columns each; totals as their README says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from geodata.findings import Finding, errors
from geodata.readers import read_table
from geodata.schemas import SCHEMAS
from scenarios.config.columns_file import open_columns

DATA = Path(__file__).parents[3] / "shared" / "data"
IRELAND = DATA / "schools_northern_ireland" / "primary202324.xlsx"
TAIWAN = DATA / "schools_taiwan"
YEARS = [f"year {year}" for year in range(1, 8)]
needs_shared = pytest.mark.skipif(not IRELAND.is_file(), reason="../shared/data is not here")

ROLL = """
table: children
sheet: Enrolments
until_blank_row: true
columns: {zone_id: DE ref}
wide:
  into: children
  rows:
    - {add: [nursery full-time, nursery part-time], means: {age: 3}}
    - {column: reception pupils, means: {age: 4}}
"""
SCHOOL_YEARS = """
table: enrolment
sheet: Enrolments
until_blank_row: true
columns: {site_id: DE ref, level: {value: primary}}
wide:
  into: pupils
  skip: [0]
  rows:
"""
PUPILS = """
table: enrolment
encoding: ENCODING
columns: {site_id: 學校代碼, level: {value: LEVEL}}
wide:
  into: pupils
  thousands: ","
  words: {"-": 0}
  rows:
"""
CLASSES = PUPILS.replace("enrolment", "classes").replace("pupils", "classes")


def read(path: Path, columns: str, folder: Path) -> tuple[pd.DataFrame, list[Finding]]:
    """Read a table with a file of columns."""
    file = folder / "columns.yaml"
    file.write_text(columns, encoding="utf-8")
    by, faults = open_columns(file, file.name)
    assert by is not None, faults
    table = next(line for line in columns.splitlines() if line.startswith("table: "))
    schema = SCHEMAS[table.removeprefix("table: ")]
    frame, findings = read_table(path, by.sheet, schema, encoding=by.encoding, by=by)
    assert errors(findings) == []
    return frame, findings


@needs_shared
def test_the_whole_roll_of_northern_ireland_is_read_from_its_workbook(tmp_path: Path) -> None:
    ages = [f"    - {{column: {y}, means: {{age: {n}}}}}\n" for n, y in enumerate(YEARS, start=5)]
    frame, findings = read(IRELAND, ROLL + "".join(ages), tmp_path)
    assert frame["children"].sum() == 179_421
    assert frame["zone_id"].nunique() == 787
    assert frame.groupby("zone_id")["children"].sum()["1010146"] == 363
    assert {one.code for one in findings} <= {"T21", "T67", "T70", "T72"}


@needs_shared
def test_the_school_years_of_northern_ireland_are_enrolment(tmp_path: Path) -> None:
    rows = [f"    - {{column: {y}, means: {{grade: {n}}}}}\n" for n, y in enumerate(YEARS, start=1)]
    frame, _ = read(IRELAND, SCHOOL_YEARS + "".join(rows), tmp_path)
    assert frame["pupils"].sum() == 179_421 - 5_226 - 4_570 - 160
    assert frame["pupils"].min() > 0


@needs_shared
@pytest.mark.parametrize(
    ("name", "encoding", "pupils", "classes", "schools"),
    [
        ("101_basec", "utf-16", 1_373_366, 56_391, 2_679),
        ("101_basej", "utf-16", 844_884, 27_468, 934),
        ("102_basec", "utf-16", 1_297_120, 54_641, 2_678),
        ("102_basej", "big5", 831_925, 27_639, 937),
    ],
)
def test_pupils_and_classes_of_taiwan_are_read_from_utf_16_and_big5(
    tmp_path: Path, name: str, encoding: str, pupils: int, classes: int, schools: int
) -> None:
    primary = name.endswith("c")
    grades = range(1, 7) if primary else range(7, 10)
    level = "primary" if primary else "lower_secondary"
    said = {"ENCODING": encoding, "LEVEL": level}
    both = [f"    - {{add: [{g}年級男, {g}年級女], means: {{grade: {g}}}}}\n" for g in grades]
    each = [f"    - {{column: {g}年級, means: {{grade: {g}}}}}\n" for g in grades]
    texts = [PUPILS + "".join(both), CLASSES + "".join(each)]
    for word, value in said.items():
        texts = [text.replace(word, value) for text in texts]
    by_grade, findings = read(TAIWAN / f"{name}.txt", texts[0], tmp_path)
    of_classes, _ = read(TAIWAN / f"{name}.txt", texts[1], tmp_path)
    assert by_grade["pupils"].sum() == pupils
    assert of_classes["classes"].sum() == classes
    assert by_grade["site_id"].nunique() == schools
    assert {"T68", "T70"} <= {one.code for one in findings}
    key = ["site_id", "grade"]
    together = by_grade.merge(of_classes, on=key).query("pupils > 0")
    if primary:  # as the README says: classes of at most 29 in most grades
        assert (np.ceil(together["pupils"] / 29) == together["classes"]).mean() > 0.5
