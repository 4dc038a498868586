"""Catchments of today as a bureau has them: overlapping, with gaps, of schools that are gone."""

import geopandas as gpd
import pytest
import shapely

from geodata.columns import Schema
from geodata.findings import Source
from geodata.readers.geometry import check_geometry
from geodata.schemas import CATCHMENTS
from geodata.today_catchments import claim_findings, claims, land_of, zone_shares
from tests.support.layers import CRS, at, squares

SOURCE = Source("today.gpkg", "catchments")
ZONES = squares(a=(0, 0), b=(1, 0), c=(2, 0))
COUNTY = shapely.box(*at(0, 0), *at(3000, 1000))
RUNS = {"primary": {"s1", "s2", "s3"}, "lower_secondary": {"s3"}}


def drawn(*rows):
    """Rows of site, level and the kilometres from which to which a strip of the county reaches."""
    shapes = [shapely.box(*at(1000 * west, 0), *at(1000 * east, 1000)) for _, _, west, east in rows]
    columns = {"site_id": [row[0] for row in rows], "level": [row[1] for row in rows]}
    layer = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    return layer.set_index(layer.index + 1)


def shares(*rows):
    of_level = claims(drawn(*rows), RUNS)
    table = zone_shares(ZONES, of_level[of_level["level"] == "primary"])
    return {(zone, site): share for zone, site, share in table.itertuples(index=False)}


def test_a_zone_inside_a_catchment_is_its_own_and_a_divided_one_goes_by_area():
    assert shares(("s1", "primary", 0, 1.25), ("s2", "primary", 1.25, 3)) == pytest.approx(
        {("a", "s1"): 1.0, ("b", "s1"): 0.25, ("b", "s2"): 0.75, ("c", "s2"): 1.0}
    )


def test_land_of_nobody_and_land_of_two_are_told_apart():
    found = shares(("s1", "primary", 0, 1.5), ("s2", "primary", 1, 1.5))
    assert found == pytest.approx(
        {("a", "s1"): 1.0, ("b", "s1"): 0.25, ("b", "s2"): 0.25, ("b", ""): 0.5, ("c", ""): 1.0}
    )


def test_the_shares_of_every_zone_add_up_to_one():
    found = shares(("s1", "", 0, 2.2), ("s2", "primary", 0.4, 1.7), ("s3", "", -1, 0.3))
    for zone in ("a", "b", "c"):
        assert sum(share for (z, _), share in found.items() if z == zone) == pytest.approx(1)


def test_zones_that_are_points_go_as_a_whole_and_equally_where_two_claim_them():
    of_level = claims(drawn(("s1", "primary", 0, 2), ("s2", "primary", 1, 2)), RUNS)
    points = ZONES.set_geometry(ZONES.centroid)
    table = zone_shares(points, of_level)
    found = {(zone, site): share for zone, site, share in table.itertuples(index=False)}
    assert found == {("a", "s1"): 1.0, ("b", "s1"): 0.5, ("b", "s2"): 0.5, ("c", ""): 1.0}


def test_a_feature_without_level_is_of_every_level_that_the_school_runs():
    both = claims(drawn(("s3", "", 0, 1), ("s1", "", 1, 2)), RUNS)
    assert list(zip(both["level"], both["site_id"], strict=True)) == [
        ("primary", "s1"), ("primary", "s3"), ("lower_secondary", "s3"),
    ]  # fmt: skip


def test_the_land_of_a_level_adds_up_to_the_county():
    layer = drawn(("s1", "primary", -0.5, 1.5), ("s2", "primary", 1, 2))
    land = land_of(claims(layer, RUNS), COUNTY)
    assert land == pytest.approx((1_500_000, 500_000, 1_000_000, 500_000))


def told(*rows):
    return claim_findings(drawn(*rows), RUNS, COUNTY, SOURCE)


def test_sound_catchments_are_silent():
    assert (
        told(("s1", "primary", 0, 1), ("s2", "primary", 1, 3), ("s3", "lower_secondary", 0, 3))
        == []
    )


def test_an_overlap_is_told_with_its_schools_and_area():
    (overlap, whole) = told(("s1", "primary", 0, 2), ("s2", "primary", 1.5, 3))
    assert (overlap.code, overlap.severity.value) == ("G58", "warning")
    assert overlap.value == "s1 / s2 primary"
    assert "500,000 m²" in overlap.why.en
    assert whole.code == "G60"
    assert "2.50 km² in one catchment, 0.50 in several, 0.00 in none" in whole.why.en


def test_a_catchment_in_pieces_is_told_with_their_areas():
    codes = told(("s1", "primary", 0, 1), ("s1", "primary", 2, 3), ("s2", "primary", 1, 2))
    (pieces,) = codes
    assert (pieces.code, pieces.value) == ("G59", "s1 primary")
    assert "2 pieces, 1.00 + 1.00 km²" in pieces.why.en


@pytest.mark.parametrize(("site", "level"), [("gone", ""), ("s1", "lower_secondary")])
def test_a_school_that_does_not_run_the_level_is_told_with_row_and_area(site, level):
    findings = told(("s2", "primary", 0, 3), (site, level, 0, 3))
    (stranger,) = [one for one in findings if one.code == "D53"]
    assert (stranger.severity.value, stranger.row, stranger.column) == ("warning", 2, "site_id")
    assert "3.00 km²" in stranger.why.en


def test_a_catchment_that_crosses_itself_is_rebuilt_and_told_where_a_zone_is_refused():
    bow = gpd.GeoSeries([shapely.Polygon([(0, 0), (2, 2), (2, 0), (0, 2)])], index=[1], crs=CRS)
    mended, (told_of,) = check_geometry(bow, "polygon", SOURCE, lenient=CATCHMENTS.lenient)
    assert (told_of.code, told_of.severity.value, mended.area.sum()) == ("G57", "warning", 2.0)
    _, (refused,) = check_geometry(bow, "polygon", SOURCE, lenient=Schema("zones", ()).lenient)
    assert (refused.code, refused.severity.value) == ("G01", "error")


def test_a_level_that_could_not_be_read_is_not_told_twice():
    assert told(("s1", "primary", 0, 3), ("gone", None, 0, 3)) == []
