"""The shift of Chinese web maps: computed as published, found by the roads, never applied."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.datum import from_bd09, from_gcj02, shifted, to_gcj02
from geodata.findings import Source

SOURCE = Source("county.gpkg", "schools")


def test_the_shift_is_the_published_one():
    assert to_gcj02(np.array([[116.404, 39.915]]))[0] == pytest.approx(
        [116.41024449916938, 39.91640428150164], abs=1e-9
    )


def test_taking_the_shift_away_gives_the_place_back():
    places = np.random.default_rng(7).uniform([98, 24], [122, 46], (500, 2))
    assert np.abs(from_gcj02(to_gcj02(places)) - places).max() < 1e-9


def street_with_schools():
    """Return a crooked road and ten schools on it, in degrees."""
    places = np.column_stack([120 + 0.01 * np.arange(10), 36.3 + 0.004 * np.sin(np.arange(10.0))])
    return shapely.LineString(places), places


def layer(shapes):
    return gpd.GeoDataFrame(geometry=list(shapes), crs="EPSG:4326").to_crs("EPSG:4549")


def test_the_shift_of_baidu_is_the_published_one():
    in_gcj02 = np.array([[116.39762729119315, 39.90865673957631]])
    assert from_bd09(np.array([[116.404, 39.915]]))[0] == pytest.approx(
        from_gcj02(in_gcj02)[0], abs=1e-9
    )


def test_schools_of_a_web_map_are_found_out_by_the_roads():
    road, places = street_with_schools()
    (finding,) = shifted(layer(shapely.points(to_gcj02(places))), layer([road]), SOURCE)
    assert (finding.code, finding.severity.value) == ("G22", "warning")


def test_schools_of_baidu_are_told_from_those_of_other_maps():
    road, places = street_with_schools()
    shown = places.copy()
    for _ in range(20):
        shown = shown - (from_bd09(shown) - places)
    (finding,) = shifted(layer(shapely.points(shown)), layer([road]), SOURCE)
    assert finding.code == "G23"


@pytest.mark.parametrize("away", [0.0, 0.004])
def test_schools_on_or_off_the_road_in_the_same_system_are_left_alone(away):
    road, places = street_with_schools()
    off = places + away * np.random.default_rng(1).choice([-1, 1], (10, 2))
    assert shifted(layer(shapely.points(off)), layer([road]), SOURCE) == []


def test_few_points_or_no_roads_prove_nothing():
    road, places = street_with_schools()
    moved = layer(shapely.points(to_gcj02(places)))
    assert shifted(moved[:4], layer([road]), SOURCE) == []
    assert shifted(moved, layer([]), SOURCE) == []
