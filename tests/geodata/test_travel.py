import time

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geodata.findings import FindingError, Source
from geodata.travel import BUS, DRIVE, WALK, TravelMode, check_detours, check_travel, travel_table
from tests.support.layers import CRS, points, roads, squares

SLOW = TravelMode("walk", straight_kmh=6.0, road_kmh=6.0, both_ways=True)
CAR = TravelMode("drive", straight_kmh=60.0)


def measured(zones, sites, lines, modes=(SLOW,), **options):
    table, _ = travel_table(zones, sites, lines, modes, **options)
    return table.set_index(["zone_id", "site_id", "mode"])


def matrix(table):
    """Return minutes by zone and site."""
    return table.reset_index().pivot_table("minutes", "zone_id", "site_id").to_numpy(copy=True)


def grid(seed=0, size=6, step=200.0, oneway=0):
    """Draw a bent grid of two-way streets of differing speed."""
    rng = np.random.default_rng(seed)
    xy = np.stack(np.meshgrid(np.arange(size), np.arange(size), indexing="ij"), -1) * step
    xy = xy + rng.uniform(-60, 60, xy.shape)
    lines = [[xy[i, j], xy[i + 1, j]] for i in range(size - 1) for j in range(size)]
    lines += [[xy[i, j], xy[i, j + 1]] for i in range(size) for j in range(size - 1)]
    return roads(*lines, kmh=list(rng.choice([20.0, 40.0, 60.0], len(lines))), oneway=oneway)


def scattered(column, count, seed, span=1000.0):
    rng = np.random.default_rng(seed)
    return points(
        column, **{f"{column[0]}{i}": tuple(rng.uniform(0, span, 2)) for i in range(count)}
    )


def test_walking_is_leg_plus_road_plus_leg_at_one_speed():
    table = measured(
        points("zone_id", z=(0, 30)), points("site_id", s=(1000, -70)), roads([(0, 0), (1000, 0)])
    )
    assert table.metres["z", "s", "walk"] == pytest.approx(1100)
    assert table.minutes["z", "s", "walk"] == pytest.approx(11)


def test_a_place_beside_a_long_road_starts_there_and_not_at_the_next_crossing():
    table = measured(
        points("zone_id", z=(5000, 30)), points("site_id", s=(9000, 0)), roads([(0, 0), (9000, 0)])
    )
    assert table.metres["z", "s", "walk"] == pytest.approx(4030)


def test_the_bus_drives_at_the_speed_of_the_road_up_to_its_cap_and_waits():
    bus = TravelMode("bus", straight_kmh=20, cap_kmh=40, extra_minutes=10)
    table = measured(
        points("zone_id", z=(0, 0)),
        points("site_id", s=(2000, 0)),
        roads([(0, 0), (1000, 0)], [(1000, 0), (2000, 0)], kmh=[30, 120]),
        (bus,),
    )
    assert table.minutes["z", "s", "bus"] == pytest.approx(2 + 1.5 + 10)


def test_the_quickest_way_is_taken_and_its_metres_told():
    table = measured(
        points("zone_id", z=(0, 0)),
        points("site_id", s=(1000, 0)),
        roads([(0, 0), (1000, 0)], [(0, 0), (500, 1200), (1000, 0)], kmh=[10, 120]),
        (CAR,),
    )
    assert table.metres["z", "s", "drive"] == pytest.approx(2600)
    assert table.minutes["z", "s", "drive"] == pytest.approx(1.3)


def test_parallel_roads_are_not_added_up_but_the_quicker_one_is_used():
    table = measured(
        points("zone_id", z=(0, 0)),
        points("site_id", s=(300, 0)),
        roads([(0, 0), (300, 0)], [(0, 0), (150, 200), (300, 0)], [(300, 0), (0, 0)]),
    )
    assert table.metres["z", "s", "walk"] == pytest.approx(300)


def test_a_one_way_road_is_driven_along_its_arrow_and_walked_both_ways():
    lines = roads([(0, 0), (1000, 0)], [(1000, 0), (1000, 1000), (0, 0)], oneway=[1, 0], kmh=60)
    there = measured(
        points("zone_id", z=(0, 0)), points("site_id", s=(1000, 0)), lines, (SLOW, CAR)
    )
    back = measured(points("zone_id", z=(1000, 0)), points("site_id", s=(0, 0)), lines, (SLOW, CAR))
    assert there.metres["z", "s", "drive"] == pytest.approx(1000)
    assert back.metres["z", "s", "drive"] == pytest.approx(1000 + 2**0.5 * 1000)
    assert back.metres["z", "s", "walk"] == pytest.approx(1000)


def test_minus_one_means_one_way_against_the_drawing():
    lines = roads([(0, 0), (1000, 0)], oneway=-1)
    zones, sites = points("zone_id", z=(0, 0)), points("site_id", s=(1000, 0))
    assert measured(zones, sites, lines, (CAR,)).empty
    swapped = measured(points("zone_id", z=(1000, 0)), points("site_id", s=(0, 0)), lines, (CAR,))
    assert swapped.metres["z", "s", "drive"] == pytest.approx(1000)


