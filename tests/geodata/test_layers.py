import json

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geodata.readers import read_layer
from geodata.schemas import CANDIDATES, ROADS, SCHOOLS, TOWNS, ZONES

HERE = (120.0, 36.3)


def square(x, y, size=0.01):
    return shapely.box(HERE[0] + x, HERE[1] + y, HERE[0] + x + size, HERE[1] + y + size)


def zones(*shapes, ids=None, crs="EPSG:4490"):
    count = len(shapes)
    return gpd.GeoDataFrame(
        {
            "zone_id": ids or [f"z{i}" for i in range(count)],
            "name": "村",
            "town": "胶东",
            "kind": "rural",
        },
        geometry=list(shapes),
        crs=crs,
    )


def candidates(*shapes, crs="EPSG:4490"):
    layer = zones(*shapes, crs=crs).rename(columns={"zone_id": "site_id"})
    return layer.assign(place="village", land_m2=1000.0)


def saved(folder, layer, name="county.gpkg", table="zones", schema=ZONES):
    path = folder / name
    if name.endswith(".gpkg"):
        layer.to_file(path, layer=table, driver="GPKG")
    else:
        layer.to_file(path)
    return read_layer(path, table, schema, name=name)


def told(findings):
    return [(finding.code, finding.row) for finding in findings]


TWO = (square(0, 0), square(0.01, 0))


def test_a_geopackage_comes_back_typed_in_its_own_system(tmp_path):
    frame, findings = saved(tmp_path, zones(*TWO, ids=["001", "002"]))
    assert findings == []
    assert frame["zone_id"].tolist() == ["001", "002"]
    assert frame.index.tolist() == [1, 2]
    assert frame.crs.to_epsg() == 4490


def test_zones_may_be_points_but_not_points_and_polygons(tmp_path):
    points = [shape.centroid for shape in TWO]
    frame, findings = saved(tmp_path, zones(*points))
    assert (findings, set(frame.geom_type)) == ([], {"Point"})
    mixed = saved(tmp_path, zones(points[0], TWO[1]), "mixed.gpkg").findings
    assert [code for code, _ in told(mixed)] == ["G12", "G11"]


def test_among_zones_that_are_points_only_the_one_without_a_place_is_at_fault(tmp_path):
    points = [shape.centroid for shape in TWO]
    assert told(saved(tmp_path, zones(*points, None)).findings) == [("G10", 3)]


def test_geojson_and_shapefile_are_read_too(tmp_path):
    assert saved(tmp_path, zones(*TWO, crs="EPSG:4326"), "zones.geojson").findings == []
    frame, findings = saved(tmp_path, zones(*TWO), "zones.shp")
    assert findings == []
    assert frame["town"].tolist() == ["胶东", "胶东"]


def test_a_shapefile_in_chinese_encoding_without_cpg_is_read_and_said(tmp_path):
    zones(*TWO).to_file(tmp_path / "zones.shp", encoding="GB18030")
    (tmp_path / "zones.cpg").unlink()
    frame, findings = read_layer(tmp_path / "zones.shp", "", ZONES)
    assert told(findings) == [("G40", 0)]
    assert "GB18030" in findings[0].why.en
    assert frame["town"].tolist() == ["胶东", "胶东"]


@pytest.mark.parametrize("part", [".shx", ".dbf"])
def test_a_shapefile_without_all_its_parts_is_refused(tmp_path, part):
    zones(*TWO).to_file(tmp_path / "zones.shp")
    (tmp_path / f"zones{part}").unlink()
    assert told(read_layer(tmp_path / "zones.shp", "", ZONES).findings) == [("G38", 0)]


def test_a_layer_without_a_system_is_refused_with_a_hint(tmp_path):
    zones(*TWO).to_file(tmp_path / "zones.shp")
    (tmp_path / "zones.prj").unlink()
    findings = read_layer(tmp_path / "zones.shp", "", ZONES).findings
    assert told(findings) == [("G16", 0)]
    assert "degrees" in findings[0].why.en


