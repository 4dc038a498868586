"""What a tree has proven, and which of its nodes a reader needs."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.domain import Certificate
from optimizer.methods.branch_record import KIND, Looked, Record, most_nodes
from optimizer.methods.by_site.frame import Multipliers
from tests.optimizer.test_branched import scarce_places
from tests.support.random_counties import random_county

PARTS = np.array([60.0, 40.0])
ROOT = Certificate("by_site", (), (), {}, PARTS)


def looked(parent: int, runs: bool, value: float, **changes: float) -> Looked:
    """Return a node at which nothing is decided, and whose multipliers say its value."""
    prices = Multipliers(*(np.full(2, value) for _ in Multipliers._fields))
    found = {"others": np.inf, "rest": value} | changes
    return Looked(
        parent=parent,
        site=7,
        runs=runs,
        value=value,
        multipliers=prices,
        decided=np.zeros((0, 2), dtype=int),
        **found,
    )


def record(*nodes: Looked, most: int = 9) -> Record:
    kept = Record(100.0, most)
    for node in nodes:
        kept.add(node)
    return kept


def test_the_lesser_of_two_ways_is_proven() -> None:
    assert record(looked(0, True, 130.0), looked(0, False, 120.0)).certified() == 120.0


def test_nodes_further_down_raise_the_way_that_they_hang_from() -> None:
    two = (looked(0, True, 130.0), looked(0, False, 110.0))
    assert record(*two, looked(2, True, 115.0), looked(2, False, 140.0)).certified() == 115.0


def test_a_node_is_worth_no_less_than_its_own_multipliers_say() -> None:
    two = (looked(0, True, 130.0), looked(0, False, 110.0))
    assert record(*two, looked(2, True, 105.0), looked(2, False, 140.0)).certified() == 110.0


@pytest.mark.parametrize(("others", "proven"), [(117.0, 117.0), (150.0, 125.0), (90.0, 110.0)])
def test_what_is_decided_counts_with_its_other_ways(others: float, proven: float) -> None:
    decided = looked(0, False, 110.0, others=others, rest=125.0)
    assert record(looked(0, True, 130.0), decided).certified() == proven


def test_a_node_beyond_the_most_counts_as_the_one_above() -> None:
    two = (looked(0, True, 130.0), looked(0, False, 120.0))
    assert record(*two, most=1).certified() == 100.0
    assert record(*two, most=0).certified() == 100.0


def test_fewer_nodes_are_kept_where_a_reader_needs_longer_for_each() -> None:
    places = scarce_places(0, None)
    policy = replace(places.policy, families_off=places.policy.families_off - {"class_size"})
    assert most_nodes(places) == 10 * most_nodes(replace(places, policy=policy)) > 1000
    assert most_nodes(random_county(0, years=2)) == 0


def test_a_tree_that_proves_nothing_leaves_the_certificate_as_it_is() -> None:
    assert record(looked(0, True, 130.0), looked(0, False, 100.0)).on(ROOT) is ROOT
    assert record().on(ROOT) is ROOT


def test_nodes_below_one_that_proves_enough_are_left_out_and_the_others_renumbered() -> None:
    tree = record(
        looked(0, True, 130.0),
        looked(0, False, 110.0),
        looked(1, True, 140.0),  # 130 above it is more than the 112 of the whole
        looked(1, False, 141.0),
        looked(2, True, 112.0),
        looked(2, False, 150.0),
    )
    certificate = tree.on(ROOT)
    assert tree.certified() == 112.0
    assert certificate.kind == KIND
    assert certificate.tree is not None
    assert certificate.tree.parent.tolist() == [0, 0, 2, 2]
    assert certificate.tree.runs.tolist() == [True, False, True, False]
    assert certificate.tree.multipliers["zone"][:, 0].tolist() == [130.0, 110.0, 112.0, 150.0]
    assert certificate.tree.decided.shape == (0, 3)
