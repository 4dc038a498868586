"""What no network can save: the floor above which gaps are shown (C27, M5)."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Problem
from optimizer.domain.tables import MODES
from optimizer.presence import inherited_cohort


def pair_value(problem: Problem) -> np.ndarray:
    """Yuan a year for one pupil on each pair, undiscounted: travel, bus, beyond; (P,)."""
    travel, prices = problem.travel, problem.prices
    minutes = travel.minutes * 2 * prices.school_days * prices.yuan_per_minute
    bus = (travel.mode == MODES.index("bus")) * prices.bus_pupil_year
    value: np.ndarray = minutes + bus + travel.beyond * prices.beyond_pupil_minute
    return value


def floor(problem: Problem) -> float:
    """Price every pupil at the zone's cheapest intake pair, in classes of exactly the cap.

    Nothing is built or closed and no school costs anything to run. Pupils of zones without an
    intake pair of the level travel for nothing.
    """
    cheapest = _cheapest(problem)
    total = 0.0
    for index, level in enumerate(problem.levels):
        pupil = cheapest[:, index]
        if problem.policy.on("class_size"):
            pupil = pupil + problem.prices.class_year / level.cap
        total += float(pupil @ _discounted_pupils(problem, index))
    return total


def _cheapest(problem: Problem) -> np.ndarray:
    """Yuan a year per pupil of each zone and level at its cheapest intake pair, (Z, L)."""
    travel, value = problem.travel, pair_value(problem)
    best = np.full((len(problem.zones), len(problem.levels)), np.inf)
    rows = travel.intake
    np.minimum.at(best, (travel.zone[rows], travel.level[rows]), value[rows])
    return np.where(np.isfinite(best), best, 0.0)


def _discounted_pupils(problem: Problem, index: int) -> np.ndarray:
    """Pupil-years of each zone in a level over the horizon, discounted to t0, (Z,)."""
    level, years = problem.levels[index], problem.horizon.years
    start = np.zeros((len(problem.zones), level.cohorts(years)))
    start[:, level.grades - 1 :] = problem.demand.entrants[:, index]
    enrolled = problem.enrolled
    rows = np.flatnonzero(enrolled.level == index)
    cohort = inherited_cohort(level, enrolled.grade[rows])
    rows, cohort = rows[cohort >= 0], cohort[cohort >= 0]
    np.add.at(start, (enrolled.zone[rows], cohort), enrolled.pupils[rows])
    weight = np.zeros_like(problem.demand.progression[index])
    for cohort_index in range(level.cohorts(years)):
        for year in level.present(cohort_index, years):
            grade = level.grade_index(cohort_index, year)
            weight[:, cohort_index, grade] = problem.horizon.discount[year]
    progression = problem.demand.progression[index]
    total: np.ndarray = (start[:, :, None] * progression * weight).sum(axis=(1, 2))
    return total
