"""Closing rules: which schools may close, how many a year, and what every town keeps (C20; N6).

    closes[j,l,t]:  closing[j,t] ≥ operates[j,l,t-1] - operates[j,l,t]
    per_year[t]:    Σ_j closing[j,t] ≤ closings_per_year
    size[j,l,t]:    operates[j,l,t-1] - operates[j,l,t] ≤ Σ relocations that serve in t
                                            where base-year pupils are not below `close_below`
    town[τ,t]:      Σ_{j in τ} operates[j,lower_secondary,t] ≥ 1    for towns that had one

Notice is a matter of which stops exist at all (`index`). `per_year` and `town` tie sites together,
and so does `size`, whose relocation is built at another site.
"""

from __future__ import annotations

from typing import Any

from optimizer.domain import Problem
from optimizer.formulation.index import eligible
from optimizer.formulation.lifecycle import stop
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows, total

NAME = "closing"
TIES_SITES = frozenset({"per_year", "size", "town"})
KEPT_LEVEL = "lower_secondary"


def applies(problem: Problem) -> bool:
    """Whether the family is on."""
    return problem.policy.on("closing")


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost."""
    if parts.problem.policy.closings_per_year is not None:
        _per_year(block, parts, parts.problem.policy.closings_per_year)
    _size(block, parts)
    if parts.problem.policy.keep_last_lower_secondary:
        _towns(block, parts)
    return {}


def _stops(parts: Parts) -> list[tuple[int, int, int]]:
    runs = parts.problem.sites.runs
    return [
        (j, level, t)
        for (j, level), years in parts.network.changes.items()
        if runs[j, level]
        for t in years
    ]


def _label(parts: Parts, site: int, level: int, year: int) -> tuple[str, str, int]:
    problem = parts.problem
    return problem.sites.ids[site], problem.levels[level].name, parts.label(year)


def _per_year(block: Any, parts: Parts, most: int) -> None:
    columns: Columns = {
        ("closing", j, t): ((parts.problem.sites.ids[j], parts.label(t)), j, 1.0)
        for j, _, t in _stops(parts)
    }
    parts.declare(block, "closing", columns)
    closes: dict[Any, Row] = {}
    yearly: dict[Any, Linear] = {}
    for j, level, t in _stops(parts):
        line = Linear().add(1.0, parts.variables["closing", j, t])
        closes[_label(parts, j, level, t)] = (0.0, line.plus(stop(parts, j, level, t), -1.0), None)
    for j, t in sorted({(j, t) for j, _, t in _stops(parts)}):
        here = parts.variables["closing", j, t]
        yearly.setdefault(parts.label(t), Linear()).add(1.0, here)
    rows(block, "closes", closes)
    rows(block, "per_year", {t: (None, line, float(most)) for t, line in yearly.items()})


def _size(block: Any, parts: Parts) -> None:
    written: dict[Any, Row] = {}
    for j, level, t in _stops(parts):
        if not eligible(parts.problem, parts.network.base_pupils, j):
            asked = parts.network.relocations.get((j, level, t), ())
            line = stop(parts, j, level, t)
            line.plus(total(parts.started(o, [s]) for o, s in asked), -1.0)
            written[_label(parts, j, level, t)] = (None, line, 0.0)
    rows(block, "size", written)


def _towns(block: Any, parts: Parts) -> None:
    problem = parts.problem
    names = [level.name for level in problem.levels]
    if KEPT_LEVEL not in names:
        return
    level, sites = names.index(KEPT_LEVEL), problem.sites
    written: dict[Any, Row] = {}
    for town in sorted({int(one) for one in sites.town[sites.runs[:, level]]}):
        for t in range(problem.horizon.years):
            line = Linear()
            for j in range(len(sites)):
                if sites.town[j] == town:
                    line.add(1.0, parts.running(j, level, t))
            written[problem.towns[town], parts.label(t)] = (1.0, line, None)
    rows(block, "town", written)
