"""Key figures by level, group of schools and year: the formulas of docs/kpi.md."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer import rooms
from optimizer.domain import Plan, Problem
from optimizer.domain.tables import MODES
from optimizer.evaluate import spending
from optimizer.limits import caps
from optimizer.presence import Presence
from scenarios.report.network import level_classes, teaching_area
from scenarios.report.pupils import PUPILS, SLACK
from scenarios.report.reassigned import reassigned_by_site
from scenarios.report.staffing import staff_figures

GROUPS = ("all", "urban", "rural")
UNITS = {
    "pupils": "pupils",
    "places": "places",
    "classes": "classes",
    "classes_ge_56": "classes",
    "classes_ge_66": "classes",
    "pupils_over_cap": "pupils",
    "inherited_over_hard": "pupils",
    "minutes_mean": "minutes",
    "minutes_p90": "minutes",
    "share_beyond_limit": "share",
    "schools": "schools",
    "rooms_taken": "rooms",
    "function_room_debt": "rooms",
    "capital": "yuan",
    "running_cost": "yuan",
    "pupils_moved": "pupils",
    "entrants_reassigned": "pupils",
    "cv_class_size": "ratio",
    "cv_teaching_area": "ratio",
    "posts_needed": "posts",
    "teachers": "teachers",
    "posts_short": "posts",
    "posts_surplus": "posts",
    "teachers_moved": "teachers",
    "cv_teachers_per_100": "ratio",
}
"""Every name; those of teachers stand only where teachers are planned."""


def figures_table(problem: Problem, plan: Plan, present: tuple[Presence, ...]) -> pd.DataFrame:
    """Key figures as rows name, level, group, year, value, unit."""
    urban = problem.sites.urban
    groups = np.stack([np.ones_like(urban), urban, ~urban])
    by_site = _network_figures(problem, plan, present) | _pupil_figures(problem, plan, present)
    by_site |= staff_figures(problem, plan, present)
    figures = {
        name: np.einsum("gs,slt->lgt", groups.astype(float), value)
        for name, value in by_site.items()
    }
    figures |= _spreads(problem, plan, groups, by_site)
    figures |= _minutes(problem, present, groups)
    levels = [level.name for level in problem.levels]
    names = ["level", "group", "year"]
    index: pd.MultiIndex = pd.MultiIndex.from_product(
        (levels, GROUPS, problem.horizon.labels), names=names
    )
    parts = [
        pd.DataFrame({"name": name, "value": figures[name].ravel() + 0.0, "unit": unit}, index)
        for name, unit in UNITS.items()
        if name in figures
    ]
    columns = ["name", "level", "group", "year", "value", "unit"]
    return pd.concat(parts).reset_index()[columns]


def _network_figures(
    problem: Problem, plan: Plan, present: tuple[Presence, ...]
) -> dict[str, np.ndarray]:
    """Figures of sites, each (S, L, T); what belongs to a whole site is split over its levels."""
    sites, prices = problem.sites, problem.prices
    classes, runs = level_classes(problem, plan), plan.runs
    weight = _weights(classes, runs)
    cap = np.stack([caps(problem, index) for index in range(len(problem.levels))], axis=1)
    places = np.maximum(0, rooms.rooms(problem, plan))[:, None] * cap[:, :, None]
    seats = sites.seats[:, None, None]
    bus = np.stack([_bus_pupils(problem, one) for one in present], axis=1)
    running = weight * sites.annual_cost[:, None, None] * runs
    running = running + prices.class_year * classes + prices.bus_pupil_year * bus
    later = np.cumsum(runs[:, ::-1], axis=1)[:, ::-1] - runs
    return {
        "places": np.where(np.isnan(seats), places, np.nan_to_num(seats)) * weight * runs,
        "classes": classes.astype(float),
        "schools": (runs & (later == 0)).astype(float),
        "rooms_taken": weight * rooms.taken(problem, plan)[:, None],
        "function_room_debt": weight * rooms.debt(problem, plan)[:, None],
        "capital": _capital(problem, plan),
        "running_cost": running,
    }


def _weights(classes: np.ndarray, runs: np.ndarray) -> np.ndarray:
    """(S, L, T) part of what belongs to a whole site that falls to each of its levels."""
    total, running = classes.sum(axis=1, keepdims=True), runs.sum(axis=1, keepdims=True)
    weight: np.ndarray = np.where(
        total > 0, classes / np.maximum(total, 1), runs / np.maximum(running, 1)
    )
    return weight


def _pupil_figures(
    problem: Problem, plan: Plan, present: tuple[Presence, ...]
) -> dict[str, np.ndarray]:
    """Figures of pupils and their classes, each (S, L, T)."""
    figures: dict[str, list[np.ndarray]] = {}
    sized = problem.policy.on("class_size")
    for index, one in enumerate(present):
        level, pupils = problem.levels[index], one.pupils
        classes = plan.classes[index]
        inherited = slice(0, level.grades - 1)
        over = np.maximum(0.0, pupils - caps(problem, index)[:, None, None] * classes)
        above = np.maximum(0.0, pupils - level.hard * classes)[:, inherited]
        above[pupils[:, inherited] <= PUPILS] = 0.0
        over[pupils <= PUPILS] = 0.0
        for name, value in (
            ("pupils", pupils),
            ("pupils_over_cap", over * sized),
            ("inherited_over_hard", above * sized),
            ("classes_ge_56", _classes_of(pupils, classes * sized, level.large)),
            ("classes_ge_66", _classes_of(pupils, classes * sized, level.very_large)),
        ):
            figures.setdefault(name, []).append(value.sum(axis=1))
        moved = _by_site(problem, one.came_from, one.year, np.where(one.merged, one.number, 0.0))
        figures.setdefault("pupils_moved", []).append(moved)
    totals = {name: np.stack(values, axis=1) for name, values in figures.items()}
    return totals | {"entrants_reassigned": reassigned_by_site(problem, plan)}


def _classes_of(pupils: np.ndarray, classes: np.ndarray, limit: float) -> np.ndarray:
    """Classes of at least so many pupils, a cohort's whole pupils dealt out evenly."""
    each, more = np.divmod(np.ceil(pupils - SLACK), np.maximum(classes, 1))
    count = more * (each + 1 >= limit) + (classes - more) * (each >= limit)
    return np.where(classes > 0, count, 0.0)


