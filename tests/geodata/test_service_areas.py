"""Service areas: the land within some metres or minutes along the roads."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.service_areas import OFF_ROAD_METRES, Reach, service_areas
from geodata.travel import BUS, WALK, travel_table
from tests.support.layers import CRS, at, points, roads

CROSS = roads([(-3000, 0), (3000, 0)], [(0, -3000), (0, 3000)])
SCHOOL = points("site_id", s=(0, 0))
CELL = 20.0


def area(metres, sites=SCHOOL, lines=CROSS, mode=WALK, unit="metres"):
    table = service_areas(sites, lines, [Reach(mode, unit, metres)])
    return table.set_index("site_id").geometry


def inside(shape, *places):
    return [bool(shape.contains(shapely.Point(at(*xy)))) for xy in places]


def test_a_reach_follows_the_road_and_narrows_to_its_end():
    shape = area(500)["s"]
    assert inside(shape, (470, 0), (530, 0), (0, -470), (300, 170), (300, 230)) == [
        True, False, True, True, False,
    ]  # fmt: skip
    # What is left of the reach is what a place may lie off the road: 60 m at 440 m.
    assert inside(shape, (440, 30), (440, 90)) == [True, False]


def test_the_shape_is_that_of_roads_widened_by_what_is_left():
    shape = area(500)["s"]
    # From (500, 0) to the diagonal and back: a place meets the nearer of the two roads.
    assert shape.is_valid
    assert shape.geom_type == "MultiPolygon"
    assert shape.area == pytest.approx(2 * 500**2, rel=0.02)


def test_nobody_far_off_every_road_is_inside():
    shape = area(3000)["s"]
    far = OFF_ROAD_METRES + 40
    assert inside(shape, (1500, OFF_ROAD_METRES - 40), (1500, far)) == [True, False]


def test_minutes_on_foot_are_metres_at_the_speed_of_walking():
    fast, far = area(15, unit="minutes")["s"], area(1000)["s"]
    assert fast.symmetric_difference(far).area < 0.001 * far.area


def test_the_bus_waits_before_it_goes():
    none = area(9.0, mode=BUS, unit="minutes")["s"]
    some = area(12.0, mode=BUS, unit="minutes")["s"]
    assert none.is_empty
    # Two minutes at the road's 36 km/h.
    assert some.bounds[2] - at(0, 0)[0] == pytest.approx(1200, abs=80)


def test_a_school_off_the_road_has_less_left():
    away = points("site_id", s=(-1000, 300))
    shape = area(500, away)["s"]
    assert inside(shape, (-1150, 0), (-1250, 0), (-1000, -30)) == [True, False, True]


def test_a_one_way_road_serves_those_who_may_drive_to_the_school():
    lines = roads([(-3000, 0), (3000, 0)], oneway=1)
    shape = area(11.0, lines=lines, mode=BUS, unit="minutes")["s"]
    assert inside(shape, (-400, 0), (400, 0)) == [True, False]


def test_a_school_without_a_road_of_the_mode_has_an_empty_area():
    motorway = roads([(-3000, 0), (3000, 0)], road_class="motorway")
    assert area(500, lines=motorway)["s"].is_empty


def test_roads_that_do_not_meet_are_not_reached():
    lines = roads([(-3000, 0), (3000, 0)], [(-3000, 200), (3000, 200)])
    assert inside(area(1000, lines=lines)["s"], (500, 0), (500, 200)) == [True, False]


def test_what_is_inside_is_what_the_travel_table_measures():
    """Places near a road, on a made network: at most a cell's width decides otherwise."""
    rng = np.random.default_rng(5)
    step = np.arange(0, 2001, 400.0)
    lines = [[(0, y), *[(x, y + rng.uniform(-40, 40)) for x in step[1:]]] for y in step]
    lines += [[(x, y) for y in step] for x in step]
    lines = roads(*lines)
    xy = rng.uniform(0, 2000, (800, 2))
    homes = gpd.GeoDataFrame(
        {"zone_id": [f"z{i}" for i in range(len(xy))]},
        geometry=[shapely.Point(at(*place)) for place in xy],
        crs=CRS,
    )
    school = points("site_id", s=(900, 880))
    shape = area(900, school, lines)["s"]
    table = travel_table(homes, school, lines, [WALK]).table.set_index("zone_id")
    metres = homes["zone_id"].map(table["metres"]).to_numpy()
    near = homes.distance(lines.union_all()).to_numpy() < OFF_ROAD_METRES - CELL
    clear = near & (np.abs(metres - 900) > 3 * CELL)
    drawn = homes.within(shape).to_numpy()
    assert clear.sum() > 400
    assert np.mean(drawn[clear] == (metres[clear] <= 900)) > 0.98


def test_every_reach_has_every_site_in_order():
    both = points("site_id", b=(0, 0), a=(1000, 0))
    table = service_areas(both, CROSS, [Reach(WALK, "metres", 500), Reach(WALK, "metres", 1000)])
    assert table[["site_id", "mode", "unit", "reach"]].to_numpy().tolist() == [
        ["b", "walk", "metres", 500], ["a", "walk", "metres", 500],
        ["b", "walk", "metres", 1000], ["a", "walk", "metres", 1000],
    ]  # fmt: skip
