"""Stability: of a level's entrants of a year only a share is sent elsewhere than the year before.

As in `catchments`, last[i,j] is the share of the year before (in t0: of the base-year pupils of the
first grade), and a zone's entrants count only while their last school runs (K2). With σ the share
of the policy:

    fallen[i,j,l,t]:  fall ≥ last[i,j] - share[i,j,l,t] - (1 - operates[j,l,t])
    beyond[i,l,t0]:   more ≥ Σ_j fall[i,j,l,t0] - (1 - max_j last[i,j])
    limit[l,t]:       Σ_i e[i,l,t] · Σ_j fall[i,j,l,t] ≤ σ · Σ_i e[i,l,t]

`beyond` stands where zones stay whole and the base-year pupils of a zone go to several schools, all
but one of which it must lose: there `more` takes the place of Σ_j fall in `limit`. `limit` ties all
sites together, `beyond` those of a zone.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from optimizer.domain import Problem
from optimizer.evaluate import split_today
from optimizer.formulation.catchments import label, losses
from optimizer.formulation.index import NO_PUPILS
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows

NAME = "stability"
TIES_SITES = frozenset({"beyond", "limit"})


def applies(problem: Problem) -> bool:
    """Whether the policy limits the change."""
    return problem.policy.stability is not None and problem.policy.on("catchments")


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost: `catchments` prices what is sent elsewhere."""
    problem, lost = parts.problem, losses(parts)
    columns: Columns = {("fall", *key): (label(parts, *key), key[1], 1.0) for key in lost}
    parts.declare(block, "fall", columns)
    fallen: dict[Any, Row] = {}
    sums: dict[tuple[int, int, int], Linear] = defaultdict(Linear)
    for key, line in lost.items():
        i, _, level, t = key
        fall = parts.variables["fall", *key]
        fallen[label(parts, *key)] = (0.0, Linear().add(1.0, fall).plus(line, -1.0), None)
        sums[i, level, t].add(1.0, fall)
    rows(block, "fallen", fallen)
    _beyond(block, parts, sums)
    limit: dict[Any, Row] = {}
    for level, stage in enumerate(problem.levels):
        for t in range(problem.horizon.years):
            size, line = problem.demand.entrants[:, level, t], Linear()
            for (i, of, year), fall in sums.items():
                if (of, year) == (level, t):
                    line.plus(fall, float(size[i]))
            most = (problem.policy.stability or 0.0) * float(size[size > NO_PUPILS].sum())
            limit[stage.name, parts.label(t)] = (None, line, most)
    rows(block, "limit", limit)
    return {}


def _beyond(block: Any, parts: Parts, sums: dict[tuple[int, int, int], Linear]) -> None:
    """Count of a zone that is split today only what it loses beyond what whole zones ask."""
    if not parts.problem.policy.keeps_zones_whole:
        return
    split, columns = split_today(parts.problem), Columns()
    several = [key for key in sums if key[2] == 0 and split[key[0], key[1]] > 0]
    for i, level, t in several:
        index = parts.problem.zones.ids[i], parts.problem.levels[level].name, parts.label(t)
        site = parts.site_of[id(sums[i, level, t].variables[0])]
        columns["more", i, level, t] = index, site, 1.0
    parts.declare(block, "more", columns)
    written: dict[Any, Row] = {}
    for key in several:
        more = parts.variables["more", *key]
        line = Linear().add(1.0, more).plus(sums[key], -1.0)
        written[columns["more", *key][0]] = (-float(split[key[0], key[1]]), line, None)
        sums[key] = Linear().add(1.0, more)
    rows(block, "beyond", written)
