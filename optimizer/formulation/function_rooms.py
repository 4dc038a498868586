"""Function rooms: what a school lacks for its classes is counted and priced (C12; R6).

With N[j,t] = Σ classes at the site, f the number of classes below which none is needed, M the rooms
the site can ever have, D = ⌈M/12⌉, and kinds k of which `per[k]` are needed per 12 classes begun:

    free[j,t]:      N ≤ (f-1) + (M-f+1) · many
    begun[j,t]:     12 · dozens ≥ N - (f-1) · (1 - many)
    kind[j,k,l,t]:  need ≥ per[k] · dozens - per[k] · D · (1 - operates[j,l,t])
                                            for each level l that needs the kind
    missing[j,k,t]: short ≥ need - have
    owed[j,t]:      debt ≥ Σ_k short
    taken[j,t]:     debt ≥ taken + Σ_k (need - have)

The last two together are Σ_k max(0, need - have) + max(0, taken - Σ_k max(0, have - need)): rooms
taken for classes are missing once no spare room is left. Every row belongs to one site.

    room_debt = Σ debt · room_debt_year · d[t]
"""

from __future__ import annotations

import math
from typing import Any

import pyomo.environ as pyo

from optimizer.domain import Problem
from optimizer.formulation.capacity import class_totals, function_rooms
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows

NAME = "function_rooms"
TIES_SITES: frozenset[str] = frozenset()


def applies(problem: Problem) -> bool:
    """Whether missing rooms are priced."""
    policy = problem.policy
    return (
        policy.on("function_rooms")
        and policy.on("class_size")
        and problem.prices.room_debt_year > 0
    )


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; return the cost of missing function rooms."""
    totals = class_totals(parts)
    _declare(block, parts, list(totals))
    _dozens(block, parts, totals)
    short: dict[Any, Row] = {}
    debt: dict[Any, Row] = {}
    taken: dict[Any, Row] = {}
    cost = Linear()
    for j, t in totals:
        owed, label = parts.variables["debt", j, t], _label(parts, j, t)
        all_short = Linear().add(1.0, owed)
        all_taken = Linear().add(1.0, owed).add(-1.0, parts.variables["taken", j, t])
        for k, kind in enumerate(parts.problem.standards.function_rooms):
            lacking, need = parts.variables["short", j, k, t], parts.variables["need", j, k, t]
            have = function_rooms(parts, j, t, k)
            line = Linear().add(1.0, lacking).add(-1.0, need).plus(have)
            short[label[0], kind.kind, label[1]] = (0.0, line, None)
            all_short.add(-1.0, lacking)
            all_taken.add(-1.0, need).plus(have)
        debt[label] = (0.0, all_short, None)
        taken[label] = (0.0, all_taken, None)
        cost.add(parts.problem.prices.room_debt_year * parts.discount(t), owed)
    rows(block, "missing", short)
    rows(block, "owed", debt)
    rows(block, "taken", taken)
    return {"room_debt": cost}


def _label(parts: Parts, site: int, year: int) -> tuple[str, int]:
    return parts.problem.sites.ids[site], parts.label(year)


def _free(parts: Parts) -> int:
    """Most classes of a site that needs no function room."""
    return max(0, parts.problem.standards.function_room_free_below - 1)


def _declare(block: Any, parts: Parts, totals: list[tuple[int, int]]) -> None:
    columns: dict[str, Columns] = {name: {} for name in ("many", "dozens", "need", "short", "debt")}
    for j, t in totals:
        label, most = _label(parts, j, t), float(parts.rooms_at_most[j])
        dozens = float(math.ceil(most / 12))
        if 0 < _free(parts) < most:
            columns["many"]["many", j, t] = label, j, None
        columns["dozens"]["dozens", j, t] = label, j, dozens if most > _free(parts) else 0.0
        for k, kind in enumerate(parts.problem.standards.function_rooms):
            index = label[0], kind.kind, label[1]
            columns["need"]["need", j, k, t] = index, j, None
            columns["short"]["short", j, k, t] = index, j, None
        columns["debt"]["debt", j, t] = label, j, None
    domains = {"many": pyo.Binary, "dozens": pyo.NonNegativeIntegers}
    for name, declared in columns.items():
        parts.declare(block, name, declared, domains.get(name, pyo.NonNegativeReals))


def _dozens(block: Any, parts: Parts, totals: dict[tuple[int, int], Linear]) -> None:
    large: dict[Any, Row] = {}
    dozens: dict[Any, Row] = {}
    needs: dict[Any, Row] = {}
    free = float(_free(parts))
    for (j, t), classes in totals.items():
        begun, many = parts.variables["dozens", j, t], parts.variables.get(("many", j, t))
        label, most = _label(parts, j, t), float(parts.rooms_at_most[j])
        if most > free:
            line = Linear().add(12.0, begun).plus(classes, -1.0)
            if many is not None:
                bound = Linear().plus(classes).add(-(most - free), many)
                large[label] = (None, bound, free)
                line.add(free, 1).add(-free, many)
            dozens[label] = (0.0, line, None)
        _needs(parts, j, t, needs)
    rows(block, "free", large)
    rows(block, "begun", dozens)
    rows(block, "kind", needs)


def _needs(parts: Parts, site: int, year: int, written: dict[Any, Row]) -> None:
    """Write which kinds the running levels need."""
    begun = parts.variables["dozens", site, year]
    most = float(math.ceil(parts.rooms_at_most[site] / 12))
    levels = range(len(parts.problem.levels))
    running = {level: parts.running(site, level, year) for level in levels}
    possible = [level for level in levels if not isinstance(running[level], int) or running[level]]
    for k, kind in enumerate(parts.problem.standards.function_rooms):
        needing = [level for level in possible if parts.problem.levels[level].name in kind.levels]
        for level in needing:
            line = Linear().add(1.0, parts.variables["need", site, k, year])
            line.add(-kind.per_12_classes, begun)
            if len(needing) < len(possible):
                line.add(kind.per_12_classes * most, 1)
                line.add(-kind.per_12_classes * most, running[level])
            label, name = _label(parts, site, year), parts.problem.levels[level].name
            written[label[0], kind.kind, name, label[1]] = (0.0, line, None)
            if len(needing) == len(possible):
                break