def test_metres_in_a_geojson_are_refused(tmp_path):
    metric = zones(*TWO).to_crs("EPSG:4549").set_crs("EPSG:4326", allow_override=True)
    assert told(saved(tmp_path, metric, "zones.geojson").findings) == [("G17", 0)]


def test_metres_labelled_as_degrees_are_refused(tmp_path):
    metric = zones(*TWO).to_crs("EPSG:4549").set_crs("EPSG:4490", allow_override=True)
    assert told(saved(tmp_path, metric).findings) == [("G18", 0)]


@pytest.mark.parametrize("crs", ["EPSG:32651", "EPSG:4549", "EPSG:3857"])
@pytest.mark.parametrize("axes", [(0, 1), (1, 0)])
def test_degrees_labelled_as_metres_are_refused_with_the_likely_system(tmp_path, crs, axes):
    degrees = zones(*TWO).to_crs("EPSG:4490")
    shapes = [shapely.transform(one, lambda xy: xy[:, axes]) for one in degrees.geometry]
    (finding,) = saved(
        tmp_path, degrees.set_geometry(shapes, crs="EPSG:4490").set_crs(crs, allow_override=True)
    ).findings
    assert (finding.code, finding.row) == ("G18", 0)
    assert finding.value.split(", ")[axes[0]].startswith("1")
    assert crs in finding.why.en
    assert ("EPSG:4490" in finding.why.en, "swapped" in finding.why.en) == (True, axes == (1, 0))


@pytest.mark.parametrize(("zone", "right"), [(40, "EPSG:4528"), (21, "EPSG:4499")])
def test_eastings_with_a_zone_number_name_the_system_that_has_it(tmp_path, zone, right):
    far = zones(*TWO).to_crs("EPSG:4549")
    far = far.set_geometry(far.translate(zone * 1_000_000)).set_crs("EPSG:4549")
    (finding,) = saved(tmp_path, far).findings
    assert (finding.code, right in finding.mend.en) == ("G19", True)


def test_a_system_of_another_continent_is_refused(tmp_path):
    far = zones(*TWO).to_crs("EPSG:4549")
    far = far.set_geometry(far.translate(9_000_000)).set_crs("EPSG:4549")
    assert told(saved(tmp_path, far).findings) == [("G18", 0)]


@pytest.mark.parametrize("crs", ["EPSG:4490", "EPSG:4326", "EPSG:4549"])
def test_swapped_axes_are_recognised(tmp_path, crs):
    right = zones(*TWO).to_crs(crs)
    swapped = right.set_geometry(
        [shapely.transform(shape, lambda xy: xy[:, ::-1]) for shape in right.geometry], crs=crs
    )
    assert told(saved(tmp_path, swapped).findings) == [("G21", 0)]


def test_an_unknown_layer_is_answered_with_those_there_are(tmp_path):
    saved(tmp_path, zones(*TWO), table="zonen")
    findings = read_layer(tmp_path / "county.gpkg", "zones", ZONES).findings
    assert told(findings) == [("G43", 0)]
    assert "zonen" in findings[0].why.en


def test_a_single_layer_needs_no_name(tmp_path):
    saved(tmp_path, zones(*TWO))
    assert read_layer(tmp_path / "county.gpkg", "", ZONES).findings == []


def test_a_geopackage_being_edited_is_refused(tmp_path):
    saved(tmp_path, zones(*TWO))
    (tmp_path / "county.gpkg-wal").write_bytes(b"x")
    assert told(read_layer(tmp_path / "county.gpkg", "zones", ZONES).findings) == [("G44", 0)]


VRT = """<OGRVRTDataSource><OGRVRTLayer name="z">
<SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"""


@pytest.mark.parametrize("content", [VRT, "<gpx></gpx>", "zone_id,x\na,1\n", "{}", ""])
def test_nothing_but_the_three_formats_is_opened_whatever_its_name(tmp_path, content):
    path = tmp_path / "zones.geojson"
    path.write_text(content)
    assert told(read_layer(path, "", ZONES).findings) == [("G46", 0)]


