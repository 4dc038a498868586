"""A bureau's own table, read as its column map says: all that is done to it is told."""

from decimal import Decimal

import geopandas as gpd
import openpyxl
import pytest
import shapely

from geodata.column_map import Cells, ColumnMap, Place, Wide, WideColumn, joined_header
from geodata.findings import errors
from geodata.readers import read_layer, read_table
from geodata.schemas import CLASSES, ENROLMENT, OPTIONS, TOWNS

SITE = ("site_id", Cells(("学校代码",), line=3))
PRIMARY = ("level", Cells(value="primary"))


def of_grades(*columns, **rules):
    """Return the wide part of a map: pupils by grade from columns."""
    wide = [
        WideColumn(h if isinstance(h, tuple) else (h,), (("grade", str(g)),)) for h, g in columns
    ]
    return Wide("pupils", tuple(wide), Cells(**rules))


def enrolment(path, text, *columns, schema=ENROLMENT, sheet="", **how):
    """Read a text as the map says; return the rows, and the findings by code."""
    if text is not None:
        path.write_text(text, encoding="utf-8")
    by = ColumnMap("map.yaml", columns or (SITE, PRIMARY), **how)
    frame, findings = read_table(path, sheet, schema, by=by)
    return frame, findings


def told(findings, code):
    return [one for one in findings if one.code == code]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pupils.csv"


def test_columns_are_read_under_other_names_and_that_is_told(path):
    text = "学校 代码,年级,学生数,备注\nS1,一年级,30,x\n"
    site = ("site_id", Cells(("学校 代码",)))
    columns = (site, PRIMARY, ("grade", Cells(("年级",))), ("pupils", Cells(("学生数",))))
    frame, findings = enrolment(path, text, *columns)
    assert frame.loc[2, ["site_id", "level", "grade", "pupils"]].tolist() == [
        "S1",
        "primary",
        1,
        30,
    ]
    repairs = {(one.column, one.value) for one in told(findings, "T67")}
    assert ("pupils", "学生数") in repairs
    assert ("level", "primary") in repairs
    assert "备注" in told(findings, "T72")[0].why.zh
    assert not errors(findings)


def test_a_column_for_each_grade_becomes_rows(path):
    text = "学校代码,一年级,二年级\nS1,30,28\nS2,-,5\n"
    wide = of_grades(("一年级", 1), ("二年级", 2), words=(("-", "0"),))
    frame, findings = enrolment(path, text, wide=wide)
    assert frame[["site_id", "grade", "pupils"]].to_numpy().tolist() == [
        ["S1", 1, 30], ["S1", 2, 28], ["S2", 1, 0], ["S2", 2, 5],
    ]  # fmt: skip
    assert frame.index.tolist() == [2, 2, 3, 3]
    assert "4 rows" in told(findings, "T70")[0].why.en
    (word,) = told(findings, "T68")
    assert (word.row, word.column, word.value) == (3, "一年级", "-")
    assert not errors(findings)


def test_cells_that_are_none_make_no_row(path):
    text = "学校代码,一年级,二年级\nS1,30,\nS2,-,5\n"
    wide = of_grades(("一年级", 1), ("二年级", 2))
    wide = Wide(wide.into, wide.columns, skip=("", "-"))
    frame, findings = enrolment(path, text, wide=wide)
    assert frame["pupils"].tolist() == [30, 5]
    assert "2 cells left out" in told(findings, "T70")[0].why.en


def test_several_columns_are_added_exactly(path):
    text = '学校代码,男,女\nS1,"1,030",28\nS2,3,x\nS3,4,\n'
    wide = of_grades((("男", "女"), 1), thousands=",")
    frame, findings = enrolment(path, text, wide=wide)
    assert frame["pupils"].tolist()[0] == 1058
    assert told(findings, "T69")[0].value == "1,030"
    faults = [(one.code, one.row, one.column, one.value) for one in errors(findings)]
    assert faults == [("T08", 3, "男 + 女", "x"), ("T59", 4, "男 + 女", "")]


def test_factors_and_units_are_reckoned_exactly(path):
    head = "option,site_id,action,rooms,area_m2,land_m2,投资（万元）,lead,earliest,latest\n"
    rows = "o1,S1,open,1,1,1,0.07,1,2021,2022\no2,S1,open,1,1,1,35 亿元,1,2021,2022\n"
    cells = Cells(("投资（万元）",), factor=Decimal(10_000), units=(("亿元", Decimal("1e8")),))
    frame, findings = enrolment(path, head + rows, ("capital_cost", cells), schema=OPTIONS)
    assert frame["capital_cost"].tolist() == [700.0, 3_500_000_000.0]
    assert "2 cells" in told(findings, "T69")[0].why.en


def test_separators_are_taken_out_only_where_they_stand_between_thousands(path):
    text = '学校代码,年级,学生数\nS1,1,"1,2"\n'
    columns = (SITE, PRIMARY, ("grade", Cells(("年级",))))
    pupils = ("pupils", Cells(("学生数",), thousands=","))
    _, findings = enrolment(path, text, *columns, pupils)
    assert [(one.code, one.column) for one in errors(findings)] == [("T09", "学生数")]


