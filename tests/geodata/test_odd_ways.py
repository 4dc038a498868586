"""Ways that are possible and hardly true: great detours, and far longer in one direction."""

import numpy as np
import pandas as pd
import pytest

from geodata.findings import Source
from geodata.grids import Grid
from geodata.travel import BUS, CYCLE, WALK, check_detours, travel_table
from tests.support.layers import at, points, roads, squares

LONG = [(0, 0), (0, 4500), (1000, 4500), (1000, 0)]


def told(code, lines, modes=(BUS,), *, site=(1000, 0), **options):
    zones, sites = points("zone_id", z=(0, 0)), points("site_id", s=site)
    _, findings = travel_table(zones, sites, lines, modes, **options)
    return [one for one in findings if one.code == code]


def test_a_way_over_ten_times_the_straight_line_is_told_with_both_lengths():
    hairpin = roads([(0, 0), (0, 3000), (500, 3000), (500, 0)])
    (finding,) = told("N33", hairpin, (WALK, BUS), site=(500, 0))
    assert (finding.severity, finding.value, finding.row) == ("warning", "z > s", 0)
    assert "6.5 km by road, 0.5 km straight" in finding.why.en


def test_a_way_of_nine_times_the_straight_line_may_be():
    assert told("N33", roads([(0, 0), (0, 2000), (500, 2000), (500, 0)]), site=(500, 0)) == []


def test_places_within_a_few_hundred_metres_are_not_told_of():
    hairpin = [(0, 0), (0, 5000), (290, 5000), (290, 0)]
    assert told("N33", roads(hairpin), site=(290, 0)) == []
    hairpin = [(0, 0), (0, 5000), (310, 5000), (310, 0)]
    assert len(told("N33", roads(hairpin), site=(310, 0))) == 1


def test_straight_lines_have_no_detour():
    assert told("N33", None, site=(500, 0), straight_line_factor=5) == []


def way(*rows):
    table = pd.DataFrame(rows, columns=["zone_id", "site_id", "mode", "metres"])
    return table.assign(minutes=1.0).set_axis(range(2, len(rows) + 2))


def test_a_detour_in_a_ready_made_table_is_told_in_its_row_once_a_pair():
    table = way(("a", "t", "walk", 900.0), ("b", "t", "walk", 9000.0), ("b", "t", "bus", 9500.0))
    zones, sites = points("zone_id", a=(0, 0), b=(100, 0)), points("site_id", t=(900, 0))
    (finding,) = check_detours(table, zones, sites, Source("travel.csv"))
    assert (finding.code, finding.row, finding.value) == ("N33", 4, "b > t")


@pytest.mark.parametrize(("metres", "codes"), [(22_000.0, []), (23_000.0, ["N33"])])
def test_a_table_may_start_anywhere_in_a_zone(metres, codes):
    # A thousand metres at the nearest edge, some 2,236 at the farthest corner.
    zones, sites = squares(a=(0, 0)), points("site_id", t=(2000, 0))
    table = way(("a", "t", "walk", metres))
    assert [one.code for one in check_detours(table, zones, sites, Source("t.csv"))] == codes


def test_a_way_back_that_is_far_longer_is_told_with_both_times():
    lines = roads([(0, 0), (1000, 0)], LONG, oneway=[1, 0])
    (finding,) = told("N24", lines)
    assert (finding.severity, finding.column, finding.value) == ("warning", "oneway", "z > s")
    assert "bus, 1 zones; here the way takes 2 minutes and the way back takes 17" in finding.why.en
    assert "10.0 times" in finding.why.en


def test_a_way_there_that_is_far_longer_is_told_too():
    (finding,) = told("N24", roads([(0, 0), (1000, 0)], LONG, oneway=[-1, 0]))
    assert "takes 17 minutes and the way back takes 2 minutes, 10.0 times" in finding.why.en


def test_a_place_that_nobody_leaves_is_told():
    (finding,) = told("N24", roads([(0, 0), (1000, 0)], oneway=1))
    assert "there is no way back" in finding.why.en
    assert "没有返回的路" in finding.why.zh


def test_walkers_and_two_way_roads_have_one_length():
    assert told("N24", roads([(0, 0), (1000, 0)], LONG, oneway=[1, 0]), (WALK,)) == []
    assert told("N24", roads([(0, 0), (1000, 0)], LONG)) == []


def test_a_way_back_round_the_block_is_no_fault():
    block = roads([(0, 0), (100, 0)], [(0, 0), (0, 200), (100, 200), (100, 0)], oneway=[1, 0])
    assert told("N24", block, site=(100, 0)) == []


def test_the_legs_to_the_road_count_both_ways():
    # 1.7 and 16.7 minutes by road, and 1.4 for the 480 m from the road to the school.
    (finding,) = told("N24", roads([(0, 0), (1000, 0)], LONG, oneway=[1, 0]), site=(1480, 0))
    assert "takes 3 minutes and the way back takes 18 minutes, 5.8 times" in finding.why.en


def test_only_the_nearest_site_of_a_zone_is_judged():
    lines = roads([(0, 0), (-900, 0)], [(0, 0), (1000, 0)], LONG, oneway=[0, 1, 0])
    sites = points("site_id", far=(1000, 0), near=(-900, 0))
    _, findings = travel_table(points("zone_id", z=(0, 0)), sites, lines, (BUS,))
    assert [one for one in findings if one.code == "N24"] == []


def test_a_hill_is_no_one_way_road():
    heights = np.tile(0.3 * 100 * np.arange(60.0), (60, 1))
    slope = Grid(heights, *at(-2000, 3000), 100.0, 100.0, points("zone_id", z=(0, 0)).crs)
    assert told("N24", roads([(0, 0), (1000, 0)]), (CYCLE,), heights=slope) == []
