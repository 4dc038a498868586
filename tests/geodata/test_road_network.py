import numpy as np
import pytest

from geodata.findings import FindingError
from geodata.road_network import build_network
from tests.support.layers import roads


def codes(findings):
    return [finding.code for finding in findings]


def test_roads_that_share_a_vertex_meet_there():
    network, findings = build_network(roads([(0, 0), (50, 0), (100, 0)], [(50, 0), (50, 80)]))
    assert sorted(network.metres) == [50, 50, 80]
    assert len(network.nodes) == 4
    assert findings == []


def test_roads_that_cross_without_a_vertex_do_not_meet():
    network, findings = build_network(roads([(0, 0), (100, 0)], [(50, -50), (50, 50)]))
    assert len(network.metres) == 2
    assert codes(findings) == ["N01"]


def test_a_bend_is_no_crossing_and_its_length_counts():
    network, _ = build_network(roads([(0, 0), (30, 40), (60, 0)]))
    assert len(network.nodes) == 2
    assert network.metres.tolist() == [100]


def test_ends_two_metres_apart_are_joined_and_listed():
    network, findings = build_network(roads([(0, 0), (100, 0)], [(101.5, 0), (200, 0)]))
    assert network.component.max() == 0
    assert codes(findings) == ["N14"]


def test_ends_three_metres_apart_stay_apart_and_the_parts_are_told():
    _, findings = build_network(roads([(0, 0), (100, 0)], [(103, 0), (2103, 0)]))
    assert codes(findings) == ["N01"]
    assert "2 separate parts: 2.0 km, 0.1 km" in findings[0].why.en


def test_a_snapping_distance_that_merges_streets_is_refused():
    with pytest.raises(FindingError) as error:
        build_network(roads([(0, 0), (100, 0)]), snap_metres=20)
    assert codes(error.value.findings) == ["N15"]


def test_loops_and_stubs_are_left_out_and_counted():
    network, findings = build_network(
        roads([(0, 0), (100, 0)], [(100, 0), (150, 50), (150, -50), (100, 0)], [(0, 0), (0, 1)])
    )
    assert network.metres.tolist() == [100]
    assert codes(findings) == ["N06", "N12", "N14"]


def test_a_network_of_one_way_roads_only_is_refused():
    lines = [[(i * 100, 0), (i * 100 + 100, 0)] for i in range(12)]
    _, findings = build_network(roads(*lines, oneway=1))
    assert codes(findings) == ["N04"]


def test_node_numbers_do_not_depend_on_the_order_of_the_file():
    lines = [[(0, 0), (100, 0)], [(100, 0), (100, 90)], [(100, 0), (220, 5)], [(0, 0), (0, 70)]]
    one, _ = build_network(roads(*lines))
    other, _ = build_network(roads(*lines[::-1]))
    assert np.array_equal(one.nodes, other.nodes)
    assert sorted(zip(one.tail, one.head, one.metres, strict=True)) == sorted(
        zip(other.tail, other.head, other.metres, strict=True)
    )


def test_the_longest_part_is_number_zero():
    network, _ = build_network(roads([(0, 0), (10, 0)], [(500, 0), (900, 0)]))
    assert network.component_metres.tolist() == [400, 10]
    assert network.component[network.nodes[:, 0] > 500_400].tolist() == [0, 0]
