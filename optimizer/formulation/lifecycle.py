"""Lifecycle: what is built, which levels run, how they stop (N1 to N5, C17 to C20).

With serves[o,t] = Σ_{s ≤ t-lead} builds[o,s] and starts[o,t] = builds[o,t-lead]:

    once[o]:          Σ_s builds[o,s] ≤ 1
    exclusive[j]:     Σ_s builds[o,s] ≤ 1           over o of open, relocate, convert at j
    alike[o,t]:       Σ_{s ≤ t} builds[o,s] ≤ Σ_{s ≤ t} builds[o',s]   o' is o but for its id
    opens[j,l,t]:     operates[j,l,t] = Σ_o serves[o,t]          for a level new to j
    stays[j,l,t]:     operates[j,l,t] ≤ operates[j,l,t-1]        for a level of the base year
    converts[o,l,t]:  operates[j,l,t] ≤ 1 - starts[o,t]          where o drops l from j
    keeps[o,l,t]:     operates[j,l,t] ≥ starts[o,t]              where o keeps l of the base year
    whole[o,l,t]:     operates[j,l,t-1] ≤ 1 - starts[o,t]        o: relocates j, l: new to j
    relocates[o,l,t]: merges[a,t] ≥ starts[o,t]                  a: from the old site to the new
    one_receiver[j,l,t]:  Σ_k merges[j,k,l,t] ≤ operates[j,l,t-1] - operates[j,l,t]
    receiver[j,k,l,t]:    merges[j,k,l,t] ≤ operates[k,l,t]
    may_merge[j,l,t]: Σ_k merges[j,k,l,t] ≤ Σ starts[o,t]        where policy has no `merge`
    may_close[j,l,t]: stop - Σ_k merges[j,k,l,t] ≤ Σ starts[o,t] where policy has no `close`
    unsafe[j,l,t]:    operates[j,l,t] ≤ Σ serves[o,t]            o: retrofits; from the deadline on
    parent[j,l,t]:    operates[j,l,t] ≤ operates[parent of j,l,t]

The receiver of a merger, a relocation and a teaching point's parent tie sites together.

    capital        = Σ spend shares · cost · builds[o,s] · d[year]
    residual       = -Σ cost · max(0, 1 - years served / life) · builds[o,s] · (1+r)^-T
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from optimizer.domain import Action, Problem
from optimizer.formulation.index import EXCLUSIVE, new_levels
from optimizer.formulation.parts import Linear, Parts, Row, Terms, rows, total
from optimizer.formulation.symmetry import alike

NAME = "lifecycle"
TIES_SITES = frozenset({"receiver", "relocates", "whole", "may_close", "may_merge", "parent"})


def applies(problem: Problem) -> bool:
    """Whether there is a site."""
    return len(problem.sites) > 0


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; return the cost of building."""
    _building(block, parts)
    _running(block, parts)
    _mergers(block, parts)
    _permissions(block, parts)
    _needs(block, parts)
    return _capital(parts)


def _building(block: Any, parts: Parts) -> None:
    options, network = parts.problem.options, parts.network
    always = range(parts.problem.horizon.years)
    once: dict[Any, Row] = {
        options.ids[o]: (None, parts.started(o, years), 1.0)
        for o, years in network.starts.items()
        if len(years) > 1
    }
    exclusive: dict[Any, Row] = {}
    for j, site in enumerate(parts.problem.sites.ids):
        rivals = [
            o
            for o in network.starts
            if options.site[o] == j and options.action[o] in EXCLUSIVE and network.starts[o]
        ]
        if len(rivals) > 1:
            exclusive[site] = (None, total(parts.started(o, always) for o in rivals), 1.0)
    rows(block, "once", once)
    rows(block, "exclusive", exclusive)
    rows(block, "alike", _in_order(parts))


def _in_order(parts: Parts) -> dict[Any, Row]:
    """Of options that are equal but for their ids, start none before the one that comes first."""
    options, starts = parts.problem.options, parts.network.starts
    lines: dict[Any, Row] = {}
    for group in alike(options, list(starts)):
        for before, o in pairwise(group):
            for t in starts[o]:
                line = parts.started(o, range(t + 1)).plus(
                    parts.started(before, range(t + 1)), -1.0
                )
                lines[options.ids[o], parts.label(t)] = (None, line, 0.0)
    return lines


