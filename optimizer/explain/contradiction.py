"""The smallest clash of rules: a deletion filter over the rules that may give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from optimizer.domain import Problem
from optimizer.explain.model import Clock, feasible, is_large
from optimizer.explain.rules import LAWS, Rule
from optimizer.formulation.elastic import Elastic


class Possible(Protocol):
    """Says whether a plan exists: True, False, or None where it cannot tell."""

    def __call__(self, problem: Problem, clock: Clock) -> bool | None:
        """Answer for a problem."""
        ...


@dataclass(frozen=True)
class Clash:
    """Rules that contradict each other, with the laws.

    Attributes
    ----------
    rules
        None can be taken away but those `untried`; where it is empty, the laws and what stands
        (rooms, roads, what was built) contradict each other.
    laws
        Those without which the rest could hold; empty where that was not tried.
    untried
        Rules among `rules` of which it is not known whether the clash needs them.
    alone
        The problem with every other rule let go: still without a plan.
    """

    rules: tuple[Rule, ...]
    laws: tuple[str, ...]
    untried: tuple[str, ...]
    alone: Problem


def clash_of_rules(
    problem: Problem, rules: tuple[Rule, ...], possible: Possible, clock: Clock
) -> Clash:
    """Let go of each rule in turn; it stays out where the rest still contradicts itself.

    Parameters
    ----------
    problem
        Proven to have no plan.
    """
    kept, untried, alone = [], [], problem
    for rule in rules:
        if not rule.says(alone):
            continue
        without = rule.without(alone)
        verdict = possible(without, clock) if clock.left > 0 else None
        if verdict is False:
            alone = without
            continue
        kept.append(rule)
        if verdict is None:
            untried.append(rule.name)
    return Clash(tuple(kept), _laws(alone, clock), tuple(untried), alone)


def _laws(alone: Problem, clock: Clock) -> tuple[str, ...]:
    """Return the laws without which the clash could hold."""
    if is_large(alone):
        return ()
    return tuple(
        law
        for law in LAWS
        if clock.left > 0 and feasible(alone, Elastic(frozenset({law})), clock) is True
    )
