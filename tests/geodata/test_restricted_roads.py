"""Roads that are not open to everybody at all times, drawn or of an extract."""

import pytest

from geodata.findings import Source
from geodata.osm import read_roads
from geodata.osm.access import is_seasonal
from geodata.restricted_roads import CODES, without_closed
from geodata.travel import DRIVE, WALK, travel_table
from tests.support.layers import roads
from tests.support.osm import CRS, extract, places

SOURCE = Source("roads.gpkg")
STREET = {"highway": "residential"}
ROUND = {1: (0, 0), 2: (500, 0), 3: (1000, 0), 4: (500, 800)}
"""Straight through node 2, or round by node 4."""


def drawn(**columns):
    return roads([(0, 0), (1500, 0)], [(0, 0), (0, 500)]).assign(**columns)


@pytest.mark.parametrize("kind", CODES)
def test_roads_of_a_closed_kind_are_left_out_and_told_with_their_length(kind):
    left, (finding,) = without_closed(drawn(**{kind: [True, False]}), {kind}, SOURCE)
    assert left["road_id"].tolist() == ["r1"]
    assert (finding.code, finding.severity, finding.column) == (CODES[kind], "warning", kind)
    assert "1 of them, 1.5 km, left out" in finding.why.en
    assert "1条，1.5公里，未计入" in finding.why.zh


@pytest.mark.parametrize("kind", ["seasonal", "private"])
def test_roads_of_an_open_kind_are_kept_and_told_all_the_same(kind):
    left, (finding,) = without_closed(drawn(**{kind: [True, False]}), set(), SOURCE)
    assert len(left) == 2
    assert "1.5 km, used" in finding.why.en


def test_stairs_that_are_used_are_nothing_to_tell():
    assert without_closed(drawn(steps=[True, False]), {"private"}, SOURCE)[1] == []


def test_roads_without_these_columns_or_without_such_a_road_are_as_before():
    assert without_closed(drawn(), {*CODES}, SOURCE)[1] == []
    left, findings = without_closed(drawn(seasonal=[False, False]), {"seasonal"}, SOURCE)
    assert (len(left), findings) == (2, [])


def test_a_road_of_two_closed_kinds_is_left_out_once():
    both = drawn(seasonal=[True, False], private=[True, True])
    left, findings = without_closed(both, {"seasonal", "private"}, SOURCE)
    assert (len(left), [one.code for one in findings]) == (0, ["N19", "N20"])


@pytest.mark.parametrize(
    ("tags", "seasonal"),
    [
        ({"seasonal": "yes"}, True),
        ({"seasonal": "dry_season"}, True),
        ({"seasonal": "no"}, False),
        ({"seasonal": "none"}, False),
        ({"flood_prone": "yes"}, True),
        ({"winter_road": "yes"}, True),
        ({"ice_road": "yes"}, True),
        ({"winter_road": "no"}, False),
        ({}, False),
    ],
)
def test_a_way_says_whether_it_is_there_all_year(tags, seasonal):
    assert is_seasonal(STREET | tags) is seasonal


def measured(path, *modes, closed=(), **options):
    """Metres from one end to the other by mode, and the codes of what was told of the roads."""
    layer, told = read_roads(path, **options)
    used, more = without_closed(layer.to_crs(CRS), closed, SOURCE)
    ends = places("zone_id", z=(0, 0)), places("site_id", s=(1000, 0))
    table, _ = travel_table(*ends, used, modes)
    metres = {mode: round(m, -2) for mode, m in zip(table["mode"], table["metres"], strict=True)}
    return metres, [one.code for one in (*told, *more)]


def straight_or_round(folder, **tags):
    ways = {9: ([1, 2, 3], STREET | tags), 10: ([1, 4, 3], STREET)}
    return extract(folder, ROUND, ways)


def test_a_way_that_is_flooded_is_used_unless_the_study_closes_it(tmp_path):
    path = straight_or_round(tmp_path, flood_prone="yes")
    assert measured(path, WALK) == ({"walk": 1000}, ["N19"])
    assert measured(path, WALK, closed={"seasonal"}) == ({"walk": 1900}, ["N19"])


@pytest.mark.parametrize("word", ["private", "residents", "permit"])
def test_a_private_way_is_closed_unless_the_study_opens_it(tmp_path, word):
    path = straight_or_round(tmp_path, access=word)
    assert measured(path, WALK, DRIVE) == ({"walk": 1900, "drive": 1900}, ["N20"])
    assert measured(path, WALK, DRIVE, private=True) == ({"walk": 1000, "drive": 1000}, ["N20"])


def test_a_private_way_that_people_may_walk_is_closed_to_motors_only(tmp_path):
    path = straight_or_round(tmp_path, access="private", foot="yes")
    assert measured(path, WALK, DRIVE)[0] == {"walk": 1000, "drive": 1900}


def test_a_way_that_is_closed_to_all_is_not_opened(tmp_path):
    path = straight_or_round(tmp_path, access="no")
    assert measured(path, WALK, private=True) == ({"walk": 1900}, [])


def test_a_private_gate_is_opened_with_the_private_roads(tmp_path):
    nodes = ROUND | {2: (500, 0, {"barrier": "gate", "access": "private"})}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([1, 4, 3], STREET)})
    assert measured(path, WALK)[0] == {"walk": 1900}
    assert measured(path, WALK, private=True)[0] == {"walk": 1000}


def test_private_ways_are_told_of_with_their_length(tmp_path):
    (finding,) = read_roads(straight_or_round(tmp_path, access="private")).findings
    assert "1 of them, 1.0 km, left out" in finding.why.en


def test_stairs_are_walked_slowly_unless_the_study_closes_them(tmp_path):
    ways = {9: ([1, 2, 3], {"highway": "steps"}), 10: ([1, 4, 3], STREET)}
    path = extract(tmp_path, ROUND | {4: (500, 1000)}, ways)
    assert measured(path, WALK) == ({"walk": 1000}, [])
    assert measured(path, WALK, closed={"steps"}) == ({"walk": 2200}, ["N21"])
    short = extract(tmp_path, ROUND, ways)
    assert measured(short, WALK) == ({"walk": 1900}, [])
