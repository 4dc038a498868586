"""Roads drawn in odd ways: told, and used as they can be."""

from geodata.road_network import build_network
from tests.support.layers import roads


def test_roads_drawn_twice_are_counted():
    line = [(0, 0), (1000, 0)]
    _, findings = build_network(roads(line, line, [(1000, 0), (2000, 0)]))
    assert [(one.code, one.severity.value) for one in findings] == [("N11", "warning")]
