"""Children counted by two tracts that cut across three zones, a, b and c from the west."""

from itertools import pairwise

import geopandas as gpd
import pandas as pd
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from geodata.findings import Source
from geodata.people import divided
from geodata.tracts import AREA, NEITHER, PEOPLE, by_age, overlaps, spread, uncovered
from geodata.tracts_told import spread_findings, tiling_findings
from tests.support.layers import CRS, at, squares

ZONES = squares(a=(0, 0), b=(1, 0), c=(2, 0))
COUNTY = shapely.union_all(ZONES.geometry.to_numpy())
SOURCE = Source("census.gpkg", "tracts")


def tracts(*west_to_east, **counts):
    """Tracts as strips from west to east in metres, with columns of counts; rows from 1."""
    boxes = [shapely.box(*at(west, 0), *at(east, 1000)) for west, east in west_to_east]
    ids = [f"t{number}" for number in range(1, len(boxes) + 1)]
    frame = gpd.GeoDataFrame({"tract_id": ids, **counts}, geometry=boxes, crs=CRS)
    return frame.set_index(pd.RangeIndex(1, len(boxes) + 1))


TWO = tracts((0, 1500), (1500, 3000))


def people(*rows):
    """Places as x, people, zone."""
    columns = {"people": [float(row[1]) for row in rows], "zone_id": [row[2] for row in rows]}
    places = [shapely.Point(at(row[0], 500)) for row in rows]
    return gpd.GeoDataFrame(columns, geometry=places, crs=CRS)


def shares(layer, zones=ZONES, lived=None, county=COUNTY):
    weights = spread(layer, zones, lived, county).weights
    weights["weight"] /= weights.groupby("tract")["weight"].transform("sum")
    return weights.set_index(["tract", "zone_id"])["weight"].to_dict()


def told(layer, *, zones=ZONES, lived=None, county=COUNTY, ages=("age_0",)):
    """Codes and rows of what is found of children and tracts."""
    of = spread(layer, zones, lived, county)
    counted = by_age(layer, ages)
    found = spread_findings(counted, of, peopled=lived is not None, source=SOURCE)
    return found + tiling_findings(layer, lived, county, SOURCE)


def codes(findings):
    return [(one.code, one.row) for one in findings]


def test_without_people_a_tract_is_divided_by_area():
    expected = {(1, "a"): 2 / 3, (1, "b"): 1 / 3, (2, "b"): 1 / 3, (2, "c"): 2 / 3}
    assert shares(TWO) == pytest.approx(expected)


def test_with_people_a_tract_is_divided_by_those_in_both_tract_and_zone():
    lived = people((100, 1, "a"), (1200, 3, "b"), (1700, 2, "b"), (2500, 8, "c"), (2600, 0, "c"))
    expected = {(1, "a"): 1 / 4, (1, "b"): 3 / 4, (2, "b"): 1 / 5, (2, "c"): 4 / 5}
    assert shares(TWO, lived=lived) == pytest.approx(expected)


def test_a_tract_where_nobody_lives_is_divided_by_area_and_the_other_by_people():
    of = spread(TWO, ZONES, people((100, 1, "a")), COUNTY)
    assert of.by.to_dict() == {1: PEOPLE, 2: AREA}
    assert shares(TWO, lived=people((100, 1, "a")))[2, "c"] == pytest.approx(2 / 3)


def test_zones_that_are_points_are_reached_by_people_only():
    points = ZONES.set_geometry(ZONES.geometry.centroid)
    of = spread(TWO, points, people((100, 1, "a"), (1200, 1, "b")), COUNTY)
    assert of.by.to_dict() == {1: PEOPLE, 2: NEITHER}
    assert of.weights["zone_id"].tolist() == ["a", "b"]


def test_children_of_each_tract_and_age_are_whole_and_none_is_lost():
    layer = tracts((0, 1500), (1500, 3000), age_0=[10, 7], age_1=[1, 0])
    counted = by_age(layer, ("age_0", "age_1"))
    weights = spread(layer, ZONES, None, COUNTY).weights
    parts = divided(counted, weights, "tract")
    by_zone = parts.groupby(["zone_id", "age"])["children"].sum().to_dict()
    # 10 · 2/3 = 6.67 goes up to 7, and 7 · 2/3 = 4.67 to 5.
    assert by_zone == {("a", 0): 7, ("a", 1): 1, ("b", 0): 5, ("b", 1): 0, ("c", 0): 5, ("c", 1): 0}