def _running(block: Any, parts: Parts) -> None:
    problem, network = parts.problem, parts.network
    opens: dict[Any, Row] = {}
    stays: dict[Any, Row] = {}
    for (j, level), years in network.changes.items():
        brings = [
            o
            for o in network.starts
            if problem.options.site[o] == j and level in new_levels(problem, o)
        ]
        for t in years:
            index = problem.sites.ids[j], problem.levels[level].name, parts.label(t)
            line = Linear().add(1.0, parts.running(j, level, t))
            before = parts.running(j, level, t - 1)
            if not problem.sites.runs[j, level]:
                line.plus(total(parts.serving(o, t) for o in brings), -1.0)
                opens[index] = (0.0, line, 0.0)
            elif not isinstance(before, int):
                stays[index] = (None, line.add(-1.0, before), 0.0)
    rows(block, "opens", opens)
    rows(block, "stays", stays)


def _mergers(block: Any, parts: Parts) -> None:
    problem, arcs = parts.problem, parts.problem.merge_arcs
    one_receiver: dict[Any, Row] = {}
    receiver: dict[Any, Row] = {}
    for j, level, t in parts.network.stops():
        index = problem.sites.ids[j], problem.levels[level].name, parts.label(t)
        leaving = _merged(parts, j, level, t)
        if leaving.variables:
            one_receiver[index] = (None, leaving.plus(parts.stop(j, level, t), -1.0), 0.0)
    for a, t in sorted(parts.network.merges):
        j, k, level = int(arcs.from_site[a]), int(arcs.to_site[a]), int(arcs.level[a])
        line = Linear().add(1.0, parts.variables["merges", a, t])
        line.add(-1.0, parts.running(k, level, t))
        name = problem.sites.ids[j], problem.sites.ids[k], problem.levels[level].name
        receiver[*name, parts.label(t)] = (None, line, 0.0)
    rows(block, "one_receiver", one_receiver)
    rows(block, "receiver", receiver)


def _permissions(block: Any, parts: Parts) -> None:
    """Let levels stop without `close` or merge without `merge` only where a project asks."""
    problem, actions = parts.problem, parts.problem.policy.actions
    may_merge: dict[Any, Row] = {}
    may_close: dict[Any, Row] = {}
    for j, level, t in parts.network.stops():
        index = problem.sites.ids[j], problem.levels[level].name, parts.label(t)
        asked = total(
            parts.started(o, [s]) for o, s in parts.network.projects.get((j, level, t), ())
        )
        leaving = _merged(parts, j, level, t)
        if Action.MERGE not in actions:
            may_merge[index] = (None, Linear().plus(leaving).plus(asked, -1.0), 0.0)
        if Action.CLOSE not in actions:
            line = parts.stop(j, level, t).plus(leaving, -1.0).plus(asked, -1.0)
            may_close[index] = (None, line, 0.0)
    rows(block, "may_merge", may_merge)
    rows(block, "may_close", may_close)


def _merged(parts: Parts, site: int, level: int, year: int) -> Linear:
    """1 where a merger sends the pupils of a level elsewhere in a year."""
    line = Linear()
    for a in parts.network.arcs_from.get((site, level), ()):
        if (a, year) in parts.network.merges:
            line.add(1.0, parts.variables["merges", a, year])
    return line