def test_a_column_that_is_not_there_is_told_with_the_nearest_name(path):
    text = "学校代碼,年级,学生数\nS1,1,30\n"
    columns = (SITE, PRIMARY, ("grade", Cells(("年级",))), ("pupils", Cells(("学生数",))))
    frame, findings = enrolment(path, text, *columns)
    (fault,) = errors(findings)
    assert (fault.code, fault.file, fault.row, fault.value) == ("C46", "map.yaml", 3, "学校代码")
    assert "学校代碼" in fault.why.en
    assert frame["pupils"].tolist() == [30]


def test_a_column_of_our_name_beside_the_one_named_is_refused(path):
    text = "学校代码,site_id,grade,pupils\nS1,S9,1,30\n"
    _, findings = enrolment(path, text, SITE, PRIMARY)
    assert [(one.code, one.column) for one in errors(findings)] == [("C47", "site_id")]


def test_a_header_that_stands_twice_is_refused(path):
    text = "学校代码,学校代码,grade,pupils\nS1,S9,1,30\n"
    _, findings = enrolment(path, text, SITE, PRIMARY)
    assert [(one.code, one.column) for one in errors(findings)] == [("T60", "学校代码")]


def test_personal_columns_stay_refused_whatever_they_are_called(path):
    text = "学校代码,学生姓名,grade,pupils\nS1,x,1,30\n"
    _, findings = enrolment(path, text, SITE, PRIMARY, ("zone_id", Cells(("学生姓名",))))
    assert [one.code for one in errors(findings)] == ["T56"]


def test_totals_are_left_out_where_the_map_says_so_and_each_is_told(path):
    text = "学校代码,grade,pupils\nS1,1,30\n合计,1,30\n"
    frame, findings = enrolment(path, text, leave_out=(("学校代码", "合计"),))
    assert frame["pupils"].tolist() == [30]
    assert [one.row for one in told(findings, "T71")] == [3]
    _, findings = enrolment(path, text)
    assert [one.code for one in errors(findings)] == ["T19"]


@pytest.mark.parametrize("place", [Place(ends_blank=True), Place(last=3)])
def test_notes_below_the_table_are_not_read(path, place):
    text = "学校代码,grade,pupils\nS1,1,30\nS2,1,31\n,,\n注：截至十月,,\n"
    frame, findings = enrolment(path, text, place=place)
    assert frame["pupils"].tolist() == [30, 31]
    assert not errors(findings)


def test_a_header_of_two_rows_is_joined(tmp_path):
    book = openpyxl.Workbook()
    rows = [["表一"], ["学校代码", "学生数", ""], ["", "男", "女"], ["S1", 3, 4], [], ["注", ""]]
    for row in rows:
        book.active.append(row)
    book.active.merge_cells("B2:C2")
    book.active.merge_cells("A6:C6")
    book.save(tmp_path / "a.xlsx")
    pupils = ("pupils", Cells(("学生数/男", "学生数/女")))
    grade = ("grade", Cells(value="1"))
    place = Place(header=(2, 3), ends_blank=True)
    columns = (SITE, PRIMARY, grade, pupils)
    frame, findings = enrolment(tmp_path / "a.xlsx", None, *columns, place=place)
    assert frame.loc[4, "pupils"] == 7
    assert {one.code for one in findings} == {"T67"}


def test_names_above_stand_over_the_columns_up_to_the_next_one():
    rows = [["代码", "学生", "", "班级"], ["", "男", "女", ""]]
    assert joined_header(rows) == ["代码", "学生/男", "学生/女", "班级"]


@pytest.mark.parametrize("header", [(9,), (3, 9)])
def test_a_header_row_beyond_the_table_holds_nothing(path, header):
    _, findings = enrolment(path, "学校代码,grade,pupils\nS1,1,30\n", place=Place(header=header))
    assert [one.code for one in errors(findings)] == ["T43"]


def test_an_odd_delimiter_is_read_where_it_is_said(path):
    text = "学校代码|年级|学生数\nS1|1|30\n"
    columns = (SITE, PRIMARY, ("grade", Cells(("年级",))), ("pupils", Cells(("学生数",))))
    frame, findings = enrolment(path, text, *columns, place=Place(delimiter="|"))
    assert frame["pupils"].tolist() == [30]
    assert {one.code for one in findings} == {"T67"}


def test_the_attributes_of_a_layer_too_have_their_own_names(tmp_path):
    square = shapely.box(120, 36, 120.01, 36.01)
    layer = gpd.GeoDataFrame({"乡镇": ["城关"]}, geometry=[square], crs="EPSG:4490")
    layer.to_file(tmp_path / "towns.geojson", driver="GeoJSON")
    by = ColumnMap("map.yaml", (("town", Cells(("乡镇",))),))
    frame, findings = read_layer(tmp_path / "towns.geojson", "", TOWNS, by=by)
    assert frame["town"].tolist() == ["城关"]
    assert [one.code for one in findings] == ["T67"]


@pytest.mark.parametrize("cell", ["1e999999999", "9" * 400, "NaN"])
def test_a_number_beyond_all_measure_is_no_number_to_reckon_with(path, cell):
    text = f"学校代码,grade,班数\nS1,1,{cell}\n"
    classes = ("classes", Cells(("班数",), factor=Decimal(10)))
    _, findings = enrolment(path, text, SITE, PRIMARY, classes, schema=CLASSES)
    assert errors(findings)
