"""What planners' tables look like: titles, words of their own, formulas, pivots, other units."""

import zipfile

import openpyxl
import pytest

from geodata.readers import read_table
from geodata.schemas import CANDIDATES, CLASSES, ENROLMENT, TRAVEL
from geodata.words_read import header_at

HEAD = ["site_id", "level", "grade", "classes"]


def book(folder, rows, change=lambda _: None, name="classes.xlsx"):
    """Save rows as the sheet `classes`, let `change` work on it, and read it."""
    file = openpyxl.Workbook()
    sheet = file.active
    sheet.title = "classes"
    for row in rows:
        sheet.append(row)
    change(sheet)
    file.save(folder / name)
    return read_table(folder / name, "classes", CLASSES, name=name)


def told(findings):
    return [(one.code, one.row, one.column) for one in findings]


def test_a_title_above_the_header_is_passed_over_and_said(tmp_path):
    def merge(sheet):
        sheet.merge_cells("A1:D1")

    rows = [["2020年班级统计表"], [], ["单位：班"], HEAD, ["s1", "primary", 1, 3]]
    frame, findings = book(tmp_path, rows, merge)
    assert told(findings) == [("T21", 4, "")]
    assert (frame.index.tolist(), frame.loc[5, "classes"]) == ([5], 3)


def test_faults_below_a_title_stand_in_their_own_rows(tmp_path):
    rows = [["表"], [*HEAD[:3], "clases"], ["s1", "primary", "x", 3]]
    assert told(book(tmp_path, rows).findings) == [
        ("T21", 2, ""),
        ("T40", 2, "classes"),
        ("T41", 2, "clases"),
        ("T08", 3, "grade"),
    ]


def test_a_csv_may_have_a_title_too(tmp_path):
    (tmp_path / "c.csv").write_text("班级统计表,,,\nsite_id,level,grade,classes\ns1,primary,1,3\n")
    frame, findings = read_table(tmp_path / "c.csv", "", CLASSES)
    assert (told(findings), frame.index.tolist()) == ([("T21", 2, "")], [3])


@pytest.mark.parametrize("title", ["班级统计表", "班级统计表, 2020", "班级;统计"])
def test_a_title_hides_no_semicolons(tmp_path, title):
    (tmp_path / "c.csv").write_text(f"{title}\nsite_id;level;grade;classes\ns1;primary;1;3\n")
    frame, findings = read_table(tmp_path / "c.csv", "", CLASSES)
    assert told(findings) == [("T35", 0, ""), ("T21", 2, "")]
    assert frame.loc[3].tolist() == ["s1", "primary", 1, 3]


def test_the_first_row_is_the_header_where_no_other_is_a_better_one():
    assert header_at([["a", "b"], ["c", "d"]], CLASSES) == 0
    assert header_at([HEAD, HEAD], CLASSES) == 0
    assert header_at([], CLASSES) == 0


@pytest.mark.parametrize(
    ("word", "grade"), [("一年级", 1), ("九年级", 9), ("初二", 8), ("7年级", 7), ("Grade 3", 3)]
)
def test_grades_are_known_by_their_other_names_and_it_is_said_once(tmp_path, word, grade):
    rows = [HEAD, ["s1", "小学", word, 3], ["s2", "小学", word, 3]]
    frame, findings = book(tmp_path, rows)
    assert told(findings) == [("T17", 2, "level"), ("T17", 2, "grade")]
    assert frame["grade"].tolist() == [grade, grade]
    assert frame["level"].tolist() == ["primary", "primary"]


def test_a_word_that_is_on_no_list_is_refused(tmp_path):
    rows = [HEAD, ["s1", "高中", "十年级", 3]]
    assert told(book(tmp_path, rows).findings) == [("T58", 2, "level"), ("T08", 2, "grade")]


def with_part(path, name, content):
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(name, content)