@given(
    st.lists(st.integers(0, 2999), min_size=2, max_size=8, unique=True).map(sorted),
    st.lists(st.integers(0, 500), min_size=7, max_size=7),
    st.lists(st.tuples(st.integers(0, 2999), st.integers(1, 9)), max_size=9),
)
def test_sums_of_tracts_are_kept_whatever_their_borders_and_people(borders, counts, places):
    edges = list(pairwise(borders))
    layer = tracts(*edges, age_0=counts[: len(edges)])
    lived = people(*((x, n, "abc"[x // 1000]) for x, n in places)) if places else None
    counted = by_age(layer, ("age_0",))
    parts = divided(counted, spread(layer, ZONES, lived, COUNTY).weights, "tract")
    assert parts.groupby(level=0)["children"].sum().tolist() == counts[: len(edges)]


def test_what_is_divided_is_told_with_sums_by_age_and_by_what():
    layer = tracts((0, 1500), (1500, 3000), age_0=[10, 7], age_1=[1, 0])
    (finding,) = told(layer, ages=("age_0", "age_1"))
    assert (finding.code, finding.severity) == ("D70", "repair")
    assert "18 children (17 + 1 by age) of 2 tracts, by area" in finding.why.en


def test_children_of_a_tract_where_nobody_lives_are_told():
    layer = tracts((0, 1500), (1500, 3000), age_0=[10, 7])
    findings = told(layer, lived=people((100, 1, "a"), (1200, 1, "b"), (2900, 0, "c")))
    assert codes(findings) == [("D71", 2), ("D70", 0)]
    assert "its 7 children" in findings[0].why.en
    assert "1 by the people who live there, 1 by area" in findings[1].why.en


def test_children_that_no_zone_can_take_are_refused():
    points = ZONES.set_geometry(ZONES.geometry.centroid)
    layer = tracts((0, 1500), (1500, 3000), age_0=[10, 7])
    findings = told(layer, zones=points, lived=people((100, 1, "a"), (1200, 1, "b")))
    assert codes(findings) == [("D72", 2), ("D70", 0)]
    assert findings[0].severity == "error"


def test_a_tract_without_people_of_zones_that_are_points_is_named_even_where_it_is_the_only_one():
    points = ZONES.set_geometry(ZONES.geometry.centroid)
    findings = told(tracts((0, 3000), age_0=[10]), zones=points, lived=people((5000, 1, "a")))
    assert codes(findings)[0] == ("D72", 1)


def test_points_without_people_refuse_all_children_at_once():
    points = ZONES.set_geometry(ZONES.geometry.centroid)
    findings = told(tracts((0, 1500), (1500, 3000), age_0=[10, 7]), zones=points)
    assert codes(findings) == [("D72", 0)]
    assert "17 children" in findings[0].why.en


def test_a_tract_partly_beyond_the_county_is_told_with_its_children():
    layer = tracts((0, 1500), (1500, 4000), age_0=[10, 100])
    finding = told(layer)[0]
    assert (finding.code, finding.severity, finding.row) == ("D73", "warning", 2)
    assert "40%, about 40 of its 100 children" in finding.why.en


def test_a_border_drawn_by_hand_that_is_not_a_child_off_is_not_told():
    assert codes(told(tracts((0, 1500), (1500, 3004), age_0=[10, 100]))) == [("D70", 0)]


@pytest.mark.parametrize("west", [2900, 5000])
def test_a_tract_mostly_or_wholly_beyond_the_county_is_refused(west):
    layer = tracts((0, 1500), (1500, 2900), (west, west + 2000), age_0=[10, 7, 5])
    findings = [one for one in told(layer) if one.severity == "error"]
    assert codes(findings) == [("D74", 3)]


def test_where_people_of_a_tract_live_in_no_zone_they_count_more_than_area():
    layer = tracts((0, 3500), age_0=[10])
    findings = told(layer, lived=people((100, 1, "a"), (3400, 9, "")))
    assert codes(findings)[0] == ("D74", 1)
    assert "90%, about 9 of its 10" in findings[0].why.en


def test_a_tract_without_children_may_lie_anywhere_and_nobody_need_live_there():
    layer = tracts((0, 1500), (1500, 3000), (5000, 7000), age_0=[10, 0, 0])
    assert codes(told(layer)) == [("D70", 0)]
    assert codes(told(layer, lived=people((100, 1, "a")))) == [("D70", 0)]


def test_tracts_that_overlap_are_told_and_one_inside_another_is_refused():
    layer = tracts((0, 1600), (1500, 3000), (100, 900), age_0=[1, 1, 1])
    findings = [one for one in told(layer) if one.code[0] == "G"]
    assert [(one.code, one.value) for one in findings] == [("G70", "t1 / t2"), ("G71", "t1 / t3")]
    assert "100,000 m²" in findings[0].why.en
    assert overlaps(TWO)["metres2"].tolist() == [0]


def test_land_of_no_tract_is_told_with_the_people_there():
    layer = tracts((0, 1500), (1500, 2400), age_0=[1, 1])
    lived = people((100, 1, "a"), (1600, 2, "b"), (2900, 30, "c"), (3200, 400, ""))
    assert uncovered(layer, lived, COUNTY) == (pytest.approx(600_000), 30)
    (gap,) = [one for one in told(layer, lived=lived) if one.code == "G72"]
    assert "0.60 km², 20.0%, where 30 of the people" in gap.why.en


def test_a_crack_between_tracts_that_nobody_lives_in_is_not_told():
    layer = tracts((0, 1500), (1501, 3000), age_0=[1, 1])
    assert codes(told(layer)) == [("D70", 0)]
    lived = people((100, 1, "a"), (1500.5, 4, "b"), (2900, 1, "c"))
    assert codes(told(layer, lived=lived)) == [("D70", 0), ("G72", 0)]
