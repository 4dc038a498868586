"""Lifecycle: what is built, which levels run, how they stop (N1 to N5, N7, C17 to C20).

With serves[o,t] = Σ_{s ≤ t-lead} builds[o,s] and starts[o,t] = builds[o,t-lead]:

    once[o]:          Σ_s builds[o,s] ≤ 1
    exclusive[j]:     Σ_s builds[o,s] ≤ 1           over o of open, relocate, convert at j
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
    any_level[j,l,t]: open[j,t] ≥ operates[j,l,t]
    some_level[j,t]:  open[j,t] ≤ Σ_l operates[j,l,t]
    schools_open[t]:  Σ_j open[j,t] = p                          where policy fixes the number

The last, the receiver of a merger, a relocation and a teaching point's parent tie sites together.

    capital        = Σ spend shares · cost · builds[o,s] · d[year]
    residual       = -Σ cost · max(0, 1 - years served / life) · builds[o,s] · (1+r)^-T
    school_running = Σ annual_cost[j] · open[j,t] · d[t]
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.domain import Action, Problem
from optimizer.formulation.index import EXCLUSIVE, new_levels
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows, total

NAME = "lifecycle"
TIES_SITES = frozenset(
    {"receiver", "relocates", "whole", "may_close", "may_merge", "parent", "schools_open"}
)


def applies(problem: Problem) -> bool:
    """Whether there is a site."""
    return len(problem.sites) > 0


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; return the cost of building and of running schools."""
    _building(block, parts)
    _running(block, parts)
    _stopping(block, parts)
    _needs(block, parts)
    return {**_capital(parts), "school_running": _open_sites(block, parts)}


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
            if problem.sites.runs[j, level]:
                stays[index] = (None, line.add(-1.0, parts.running(j, level, t - 1)), 0.0)
            else:
                line.plus(total(parts.serving(o, t) for o in brings), -1.0)
                opens[index] = (0.0, line, 0.0)
    rows(block, "opens", opens)
    rows(block, "stays", stays)


def _stopping(block: Any, parts: Parts) -> None:
    problem, arcs = parts.problem, parts.problem.merge_arcs
    merge, close = (one in problem.policy.actions for one in (Action.MERGE, Action.CLOSE))
    families: dict[str, dict[Any, Row]] = {
        name: {} for name in ("one_receiver", "receiver", "may_merge", "may_close")
    }
    for (j, level), years in parts.network.changes.items():
        for t in years if problem.sites.runs[j, level] else ():
            index = problem.sites.ids[j], problem.levels[level].name, parts.label(t)
            leaving = Linear()
            for a in parts.network.arcs_from.get((j, level), ()):
                if (a, t) not in parts.network.merges:
                    continue
                order = parts.variables["merges", a, t]
                k = int(arcs.to_site[a])
                leaving.add(1.0, order)
                line = Linear().add(1.0, order).add(-1.0, parts.running(k, level, t))
                families["receiver"][index[0], problem.sites.ids[k], *index[1:]] = (None, line, 0.0)
            families["one_receiver"][index] = (
                None,
                Linear().plus(leaving).plus(stop(parts, j, level, t), -1.0),
                0.0,
            )
            asked = total(
                parts.started(o, [s]) for o, s in parts.network.projects.get((j, level, t), ())
            )
            if not merge:
                line = Linear().plus(leaving).plus(asked, -1.0)
                families["may_merge"][index] = (None, line, 0.0)
            if not close:
                line = stop(parts, j, level, t).plus(leaving, -1.0).plus(asked, -1.0)
                families["may_close"][index] = (None, line, 0.0)
    for name, written in families.items():
        rows(block, name, written)


def stop(parts: Parts, site: int, level: int, year: int) -> Linear:
    """1 where a level stops exactly in a year."""
    line = Linear().add(1.0, parts.running(site, level, year - 1))
    return line.add(-1.0, parts.running(site, level, year))


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
    for j, level in _possible(parts):
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


def _possible(parts: Parts) -> list[tuple[int, int]]:
    """(site, level) pairs that run in some year or may."""
    last = parts.problem.horizon.years - 1
    return [
        (j, level)
        for j in range(len(parts.problem.sites))
        for level in range(len(parts.problem.levels))
        if parts.problem.sites.runs[j, level] or parts.network.running(j, level, last) != 0
    ]


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


def _open_sites(block: Any, parts: Parts) -> Linear:
    """Declare `open` where a site may run several levels, and price every site-year (N7, C17)."""
    problem, running = parts.problem, dict[tuple[int, int], list[Any]]()
    for j, level in _possible(parts):
        for t in range(problem.horizon.years):
            running.setdefault((j, t), []).append(parts.running(j, level, t))
    label = {(j, t): (problem.sites.ids[j], parts.label(t)) for j, t in running}
    columns: Columns = {
        ("open", j, t): (label[j, t], j, 1.0)
        for (j, t), levels in running.items()
        if len(levels) > 1 and 1 not in _numbers(levels)
    }
    parts.declare(block, "open", columns, pyo.NonNegativeReals)
    any_level: dict[Any, Row] = {}
    some_level: dict[Any, Row] = {}
    count: dict[int, Linear] = {t: Linear() for t in range(problem.horizon.years)}
    cost = Linear()
    for (j, t), levels in running.items():
        is_open = parts.variables.get(("open", j, t))
        if is_open is None:
            is_open = 1 if 1 in _numbers(levels) else levels[0]
        else:
            some = Linear().add(1.0, is_open)
            for number, one in enumerate(levels):
                line = Linear().add(1.0, is_open).add(-1.0, one)
                any_level[*label[j, t], number] = (0.0, line, None)
                some.add(-1.0, one)
            some_level[label[j, t]] = (None, some, 0.0)
        count[t].add(1.0, is_open)
        cost.add(float(problem.sites.annual_cost[j]) * parts.discount(t), is_open)
    rows(block, "any_level", any_level)
    rows(block, "some_level", some_level)
    wanted = problem.policy.schools_open
    if wanted is not None:
        exactly: dict[Any, Row] = {
            parts.label(t): (wanted, line, wanted) for t, line in count.items()
        }
        rows(block, "schools_open", exactly)
    return cost


def _numbers(values: list[Any]) -> list[int]:
    return [value for value in values if isinstance(value, int)]


def _capital(parts: Parts) -> Terms:
    """Capital and residual of every option that may be started (C2, C3, C5)."""
    problem, options = parts.problem, parts.problem.options
    years, life = problem.horizon.years, problem.prices.life_years
    capital, residual = Linear(), Linear()
    for o, starts in parts.network.starts.items():
        cost = float(options.capital_cost[o])
        for s in starts:
            start = parts.variables["builds", o, s]
            for year, amount in spending(parts, o, s):
                capital.add(amount * parts.discount(year), start)
            served = years - s - int(options.lead[o])
            residual.add(-cost * max(0.0, 1 - served / life) * parts.discount(years), start)
    return {"capital": capital, "residual": residual}


def spending(parts: Parts, option: int, start: int) -> list[tuple[int, float]]:
    """Years from t0 within the horizon in which an option started then is paid, and how much."""
    options = parts.problem.options
    paid = [
        (start + offset, float(share * options.capital_cost[option]))
        for offset, share in enumerate(options.spend[option])
        if share
    ]
    return [(year, amount) for year, amount in paid if 0 <= year < parts.problem.horizon.years]
