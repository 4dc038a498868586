"""Why no plan meets all rules, and what mends it, in five steps.

1. Adding up, without a solver; 2. cuts of too few places, by level and year; 3. an elastic model:
the least that lacks if every rule may give; 4. the smallest clash of rules; 5. for each rule in it
the smallest change that alone mends it, solved again and judged, the cheapest first.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from optimizer.diagnose import Cut
from optimizer.domain import Problem, Status, Violation
from optimizer.explain.arithmetic import proofs
from optimizer.explain.contradiction import Clash, clash_of_rules
from optimizer.explain.mends import Change, Mend, mend, smallest_change
from optimizer.explain.model import Clock, Least, is_large, least, possible
from optimizer.explain.rules import LAWS, Wider, soft_rules, with_idle_sites
from optimizer.formulation.elastic import ROW_RULES, Elastic
from optimizer.methods.base import Limits
from optimizer.solve import solve

__all__ = ["LAWS", "Change", "Cut", "Explanation", "Mend", "Wider", "explain"]

Tell = Callable[[str], None]
"""Receives the name of each step as it begins."""

SHARES = {"verdict": 0.3, "lacking": 0.15, "clash": 0.5}
"""Of the time left when a step begins, how much it may take."""


@dataclass(frozen=True)
class Explanation:
    """What is wrong with a problem, or that nothing is.

    Attributes
    ----------
    status
        `FEASIBLE`: a plan exists; `INFEASIBLE`: proven that none does; `UNKNOWN`: neither in time.
    counted
        What adding up proves.
    cuts
        Zones whose pupils have too few places in all schools in their reach.
    lacking
        The least that lacks if every rule may give, by weights; empty where not computed.
    clash
        Rules that contradict each other; laws stand in `laws`.
    mends
        The cheapest first; those without a price last.
    untried
        What was not done, and why: words for `scenarios.explain`.
    """

    status: Status
    counted: tuple[Violation, ...] = ()
    cuts: tuple[Cut, ...] = ()
    lacking: tuple[tuple[str, str, float], ...] = ()
    clash: tuple[str, ...] = ()
    laws: tuple[str, ...] = ()
    mends: tuple[Mend, ...] = ()
    untried: tuple[str, ...] = ()


def explain(
    problem: Problem,
    seconds: float = 120.0,
    wider: Callable[[], Wider] | None = None,
    tell: Tell = lambda _: None,
) -> Explanation:
    """Say why a problem has no plan, and what mends it.

    Parameters
    ----------
    problem
        Its teachers are left out: posts that nobody fills are priced, not forbidden.
    seconds
        For all five steps; solving mends again may take half as much once more.
    wider
        Gives what the rules keep out of the tables; asked for only where there is no plan.
    """
    network, clock = replace(problem, staffing=None), Clock.of(seconds)
    tell("count")
    counted, short = proofs(network)
    if not counted and not short:
        tell("verdict")
        status = _verdict(network, clock.within(SHARES["verdict"] * clock.left))
        if status is not Status.INFEASIBLE:
            return Explanation(status, untried=() if status is Status.FEASIBLE else ("undecided",))
    more = None if wider is None else wider()
    network = with_idle_sites(network, more)
    tell("lacking")
    lacking, unproven = _lacking(network, clock.within(SHARES["lacking"] * clock.left))
    tell("clash")
    clash = clash_of_rules(
        network, soft_rules(more), possible, clock.within(SHARES["clash"] * clock.left)
    )
    tell("mends")
    mends, unmended = _mends(network, clash, clock, seconds)
    return Explanation(
        Status.INFEASIBLE,
        counted,
        short,
        lacking,
        tuple(rule.name for rule in clash.rules),
        clash.laws,
        mends,
        (
            *unproven,
            *(f"clash:{name}" for name in clash.untried),
            *unmended,
            *(() if more is not None else ("reach",)),
        ),
    )


def _verdict(problem: Problem, clock: Clock) -> Status:
    """Look for a plan, or for the proof that there is none."""
    if is_large(problem):
        found = solve(problem, limits=Limits(gap=1.0, seconds=max(1.0, clock.left))).status
        return Status.FEASIBLE if found is Status.OPTIMAL else found
    answer = possible(problem, clock)
    if answer is None:
        return Status.UNKNOWN
    return Status.FEASIBLE if answer else Status.INFEASIBLE


def _lacking(
    problem: Problem, clock: Clock
) -> tuple[tuple[tuple[str, str, float], ...], tuple[str, ...]]:
    """Say what lacks at least if every rule may give."""
    if is_large(problem):
        return (), ("lacking",)
    found: Least | None = least(problem, Elastic(ROW_RULES), clock)
    if found is None:
        return (), ("lacking",)
    rows = tuple((rule, key, amount) for (rule, key), amount in sorted(found.amounts.items()))
    return rows, () if found.smallest else ("lacking:smallest",)


def _mends(
    problem: Problem, clash: Clash, clock: Clock, seconds: float
) -> tuple[tuple[Mend, ...], tuple[str, ...]]:
    """Find and price a mend for each rule of the clash, the cheapest first."""
    changes: list[Change] = []
    none: list[str] = []
    for number, rule in enumerate(clash.rules):
        turn = clock.within(clock.left / (len(clash.rules) - number))
        change = smallest_change(problem, rule, possible, turn) if turn.left > 0 else None
        if change is None:
            none.append(f"mend:{rule.name}")
        else:
            changes.append(change)
    named = {rule.name: rule for rule in clash.rules}
    each = max(5.0, 0.5 * seconds / max(1, len(changes)))
    priced = [mend(problem, named[change.rule], change, each) for change in changes]
    priced.sort(key=lambda one: (math.inf if one.cost is None else one.cost, one.change.rule))
    return tuple(priced), tuple(none)
