"""What drawing leaves behind is told, and changes nothing."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.findings import Source
from geodata.readers import read_layer
from geodata.readers.slivers import drawing_faults
from geodata.schemas import TOWNS
from tests.support.layers import CRS, at

SOURCE = Source("towns.gpkg", "towns")


def drawn(*corners):
    return shapely.Polygon([at(*corner) for corner in corners])


SQUARE = drawn((0, 0), (1000, 0), (1000, 1000), (0, 1000))
SPIKE = drawn((0, 0), (1000, 0), (1000, 500), (1500, 500.2), (1000, 500.4), (1000, 1000), (0, 1000))
SLIVER = drawn((0, 0), (1000, 0), (1000, 0.5), (0, 0.5))
CORNER = drawn((0, 0), (1000, 0), (1000, 500), (1004, 500.2), (1000, 500.4), (1000, 1000))
FIRST = drawn((-500, 0.2), (0, 0.4), (0, 1000), (1000, 1000), (1000, 0), (0, 0))
"""Its spike is where the ring begins."""


def told(*shapes, crs=CRS):
    series = gpd.GeoSeries(list(shapes), crs=CRS, index=range(1, len(shapes) + 1)).to_crs(crs)
    findings = drawing_faults(series, SOURCE)
    return [(one.code, one.row, one.why.en.split(": ")[1].split(",")[0]) for one in findings]


@pytest.mark.parametrize("crs", [CRS, "EPSG:4490"])
@pytest.mark.parametrize("shape", [SPIKE, FIRST])
def test_an_outline_that_turns_back_upon_itself_is_told(crs, shape):
    assert told(SQUARE, shape, crs=crs) == [("G05", 2, "1 spikes")]


@pytest.mark.parametrize("crs", [CRS, "EPSG:4490"])
def test_a_part_that_is_narrower_than_a_metre_is_told(crs):
    both = shapely.MultiPolygon([SQUARE, shapely.transform(SLIVER, lambda xy: xy + 2000)])
    (finding,) = told(both, crs=crs)
    assert finding[:2] == ("G05", 1)


def test_clean_outlines_small_corners_and_missing_places_are_not_told():
    assert told(SQUARE, CORNER, None, shapely.Point(at(0, 0))) == []
    assert told() == []


def test_an_outline_of_a_million_points_is_told():
    angles = np.linspace(0, 2 * np.pi, 1_000_001)
    ring = np.column_stack([np.cos(angles), np.sin(angles)]) * 50_000 + at(0, 0)
    (finding,) = drawing_faults(gpd.GeoSeries([shapely.Polygon(ring)], crs=CRS), SOURCE)
    assert finding.code == "G50"
    assert "1,000,001" in finding.why.en


def test_a_layer_with_a_spike_is_read_as_it_is(tmp_path):
    layer = gpd.GeoDataFrame({"town": ["a"]}, geometry=[SPIKE], crs=CRS)
    layer.to_file(tmp_path / "towns.gpkg", driver="GPKG")
    frame, findings = read_layer(tmp_path / "towns.gpkg", "", TOWNS)
    assert [one.code for one in findings] == ["G05"]
    assert frame.geometry.iloc[0].equals(SPIKE)
