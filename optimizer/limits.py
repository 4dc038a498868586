"""How large a class may be: caps, hard limits, and what the base year left behind (C11, R3)."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Problem
from optimizer.presence import inherited_cohort


def caps(problem: Problem, index: int) -> np.ndarray:
    """Pupils per class of a level above which each is priced, (S,): lower at teaching points."""
    points = problem.sites.point_grades > 0
    return np.where(points, problem.standards.point_cap, problem.levels[index].cap)


def base_pupils(problem: Problem, index: int) -> np.ndarray:
    """Base-year pupils of the cohorts of a level still at school in t0, (S, C)."""
    level, enrolled = problem.levels[index], problem.enrolled
    total = np.zeros((len(problem.sites), level.cohorts(problem.horizon.years)))
    rows = np.flatnonzero(enrolled.level == index)
    cohort = inherited_cohort(level, enrolled.grade[rows])
    rows, cohort = rows[cohort >= 0], cohort[cohort >= 0]
    np.add.at(total, (enrolled.site[rows], cohort), enrolled.pupils[rows])
    return total


def base_classes(problem: Problem, index: int) -> np.ndarray:
    """Base-year classes of the cohorts of a level still at school in t0, (S, C) int."""
    level, enrolled = problem.levels[index], problem.enrolled
    total = np.zeros((len(problem.sites), level.cohorts(problem.horizon.years)), dtype=int)
    rows = np.flatnonzero(enrolled.class_level == index)
    cohort = inherited_cohort(level, enrolled.class_grade[rows])
    rows, cohort = rows[cohort >= 0], cohort[cohort >= 0]
    np.add.at(total, (enrolled.class_site[rows], cohort), enrolled.classes[rows])
    return total


def hard_limits(problem: Problem, index: int) -> np.ndarray:
    """Pupils per class of a level that no class may exceed, (S, C).

    An inherited cohort larger than that at its own site keeps its base-year average (R3).
    """
    pupils, classes = base_pupils(problem, index), base_classes(problem, index)
    average = np.divide(pupils, classes, out=np.zeros_like(pupils), where=classes > 0)
    limit: np.ndarray = np.maximum(problem.levels[index].hard, average)
    return limit
