"""Rules about what is built and what runs (N1, N2, N4, N5, N7)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.check.case import COUNTY, Case
from optimizer.domain import Action, Violation

NEW_LEVELS = (Action.OPEN, Action.CONVERT, Action.RELOCATE)


def projects_start_in_their_window(case: Case) -> Iterator[Violation]:
    """`lifecycle.start`: in the window and serving in the horizon; committed as decided."""
    options, horizon, start = case.problem.options, case.problem.horizon, case.plan.start
    earliest = np.maximum(options.earliest, horizon.first_year)
    latest = np.minimum(options.latest, horizon.end - 1 - options.lead)
    off = np.where(start != 0, np.maximum(earliest - start, start - latest), 0)
    off = np.where(options.committed > 0, np.abs(start - options.committed), off)
    for row in np.flatnonzero(off > 0):
        where, year = case.problem.sites.ids[options.site[row]], int(start[row])
        yield Violation("lifecycle.start", where, year, float(off[row]), "years")


def projects_are_of_allowed_kinds(case: Case) -> Iterator[Violation]:
    """`lifecycle.action`: the policy has the action, unless the project is committed."""
    for row in _decided(case):
        if case.problem.options.action[row] not in case.problem.policy.actions:
            yield _of_project(case, "lifecycle.action", row)


def levels_are_new_only_where_allowed(case: Case) -> Iterator[Violation]:
    """`lifecycle.place`: a level may be new only in the kinds of place that the policy names."""
    options, sites, policy = case.problem.options, case.problem.sites, case.problem.policy
    for row in _decided(case):
        if options.action[row] not in NEW_LEVELS:
            continue
        site = options.site[row]
        new = options.levels_after[row] & ~sites.runs[site]
        for level in np.flatnonzero(new):
            allowed = policy.allowed_places.get(case.problem.levels[level].name)
            if allowed is not None and sites.place[site] not in allowed:
                yield _of_project(case, "lifecycle.place", row)


def a_site_changes_levels_once(case: Case) -> Iterator[Violation]:
    """`lifecycle.exclusive`: at most one of open, relocate, convert at a site."""
    options = case.problem.options
    changes = np.array([action in NEW_LEVELS for action in options.action], dtype=bool)
    count = np.bincount(options.site[changes & (case.plan.start > 0)], minlength=1)
    for site in np.flatnonzero(count > 1):
        where = case.problem.sites.ids[site]
        yield Violation("lifecycle.exclusive", where, 0, float(count[site] - 1), "projects")


def levels_run_as_projects_say(case: Case) -> Iterator[Violation]:
    """`lifecycle.running`: levels start by a project, and projects do what they say.

    A level that starts anew after a stop is judged by `lifecycle.restart` alone.
    """
    options, runs = case.problem.options, case.plan.runs
    wrong = case.starts & ~_ran_before(case)
    for row in case.projects(*NEW_LEVELS):
        site, year = options.site[row], case.service[row]
        wrong[site, options.levels_after[row], year] = False
        missing = options.levels_after[row] & ~runs[site, :, year]
        wrong[site, missing, year] = True
    wrong |= case.converted & runs
    yield from case.at_sites("lifecycle.running", wrong, 1.0, "level")


def stopped_levels_stay_stopped(case: Case) -> Iterator[Violation]:
    """`lifecycle.restart`: a level that has stopped does not start again."""
    again = case.starts & _ran_before(case)
    yield from case.at_sites("lifecycle.restart", again, 1.0, "level")


def new_levels_keep_running(case: Case) -> Iterator[Violation]:
    """`lifecycle.keep_new`: a level started within the horizon runs to its end."""
    started = np.logical_or.accumulate(case.starts, axis=2)
    yield from case.at_sites("lifecycle.keep_new", case.stops & started, 1.0, "level")


def unsafe_buildings_stand_empty(case: Case) -> Iterator[Violation]:
    """`lifecycle.unsafe`: from the deadline on nothing runs in an unsafe, unmended building."""
    deadline, sites = case.problem.policy.unsafe_deadline, case.problem.sites
    if deadline is None:
        return
    due = np.array(case.problem.horizon.labels) >= deadline
    unsafe = sites.unsafe[:, None] & due
    options = case.problem.options
    for row in np.flatnonzero(case.plan.start > 0):
        if options.action[row] is Action.RETROFIT:
            unsafe[options.site[row], max(0, case.service[row]) :] = False
    broken = unsafe & case.plan.runs.any(axis=1)
    yield from case.at_sites("lifecycle.unsafe", broken, 1.0, "site")


def relocations_move_the_whole_school(case: Case) -> Iterator[Violation]:
    """`lifecycle.relocate`: all levels of the old site merge into the new one at once."""
    problem, options = case.problem, case.problem.options
    rows = {tuple(row) for row in case.plan.merges.tolist()}
    for row in case.projects(Action.RELOCATE):
        old, new = int(options.relocates[row]), int(options.site[row])
        year = int(case.service[row])
        levels = problem.sites.runs[old] | case.ran[old, :, year]
        moved = [
            case.stops[old, level, year] and (old, new, int(level), case.year(year)) in rows
            for level in np.flatnonzero(levels)
        ]
        if not all(moved) or np.any(levels != options.levels_after[row]):
            where = problem.sites.ids[old]
            yield Violation("lifecycle.relocate", where, case.year(year), 1.0, "school")


def the_number_of_schools_is_as_fixed(case: Case) -> Iterator[Violation]:
    """`schools.open`: exactly so many sites run a level in every year."""
    wanted = case.problem.policy.schools_open
    if wanted is None:
        return
    count = case.plan.runs.any(axis=1).sum(axis=0)
    for year in np.flatnonzero(count != wanted):
        amount = float(abs(count[year] - wanted))
        yield Violation("schools.open", COUNTY, case.year(year), amount, "sites")


def _decided(case: Case) -> Iterator[int]:
    """Built options that the plan, not an earlier decision, is answerable for."""
    built = (case.plan.start > 0) & (case.problem.options.committed == 0)
    yield from (int(row) for row in np.flatnonzero(built))


def _of_project(case: Case, rule: str, row: int) -> Violation:
    where = case.problem.sites.ids[case.problem.options.site[row]]
    return Violation(rule, where, int(case.plan.start[row]), 1.0, "project")


def _ran_before(case: Case) -> np.ndarray:
    """(S, L, T) bool: the level ran in some earlier year, the base year included."""
    earlier: np.ndarray = np.logical_or.accumulate(case.ran, axis=2)
    return earlier