@pytest.mark.parametrize("path", ["/vsizip/a.zip/b.gpkg", "https://example.org/z.geojson"])
def test_virtual_paths_and_addresses_are_refused(path):
    assert told(read_layer(path, "", ZONES).findings) == [("C34", 0)]


def test_a_missing_file_is_refused_with_an_empty_layer(tmp_path):
    frame, findings = read_layer(tmp_path / "none.gpkg", "zones", ZONES)
    assert told(findings) == [("C35", 0)]
    assert list(frame.columns) == ["zone_id", "name", "town", "kind", "geometry"]


def test_an_empty_geometry_is_refused_with_its_row(tmp_path):
    assert told(saved(tmp_path, zones(TWO[0], None)).findings) == [("G10", 2)]
    assert told(saved(tmp_path, zones(TWO[0], shapely.Polygon())).findings) == [("G10", 2)]


def test_a_bow_tie_is_refused_and_the_crossing_told(tmp_path):
    x, y = HERE
    tie = shapely.Polygon([(x, y), (x + 0.1, y + 0.1), (x + 0.1, y), (x, y + 0.1)])
    findings = saved(tmp_path, zones(tie, square(0.2, 0))).findings
    assert told(findings) == [("G01", 1)]
    assert "Self-intersection" in findings[0].why.en


def test_a_ring_that_touches_itself_is_rebuilt_and_said(tmp_path):
    x, y = HERE
    ring = [(0, 0), (4, 0), (4, 4), (0, 4), (0, 0), (1, 2), (1, 1), (2, 1), (0, 0)]
    touching = shapely.Polygon([(x + a / 100, y + b / 100) for a, b in ring])
    frame, findings = saved(tmp_path, zones(touching))
    assert told(findings) == [("G02", 1)]
    assert frame.geometry.is_valid.all()
    assert frame.geometry.iloc[0].area == pytest.approx(touching.area, rel=1e-3)


def test_the_same_polygon_twice_is_refused(tmp_path):
    other_start = shapely.Polygon(np.roll(TWO[0].exterior.coords[:-1], 1, axis=0))
    assert told(saved(tmp_path, zones(TWO[0], TWO[1], other_start)).findings) == [("G49", 3)]


def test_an_id_that_stands_twice_is_refused_in_both_rows(tmp_path):
    assert told(saved(tmp_path, zones(*TWO, ids=["a", "a"])).findings) == [("G51", 1), ("G51", 2)]


def test_points_where_polygons_belong_are_refused(tmp_path):
    towns = zones(shapely.Point(HERE))[["town", "geometry"]]
    findings = saved(tmp_path, towns, schema=TOWNS).findings
    assert told(findings) == [("G11", 1)]
    assert "polygons" in findings[0].why.en


def test_a_mixture_of_types_is_counted(tmp_path):
    path = tmp_path / "zones.geojson"
    zones(TWO[0], TWO[1], shapely.Point(HERE), crs="EPSG:4326").to_file(path)
    findings = read_layer(path, "", ZONES).findings
    assert told(findings) == [("G12", 0), ("G11", 3)]
    assert "Point 1, Polygon 2" in findings[0].why.en


def test_a_school_of_three_points_is_refused(tmp_path):
    triple = candidates(shapely.MultiPoint([HERE, (120.1, 36.3), (120.2, 36.3)]))
    assert told(saved(tmp_path, triple, schema=CANDIDATES).findings) == [("G13", 1)]


def test_heights_are_dropped_and_said(tmp_path):
    frame, findings = saved(tmp_path, candidates(shapely.Point(*HERE, 55)), schema=CANDIDATES)
    assert told(findings) == [("G15", 0)]
    assert not frame.geometry.has_z.any()


