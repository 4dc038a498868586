import pandas as pd
import pytest

from geodata.findings import Source
from geodata.readers import cross_check

LEVELS = {"primary": range(1, 7), "lower_secondary": range(7, 10)}


def indexed(**columns):
    frame = pd.DataFrame(columns)
    frame.index = pd.RangeIndex(2, len(frame) + 2)
    return frame


def county(**changes):
    """Make a county of two zones, two schools, a teaching point and a candidate, all in order."""
    frames = {
        "towns": indexed(town=["Jiaodong"]),
        "zones": indexed(zone_id=["z1", "z2"], town="Jiaodong"),
        "schools": indexed(
            site_id=["s1", "s2", "p1"],
            town="Jiaodong",
            school_type=["primary", "lower_secondary", "teaching_point"],
            point_grades=[0, 0, 3],
            parent_id=["", "", "s1"],
        ),
        "candidates": indexed(site_id=["c1"], town="Jiaodong"),
        "enrolment": indexed(
            site_id=["s1", "s2", "p1"],
            level=["primary", "lower_secondary", "primary"],
            grade=[1, 7, 3],
            zone_id=["z1", "z2", ""],
            pupils=[30, 40, 5],
        ),
        "classes": indexed(
            site_id=["s1", "s2", "p1"],
            level=["primary", "lower_secondary", "primary"],
            grade=[1, 7, 3],
            classes=[1, 1, 1],
        ),
        "options": indexed(site_id=["c1", "s1"], relocates_id=["", ""]),
    }
    return {**frames, **changes}


def told(**changes):
    return [
        (f.code, f.file, f.row, f.column, f.value)
        for f in cross_check(county(**changes), levels=LEVELS)
    ]


def with_cells(table, **columns):
    return county()[table].assign(**columns)


def test_a_county_in_order_has_no_finding():
    assert told() == []


@pytest.mark.parametrize(
    ("table", "column", "values", "row"),
    [
        ("zones", "town", ["Jiaodong", "Jiaodnog"], 3),
        ("schools", "town", ["Jiaodong", "x", "Jiaodong"], 3),
        ("candidates", "town", ["x"], 2),
        ("enrolment", "zone_id", ["z1", "z2", "z9"], 4),
        ("options", "site_id", ["c1", "c2"], 3),
        ("options", "relocates_id", ["c1", ""], 2),
    ],
)
def test_a_name_that_is_nowhere_listed_is_refused(table, column, values, row):
    findings = told(**{table: with_cells(table, **{column: values})})
    assert findings == [("T53", table, row, column, values[row - 2])]


def test_the_nearest_known_name_is_offered_and_the_file_named():
    frames = county(zones=with_cells("zones", town=["Jiaodong", "Jiaodnog"]))
    finding = cross_check(frames, {"zones": Source("county.gpkg", "zones")})[0]
    assert (finding.file, finding.sheet) == ("county.gpkg", "zones")
    assert "towns (Jiaodong?)" in finding.why.en


def test_a_school_cannot_be_a_candidate_too():
    assert ("D14", "candidates", 2, "site_id", "s2") in told(
        candidates=with_cells("candidates", site_id=["s2"]),
        options=with_cells("options", site_id=["s2", "s1"]),
    )


def test_pupils_without_classes_and_classes_without_pupils_are_told():
    findings = told(classes=with_cells("classes", grade=[1, 8, 3]))
    assert findings == [
        ("D49", "enrolment", 3, "pupils", "s2 / lower_secondary / 7"),
        ("D50", "classes", 3, "classes", "s2 / lower_secondary / 8"),
    ]


def crowd(pupils, classes=1):
    """Make seven and `pupils` of other zones join the 40 of s2, in so many classes."""
    more = indexed(
        site_id="s2", level="lower_secondary", grade=7, zone_id=["z1", "z1"], pupils=[7, pupils]
    )
    enrolment = pd.concat([county()["enrolment"], more], ignore_index=True)
    enrolment.index = pd.RangeIndex(2, len(enrolment) + 2)
    return {"enrolment": enrolment, "classes": with_cells("classes", classes=[1, classes, 1])}


def test_more_pupils_than_any_room_holds_are_told_at_their_cell():
    assert told(**crowd(9999)) == [("D52", "enrolment", 6, "pupils", "9999")]
    (one,) = cross_check(county(**crowd(9999, classes=2)), levels=LEVELS)
    assert "s2 / lower_secondary / 7 has 10,046 pupils in 2 classes, 5,023 a class" in one.why.en


def test_a_very_large_class_is_no_fault_of_the_table():
    assert told(**crowd(153)) == []
    assert told(**crowd(154)) != []
    assert told(**crowd(353, classes=2)) == []


def test_classes_of_which_one_cell_is_not_known_are_not_called_too_large():
    assert told(**crowd(9999, classes=float("nan"))) == []


def test_a_grade_belongs_to_its_level():
    findings = told(
        enrolment=with_cells("enrolment", grade=[9, 7, 3]),
        classes=with_cells("classes", grade=[9, 7, 3]),
    )
    assert [finding[:4] for finding in findings] == [
        ("T18", "enrolment", 2, "grade"),
        ("T18", "classes", 2, "grade"),
    ]


def test_a_school_has_pupils_only_of_the_levels_it_runs():
    findings = told(
        schools=with_cells("schools", school_type=["lower_secondary"] * 2 + ["teaching_point"])
    )
    assert {finding[:4] for finding in findings} == {
        ("T18", "enrolment", 2, "level"),
        ("T18", "classes", 2, "level"),
    }


def test_a_teaching_point_has_no_pupils_above_its_grades():
    schools = with_cells("schools", point_grades=[0, 0, 2])
    assert {finding[:4] for finding in told(schools=schools)} == {
        ("T18", "enrolment", 4, "grade"),
        ("T18", "classes", 4, "grade"),
    }


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        ({"point_grades": [0, 0, 0]}, 4),
        ({"parent_id": ["", "", ""]}, 4),
        ({"parent_id": ["", "", "p1"]}, 4),
        ({"parent_id": ["s2", "", "s1"]}, 2),
    ],
)
def test_a_teaching_point_and_only_it_has_grades_and_a_parent(columns, row):
    findings = told(schools=with_cells("schools", **columns))
    assert ("D51", row) in [(finding[0], finding[2]) for finding in findings]


def test_a_school_without_pupils_is_warned_of():
    frames = county()
    frames["enrolment"] = frames["enrolment"].iloc[:2]
    frames["classes"] = frames["classes"].iloc[:2]
    findings = cross_check(frames, levels=LEVELS)
    assert [(f.code, f.value, f.severity.value) for f in findings] == [("T63", "p1", "warning")]


def test_tables_that_are_not_there_are_not_checked_against():
    assert cross_check({"enrolment": county()["enrolment"]}) == []


def test_a_town_without_a_zone_is_warned_of():
    towns = indexed(town=["Jiaodong", "Elsewhere"])
    assert told(towns=towns) == [("G33", "towns", 3, "town", "Elsewhere")]


def test_a_link_of_a_zone_with_itself_is_told():
    links = pd.DataFrame({"zone_a_id": ["z1", "z2"], "zone_b_id": ["z2", "z2"]}, index=[2, 3])
    (one,) = cross_check({"links": links}, levels=LEVELS)
    assert (one.code, one.severity.value, one.row, one.value) == ("D54", "warning", 3, "z2")
