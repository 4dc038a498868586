"""Children and pupils of the base year by zone: what every projection begins with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from optimizer.domain import Level

AGES = 6
"""Ages 0 to 5: the six intakes not yet at school in the base year."""


class MissingBirthsError(ValueError):
    """The births index of some years is needed and not there."""

    def __init__(self, variant: str, years: list[int]) -> None:
        self.variant = variant
        self.years = tuple(years)
        super().__init__(f"births of variant {variant} are missing for {years}")


@dataclass(frozen=True)
class Population:
    """Z zones, G grades of all levels together, T planned years.

    School cohorts are counted by the year in which they enter grade 1: index ``k`` is in grade
    ``s - k + G`` in the s-th year after the base year, so that there are ``G + T`` of them.

    Attributes
    ----------
    base_year, years
        The base year and T.
    levels
        Levels in order of grade; the first begins with grade 1.
    urban
        (Z,) bool.
    enrolled
        (Z, G): base-year pupils by zone of residence and grade.
    children
        (Z, 6) by age at the base year's count; age 5 is the intake of the first planned year.
    births
        Births index by variant and calendar year; 1 stands for the births of the base year.
    dwellings
        (Z, L, T + 1): pupils that new dwellings bring to a level in each year, base year first.
    """

    base_year: int
    years: int
    levels: tuple[Level, ...]
    urban: np.ndarray
    enrolled: np.ndarray
    children: np.ndarray
    births: Mapping[str, Mapping[int, float]]
    dwellings: np.ndarray

    @property
    def grades(self) -> int:
        """Grades of all levels together."""
        return sum(level.grades for level in self.levels)

    def cohort_in(self, grade: int, year: int) -> int:
        """Cohort that is in an absolute grade in the `year`-th year after the base year."""
        return year + self.grades - grade
