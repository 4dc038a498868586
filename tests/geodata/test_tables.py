import datetime
import zipfile

import openpyxl
import pytest

from geodata.findings import FindingError, refuse
from geodata.readers import read_table
from geodata.schemas import BIRTHS, CHILDREN, CLASSES, ENROLMENT, HOUSING, SCHEMAS


def csv(folder, text, schema=CHILDREN, encoding="utf-8"):
    path = folder / "children.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return read_table(path, "", schema, name="children.csv")


def workbook(folder, rows, schema=CLASSES, change=lambda _: None):
    path = folder / "schools.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "classes"
    for row in rows:
        sheet.append(row)
    change(sheet)
    book.save(path)
    return read_table(path, "classes", schema, name="schools.xlsx")


def told(findings):
    return [(finding.code, finding.row, finding.column) for finding in findings]


HEADER = "zone_id,age,children\n"
CLASS_ROWS = [["site_id", "level", "grade", "classes"], ["0012", "primary", 1, 3]]


def test_ids_keep_their_zeros_and_words_like_na_stay_words(tmp_path):
    frame, findings = csv(tmp_path, HEADER + "0012,3,10\nNA,3,11\n3E5,3,12\n")
    assert findings == []
    assert frame["zone_id"].tolist() == ["0012", "NA", "3E5"]
    assert frame["children"].tolist() == [10, 11, 12]
    assert frame.index.tolist() == [2, 3, 4]


def test_columns_may_stand_in_any_order(tmp_path):
    frame, findings = csv(tmp_path, "children,zone_id,age\n7,a,0\n")
    assert (findings, frame.loc[2, ["zone_id", "age", "children"]].tolist()) == ([], ["a", 0, 7])


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("23.5", "T07"),
        ("30人", "T08"),
        ('"1,234"', "T09"),
        ('"12,5"', "T09"),
        ("٣", "T10"),
        ("１２", "T10"),
        ("1_000", "T11"),
        ("−5", "T12"),
        ("30–35", "T12"),
        ("12%", "T13"),
        ("½", "T13"),
        ("~30", "T14"),
        (">45", "T14"),
        ("约30", "T14"),
        ("3O", "T15"),
        ("-5", "T57"),
        ("1e9", "T57"),
        ("nan", "T08"),
        ("inf", "T08"),
        ("", "T59"),
    ],
)
def test_what_is_no_plain_count_is_refused_with_its_own_code(tmp_path, cell, code):
    _, findings = csv(tmp_path, HEADER + f"a,3,7\nb,3,{cell}\n")
    assert told(findings) == [(code, 3, "children")]
    assert findings[0].severity == "error"


def test_every_fault_is_listed_in_one_pass(tmp_path):
    _, findings = csv(tmp_path, "zone_id,age,kids\na,x,1\na,3\n合计,3,9\n")
    assert told(findings) == [
        ("T36", 3, ""),
        ("T40", 1, "children"),
        ("T41", 1, "kids"),
        ("T19", 4, "zone_id"),
        ("T08", 2, "age"),
    ]


def test_a_misspelt_column_is_met_with_the_nearest_name(tmp_path):
    _, findings = csv(tmp_path, "zone_id,age,childern\na,3,1\n")
    assert "childern" in findings[0].why.en
    assert "children" in findings[1].why.zh


def test_a_column_that_stands_twice_is_refused(tmp_path):
    _, findings = csv(tmp_path, "zone_id,age,children,age\na,3,1,4\n")
    assert told(findings) == [("T60", 1, "age")]


@pytest.mark.parametrize("name", ["身份证号", "phone", "家庭住址", "child_name", "学生姓名"])
def test_a_personal_column_is_refused(tmp_path, name):
    _, findings = csv(tmp_path, f"zone_id,age,children,{name}\na,3,1,x\n")
    assert told(findings) == [("T56", 1, name)]


def test_a_key_that_stands_twice_is_told_in_both_rows(tmp_path):
    _, findings = csv(tmp_path, HEADER + "a,3,1\nb,3,1\na,3,2\n")
    assert told(findings) == [("T01", 2, "zone_id"), ("T01", 4, "zone_id")]


def test_full_width_ids_are_tidied_and_then_collide(tmp_path):
    frame, findings = csv(tmp_path, HEADER + "A1,3,1\nＡ1 ,3,1\n")
    assert frame["zone_id"].tolist() == ["A1", "A1"]
    assert told(findings) == [("T02", 3, "zone_id"), ("T01", 2, "zone_id"), ("T01", 3, "zone_id")]


