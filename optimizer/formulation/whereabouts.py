"""Where each cohort may be in each year: the sparse index sets of presence (P1 to P3, P5).

A *body* is the cohort (l,c) of a zone i. In each year it is spread over sites; its part at a site
is the value of one *place key*, or the sum of a few: a number (inherited pupils who cannot have
moved), ``("share", p, c)`` (entrants who stay where they entered) or ``("at", i, j, l, c, t)``
(a site where pupils may leave or arrive). So levels where nothing may stop need no flow variable.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np

from optimizer.domain import Problem
from optimizer.formulation.index import NO_PUPILS, Key, Network

Part = Key | float
Cell = tuple[int, int, int, int]  # site, level, cohort, year


@dataclass
class Whereabouts:
    """Index sets of presence.

    Attributes
    ----------
    cells
        (site, level, cohort, year) to (zone, pupils if all of the body is there, part).
    arrivals
        The same for those who come from another site that year.
    balances
        Key of an `at` to the parts held before, the `moved` keys that come and that go.
    moves
        Key of a `moved` to (arc, year, pupils, upper bound).
    present_only_if
        (part, site, upper bound, key of `operates` or 0): pupils only where the level runs.
    nobody
        Parts that must be 0, since their pupils could not go on anywhere.
    upper
        Upper bound of an `at`.
    leaves_point
        (site, level, cohort, year) in which a teaching point's cohort goes on at the parent.
    empties
        Cells where a body has no pupils left, who were there the year (t0: the base year) before.
    """

    cells: dict[Cell, list[tuple[int, float, Part]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    arrivals: dict[Cell, list[tuple[int, float, Part]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    balances: dict[Key, tuple[list[Part], list[Key], list[Key]]] = field(default_factory=dict)
    moves: dict[Key, tuple[int, int, float, float]] = field(default_factory=dict)
    present_only_if: list[tuple[Part, int, float, Key | int]] = field(default_factory=list)
    nobody: list[Part] = field(default_factory=list)
    upper: dict[Key, float] = field(default_factory=dict)
    leaves_point: set[Cell] = field(default_factory=set)
    empties: set[Cell] = field(default_factory=set)


@dataclass(frozen=True)
class Pairs:
    """Lookups into `Travel`: row by (zone, site, level); intake rows by (zone, level)."""

    row: dict[tuple[int, int, int], int]
    intake: dict[tuple[int, int], list[int]]


def make_pairs(problem: Problem) -> Pairs:
    """Index the travel table."""
    travel = problem.travel
    triples = zip(travel.zone.tolist(), travel.site.tolist(), travel.level.tolist(), strict=True)
    row = {triple: p for p, triple in enumerate(triples)}
    intake: dict[tuple[int, int], list[int]] = defaultdict(list)
    for p in np.flatnonzero(travel.intake):
        intake[int(travel.zone[p]), int(travel.level[p])].append(int(p))
    return Pairs(row, dict(intake))


def sizes(
    problem: Problem, level: int
) -> tuple[np.ndarray, dict[tuple[int, int], dict[int, float]]]:
    """Pupils of each body, and where inherited bodies are in the base year.

    Returns
    -------
    pupils
        (Z, C, T) pupils of a zone's cohort in each planned year, 0 when not at school (P1).
    origin
        (zone, cohort) to the part of the body at each site in the base year.
    """
    stage, years = problem.levels[level], problem.horizon.years
    cohorts = stage.cohorts(years)
    start = np.zeros((len(problem.zones), cohorts))
    start[:, stage.grades - 1 :] = problem.demand.entrants[:, level]
    at_site: dict[tuple[int, int], dict[int, float]] = defaultdict(lambda: defaultdict(float))
    enrolled = problem.enrolled
    for row in np.flatnonzero(enrolled.level == level):
        cohort = stage.cohort_of(-1 - (int(enrolled.grade[row]) - stage.first_grade))
        if cohort >= 0 and enrolled.pupils[row] > 0:
            zone = int(enrolled.zone[row])
            start[zone, cohort] += enrolled.pupils[row]
            at_site[zone, cohort][int(enrolled.site[row])] += float(enrolled.pupils[row])
    pupils = np.zeros((len(problem.zones), cohorts, years))
    for cohort in range(cohorts):
        for year in stage.present(cohort, years):
            growth = problem.demand.progression[level][:, cohort, stage.grade_index(cohort, year)]
            pupils[:, cohort, year] = start[:, cohort] * growth
    origin = {
        body: {site: number / start[body] for site, number in sites.items()}
        for body, sites in at_site.items()
    }
    return pupils, origin


def follow(problem: Problem, network: Network, pairs: Pairs) -> Whereabouts:
    """Follow every body through the years and note where its pupils may be."""
    found = Whereabouts()
    for level, stage in enumerate(problem.levels):
        pupils, origin = sizes(problem, level)
        for (zone, cohort), sites in origin.items():
            if pupils[zone, cohort, 0] <= NO_PUPILS:
                found.empties |= {(site, level, cohort, 0) for site in sites}
        for zone, cohort in np.argwhere((pupils > NO_PUPILS).any(axis=2)):
            body = _Body(
                problem, network, pairs, found, int(zone), level, int(cohort), pupils[zone, cohort]
            )
            entry = stage.entry_offset(int(cohort))
            if entry < 0:
                held: dict[int, list[Part]] = {
                    j: [part] for j, part in origin[int(zone), int(cohort)].items()
                }
            elif problem.demand.entrants[zone, level, entry] > NO_PUPILS:
                held = body.entrants(entry)
            else:
                continue
            body.walk(entry, held)
    return found


@dataclass
class _Body:
    """One zone's cohort on its way through the years."""

    problem: Problem
    network: Network
    pairs: Pairs
    found: Whereabouts
    zone: int
    level: int
    cohort: int
    pupils: np.ndarray

    def entrants(self, entry: int) -> dict[int, list[Part]]:
        """Shares of the entry year, at the sites that may run the level then."""
        site = self.problem.travel.site
        return {
            int(site[p]): [("share", p, entry)]
            for p in self.pairs.intake.get((self.zone, self.level), ())
            if self.network.running(int(site[p]), self.level, entry) != 0
        }

    def walk(self, entry: int, held: dict[int, list[Part]]) -> None:
        """Go through the years until no pupils are left, noting every place."""
        last = int(np.flatnonzero(self.pupils > NO_PUPILS)[-1])
        seen: dict[tuple[int, Part], tuple[int, int]] = {}
        for year in range(max(entry, 0), last + 1):
            if year > entry:
                joined = self._leave_points(year, year - entry, held)
                self._move(year, year - entry, held, joined)
            for site, parts in held.items():
                number = float(self.pupils[year])
                cell = self.found.cells[site, self.level, self.cohort, year]
                for part in parts:
                    cell.append((self.zone, number, part))
                    first, _ = seen.get((site, part), (year, year))
                    seen[site, part] = (first, year)
                if year > 0 and number <= NO_PUPILS < self.pupils[year - 1]:
                    self.found.empties.add((site, self.level, self.cohort, year))
        if last + 1 < len(self.pupils):
            for site in held:
                self.found.empties.add((site, self.level, self.cohort, last + 1))
        for (site, part), years in seen.items():
            self._only_if_running(site, part, *years)

    def upper(self, part: Part) -> float:
        """Largest share of the body that a part can stand for."""
        if isinstance(part, float):
            return part
        return self.found.upper.get(part, 1.0)

    def _usable(self, site: int, grade: int) -> bool:
        """Whether the zone may send pupils of a grade (zero-based in the level) to a site."""
        p = self.pairs.row.get((self.zone, site, self.level))
        first = self.problem.levels[self.level].first_grade
        return p is not None and bool(self.problem.travel.usable_from[p] <= first + grade)

    def _leave_points(self, year: int, grade: int, held: dict[int, list[Part]]) -> set[int]:
        """Send the cohort on from teaching points that do not have its grade (C18).

        Returns the parents that are joined by a number yet to be decided.
        """
        joined = set()
        for site in list(held):
            if not 0 < self.problem.sites.point_grades[site] <= grade:
                continue
            parts = held.pop(site)
            self.found.leaves_point.add((site, self.level, self.cohort, year))
            parent = int(self.problem.sites.parent[site])
            number = float(self.pupils[year])
            if number > NO_PUPILS and not self._usable(parent, grade):
                self.found.nobody.extend(parts)
                continue
            held[parent] = [*held.get(parent, []), *parts]
            arrivals = self.found.arrivals[parent, self.level, self.cohort, year]
            arrivals.extend((self.zone, number, part) for part in parts)
            if not all(isinstance(part, float) for part in parts):
                joined.add(parent)
        return joined

    def _move(self, year: int, grade: int, held: dict[int, list[Part]], joined: set[int]) -> None:
        """Let pupils follow the mergers that may be ordered this year (C19)."""
        going: dict[int, list[Key]] = defaultdict(list)
        coming: dict[int, list[Key]] = defaultdict(list)
        arcs, number = self.problem.merge_arcs, float(self.pupils[year])
        for site, parts in held.items():
            bound = min(1.0, sum(self.upper(part) for part in parts))
            for arc in self.network.arcs_from.get((site, self.level), ()):
                target = int(arcs.to_site[arc])
                if (arc, year) not in self.network.merges or not self._usable(target, grade):
                    continue
                key: Key = ("moved", self.zone, arc, self.cohort, year)
                self.found.moves[key] = (arc, year, number, bound)
                self.found.upper[key] = bound
                going[site].append(key)
                coming[target].append(key)
                self.found.arrivals[target, self.level, self.cohort, year].append(
                    (self.zone, number, key)
                )
        for site in sorted(going.keys() | coming.keys() | joined):
            key = ("at", self.zone, site, self.level, self.cohort, year)
            before = held.get(site, [])
            self.found.balances[key] = (before, coming[site], going[site])
            inflow = [self.upper(part) for part in (*before, *coming[site])]
            self.found.upper[key] = min(1.0, sum(inflow))
            held[site] = [key]

    def _only_if_running(self, site: int, part: Part, first: int, last: int) -> None:
        """Require the level to run while pupils are there; one year says it for all the others.

        A level of the base year only ever stops, so its last year counts; a new one only starts.
        """
        year = last if self.problem.sites.runs[site, self.level] else first
        running = self.network.running(site, self.level, year)
        if running != 1:
            self.found.present_only_if.append((part, site, self.upper(part), running))
