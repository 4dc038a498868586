"""Real roads with known distances, where the shared data is there."""

from pathlib import Path

import geopandas as gpd
import pyogrio
import pytest
import shapely

from geodata.travel import TravelMode, travel_table

FILE = Path(__file__).resolve().parents[3] / "shared/data/roads_liechtenstein/liechtenstein.osm.pbf"
METRIC = "EPSG:2056"
DRIVABLE = (
    *("motorway", "trunk", "primary", "secondary", "tertiary", "unclassified", "residential"),
    *("motorway_link", "trunk_link", "primary_link", "secondary_link", "tertiary_link"),
    *("living_street", "service", "road"),
)
KNOWN_METRES = {"Vaduz": 382, "Balzers": 5621, "Malbun": 7176, "Schaanwald": 3364}
CAR = TravelMode("drive", straight_kmh=30.0)

pytestmark = pytest.mark.skipif(
    not FILE.is_file(), reason=f"the real roads are not here: {FILE} is absent"
)


@pytest.fixture(scope="module")
def roads():
    lines = pyogrio.read_dataframe(FILE, layer="lines", columns=["highway", "other_tags"])
    lines = lines[lines["highway"].isin(DRIVABLE)].to_crs(METRIC)
    oneway = lines["other_tags"].str.extract('"oneway"=>"([^"]*)"')[0].map({"yes": 1, "-1": -1})
    return lines.assign(**{"class": "street", "speed_kmh": 30.0, "oneway": oneway.fillna(0)})


def snapped(shapes, roads):
    """Move places to the nearest vertex of a road, as the known distances have it."""
    vertices = shapely.points(shapely.get_coordinates(roads.geometry.to_numpy()))
    nearest = shapely.STRtree(vertices).nearest(shapely.centroid(shapes.to_numpy()))
    return vertices[nearest]


def test_the_roads_are_as_long_as_they_are_known_to_be(roads):
    assert roads.length.sum() / 1000 == pytest.approx(409, abs=1)


def test_villages_are_as_far_from_school_as_they_are_known_to_be(roads):
    points = pyogrio.read_dataframe(FILE, layer="points").to_crs(METRIC)
    grounds = pyogrio.read_dataframe(FILE, layer="multipolygons").to_crs(METRIC)
    at_points = points["other_tags"].str.contains('"amenity"=>"(?:school|kindergarten)"', na=False)
    # The known distances leave out the one kindergarten of Balzers that has no name.
    named = points[at_points & points["name"].notna()].geometry.tolist()
    named += grounds[grounds["amenity"].isin(["school", "kindergarten"])].geometry.tolist()
    sites = gpd.GeoSeries(named, crs=METRIC)
    villages = points[points["name"].isin(KNOWN_METRES)]
    villages = villages[villages["place"].isin(["village", "hamlet", "locality"])]
    table, _ = travel_table(
        gpd.GeoDataFrame(
            {"zone_id": villages["name"].to_numpy()},
            geometry=snapped(villages.geometry, roads),
            crs=METRIC,
        ),
        gpd.GeoDataFrame(
            {"site_id": [str(i) for i in range(len(sites))]},
            geometry=snapped(sites, roads),
            crs=METRIC,
        ),
        roads,
        (CAR,),
    )
    nearest = table.groupby("zone_id")["metres"].min().to_dict()
    assert nearest == pytest.approx(KNOWN_METRES, rel=0.02)
