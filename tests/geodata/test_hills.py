"""Ways up and down hills, and how steep a parcel is."""

from math import exp

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

from geodata.findings import Text
from geodata.grids import Grid, slope_of
from geodata.screening import Need, exclusions, reasons
from geodata.slopes import slopes_within
from geodata.surroundings import distances
from geodata.travel import BUS, CYCLE, WALK, TravelMode, travel_table
from geodata.travel.hills import terrain_of, walking
from tests.support.layers import CRS, at, points, roads, squares

SLOW = TravelMode("walk", straight_kmh=6.0, road_kmh=6.0, both_ways=True)


def land(height, *, west=-500.0, north=500.0, cell=50.0, columns=80, rows=20):
    """Make a grid of heights, a function of metres east and north of the corner."""
    x = west + (np.arange(columns) + 0.5) * cell
    y = north - (np.arange(rows) + 0.5) * cell
    values = np.vectorize(height)(*np.meshgrid(x, y)).astype("float32")
    return Grid(values, *at(west, north), cell, cell, points("zone_id", z=(0, 0)).crs)


def ramp(share):
    return land(lambda x, _: share * x)


def minutes(heights, lines=None, modes=(SLOW,), *, zone=(0, 0), site=(2000, 0)):
    table, findings = travel_table(
        points("zone_id", z=zone),
        points("site_id", s=site),
        roads([(0, 0), (2000, 0)]) if lines is None else lines,
        modes,
        heights=heights,
    )
    return table.set_index("mode")["minutes"], {one.code: one for one in findings}


def test_walking_is_tobler_s_function_as_a_share_of_the_flat():
    kmh = 6 * np.exp(-3.5 * np.abs(np.array([0.0, 0.1, -0.05, -0.3]) + 0.05))
    told = walking(np.array([0.0, 0.1, -0.05, -0.3]))
    assert told == pytest.approx(kmh[0] / kmh)


def test_up_takes_longer_than_the_flat_and_down_a_little_less():
    flat, _ = minutes(None)
    up, _ = minutes(ramp(0.1))
    down, _ = minutes(ramp(-0.05))
    assert flat["walk"] == pytest.approx(20)
    assert up["walk"] == pytest.approx(20 * exp(3.5 * 0.1), rel=1e-3)
    assert down["walk"] == pytest.approx(20 * exp(-3.5 * 0.05), rel=1e-3)


def test_metres_are_those_of_the_map_and_a_bus_drives_as_before():
    flat, _ = minutes(None, modes=(SLOW, BUS))
    up, _ = minutes(ramp(0.1), modes=(SLOW, BUS))
    assert up["bus"] == flat["bus"]
    table, _ = travel_table(
        points("zone_id", z=(0, 0)), points("site_id", s=(2000, 0)), roads([(0, 0), (2000, 0)]),
        (SLOW,), heights=ramp(0.1),
    )  # fmt: skip
    assert table["metres"].tolist() == [pytest.approx(2000)]


def test_a_valley_under_a_straight_line_is_walked_down_and_up():
    valley = land(lambda x, _: 0.2 * abs(x - 1000))
    there, _ = minutes(valley)
    half = 10 * (exp(3.5 * (0.15 - 0.05)) + exp(3.5 * 0.2))
    assert there["walk"] == pytest.approx(half, rel=0.02)


def test_a_bridge_runs_straight_over_a_valley():
    bridge = roads([(0, 0), (2000, 0)]).assign(
        vertices=[[1, 2]], halt=[False], walk_ways=[3], walk_kmh=[np.inf]
    )
    banks = roads([(-300, 0), (0, 0)], [(2000, 0), (2300, 0)]).assign(
        vertices=[[3, 1], [2, 4]], halt=[True, True], walk_ways=[3, 3], walk_kmh=[np.inf] * 2
    )
    over = land(lambda x, _: 0.2 * min(0.0, abs(x - 1000) - 1000))
    there, _ = minutes(over, _both(bridge, banks))
    assert there["walk"] == pytest.approx(20, rel=1e-6)


