"""Places that lack, by trying every set of schools: a check of the flow cuts on small counties.

For a level and year the pupils confined to a set of schools may exceed the places there; the
largest excess over all sets is what a maximum flow leaves unplaced (Hall's condition). Shares
nothing with `optimizer.diagnose`. Only for counties in which no school may close or merge.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations

import numpy as np

from optimizer.domain import Action, Problem
from optimizer.limits import hard_limits

Bodies = dict[tuple[int, int], list[tuple[frozenset[int], float]]]


def largest_excess(problem: Problem) -> dict[tuple[str, int], float]:
    """Pupils who cannot be placed, by level and year; only where there are some."""
    bodies, found = _bodies(problem), {}
    for (level, t), groups in bodies.items():
        places = [_places(problem, site, level, t) for site in range(len(problem.sites))]
        worst = 0.0
        for size in range(len(places) + 1):
            for chosen in combinations(range(len(places)), size):
                confined = sum(pupils for reach, pupils in groups if reach <= set(chosen))
                worst = max(worst, confined - sum(places[site] for site in chosen))
        if worst > 0:
            found[problem.levels[level].name, problem.horizon.first_year + t] = worst
    return found


def _bodies(problem: Problem) -> Bodies:
    """Pupils by level and year, each group with the schools where it may be."""
    found: Bodies = defaultdict(list)
    for level, stage in enumerate(problem.levels):
        for zone in range(len(problem.zones)):
            for cohort in range(stage.cohorts(problem.horizon.years)):
                entry = stage.entry_offset(cohort)
                start, reach = _cohort(problem, zone, level, entry)
                for t in stage.present(cohort, problem.horizon.years):
                    grade = stage.grade_index(cohort, t)
                    pupils = start * problem.demand.progression[level][zone, cohort, grade]
                    found[level, t].append((reach, float(pupils)))
    return found


def _cohort(problem: Problem, zone: int, level: int, entry: int) -> tuple[float, frozenset[int]]:
    """Pupils of a cohort when it begins or is inherited, and the schools where they may be."""
    travel, enrolled = problem.travel, problem.enrolled
    if entry >= 0:
        ours = (travel.zone == zone) & (travel.level == level) & travel.intake
        sites = [int(site) for site in travel.site[ours] if _runs(problem, int(site), level, entry)]
        return float(problem.demand.entrants[zone, level, entry]), frozenset(sites)
    grade = problem.levels[level].first_grade - entry - 1
    rows = (enrolled.zone == zone) & (enrolled.level == level) & (enrolled.grade == grade)
    return float(enrolled.pupils[rows].sum()), frozenset(enrolled.site[rows].tolist())


def _served(problem: Problem, option: int, t: int) -> bool:
    options, first = problem.options, problem.horizon.first_year
    if options.action[option] not in problem.policy.actions:
        return False
    return bool(max(options.earliest[option], first) + options.lead[option] <= first + t)


def _runs(problem: Problem, site: int, level: int, t: int) -> bool:
    options = problem.options
    return bool(problem.sites.runs[site, level]) or any(
        options.site[o] == site
        and options.action[o] is Action.OPEN
        and options.levels_after[o, level]
        and _served(problem, o, t)
        for o in range(len(options))
    )


def _places(problem: Problem, site: int, level: int, t: int) -> float:
    if not problem.policy.on("class_size"):
        seats = float(problem.sites.seats[site])
        return seats if np.isfinite(seats) else np.inf
    options = problem.options
    rooms = float(problem.sites.rooms[site] + problem.sites.function_rooms[site].sum())
    for o in range(len(options)):
        if options.site[o] == site and _served(problem, o, t):
            rooms += float(options.rooms[o] + options.function_rooms[o].sum())
    stage = problem.levels[level]
    entries = [stage.entry_offset(c) for c in range(stage.cohorts(problem.horizon.years))]
    here = [c for c, entry in enumerate(entries) if entry <= t < entry + stage.grades]
    return rooms * max(float(hard_limits(problem, level)[site, c]) for c in here)