def test_gb18030_is_read_and_said(tmp_path):
    frame, findings = csv(tmp_path, HEADER + "胶东,3,1\n", encoding="gb18030")
    assert frame["zone_id"].tolist() == ["胶东"]
    assert told(findings) == [("T31", 0, "")]


def test_a_byte_order_mark_is_no_part_of_the_header(tmp_path):
    assert csv(tmp_path, HEADER + "a,3,1\n", encoding="utf-8-sig").findings == []


def test_what_is_in_no_encoding_is_refused_with_its_row(tmp_path):
    _, findings = csv(tmp_path, HEADER.encode() + b"a,3,1\nb\xff\xff,3,1\n")
    assert told(findings) == [("T32", 3, "")]


def test_garbled_text_is_refused(tmp_path):
    _, findings = csv(tmp_path, HEADER + "锟斤拷,3,1\n")
    assert told(findings) == [("T34", 2, "zone_id")]


def test_semicolons_are_understood_and_said(tmp_path):
    frame, findings = csv(tmp_path, "zone_id;age;children\na;3;1\n")
    assert (told(findings), len(frame)) == ([("T35", 0, "")], 1)


def test_one_field_more_in_every_row_shifts_nothing(tmp_path):
    frame, findings = csv(tmp_path, HEADER + "a,3,1,9\nb,3,1,9\n")
    assert told(findings) == [("T36", 2, ""), ("T36", 3, "")]
    assert frame.drop(columns="town").isna().all(axis=None)
    assert frame["town"].eq("").all()


def test_a_stray_quote_that_swallows_rows_is_found(tmp_path):
    _, findings = csv(tmp_path, HEADER + 'a,3,1\n"b,3,1\n' + "c,3,1\n" * 3000)
    assert told(findings) == [("T37", 3, "")]


@pytest.mark.parametrize("text", ["", HEADER, "\n\n"])
def test_an_empty_file_is_refused(tmp_path, text):
    assert "T43" in [finding.code for finding in csv(tmp_path, text).findings]


def test_an_empty_table_is_fine_where_there_may_be_nothing(tmp_path):
    header = ",".join(column.name for column in HOUSING)
    assert csv(tmp_path, header + "\n", HOUSING).findings == []


def test_nul_bytes_are_refused(tmp_path):
    assert told(csv(tmp_path, HEADER.encode() + b"a,\x003,1\n").findings) == [("T38", 0, "")]


def test_old_line_ends_and_blank_lines_are_fine(tmp_path):
    frame, findings = csv(tmp_path, "zone_id,age,children\ra,3,1\r\rb,3,2\r")
    assert (findings, frame.index.tolist()) == ([], [2, 4])


def test_trailing_empty_columns_of_a_spreadsheet_export_are_ignored(tmp_path):
    frame, findings = csv(tmp_path, "zone_id,age,children,,\na,3,1,,\n")
    assert (findings, len(frame)) == ([], 1)


@pytest.mark.parametrize("path", ["/vsicurl/x.csv", "http://example.org/x.csv", "s3://b/x.csv"])
def test_an_address_is_no_file(path):
    assert told(read_table(path, "", CHILDREN).findings) == [("C34", 0, "")]


def test_a_missing_file_or_a_folder_is_refused_with_an_empty_table(tmp_path):
    for path in (tmp_path / "none.csv", tmp_path):
        frame, findings = read_table(path, "", CHILDREN)
        assert told(findings) == [("C35", 0, "")]
        assert list(frame.columns) == ["zone_id", "town", "age", "children"]


def test_a_workbook_is_read_by_its_own_rows(tmp_path):
    frame, findings = workbook(tmp_path, [[], *CLASS_ROWS, [], ["a", "primary", 2, 4.0]])
    assert findings == []
    assert frame.index.tolist() == [3, 5]
    assert frame["site_id"].tolist() == ["0012", "a"]
    assert frame["classes"].tolist() == [3, 4]


def test_a_workbook_named_csv_is_read_by_content(tmp_path):
    workbook(tmp_path, CLASS_ROWS)
    (tmp_path / "schools.xlsx").rename(tmp_path / "schools.csv")
    assert read_table(tmp_path / "schools.csv", "classes", CLASSES).findings == []