def _needs(block: Any, parts: Parts) -> None:
    """Add what conversions, relocations, unsafe buildings and parents of points ask of a level."""
    problem, network = parts.problem, parts.network
    sites, levels = problem.sites, problem.levels
    converts: dict[Any, Row] = {}
    relocates: dict[Any, Row] = {}
    for (j, level, t), asked in network.projects.items():
        for o, s in asked:
            index = problem.options.ids[o], levels[level].name, parts.label(t)
            starts = parts.started(o, [s])
            if problem.options.action[o] is Action.CONVERT:
                line = Linear().plus(starts).add(1.0, parts.running(j, level, t))
                converts[index] = (None, line, 1.0)
            else:
                order = _order(parts, j, int(problem.options.site[o]), level, t)
                relocates[index] = (0.0, order.plus(starts, -1.0), None)
    rows(block, "converts", converts)
    rows(block, "relocates", relocates)
    _kept(block, parts)
    unsafe: dict[Any, Row] = {}
    parent: dict[Any, Row] = {}
    for j, level in parts.possible():
        for t in range(problem.horizon.years):
            index = sites.ids[j], levels[level].name, parts.label(t)
            running = parts.running(j, level, t)
            deadline = problem.policy.unsafe_deadline
            if sites.unsafe[j] and deadline is not None and parts.label(t) >= deadline:
                line = Linear().add(1.0, running).plus(_retrofitted(parts, j, t), -1.0)
                unsafe[index] = (None, line, 0.0)
            if sites.point_grades[j]:
                onward = parts.running(int(sites.parent[j]), level, t)
                parent[index] = (None, Linear().add(1.0, running).add(-1.0, onward), 0.0)
    rows(block, "unsafe", unsafe)
    rows(block, "parent", parent)


def _kept(block: Any, parts: Parts) -> None:
    """Add what projects ask of levels that they do not stop."""
    problem, options = parts.problem, parts.problem.options
    keeps: dict[Any, Row] = {}
    whole: dict[Any, Row] = {}
    for o in (*parts.network.starts, *parts.network.committed):
        if options.action[o] not in EXCLUSIVE:
            continue
        j, old, lead = int(options.site[o]), int(options.relocates[o]), int(options.lead[o])
        for s in parts.network.starts.get(o, (parts.network.committed.get(o, 0),)):
            t, starts = s + lead, parts.started(o, [s])
            if not 0 <= t < problem.horizon.years:
                continue
            for level, stage in enumerate(problem.levels):
                index = options.ids[o], stage.name, parts.label(t)
                if options.levels_after[o, level] and problem.sites.runs[j, level]:
                    line = Linear().add(1.0, parts.running(j, level, t)).plus(starts, -1.0)
                    keeps[index] = (0.0, line, None)
                if options.action[o] is Action.RELOCATE and not problem.sites.runs[old, level]:
                    line = Linear().plus(starts).add(1.0, parts.running(old, level, t - 1))
                    whole[index] = (None, line, 1.0)
    rows(block, "keeps", keeps)
    rows(block, "whole", whole)


def _order(parts: Parts, origin: int, target: int, level: int, year: int) -> Linear:
    """Return the merger of one site into another, 0 where it may not be ordered."""
    arcs, line = parts.problem.merge_arcs, Linear()
    for a in parts.network.arcs_from.get((origin, level), ()):
        if arcs.to_site[a] == target and (a, year) in parts.network.merges:
            line.add(1.0, parts.variables["merges", a, year])
    return line


def _retrofitted(parts: Parts, site: int, year: int) -> Linear:
    options, lines = parts.problem.options, []
    for o in (*parts.network.starts, *parts.network.committed):
        if options.site[o] == site and options.action[o] is Action.RETROFIT:
            early = parts.network.committed.get(o, 0) + int(options.lead[o]) < 0
            lines.append(Linear().add(1.0, 1) if early else parts.serving(o, year))
    return total(lines)


def _capital(parts: Parts) -> Terms:
    """Capital and residual of every option that may be started (C2, C3, C5)."""
    problem, options = parts.problem, parts.problem.options
    years, life = problem.horizon.years, problem.prices.life_years
    capital, residual = Linear(), Linear()
    for o, starts in parts.network.starts.items():
        cost = float(options.capital_cost[o])
        for s in starts:
            start = parts.variables["builds", o, s]
            for year, amount in parts.spending(o, s):
                capital.add(amount * parts.discount(year), start)
            served = years - s - int(options.lead[o])
            residual.add(-cost * max(0.0, 1 - served / life) * parts.discount(years), start)
    return {"capital": capital, "residual": residual}
