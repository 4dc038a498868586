import geopandas as gpd
import pandas as pd
import pytest
import shapely

from geodata.catchments import catchment_polygons, dissolve, main_site
from geodata.contiguity import (
    adjacency,
    apart_findings,
    coverage_findings,
    islands,
    parts,
    torn_findings,
    touching,
)
from geodata.findings import Source
from tests.support.layers import CRS, squares

SQUARE = squares(a=(0, 0), b=(1, 0), c=(0, 1), d=(1, 1))


def assigned(**sites):
    return pd.DataFrame({"zone_id": list(sites), "site_id": list(sites.values())})


def test_zones_touch_along_an_edge_and_not_at_a_corner():
    pairs = adjacency(SQUARE)
    assert list(zip(pairs["zone_a"], pairs["zone_b"], strict=True)) == [
        ("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"),
    ]  # fmt: skip
    assert pairs["shared_metres"].tolist() == pytest.approx([1000] * 4, abs=3)


def test_an_edge_with_an_extra_vertex_on_one_side_is_still_shared():
    bent = shapely.Polygon([(0, 0), (1000, 0), (1000, 500), (1000, 1000), (0, 1000)])
    zones = gpd.GeoDataFrame(
        {"zone_id": ["a", "b"]}, geometry=[bent, shapely.box(1000, 0, 2000, 1000)], crs=CRS
    )
    assert adjacency(zones)["shared_metres"].tolist() == pytest.approx([1000], abs=3)


def test_a_border_with_a_vertex_on_one_side_alone_is_shared_in_metres_too():
    """A straight line in degrees is bent in metres, and two straight halves of it are not."""
    boxes = [(120.3, 36.0, 120.34, 36.06), (120.34, 36.0, 120.38, 36.03)]
    boxes.append((120.34, 36.03, 120.38, 36.06))
    degrees = gpd.GeoSeries([shapely.box(*one) for one in boxes], crs="EPSG:4490")
    zones = gpd.GeoDataFrame({"zone_id": ["a", "b", "c"]}, geometry=degrees.to_crs(CRS))
    pairs = adjacency(zones)
    assert list(zip(pairs["zone_a"], pairs["zone_b"], strict=True)) == [
        ("a", "b"), ("a", "c"), ("b", "c"),
    ]  # fmt: skip
    assert dissolve(zones.geometry[:2]).geom_type == "Polygon"


def test_zones_across_water_are_an_island():
    zones = squares(a=(0, 0), b=(1, 0), c=(5, 5))
    assert islands(zones).tolist() == [0, 0, 1]


def as_points(zones):
    return zones.set_geometry(zones.geometry.centroid)


def links(*pairs):
    return pd.DataFrame(pairs, columns=["zone_a_id", "zone_b_id"])


def test_zones_touch_by_borders_and_by_links_each_pair_once():
    zones = squares(a=(0, 0), b=(1, 0), c=(5, 5))
    pairs = touching(zones, links(("c", "b"), ("b", "a"), ("b", "c"), ("c", "c")))
    assert pairs.to_numpy().tolist() == [["a", "b"], ["b", "c"]]


def test_points_touch_by_links_alone():
    zones = squares(a=(0, 0), b=(1, 0)).pipe(as_points)
    assert len(touching(zones, links())) == 0
    assert touching(zones, links(("b", "a"))).to_numpy().tolist() == [["a", "b"]]


def test_islands_are_named_part_by_part():
    zones = squares(a=(0, 0), b=(1, 0), c=(5, 5), d=(6, 5), e=(9, 9))
    none = links()
    found = apart_findings(zones, touching(zones, none), none, Source("zones"))
    assert [(one.code, one.value) for one in found] == [("G61", "c, d"), ("G61", "e")]
    bridge = links(("b", "c"), ("a", "e"))
    assert apart_findings(zones, touching(zones, bridge), bridge, Source("zones")) == []


