"""Years and stages of schooling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.frozen import Frozen


@dataclass(frozen=True, eq=False)
class Horizon(Frozen):
    """The planned school years. Year t is the school year from 1 September t (C1).

    Attributes
    ----------
    first_year
        First planned year t0; the base year t0 - 1 is data.
    years
        Number of planned years T.
    discount_rate
        Yearly real rate of C2.
    price_year
        Year of the yuan in which all amounts stand.
    """

    first_year: int
    years: int
    discount_rate: float = 0.04
    price_year: int = 2020

    @property
    def base_year(self) -> int:
        """Year before the first planned one."""
        return self.first_year - 1

    @property
    def end(self) -> int:
        """First year after the horizon."""
        return self.first_year + self.years

    @property
    def labels(self) -> range:
        """All planned years."""
        return range(self.first_year, self.end)

    @property
    def discount(self) -> np.ndarray:
        """Present-value factor of each planned year, shape (T,) (C2)."""
        return (1.0 + self.discount_rate) ** -np.arange(self.years)


@dataclass(frozen=True, eq=False)
class Level(Frozen):
    """A stage of schooling and its class-size limits (C11).

    A cohort axis of a level has ``grades - 1 + T`` entries: first the inherited cohorts that are
    still at school in t0 (entered t0-grades+1 … t0-1), then those entering t0 … t0+T-1.

    Attributes
    ----------
    name
        ``primary`` or ``lower_secondary``.
    first_grade, grades
        First grade of the level and the number of grades.
    cap, large, very_large, hard
        Pupils per class: the cap above which each pupil is priced, the two red lines (reported),
        and the limit that no class of a cohort entering within the horizon may exceed.
    """

    name: str
    first_grade: int
    grades: int
    cap: float
    hard: float = 55.0
    large: float = 56.0
    very_large: float = 66.0

    def cohorts(self, years: int) -> int:
        """Length of the cohort axis for a horizon of `years`."""
        return self.grades - 1 + years

    def entry_offset(self, cohort: int) -> int:
        """Entry year of a cohort index, relative to t0 (negative: inherited)."""
        return cohort - (self.grades - 1)

    def cohort_of(self, entry: int) -> int:
        """Cohort index of an entry year given relative to t0."""
        return entry + self.grades - 1

    def present(self, cohort: int, years: int) -> range:
        """Planned years (relative to t0) in which a cohort is at school."""
        entry = self.entry_offset(cohort)
        return range(max(0, entry), min(years, entry + self.grades))

    def grade_index(self, cohort: int, year: int) -> int:
        """Zero-based grade within the level of a cohort in a year relative to t0."""
        return year - self.entry_offset(cohort)
