"""Roads of different levels that are joined, and straight legs across a motorway or a river."""

import geopandas as gpd
import pytest
import shapely

from geodata.road_network import build_network
from geodata.travel import BUS, WALK, travel_table
from tests.support.layers import CRS, at, points, roads

RIVER = shapely.LineString([at(-500, 50), at(1500, 50)])


def levels(*lines, elevated):
    _, findings = build_network(roads(*lines).assign(elevated=list(elevated)))
    return [one for one in findings if one.code == "N13"]


def test_a_bridge_with_a_vertex_on_the_road_below_is_told_with_both_roads():
    over, under = [(0, -500), (0, 0), (0, 500)], [(-500, 0), (0, 0), (500, 0)]
    (finding,) = levels(over, under, elevated=(1, 0))
    assert finding.severity == "warning"
    assert "1: r0 / r1" in finding.why.en


def test_a_bridge_cut_in_two_where_it_crosses_is_told_too():
    halves = [(0, -500), (0, 0)], [(0, 0), (0, 500)]
    under = [(-500, 0), (0, 0)], [(0, 0), (500, 0)]
    (finding,) = levels(*halves, *under, elevated=(1, 1, 0, 0))
    assert "r0 / r1 / r2 / r3" in finding.why.en


@pytest.mark.parametrize("elevated", [(0, 0), (1, 1)])
def test_a_crossing_of_one_level_is_a_crossing(elevated):
    over, under = [(0, -500), (0, 0), (0, 500)], [(-500, 0), (0, 0), (500, 0)]
    assert levels(over, under, elevated=elevated) == []


def test_a_bridge_that_begins_at_a_crossing_is_as_it_should_be():
    bridge, street = [(0, 0), (0, 500)], [(-500, 0), (0, 0), (500, 0)]
    assert levels(bridge, street, elevated=(1, 0)) == []


def test_a_bridge_without_a_vertex_on_the_road_below_is_as_it_should_be():
    assert levels([(0, -500), (0, 500)], [(-500, 0), (500, 0)], elevated=(1, 0)) == []


def crossed(lines, barriers=None, *, zone=(500, 100), modes=(WALK,)):
    _, findings = travel_table(
        points("zone_id", z=zone), points("site_id", s=(1000, 0)), lines, modes, barriers=barriers
    )
    return [one for one in findings if one.code == "N16"]


def barrier(shape):
    return gpd.GeoDataFrame({"name": ["胶河"]}, geometry=[shape], crs=CRS)


def test_a_leg_across_a_motorway_is_told_with_its_length():
    lines = roads([(0, 0), (1000, 0)], [(-500, 50), (1500, 50)], road_class=["street", "motorway"])
    (finding,) = crossed(lines)
    assert (finding.severity, finding.column, finding.value) == ("warning", "zone_id", "z")
    assert "100 m, walk; motorway" in finding.why.en
    assert crossed(lines, zone=(500, -100)) == []


def test_a_bus_that_is_met_on_the_motorway_itself_crosses_nothing():
    lines = roads([(0, 0), (1000, 0)], [(-500, 50), (1500, 50)], road_class=["street", "motorway"])
    assert crossed(lines, modes=(BUS,)) == []


def test_under_a_motorway_on_stilts_one_walks():
    lines = roads([(0, 0), (1000, 0)], [(-500, 50), (1500, 50)], road_class=["street", "motorway"])
    assert crossed(lines.assign(elevated=[0, 1])) == []


@pytest.mark.parametrize("shape", [RIVER, RIVER.buffer(20)])
def test_a_leg_across_a_river_is_told_with_its_name(shape):
    (finding,) = crossed(roads([(0, 0), (1000, 0)]), barrier(shape))
    assert "胶河" in finding.why.zh
    assert crossed(roads([(0, 0), (1000, 0)], [(400, 100), (600, 100)]), barrier(shape)) == []


def test_a_place_at_its_road_is_not_told_of():
    near = barrier(shapely.LineString([at(-500, 4), at(1500, 4)]))
    assert crossed(roads([(0, 0), (1000, 0)]), near, zone=(500, 8)) == []
