"""Layers whose label puts them elsewhere than the county."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.elsewhere import elsewhere
from geodata.findings import Finding, Severity, Source

METRIC = "EPSG:4549"
X, Y = 500_000.0, 4_000_000.0
NAMES = ("towns", "zones", "schools", "candidates")
SOURCES = {name: Source("county.gpkg", name) for name in NAMES}
SCHOOLS = [(200.0, 300.0), (900.0, 400.0), (1500.0, 700.0)]


def layer(shapes: list[shapely.Geometry], crs: str = METRIC) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(geometry=shapes, crs=crs)


def points(at: list[tuple[float, float]]) -> gpd.GeoDataFrame:
    return layer([shapely.Point(X + x, Y + y) for x, y in at])


def zones() -> gpd.GeoDataFrame:
    return layer([shapely.box(X + x, Y, X + x + 1000, Y + 1000) for x in (0, 1000)])


def swapped(right: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    shapes = shapely.transform(right.geometry.to_numpy(), lambda xy: xy[:, ::-1])
    return layer(list(shapes), right.crs.to_string())


def labelled(right: gpd.GeoDataFrame, crs: str) -> gpd.GeoDataFrame:
    return right.set_crs(crs, allow_override=True)


def told(**given: gpd.GeoDataFrame) -> dict[str, Finding]:
    """Judge layers as their files hold them."""
    metric = {name: one.to_crs(METRIC) for name, one in given.items()}
    return elsewhere(metric, given, SOURCES)


def test_layers_that_lie_together_are_fine_whatever_their_systems() -> None:
    assert told(zones=zones(), schools=points(SCHOOLS).to_crs("EPSG:4490"), towns=zones()) == {}


@pytest.mark.parametrize("right", ["EPSG:4549", "EPSG:4528"])
def test_another_zone_is_named_with_the_layer_its_label_its_range_and_the_likely_one(
    right: str,
) -> None:
    schools = labelled(points(SCHOOLS).to_crs(right), "EPSG:4548")
    one = told(zones=zones(), schools=schools)["schools"]
    assert (one.code, one.severity, one.sheet) == ("G18", Severity.ERROR, "schools")
    assert one.value.split(", ")[0] == f"{schools.total_bounds[0]:.6g}"
    for words in (one.why.en, one.why.zh):
        assert "EPSG:4548" in words
        assert right in words


def test_systems_that_nearly_agree_are_all_named() -> None:
    schools = labelled(points(SCHOOLS).to_crs("EPSG:32651"), "EPSG:32650")
    why = told(zones=zones(), schools=schools)["schools"].why.en
    assert "EPSG:4550 / EPSG:4510 / EPSG:32651 would put them inside" in why


def test_swapped_axes_are_told_as_such() -> None:
    one = told(zones=zones(), schools=swapped(points(SCHOOLS)))["schools"]
    assert (one.code, "EPSG:4549" in one.why.en) == ("G21", True)


def test_degrees_swapped_within_the_bounds_of_degrees_are_told_too() -> None:
    west = layer([shapely.box(86.0, 44.0, 86.2, 44.2)], "EPSG:4490")  # Shihezi: 86 is a latitude
    schools = swapped(layer([shapely.Point(86.1, 44.1)], "EPSG:4490"))
    given = {"zones": west, "schools": schools}
    metric = {name: one.to_crs("EPSG:4537") for name, one in given.items()}
    assert elsewhere(metric, given, SOURCES)["schools"].code == "G21"


def test_another_county_has_no_likely_system() -> None:
    far = points(SCHOOLS)
    far = far.set_geometry(far.translate(40_000, 25_000))
    one = told(zones=zones(), schools=far)["schools"]
    assert one.code == "G18"
    assert "3 of its 3 features" in one.why.en
    assert "another county" in one.why.en


def test_places_across_the_border_are_no_wrong_label() -> None:
    assert told(zones=zones(), candidates=points([(11_000, 500), (-9_000, 500)])) == {}


def test_half_of_the_places_far_away_are_places_entered_wrongly() -> None:
    assert told(zones=zones(), schools=points([(0, 0), (90_000, 0)])) == {}
    assert "schools" in told(zones=zones(), schools=points([(0, 0), (90_000, 0), (80_000, 0)]))


def test_where_all_others_agree_the_zones_are_the_wrong_ones() -> None:
    wrong = labelled(zones(), "EPSG:4548")
    faults = told(zones=wrong, schools=points(SCHOOLS), towns=zones())
    assert list(faults) == ["zones"]
    assert "EPSG:4549" in faults["zones"].why.en


def test_two_layers_that_lie_apart_are_both_named() -> None:
    far = points(SCHOOLS)
    apart = far.set_geometry(far.translate(0, 200_000))
    faults = told(zones=zones(), schools=labelled(far, "EPSG:4548"), candidates=apart)
    assert list(faults) == ["schools", "candidates"]


def test_zones_that_are_points_say_where_the_county_is_too() -> None:
    spots = points([(0, 0), (2000, 1000), (500, 900)])
    assert told(zones=spots, schools=points(SCHOOLS)) == {}
    assert list(told(zones=spots, schools=labelled(points(SCHOOLS), "EPSG:4550"))) == ["schools"]


def test_values_that_no_system_takes_are_judged_too() -> None:
    wild = layer([shapely.Point(1e300, 1e300)])
    metric = {"zones": zones(), "schools": points([(np.inf, np.inf)])}
    assert elsewhere(metric, {"zones": zones(), "schools": wild}, SOURCES)["schools"].code == "G18"
