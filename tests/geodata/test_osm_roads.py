import pytest

from geodata.findings import FindingError
from geodata.osm import read_places, read_roads
from geodata.travel import BUS, CYCLE, DRIVE, WALK, travel_table
from tests.support.osm import CRS, extract, places

STREET = {"highway": "residential"}
LINE = {1: (0, 0), 2: (500, 0), 3: (1000, 0)}


def measured(path, zones, sites, *modes, around=False):
    """Metres and minutes by zone, site and mode, and the codes of what was found."""
    zones, sites = places("zone_id", **zones), places("site_id", **sites)
    roads, faults = read_roads(path, around=zones if around else None)
    assert faults == []
    table, findings = travel_table(zones, sites, roads.to_crs(CRS), modes)
    return table.set_index(["zone_id", "site_id", "mode"]), findings


def between(path, start, end, *modes):
    """Return metres by mode from one place to another; modes without a way are left out."""
    table, _ = measured(path, {"z": start}, {"s": end}, *modes)
    return table["metres"].loc["z", "s"].to_dict() if len(table) else {}


def there_and_back(path, start, end, mode):
    there, back = between(path, start, end, mode), between(path, end, start, mode)
    return there.get(mode.name), back.get(mode.name)


def near(metres):
    """To a thousandth, as the drawing is, and the metre of a gate."""
    return pytest.approx(metres, rel=2e-3)


def test_a_street_is_walked_cycled_and_driven(tmp_path):
    path = extract(tmp_path, LINE, {9: ([1, 2, 3], STREET)})
    table, findings = measured(path, {"z": (0, 0)}, {"s": (1000, 0)}, WALK, CYCLE, BUS, DRIVE)
    assert table["metres"].tolist() == [near(1000)] * 4
    assert table["minutes"].tolist() == [near(15), near(5), near(12.4), near(2.4)]
    assert findings == []


def test_a_one_way_street_is_driven_one_way_and_walked_both(tmp_path):
    path = extract(tmp_path, LINE, {9: ([1, 2, 3], STREET | {"oneway": "yes"})})
    assert there_and_back(path, (0, 0), (1000, 0), WALK) == (near(1000), near(1000))
    roads = {
        9: ([1, 2, 3], STREET | {"oneway": "yes"}),
        10: ([3, 4, 1], STREET | {"oneway": "yes"}),
    }
    ring = extract(tmp_path, LINE | {4: (500, 866)}, roads)
    assert there_and_back(ring, (0, 0), (1000, 0), DRIVE) == (near(1000), near(2000))


def test_a_roundabout_is_driven_round(tmp_path):
    nodes = {1: (0, 0), 2: (100, -100), 3: (200, 0), 4: (100, 100)}
    ring = {9: ([1, 2, 3, 4, 1], STREET | {"junction": "roundabout"})}
    path = extract(tmp_path, nodes, ring)
    assert there_and_back(path, (0, 0), (100, -100), DRIVE) == (near(141.4), near(424.3))


def test_roads_that_cross_without_a_shared_node_do_not_meet(tmp_path):
    nodes = LINE | {4: (500, -500), 5: (500, -50), 6: (500, 50), 7: (500, 500)}
    bridge = {10: ([5, 6], STREET | {"bridge": "yes", "layer": "1"})}
    ends = {9: ([1, 2, 3], STREET), 11: ([4, 5], STREET), 12: ([6, 7], STREET)}
    path = extract(tmp_path, nodes, ends | bridge)
    assert between(path, (500, -500), (500, 500), DRIVE) == {"drive": near(1000)}
    assert between(path, (0, 0), (500, 500), DRIVE) == {}


def test_two_nodes_at_one_place_are_two_places(tmp_path):
    nodes = LINE | {4: (500, -500), 5: (500, 0), 6: (500, 500)}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([4, 5, 6], STREET)})
    assert between(path, (0, 0), (500, 500), DRIVE) == {}


def test_roads_that_share_a_node_meet_there(tmp_path):
    nodes = LINE | {4: (500, 500)}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([2, 4], STREET)})
    assert between(path, (0, 0), (500, 500), DRIVE) == {"drive": near(1000)}


def test_a_bollard_stops_cars_and_nobody_else(tmp_path):
    nodes = LINE | {2: (500, 0, {"barrier": "bollard"})}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET)})
    reached = between(path, (0, 0), (1000, 0), WALK, CYCLE, BUS, DRIVE)
    assert reached == {"walk": near(1000), "cycle": near(1000)}


def test_a_bollard_where_two_ways_meet_stops_cars(tmp_path):
    nodes = LINE | {2: (500, 0, {"barrier": "bollard"})}
    path = extract(tmp_path, nodes, {9: ([1, 2], STREET), 10: ([2, 3], STREET)})
    assert between(path, (0, 0), (1000, 0), WALK, DRIVE) == {"walk": near(1000)}


