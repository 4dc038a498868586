"""Pupils by zone, school cohort and year, as the entrants and progression of a problem (C7)."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Demand, Level
from scenarios.projections.population import Population


def demand_of(pupils: np.ndarray, population: Population) -> Demand:
    """Turn a projection into entrants by level and what becomes of every cohort.

    Lower-secondary entrants are the zone's pupils of the cohort that left primary (C9).

    Parameters
    ----------
    pupils
        (Z, G + T, T + 1), base year first.
    """
    levels, years = population.levels, population.years
    entrants = np.zeros((len(pupils), len(levels), years))
    for index, level in enumerate(levels):
        for year in range(years):
            cohort = population.cohort_in(level.first_grade, year + 1)
            entrants[:, index, year] = pupils[:, cohort, year + 1]
    return Demand(entrants, tuple(_progression(pupils, population, level) for level in levels))


def yearly_demand_of(pupils: np.ndarray, population: Population) -> Demand:
    """Turn a projection into bodies that are assigned afresh each year (`enrolment: yearly`)."""
    levels, years = population.levels, population.years
    entrants = np.zeros((len(pupils), len(levels), years))
    for index, level in enumerate(levels):
        for year in range(years):
            grades = range(level.first_grade, level.first_grade + level.grades)
            cohorts = [population.cohort_in(grade, year + 1) for grade in grades]
            entrants[:, index, year] = pupils[:, cohorts, year + 1].sum(axis=1)
    ones = np.ones((len(pupils), years, 1))
    return Demand(entrants, tuple(ones for _ in levels))


def _progression(pupils: np.ndarray, population: Population, level: Level) -> np.ndarray:
    """(Z, C_l, G_l) pupils in a grade over those at entry, or in the base year if inherited.

    Beyond the horizon, and for a cohort without pupils, it stays as it was.
    """
    years = population.years
    factor = np.ones((len(pupils), level.cohorts(years), level.grades))
    for cohort in range(level.cohorts(years)):
        entry = level.entry_offset(cohort) + 1
        school_cohort = population.cohort_in(level.first_grade, entry)
        start = pupils[:, school_cohort, max(entry, 0)]
        for grade in range(max(0, -entry), level.grades):
            now = pupils[:, school_cohort, min(entry + grade, years)]
            np.divide(now, start, out=factor[:, cohort, grade], where=start > 0)
    return factor
