"""Grade progression: pupils move up a grade each year, births become entrants, nobody moves.

Deaths are ignored. Entrants of the first six planned years are the children counted in the base
year: age 5 enters first, age 0 last, so that each child enters exactly once. Those of a later year
t were not yet born: they turn 6 between 1 September t-1 and 31 August t, hence were born from
September t-7 to August t-6, one third of them in calendar year t-7 and two thirds in t-6:

    entrants[i, t] = children[i, age 0] · (index[t-7] + 2 · index[t-6]) / 3
"""

from __future__ import annotations

import numpy as np

from scenarios.projections.population import AGES, MissingBirthsError, Population


def progress(population: Population, variant: str | None) -> np.ndarray:
    """Follow every cohort through the horizon.

    Parameters
    ----------
    variant
        Births variant; None: births stay those of the base year.

    Returns
    -------
    np.ndarray
        (Z, G + T, T + 1) pupils of each zone and school cohort by year, base year first; 0 in
        years in which the cohort is not at school.

    Raises
    ------
    MissingBirthsError
        If the births index of a year is needed and not there.
    """
    stock = np.concatenate([population.enrolled[:, ::-1], _intakes(population, variant)], axis=1)
    pupils: np.ndarray = stock[:, :, None] * at_school(population)
    return pupils


def at_school(population: Population) -> np.ndarray:
    """(G + T, T + 1) bool: whether a cohort is in one of the grades in a year."""
    grade = (
        np.arange(population.years + 1)
        - np.arange(population.grades + population.years)[:, None]
        + population.grades
    )
    inside: np.ndarray = (grade >= 1) & (grade <= population.grades)
    return inside


def _intakes(population: Population, variant: str | None) -> np.ndarray:
    """(Z, T) entrants of grade 1 by planned year."""
    known = population.children[:, ::-1][:, : population.years]
    later = [
        population.base_year + year for year in range(AGES + 1, population.years + 1)
    ]  # years whose entrants are not yet born
    index = _mixed(population, variant, later)
    unborn = population.children[:, :1] * index
    return np.concatenate([known, unborn], axis=1)


def _mixed(population: Population, variant: str | None, entry_years: list[int]) -> np.ndarray:
    """Births of each entry year's intake, over those of the base year."""
    if variant is None:
        return np.ones(len(entry_years))
    given = {population.base_year: 1.0, **population.births.get(variant, {})}
    wanted = {year - back for year in entry_years for back in (6, 7)}
    if missing := sorted(wanted - given.keys()):
        raise MissingBirthsError(variant, missing)
    mixed = [(given[year - 7] + 2.0 * given[year - 6]) / 3.0 for year in entry_years]
    return np.array(mixed, dtype=float)
