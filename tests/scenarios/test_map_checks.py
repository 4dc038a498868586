"""Layers that disagree on the ground, and pupils whose way to school nobody knows."""

from __future__ import annotations

import math

import geopandas as gpd
import pandas as pd
import shapely

from geodata.datum import converted
from geodata.findings import Finding, Source
from geodata.travel import unreached_pupils
from scenarios.assemble.map_checks import map_findings

METRIC = "EPSG:4549"
AT = (500_000.0, 4_000_000.0)
SOURCES = {name: Source("county.gpkg", name) for name in ("zones", "schools", "candidates")}


def box(x: float, width: float = 1000.0) -> shapely.Polygon:
    return shapely.box(AT[0] + x, AT[1], AT[0] + x + width, AT[1] + 1000.0)


def found(
    shapes: list[shapely.Geometry], school: float, travel: pd.DataFrame | None = None
) -> list[Finding]:
    """Check zones and of a school in the middle of their height."""
    ids = [f"z{index}" for index in range(len(shapes))]
    zones = gpd.GeoDataFrame({"zone_id": ids}, geometry=shapes, crs=METRIC)
    place = shapely.Point(AT[0] + school, AT[1] + 500.0)
    schools = gpd.GeoDataFrame({"site_id": ["s"]}, geometry=[place], crs=METRIC)
    schools.index = pd.RangeIndex(1, 2)
    frames = {"zones": zones, "schools": schools, "candidates": pd.DataFrame({"site_id": []})}
    sources = dict(SOURCES)
    if travel is not None:
        frames["travel"], sources["travel"] = travel, Source("travel.csv")
    return map_findings(frames, sources)


def codes(findings: list[Finding]) -> list[str]:
    return [one.code for one in findings]


def way(metres: float, mode: str = "walk") -> pd.DataFrame:
    return pd.DataFrame({"zone_id": ["z0"], "site_id": ["s"], "mode": [mode], "metres": [metres]})


def test_zones_that_tile_and_a_school_inside_are_fine() -> None:
    assert found([box(0), box(1000)], school=500) == []


def test_zones_that_overlap_are_refused() -> None:
    assert codes(found([box(0), box(900)], school=500)) == ["G31"]


def test_a_school_outside_every_zone_is_a_warning_with_its_row() -> None:
    (one,) = found([box(0)], school=1500)
    assert (one.code, one.severity.value, one.sheet, one.row) == ("G30", "warning", "schools", 1)


def test_a_layer_that_lies_elsewhere_is_refused_once_and_not_point_by_point() -> None:
    findings = found([box(0), box(1000)], school=300_000)
    assert [(one.code, one.severity.value, one.sheet) for one in findings] == [
        ("G18", "error", "schools")
    ]


def test_zones_that_are_points_have_no_land_to_check() -> None:
    assert found([box(0).centroid, box(1000).centroid], school=9000) == []


def test_a_way_shorter_than_the_straight_line_is_refused() -> None:
    assert codes(found([box(0), box(1000)], school=1800, travel=way(700))) == ["N32"]
    assert found([box(0), box(1000)], school=1800, travel=way(900)) == []


def test_pupils_without_a_way_to_their_school_are_named() -> None:
    enrolment = pd.DataFrame(
        {"zone_id": ["z0", "z0", "z1"], "site_id": ["s", "s", "s"], "pupils": [10.0, 2.0, 5.0]}
    )
    (one,) = unreached_pupils(enrolment, way(900), ["walk"], Source("travel.csv"))
    assert (one.code, one.file, one.value) == ("N48", "travel.csv", "z1 > s")
    assert "5 pupils" in one.why.en
    by_car = unreached_pupils(enrolment, way(900, "drive"), ["walk", "bus"], Source("travel.csv"))
    assert [one.value for one in by_car] == ["z0 > s", "z1 > s"]


def test_nobody_enrolled_needs_no_way() -> None:
    nobody = pd.DataFrame({"zone_id": ["z0"], "site_id": ["s"], "pupils": [0.0]})
    assert unreached_pupils(nobody, way(1)[:0], ["walk"], Source("roads")) == []


def test_a_zone_with_a_part_far_away_is_warned_of() -> None:
    far = shapely.MultiPolygon([box(0), box(60_000, width=100)])
    assert codes(found([far], school=500)) == ["G14"]
    near = shapely.MultiPolygon([box(0), box(3_000, width=100)])
    assert found([near], school=500) == []


def test_schools_said_to_be_shifted_that_stood_at_the_road_are_a_warning() -> None:
    there = [shapely.Point(120 + 0.01 * i, 36.3 + 0.004 * math.sin(i)) for i in range(10)]
    road = gpd.GeoDataFrame(geometry=[shapely.LineString(there)], crs="EPSG:4326").to_crs(METRIC)
    schools = gpd.GeoDataFrame(
        {"site_id": [f"s{i}" for i in range(10)]}, geometry=there, crs="EPSG:4326"
    ).to_crs(METRIC)
    moved, _ = converted(schools, "GCJ-02", SOURCES["schools"])
    whole = gpd.GeoDataFrame(
        {"zone_id": ["z"]}, geometry=[schools.union_all().convex_hull.buffer(5000)], crs=METRIC
    )
    frames = {"zones": whole, "schools": moved, "roads": road}
    (told,) = map_findings(frames, SOURCES, datums={"schools": "GCJ-02"})
    assert (told.code, told.sheet) == ("G56", "schools")
