"""One cohort at one site as a small mixed-integer program, and a quick bound on it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

THOUSANDTHS = 1000.0
"""Pupils are counted in thousandths, so that a solver's tolerance is nobody."""


@dataclass(frozen=True)
class Program:
    """Which zones to take, in how many classes.

    Attributes
    ----------
    cost : (n,) yuan of taking all of a zone's entrants, below 0: zones that cost are left out
    pupils : (n, Y) of the zone in each year
    class_price, over_price : (Y,) yuan per class, per pupil over the cap
    cap, hard, most : pupils of a class at no cost, at all; classes of the site
    kept : whether there are never fewer classes than in the entry year
    seats : seats of the site instead of classes (infinite or NaN: any); None where classes rule
    """

    cost: np.ndarray
    pupils: np.ndarray
    class_price: np.ndarray
    over_price: np.ndarray
    cap: float
    hard: float
    most: float
    kept: bool
    seats: float | None


def pooled(program: Program) -> float:
    """Lower bound: classes in parts, each zone for itself."""
    if program.seats is not None:
        return float(np.minimum(program.cost, 0.0).sum())
    full, most = program.class_price / program.cap, program.class_price / program.hard
    crowded = most + program.over_price * (1.0 - program.cap / program.hard)
    each = program.cost + program.pupils @ np.minimum(full, crowded)
    return float(np.minimum(each, 0.0).sum())


def solved(program: Program) -> float:
    """Solve it to the end; where the solver does not finish, a bound, its own or the quick one."""
    quick = pooled(program)
    if not len(program.cost) or quick >= 0.0:
        return 0.0
    if program.pupils.shape[1] == 1:
        return _of_one_year(program)
    rows, cost, whole, top = (_seated if program.seats is not None else _classed)(program)
    answer = milp(
        cost,
        integrality=whole,
        bounds=Bounds(0.0, top),
        constraints=rows,
        options={"mip_rel_gap": 0.0, "time_limit": 60.0},
    )
    bound = answer.fun if answer.mip_dual_bound is None else answer.mip_dual_bound
    if bound is None or not np.isfinite(bound):
        return quick
    return min(max(quick, float(bound)), 0.0)


def _of_one_year(program: Program) -> float:
    """Solve a cohort that is there for one year: a knapsack, for every number of classes."""
    if program.seats is None:
        return float(by_classes(program).min())
    load, value, _, free = _by_worth(program)
    seats = program.seats if program.seats >= 0.0 else np.inf
    return free + float(np.interp(min(seats, load[-1]), load, value))


def by_classes(program: Program) -> np.ndarray:
    """Least cost of a cohort that is there for one year, with 0, 1, 2, ... classes.

    Zones who bring more than a pupil over the cap costs come first, up to the hard limit of the
    classes, the others while there is room up to the cap.
    """
    load, value, each, free = _by_worth(program)
    whole = np.floor(min(np.ceil(load[-1] / program.cap), program.most))
    number = np.arange(max(whole, 0.0) + 1.0)
    over = program.over_price[0]
    eager = load[np.searchsorted(each, -over)]
    taken = np.maximum(np.minimum(program.cap * number, load[-1]), eager)
    taken = np.minimum(taken, program.hard * number)
    above = over * np.maximum(0.0, taken - program.cap * number)
    cost = np.interp(taken, load, value) + program.class_price[0] * number + above
    return np.asarray(free + cost)


def _by_worth(program: Program) -> tuple[np.ndarray, np.ndarray, np.ndarray, float]:
    """Zones by what a pupil of the one year brings: pupils and cost of the first 0, 1, 2, ... ones.

    Then cost of a pupil of each, and cost of zones without pupils.
    """
    some = program.pupils[:, 0] > 0.0
    pupils, cost = program.pupils[some, 0], program.cost[some]
    order = np.argsort(cost / pupils, kind="stable")
    load = np.append(0.0, np.cumsum(pupils[order]))
    value = np.append(0.0, np.cumsum(cost[order]))
    return load, value, (cost / pupils)[order], float(program.cost[~some].sum())


Parts = tuple[LinearConstraint, np.ndarray, np.ndarray, np.ndarray]


def _seated(program: Program) -> Parts:
    """Shares alone, within the seats in every year."""
    zones = len(program.cost)
    seats = program.seats if program.seats is not None and program.seats >= 0.0 else np.inf
    rows = LinearConstraint(program.pupils.T, ub=seats)
    return rows, program.cost, np.zeros(zones), np.ones(zones)


def _classed(program: Program) -> Parts:
    """Columns: shares, then classes, then pupils over the cap, of each year."""
    zones, years = program.pupils.shape
    number, zero = np.eye(years), np.zeros((years, years))
    load = -THOUSANDTHS * program.pupils.T
    rows = [
        np.hstack([load, THOUSANDTHS * program.hard * number, zero]),
        np.hstack([load, THOUSANDTHS * program.cap * number, number]),
    ]
    if program.kept:
        stays = np.asarray((program.pupils > 0.0).all(axis=0))[1:]
        first = np.zeros((years, years))
        first[:, 0] = 1.0
        fall = np.hstack([np.zeros((years, zones)), number - first, zero])[1:]
        rows.append(fall[stays])
    matrix = np.vstack(rows)
    enough = np.ceil(program.pupils.sum(axis=0).max() / program.cap)
    cost = [program.cost, program.class_price, program.over_price / THOUSANDTHS]
    top = [np.ones(zones), np.full(years, min(enough, program.most)), np.full(years, np.inf)]
    whole = [np.zeros(zones), np.ones(years), np.zeros(years)]
    return (
        LinearConstraint(matrix, lb=0.0),
        np.concatenate(cost),
        np.concatenate(whole),
        np.concatenate(top),
    )
