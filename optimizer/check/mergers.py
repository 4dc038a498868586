"""Rules about pupils already enrolled: mergers and teaching points (P2, P5)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.check.case import PUPILS, Case
from optimizer.domain import Violation


def mergers_are_allowed(case: Case) -> Iterator[Violation]:
    """`merger.arc`: mergers follow allowed arcs, within the horizon, one per site and level."""
    arcs = case.problem.merge_arcs
    allowed = set(zip(arcs.from_site, arcs.to_site, arcs.level, strict=True))
    seen = set()
    for site, to, level, year in case.plan.merges:
        inside = year in case.problem.horizon.labels
        if (site, to, level) not in allowed or (site, level) in seen or not inside:
            yield _of_merger(case, "merger.arc", site, to, year)
        seen.add((site, level))


def mergers_go_from_a_stopping_to_a_running_level(case: Case) -> Iterator[Violation]:
    """`merger.receiver`: the level stops at the sender that year, and runs at the receiver."""
    for site, to, level, year in case.plan.merges:
        at = year - case.problem.horizon.first_year
        inside = year in case.problem.horizon.labels
        if inside and not (case.stops[site, level, at] and case.plan.runs[to, level, at]):
            yield _of_merger(case, "merger.receiver", site, to, year)


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
    """`merger.missing`: a level that stops with continuing pupils needs a merger.

    So do pupils who come from a teaching point to a parent that stops, and, in t0, those enrolled
    in the base year where their level does not run.
    """
    for index, (level, here) in enumerate(zip(case.problem.levels, case.present, strict=True)):
        ran = case.ran[:, index].copy()
        ran[:, 0] = True
        years = here.pupils.shape[2]
        entry = np.arange(here.pupils.shape[1]) - (level.grades - 1)
        continuing = entry[:, None] < np.arange(years)
        left = np.where(continuing, here.pupils, 0.0).sum(axis=1)
        broken = (left > PUPILS) & ran & ~case.plan.runs[:, index]
        yield from case.at_sites("merger.missing", broken, left, "pupils")


def points_have_a_running_parent(case: Case) -> Iterator[Violation]:
    """`teaching_point.parent`: the parent runs the level while the point does."""
    sites, runs = case.problem.sites, case.plan.runs
    points = sites.point_grades > 0
    broken = points[:, None, None] & runs & ~runs[sites.parent]
    yield from case.at_sites("teaching_point.parent", broken, 1.0, "parent")


def _of_merger(case: Case, rule: str, site: int, to: int, year: int) -> Violation:
    ids = case.problem.sites.ids
    return Violation(rule, f"{ids[site]}>{ids[to]}", int(year), 1.0, "merger")
