"""What is asked of a solver of integer programs, and what it answers, whichever solver it is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from optimizer.domain import Status


class SolverError(RuntimeError):
    """The solver cannot be used or trusted as asked."""


@dataclass(frozen=True)
class Settings:
    """When to stop and how to search; `presolve` is left to the solver where None."""

    gap: float = 1e-6
    seconds: float = math.inf
    nodes: int | None = None
    seed: int = 0
    presolve: bool | None = None


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a solve gave: values of all columns (whole where integer), objective, proven bound."""

    status: Status
    values: np.ndarray | None
    objective: float
    bound: float
    stopped_by: str
    seconds: float
    nodes: int = 0


@dataclass(frozen=True, eq=False)
class Sighting:
    """Seen while solving: objective and bound so far, and values where they are new."""

    seconds: float
    objective: float
    bound: float
    values: np.ndarray | None = field(default=None)


Watch = Callable[[Sighting], bool | None]
"""Receives sightings; returning True asks the solver to stop with what it has."""
