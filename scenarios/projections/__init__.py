"""How many pupils will live where: one method per file, chained by the settings of a projection.

To add a method: a file here, its settings in `scenarios.config.models`, a line in `project`.
"""

from __future__ import annotations

from typing import Protocol

import numpy as np

from scenarios.config.models import ProjectionConfig
from scenarios.projections.housing import add_newcomers
from scenarios.projections.population import Population
from scenarios.projections.progression import progress
from scenarios.projections.urbanisation import move_to_towns

__all__ = ["Population", "Projection", "project"]


class Projection(Protocol):
    """What a projection method does."""

    def __call__(self, population: Population, config: ProjectionConfig) -> np.ndarray:
        """Return (Z, G + T, T + 1) pupils by zone, school cohort and year, base year first."""
        ...


def project(population: Population, config: ProjectionConfig) -> np.ndarray:
    """Project the pupils of every zone: births and progression, then moves, then new dwellings.

    Returns
    -------
    np.ndarray
        (Z, G + T, T + 1) by zone, school cohort and year, base year first.
    """
    pupils = progress(population, config.births)
    share_end = getattr(config, "urban_share_end", None)
    if share_end is not None:
        pupils = move_to_towns(pupils, population.urban, share_end)
    if config.method == "housing":
        pupils = add_newcomers(pupils, population)
    return pupils
