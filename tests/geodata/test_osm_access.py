import pytest

from geodata.osm import MODES, barrier_passes, directions, road_class, speeds

NONE, ALONG, AGAINST, BOTH = 0, 1, 2, 3


def ways(**tags):
    """Return the directions of walk, cycle, bus and drive; `__` in a key stands for a colon."""
    named = {key.replace("__", ":"): value for key, value in tags.items()}
    return tuple(directions(named)[mode] for mode in MODES)


@pytest.mark.parametrize(
    ("highway", "expected"),
    [
        ("motorway", (NONE, NONE, ALONG, ALONG)),
        ("trunk", (BOTH, BOTH, BOTH, BOTH)),
        ("residential", (BOTH, BOTH, BOTH, BOTH)),
        ("busway", (NONE, NONE, BOTH, NONE)),
        ("track", (BOTH, BOTH, NONE, NONE)),
        ("cycleway", (BOTH, BOTH, NONE, NONE)),
        ("footway", (BOTH, NONE, NONE, NONE)),
        ("steps", (BOTH, NONE, NONE, NONE)),
        ("construction", (NONE, NONE, NONE, NONE)),
    ],
)
def test_a_class_says_who_may_use_it(highway, expected):
    assert ways(highway=highway) == expected


def test_a_firm_track_is_a_road():
    assert ways(highway="track", tracktype="grade1") == (BOTH, BOTH, BOTH, BOTH)


def test_nobody_walks_on_a_motor_road():
    assert ways(highway="trunk", motorroad="yes") == (NONE, NONE, BOTH, BOTH)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"access": "private"}, (NONE, NONE, NONE, NONE)),
        ({"access": "no", "foot": "yes"}, (BOTH, NONE, NONE, NONE)),
        ({"vehicle": "no"}, (BOTH, NONE, NONE, NONE)),
        ({"vehicle": "no", "bicycle": "yes"}, (BOTH, BOTH, NONE, NONE)),
        ({"motor_vehicle": "no"}, (BOTH, BOTH, NONE, NONE)),
        ({"motor_vehicle": "agricultural"}, (BOTH, BOTH, NONE, NONE)),
        ({"motor_vehicle": "no", "psv": "yes"}, (BOTH, BOTH, BOTH, NONE)),
        ({"psv": "yes", "bus": "no"}, (BOTH, BOTH, NONE, BOTH)),
        ({"motorcar": "no"}, (BOTH, BOTH, NONE, NONE)),
        ({"motorcar": "no", "bus": "yes"}, (BOTH, BOTH, BOTH, NONE)),
        ({"motor_vehicle": "no", "motorcar": "yes"}, (BOTH, BOTH, BOTH, BOTH)),
        ({"access": "destination"}, (BOTH, BOTH, BOTH, BOTH)),
        ({"access": "no", "motor_vehicle": "strange"}, (NONE, NONE, NONE, NONE)),
    ],
)
def test_the_most_specific_known_tag_decides(tags, expected):
    assert ways(highway="residential", **tags) == expected


def test_a_footway_that_cycles_may_use_is_no_road():
    assert ways(highway="footway", bicycle="yes") == (BOTH, BOTH, NONE, NONE)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"oneway": "yes"}, (BOTH, ALONG, ALONG, ALONG)),
        ({"oneway": "-1"}, (BOTH, AGAINST, AGAINST, AGAINST)),
        ({"oneway": "reversible"}, (BOTH, NONE, NONE, NONE)),
        ({"junction": "roundabout"}, (BOTH, ALONG, ALONG, ALONG)),
        ({"junction": "roundabout", "oneway": "no"}, (BOTH, BOTH, BOTH, BOTH)),
        ({"oneway": "yes", "oneway__bicycle": "no"}, (BOTH, BOTH, ALONG, ALONG)),
        ({"oneway": "yes", "cycleway": "opposite_lane"}, (BOTH, BOTH, ALONG, ALONG)),
        ({"oneway": "yes", "cycleway__left__oneway": "-1"}, (BOTH, BOTH, ALONG, ALONG)),
        ({"oneway": "yes", "oneway__psv": "no"}, (BOTH, ALONG, BOTH, ALONG)),
        ({"oneway": "yes", "busway": "opposite_lane"}, (BOTH, ALONG, BOTH, ALONG)),
        ({"oneway__motor_vehicle": "yes"}, (BOTH, BOTH, ALONG, ALONG)),
        ({"oneway": "yes", "oneway__foot": "yes"}, (ALONG, ALONG, ALONG, ALONG)),
        ({"motor_vehicle__backward": "no"}, (BOTH, BOTH, ALONG, ALONG)),
        ({"oneway": "yes", "bicycle__backward": "yes"}, (BOTH, BOTH, ALONG, ALONG)),
    ],
)
def test_one_way_holds_for_those_it_is_meant_for(tags, expected):
    assert ways(highway="tertiary", **tags) == expected


