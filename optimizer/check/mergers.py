"""Rules about pupils already enrolled: mergers and teaching points (P2, P5)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.check.case import PUPILS, Case
from optimizer.domain import Violation


def mergers_are_allowed(case: Case) -> Iterator[Violation]:
    """`merger.arc`: an allowed arc, one per site and level, when the level stops."""
    arcs, horizon = case.problem.merge_arcs, case.problem.horizon
    allowed = set(zip(arcs.from_site, arcs.to_site, arcs.level, strict=True))
    seen = set()
    for site, to, level, year in case.plan.merges:
        stops = year in horizon.labels and case.stops[site, level, year - horizon.first_year]
        if (site, to, level) not in allowed or (site, level) in seen or not stops:
            yield Violation("merger.arc", case.problem.sites.ids[site], int(year), 1.0, "merger")
        seen.add((site, level))


def receivers_run_the_level(case: Case) -> Iterator[Violation]:
    """`merger.receiver`: the receiving site runs the level in the year of the merger."""
    horizon = case.problem.horizon
    for _, to, level, year in case.plan.merges:
        inside = year in horizon.labels
        if inside and not case.plan.runs[to, level, year - horizon.first_year]:
            where = case.problem.sites.ids[to]
            yield Violation("merger.receiver", where, int(year), 1.0, "merger")


def moved_pupils_can_get_there(case: Case) -> Iterator[Violation]:
    """`merger.reach`: whoever is moved has a pair usable from the grade of that year on."""
    problem = case.problem
    for level, here in zip(problem.levels, case.present, strict=True):
        grade = level.first_grade + here.year - (here.cohort - (level.grades - 1))
        usable = np.zeros(len(here.pair), dtype=bool)
        known = here.pair >= 0
        usable[known] = problem.travel.usable_from[here.pair[known]] <= grade[known]
        moved = (here.came_from != here.site) & (here.number > PUPILS)
        for row in np.flatnonzero(moved & ~usable):
            where = f"{problem.zones.ids[here.zone[row]]}>{problem.sites.ids[here.site[row]]}"
            year, amount = case.year(here.year[row]), float(here.number[row])
            yield Violation("merger.reach", where, year, amount, "pupils")


def no_pupils_are_left_behind(case: Case) -> Iterator[Violation]:
    """`merger.missing`: a level that stops with pupils who stay on needs a merger.

    Pupils enrolled in the base year where their level does not run are left behind in t0.
    """
    for index, (level, here) in enumerate(zip(case.problem.levels, case.present, strict=True)):
        ran = case.ran[:, index].copy()
        ran[:, 0] = True
        years = here.pupils.shape[2]
        entry = np.arange(here.pupils.shape[1]) - (level.grades - 1)
        continuing = entry[:, None] < np.arange(years)
        left = np.where(continuing, here.pupils - here.arrivals, 0.0).sum(axis=1)
        broken = (left > PUPILS) & ran & ~case.plan.runs[:, index]
        yield from case.at_sites("merger.missing", broken, left, "pupils")


def points_have_a_running_parent(case: Case) -> Iterator[Violation]:
    """`teaching_point.parent`: the parent runs the level while the point does or sends pupils."""
    sites, runs = case.problem.sites, case.plan.runs
    broken = np.zeros((len(sites), runs.shape[2]), dtype=bool)
    for point in np.flatnonzero(sites.point_grades):
        broken[point] = (runs[point] & ~runs[sites.parent[point]]).any(axis=0)
    for index, here in enumerate(case.present):
        going_on = (here.came_from != here.site) & ~here.merged & (here.number > PUPILS)
        lost = going_on & ~runs[here.site, index, here.year]
        broken[here.came_from[lost], here.year[lost]] = True
    yield from case.at_sites("teaching_point.parent", broken, 1.0, "parent")
