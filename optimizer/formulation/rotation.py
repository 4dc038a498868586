r"""Rotation: who may be asked to move, and how many must (C24; T8, T9).

    eligible[p,j,t]:  departures[p,j,t] ≤ E[p,j,t]
    core[j,t]:        Σ_p departures[p,j,t] ≤ (1 - core_share) · Σ_p w[p,j,t-1]
    share[t]:         Σ departures[t] ≥ rotation_share · Σ E[t]
    key[t]:           Σ_key departures[t] ≥ min(key_share · Σ departures[t], Σ_key E[t])
    country[t]:       Σ_p moves[p,urban,rural,t] ≥ min(to_country, Σ E[t] at urban sites)
    town[t]:          Σ_p moves[p,rural,urban,t] ≥ min(to_town, Σ E[t] at rural sites)

with E[p,j,t] = base teachers long enough at j + arrivals of the years ≤ t - term_years - rotation
departures before t, 0 where the level does not run or did not the year before. Rights that are
known before the solve are rounded, since teachers are whole. Where either sum of a minimum may be
the lesser, a binary `least` says which holds; by `core` no more than 1 - core_share of all move.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimizer.formulation.parts import Columns, Linear, Row, Terms, declare, rows, total
from optimizer.formulation.staff_parts import RURAL, URBAN, Place, StaffParts, eligible_before

NAME = "rotation"
_WHOLE = 1e-6


def add(block: Any, parts: StaffParts) -> Terms:
    """Add the rows; no cost."""
    able = _eligible(parts)
    rows(
        block,
        "eligible",
        {
            parts.label(place): (None, parts.sum("departures", [place]).plus(line, -1.0), 0.0)
            for place, line in able.items()
        },
    )
    _core(block, parts)
    _share(block, parts, able)
    least: dict[str, dict[Any, tuple[Linear, Linear, Linear]]] = {
        "key": {},
        "country": {},
        "town": {},
    }
    for t in parts.window.years:
        year = parts.year(t)
        least["key"][year] = _key(parts, able, t)
        least["country"][year] = _across(parts, able, t, URBAN, RURAL)
        least["town"][year] = _across(parts, able, t, RURAL, URBAN)
    everyone = float(_everyone(parts))
    movers = (1.0 - parts.staffing.core_share) * everyone + 1.0
    for name, written in least.items():
        most = parts.staffing.key_share * min(movers, everyone) if name == "key" else everyone
        _at_least_the_lesser(block, parts, name, written, most)
    return {}


def _eligible(parts: StaffParts) -> dict[Place, Linear]:
    """E of every pool and site that keeps its level, where it may be more than 0."""
    before, term, first = eligible_before(parts), parts.staffing.term_years, parts.window.first
    able = {}
    for place in parts.places(parts.flow.runs & parts.flow.ran):
        if ("departures", *place) not in parts.variables:
            continue
        pool, site, t = place
        line = Linear().add(1.0, int(before[place]))
        served = [(pool, site, u) for u in range(first, t - term + 1)]
        line.plus(parts.sum("arrivals", served)).plus(parts.sum("hires", served))
        line.plus(parts.sum("reserve", [(pool, site, u - 1) for _, _, u in served]))
        line.plus(parts.sum("departures", [(pool, site, u) for u in range(first, t)]), -1.0)
        if t - term >= first:
            line.add(1.0, int(parts.window.reserve[pool, site]))
        able[place] = line
    return able


def _core(block: Any, parts: StaffParts) -> None:
    share, pools = 1.0 - parts.staffing.core_share, range(len(parts.staffing.pools))
    written: dict[Any, Row] = {}
    for t in parts.window.years:
        for site in range(len(parts.problem.sites)):
            leaving = parts.sum("departures", [(pool, site, t) for pool in pools])
            if not leaving.variables:
                continue
            stock = total(parts.teachers(pool, site, t - 1) for pool in pools)
            label = parts.problem.sites.ids[site], parts.year(t)
            if stock.variables:
                written[label] = (None, leaving.plus(stock, -share), _WHOLE)
            else:
                most = math.floor(share * stock.constant + _WHOLE)
                written[label] = (None, leaving, float(most))
    rows(block, "core", written)


def _share(block: Any, parts: StaffParts, able: dict[Place, Linear]) -> None:
    written: dict[Any, Row] = {}
    for t in parts.window.years:
        here = _sum(able, t)
        line = parts.sum("departures", [place for place in able if place[2] == t])
        wanted = parts.staffing.rotation_share
        if here.variables:
            written[parts.year(t)] = (-_WHOLE, line.plus(here, -wanted), None)
        else:
            written[parts.year(t)] = (_up(wanted * here.constant), line, None)
    rows(block, "share", written)


def _key(parts: StaffParts, able: dict[Place, Linear], t: int) -> tuple[Linear, Linear, Linear]:
    """Key departures, their share of all, and the key teachers who are eligible."""
    key = parts.staffing.pools.key
    places = [place for place in able if place[2] == t]
    moved = parts.sum("departures", [place for place in places if key[place[0]]])
    share = Linear().plus(parts.sum("departures", places), parts.staffing.key_share)
    return moved, share, _sum({p: line for p, line in able.items() if key[p[0]]}, t)


def _across(
    parts: StaffParts, able: dict[Place, Linear], t: int, origin: int, receiver: int
) -> tuple[Linear, Linear, Linear]:
    """Tell moves to the other kind of site, those asked for, and who is eligible at the origin."""
    pools = range(len(parts.staffing.pools))
    moved = total(parts.moves(pool, origin, receiver, t) for pool in pools)
    asked = parts.staffing.to_country if origin == URBAN else parts.staffing.to_town
    asked = min(asked, _everyone(parts))
    there = {place: line for place, line in able.items() if parts.kind(place[1]) == origin}
    return moved, Linear().add(1.0, asked), _sum(there, t)


def _at_least_the_lesser(
    block: Any,
    parts: StaffParts,
    name: str,
    written: dict[Any, tuple[Linear, Linear, Linear]],
    most: float,
) -> None:
    """Write rows  left ≥ min(a, b)  by year, with a binary where either may be the lesser.

    `most` is the largest that a can be.
    """
    plain: dict[Any, Row] = {}
    open_years: dict[Any, tuple[Linear, Linear, Linear]] = {}
    for year, (left, a, b) in written.items():
        if not a.variables and not b.variables:
            plain[year] = (_up(min(a.constant, b.constant)), left, None)
        elif not b.variables and most <= b.constant:
            plain[year] = (-_WHOLE, Linear().plus(left).plus(a, -1.0), None)
        elif all(one.variables or one.constant > 0 for one in (a, b)):
            open_years[year] = (left, a, b)
    columns: Columns = {("least", name, year): (year, -1, None) for year in open_years}
    if columns:
        declare(block, f"least_{name}", columns, pyo.Binary, parts.variables, parts.site_of)
    either: dict[Any, Row] = {}
    for year, (left, a, b) in open_years.items():
        second = parts.variables["least", name, year]
        first = Linear().plus(left).plus(a, -1.0).add(most, second)
        either[year, "first"] = (-_WHOLE, first, None)
        limit = float(_everyone(parts)) if b.variables else b.constant
        other = Linear().plus(left).plus(b, -1.0).add(-limit, second)
        either[year, "second"] = (-limit, other, None)
    rows(block, name, {**plain, **either})


def _everyone(parts: StaffParts) -> int:
    """All teachers paid: no sum over teachers of one year is more."""
    return int(parts.window.before.sum() + parts.window.reserve.sum())


def _sum(able: dict[Place, Linear], t: int) -> Linear:
    return total(line for place, line in able.items() if place[2] == t)


def _up(value: float) -> float:
    return float(np.ceil(value - _WHOLE))
