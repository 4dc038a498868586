"""Schools by year, what is done to them, what it costs."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer import rooms
from optimizer.domain import Action, Plan, Problem
from optimizer.presence import Presence
from scenarios.report.pupils import PUPILS, names
from scenarios.report.staffing import posts_of

PAYER = "county"
RENEWS = (Action.RETROFIT,)
"""What is built without adding floor area."""
TEACHING_SHARE = 0.45
"""Teaching and auxiliary rooms over gross floor area (docs/kpi.md; mark B)."""


def schools_table(problem: Problem, plan: Plan, present: tuple[Presence, ...]) -> pd.DataFrame:
    """Return a row for every site that may ever run a level, every level and planned year."""
    _, sites, levels, years = problem.shape
    ever = np.array(problem.sites.runs.any(axis=1) | plan.runs.any(axis=(1, 2)))
    ever[problem.options.site[problem.options.levels_after.any(axis=1)]] = True
    site, level, year = (
        axis.ravel()
        for axis in np.meshgrid(np.flatnonzero(ever), range(levels), range(years), indexing="ij")
    )
    pupils = np.stack([one.pupils.sum(axis=1) for one in present], axis=1)
    admits = np.zeros((sites, levels, years), dtype=bool)
    for index, one in enumerate(present):
        cohort = np.arange(years) + problem.levels[index].grades - 1
        admits[:, index] = one.pupils[:, cohort, np.arange(years)] > PUPILS
    place = (site, level, year)
    return pd.DataFrame(
        {
            "site_id": names(problem.sites.ids, site),
            "level": names(tuple(one.name for one in problem.levels), level),
            "year": year + problem.horizon.first_year,
            "operates": plan.runs[place],
            "admits": admits[place],
            "pupils": pupils[place],
            "classes": level_classes(problem, plan)[place],
            "rooms": rooms.rooms(problem, plan)[site, year],
            "rooms_taken": rooms.taken(problem, plan)[site, year],
            "function_rooms": rooms.function_rooms(problem, plan).sum(axis=2)[site, year],
            "posts": posts_of(problem, plan, present)[place],
        }
    )


def level_classes(problem: Problem, plan: Plan) -> np.ndarray:
    """Count classes of a level at a site in each year, (S, L, T); 0 without class sizes."""
    total = np.stack([classes.sum(axis=1) for classes in plan.classes], axis=1)
    return total if problem.policy.on("class_size") else np.zeros_like(total)


def teaching_area(problem: Problem, plan: Plan) -> np.ndarray:
    """(S, T) m² of teaching and auxiliary rooms: the base year's and a part of what is built."""
    options, years = problem.options, np.array(problem.horizon.labels)
    area = np.repeat(problem.sites.teaching_area[:, None], len(years), axis=1)
    service = plan.start + options.lead
    adds = np.array([action not in RENEWS for action in options.action], dtype=bool)
    built = (plan.start > 0) & (service >= years[0]) & adds
    for row in np.flatnonzero(built):
        area[options.site[row]] += np.where(
            years >= service[row], TEACHING_SHARE * options.area_m2[row], 0.0
        )
    return area


_ACTION_TEXTS = (
    *("action_id", "site_id", "level", "action", "option"),
    *("levels_before", "levels_after", "into_site_id"),
)


def actions_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Return one row for each option built, then one for each stop of a level."""
    table = pd.concat([_built(problem, plan), _stops(problem, plan)], ignore_index=True)
    # Without a row, columns that come from lists are numbers.
    table = table.astype(dict.fromkeys(_ACTION_TEXTS, "str"))
    order = ["service_year", "site_id", "action_id"]
    return table.sort_values(order, ignore_index=True)


def _built(problem: Problem, plan: Plan) -> pd.DataFrame:
    options = problem.options
    built = np.flatnonzero(plan.start > 0)
    site, start = options.site[built], plan.start[built]
    service = start + options.lead[built]
    option = names(options.ids, built)
    return pd.DataFrame(
        {
            "action_id": [f"option:{one}" for one in option],
            "site_id": names(problem.sites.ids, site),
            "level": "",
            "action": [options.action[row].value for row in built],
            "option": option,
            "decision_year": start,
            "start_year": start,
            "service_year": service,
            "levels_before": _levels_in(problem, plan, site, service - 1),
            "levels_after": _levels_in(problem, plan, site, service),
            "rooms": options.rooms[built].astype(float),
            "area_m2": options.area_m2[built],
            "land_m2": options.land_m2[built],
            "capital_cost": options.capital_cost[built],
            "into_site_id": "",
        }
    )


def _stops(problem: Problem, plan: Plan) -> pd.DataFrame:
    before = np.concatenate([problem.sites.runs[:, :, None], plan.runs[:, :, :-1]], axis=2)
    site, level, year = np.nonzero(before & ~plan.runs)
    service = year + problem.horizon.first_year
    ids, levels = problem.sites.ids, tuple(one.name for one in problem.levels)
    receivers = {(a, index, when): ids[b] for a, b, index, when in plan.merges.tolist()}
    stops = zip(site.tolist(), level.tolist(), service.tolist(), strict=True)
    into = [receivers.get(stop, "") for stop in stops]
    stopped = zip(names(ids, site), names(levels, level), strict=True)
    return pd.DataFrame(
        {
            "action_id": [f"stop:{one}:{name}" for one, name in stopped],
            "site_id": names(ids, site),
            "level": names(levels, level),
            "action": ["merge" if receiver else "close" for receiver in into],
            "option": "",
            "decision_year": service - problem.policy.notice_years,
            "start_year": service,
            "service_year": service,
            "levels_before": _levels_in(problem, plan, site, service - 1),
            "levels_after": _levels_in(problem, plan, site, service),
            **dict.fromkeys(("rooms", "area_m2", "land_m2", "capital_cost"), 0.0),
            "into_site_id": into,
        }
    )


def _levels_in(problem: Problem, plan: Plan, site: np.ndarray, year: np.ndarray) -> list[str]:
    """Names of the levels that run at sites in years, cut to base year … last planned year."""
    every = np.concatenate([problem.sites.runs[:, :, None], plan.runs], axis=2)
    column = np.clip(year - problem.horizon.base_year, 0, problem.horizon.years)
    levels = [level.name for level in problem.levels]
    return [
        ";".join(name for name, runs in zip(levels, row, strict=True) if runs)
        for row in every[site, :, column]
    ]


def spend_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Undiscounted spend of each project built, by year; of committed ones planned years only."""
    options, horizon = problem.options, problem.horizon
    option, offset = np.nonzero((plan.start > 0)[:, None] & (options.spend > 0))
    year = plan.start[option] + offset
    planned = (year >= horizon.first_year) & (year < horizon.end)
    kept = planned | (options.committed[option] == 0)
    option, offset, year = option[kept], offset[kept], year[kept]
    return pd.DataFrame(
        {
            "action_id": [f"option:{one}" for one in names(options.ids, option)],
            "year": year,
            "amount": options.spend[option, offset] * options.capital_cost[option],
            "payer": PAYER,
        }
    )


def merges_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Mergers as decided."""
    ids, levels = problem.sites.ids, tuple(level.name for level in problem.levels)
    rows = plan.merges[np.lexsort(plan.merges.T[[1, 0, 2, 3]])]
    return pd.DataFrame(
        {
            "from_site_id": names(ids, rows[:, 0]),
            "to_site_id": names(ids, rows[:, 1]),
            "level": names(levels, rows[:, 2]),
            "year": rows[:, 3],
        }
    )
