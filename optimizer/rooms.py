"""Rooms of a plan: general and function rooms usable, taken by classes, missing (R1, R5, R6)."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Plan, Problem, Standards


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


def missing(
    standards: Standards,
    general: np.ndarray,
    have: np.ndarray,
    wanted: np.ndarray,
    classes: np.ndarray,
) -> np.ndarray:
    """Count the function rooms missing with so many classes (R6).

    Parameters
    ----------
    general, classes
        General classrooms and classes; any shapes that broadcast.
    have, wanted
        The same shapes and a last axis of K kinds: function rooms, and whether a level that runs
        wants the kind.

    Returns
    -------
    np.ndarray
        Rooms, whole numbers, of the common shape.
    """
    dozens = np.ceil(classes / 12 - 1e-6).astype(int)
    dozens = np.where(classes < standards.function_room_free_below, 0, dozens)
    taken = np.maximum(0, classes - general)
    lacking, spare = np.zeros(taken.shape, dtype=int), np.zeros(taken.shape, dtype=int)
    for index, kind in enumerate(standards.function_rooms):
        need = wanted[..., index] * (kind.per_12_classes * dozens)
        lacking = lacking + np.maximum(0, need - have[..., index])
        spare = spare + np.maximum(0, have[..., index] - need)
    total: np.ndarray = lacking + np.maximum(0, taken - spare)
    return total


def wanted_kinds(problem: Problem, runs: np.ndarray) -> np.ndarray:
    """Tell which kinds of function room the levels that run (S, L, T) want, (S, T, K) bool."""
    found = np.zeros((*runs[:, 0].shape, len(problem.standards.function_rooms)), dtype=bool)
    for index, kind in enumerate(problem.standards.function_rooms):
        among = [level.name in kind.levels for level in problem.levels]
        found[..., index] = runs[:, among].any(axis=1)
    return found


def debt(problem: Problem, plan: Plan) -> np.ndarray:
    """Count function rooms missing at each site in each year, (S, T) int (R6)."""
    return debt_of(problem, plan, class_totals(problem, plan))


def debt_of(problem: Problem, plan: Plan, classes: np.ndarray) -> np.ndarray:
    """Count function rooms missing with so many classes at a site; (S, T, ...) to that shape."""
    among = (slice(None), slice(None), *(None,) * (classes.ndim - 2))
    return missing(
        problem.standards,
        rooms(problem, plan)[among],
        function_rooms(problem, plan)[among],
        wanted_kinds(problem, plan.runs)[among],
        classes,
    )
