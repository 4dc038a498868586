"""The towns of Jiaozhou, whose area is known, where the shared data is there."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geodata.catchments import dissolve
from geodata.contiguity import coverage_findings, islands
from geodata.crs import to_metric
from geodata.findings import Source

FOLDER = Path(__file__).resolve().parents[3] / "shared" / "data" / "county_jiaozhou"
KNOWN_KM2 = 1285.56

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the real county is not here: {FOLDER} is absent"
)


@pytest.fixture(scope="module")
def towns():
    return to_metric(gpd.read_file(FOLDER / "towns.geojson"), "EPSG:4549")


def test_the_towns_tile_the_county(towns):
    whole = shapely.area(dissolve(towns.geometry)) / 1e6
    assert towns.area.sum() / 1e6 == pytest.approx(KNOWN_KM2, rel=1e-3)
    assert whole == pytest.approx(KNOWN_KM2, rel=1e-3)
    assert len(towns) == 12


def test_no_town_overlaps_another_and_none_is_an_island(towns):
    zones = towns.assign(zone_id=[str(i) for i in range(len(towns))])
    overlaps = [f for f in coverage_findings(zones, Source("towns")) if f.code == "G31"]
    assert overlaps == []
    assert set(islands(zones)) == {0}
