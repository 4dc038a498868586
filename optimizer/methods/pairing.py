"""Who moves where: departures and arrivals of a pool, told by their ends, made into pairs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

Ends = Mapping[int, int]
"""Teachers by site."""
Pair = tuple[int, int]
"""From site, to site."""


def pair_apart(leave: Ends, come: Ends, number: int) -> Counter[Pair]:
    """Pair so many of those who leave with those who come, nobody with their own site.

    The site that is hardest to place (most leaving and coming left) goes first, with the hardest
    partner; ties by site order. That succeeds whenever it can be done at all: while
    ``leave[j] + come[j] ≤ Σ leave + Σ come - number`` holds at every site, at most two sites meet
    it with equality, they can be paired with each other, and one step keeps it.

    Parameters
    ----------
    leave, come
        Teachers by site; not all need be paired.

    Raises
    ------
    ValueError
        If the condition does not hold.
    """
    leaving, coming, pairs = Counter(dict(leave)), Counter(dict(come)), Counter[Pair]()
    for _ in range(number):
        one = _hardest_pair(leaving, coming)
        if one is None:
            raise ValueError(f"{number} moves cannot be paired: {dict(leave)}, {dict(come)}")
        pairs[one] += 1
        leaving[one[0]] -= 1
        coming[one[1]] -= 1
    return pairs


def pair_any(leave: Ends, come: Ends) -> Counter[Pair]:
    """Pair those who leave with those who come, in site order; no site is on both sides.

    Raises
    ------
    ValueError
        If their numbers differ.
    """
    origins = [site for site, number in sorted(leave.items()) for _ in range(number)]
    receivers = [site for site, number in sorted(come.items()) for _ in range(number)]
    return Counter(zip(origins, receivers, strict=True))


def _hardest_pair(leaving: Ends, coming: Ends) -> Pair | None:
    weight = {
        site: leaving.get(site, 0) + coming.get(site, 0) for site in sorted({*leaving, *coming})
    }
    order = sorted(weight, key=lambda site: (-weight[site], site))
    for site in order:
        for other in order:
            if other != site and leaving.get(site, 0) > 0 and coming.get(other, 0) > 0:
                return site, other
            if other != site and leaving.get(other, 0) > 0 and coming.get(site, 0) > 0:
                return other, site
    return None
