"""Where the pupils of each body may be in each year, as sets of sites.

What `whereabouts` follows with all its variables, for those who only ask which schools there are:
in a fraction of the time on a whole county.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from optimizer.domain import Problem
from optimizer.formulation.index import NO_PUPILS, Network
from optimizer.formulation.whereabouts import Pairs, sizes

Groups = dict[tuple[int, frozenset[int]], float]
"""(zone, sites where its pupils may be) to pupils."""


def reach_sets(problem: Problem, network: Network, pairs: Pairs) -> dict[tuple[int, int], Groups]:
    """Group the pupils of each level and year by zone and by the sites where they may be (P2)."""
    found: dict[tuple[int, int], Groups] = defaultdict(lambda: defaultdict(float))
    usable: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    grades = problem.travel.usable_from.tolist()
    for (zone, site, level), row in pairs.row.items():
        usable[zone, level][site] = grades[row]
    for level, stage in enumerate(problem.levels):
        pupils, origin = sizes(problem, level)
        ways = _Ways(problem, network, level, _receivers(problem, network, level))
        for zone, cohort in np.argwhere((pupils > NO_PUPILS).any(axis=2)).tolist():
            entry = stage.entry_offset(cohort)
            if entry < 0:
                held = frozenset(origin[zone, cohort])
            elif problem.demand.entrants[zone, level, entry] > NO_PUPILS:
                held = ways.entrants(pairs.intake.get((zone, level), []), entry)
            else:
                continue
            numbers = pupils[zone, cohort].tolist()
            for year, sites in ways.walk(held, usable[zone, level], entry, len(numbers)):
                if numbers[year] > NO_PUPILS:
                    found[level, year][zone, sites] += numbers[year]
    return found


def _receivers(problem: Problem, network: Network, level: int) -> dict[int, dict[int, list[int]]]:
    """Year to sender to the sites into which it may be merged then."""
    arcs = problem.merge_arcs
    found: dict[int, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for arc, year in network.merges:
        if arcs.level[arc] == level:
            found[year][int(arcs.from_site[arc])].append(int(arcs.to_site[arc]))
    return found


@dataclass(frozen=True)
class _Ways:
    """How the pupils of a level come from one site to another."""

    problem: Problem
    network: Network
    level: int
    receivers: dict[int, dict[int, list[int]]]

    def entrants(self, rows: list[int], entry: int) -> frozenset[int]:
        """Sites that may run the level in the year of entry."""
        sites = self.problem.travel.site
        return frozenset(
            int(sites[row])
            for row in rows
            if self.network.running(int(sites[row]), self.level, entry) != 0
        )

    def walk(
        self, held: frozenset[int], usable: dict[int, int], entry: int, years: int
    ) -> Iterator[tuple[int, frozenset[int]]]:
        """Yield each year and the sites where a body may be, `usable` from which grade on."""
        stage = self.problem.levels[self.level]
        for year in range(max(entry, 0), min(years, entry + stage.grades)):
            if year > entry:
                grade = stage.first_grade + year - entry
                held = self._merged(self._onward(held, usable, grade), usable, grade, year)
            yield year, held

    def _onward(self, held: frozenset[int], usable: dict[int, int], grade: int) -> frozenset[int]:
        """Go on at the parent from teaching points that do not have the grade (C18)."""
        points = self.problem.sites.point_grades
        index = grade - self.problem.levels[self.level].first_grade
        ending = [site for site in held if 0 < points[site] <= index]
        if not ending:
            return held
        parents = {int(self.problem.sites.parent[site]) for site in ending}
        return (held - set(ending)) | {one for one in parents if usable.get(one, 99) <= grade}

    def _merged(
        self, held: frozenset[int], usable: dict[int, int], grade: int, year: int
    ) -> frozenset[int]:
        """Follow the mergers that may be ordered in a year (C19)."""
        receivers = self.receivers.get(year)
        if not receivers:
            return held
        more = {
            target
            for site in receivers.keys() & held
            for target in receivers[site]
            if usable.get(target, 99) <= grade
        }
        return held | more if more else held
