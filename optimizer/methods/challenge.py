"""Doubt an answer that a solver calls optimal: exact rows, one school anew, the model once more.

highspy 1.14.0 called wrong answers optimal on sparse siting models, with a gap of 0 and no row
broken; every one of them fell when one school was decided anew, and when the model was solved again
without presolve (`benchmarks.canary`). A later version may err too, so the whole MILP's answers are
challenged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

import numpy as np

from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.methods import scip
from optimizer.methods.highs import solve
from optimizer.methods.mip import Outcome, Settings, SolverError

TOLERANCE = 1e-6
LEAST_SECONDS, LEAST_OF_SCIP = 1.0, 0.2
"""For solving again, and for SCIP, which answers small models in hundredths of a second."""
FOR_FLIPS = 0.5
"""Part of the time for deciding single schools anew."""
MOST_NONZEROS = 200_000
"""Most entries of a matrix that is summed in fractions (14 microseconds each) or given to SCIP."""


def challenged(
    milp: Milp, outcome: Outcome, settings: Settings, schools: Sequence[np.ndarray] = ()
) -> Outcome:
    """Doubt an optimal answer for as long as it took to find it.

    Schools are decided anew one at a time, then the model is solved again without presolve and,
    where it is installed, by SCIP. That ends with the seconds of the settings too, but is given
    `LEAST_SECONDS`, SCIP `LEAST_OF_SCIP`. A cheaper answer replaces the first one, and the first
    one's bound with it, however wide a gap was asked for.

    Parameters
    ----------
    schools
        For each school the positions of its columns that are 0 or 1: whether it runs, is built.

    Raises
    ------
    SolverError
        If the values break a row or a bound when summed without rounding.
    """
    if outcome.values is None:
        return outcome
    small = milp.matrix.nnz <= MOST_NONZEROS
    if small and exact_violation(milp, outcome.values) > TOLERANCE:
        raise SolverError("the solver's values break a row when summed without rounding")
    if outcome.status is not Status.OPTIMAL or not milp.integer.any():
        return outcome
    began = time.monotonic()
    seconds = min(outcome.seconds, settings.seconds - outcome.seconds)
    careful = replace(settings, presolve=False, gap=min(settings.gap, TOLERANCE))
    end = began + FOR_FLIPS * max(LEAST_SECONDS, seconds)
    found = flipped(milp, outcome, careful, schools, end)
    second: list[tuple[Callable[[Milp, Settings], Outcome], float]] = [(solve, LEAST_SECONDS)]
    if small and scip.installed():
        second.append((scip.solve, LEAST_OF_SCIP))
    for again, least in second:
        left = max(least, seconds - (time.monotonic() - began))
        other = again(milp, replace(careful, seconds=left))
        proves_more = found is not outcome and other.bound > found.bound
        if _is_cheaper(other, found) or (proves_more and not _is_cheaper(found, other)):
            found = replace(other, stopped_by="challenged")
    return outcome if found is outcome else replace(found, seconds=outcome.seconds + found.seconds)


def _is_cheaper(other: Outcome, outcome: Outcome) -> bool:
    slack = TOLERANCE * max(1.0, abs(outcome.objective))
    return other.values is not None and other.objective < outcome.objective - slack


def flipped(
    milp: Milp, outcome: Outcome, settings: Settings, schools: Sequence[np.ndarray], end: float
) -> Outcome:
    """Decide each school anew, all others as they are; the first cheaper answer, with no bound.

    Without presolve, under which 1.14.0 lies again about one school.
    """
    for one in _flips(milp, outcome.values, schools):
        left = end - time.monotonic()
        if left <= 0.0:
            break
        other = solve(one, replace(settings, presolve=False, seconds=left))
        if _is_cheaper(other, outcome):
            return replace(other, status=Status.FEASIBLE, bound=-np.inf, stopped_by="challenged")
    return outcome


def _flips(milp: Milp, values: np.ndarray | None, schools: Sequence[np.ndarray]) -> Iterator[Milp]:
    """Yield the model with the columns of all schools but one fixed at their values."""
    if values is None or not schools:
        return
    switches = np.unique(np.concatenate(schools))
    for school in schools:
        others = np.setdiff1d(switches, school)
        lower, upper = milp.lower.copy(), milp.upper.copy()
        lower[others] = upper[others] = np.round(values[others])
        yield replace(milp.arrays(), lower=lower, upper=upper)


def exact_violation(milp: Milp, values: np.ndarray) -> float:
    """Largest amount by which values break a row or a bound, summed in exact arithmetic."""
    exact = [Fraction(float(value)) for value in values]
    worst = Fraction(0)
    matrix = milp.matrix
    for row in range(matrix.shape[0]):
        entries = range(matrix.indptr[row], matrix.indptr[row + 1])
        activity = sum(
            (Fraction(float(matrix.data[k])) * exact[matrix.indices[k]] for k in entries),
            Fraction(0),
        )
        worst = max(worst, _outside(activity, milp.row_lower[row], milp.row_upper[row]))
    for column, value in enumerate(exact):
        worst = max(worst, _outside(value, milp.lower[column], milp.upper[column]))
    return float(worst)


def _outside(value: Fraction, low: float, high: float) -> Fraction:
    """Say how far a value lies outside its bounds, which may be infinite."""
    miss = Fraction(0)
    if np.isfinite(low):
        miss = max(miss, Fraction(float(low)) - value)
    if np.isfinite(high):
        miss = max(miss, value - Fraction(float(high)))
    return miss
