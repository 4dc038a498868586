"""Rooms of a plan: general and function rooms usable, taken by classes, missing (R1, R5, R6)."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Plan, Problem


def rooms(problem: Problem, plan: Plan) -> np.ndarray:
    """Count general classrooms usable at each site in each planned year, (S, T) int (R1)."""
    options = problem.options
    gained = _gained(problem, plan, options.rooms[:, None])[..., 0]
    total: np.ndarray = problem.sites.rooms[:, None] + gained
    year = np.array(problem.horizon.labels)
    for row in np.flatnonzero((plan.start > 0) & (options.rooms_out > 0)):
        start = plan.start[row]
        works = (start <= year) & (year < start + options.lead[row])
        total[options.site[row], works] -= options.rooms_out[row]
    return total


def function_rooms(problem: Problem, plan: Plan) -> np.ndarray:
    """Count function rooms at each site in each planned year, by kind, (S, T, K) int (R1)."""
    gained = _gained(problem, plan, problem.options.function_rooms)
    total: np.ndarray = problem.sites.function_rooms[:, None, :] + gained
    return total


def _gained(problem: Problem, plan: Plan, size: np.ndarray) -> np.ndarray:
    """(S, T, K) rooms of options in service; those that served before t0 are in the base data."""
    options, first = problem.options, problem.horizon.first_year
    total = np.zeros((len(problem.sites), problem.horizon.years, size.shape[1]), dtype=int)
    service = plan.start + options.lead
    for row in np.flatnonzero((plan.start > 0) & (service >= first)):
        total[options.site[row], service[row] - first :] += size[row]
    return total


def class_totals(problem: Problem, plan: Plan) -> np.ndarray:
    """Count classes of all levels and cohorts at each site in each year, (S, T)."""
    total = np.zeros((len(problem.sites), problem.horizon.years), dtype=int)
    if problem.policy.on("class_size"):
        for classes in plan.classes:
            total = total + classes.sum(axis=1)
    return total


def taken(problem: Problem, plan: Plan) -> np.ndarray:
    """Count function rooms used as classrooms, (S, T) (R5)."""
    used: np.ndarray = np.maximum(0, class_totals(problem, plan) - rooms(problem, plan))
    return used


def needed(problem: Problem, plan: Plan, classes: np.ndarray) -> np.ndarray:
    """Count function rooms that a number of classes needs, by kind (R6).

    Parameters
    ----------
    classes
        (S, T, ...) classes at each site in each year.

    Returns
    -------
    np.ndarray
        (S, T, ..., K) int.
    """
    standards = problem.standards
    dozens = np.ceil(classes / 12 - 1e-6).astype(int)
    dozens[classes < standards.function_room_free_below] = 0
    need = np.zeros((*classes.shape, len(standards.function_rooms)), dtype=int)
    for index, kind in enumerate(standards.function_rooms):
        among = [level.name in kind.levels for level in problem.levels]
        runs = plan.runs[:, among, :].any(axis=1)
        runs = runs.reshape(runs.shape + (1,) * (classes.ndim - 2))
        need[..., index] = np.where(runs, kind.per_12_classes * dozens, 0)
    return need


def debt(problem: Problem, plan: Plan) -> np.ndarray:
    """Count function rooms missing at each site in each year, (S, T) int (R6)."""
    return debt_of(problem, plan, class_totals(problem, plan))


def debt_of(problem: Problem, plan: Plan, classes: np.ndarray) -> np.ndarray:
    """Count function rooms missing with so many classes at a site; (S, T, ...) to that shape."""
    tail = (1,) * (classes.ndim - 2)
    general = rooms(problem, plan)
    have = function_rooms(problem, plan)
    have = have.reshape(*general.shape, *tail, have.shape[-1])
    need = needed(problem, plan, classes)
    used = np.maximum(0, classes - general.reshape(*general.shape, *tail))
    spare = np.maximum(0, have - need).sum(axis=-1)
    missing: np.ndarray = np.maximum(0, need - have).sum(axis=-1) + np.maximum(0, used - spare)
    return missing
