"""Catchments: a zone's entrants are not sent elsewhere while their school runs (C26; M1).

Whole zones are a matter of the domain of `share`. With last[i,j] the share of the year before (in
t0: of the base-year pupils of the first grade), for zones with entrants in both years:

    reassigned[i,j,l,t]:  drop ≥ last[i,j] - share[i,j,l,t] - (1 - operates[j,l,t])

Every row belongs to one site.

    entrants_reassigned = Σ e[i,l,t] · drop · entrant_reassigned · d[t]
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from optimizer.domain import Problem
from optimizer.formulation.index import NO_PUPILS
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows

NAME = "catchments"
TIES_SITES: frozenset[str] = frozenset()


def applies(problem: Problem) -> bool:
    """Whether the family is on."""
    return problem.policy.on("catchments") and problem.prices.entrant_reassigned > 0


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; return the cost of sending entrants elsewhere."""
    problem, cost = parts.problem, Linear()
    lost = losses(parts)
    columns: Columns = {
        ("drop", i, j, level, t): (label(parts, i, j, level, t), j, 1.0) for i, j, level, t in lost
    }
    parts.declare(block, "drop", columns)
    written: dict[Any, Row] = {}
    for (i, j, level, t), line in lost.items():
        drop = parts.variables["drop", i, j, level, t]
        written[label(parts, i, j, level, t)] = (
            0.0,
            Linear().add(1.0, drop).plus(line, -1.0),
            None,
        )
        price = problem.prices.entrant_reassigned * parts.discount(t)
        cost.add(float(problem.demand.entrants[i, level, t]) * price, drop)
    rows(block, "reassigned", written)
    return {"entrants_reassigned": cost}


def losses(parts: Parts) -> dict[tuple[int, int, int, int], Linear]:
    """Write what each (zone, site, level, year) loses of the share of the year before (M1)."""
    return _first_year(parts) | _later_years(parts)


def label(parts: Parts, zone: int, site: int, level: int, year: int) -> tuple[Any, ...]:
    """Name a row as people read it."""
    problem = parts.problem
    return (
        problem.zones.ids[zone],
        problem.sites.ids[site],
        problem.levels[level].name,
        parts.label(year),
    )


def _share(parts: Parts, zone: int, site: int, level: int, year: int) -> Any:
    """Share of a zone's entrants at a site: a variable, or 0 where they may not go."""
    p = parts.pairs.row.get((zone, site, level))
    return parts.variables.get(("share", p if p is not None else -1, year), 0)


def _first_year(parts: Parts) -> dict[tuple[int, int, int, int], Linear]:
    """Write what is lost in t0 of the base-year shares: last · operates - share."""
    problem, enrolled = parts.problem, parts.problem.enrolled
    first = np.array([stage.first_grade for stage in problem.levels])
    pupils: dict[tuple[int, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    for row in np.flatnonzero((enrolled.grade == first[enrolled.level]) & (enrolled.pupils > 0)):
        body = int(enrolled.zone[row]), int(enrolled.level[row])
        pupils[body][int(enrolled.site[row])] += float(enrolled.pupils[row])
    lost = {}
    for (i, level), sites in sorted(pupils.items()):
        if problem.demand.entrants[i, level, 0] <= NO_PUPILS:
            continue
        whole = sum(sites.values())
        for j, number in sorted(sites.items()):
            line = Linear().add(number / whole, parts.running(j, level, 0))
            lost[i, j, level, 0] = line.add(-1.0, _share(parts, i, j, level, 0))
    return lost


def _later_years(parts: Parts) -> dict[tuple[int, int, int, int], Linear]:
    """Write what is lost of the share of the year before: last - share - (1 - operates)."""
    travel, lost = parts.problem.travel, {}
    for kind, *index in list(parts.variables):
        if kind != "share":
            continue
        p, t = int(index[0]), int(index[1]) + 1
        i, j, level = int(travel.zone[p]), int(travel.site[p]), int(travel.level[p])
        if (
            t < parts.problem.horizon.years
            and parts.problem.demand.entrants[i, level, t] > NO_PUPILS
        ):
            line = Linear().add(1.0, parts.variables["share", p, t - 1])
            line.add(-1.0, _share(parts, i, j, level, t))
            lost[i, j, level, t] = line.add(1.0, parts.running(j, level, t)).add(-1.0, 1)
    return lost
