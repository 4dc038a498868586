"""Nearer: asks for more than `contiguity`, in rows that a solver finds easy.

With h and U of a site, level and year as in `contiguity`, but no zones without entrants: zone k
comes before zone i if fewer borders lie between k and h within U, or as many and less travel. Every
zone of an area touches one of the area that comes before it:

    before[i,j,l,t]: share[i,j,l,t] ≤ Σ_k share[k,j,l,t]       k: zones of U before i that touch i

where i does not touch h. Following such zones leads to h, so every plan of this model keeps K1;
some plans that keep K1 are lost. Methods that look for plans put it in the place of `contiguity`;
no bound may rest on it. Every row belongs to one site.
"""

from __future__ import annotations

from typing import Any

from optimizer.domain import Problem
from optimizer.formulation.contiguity import Area, areas_of, name_of
from optimizer.formulation.parts import Linear, Parts, Row, Terms, rows

NAME = "nearer"
TIES_SITES: frozenset[str] = frozenset()


def applies(problem: Problem) -> bool:
    """Whether areas must hang together."""
    return problem.policy.keeps_areas_together


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost."""
    written: dict[Any, Row] = {}
    for area in areas_of(parts):
        travel = _travel(parts, area)
        steps = _steps(area)
        for zone in sorted(area.asked):
            if area.own in area.near[zone]:
                continue
            line = Linear().add(1.0, area.shares[zone])
            here = steps.get(zone, 0), travel[zone]
            for other in area.near[zone]:
                if other in steps and (steps[other], travel[other]) < here:
                    line.add(-1.0, area.shares[other])
            written[name_of(parts, area, zone)] = (None, line, 0.0)
    rows(block, "before", written)
    return {}


def _steps(area: Area) -> dict[int, int]:
    """Borders between each zone with a share and the school's own zone, where it can be reached."""
    steps, edge = {area.own: 0}, [area.own]
    while edge:
        reached = []
        for zone in edge:
            for other in area.near[zone]:
                if other in area.shares and other not in steps:
                    steps[other] = steps[zone] + 1
                    reached.append(other)
        edge = reached
    return steps


def _travel(parts: Parts, area: Area) -> dict[int, float]:
    """Minutes from each zone with a share."""
    travel, row = parts.problem.travel, parts.pairs.row
    return {i: float(travel.minutes[row[i, area.site, area.level]]) for i in area.shares}
