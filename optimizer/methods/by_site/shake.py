"""Empty a class of one cohort at a school, or fill one, and let the neighbours make room; compiled.

A change between two schools seldom pays where all classes near are full or cost the same. Here a
school first gives or takes the zones that a class hangs on, whatever that costs; then the cohort is
divided anew between the schools that this crowded or emptied and their neighbours, and all of it
stays only if it is cheaper in the end.
"""

from __future__ import annotations

import numpy as np

from optimizer.compiled import njit
from optimizer.methods.by_site.exchange import PAYS, exchange, preference, stays, takes_in
from optimizer.methods.by_site.moves import force_move, may_attend
from optimizer.methods.by_site.site_costs import PUPILS

FARTHEST = 0.75
"""Part of a class that is moved at most to empty or to fill one."""


@njit
def cheapest_other(zone, level, cohort, near, ground, network, state):  # type: ignore[no-untyped-def]
    """Site of `near` to which a zone's cohort goes at least cost, -1: none; yuan by which."""
    here = state.site[zone, level, cohort]
    best, target = np.inf, -1
    for site in near:
        if not takes_in(zone, level, site, ground):
            continue
        if not may_attend(zone, level, cohort, site, ground, network):
            continue
        money = preference(zone, level, cohort, site, here, ground, network, state)
        if money < best:
            best, target = money, site
    return target, best


@njit
def list_offers(site, level, cohort, gives, near, ground, network, state, offers):  # type: ignore[no-untyped-def]
    """List zones that the site may give to (or take from) its neighbours, cheapest a pupil first.

    `offers` are arrays zone, target, pupils (Z,); returns how many there are.
    """
    zone_of, target_of, pupils = offers
    count = 0
    money = np.empty(len(ground.size))
    alone = np.full(1, site)
    for zone in range(len(ground.size)):
        here, number = state.site[zone, level, cohort], ground.size[zone, level, cohort]
        if number <= PUPILS or (here == site) != gives:
            continue
        if not gives and not np.any(near == here):
            continue
        reach = near if gives else alone
        target, cost = cheapest_other(zone, level, cohort, reach, ground, network, state)
        if target >= 0:
            zone_of[count], target_of[count], pupils[count] = zone, target, number
            money[count] = cost / number
            count += 1
    order = np.argsort(money[:count])
    zone_of[:count] = zone_of[:count][order]
    target_of[:count] = target_of[:count][order]
    pupils[:count] = pupils[:count][order]
    return count


@njit
def shake(site, level, cohort, gives, near, offers, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Empty (or fill) a class of a cohort at a site, divide anew around it; returns the gain.

    `near` (S, .) lists the neighbours of each site, ended by -1.
    """
    row = state.pupils.shape[1] - len(ground.discount) + cohort
    block = site * ground.grades.shape[0] + level
    cap, there = ground.cap[block], state.pupils[block, row, cohort]
    beyond = there - cap * np.floor(there / cap)
    wanted = beyond if gives else cap - beyond
    if there <= PUPILS or wanted > FARTHEST * cap:
        return 0.0
    around = near[site][near[site] >= 0]
    count = list_offers(site, level, cohort, gives, around, ground, network, state, offers)
    before = state.site[:, level, cohort].copy()
    change, moved = 0.0, 0.0
    touched = np.zeros(len(state.cost), dtype=np.bool_)
    for k in range(count):
        zone, target, pupils = offers[0][k], offers[1][k], offers[2][k]
        if moved >= wanted:
            break
        if not gives and moved + pupils > wanted:
            continue
        touched[target if gives else before[zone]] = True
        change += force_move(zone, level, cohort, target, ground, network, state, classes)
        moved += pupils
    scratch = np.empty(len(ground.size), dtype=np.int64)
    for other in around:
        if touched[other]:
            change -= _divide_around(
                other, site, level, cohort, near, scratch, ground, network, state, classes
            )
    if moved > 0.0:
        change -= _divide_around(
            site, -1, level, cohort, near, scratch, ground, network, state, classes
        )
    if change < -PAYS:
        return -change
    for zone in range(len(before)):
        if state.site[zone, level, cohort] != before[zone]:
            force_move(zone, level, cohort, before[zone], ground, network, state, classes)
    return 0.0


@njit
def _divide_around(site, but, level, cohort, near, scratch, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Divide a cohort anew between a site and each neighbour but one; returns the gain."""
    gain = 0.0
    for other in near[site]:
        if other < 0:
            break
        if other != but and stays(other, level, cohort, ground, network):
            gain += exchange(site, other, level, cohort, scratch, ground, network, state, classes)
    return gain


@njit
def shake_all(sites, near, ground, network, state, classes):  # type: ignore[no-untyped-def]
    """Shake every cohort of a list of sites both ways; `near` (L, S, .); returns the gain."""
    zones, levels, years = ground.size.shape
    offers = (
        np.empty(zones, dtype=np.int64),
        np.empty(zones, dtype=np.int64),
        np.empty(zones),
    )
    gain = 0.0
    for site in sites:
        for level in range(levels):
            for cohort in range(years):
                if not stays(site, level, cohort, ground, network):
                    continue
                for gives in (True, False):
                    gain += shake(
                        site, level, cohort, gives, near[level], offers,
                        ground, network, state, classes,
                    )  # fmt: skip
    return gain
