"""Roads that are rounded, of another year, or without any path."""

import numpy as np
import pytest

from geodata.findings import Source
from geodata.road_checks import another_year, no_paths, rounded
from tests.support.layers import roads

SOURCE = Source("roads.gpkg")
DEGREES = "EPSG:4490"


def bent(count=12):
    """Roads of three vertices as a survey has them, to the centimetre."""
    rng = np.random.default_rng(0)
    return roads(*(rng.uniform(0, 20_000, (3, 2)).round(2) for _ in range(count)))


def moved(layer, change):
    return layer.set_geometry(layer.geometry.transform(change))


def to_steps(step):
    return lambda xy: np.round(np.asarray(xy) / step) * step


@pytest.mark.parametrize(("step", "metres"), [(0.001, "111 m"), (0.0001, "11 m")])
def test_degrees_of_three_or_four_decimals_are_told_with_what_falls_together(step, metres):
    layer = moved(bent().to_crs(DEGREES), to_steps(step))
    (finding,) = rounded(layer, SOURCE)
    assert (finding.code, finding.severity, finding.file) == ("N40", "warning", "roads.gpkg")
    assert f"100% of the vertices stand on steps of {step:g}°" in finding.why.en
    assert f"less than {metres} apart" in finding.why.en


@pytest.mark.parametrize("step", [100, 10])
def test_whole_tens_and_hundreds_of_metres_are_told(step):
    (finding,) = rounded(moved(bent(), to_steps(step)), SOURCE)
    assert f"steps of {step} m" in finding.why.en


def test_what_rounding_merged_is_counted():
    streets = [[(0, 1000 * i), (0.4, 1000 * i), (9000, 1000 * i)] for i in range(10)]
    # The last one begins where the one before it ends, as roads do.
    last = [(9000, 0), (9000, 500)]
    lanes = roads(*streets, [(0.3, 0.3), (0.4, 0.1), (9000.2, 0.3)], last)
    (finding,) = rounded(moved(lanes, to_steps(10)), SOURCE)
    assert "11 vertices fall on the one before, 1 roads on another" in finding.why.en


def test_roads_rounded_in_degrees_are_told_of_where_half_of_them_are():
    sound, coarse = bent().to_crs(DEGREES), moved(bent().to_crs(DEGREES), to_steps(0.001))
    mixed = coarse.copy()
    mixed.loc[:4, "geometry"] = sound.geometry[:5]
    assert [one.code for one in rounded(mixed, SOURCE)] == ["N40"]
    mixed.loc[:6, "geometry"] = sound.geometry[:7]
    assert rounded(mixed, SOURCE) == []


@pytest.mark.parametrize("crs", ["EPSG:4549", DEGREES])
def test_roads_as_they_are_surveyed_are_not_told_of(crs):
    assert rounded(bent().to_crs(crs), SOURCE) == []


def test_five_decimals_of_a_degree_are_fine():
    assert rounded(moved(bent().to_crs(DEGREES), to_steps(1e-5)), SOURCE) == []


def test_a_few_round_coordinates_are_no_proof():
    assert rounded(roads([(0, 0), (1000, 0)], [(0, 0), (0, 1000)]), SOURCE) == []


def test_where_there_are_no_roads_no_paths_are_missed():
    assert no_paths(bent().iloc[:0], SOURCE) == []


def test_walking_along_roads_for_cars_only_is_told():
    (finding,) = no_paths(roads([(0, 0), (9, 0)]), SOURCE)
    assert (finding.code, finding.severity, finding.column) == ("N18", "warning", "class")
    paths = roads([(0, 0), (9, 0)], [(9, 0), (9, 9)], road_class=["street", "track"])
    assert no_paths(paths, SOURCE) == []


@pytest.mark.parametrize(
    ("year", "told"), [(2016, True), (2017, False), (2023, False), (2024, True)]
)
def test_roads_over_three_years_from_the_base_year_are_told_of(year, told):
    findings = another_year(year, 2020, SOURCE)
    assert [(one.code, one.value) for one in findings] == ([("N29", str(year))] if told else [])


def test_a_year_that_nobody_says_is_not_judged():
    assert another_year(None, 2020, SOURCE) == []
