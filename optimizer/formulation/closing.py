"""Closing rules: which schools may close, how many a year, and what every town keeps (C20; N6).

    closes[j,l,t]:  closing[j,t] ≥ operates[j,l,t-1] - operates[j,l,t]
    per_year[t]:    Σ_j closing[j,t] ≤ closings_per_year
    size[j,l,t]:    operates[j,l,t-1] - operates[j,l,t] ≤ Σ relocations that serve in t
                                            where base-year pupils are not below `close_below`
    small[j,l,t]:   pupils present at j in t-1 ≤ close_below + most · (1 - the same stop + the same
                    relocations)            elsewhere; most: all pupils who could be there
    town[τ,t]:      Σ_{j in τ} operates[j,lower_secondary,t] ≥ 1    for towns that had one

Notice is a matter of which stops exist at all (`index`). `per_year` and `town` tie sites together,
and so do `size` and `small`, whose relocation is built at another site.
"""

from __future__ import annotations

from typing import Any

from optimizer.domain import Problem
from optimizer.formulation.class_size import pupils
from optimizer.formulation.index import eligible
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows, total

NAME = "closing"
TIES_SITES = frozenset({"per_year", "size", "small", "town"})
KEPT_LEVEL = "lower_secondary"


def applies(problem: Problem) -> bool:
    """Whether the family is on."""
    return problem.policy.on("closing")


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; no cost."""
    if parts.problem.policy.closings_per_year is not None:
        _per_year(block, parts, parts.problem.policy.closings_per_year)
    _size(block, parts)
    if parts.problem.policy.close_below is not None:
        _small(block, parts, parts.problem.policy.close_below)
    if parts.problem.policy.keep_last_lower_secondary:
        _towns(block, parts)
    return {}


def _label(parts: Parts, site: int, level: int, year: int) -> tuple[str, str, int]:
    problem = parts.problem
    return problem.sites.ids[site], problem.levels[level].name, parts.label(year)


def _per_year(block: Any, parts: Parts, most: int) -> None:
    columns: Columns = {
        ("closing", j, t): ((parts.problem.sites.ids[j], parts.label(t)), j, 1.0)
        for j, _, t in parts.network.stops()
    }
    parts.declare(block, "closing", columns)
    closes: dict[Any, Row] = {}
    yearly: dict[Any, Linear] = {}
    for j, level, t in parts.network.stops():
        line = Linear().add(1.0, parts.variables["closing", j, t])
        closes[_label(parts, j, level, t)] = (0.0, line.plus(parts.stop(j, level, t), -1.0), None)
    for j, t in sorted({(j, t) for j, _, t in parts.network.stops()}):
        here = parts.variables["closing", j, t]
        yearly.setdefault(parts.label(t), Linear()).add(1.0, here)
    rows(block, "closes", closes)
    rows(block, "per_year", {t: (None, line, float(most)) for t, line in yearly.items()})


def _size(block: Any, parts: Parts) -> None:
    written: dict[Any, Row] = {}
    for j, level, t in parts.network.stops():
        if not eligible(parts.problem, parts.network.base_pupils, j):
            asked = parts.network.relocations.get((j, level, t), ())
            line = parts.stop(j, level, t)
            line.plus(total(parts.started(o, [s]) for o, s in asked), -1.0)
            written[_label(parts, j, level, t)] = (None, line, 0.0)
    rows(block, "size", written)


def _small(block: Any, parts: Parts, below: float) -> None:
    present: dict[tuple[int, int], Linear] = {}
    for cell in sorted(parts.places.cells):
        site, _, _, year = cell
        present.setdefault((site, year), Linear()).plus(pupils(parts, cell))
    written: dict[Any, Row] = {}
    for j, level, t in parts.network.stops():
        here = present.get((j, t - 1))
        if here is None or not eligible(parts.problem, parts.network.base_pupils, j):
            continue
        most = max(0.0, here.constant + sum(max(0.0, c) for c in here.coefficients) - below)
        asked = parts.network.relocations.get((j, level, t), ())
        line = Linear().plus(here).plus(parts.stop(j, level, t), most)
        line.plus(total(parts.started(o, [s]) for o, s in asked), -most)
        written[_label(parts, j, level, t)] = (None, line, below + most)
    rows(block, "small", written)


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
