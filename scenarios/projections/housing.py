"""Housing: new dwellings bring pupils from outside the county to the zone where they stand.

What a zone's dwellings of a year bring to a level is spread over the cohorts in that level's
grades, in proportion to the zone's pupils there; where it has none, all enter the first grade.
From then on they move up like everybody else.
"""

from __future__ import annotations

import numpy as np

from scenarios.projections.population import Population
from scenarios.projections.progression import at_school


def add_newcomers(pupils: np.ndarray, population: Population) -> np.ndarray:
    """Add the pupils of new dwellings.

    Parameters
    ----------
    pupils
        (Z, C, T + 1) by zone, cohort and year, base year first.
    population
        Its `dwellings` of the base year are there already and add nobody.

    Returns
    -------
    np.ndarray
        Of the same shape, nowhere smaller.
    """
    grown = pupils.copy()
    present = at_school(population)
    for year in range(1, population.years + 1):
        for index, level in enumerate(population.levels):
            grades = range(level.first_grade, level.first_grade + level.grades)
            cohorts = [population.cohort_in(grade, year) for grade in grades]
            arriving = population.dwellings[:, index, year, None] * _weights(grown, cohorts, year)
            for column, cohort in enumerate(cohorts):
                later = present[cohort] & (np.arange(population.years + 1) >= year)
                grown[:, cohort] += arriving[:, column, None] * later
    return grown


def _weights(pupils: np.ndarray, cohorts: list[int], year: int) -> np.ndarray:
    """(Z, grades) share of each cohort in a level's pupils of a zone; rows sum to 1."""
    there = pupils[:, cohorts, year]
    total = there.sum(axis=1, keepdims=True)
    first = np.zeros(len(cohorts))
    first[0] = 1.0
    weights: np.ndarray = np.where(total > 0, there / np.where(total > 0, total, 1.0), first)
    return weights
