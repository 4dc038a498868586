"""The smallest clash of rules: a deletion filter over the rules that may give."""

from __future__ import annotations

from dataclasses import dataclass

from optimizer.domain import Problem
from optimizer.explain.arithmetic import proven
from optimizer.explain.model import Clock, feasible, is_large, possible
from optimizer.explain.rule import Rule
from optimizer.explain.rules import LAWS
from optimizer.formulation.elastic import Elastic


@dataclass(frozen=True)
class Clash:
    """Rules that contradict each other, with the laws.

    Attributes
    ----------
    rules
        None can be taken away but those `untried`; where it is empty, the laws and what stands
        (rooms, roads, what was built) contradict each other.
    laws
        Those without which the rest could hold, as far as was seen in time.
    untried
        Rules among `rules` of which it is not known whether the clash needs them.
    mending
        Name of a rule to whether letting go of it alone lets a plan exist, as far as known.
    """

    rules: tuple[Rule, ...]
    laws: tuple[str, ...]
    untried: tuple[str, ...]
    mending: dict[str, bool | None]


def clash_of_rules(problem: Problem, rules: tuple[Rule, ...], clock: Clock) -> Clash:
    """Let go of each rule in turn; it stays out where the rest still contradicts itself.

    What adding up proves is filtered by adding up, in no time. A rule without which alone there is
    a plan is part of every clash, so that only the others are let go of together, which is hard.

    Parameters
    ----------
    problem
        Proven to have no plan.
    """
    said = [rule for rule in rules if rule.says(problem)]
    kept, alone = _by_counting(problem, said)
    mending = {
        rule.name: possible(rule.without(problem), clock.share(2 * (len(kept) - number)))
        for number, rule in enumerate(kept)
    }
    needed = [rule for rule in kept if mending[rule.name]]
    doubtful = [rule for rule in kept if not mending[rule.name]]
    untried: list[str] = []
    if doubtful:
        alone, doubtful, untried = _filtered(alone, doubtful, clock)
    left = tuple(rule for rule in kept if rule in needed or rule in doubtful)
    return Clash(left, _laws(problem, alone, clock), tuple(untried), mending)


def _by_counting(problem: Problem, rules: list[Rule]) -> tuple[list[Rule], Problem]:
    """Filter by what adding up proves; where it proves nothing, keep all."""
    if not proven(problem):
        return rules, problem
    kept, alone = [], problem
    for rule in rules:
        without = rule.without(alone)
        if proven(without):
            alone = without
        else:
            kept.append(rule)
    return kept, alone


def _filtered(
    alone: Problem, doubtful: list[Rule], clock: Clock
) -> tuple[Problem, list[Rule], list[str]]:
    """Let go of doubtful rules: all together if that is proven to do, else one after the other."""
    together = alone
    for rule in doubtful:
        together = rule.without(together)
    if possible(together, clock.share(3)) is False:
        return together, [], []
    kept, untried = [], []
    for number, rule in enumerate(doubtful):
        without = rule.without(alone)
        verdict = possible(without, clock.share(len(doubtful) - number))
        if verdict is False:
            alone = without
            continue
        kept.append(rule)
        if verdict is None:
            untried.append(rule.name)
    return alone, kept, untried


def _laws(problem: Problem, alone: Problem, clock: Clock) -> tuple[str, ...]:
    """Return the laws without which alone there is a plan, or the clash could hold."""
    if is_large(problem):
        return ()
    found = []
    for number, law in enumerate(LAWS):
        turn = clock.share(len(LAWS) - number)
        free = frozenset({law})
        if feasible(problem, Elastic(free), turn.share(2)) or feasible(alone, Elastic(free), turn):
            found.append(law)
    return tuple(found)
