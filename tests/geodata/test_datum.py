"""The shift of Chinese web maps: computed as published, found by the roads, undone when told."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.catalogue import CATALOGUE
from geodata.datum import DATUMS, converted, from_bd09, from_gcj02, shifted, to_bd09, to_gcj02
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
    (finding,) = shifted(layer(shapely.points(to_bd09(places))), layer([road]), SOURCE)
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


# Longitude, latitude in WGS 84, then in GCJ-02: Shanghai, Shenzhen, Beijing. From the tests of
# eviltransform (github.com/googollee/eviltransform), whose constants differ by some 3e-8 degrees.
CONTROL = [
    (121.5272106, 31.1774276, 121.531541859215, 31.17530398364597),
    (113.912316, 22.543847, 113.9171764808363, 22.540796131694766),
    (116.377817, 39.911954, 116.38404722455657, 39.91334545536069),
]


@pytest.mark.parametrize("control", CONTROL)
def test_control_points_of_another_program_agree_to_a_centimetre(control):
    degrees = np.array(control)
    assert to_gcj02(degrees[None, :2])[0] == pytest.approx(degrees[2:], abs=1e-7)
    assert from_gcj02(degrees[None, 2:])[0] == pytest.approx(degrees[:2], abs=1e-7)


@pytest.mark.parametrize("name", DATUMS)
def test_every_system_goes_there_and_back(name):
    places = np.random.default_rng(3).uniform([98, 24], [122, 46], (500, 2))
    there, back = DATUMS[name]
    assert np.abs(back(there(places)) - places).max() < 1e-9
    assert np.abs(there(places) - places).max() > 1e-3


@pytest.mark.parametrize("name", DATUMS)
def test_a_layer_is_converted_in_its_own_system_and_told(name):
    road, places = street_with_schools()
    moved, (told,) = converted(layer(shapely.points(DATUMS[name].there(places))), name, SOURCE)
    apart = moved.distance(layer(shapely.points(places)), align=False)
    assert (moved.crs.to_epsg(), apart.max() < 0.01) == (4549, True)
    assert (told.code, told.severity.value, told.value) == ("G54", "repair", name)
    assert told.why.en.startswith("The study says that the layer is in")
    assert "10 features" in told.why.en
    assert shifted(moved, layer([road]), SOURCE, name) == []


def test_lines_polygons_and_features_without_geometry_are_converted_too():
    road, _ = street_with_schools()
    shown = shapely.transform(road, to_gcj02)
    around = shapely.box(120, 36, 120.1, 36.1)
    both = layer([shown, shapely.transform(around, to_gcj02), None])
    moved, _ = converted(both, "GCJ-02", SOURCE)
    back = moved.to_crs("EPSG:4326").geometry
    assert back.iloc[0].equals_exact(road, 1e-8)
    assert back.iloc[1].equals_exact(around, 1e-8)
    assert back.iloc[2] is None


def test_a_layer_outside_china_is_not_converted():
    abroad = gpd.GeoDataFrame(geometry=[shapely.Point(9.5, 47.1)], crs="EPSG:4326")
    same, (told,) = converted(abroad, "GCJ-02", SOURCE)
    assert (told.code, told.severity.value) == ("G55", "error")
    assert same.geometry.iloc[0] == abroad.geometry.iloc[0]


def test_places_that_were_never_shifted_are_told_when_the_study_says_they_were():
    road, places = street_with_schools()
    wrong, _ = converted(layer(shapely.points(places)), "GCJ-02", SOURCE)
    (told,) = shifted(wrong, layer([road]), SOURCE, "GCJ-02")
    assert (told.code, told.severity.value) == ("G56", "warning")


def test_places_of_baidu_called_gcj_are_told():
    road, places = street_with_schools()
    wrong, _ = converted(layer(shapely.points(to_bd09(places))), "GCJ-02", SOURCE)
    (told,) = shifted(wrong, layer([road]), SOURCE, "GCJ-02")
    assert told.code == "G23"


@pytest.mark.parametrize(("code", "name"), [("G22", "GCJ-02"), ("G23", "BD-09")])
def test_the_warning_names_the_key_that_converts(code, name):
    for text in (CATALOGUE[code].mend.en, CATALOGUE[code].mend.zh):
        assert f"datum: {name}" in text
