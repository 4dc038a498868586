"""Pupils: those who will enter, and those enrolled when the horizon begins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.frozen import Frozen


@dataclass(frozen=True, eq=False)
class Demand(Frozen):
    """Expected pupils, never rounded (C6, C7).

    Attributes
    ----------
    entrants
        (Z, L, T): pupils of a zone entering a level in each planned year.
    progression
        L arrays (Z, C_l, G_l): pupils of a zone's cohort when in a grade, over its pupils at
        entry; for inherited cohorts, over its base-year pupils. 1 at entry and in the base year.
        Moves into and out of the zone are in it.
    """

    entrants: np.ndarray
    progression: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        """Freeze the arrays inside the tuple too."""
        super().__post_init__()
        for array in self.progression:
            array.setflags(write=False)


@dataclass(frozen=True, eq=False)
class Enrolled(Frozen):
    """Pupils at school in the base year, row by row, and their classes (C8).

    Attributes
    ----------
    zone, site, level, grade
        (N,) int; `grade` is absolute (1 to 9), in the base year.
    pupils
        (N,) float.
    class_site, class_level, class_grade, classes
        (M,) int: classes by site, level and absolute grade in the base year.
    """

    zone: np.ndarray
    site: np.ndarray
    level: np.ndarray
    grade: np.ndarray
    pupils: np.ndarray
    class_site: np.ndarray
    class_level: np.ndarray
    class_grade: np.ndarray
    classes: np.ndarray
