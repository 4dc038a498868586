"""Tables of one year that hold rows of several."""

import pytest

from geodata.column_map import Cells, ColumnMap
from geodata.readers import read_table
from geodata.schemas import BIRTHS, CHILDREN

ROWS = "zone_id,age,children,{}\nZ1,0,5,{}\nZ2,0,4,{}\n"


def told(tmp_path, header, first, second, **how):
    path = tmp_path / "children.csv"
    path.write_text(ROWS.format(header, first, second), encoding="utf-8")
    findings = read_table(path, "", CHILDREN, **how).findings
    return [(one.column, one.why.en) for one in findings if one.code == "T49"]


@pytest.mark.parametrize(
    ("header", "first", "second"),
    [
        ("year", "2020", "2021"),
        ("学年", "2019-2020学年", "2020-2021"),
        ("年份", "2019年", "2020"),
    ],
)
def test_rows_of_two_years_are_refused_with_the_years(tmp_path, header, first, second):
    ((column, why),) = told(tmp_path, header, first, second)
    assert column == header
    assert f"{first[:4]}, {second[:4]}" in why


def test_one_year_and_other_columns_are_no_mixture(tmp_path):
    assert told(tmp_path, "year", "2020", "2020") == []
    assert told(tmp_path, "学年", "2020-2021", "2020-2021") == []
    assert told(tmp_path, "建校年份", "1960", "1985") == []


def test_a_table_of_several_years_may_have_them(tmp_path):
    path = tmp_path / "births.csv"
    path.write_text("year,births_index,variant\n2021,1,low\n2022,0.9,low\n")
    assert read_table(path, "", BIRTHS).findings == []


def test_rows_of_other_years_may_be_left_out_by_a_file_of_columns(tmp_path):
    named = tuple((name, Cells((name,))) for name in ("zone_id", "age", "children"))
    both = ColumnMap("map.yaml", named)
    assert len(told(tmp_path, "学年", "2019", "2020", by=both)) == 1
    one = ColumnMap("map.yaml", named, leave_out=(("学年", "2019"),))
    assert told(tmp_path, "学年", "2019", "2020", by=one) == []
