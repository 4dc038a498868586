"""Assignment: every entering pupil has a school.

The shares of a zone's entrants add to one, over the sites in its reach that may run the level:

    sum[i,l,t]:  Σ_j share[i,j,l,t] = 1                 for every zone i with entrants e[i,l,t]

With `whole_zones` every share is 0 or 1. Whether a site runs the level is the business of
`cohorts` (`cohorts.running`). Rows tie the sites of a zone together.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from optimizer.domain import Problem
from optimizer.formulation.index import NO_PUPILS
from optimizer.formulation.parts import Linear, Parts, Row, Terms, rows

NAME = "assignment"
TIES_SITES = frozenset({"sum"})


def applies(problem: Problem) -> bool:
    """Return True: pupils need a school in every study."""
    return len(problem.zones) > 0


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost."""
    problem, travel = parts.problem, parts.problem.travel
    lines: dict[tuple[int, int, int], Linear] = defaultdict(Linear)
    for (kind, *index), variable in parts.variables.items():
        if kind == "share":
            p, t = (int(n) for n in index)
            lines[int(travel.level[p]), int(travel.zone[p]), t].add(1.0, variable)
    written: dict[Any, Row] = {}
    for level, stage in enumerate(problem.levels):
        for i, zone in enumerate(problem.zones.ids):
            for t in range(problem.horizon.years):
                if problem.demand.entrants[i, level, t] > NO_PUPILS:
                    line = lines.get((level, i, t), Linear())
                    written[zone, stage.name, parts.label(t)] = (1.0, line, 1.0)
    rows(block, "sum", written)
    return {}