def test_nobody_walks_on_or_to_a_motorway():
    lines = roads([(0, 0), (1000, 0)], [(0, 90), (1000, 90)], road_class=["motorway", "street"])
    table = measured(points("zone_id", z=(0, 10)), points("site_id", s=(1000, 10)), lines, (WALK,))
    assert table.metres["z", "s", "walk"] == pytest.approx(80 + 1000 + 80)


def test_a_mode_without_any_road_is_told():
    zones, sites = points("zone_id", z=(0, 0)), points("site_id", s=(9, 0))
    lines = roads([(0, 0), (9, 0)], road_class="motorway")
    table, findings = travel_table(zones, sites, lines, (WALK, DRIVE))
    assert set(table["mode"]) == {"drive"}
    assert [finding.code for finding in findings] == ["N39"]


def test_pairs_beyond_the_limit_are_the_nearest_of_each_group_and_those_to_keep():
    sites = points("site_id", **{f"s{i}": (i * 1000, 0) for i in range(1, 8)})
    keep = pd.DataFrame({"zone_id": ["z"], "site_id": ["s7"]})
    table = measured(
        points("zone_id", z=(0, 0)),
        sites,
        roads(
            [(i * 1000, 0) for i in range(8)], *[[(i * 1000, 0), (i * 1000, 5)] for i in range(8)]
        ),
        limits={"walk": 10},
        nearest=1,
        groups={"primary": ["s1", "s2", "s3"], "lower_secondary": ["s5", "s6"]},
        keep=keep,
    )
    assert table.index.get_level_values("site_id").tolist() == ["s1", "s2", "s5", "s7"]


def test_a_search_that_stops_at_the_limit_finds_the_same_pairs():
    zones, sites, lines = scattered("zone_id", 20, 1), scattered("site_id", 9, 2), grid()
    stopped = measured(zones, sites, lines, (CAR,), limits={"drive": 1.0}, nearest=0)
    full = measured(zones, sites, lines, (CAR,))
    assert 0 < len(stopped) < len(full)
    pd.testing.assert_frame_equal(stopped, full[full.minutes <= 1.0])


def test_the_matrix_is_the_union_of_its_rows():
    zones, sites, lines = scattered("zone_id", 8, 3), scattered("site_id", 5, 4), grid()
    whole = measured(zones, sites, lines, (SLOW, CAR))
    rows = [measured(zones, sites[sites.site_id == s], lines, (SLOW, CAR)) for s in sites.site_id]
    pd.testing.assert_frame_equal(whole.sort_index(), pd.concat(rows).sort_index())


def test_the_order_of_the_roads_does_not_matter():
    zones, sites, lines = scattered("zone_id", 8, 3), scattered("site_id", 5, 4), grid()
    pd.testing.assert_frame_equal(
        measured(zones, sites, lines, (CAR,)), measured(zones, sites, lines[::-1], (CAR,))
    )


def test_a_detour_by_a_third_place_is_never_shorter():
    places = scattered("zone_id", 12, 5)
    table = measured(places, places.rename(columns={"zone_id": "site_id"}), grid(), (CAR,))
    direct = matrix(table)
    np.fill_diagonal(direct, 0.0)
    by_third = (direct[:, :, None] + direct[None, :, :]).min(axis=1)
    assert (direct <= by_third + 1e-9).all()


def test_on_two_way_roads_the_way_back_is_as_long():
    places = scattered("zone_id", 12, 6)
    table = measured(places, places.rename(columns={"zone_id": "site_id"}), grid(), (CAR,))
    minutes = matrix(table)
    assert np.allclose(minutes, minutes.T)


def test_reversing_one_way_roads_transposes_the_matrix():
    places = scattered("zone_id", 10, 7)
    sites = places.rename(columns={"zone_id": "site_id"})
    rng = np.random.default_rng(8)
    arrows = rng.choice([0, 0, 1, -1], len(grid()))
    forward = measured(places, sites, grid(oneway=list(arrows)), (CAR,))
    backward = measured(places, sites, grid(oneway=list(-arrows)), (CAR,))
    assert np.allclose(matrix(forward), matrix(backward).T, equal_nan=True)


def test_moving_the_county_changes_nothing():
    zones, sites, lines = scattered("zone_id", 8, 3), scattered("site_id", 5, 4), grid()
    moved = [layer.set_geometry(layer.translate(5000, -3000)) for layer in (zones, sites, lines)]
    pd.testing.assert_frame_equal(
        measured(zones, sites, lines, (CAR,)), measured(*moved, (CAR,)), rtol=1e-6
    )


def test_an_unreachable_zone_has_no_row_and_is_told():
    zones = points("zone_id", z=(0, 0), lost=(9000, 0))
    lines = roads([(0, 0), (1000, 0)], [(8000, 0), (9000, 0)])
    table, findings = travel_table(zones, points("site_id", s=(1000, 0)), lines, (SLOW,))
    assert table["zone_id"].tolist() == ["z"]
    assert [(f.code, f.value) for f in findings if f.code == "N02"] == [("N02", "lost")]


