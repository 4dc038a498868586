"""Cohorts and mergers: the enrolled stay, and go on together when their level stops (C7, C18, C19).

A body is zone i's cohort (l,c); `at[j,t]` is the part of it at j, the share (or the inherited part)
as long as nobody can have left or arrived there:

    at[j,t]:       at[t] = before + Σ moved in - Σ moved out     before: at[t-1], and the part that
                                                      comes on from a teaching point that ends here
    moved[j,k,t]:  moved ≤ (largest part) · merges[j,k,l,t]
    running[j,t]:  part ≤ (largest part) · operates[j,l,t]
    nobody:        part = 0      at a teaching point whose parent the zone's pupils cannot reach

`moved` exists only to sites within the travel limit of the grade, so a merger that would leave
someone without a way to school is impossible; whoever is there when the level stops must move.
`running` stands once for each part: in its last year at a site that can only stop, in its first at
one that can only start. `at` rows tie the sender and the receiver together.

    pupils_moved = Σ n[i,l,c,t] · moved · pupil_moved · d[t]
"""

from __future__ import annotations

from typing import Any

from optimizer.domain import Problem
from optimizer.formulation.parts import Linear, Parts, Row, Terms, rows
from optimizer.formulation.whereabouts import Part

NAME = "cohorts"
TIES_SITES = frozenset({"at"})


def applies(problem: Problem) -> bool:
    """Whether there is a level."""
    return len(problem.levels) > 0


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; return the cost of moving pupils."""
    _balances(block, parts)
    _running(block, parts)
    cost = Linear()
    moved: dict[Any, Row] = {}
    for key, (arc, year, number, bound) in parts.places.moves.items():
        part = parts.variables[key]
        line = Linear().add(1.0, part).add(-bound, parts.variables["merges", arc, year])
        moved[part.index()] = (None, line, 0.0)
        cost.add(number * parts.problem.prices.pupil_moved * parts.discount(year), part)
    rows(block, "moved", moved)
    return {"pupils_moved": cost}


def _balances(block: Any, parts: Parts) -> None:
    written: dict[Any, Row] = {}
    for key, (before, coming, going) in parts.places.balances.items():
        line = Linear().add(1.0, parts.variables[key])
        for part in (*before, *coming):
            line.add(-1.0, parts.value(part))
        for part in going:
            line.add(1.0, parts.value(part))
        written[parts.variables[key].index()] = (0.0, line, 0.0)
    rows(block, "at", written)


def _running(block: Any, parts: Parts) -> None:
    written: dict[Any, Row] = {}
    for part, site, bound, running in parts.places.present_only_if:
        line = Linear().add(1.0, parts.value(part)).add(-bound, parts.value(running))
        written[_index(parts, part, running, site)] = (None, line, 0.0)
    rows(block, "running", written)
    nobody: dict[Any, Row] = {}
    for number, part in enumerate(parts.places.nobody):
        index = parts.variables[part].index() if isinstance(part, tuple) else number
        nobody[index] = (None, Linear().add(1.0, parts.value(part)), 0.0)
    rows(block, "nobody", nobody)


def _index(parts: Parts, part: Part, running: Any, site: int) -> Any:
    """Name a row after the pupils; inherited pupils who cannot move need the level as such."""
    if isinstance(part, tuple):
        return (*parts.variables[part].index(), parts.problem.sites.ids[site])
    return parts.variables[running].index() if isinstance(running, tuple) else site
