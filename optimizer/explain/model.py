"""The elastic model solved: whether a plan exists, and how little must give."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain import Problem, Status
from optimizer.explain.arithmetic import proven
from optimizer.formulation.arrays import Milp
from optimizer.formulation.build import FAMILIES, Model, build
from optimizer.formulation.compile import Compiled, compile_model
from optimizer.formulation.elastic import Elastic, Lever
from optimizer.formulation.parts import ImpossibleError
from optimizer.methods.highs import solve
from optimizer.methods.mip import Outcome, Settings

ONLY_COST = frozenset({"access", "catchments", "function_rooms"})
"""Families that forbid nothing: without them the model is small."""
NETWORK = ("operates[", "builds[", "merges[")
LARGE = 30_000
"""Shares to decide above which the model is not built: the whole county takes minutes."""
_NOTHING = 1e-6


@dataclass(frozen=True)
class Clock:
    """A moment on the monotonic clock at which to stop."""

    end: float

    @classmethod
    def of(cls, seconds: float) -> Clock:
        """Stop in so many seconds."""
        return cls(time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds left, none below 0."""
        return max(0.0, self.end - time.monotonic())

    def share(self, parts: float) -> Clock:
        """Stop after one of so many equal parts of the time left."""
        return Clock.of(self.left / parts)


@dataclass(frozen=True)
class Least:
    """How little must give.

    Attributes
    ----------
    amounts
        Units by lever, without those that give nothing.
    smallest
        Whether less is proven to be too little.
    """

    amounts: dict[Lever, float]
    smallest: bool


def is_large(problem: Problem) -> bool:
    """Whether the model of a problem is too large to be solved again and again."""
    return int(problem.travel.intake.sum()) * problem.horizon.years > LARGE


def possible(problem: Problem, clock: Clock) -> bool | None:
    """Whether a plan exists: proven that none does, found one, or (None) undecided in time."""
    if proven(problem):
        return False
    if is_large(problem) or clock.left <= 0:
        return None
    return feasible(problem, Elastic(frozenset()), clock)


def feasible(problem: Problem, elastic: Elastic, clock: Clock) -> bool | None:
    """Whether the model has a solution, where the rules of `elastic` give freely."""
    try:
        compiled = compile_model(_built(problem, elastic))
    except ImpossibleError:
        return False
    free = replace(compiled, cost=np.zeros_like(compiled.cost), constant=0.0)
    outcome = _solved(free, 1.0, clock)
    if outcome.status is Status.INFEASIBLE:
        return False
    return None if outcome.values is None else True


def least(problem: Problem, elastic: Elastic, clock: Clock) -> Least | None:
    """Find how little the rules of `elastic` must give; None where nothing was found in time."""
    try:
        compiled = compile_model(_built(problem, elastic))
    except ImpossibleError:
        return None
    ours = np.array([name.startswith("elastic.") for name in compiled.names], dtype=bool)
    priced = replace(compiled, cost=np.where(ours, compiled.cost, 0.0), constant=0.0)
    outcome = _solved(priced, 0.0, clock)
    if outcome.values is None:
        return None
    found: dict[Lever, float] = {}
    for lever, columns in elastic.slacks.items():
        amount = sum(
            float(outcome.values[compiled.position[id(column)]]) * units
            for column, units in columns
            if id(column) in compiled.position
        )
        if amount > _NOTHING:
            found[lever] = amount
    return Least(found, outcome.status is Status.OPTIMAL)


def _built(problem: Problem, elastic: Elastic) -> Model:
    families = [family for family in FAMILIES if family.NAME not in ONLY_COST]
    return build(problem, (elastic, *families))


def _solved(compiled: Compiled, gap: float, clock: Clock) -> Outcome:
    """Solve with split zones first; then with whole ones in that network; then everywhere.

    Whole zones are what makes the model hard, and seldom what makes it impossible.
    """
    shares = np.array([name.startswith("share[") for name in compiled.names], dtype=bool)
    milp = compiled.arrays()
    split = replace(milp, integer=milp.integer & ~shares)
    loose = solve(split, _settings(gap, clock))
    if loose.values is None or not (milp.integer & shares).any():
        return loose
    decided = np.array([name.startswith(NETWORK) for name in compiled.names], dtype=bool)
    fixed = _fixed(milp, decided, loose.values)
    near = solve(fixed, _settings(gap, clock.share(2)))
    slack = _NOTHING * max(1.0, abs(near.objective)) if math.isfinite(near.objective) else 0.0
    if near.values is not None and near.objective <= max(loose.bound, 0.0) + slack:
        return replace(near, bound=near.objective, status=Status.OPTIMAL)
    start = {} if near.values is None else dict(enumerate(near.values.tolist()))
    return solve(milp, _settings(gap, clock), start)


def _fixed(milp: Milp, decided: np.ndarray, values: np.ndarray) -> Milp:
    return replace(
        milp,
        lower=np.where(decided, values, milp.lower),
        upper=np.where(decided, values, milp.upper),
    )


def _settings(gap: float, clock: Clock) -> Settings:
    return Settings(gap=gap, seconds=max(0.5, clock.left))
