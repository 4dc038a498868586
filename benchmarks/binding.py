"""One row of each family that holds a plan back, in words."""

from __future__ import annotations

from typing import Any

import numpy as np

from optimizer import rooms
from optimizer.domain import Action, Plan, Problem
from optimizer.evaluate import reassigned, spending
from optimizer.limits import hard_limits
from optimizer.posts import RULES, posts, short
from optimizer.posts import by_subject as teachers_by_subject
from optimizer.presence import Presence, presence


def binding_rows(problem: Problem, plan: Plan) -> dict[str, str]:
    """Sentences by family; a family without a binding row says so."""
    present = presence(problem, plan)
    found = {
        "access": _access(problem, plan),
        "capacity": _capacity(problem, plan),
        "class_size": _class_size(problem, plan, present),
        "function_rooms": _function_rooms(problem, plan),
        "catchments": _catchments(problem, plan),
        "closing": _closing(problem, plan),
        "lifecycle": _lifecycle(problem, plan),
        "cohorts": _cohorts(present),
        "budget": _budget(problem, plan),
        "staffing": _staffing(problem, plan, present),
    }
    return {family: said or "no row binds in this plan" for family, said in found.items()}


def _year(problem: Problem, t: np.integer[Any] | int) -> int:
    return problem.horizon.first_year + int(t)


def _access(problem: Problem, plan: Plan) -> str:
    travel = problem.travel
    used = (plan.share > 1e-6).any(axis=1)
    if not used.any():
        return ""
    row = int(np.argmax(np.where(used, travel.minutes, -1.0)))
    zone, site = problem.zones.ids[travel.zone[row]], problem.sites.ids[travel.site[row]]
    level = problem.levels[travel.level[row]].name
    return f"zone {zone} rides {travel.minutes[row]:.1f} minutes to {site} ({level}), the longest"


def _capacity(problem: Problem, plan: Plan) -> str:
    left = (rooms.rooms(problem, plan) + rooms.function_rooms(problem, plan).sum(axis=2)).astype(
        float
    ) - rooms.class_totals(problem, plan)
    left[~plan.runs.any(axis=1)] = np.inf
    site, t = np.unravel_index(int(np.argmin(left)), left.shape)
    name, year = problem.sites.ids[site], _year(problem, t)
    return f"{name} has {left[site, t]:.0f} rooms of any kind left in {year}"


def _class_size(problem: Problem, plan: Plan, present: tuple[Presence, ...]) -> str:
    best, said = np.inf, ""
    for index, level in enumerate(problem.levels):
        pupils, classes = present[index].pupils, plan.classes[index]
        limit = hard_limits(problem, index)[..., None]
        slack = np.where(classes > 0, limit * classes - pupils, np.inf)
        slack[:, : level.grades - 1] = np.inf
        site, cohort, t = np.unravel_index(int(np.argmin(slack)), slack.shape)
        if slack[site, cohort, t] < best:
            best = float(slack[site, cohort, t])
            number, count = classes[site, cohort, t], pupils[site, cohort, t]
            year = _year(problem, t)
            said = (
                f"{count:.1f} pupils in {number} classes of {level.name} at "
                f"{problem.sites.ids[site]} in {year}: {best:.1f} below the hard limit"
            )
    return said


def _function_rooms(problem: Problem, plan: Plan) -> str:
    missing = rooms.debt(problem, plan)
    site, t = np.unravel_index(int(np.argmax(missing)), missing.shape)
    if missing[site, t] == 0:
        return ""
    return f"{problem.sites.ids[site]} lacks {missing[site, t]} rooms in {_year(problem, t)}"


def _catchments(problem: Problem, plan: Plan) -> str:
    moved = reassigned(problem, plan).sum(axis=(0, 1))
    t = int(np.argmax(moved))
    if moved[t] <= 0:
        return ""
    return f"{moved[t]:.0f} entrants of {_year(problem, t)} go elsewhere than the year before"


def _stops(problem: Problem, plan: Plan) -> np.ndarray:
    """(S, L, T) bool: a level stops at a site."""
    before = np.concatenate([problem.sites.runs[..., None], plan.runs[..., :-1]], axis=2)
    stops: np.ndarray = before & ~plan.runs
    return stops


def _closing(problem: Problem, plan: Plan) -> str:
    stops = _stops(problem, plan).any(axis=1).sum(axis=0)
    limit = problem.policy.closings_per_year
    if limit is None or not len(stops) or stops.max() == 0:
        return ""
    t = int(np.argmax(stops))
    return f"{stops[t]} schools stop in {_year(problem, t)}, where {limit} may"


def _lifecycle(problem: Problem, plan: Plan) -> str:
    options = problem.options
    for row in np.flatnonzero((plan.start > 0) & (options.committed == 0)).tolist():
        if options.action[row] is Action.RETROFIT:
            site = problem.sites.ids[options.site[row]]
            due = problem.policy.unsafe_deadline
            return f"{site} is made safe from {plan.start[row]}: it may not run unsafe in {due}"
    early = np.flatnonzero((plan.start > 0) & (plan.start == options.earliest))
    early = early[options.committed[early] == 0]
    if not len(early):
        return ""
    row = int(early[np.argmax(options.capital_cost[early])])
    site = problem.sites.ids[options.site[row]]
    return f"{options.ids[row]} at {site} starts in {plan.start[row]}, the first year it may"


def _cohorts(present: tuple[Presence, ...]) -> str:
    moved = sum(float(one.number[one.merged].sum()) for one in present)
    return f"{moved:.0f} pupils go on at another school when theirs stops" if moved else ""


def _budget(problem: Problem, plan: Plan) -> str:
    spent, budget = spending(problem, plan).sum(axis=0), problem.budget
    if problem.policy.carry_over:
        spent, budget = np.cumsum(spent), np.cumsum(budget)
    left = budget - spent
    if not np.isfinite(left).any():
        return ""
    t = int(np.argmin(left))
    return f"{left[t]:,.0f} yuan are left of {budget[t]:,.0f} by {_year(problem, t)}"


def _staffing(problem: Problem, plan: Plan, present: tuple[Presence, ...]) -> str:
    if problem.staffing is None or plan.postings is None:
        return ""
    asked = posts(problem, problem.staffing, plan, present)
    there = teachers_by_subject(problem.staffing, len(problem.sites), plan.postings.teachers)
    lacking = short(asked, there)
    # where nothing lacks, the most posts with nobody beyond them
    tight = np.where(there.sum(axis=-1) <= asked.posts, asked.posts, 0)
    most = lacking if lacking.max() > 0.0 else tight
    site, level, t = np.unravel_index(int(np.argmax(most)), lacking.shape)
    rule = RULES[asked.binding[site, level, t]]
    count = asked.posts[site, level, t]
    return (
        f"{problem.sites.ids[site]} needs {count} posts in {_year(problem, t)} by its {rule} and "
        f"lacks {lacking[site, level, t]:.1f}"
    )
