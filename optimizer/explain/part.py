"""The part of a county that a cut is about, for what the whole county is too large for.

It is a relaxation: whatever is impossible there is impossible in the county. Zones elsewhere have
no pupils, so that schools have more room and the budget more to give; every school that a kept zone
could reach stays; rules over the county (number of schools, last of a town, areas, stability) go.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import compress
from typing import Any

import numpy as np

from optimizer.diagnose import Cut
from optimizer.domain import (
    Demand,
    DemandZones,
    Enrolled,
    MergeArcs,
    Options,
    Problem,
    Sites,
    Travel,
)
from optimizer.explain.reach import Wider
from optimizer.explain.rule import columns_of

COUNTY_WIDE: dict[str, Any] = {
    "schools_open": None,
    "keep_last_lower_secondary": False,
    "contiguous": False,
    "stability": None,
}
"""Levers that bind the county as a whole, and what they are where they do not bind."""


def part_of(
    problem: Problem, wider: Wider | None, cuts: Iterable[Cut]
) -> tuple[Problem, Wider | None]:
    """Keep the zones of some cuts and every site that could matter to them."""
    named = {zone for cut in cuts for zone in cut.zones}
    zones = np.array([zone in named for zone in problem.zones.ids], dtype=bool)
    sites = _sites_of(problem, wider, zones)
    cut_out = replace(
        problem,
        zones=DemandZones(**_columns(problem.zones, zones)),
        sites=_sites(problem.sites, sites),
        options=_options(problem.options, sites),
        demand=Demand(
            problem.demand.entrants[zones],
            tuple(factors[zones] for factors in problem.demand.progression),
        ),
        enrolled=_enrolled(problem.enrolled, zones, sites),
        travel=_travel(problem.travel, zones, sites),
        merge_arcs=_arcs(problem.merge_arcs, sites),
        policy=replace(problem.policy, **COUNTY_WIDE),
        adjacency=None,
    )
    if wider is None:
        return cut_out, None
    more = Wider(_travel(wider.travel, zones, sites), _arcs(wider.merge_arcs, sites))
    return cut_out, more


def _sites_of(problem: Problem, wider: Wider | None, zones: np.ndarray) -> np.ndarray:
    """(S,) bool: sites that pupils of the zones could reach, and those tied to them."""
    found = np.zeros(len(problem.sites), dtype=bool)
    for travel in (problem.travel, *(() if wider is None else (wider.travel,))):
        found[travel.site[zones[travel.zone]]] = True
    found[problem.enrolled.site[zones[problem.enrolled.zone]]] = True
    arcs, relocates = problem.merge_arcs, problem.options.relocates
    size = -1
    while size != found.sum():
        size = int(found.sum())
        parents = problem.sites.parent[found]
        found[parents[parents >= 0]] = True
        moving = (relocates >= 0) & (found[problem.options.site] | found[relocates])
        found[relocates[moving]] = True
        found[problem.options.site[moving]] = True
        leaving = found & problem.sites.unsafe
        found[arcs.to_site[leaving[arcs.from_site]]] = True
    return found


def _numbers(kept: np.ndarray) -> np.ndarray:
    """Old index to new one, -1 where it is not kept; one more row for old index -1."""
    return np.append(np.where(kept, np.cumsum(kept) - 1, -1), -1)


def _columns(table: DemandZones | Sites | Options | Travel, kept: np.ndarray) -> dict[str, Any]:
    """Columns of a table by name, with the rows that are kept."""
    return {
        name: tuple(compress(column, kept)) if isinstance(column, tuple) else column[kept]
        for name, column in columns_of(table).items()
    }


def _sites(sites: Sites, kept: np.ndarray) -> Sites:
    columns = _columns(sites, kept)
    return Sites(**{**columns, "parent": _numbers(kept)[columns["parent"]]})


def _options(options: Options, sites: np.ndarray) -> Options:
    kept, numbers = sites[options.site], _numbers(sites)
    columns = _columns(options, kept)
    moved = {name: numbers[columns[name]] for name in ("site", "relocates")}
    return Options(**{**columns, **moved})


def _enrolled(enrolled: Enrolled, zones: np.ndarray, sites: np.ndarray) -> Enrolled:
    """Pupils of the kept zones; classes of the kept sites, which they still have to hold."""
    rows, classes = zones[enrolled.zone], sites[enrolled.class_site]
    return Enrolled(
        zone=_numbers(zones)[enrolled.zone[rows]],
        site=_numbers(sites)[enrolled.site[rows]],
        level=enrolled.level[rows],
        grade=enrolled.grade[rows],
        pupils=enrolled.pupils[rows],
        class_site=_numbers(sites)[enrolled.class_site[classes]],
        class_level=enrolled.class_level[classes],
        class_grade=enrolled.class_grade[classes],
        classes=enrolled.classes[classes],
    )


def _travel(travel: Travel, zones: np.ndarray, sites: np.ndarray) -> Travel:
    columns = _columns(travel, zones[travel.zone] & sites[travel.site])
    columns["zone"] = _numbers(zones)[columns["zone"]]
    columns["site"] = _numbers(sites)[columns["site"]]
    return Travel(**columns)


def _arcs(arcs: MergeArcs, sites: np.ndarray) -> MergeArcs:
    rows, numbers = sites[arcs.from_site] & sites[arcs.to_site], _numbers(sites)
    return MergeArcs(numbers[arcs.from_site[rows]], numbers[arcs.to_site[rows]], arcs.level[rows])
