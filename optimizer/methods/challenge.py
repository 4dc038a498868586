"""Doubt an answer that a solver calls optimal: exact rows, and the same model solved another way.

highspy 1.14.0 called wrong answers optimal on sparse siting models, with a gap of 0 and no row
broken; every one of them fell when the model was solved again without presolve
(`benchmarks.canary`). A later version may err too, so the whole MILP's answers are challenged.
"""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import numpy as np

from optimizer.domain import Status
from optimizer.formulation.arrays import Milp
from optimizer.methods.highs import solve
from optimizer.methods.mip import Outcome, Settings, SolverError

TOLERANCE = 1e-6
LEAST_SECONDS = 1.0
MOST_NONZEROS = 200_000
"""Entries of a matrix whose rows are summed in fractions: 14 microseconds each."""


def challenged(milp: Milp, outcome: Outcome, settings: Settings) -> Outcome:
    """Solve an optimal answer's model again without presolve, for as long as it took at first.

    It ends with the seconds of the settings too, but is given `LEAST_SECONDS`. A cheaper answer
    replaces the first one, and the first one's bound with it, however wide a gap was asked for.

    Raises
    ------
    SolverError
        If the values break a row or a bound when summed without rounding.
    """
    if outcome.values is None:
        return outcome
    if milp.matrix.nnz <= MOST_NONZEROS and exact_violation(milp, outcome.values) > TOLERANCE:
        raise SolverError("the solver's values break a row when summed without rounding")
    if outcome.status is not Status.OPTIMAL or not milp.integer.any():
        return outcome
    seconds = max(LEAST_SECONDS, min(outcome.seconds, settings.seconds - outcome.seconds))
    gap = min(settings.gap, TOLERANCE)
    other = solve(milp, replace(settings, presolve=False, seconds=seconds, gap=gap))
    slack = TOLERANCE * max(1.0, abs(outcome.objective))
    if other.values is None or other.objective >= outcome.objective - slack:
        return outcome
    return replace(other, stopped_by="challenged", seconds=outcome.seconds + other.seconds)


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
