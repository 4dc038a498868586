"""Contiguity: the zones that a school takes in hang together with its own zone (K1).

For a site j, level l and year t let h be the zone in which j stands, and U the zones with a `share`
at j, those without entrants of l in t, and h. Every zone of the area sends one unit to h, along
links between zones of U (zones that touch):

    sent[i,j,l,t]:   Σ_k flow[i,k,j,l,t] - Σ_k flow[k,i,j,l,t] = share[i,j,l,t]
    open[i,j,l,t]:   Σ_k flow[k,i,j,l,t] ≤ n · share[i,j,l,t]
    touch[i,j,l,t]:  share[i,j,l,t] ≤ Σ_k share[k,j,l,t]       k: zones of U that touch i

n is the number of zones of U, but i, that must be joined: no more can come. Where nothing is asked
of a pair (across water, torn today), its zone sends nothing but may hand on; a zone without
entrants hands on whatever comes. `touch` follows from the others for whole zones; it is written
where i touches neither h nor a zone without entrants, for the sake of the linear relaxation. Every
row belongs to one site.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimizer.areas import joined, must_join, neighbours
from optimizer.domain import Problem
from optimizer.formulation.index import NO_PUPILS
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows

NAME = "contiguity"
TIES_SITES: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Area:
    """Zones that may belong to a school for a level and an entry year.

    Attributes
    ----------
    shares
        Zone to its `share`.
    asked
        Zones that must be joined to `own`.
    near
        Zone to the zones of the area, or of those without entrants, or `own`, that it touches.
    """

    site: int
    level: int
    year: int
    own: int
    shares: dict[int, Any]
    asked: frozenset[int]
    near: dict[int, list[int]]


def applies(problem: Problem) -> bool:
    """Whether the policy asks for it, and zones stay whole."""
    return problem.policy.keeps_areas_together


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost."""
    found = areas_of(parts)
    _flows(block, parts, found)
    sent: dict[Any, Row] = {}
    opened: dict[Any, Row] = {}
    touch: dict[Any, Row] = {}
    for area in found:
        for zone in area.near:
            if zone == area.own:
                continue
            label, share = name_of(parts, area, zone), area.shares.get(zone)
            into = _flow(parts, area, [(k, zone) for k in area.near[zone]])
            out = _flow(parts, area, [(zone, k) for k in area.near[zone]])
            line = out.plus(into, -1.0).add(-1.0, share if zone in area.asked else 0)
            sent[label] = (0.0, line, 0.0)
            if share is not None:
                most = float(len(area.asked - {zone}))
                opened[label] = (None, Linear().plus(into).add(-most, share), 0.0)
            if zone in area.asked and _only_shares(area, zone):
                line = Linear().add(1.0, share)
                for other in area.near[zone]:
                    line.add(-1.0, area.shares[other])
                touch[label] = (None, line, 0.0)
    rows(block, "sent", sent)
    rows(block, "open", opened)
    rows(block, "touch", touch)
    return {}


def _only_shares(area: Area, zone: int) -> bool:
    """Whether a zone touches neither the school's own zone nor one without entrants."""
    return all(other != area.own and other in area.shares for other in area.near[zone])


def areas_of(parts: Parts) -> list[Area]:
    """Areas of schools of which something is asked, by site, level and year."""
    problem, travel, adjacency = parts.problem, parts.problem.travel, parts.problem.adjacency
    if adjacency is None:
        return []
    near, asked = neighbours(adjacency, len(problem.zones)), must_join(problem, adjacency)
    shares: dict[tuple[int, int, int], dict[int, Any]] = defaultdict(dict)
    wanted: dict[tuple[int, int, int], set[int]] = defaultdict(set)
    for (kind, *index), variable in parts.variables.items():
        if kind == "share":
            p, t = (int(n) for n in index)
            key = int(travel.site[p]), int(travel.level[p]), t
            shares[key][int(travel.zone[p])] = variable
            if asked[p]:
                wanted[key].add(int(travel.zone[p]))
    areas = []
    for key, must in sorted(wanted.items()):
        site, level, year = key
        own = int(adjacency.own[site])
        empty = np.flatnonzero(problem.demand.entrants[:, level, year] <= NO_PUPILS).tolist()
        inside = {own, *shares[key], *joined(own, {*shares[key], *empty}, near)}
        touching = {i: [k for k in near[i] if k in inside] for i in sorted(inside)}
        areas.append(Area(site, level, year, own, shares[key], frozenset(must - {own}), touching))
    return areas


def _flows(block: Any, parts: Parts, areas: list[Area]) -> None:
    """Declare the flows; none leaves a school's own zone."""
    ids, columns = parts.problem.zones.ids, Columns()
    for area in areas:
        for i, others in area.near.items():
            for k in others if i != area.own else ():
                site, level, year = name_of(parts, area, i)[1:]
                label = (ids[i], ids[k], site, level, year)
                key = ("flow", i, k, area.site, area.level, area.year)
                columns[key] = label, area.site, float(len(area.asked))
    parts.declare(block, "flow", columns)


def _flow(parts: Parts, area: Area, links: list[tuple[int, int]]) -> Linear:
    """Sum the flows along some links."""
    line = Linear()
    for i, k in links:
        flow = parts.variables.get(("flow", i, k, area.site, area.level, area.year))
        if flow is not None:
            line.add(1.0, flow)
    return line


def name_of(parts: Parts, area: Area, zone: int) -> tuple[Any, ...]:
    """Name a row as people read it."""
    problem = parts.problem
    return (
        problem.zones.ids[zone],
        problem.sites.ids[area.site],
        problem.levels[area.level].name,
        parts.label(area.year),
    )