def test_a_bollard_at_a_corner_bars_the_lane_and_not_the_main_road(tmp_path):
    nodes = LINE | {2: (500, 0, {"barrier": "bollard"}), 4: (500, 500)}
    ways = {9: ([1, 2, 3], {"highway": "secondary"}), 10: ([2, 4], {"highway": "service"})}
    path = extract(tmp_path, nodes, ways)
    assert between(path, (0, 0), (1000, 0), DRIVE) == {"drive": near(1000)}
    assert between(path, (0, 0), (500, 500), WALK, DRIVE) == {"walk": near(1000)}


def test_a_footpath_at_a_bollard_does_not_open_it(tmp_path):
    nodes = LINE | {2: (500, 0, {"barrier": "bollard"}), 4: (500, 500)}
    ways = {9: ([1, 2, 3], STREET), 10: ([2, 4], {"highway": "footway"})}
    path = extract(tmp_path, nodes, ways)
    assert between(path, (0, 0), (1000, 0), WALK, DRIVE) == {"walk": near(1000)}


def test_a_barrier_at_the_end_of_a_road_closes_nothing(tmp_path):
    nodes = LINE | {3: (1000, 0, {"barrier": "gate", "access": "no"})}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET)})
    assert between(path, (0, 0), (1000, 0), DRIVE) == {"drive": near(1000)}


def test_a_ferry_is_taken_at_its_own_pace(tmp_path):
    nodes = LINE | {4: (3000, 0), 5: (4000, 0)}
    ways = {
        9: ([1, 2, 3], STREET),
        10: ([3, 4], {"route": "ferry", "duration": "10"}),
        11: ([4, 5], STREET),
    }
    path = extract(tmp_path, nodes, ways)
    table, _ = measured(path, {"z": (0, 0)}, {"s": (4000, 0)}, WALK, DRIVE)
    assert table["minutes"].to_dict() == {("z", "s", "walk"): near(15 + 10 + 15)}


def test_nobody_gets_on_a_motorway_but_at_its_ends(tmp_path):
    nodes = {1: (0, 0), 2: (4000, 0), 3: (0, -300), 4: (4000, -300)}
    ways = {
        8: ([3, 1], STREET),
        9: ([1, 2], {"highway": "motorway", "oneway": "no"}),
        10: ([2, 4], STREET),
    }
    path = extract(tmp_path, nodes, ways)
    assert between(path, (2000, 0), (4000, -300), DRIVE)["drive"] > 2000


def test_what_the_extract_cuts_off_is_not_bridged(tmp_path):
    path = extract(tmp_path, LINE, {9: ([1, 77, 3, 2], STREET)})
    assert between(path, (0, 0), (1000, 0), DRIVE)["drive"] > 990
    roads, _ = read_roads(path)
    assert roads["road_id"].tolist() == ["9"]
    assert roads.to_crs(CRS).length.sum() == near(500)


def test_a_place_at_an_island_is_led_past_it_and_told_of(tmp_path):
    nodes = LINE | {4: (0, 300), 5: (40, 300)}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([4, 5], {"highway": "path"})})
    table, findings = measured(path, {"z": (0, 310)}, {"s": (1000, 0)}, WALK)
    assert table["metres"].tolist() == [near(1310)]
    assert [(one.code, one.value) for one in findings] == [("N03", "z")]
    assert "0.0 km (walk); the main network is 310 m away" in findings[0].why.en


def test_an_island_with_a_school_of_its_own_is_kept(tmp_path):
    nodes = {1: (0, 0), 2: (40_000, 0), 4: (0, 300), 5: (1100, 300)}
    path = extract(tmp_path, nodes, {9: ([1, 2], STREET), 10: ([4, 5], STREET)})
    table, findings = measured(path, {"z": (0, 300)}, {"s": (1100, 300)}, WALK)
    assert table["metres"].tolist() == [near(1100)]
    assert findings == []


def test_a_yard_with_a_zone_and_a_school_is_no_island_of_their_own(tmp_path):
    nodes = LINE | {4: (0, 50), 5: (40, 50)}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([4, 5], STREET)})
    sites = {"a": (40, 50), "b": (1000, 0)}
    table, _ = measured(path, {"z": (0, 50)}, sites, WALK)
    assert table["metres"].tolist() == [near(50 + 64.03), near(50 + 1000)]


def test_a_place_led_past_an_island_starts_beside_the_road_and_not_at_its_next_crossing(tmp_path):
    nodes = {1: (0, 0), 2: (6000, 0), 4: (3000, 60), 5: (3040, 60)}
    path = extract(tmp_path, nodes, {9: ([1, 2], STREET), 10: ([4, 5], STREET)})
    table, _ = measured(path, {"z": (3000, 70)}, {"s": (6000, 0)}, WALK)
    assert table["metres"].tolist() == [near(70 + 3000)]


def test_an_island_across_the_water_is_not_led_ashore(tmp_path):
    nodes = LINE | {4: (0, 800), 5: (40, 800)}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([4, 5], STREET)})
    table, findings = measured(path, {"z": (0, 800)}, {"s": (1000, 0)}, WALK)
    assert table.empty
    assert [one.code for one in findings] == ["N03", "N02"]