def test_null_island_and_one_place_for_all_are_found(tmp_path):
    island = candidates(shapely.Point(0, 0), shapely.Point(HERE), crs="EPSG:4326")
    assert told(saved(tmp_path, island, schema=CANDIDATES).findings) == [("G27", 1)]
    same = candidates(shapely.Point(HERE), shapely.Point(HERE))
    assert told(saved(tmp_path, same, schema=CANDIDATES).findings) == [("G28", 0)]


def test_two_sites_on_one_spot_are_warned_of(tmp_path):
    layer = candidates(shapely.Point(HERE), shapely.Point(120.1, 36.3), shapely.Point(HERE))
    findings = saved(tmp_path, layer, schema=CANDIDATES).findings
    assert told(findings) == [("G29", 1), ("G29", 3)]
    assert {finding.severity.value for finding in findings} == {"warning"}


def test_a_coordinate_that_is_no_number_is_refused(tmp_path):
    layer = candidates(shapely.Point(HERE), shapely.Point(float("nan"), 36.3))
    codes = {code for code, row in told(saved(tmp_path, layer, schema=CANDIDATES).findings)}
    assert codes & {"G08", "G10"}


def test_an_infinite_coordinate_is_refused_and_the_rest_still_judged(tmp_path):
    layer = candidates(shapely.Point(HERE), shapely.Point(float("inf"), 36.3), shapely.Point(HERE))
    findings = saved(tmp_path, layer, schema=CANDIDATES).findings
    assert told(findings)[0] == ("G09", 2)
    assert "G28" in [code for code, _ in told(findings)]


def test_attributes_and_geometries_are_judged_in_one_pass(tmp_path):
    layer = zones(TWO[0], None).assign(kind=["rurall", "rural"], town=["a", ""])
    assert sorted(told(saved(tmp_path, layer).findings)) == [("G10", 2), ("T58", 1), ("T59", 2)]


def test_roads_take_a_direction_and_refuse_a_standstill(tmp_path):
    lines = [shapely.LineString([HERE, (120.1, 36.3 + i / 10)]) for i in range(4)]
    layer = gpd.GeoDataFrame(
        {
            "road_id": list("abcd"),
            "class": "street",
            "speed_kmh": [30, 0, 999, None],
            "oneway": [0, 1, -1, 2],
        },
        geometry=lines,
        crs="EPSG:4490",
    )
    findings = saved(tmp_path, layer, table="roads", schema=ROADS).findings
    assert told(findings) == [("N08", 2), ("N09", 3), ("T59", 4), ("T57", 4)]


def test_schools_bring_their_function_rooms_by_kind(tmp_path):
    layer = gpd.GeoDataFrame(
        {
            "site_id": ["s"],
            "name": "胶东小学",
            "town": "胶东",
            "kind": "rural",
            "place": "town_seat",
            "school_type": "primary",
            "rooms": 12,
            "function_music": 1,
            "function_art": 2,
            "annual_cost": 1e6,
            "teaching_area_m2": 3000,
            "sports_area_m2": 4000,
            "land_m2": 9000,
        },
        geometry=[shapely.Point(HERE)],
        crs="EPSG:4490",
    )
    frame, findings = saved(tmp_path, layer, table="schools", schema=SCHOOLS)
    school = frame.loc[1]
    assert findings == []
    assert school[["function_music", "function_art", "point_grades", "parent_id"]].tolist() == [
        1, 2, 0, "",
    ]  # fmt: skip
    assert np.isnan(school["seats"])


def test_a_total_in_a_layer_is_no_zone(tmp_path):
    assert told(saved(tmp_path, zones(*TWO, ids=["a", "合计"])).findings) == [("T19", 2)]


def test_a_feature_without_some_properties_is_told(tmp_path):
    path = tmp_path / "towns.geojson"
    zones(*TWO, crs="EPSG:4326")[["town", "geometry"]].to_file(path)
    document = json.loads(path.read_text())
    document["features"][1]["properties"] = {}
    path.write_text(json.dumps(document))
    assert told(read_layer(path, "", TOWNS).findings) == [("T59", 2)]
