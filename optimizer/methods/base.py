"""The signature that every method has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from optimizer.domain import Certificate, Plan, Problem, Violation


@dataclass(frozen=True)
class Limits:
    """When to stop: a gap (C27), seconds of solving, or a node count, whichever comes first."""

    gap: float = 0.01
    seconds: float = 120.0
    nodes: int | None = None
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True)
class Progress:
    """A line of progress: seconds since the start, phase, best objective and bound so far."""

    seconds: float
    phase: str
    objective: float
    bound: float
    plan: Plan | None = None


Report = Callable[[Progress], bool | None]
"""Receives progress; returning True asks the method to stop with what it has."""


@dataclass(frozen=True)
class Answer:
    """What a method found, not yet judged. `infeasible` means proven so, with `shortages` why."""

    plan: Plan | None
    bound: float
    stopped_by: str
    seconds: dict[str, float]
    certificate: Certificate | None = None
    infeasible: bool = False
    shortages: tuple[Violation, ...] = ()


class Method(Protocol):
    """A way to get a plan with a bound on the best there can be."""

    def __call__(
        self, problem: Problem, limits: Limits, start: Plan | None, report: Report | None
    ) -> Answer:
        """Return the best plan found and a proven lower bound on the objective."""
        ...