def test_no_half_of_a_parted_network_is_taken_for_an_island(tmp_path):
    nodes = LINE | {4: (0, 300), 5: (900, 300)}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([4, 5], STREET)})
    table, findings = measured(path, {"z": (0, 300)}, {"s": (0, 0)}, WALK)
    assert table.empty
    assert [one.code for one in findings] == ["N01", "N02"]


def test_a_place_far_from_every_road_is_told_of(tmp_path):
    path = extract(tmp_path, LINE, {9: ([1, 2, 3], STREET)})
    table, findings = measured(path, {"z": (0, 1500)}, {"s": (1000, 0)}, WALK)
    assert table["metres"].tolist() == [near(2500)]
    assert [(one.code, one.value) for one in findings] == [("N49", "z")]


def test_a_place_is_told_of_by_its_own_id(tmp_path):
    roads, _ = read_roads(extract(tmp_path, LINE, {9: ([1, 2, 3], STREET)}))
    far = places("site_id", s=(1000, 1500))
    far.insert(0, "parent_id", "p")
    _, findings = travel_table(places("zone_id", z=(0, 0)), far, roads.to_crs(CRS), [WALK])
    assert [(one.code, one.column, one.value) for one in findings] == [("N49", "site_id", "s")]


def test_only_roads_around_the_zones_are_read(tmp_path):
    nodes = LINE | {4: (40_000, 0), 5: (41_000, 0)}
    path = extract(tmp_path, nodes, {9: ([1, 2, 3], STREET), 10: ([4, 5], STREET)})
    roads, _ = read_roads(path, around=places("zone_id", z=(0, 0)))
    assert roads["road_id"].tolist() == ["9"]


def refused(path, **options):
    """Return the codes and words of a file that is refused."""
    roads, findings = read_roads(path, name="county.osm.pbf", **options)
    assert len(roads) == 0
    assert {one.file for one in findings} == {"county.osm.pbf"}
    return [(one.code, one.why.en) for one in findings]


def test_roads_of_another_county_are_refused(tmp_path):
    path = extract(tmp_path, LINE, {9: ([1, 2, 3], STREET)})
    [(code, _)] = refused(path, around=places("zone_id", z=(90_000, 0)))
    assert code == "N37"


def test_an_extract_without_roads_is_refused(tmp_path):
    path = extract(tmp_path, {1: (0, 0, {"place": "village"})}, {})
    [(code, why)] = refused(path)
    assert code == "N43"
    assert "no road" in why


def test_an_extract_without_the_nodes_of_its_roads_is_refused(tmp_path):
    path = extract(tmp_path, {}, {9: ([1, 2, 3], STREET)})
    [(code, why)] = refused(path)
    assert code == "N43"
    assert "no road with its nodes" in why


def test_a_file_that_is_no_extract_is_refused(tmp_path):
    path = tmp_path / "page.osm.pbf"
    path.write_text("<!DOCTYPE html><html>Not found</html>", encoding="utf-8")
    [(code, why)] = refused(path)
    assert code == "N43"
    assert "no .osm.pbf file" in why


@pytest.mark.parametrize("lost", [1, 7, 40])
def test_an_extract_that_breaks_off_is_refused(tmp_path, lost):
    path = extract(tmp_path, LINE, {9: ([1, 2, 3], STREET)})
    path.write_bytes(path.read_bytes()[:-lost])
    [(code, why)] = refused(path)
    assert code == "N43"
    assert "missing" in why


def test_a_damaged_extract_is_refused(tmp_path):
    path = extract(tmp_path, LINE, {9: ([1, 2, 3], STREET)})
    data = bytearray(path.read_bytes())
    data[-20:-10] = bytes(10)
    path.write_bytes(bytes(data))
    [(code, _)] = refused(path)
    assert code == "N43"


def test_a_missing_file_is_refused(tmp_path):
    [(code, _)] = refused(tmp_path / "none.osm.pbf")
    assert code == "C35"


def test_villages_schools_and_buildings_are_read_as_points(tmp_path):
    nodes = {
        1: (0, 0, {"place": "village", "name": "甲", "population": "430"}),
        **{2: (100, 100), 3: (140, 100), 4: (140, 140), 5: (100, 140)},
    }
    path = extract(
        tmp_path, nodes, {9: ([2, 3, 4, 5, 2], {"amenity": "school", "building": "yes"})}
    )
    found = read_places(path)
    assert found[["osm_id", "key", "value", "name", "population"]].to_numpy().tolist() == [
        ["n1", "place", "village", "甲", 430],
        ["w9", "amenity", "school", "", 0],
    ]
    middle = places("id", m=(120, 120)).geometry.iloc[0]
    assert found.to_crs(CRS).geometry.iloc[1].distance(middle) < 0.1


def test_places_of_a_file_that_is_no_extract_are_refused(tmp_path):
    path = tmp_path / "none.osm.pbf"
    path.write_bytes(b"none")
    with pytest.raises(FindingError, match="N43"):
        read_places(path)