def test_errors_formulas_and_merges_are_found_in_their_cells(tmp_path):
    def spoil(sheet):
        sheet["D3"] = "#REF!"
        sheet["D3"].data_type = "e"
        sheet["D4"] = "=D2+1"
        sheet.merge_cells("A5:A6")
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions.group("B", "C", hidden=True)

    rows = [*CLASS_ROWS, *[[f"s{i}", "primary", 1, 1] for i in range(4)]]
    _, findings = workbook(tmp_path, rows, change=spoil)
    assert told(findings) == [
        ("T27", 3, "classes"),
        ("T25", 4, "classes"),
        ("T22", 5, "site_id"),
        ("T23", 0, ""),
    ]
    assert "column B:C, row 2." in findings[-1].why.en


def test_a_hidden_row_that_does_not_say_its_number_follows_the_one_before(tmp_path):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True

    rows = [*CLASS_ROWS, ["a", "primary", 1, 1], ["b", "primary", 1, 1]]
    workbook(tmp_path, rows, change=hide)
    path, part = tmp_path / "schools.xlsx", "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert b'<row r="3"' in parts[part]
    parts[part] = parts[part].replace(b'<row r="3"', b"<row")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    (finding,) = read_table(path, "classes", CLASSES).findings
    assert "row 3." in finding.why.en


def test_a_date_where_a_number_belongs_is_refused(tmp_path):
    rows = [*CLASS_ROWS, ["b", "primary", 1, datetime.date(2019, 3, 1)]]
    assert told(workbook(tmp_path, rows).findings) == [("T28", 3, "classes")]


def test_an_id_that_the_spreadsheet_rounded_is_refused(tmp_path):
    rows = [CLASS_ROWS[0], [1.10101199001011e17, "primary", 1, 1]]
    assert told(workbook(tmp_path, rows).findings) == [("T05", 2, "site_id")]


def test_a_wrong_or_hidden_sheet_is_refused(tmp_path):
    workbook(tmp_path, CLASS_ROWS)
    wrong = read_table(tmp_path / "schools.xlsx", "klassen", CLASSES)
    assert told(wrong.findings) == [("T62", 0, "")]
    assert "classes" in wrong.findings[0].why.en

    def hide(sheet):
        sheet.sheet_state = "hidden"
        sheet.parent.create_sheet("other")

    assert told(workbook(tmp_path, CLASS_ROWS, change=hide).findings) == [("T24", 0, "")]


def test_an_open_workbook_is_refused(tmp_path):
    (tmp_path / "~$schools.xlsx").write_text("lock")
    assert told(workbook(tmp_path, CLASS_ROWS).findings) == [("T47", 0, "")]


def test_what_unpacks_to_hundreds_of_megabytes_is_refused_unopened(tmp_path):
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 50_000_000)
    assert told(read_table(path, "a", CLASSES).findings) == [("T44", 0, "")]


def test_a_zip_that_is_no_workbook_is_refused(tmp_path):
    path = tmp_path / "schools.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "hello")
    assert told(read_table(path, "a", CLASSES).findings) == [("T45", 0, "")]


def test_words_outside_the_choices_are_met_with_the_nearest(tmp_path):
    _, findings = workbook(tmp_path, [CLASS_ROWS[0], ["a", "primry", 1, 1]])
    assert told(findings) == [("T58", 2, "level")]
    assert "primary?" in findings[0].why.en


def test_a_grade_is_one_to_nine(tmp_path):
    _, findings = workbook(tmp_path, [CLASS_ROWS[0], ["a", "primary", 10, 1]])
    assert told(findings) == [("T18", 2, "grade")]


def test_an_optional_column_is_filled_where_it_is_absent(tmp_path):
    frame, findings = csv(tmp_path, "site_id,level,grade,pupils\na,primary,1,3\n", ENROLMENT)
    assert (findings, frame["zone_id"].tolist()) == ([], [""])


def test_refusing_raises_everything_that_was_found(tmp_path):
    _, findings = csv(tmp_path, HEADER + "a,3,x\nb,y,1\n")
    with pytest.raises(FindingError) as error:
        refuse(findings)
    assert error.value.findings == tuple(findings)
    assert "children.csv › row 3 › column age" in str(error.value)


def test_a_warning_alone_refuses_nothing(tmp_path):
    _, findings = csv(tmp_path, "zone_id,age,children,note\na,3,1,x\n")
    assert told(findings) == [("T41", 1, "note")]
    refuse(findings)


@pytest.mark.parametrize("schema", SCHEMAS.values(), ids=SCHEMAS)
def test_a_key_names_columns_of_its_schema(schema):
    assert set(schema.key) <= {column.name for column in schema}


def test_a_decimal_column_takes_decimals(tmp_path):
    frame, findings = csv(tmp_path, "year,births_index,variant\n2021,0.95,low\n", BIRTHS)
    assert (findings, frame["births_index"].tolist()) == ([], [0.95])
