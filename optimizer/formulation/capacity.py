"""Capacity: classes fit the rooms, pupils fit the seats (C12, C22; R1, R5, R7).

With rooms[j,t] = base rooms + Σ rooms of options serving - Σ rooms out of use during works, and
function[j,t] likewise over all kinds:

    rooms[j,t]:     Σ_{l,c} classes[j,l,c,t] - taken[j,t] ≤ rooms[j,t]
    function[j,t]:  taken[j,t] ≤ function[j,t]
    seats[j,t]:     pupils present at j in t ≤ seats[j]

`taken` are function rooms used as classrooms. Every row belongs to one site.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np

from optimizer.domain import Problem
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows

NAME = "capacity"
TIES_SITES: frozenset[str] = frozenset()


def applies(problem: Problem) -> bool:
    """Whether rooms or seats limit anything."""
    return problem.policy.on("class_size") or bool(np.isfinite(problem.sites.seats).any())


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost."""
    if parts.problem.policy.on("class_size"):
        _rooms(block, parts)
    _seats(block, parts)
    return {}


def class_totals(parts: Parts) -> dict[tuple[int, int], Linear]:
    """Classes of all levels and cohorts by (site, year from t0)."""
    lines: dict[tuple[int, int], Linear] = defaultdict(Linear)
    for j, level, c, t in sorted(parts.places.cells):
        lines[j, t].add(1.0, parts.variables["classes", j, level, c, t])
    return dict(lines)


def function_rooms(parts: Parts, site: int, year: int, kind: int) -> Linear:
    """Count the function rooms of a kind at a site in a year (R1)."""
    options = parts.problem.options
    line = Linear().add(1.0, int(parts.problem.sites.function_rooms[site, kind]))
    for o in _options_at(parts, site):
        line.plus(parts.serving(o, year), float(options.function_rooms[o, kind]))
    return line


def _rooms(block: Any, parts: Parts) -> None:
    problem, kinds = parts.problem, len(parts.problem.standards.function_rooms)
    totals = class_totals(parts)
    label = {(j, t): (problem.sites.ids[j], parts.label(t)) for j, t in totals}
    columns: Columns = {("taken", j, t): (label[j, t], j, None) for j, t in totals}
    parts.declare(block, "taken", columns)
    fit: dict[Any, Row] = {}
    function: dict[Any, Row] = {}
    for (j, t), classes in totals.items():
        taken = parts.variables["taken", j, t]
        fit[label[j, t]] = (None, classes.add(-1.0, taken).plus(_general(parts, j, t), -1.0), 0.0)
        line = Linear().add(1.0, taken)
        for kind in range(kinds):
            line.plus(function_rooms(parts, j, t, kind), -1.0)
        function[label[j, t]] = (None, line, 0.0)
    rows(block, "rooms", fit)
    rows(block, "function", function)


def _general(parts: Parts, site: int, year: int) -> Linear:
    """General classrooms usable at a site in a year (R1)."""
    options = parts.problem.options
    line = Linear().add(1.0, int(parts.problem.sites.rooms[site]))
    for o in _options_at(parts, site):
        line.plus(parts.serving(o, year), float(options.rooms[o]))
        works = range(year - int(options.lead[o]) + 1, year + 1)
        line.plus(parts.started(o, works), -float(options.rooms_out[o]))
    return line


def _options_at(parts: Parts, site: int) -> list[int]:
    return [
        o
        for o in (*parts.network.starts, *parts.network.committed)
        if parts.problem.options.site[o] == site
    ]


def _seats(block: Any, parts: Parts) -> None:
    seats, lines = parts.problem.sites.seats, dict[tuple[int, int], Linear]()
    for (j, _, _, t), cell in sorted(parts.places.cells.items(), key=lambda item: item[0]):
        if np.isfinite(seats[j]):
            line = lines.setdefault((j, t), Linear())
            for _, number, part in cell:
                line.add(number, parts.value(part))
    written: dict[Any, Row] = {
        (parts.problem.sites.ids[j], parts.label(t)): (None, line, float(seats[j]))
        for (j, t), line in lines.items()
    }
    rows(block, "seats", written)
