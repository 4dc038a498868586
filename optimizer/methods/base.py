"""The signature that every method has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from optimizer.domain import Certificate, Plan, Problem, Violation


@dataclass(frozen=True)
class Limits:
    """When to stop: a gap (C27), seconds of solving, or a node count, whichever comes first.

    `nodes` are those of the search tree: the solver's for ``monolithic``, its own for ``branched``.
    ``by_site`` has no tree, and counts the steps by which it raises its bound: after the last, the
    turn under way is its last. `threads` are those of compiled loops; solvers take one.
    """

    gap: float = 0.01
    seconds: float = 120.0
    nodes: int | None = None
    threads: int = 1
    seed: int = 0


@dataclass(frozen=True, eq=False)
class Prices:
    """Multipliers that proved a bound of a like problem, and what their axes stood for.

    Attributes
    ----------
    multipliers
        Named arrays of a `Certificate`, each with three axes: those not used have length 1.
    zones, sites, levels, years
        Ids, names and labels along the axes of length Z, S, L and T.
    entrants
        (Z, L, T) of that problem: the price of a cohort goes with its size.
    """

    multipliers: Mapping[str, np.ndarray]
    zones: tuple[str, ...]
    sites: tuple[str, ...]
    levels: tuple[str, ...]
    years: tuple[int, ...]
    entrants: np.ndarray


def prices_of(problem: Problem, certificate: Certificate) -> Prices:
    """Name the axes of a certificate's multipliers by the problem whose bound they prove."""
    return Prices(
        multipliers={
            name: values.reshape(values.shape + (1,) * (3 - values.ndim))
            for name, values in certificate.multipliers.items()
        },
        zones=problem.zones.ids,
        sites=problem.sites.ids,
        levels=tuple(level.name for level in problem.levels),
        years=tuple(problem.horizon.labels),
        entrants=problem.demand.entrants,
    )


@dataclass(frozen=True)
class Start:
    """What a method may begin with: a plan, which need not keep the rules here, and prices."""

    plan: Plan | None = None
    prices: Prices | None = None


@dataclass(frozen=True)
class Progress:
    """A line of progress: seconds since the start, phase, best objective and bound so far.

    Methods that have them add the best plan and why the bound holds.
    """

    seconds: float
    phase: str
    objective: float
    bound: float
    plan: Plan | None = None
    certificate: Certificate | None = None


Report = Callable[[Progress], bool | None]
"""Receives progress; returning True asks the method to stop with what it has."""


@dataclass(frozen=True)
class Answer:
    """What a method found, not yet judged. `infeasible` means proven so, with `shortages` why.

    `certified` is what the certificate proves where the bound is more; None: the bound itself.
    """

    plan: Plan | None
    bound: float
    stopped_by: str
    seconds: dict[str, float]
    certificate: Certificate | None = None
    infeasible: bool = False
    shortages: tuple[Violation, ...] = ()
    certified: float | None = None


class Method(Protocol):
    """A way to get a plan with a bound on the best there can be."""

    def __call__(
        self, problem: Problem, limits: Limits, start: Start | None, report: Report | None
    ) -> Answer:
        """Return the best plan found and a proven lower bound on the objective."""
        ...
