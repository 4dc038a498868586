"""Rules about stopping a level (N3, N6)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.check.case import COUNTY, PUPILS, Case
from optimizer.domain import Action, Violation


def stopping_is_allowed(case: Case) -> Iterator[Violation]:
    """`closing.allowed`: with a merger only under `merge`, without one only under `close`."""
    actions = case.problem.policy.actions
    allowed = np.where(case.merged, Action.MERGE in actions, Action.CLOSE in actions)
    broken = case.stops & ~allowed & ~case.relocated & ~case.converted
    yield from case.at_sites("closing.allowed", broken, 1.0, "level")


def protected_sites_keep_their_levels(case: Case) -> Iterator[Violation]:
    """`closing.protected`: nothing stops where the law or the parents say no."""
    broken = case.stops & case.problem.sites.may_not_close[:, None, None]
    yield from case.at_sites("closing.protected", broken, 1.0, "level")


def closings_are_announced(case: Case) -> Iterator[Violation]:
    """`closing.notice`: the decision, `notice_years` earlier, is not before the base year."""
    horizon = case.problem.horizon
    if _on(case):
        early = case.problem.policy.notice_years - (np.arange(horizon.years) + 1)
        broken = case.stops & (early > 0)
        yield from case.at_sites("closing.notice", broken, early, "years")


def closings_are_few(case: Case) -> Iterator[Violation]:
    """`closing.cap`: levels stop at no more than so many sites a year."""
    most = case.problem.policy.closings_per_year
    if most is None or not _on(case):
        return
    count = case.stops.any(axis=1).sum(axis=0)
    for year in np.flatnonzero(count > most):
        amount = float(count[year] - most)
        yield Violation("closing.cap", COUNTY, case.year(year), amount, "sites")


def only_small_schools_close(case: Case) -> Iterator[Violation]:
    """`closing.size`: small in the base year and still in the year before; relocations aside."""
    below = case.problem.policy.close_below
    if below is None or not _on(case):
        return
    enrolled = case.problem.enrolled
    pupils = np.bincount(enrolled.site, enrolled.pupils, len(case.problem.sites))
    closing = (case.stops & ~case.relocated).any(axis=1)
    broken = closing & (pupils >= below)[:, None]
    yield from case.at_sites("closing.size", broken, (pupils - below)[:, None], "pupils")
    before = np.zeros(broken.shape)
    before[:, 1:] = np.add.reduce([here.pupils.sum(axis=1) for here in case.present])[:, :-1]
    crowded = closing & ~broken & (before > below + PUPILS)
    yield from case.at_sites("closing.size", crowded, before - below, "pupils")


def towns_keep_a_lower_secondary_school(case: Case) -> Iterator[Violation]:
    """`closing.last_lower_secondary`: a town that had the level keeps it at one site or another."""
    problem = case.problem
    names = [level.name for level in problem.levels]
    rule_is_on = problem.policy.keep_last_lower_secondary and _on(case)
    if not rule_is_on or "lower_secondary" not in names:
        return
    level = names.index("lower_secondary")
    for town in np.unique(problem.sites.town[problem.sites.runs[:, level]]):
        running = case.plan.runs[problem.sites.town == town, level].any(axis=0)
        for year in np.flatnonzero(~running):
            where = problem.towns[town]
            rule = "closing.last_lower_secondary"
            yield Violation(rule, where, case.year(year), 1.0, "school")


def _on(case: Case) -> bool:
    return case.problem.policy.on("closing")
