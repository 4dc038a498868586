"""How many pupils will live where: one method per file, chained by the settings of a projection.

To add a method: a file here, its settings in `scenarios.config.models`, a line in `METHODS`.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from scenarios.config.models import HousingConfig, ProjectionConfig, UrbanisationConfig
from scenarios.projections.housing import add_newcomers
from scenarios.projections.population import Population
from scenarios.projections.progression import progress
from scenarios.projections.urbanisation import move_to_towns

__all__ = ["METHODS", "Population", "Projection", "project"]


class Projection(Protocol):
    """What a projection method does."""

    def __call__(self, population: Population, config: ProjectionConfig) -> np.ndarray:
        """Return (Z, G + T, T + 1) pupils by zone, school cohort and year, base year first."""
        ...


def project(population: Population, config: ProjectionConfig) -> np.ndarray:
    """Project the pupils of every zone by the method that a projection names.

    Returns
    -------
    np.ndarray
        (Z, G + T, T + 1) by zone, school cohort and year, base year first.
    """
    return METHODS[config.method](population, config)


def _progression(population: Population, config: ProjectionConfig) -> np.ndarray:
    return progress(population, config.births)


def _urbanisation(population: Population, config: ProjectionConfig) -> np.ndarray:
    pupils = progress(population, config.births)
    share_end = config.urban_share_end if isinstance(config, _MOVING) else None
    if share_end is None:
        return pupils
    return move_to_towns(pupils, population.urban, share_end)


def _housing(population: Population, config: ProjectionConfig) -> np.ndarray:
    return add_newcomers(_urbanisation(population, config), population)


_MOVING = (UrbanisationConfig, HousingConfig)
METHODS: dict[str, Projection] = {
    "progression": _progression,
    "urbanisation": _urbanisation,
    "housing": _housing,
}
