"""Who is where: every pupil present, by zone, site, cohort and year (semantics P1 to P3)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain import Level, Plan, Problem
from optimizer.domain.frozen import Frozen


@dataclass(frozen=True, eq=False)
class Presence(Frozen):
    """Where the pupils of one level are under a plan: S sites, C cohorts, T years, N rows.

    The rows list every body of pupils (one zone, one origin, one cohort) in every year in which it
    is at school; a zone whose pupils come to a site from two origins has two rows there.

    Attributes
    ----------
    loc
        (S, C, T) int: site in a year of those who started at a site (at entry, or in the
        base year); -1 where the cohort is not at school.
    pupils
        (S, C, T) pupils present at a site.
    arrivals
        (S, C, T) of these, pupils who were elsewhere the year before (merger, teaching point to
        parent); entrants do not arrive, they enter.
    zone, origin, came_from, site, cohort, year
        (N,) int: `origin` is where they started, `came_from` where they were the year before (the
        site itself for entrants), `year` counts from the first planned one.
    merged
        (N,) bool: moved by a merger this year.
    number
        (N,) pupils.
    pair
        (N,) int row of `Travel`, -1 where there is none.
    """

    loc: np.ndarray
    pupils: np.ndarray
    arrivals: np.ndarray
    zone: np.ndarray
    origin: np.ndarray
    came_from: np.ndarray
    site: np.ndarray
    cohort: np.ndarray
    year: np.ndarray
    merged: np.ndarray
    number: np.ndarray
    pair: np.ndarray


def presence(problem: Problem, plan: Plan) -> tuple[Presence, ...]:
    """Follow every cohort through points and mergers, level by level.

    Parameters
    ----------
    plan
        Its classes are not looked at; its rules may be broken.

    Raises
    ------
    ValueError
        If the plan is not one of this problem: arrays of other shapes, unknown sites or levels.
    """
    _require_fit(problem, plan)
    return tuple(_presence(problem, plan, index) for index in range(len(problem.levels)))


def pair_rows(problem: Problem, level: int, zone: np.ndarray, site: np.ndarray) -> np.ndarray:
    """Row of `Travel` for each (zone, site) of a level, -1 where there is none; shape as `zone`."""
    travel = problem.travel
    keys = _key(problem, travel.level, travel.zone, travel.site)
    wanted = _key(problem, np.asarray(level), zone, site)
    if not len(keys):
        return np.full(wanted.shape, -1)
    row = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[row] == wanted, row, -1)


def locations(
    problem: Problem, merges: np.ndarray, index: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Follow the cohorts of a level from each site where they may have started (P2).

    Returns
    -------
    loc, previous, unmerged
        (S, C, T) int each, -1 where the cohort is not at school: the site in the year, in the year
        before (base year included; the site itself in the year of entry), and in the year but for
        its mergers.
    """
    level, years = problem.levels[index], problem.horizon.years
    sites, cohorts = len(problem.sites), level.cohorts(years)
    loc = np.full((sites, cohorts, years), -1)
    previous, unmerged = loc.copy(), loc.copy()
    here = np.repeat(np.arange(sites)[:, None], cohorts, axis=1)
    entry = np.arange(cohorts) - (level.grades - 1)
    limit = np.where(problem.sites.point_grades > 0, problem.sites.point_grades, level.grades)
    for year in range(years):
        grade = year - entry
        continuing = (grade > 0) & (grade < level.grades)
        present = (grade >= 0) & (grade < level.grades)
        goes_on = continuing & (grade >= limit[here])
        before = np.where(goes_on, problem.sites.parent[here], here)
        after = np.where(continuing, _receiver(sites, merges, index, problem, year)[before], here)
        previous[:, present, year] = here[:, present]
        unmerged[:, present, year] = before[:, present]
        loc[:, present, year] = after[:, present]
        here = after
    return loc, previous, unmerged


def _receiver(
    sites: int, merges: np.ndarray, index: int, problem: Problem, year: int
) -> np.ndarray:
    """(S,) site at which the pupils of each site continue after the mergers of a year."""
    receiver = np.arange(sites)
    chosen = merges[(merges[:, 2] == index) & (merges[:, 3] == problem.horizon.first_year + year)]
    receiver[chosen[:, 0]] = chosen[:, 1]
    return receiver