def _capital(problem: Problem, plan: Plan) -> np.ndarray:
    """(S, L, T) undiscounted spend, by the last of the levels that a project is for."""
    _, sites, levels, years = problem.shape
    options, first = problem.options, problem.horizon.first_year
    capital = np.zeros((sites, levels, years))
    spent = spending(problem, plan)
    for row in np.flatnonzero(plan.start > 0):
        site, year = options.site[row], int(plan.start[row] + options.lead[row]) - first
        base = problem.sites.runs[site]
        running = base if year < 0 else plan.runs[site, :, min(year, years - 1)]
        choices = (options.levels_after[row], running, base)
        last = next((int(np.flatnonzero(one)[-1]) for one in choices if one.any()), 0)
        capital[site, last] += spent[row]
    return capital


def _bus_pupils(problem: Problem, one: Presence) -> np.ndarray:
    """(S, T) pupils who come by bus."""
    rides = (one.pair >= 0) & (problem.travel.mode[one.pair] == MODES.index("bus"))
    return _by_site(problem, one.site, one.year, np.where(rides, one.number, 0.0))


def _by_site(
    problem: Problem, site: np.ndarray, year: np.ndarray, number: np.ndarray
) -> np.ndarray:
    shape = (len(problem.sites), problem.horizon.years)
    flat = np.ravel_multi_index((site, year), shape)
    return np.bincount(flat, number, minlength=shape[0] * shape[1]).reshape(shape)


def _spreads(
    problem: Problem, plan: Plan, groups: np.ndarray, by_site: dict[str, np.ndarray]
) -> dict[str, np.ndarray]:
    """(L, G, T) spread of class size, teaching area and teachers between schools."""
    pupils, classes = by_site["pupils"], by_site["classes"]
    there = np.where(plan.runs & (pupils > PUPILS), pupils, 0.0)
    area = _weights(level_classes(problem, plan), plan.runs) * teaching_area(problem, plan)[:, None]
    spreads = {
        "cv_class_size": _spread(groups, pupils, _over(pupils, classes), classes > 0),
        "cv_teaching_area": _spread(groups, pupils, _over(area, there), there > 0),
    }
    if "teachers" in by_site:
        staff = 100 * _over(by_site["teachers"], there)
        spreads["cv_teachers_per_100"] = _spread(groups, pupils, staff, there > 0)
    return spreads


def _spread(
    groups: np.ndarray, pupils: np.ndarray, value: np.ndarray, counts: np.ndarray
) -> np.ndarray:
    """(L, G, T) coefficient of variation between the schools that count, weighted by pupils."""
    weight = np.where(counts, pupils, 0.0) * groups[:, :, None, None]
    total = weight.sum(axis=1)
    mean = _over((weight * value).sum(axis=1), total)
    square = _over((weight * (value - mean[:, None]) ** 2).sum(axis=1), total)
    return _over(np.sqrt(square), mean).transpose(1, 0, 2)


def _over(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    ratio: np.ndarray = np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
    return ratio


def _minutes(
    problem: Problem, present: tuple[Presence, ...], groups: np.ndarray
) -> dict[str, np.ndarray]:
    """(L, G, T) mean and 90th percentile of minutes, and the share beyond the limit."""
    shape = (len(problem.levels), len(GROUPS), problem.horizon.years)
    figures = {n: np.zeros(shape) for n in ("minutes_mean", "minutes_p90", "share_beyond_limit")}
    for index, one in enumerate(present):
        known = np.flatnonzero(one.pair >= 0)
        minutes = problem.travel.minutes[one.pair[known]]
        order = np.argsort(minutes, kind="stable")
        rows, minutes = known[order], minutes[order]
        beyond = problem.travel.beyond[one.pair[rows]] > 0
        for group, year in np.ndindex(shape[1:]):
            ours = groups[group][one.site[rows]] & (one.year[rows] == year)
            weight = one.number[rows][ours]
            total = weight.sum()
            if total <= 0:
                continue
            place = (index, group, year)
            reached = np.cumsum(weight) >= 0.9 * (1 - 1e-9) * total
            figures["minutes_mean"][place] = weight @ minutes[ours] / total
            figures["minutes_p90"][place] = minutes[ours][reached.argmax()]
            figures["share_beyond_limit"][place] = weight[beyond[ours]].sum() / total
    return figures