@pytest.mark.parametrize(
    ("part", "content", "code"),
    [
        ("xl/vbaProject.bin", b"macro", "T46"),
        (
            "xl/worksheets/_rels/sheet1.xml.rels",
            b'<Relationships><Relationship Type="x/pivotTable"/></Relationships>',
            "T48",
        ),
    ],
)
def test_macros_are_warned_of_and_a_pivot_table_is_refused(tmp_path, part, content, code):
    book(tmp_path, [HEAD, ["s1", "primary", 1, 3]])
    with_part(tmp_path / "classes.xlsx", part, content)
    frame, findings = read_table(tmp_path / "classes.xlsx", "classes", CLASSES)
    assert (told(findings), len(frame)) == ([(code, 0, "")], 1)


def test_formulas_with_results_are_read_and_counted(tmp_path):
    book(tmp_path, [HEAD, ["s1", "primary", 1, 3]])
    path, again = tmp_path / "classes.xlsx", tmp_path / "again.xlsx"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(again, "w") as new:
        for part in old.namelist():
            text = old.read(part)
            if part.endswith("sheet1.xml"):
                assert b"<v>3</v>" in text
                text = text.replace(b"<v>3</v>", b"<f>1+2</f><v>3</v>")
            new.writestr(part, text)
    frame, findings = read_table(again, "classes", CLASSES)
    assert (told(findings), frame["classes"].tolist()) == ([("T26", 0, "")], [3])


def test_a_million_blank_formatted_rows_are_no_rows(tmp_path):
    def paint(sheet):
        sheet["XFD1048576"].font = openpyxl.styles.Font(bold=True)

    frame, findings = book(tmp_path, [HEAD, ["s1", "primary", 1, 3]], paint)
    assert (findings, len(frame)) == ([], 1)


def test_a_figure_in_another_unit_is_warned_of(tmp_path):
    head = "site_id,name,town,kind,place,land_m2,annual_cost\n"
    rows = [f"c{i},n,t,rural,village,100,{800_000 + i}" for i in range(6)]
    (tmp_path / "c.csv").write_text(head + "\n".join([*rows, "c9,n,t,rural,village,100,80"]))
    findings = read_table(tmp_path / "c.csv", "", CANDIDATES).findings
    assert [(one.code, one.row, one.column, one.value) for one in findings] == [
        ("T50", 8, "annual_cost", "80")
    ]


@pytest.mark.parametrize("text", ["=cmd|' /C calc'!A0", "@SUM(1)", "<script>alert(1)</script>"])
def test_a_text_that_would_run_elsewhere_is_kept_and_warned_of(tmp_path, text):
    head = "site_id,level,grade,pupils\n"
    (tmp_path / "c.csv").write_text(head + f'"{text}",primary,1,3\n')
    frame, findings = read_table(tmp_path / "c.csv", "", ENROLMENT)
    assert (told(findings), frame["site_id"].tolist()) == ([("T55", 2, "site_id")], [text])


@pytest.mark.parametrize(("word", "code"), [("小计", "T20"), ("Sub-total", "T20"), ("合计", "T19")])
def test_a_sum_among_the_rows_is_no_school(tmp_path, word, code):
    frame, findings = book(tmp_path, [HEAD, ["s1", "primary", 1, 3], [word, "primary", 1, 3]])
    assert (told(findings), len(frame)) == ([(code, 3, "site_id")], 1)


@pytest.mark.parametrize("minutes", ["-1", "99999"])
def test_a_code_for_no_route_is_no_travel_time(tmp_path, minutes):
    (tmp_path / "t.csv").write_text(
        f"zone_id,site_id,mode,metres,minutes\nz,s,walk,900,{minutes}\n"
    )
    assert told(read_table(tmp_path / "t.csv", "", TRAVEL).findings) == [("N26", 2, "minutes")]


def test_a_value_in_the_last_cell_of_all_is_refused_before_room_is_made_for_the_sheet(tmp_path):
    file = openpyxl.Workbook()
    file.active.append(HEAD)
    file.active["XFD1048576"] = "x"
    file.save(tmp_path / "far.xlsx")
    _, findings = read_table(tmp_path / "far.xlsx", "", CLASSES)
    assert [one.code for one in findings] == ["T44"]
    assert "17,179,869,184" in findings[0].why.en