def test_a_school_on_a_small_road_island_is_told():
    lines = roads([(0, 0), (5000, 0)], [(5000, 300), (5050, 300)])
    _, findings = travel_table(
        points("zone_id", z=(0, 0)), points("site_id", s=(5020, 300)), lines, (SLOW,)
    )
    island = [finding for finding in findings if finding.code == "N03"]
    assert [finding.value for finding in island] == ["s"]
    assert "301 m away" in island[0].why.en


def test_roads_of_another_county_are_refused():
    zones, sites = points("zone_id", z=(0, 0), y=(9, 9)), points("site_id", s=(1, 0))
    table, findings = travel_table(zones, sites, roads([(90000, 0), (91000, 9)]), (SLOW,))
    assert table.empty
    assert [finding.code for finding in findings] == ["N37"]


def test_layers_in_different_systems_are_refused():
    sites = points("site_id", s=(1, 0)).to_crs("EPSG:4490")
    with pytest.raises(FindingError, match="G37"):
        travel_table(points("zone_id", z=(0, 0)), sites, roads([(0, 0), (9, 0)]))


def test_straight_lines_are_lengthened_by_the_factor():
    table = measured(
        points("zone_id", z=(0, 0)), points("site_id", s=(600, 800)), None, straight_line_factor=1.5
    )
    assert table.metres["z", "s", "walk"] == pytest.approx(1500)
    assert table.minutes["z", "s", "walk"] == pytest.approx(15)


def test_straight_lines_turn_with_the_county():
    zones, sites = scattered("zone_id", 8, 3), scattered("site_id", 5, 4)
    turned = [
        layer.set_geometry(layer.rotate(30, origin=(500_000, 4_000_000)))
        for layer in (zones, sites)
    ]
    pd.testing.assert_frame_equal(
        measured(zones, sites, None, straight_line_factor=1.3),
        measured(*turned, None, straight_line_factor=1.3),
    )


def test_a_zone_is_measured_from_a_point_inside_it():
    ring = shapely.box(500_000, 4e6, 500_900, 4_000_900).difference(
        shapely.box(500_300, 4e6, 500_600, 4_000_800)
    )
    zones = gpd.GeoDataFrame({"zone_id": ["u"]}, geometry=[ring], crs=CRS)
    table = measured(zones, points("site_id", s=(450, 400)), None, straight_line_factor=1)
    assert table.metres["u", "s", "walk"] > 150


def test_a_tie_between_two_nodes_goes_to_the_western_one():
    lines = roads([(0, 0), (0, 100)], [(200, 0), (200, 100)], [(0, 100), (200, 100)])
    sites = points("site_id", s=(0, 100))
    for order in (lines, lines[::-1]):
        table = measured(points("zone_id", z=(100, 0)), sites, order)
        assert table.metres["z", "s", "walk"] == pytest.approx(200)


def ready_made(*rows):
    columns = ["zone_id", "site_id", "mode", "metres", "minutes"]
    return pd.DataFrame(rows, columns=columns, index=range(2, len(rows) + 2))


def test_a_ready_made_table_names_every_zone_and_no_trip_is_free():
    table = ready_made(("a", "s", "walk", 0.0, 1.0), ("b", "s", "walk", 9.0, 1.0))
    findings = check_travel(table, ["a", "b", "c"], Source("travel.csv"))
    assert [(f.code, f.row, f.value) for f in findings] == [("N27", 2, "0.0"), ("N02", 0, "c")]


def test_no_way_is_shorter_than_the_straight_line():
    table = ready_made(("a", "t", "walk", 1100.0, 20.0), ("b", "t", "walk", 900.0, 9.0))
    zones = squares(a=(0, 0), b=(3, 0))
    findings = check_detours(table, zones, points("site_id", t=(2000, 500)), Source("travel.csv"))
    assert [(f.code, f.row, f.value) for f in findings] == [("N32", 3, "900.0")]


def test_a_county_of_a_thousand_zones_is_measured_in_seconds():
    size, step = 100, 400.0
    lines = [[(i * step, j * step) for i in range(size)] for j in range(size)]
    lines += [[(i * step, j * step) for j in range(size)] for i in range(size)]
    zones = scattered("zone_id", 1000, 1, size * step)
    sites = scattered("site_id", 130, 2, size * step)
    begin = time.process_time()
    table, _ = travel_table(
        zones, sites, roads(*lines), (WALK, BUS), limits={"walk": 40, "bus": 40}
    )
    assert len(table) > 10_000
    assert time.process_time() - begin < 30


def test_squares_serve_as_zones_too():
    table = measured(
        squares(a=(0, 0)), points("site_id", s=(500, 2500)), None, straight_line_factor=1
    )
    assert table.metres["a", "s", "walk"] == pytest.approx(2000)
