"""A mixed-integer programme as plain arrays: what solvers take and processes send each other."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse


@dataclass(frozen=True, eq=False)
class Milp:
    """min cost·x + constant  with  row_lower ≤ matrix x ≤ row_upper,  lower ≤ x ≤ upper.

    Attributes
    ----------
    cost, lower, upper
        (n,) float; bounds may be infinite.
    constant
        Added to the objective.
    matrix
        (m, n) CSR.
    row_lower, row_upper
        (m,) float, infinite where open.
    integer
        (n,) bool.
    """

    cost: np.ndarray
    constant: float
    matrix: sparse.csr_array
    row_lower: np.ndarray
    row_upper: np.ndarray
    lower: np.ndarray
    upper: np.ndarray
    integer: np.ndarray

    @property
    def size(self) -> tuple[int, int, int]:
        """Rows, columns, non-zeros."""
        return (*self.matrix.shape, self.matrix.nnz)

    def arrays(self) -> Milp:
        """Return the arrays alone, without whatever a subclass knows about them."""
        return Milp(
            self.cost,
            self.constant,
            self.matrix,
            self.row_lower,
            self.row_upper,
            self.lower,
            self.upper,
            self.integer,
        )

    def objective(self, values: np.ndarray) -> float:
        """Price the values of all columns."""
        return float(self.cost @ values) + self.constant

    def worst_violation(self, values: np.ndarray) -> float:
        """Largest amount by which values break a row, a bound or integrality."""
        activity = self.matrix @ values
        misses = [
            self.row_lower - activity,
            activity - self.row_upper,
            self.lower - values,
            values - self.upper,
            np.abs(values - np.round(values))[self.integer],
        ]
        return max((float(miss.max()) for miss in misses if miss.size), default=0.0)
