import geopandas as gpd
import pytest
import shapely

from geodata.crs import parse_crs, require_same_crs, to_metric
from geodata.findings import FindingError


def layer(*points, crs="EPSG:4490"):
    return gpd.GeoDataFrame(
        geometry=[shapely.Point(p) for p in points], crs=crs, index=[4, 9][: len(points)]
    )


def codes(error):
    return [(finding.code, finding.row) for finding in error.value.findings]


def test_a_layer_comes_into_metres_on_its_own_index():
    metric = to_metric(layer((120.0, 36.0), (120.01, 36.0)), "EPSG:4549")
    assert metric.index.tolist() == [4, 9]
    assert metric.geometry.iloc[0].x == pytest.approx(500_000, abs=1)
    assert metric.geometry.iloc[0].distance(metric.geometry.iloc[1]) == pytest.approx(902, abs=1)


@pytest.mark.parametrize("name", ["4549", "http://example.org/crs", "EPSG:4549;x", "CGCS2000", ""])
def test_a_system_is_named_by_its_number_only(name):
    with pytest.raises(FindingError) as error:
        parse_crs(name)
    assert codes(error) == [("C43", 0)]


def test_a_number_that_does_not_exist_is_refused():
    with pytest.raises(FindingError) as error:
        parse_crs("EPSG:999999")
    assert codes(error) == [("C43", 0)]


@pytest.mark.parametrize("name", ["EPSG:4490", "EPSG:2263"])
def test_degrees_and_feet_are_no_metres(name):
    with pytest.raises(FindingError) as error:
        to_metric(layer((120, 36)), name)
    assert codes(error) == [("G36", 0)]


def test_a_layer_without_a_system_is_not_guessed():
    with pytest.raises(FindingError) as error:
        to_metric(layer((120, 36), crs=None), "EPSG:4549")
    assert codes(error) == [("G16", 0)]


def test_a_place_that_becomes_infinite_is_told_with_its_row():
    with pytest.raises(FindingError) as error:
        to_metric(layer((120, 36), (36, 120)), "EPSG:4549")
    assert codes(error) == [("G35", 9)]


def test_layers_in_two_systems_do_not_meet():
    with pytest.raises(FindingError) as error:
        require_same_crs(layer((120, 36)), layer((120, 36), crs="EPSG:4326"))
    assert codes(error) == [("G37", 0)]