def test_points_without_links_cannot_be_held_to_areas_in_one_piece():
    zones = squares(a=(0, 0), b=(1, 0)).pipe(as_points)
    (one,) = apart_findings(zones, touching(zones, links()), links(), Source("zones"))
    assert (one.code, one.severity.value) == ("G62", "error")


def test_torn_areas_are_named_school_by_school():
    rows = [("s", "primary", "b"), ("s", "primary", "c"), ("t", "primary", "a")]
    torn = pd.DataFrame(rows, columns=["site_id", "level", "zone_id"])
    first, second = torn_findings(torn, Source("zones"))
    assert (first.code, first.value, second.value) == ("D37", "s, primary", "t, primary")
    assert "b, c" in first.why.en


def test_an_area_in_two_pieces_has_two_parts_the_larger_first():
    zones = squares(a=(0, 0), b=(1, 0), c=(2, 0), d=(3, 0))
    area = pd.Series(["x", "y", "x", "x"])
    assert parts(zones["zone_id"], adjacency(zones), area).tolist() == [1, 0, 0, 0]


def test_catchments_together_are_the_whole_county():
    catchments = catchment_polygons(SQUARE, assigned(a="s", b="t", c="s"))
    assert catchments["site_id"].tolist() == ["", "s", "t"]
    assert catchments["area_m2"].sum() == pytest.approx(4e6)
    assert shapely.union_all(catchments.geometry.to_numpy()).area == pytest.approx(4e6)
    assert catchments["zones"].tolist() == [1, 2, 1]


def test_two_zones_at_a_corner_are_two_parts():
    catchments = catchment_polygons(SQUARE, assigned(a="s", b="t", c="t", d="s"))
    assert catchments["parts"].tolist() == [2, 2]


def test_a_catchment_round_another_has_an_enclave():
    ring = {f"r{x}{y}": (x, y) for x in range(3) for y in range(3)}
    zones = squares(**ring)
    sites = {zone: "inner" if zone == "r11" else "outer" for zone in ring}
    catchments = catchment_polygons(zones, assigned(**sites)).set_index("site_id")
    assert catchments["enclaves"].to_dict() == {"inner": 0, "outer": 1}
    assert catchments["parts"].to_dict() == {"inner": 1, "outer": 1}


def test_a_split_zone_is_drawn_with_the_site_that_has_most_of_it():
    shares = pd.DataFrame(
        {
            "zone_id": ["a", "a", "b", "b", "c"],
            "site_id": ["s", "t", "t", "s", "t"],
            "share": [0.4, 0.6, 0.5, 0.5, 0.0],
        }
    )
    assert main_site(shares).to_dict("list") == {"zone_id": ["a", "b"], "site_id": ["t", "s"]}


def test_zones_that_overlap_still_dissolve():
    zones = gpd.GeoDataFrame(
        {"zone_id": ["a", "b"]},
        geometry=[shapely.box(0, 0, 2, 1), shapely.box(1, 0, 3, 1)],
        crs=CRS,
    )
    assert catchment_polygons(zones, assigned(a="s", b="s"))["area_m2"].tolist() == [3]


def test_zones_that_tile_have_no_finding():
    assert coverage_findings(SQUARE, Source("county.gpkg", "zones")) == []


def test_overlaps_and_gaps_are_found():
    shapes = [
        shapely.box(0, 0, 3, 1),
        shapely.box(0, 2, 3, 3),
        shapely.box(0, 0.5, 1, 2),
        shapely.box(2, 1, 3, 2),
    ]
    zones = gpd.GeoDataFrame(
        {"zone_id": list("abcd")}, geometry=shapes, crs=CRS, index=[1, 2, 3, 4]
    )
    findings = coverage_findings(zones, Source("county.gpkg", "zones"))
    assert [(f.code, f.row, f.value) for f in findings] == [("G31", 1, "a / c"), ("G32", 0, "")]