def test_a_ferry_takes_cars_only_where_it_says_so():
    assert ways(route="ferry") == (BOTH, BOTH, NONE, NONE)
    assert ways(route="ferry", motor_vehicle="yes") == (BOTH, BOTH, BOTH, BOTH)


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"barrier": "bollard"}, {"walk", "cycle"}),
        ({"barrier": "bollard", "bus": "yes"}, {"walk", "cycle", "bus"}),
        ({"barrier": "gate"}, set(MODES)),
        ({"barrier": "gate", "access": "private"}, set()),
        ({"barrier": "gate", "access": "private", "foot": "yes"}, {"walk"}),
        ({"barrier": "gate", "locked": "yes"}, {"walk", "cycle"}),
        ({"barrier": "stile"}, {"walk"}),
        ({"barrier": "bus_trap"}, {"walk", "cycle", "bus"}),
        ({"barrier": "fence"}, set()),
        ({"barrier": "cattle_grid"}, set(MODES)),
    ],
)
def test_a_barrier_stops_those_it_is_meant_for(tags, expected):
    assert barrier_passes(tags) == expected


@pytest.mark.parametrize(
    ("tags", "kmh"),
    [
        ({"highway": "primary"}, 60),
        ({"highway": "primary", "maxspeed": "50"}, 50),
        ({"highway": "primary", "maxspeed": "100"}, 60),
        ({"highway": "primary", "maxspeed": "20 mph"}, 20 * 1.609344),
        ({"highway": "primary", "maxspeed": "CN:urban"}, 50),
        ({"highway": "primary", "maxspeed": "DE:zone30"}, 30),
        ({"highway": "primary", "maxspeed": "none"}, 60),
        ({"highway": "primary", "maxspeed:forward": "40", "maxspeed:backward": "30"}, 30),
        ({"highway": "tertiary", "surface": "gravel"}, 30),
        ({"highway": "unclassified", "surface": "mud"}, 10),
        ({"highway": "track", "tracktype": "grade5"}, 10),
    ],
)
def test_a_road_is_as_fast_as_its_class_limit_and_surface_allow(tags, kmh):
    assert speeds(tags, 1000.0)["drive"] == pytest.approx(kmh)


def test_a_walker_is_slower_only_on_steps():
    assert speeds({"highway": "footway", "surface": "mud"}, 100.0)["walk"] == float("inf")
    assert speeds({"highway": "steps"}, 100.0)["walk"] == 2


def test_a_cycle_is_slowed_by_the_ground_and_pushed_up_steps():
    assert speeds({"highway": "residential"}, 100.0)["cycle"] == 15
    assert speeds({"highway": "path", "surface": "dirt"}, 100.0)["cycle"] == 8
    assert speeds({"highway": "steps"}, 100.0)["cycle"] == 4


@pytest.mark.parametrize(
    ("duration", "kmh"), [("10", 12), ("0:10", 12), ("00:10:00", 12), ("PT10M", 12), ("soon", 8)]
)
def test_a_ferry_takes_as_long_as_it_says(duration, kmh):
    tags = {"route": "ferry", "duration": duration}
    assert speeds(tags, 2000.0) == pytest.approx(dict.fromkeys(MODES, kmh))


def test_maps_draw_ways_by_the_classes_of_a_study():
    drawn = [road_class({"highway": kind}) for kind in ("trunk_link", "residential", "path")]
    assert [*drawn, road_class({"route": "ferry"})] == ["primary", "street", "track", "ferry"]
