"""Every named decision of a plan, declared in one place: the legend, read first.

| variable | symbol | index | domain | meaning |
|---|---|---|---|---|
| `share` | x | zone, site, level, year | [0,1]; {0,1} for whole zones | share of the zone's \
entrants of a year who enrol at the site |
| `operates` | y | site, level, year | {0,1} | the level runs; only in years in which that may \
change, else the value of the year before holds |
| `builds` | b | option, year | {0,1} | the option is started |
| `merges` | m | from, to, level, year | {0,1} | the enrolled go on at the other site from then |
| `classes` | n | site, level, entry year, year | integer | classes of a cohort |
| `at` | a | zone, site, level, entry year, year | [0,1] | part of a zone's cohort that is there, \
where pupils may have left or arrived |
| `moved` | v | zone, from, to, level, entry year, year | [0,1] | part that moves by a merger |

Families add auxiliary variables (pupils over the cap, rooms taken, …) to their own blocks.
"""

from __future__ import annotations

from typing import Any

import pyomo.environ as pyo

from optimizer.formulation.index import NO_PUPILS
from optimizer.formulation.parts import Columns, Parts


def add(block: Any, parts: Parts) -> None:
    """Declare the decisions."""
    _network(block, parts)
    _pupils(block, parts)
    if parts.problem.policy.on("class_size"):
        _classes(block, parts)


def _network(block: Any, parts: Parts) -> None:
    problem, network = parts.problem, parts.network
    sites, levels, arcs = problem.sites.ids, problem.levels, problem.merge_arcs
    operates: Columns = {
        ("operates", j, level, t): ((sites[j], levels[level].name, parts.label(t)), j, None)
        for (j, level), years in sorted(network.changes.items())
        for t in years
    }
    builds: Columns = {
        ("builds", o, t): (
            (problem.options.ids[o], parts.label(t)),
            int(problem.options.site[o]),
            None,
        )
        for o, years in sorted(network.starts.items())
        for t in years
    }
    merges: Columns = {}
    for a, t in sorted(network.merges):
        j, k, level = int(arcs.from_site[a]), int(arcs.to_site[a]), int(arcs.level[a])
        merges["merges", a, t] = (sites[j], sites[k], levels[level].name, parts.label(t)), j, None
    parts.declare(block, "operates", operates, pyo.Binary)
    parts.declare(block, "builds", builds, pyo.Binary)
    parts.declare(block, "merges", merges, pyo.Binary)


def _pupils(block: Any, parts: Parts) -> None:
    problem, travel, places = parts.problem, parts.problem.travel, parts.places
    zones, sites, levels = problem.zones.ids, problem.sites.ids, problem.levels
    share: Columns = {}
    for (i, level), pairs in sorted(parts.pairs.intake.items(), key=lambda item: item[0][::-1]):
        for t in range(problem.horizon.years):
            if problem.demand.entrants[i, level, t] <= NO_PUPILS:
                continue
            for p in pairs:
                j = int(travel.site[p])
                if parts.network.running(j, level, t) != 0:
                    label: tuple[Any, ...] = (
                        zones[i],
                        sites[j],
                        levels[level].name,
                        parts.label(t),
                    )
                    share["share", p, t] = label, j, 1.0
    at: Columns = {}
    for key in places.balances:
        _, i, j, level, c, t = (int(n) if n != "at" else 0 for n in key)
        entry = parts.label(levels[level].entry_offset(c))
        label = (zones[i], sites[j], levels[level].name, entry, parts.label(t))
        at[key] = label, j, places.upper[key]
    moved: Columns = {}
    for key, (a, t, _, bound) in places.moves.items():
        j, k = int(problem.merge_arcs.from_site[a]), int(problem.merge_arcs.to_site[a])
        level = int(problem.merge_arcs.level[a])
        entry = parts.label(levels[level].entry_offset(int(key[3])))
        label = (zones[int(key[1])], sites[j], sites[k], levels[level].name, entry, parts.label(t))
        moved[key] = label, j, bound
    whole = problem.policy.keeps_zones_whole
    parts.declare(block, "share", share, pyo.Binary if whole else pyo.NonNegativeReals)
    parts.declare(block, "at", at)
    parts.declare(block, "moved", moved)


def _classes(block: Any, parts: Parts) -> None:
    sites, levels = parts.problem.sites.ids, parts.problem.levels
    classes: Columns = {}
    for j, level, c, t in sorted(parts.places.cells):
        entry = parts.label(levels[level].entry_offset(c))
        label = (sites[j], levels[level].name, entry, parts.label(t))
        classes["classes", j, level, c, t] = label, j, float(parts.rooms_at_most[j])
    parts.declare(block, "classes", classes, pyo.NonNegativeIntegers)
