"""Departures and arrivals become moves from one site to another."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from optimizer.methods.pairing import pair_any, pair_apart


def test_nobody_is_paired_with_their_own_site():
    pairs = pair_apart({0: 2, 1: 1}, {0: 1, 1: 2}, 3)
    assert pairs == {(0, 1): 2, (1, 0): 1}


def test_only_so_many_are_paired_and_the_rest_is_left():
    pairs = pair_apart({0: 3}, {0: 1, 2: 4}, 2)
    assert pairs == {(0, 2): 2}


def test_what_cannot_be_paired_is_told():
    with pytest.raises(ValueError, match="cannot be paired"):
        pair_apart({0: 2, 1: 1}, {0: 2, 1: 1}, 3)


@pytest.mark.parametrize("seed", range(30))
def test_pairs_exist_whenever_no_site_holds_more_than_the_rest(seed):
    rng = np.random.default_rng(seed)
    leave, come = rng.integers(0, 4, (2, 4))
    number = int(min(leave.sum(), come.sum(), leave.sum() + come.sum() - (leave + come).max()))
    ends = Counter(dict(enumerate(leave.tolist()))), Counter(dict(enumerate(come.tolist())))
    pairs = pair_apart(*ends, number)
    assert sum(pairs.values()) == number
    for side, given in enumerate(ends):
        used: Counter[int] = Counter()
        for pair, many in pairs.items():
            assert pair[0] != pair[1]
            used[pair[side]] += many
        assert all(used[site] <= given[site] for site in used)


def test_ends_of_different_sites_are_paired_in_site_order():
    assert pair_any({3: 1, 1: 2}, {5: 1, 0: 2}) == {(1, 0): 2, (3, 5): 1}


def test_ends_that_differ_in_number_are_refused():
    with pytest.raises(ValueError, match="argument 2 is"):
        pair_any({1: 2}, {0: 1})
