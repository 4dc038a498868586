"""Keep few entrants from being sent elsewhere than the year before (K2); compiled.

Moves are priced by reassignment. Where too many are sent elsewhere, the price of that year is
raised until zones stay; what still is too much makes a candidate dear.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.compiled import njit
from optimizer.domain import Problem
from optimizer.evaluate import split_today
from optimizer.methods.by_site.arrays import Floats
from optimizer.methods.by_site.site_costs import PUPILS, ROOM_SHORT, Ground, Network, State

ROUNDS = 6
FIRST, STEEPER = 1_000.0, 4.0
"""Yuan an entrant by which the price of a year with too many rises first; its growth a round."""


class Calm(NamedTuple):
    """The limit: (L, T) pupils, and (Z, L) share of a zone that counts for nothing in t0."""

    most: Floats
    excused: Floats


def make_calm(problem: Problem) -> Calm | None:
    """Lay out the limit; None where there is none."""
    policy, entrants = problem.policy, problem.demand.entrants
    if policy.stability is None or not policy.on("catchments"):
        return None
    most = policy.stability * np.where(entrants >= PUPILS, entrants, 0.0).sum(axis=0)
    return Calm(most, split_today(problem) * policy.keeps_zones_whole)


@njit
def sent_elsewhere(calm, ground, network, state):  # type: ignore[no-untyped-def]
    """(L, T) entrants that count against the limit."""
    zones, levels, years = ground.size.shape
    sent = np.zeros((levels, years))
    for zone in range(zones):
        for level in range(levels):
            for t in range(years):
                number = ground.size[zone, level, t]
                if number <= PUPILS:
                    continue
                here, part = state.site[zone, level, t], 0.0
                if t == 0:
                    cell = zone * levels + level
                    for k in range(ground.before[cell], ground.before[cell + 1]):
                        site = ground.before_site[k]
                        if site != here and network.runs[site, level, 0]:
                            part += ground.before_share[k]
                    part = max(0.0, part - calm.excused[zone, level])
                elif ground.size[zone, level, t - 1] > PUPILS:
                    last = state.site[zone, level, t - 1]
                    if last != here and last >= 0 and network.runs[last, level, t]:
                        part = 1.0
                sent[level, t] += part * number
    return sent


def excess(calm: Calm, ground: Ground, network: Network, state: State) -> Floats:
    """(T,) entrants of any level above the limit."""
    over = sent_elsewhere(calm, ground, network, state) - calm.most
    result: Floats = np.where(over > PUPILS, over, 0.0).sum(axis=0)
    return result


def pressed(ground: Ground, over: Floats, attempt: int) -> Ground:
    """Return the ground with a higher price of reassignment in years with too many."""
    rise = FIRST * STEEPER**attempt * (over > 0)
    return ground._replace(reassign_price=ground.reassign_price + rise)


def penalty(over: Floats) -> float:
    """Yuan that entrants above the limit add to a candidate."""
    return ROOM_SHORT * float(over.sum())