def _both(*layers):
    together = gpd.GeoDataFrame(pd.concat(layers, ignore_index=True), crs=CRS)
    return together.assign(road_id=[f"r{i}" for i in range(len(together))])


def test_a_road_drawn_against_its_one_way_is_climbed_in_the_direction_of_travel():
    car = TravelMode("walk", straight_kmh=6.0, road_kmh=6.0)
    against = roads([(2000, 0), (0, 0)], oneway=-1)
    up, _ = minutes(ramp(0.1), against, (car,))
    assert up["walk"] == pytest.approx(20 * exp(3.5 * 0.1), rel=1e-3)


def test_a_cycle_slows_by_the_regression_and_is_pushed_where_walking_is_quicker():
    paces = terrain_of(ramp(0.0), (WALK, CYCLE, BUS)).paces
    assert paces.keys() == {"walk", "cycle"}
    slope = np.array([0.0, 0.05, -0.05, -0.3, 0.3])
    told = paces["cycle"](slope)
    assert told[:3] == pytest.approx([1, 6.01 / (6.01 - 5 * 0.4002), 6.01 / (6.01 + 5 * 0.2379)])
    assert told[3] == pytest.approx(6.01 * 3.6 / 35)
    assert told[4] == pytest.approx(3 * walking(slope[4:])[0])


def test_what_hills_change_is_told():
    _, findings = minutes(ramp(0.1))
    finding = findings["N22"]
    mean = (exp(3.5 * 0.1) + exp(3.5 * (0.05 - 0.05))) / 2 - 1
    assert finding.severity == "repair"
    assert f"walk {mean:+.1%}" in finding.why.en
    assert "坡度超过5%" in finding.why.zh
    assert "N23" not in findings


def test_roads_beyond_the_grid_count_as_flat_and_are_told():
    small = land(lambda x, _: 0.1 * x, columns=30)
    there, findings = minutes(small)
    assert "50" in findings["N23"].value
    assert there["walk"] == pytest.approx(10 * exp(3.5 * 0.1) + 10, rel=0.03)


def test_no_street_is_steeper_than_a_third():
    cliff, _ = minutes(land(lambda x, _: 500.0 if x > 1000 else 0.0))
    # Two steps of 100 metres, of which the grid says that they rise by 250.
    assert cliff["walk"] == pytest.approx(18 + 2 * exp(3.5 * 0.35))


def test_the_slope_of_a_parcel_is_the_mean_over_it():
    hillside = land(lambda x, _: 0.3 * max(0.0, x - 500))
    parcels = squares(size=400.0, flat=(0, 0), half=(1, 0), steep=(3, 0))
    told = slopes_within(parcels, slope_of(hillside))
    assert told[[0, 2]] == pytest.approx([0, 0.3], abs=1e-6)
    assert 0.1 < told[1] < 0.3
    assert np.isnan(slopes_within(squares(size=400.0, away=(99, 0)), slope_of(hillside))).all()


def test_steep_land_is_ruled_out_and_other_slopes_are_a_reason():
    need = Need(pupils=540.0, land_m2=0.0)
    parcels = squares(size=400.0, flat=(0, 0), steep=(3, 0))
    parcels = parcels.rename(columns={"zone_id": "parcel_id"})
    hillside = land(lambda x, _: 0.3 * max(0.0, x - 500))
    table = distances(parcels, None, None, hillside).assign(land_m2=1e6, land_use="")
    why = Text("slope 30%, more than 25%", "坡度30%，超过25%")
    assert exclusions(table, need) == {"steep": [why]}
    assert exclusions(table, need, max_slope=0.4) == {}
    row = table.iloc[1].to_dict() | {
        "pupils_in_reach": 0.0, "pupils_nearer": 0.0, "school_metres": np.inf,
    }  # fmt: skip
    assert "slope 30%" in reasons(row, need, 2000.0).en
    unknown = distances(parcels, None, None).assign(land_m2=1e6, land_use="")
    assert exclusions(unknown, need) == {}
