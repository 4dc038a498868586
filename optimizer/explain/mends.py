"""What mends a clash: for each rule the smallest change that alone does it, solved again."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.diagnose import cuts
from optimizer.domain import Action, Problem
from optimizer.explain.arithmetic import proven
from optimizer.explain.model import Clock, Least, is_large, least, possible
from optimizer.explain.rule import Rule, Search
from optimizer.formulation.elastic import Elastic, Lever
from optimizer.methods.base import Limits
from optimizer.solve import solve

GAP = 0.05
MOST_CUTS = 30
"""Rounds in which rooms are added to a large county."""
_NEARLY = 1e-6
Found = tuple[dict[str, float], bool] | None
"""Amounts, and whether less is proven to be too little."""


@dataclass(frozen=True)
class Change:
    """A change of one rule.

    Attributes
    ----------
    amounts
        What of the rule gives, and how much: sites, years, projects; empty text: the whole rule.
    smallest
        Whether less is proven to be too little.
    """

    rule: str
    unit: str
    amounts: tuple[tuple[str, float], ...]
    smallest: bool

    @property
    def total(self) -> float:
        """Sum of all amounts, but the largest where they are the same change everywhere."""
        sizes = [amount for _, amount in self.amounts]
        return max(sizes, default=0.0) if self.rule == "class_size" else math.fsum(sizes)


@dataclass(frozen=True)
class Mend:
    """A change and the plan that it allows, judged.

    Attributes
    ----------
    cost
        Yuan, present value, of the best plan found (all terms, priced ones too), and what the
        change itself costs where it is not in them; None where no plan was found in time.
    of_change
        The part that the change itself costs: rooms that no project brings.
    gap
        Of that plan; None without one.
    """

    change: Change
    cost: float | None
    of_change: float
    gap: float | None


def smallest_change(problem: Problem, rule: Rule, clock: Clock) -> Change | None:
    """Find the smallest change of a rule that alone mends a problem; None where none was found."""
    search: dict[Search, Callable[[], Found]] = {
        Search.ROWS: lambda: _by_rows(problem, rule, clock),
        Search.USED: lambda: _by_use(problem, rule, clock),
        Search.STEPS: lambda: _by_steps(problem, rule, clock),
        Search.KEYS: lambda: _by_keys(problem, rule, clock),
    }
    found = search[rule.search]()
    if not found or not found[0]:
        return None
    amounts, smallest = found
    return Change(rule.name, rule.unit, tuple(sorted(amounts.items())), smallest)


def mend(problem: Problem, rule: Rule, change: Change, seconds: float) -> Mend:
    """Solve the problem with a change, by the product's own methods and judge."""
    eased = rule.eased(problem, dict(change.amounts))
    result = solve(eased, limits=Limits(gap=GAP, seconds=seconds))
    own = _price(problem, change)
    if result.plan is None:
        return Mend(change, None, own, None)
    return Mend(change, result.objective + own, own, result.gap)


def _by_rows(problem: Problem, rule: Rule, clock: Clock) -> Found:
    if is_large(problem):
        return _rooms_by_cuts(problem, rule) if rule.name == "rooms" else None
    return _amounts(rule, least(problem, Elastic(frozenset({rule.name})), clock))


def _rooms_by_cuts(problem: Problem, rule: Rule) -> Found:
    """Add rooms where the largest cut lacks them, over its schools by their reach, till none is.

    Nobody says that fewer, otherwise placed, would not do.
    """
    amounts: dict[str, float] = {}
    fullest = max(level.hard for level in problem.levels)
    reached = np.bincount(problem.travel.site[problem.travel.intake], minlength=len(problem.sites))
    zones_of = dict(zip(problem.sites.ids, reached.tolist(), strict=True))
    for _ in range(MOST_CUTS):
        eased = rule.eased(problem, amounts)
        found = [cut for cut in cuts(eased) if cut.sites]
        if not found:
            return None if proven(eased) else (amounts, False)
        worst = max(found, key=lambda cut: cut.short)
        every = sum(zones_of[site] for site in worst.sites)
        for site in worst.sites:
            more = math.ceil(worst.short / fullest * zones_of[site] / max(1, every))
            if more:
                amounts[site] = amounts.get(site, 0.0) + more
    return None


def _suffices(problem: Problem, clock: Clock) -> bool | None:
    """Whether a change suffices; in a large county: as far as adding up tells, a plan says more."""
    verdict = possible(problem, clock)
    return verdict is None if is_large(problem) else verdict


def _by_use(problem: Problem, rule: Rule, clock: Clock) -> Found:
    if is_large(problem):
        return None
    starts = rule.name == "start_years"
    ids = problem.options.ids if starts else problem.sites.ids

    def lever(kind: str, number: int) -> Lever | None:
        return (rule.name, ids[number]) if (kind == "start") == starts else None

    widened = Elastic(frozenset(), before=problem, lever=lever)
    return _amounts(rule, least(rule.without(problem), widened, clock))


def _amounts(rule: Rule, found: Least | None) -> Found:
    """Whole units of what a rule gives."""
    if found is None:
        return None
    whole = {
        key: float(math.ceil(amount - _NEARLY))
        for (name, key), amount in found.amounts.items()
        if name == rule.name
    }
    return whole, found.smallest


def _by_steps(problem: Problem, rule: Rule, clock: Clock) -> Found:
    """Halve the steps between one that does not suffice and one that does."""
    steps, keys = rule.steps(problem), rule.keys(problem)

    def suffices(step: float) -> bool | None:
        return _suffices(rule.eased(problem, dict.fromkeys(keys, step)), clock)

    if not steps or suffices(steps[-1]) is not True:
        return None
    low, high, decided = -1, len(steps) - 1, True
    while high - low > 1:
        middle = (low + high) // 2
        verdict = suffices(steps[middle])
        decided = decided and verdict is not None
        low, high = (low, middle) if verdict else (middle, high)
    whole, needed = _needed(problem, rule, dict.fromkeys(keys, steps[high]), clock)
    return whole, decided and needed


def _by_keys(problem: Problem, rule: Rule, clock: Clock) -> Found:
    every = dict.fromkeys(rule.keys(problem), 1.0)
    if _suffices(rule.eased(problem, every), clock) is not True:
        return None
    return _needed(problem, rule, every, clock)


def _needed(
    problem: Problem, rule: Rule, amounts: dict[str, float], clock: Clock
) -> tuple[dict[str, float], bool]:
    """Take away what need not change."""
    decided = True
    for key in list(amounts) if len(amounts) > 1 else ():
        fewer = {one: amount for one, amount in amounts.items() if one != key}
        if not fewer:
            break
        verdict = _suffices(rule.eased(problem, fewer), clock)
        amounts = fewer if verdict else amounts
        decided = decided and verdict is not None
    return amounts, decided


def _price(problem: Problem, change: Change) -> float:
    """Yuan for rooms that no project brings, at what a room of this county's projects costs."""
    options = problem.options
    gains = options.rooms > 0
    if change.unit != "rooms" or not gains.any():
        return 0.0
    extends = gains & np.array([one is Action.EXTEND for one in options.action], dtype=bool)
    like = extends if extends.any() else gains
    return change.total * float(np.median(options.capital_cost[like] / options.rooms[like]))