def _presence(problem: Problem, plan: Plan, index: int) -> Presence:
    level, years = problem.levels[index], problem.horizon.years
    loc, previous, unmerged = locations(problem, plan.merges, index)
    zone, origin, cohort, at_start = _bodies(problem, plan, index)
    year = np.arange(years)
    grade = year - (cohort - (level.grades - 1))[:, None]
    body, year = np.nonzero((grade >= 0) & (grade < level.grades))
    zone, origin, cohort = zone[body], origin[body], cohort[body]
    growth = problem.demand.progression[index][zone, cohort, grade[body, year]]
    number = at_start[body] * growth
    kept = number > 0
    zone, origin, cohort, year = zone[kept], origin[kept], cohort[kept], year[kept]
    number = number[kept]
    site = loc[origin, cohort, year]
    came_from = previous[origin, cohort, year]
    return Presence(
        loc=loc,
        pupils=_total(loc.shape, site, cohort, year, number),
        arrivals=_total(loc.shape, site, cohort, year, np.where(came_from != site, number, 0.0)),
        zone=zone,
        origin=origin,
        came_from=came_from,
        site=site,
        cohort=cohort,
        year=year,
        merged=unmerged[origin, cohort, year] != site,
        number=number,
        pair=pair_rows(problem, index, zone, site),
    )


def _bodies(
    problem: Problem, plan: Plan, index: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Zone, origin, cohort and starting number of the inherited pupils, then of the entrants."""
    level, enrolled, travel = problem.levels[index], problem.enrolled, problem.travel
    rows = np.flatnonzero((enrolled.level == index) & (enrolled.pupils > 0))
    inherited = inherited_cohort(level, enrolled.grade[rows])
    rows, inherited = rows[inherited >= 0], inherited[inherited >= 0]
    pairs = np.flatnonzero(travel.level == index)
    pair, year = np.nonzero(plan.share[pairs])
    zone, share = travel.zone[pairs][pair], plan.share[pairs][pair, year]
    return (
        np.concatenate([enrolled.zone[rows], zone]),
        np.concatenate([enrolled.site[rows], travel.site[pairs][pair]]),
        np.concatenate([inherited, year + level.grades - 1]),
        np.concatenate([enrolled.pupils[rows], share * problem.demand.entrants[zone, index, year]]),
    )


def inherited_cohort(level: Level, grade: np.ndarray) -> np.ndarray:
    """Cohort index of absolute base-year grades; -1 for the last grade, which has left by t0."""
    return level.grades - 2 - (grade - level.first_grade)


def _total(
    shape: tuple[int, ...],
    site: np.ndarray,
    cohort: np.ndarray,
    year: np.ndarray,
    number: np.ndarray,
) -> np.ndarray:
    flat = np.ravel_multi_index((site, cohort, year), shape)
    total = np.bincount(flat, weights=number, minlength=int(np.prod(shape)))
    return total.astype(float).reshape(shape)  # of nobody numpy makes whole numbers


def _key(problem: Problem, level: np.ndarray, zone: np.ndarray, site: np.ndarray) -> np.ndarray:
    zones, sites, _, _ = problem.shape
    key: np.ndarray = (level.astype(np.int64) * zones + zone) * sites + site
    return key


def _require_fit(problem: Problem, plan: Plan) -> None:
    _, sites, levels, years = problem.shape
    if len(plan.classes) != levels:
        raise ValueError(f"the plan has classes of {len(plan.classes)} levels, not {levels}")
    wanted = {
        "start": (plan.start, (len(problem.options),)),
        "runs": (plan.runs, (sites, levels, years)),
        "merges": (plan.merges, (len(plan.merges), 4)),
        "share": (plan.share, (len(problem.travel), years)),
    }
    for index, level in enumerate(problem.levels):
        shape = (sites, level.cohorts(years), years)
        wanted[f"classes[{index}]"] = (plan.classes[index], shape)
    faults = [
        f"{n} is {a.shape}, not {shape}" for n, (a, shape) in wanted.items() if a.shape != shape
    ]
    if not faults and len(plan.merges):
        highest = plan.merges[:, :3].max(axis=0)
        if plan.merges[:, :3].min() < 0 or np.any(highest >= [sites, sites, levels]):
            faults.append("merges names a site or level that does not exist")
    if faults:
        raise ValueError(f"the plan does not fit the problem: {'; '.join(faults)}")
