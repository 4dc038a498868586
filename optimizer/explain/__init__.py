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
from optimizer.explain.part import part_of
from optimizer.explain.reach import Wider, with_idle_sites
from optimizer.explain.rule import Rule
from optimizer.explain.rules import LAWS, soft_rules
from optimizer.formulation.elastic import ROW_RULES, Elastic
from optimizer.methods.base import Limits
from optimizer.solve import solve

__all__ = ["LAWS", "Change", "Cut", "Explanation", "Mend", "Wider", "explain"]

Tell = Callable[[str], None]
"""Receives the name of each step as it begins."""

PARTS = {"verdict": 3.0, "lacking": 6.0, "clash": 2.0}
"""Into how many parts the time left is cut when a step begins; it takes one of them."""


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
        The cheapest first; those without a plan last. In a large county what lacks, the clash and
        the changes are of the part that its cuts are about (`part`); the plans are of all of it.
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
    staff = () if problem.staffing is None or not problem.policy.on("staffing") else ("staff",)
    tell("count")
    counted, short = proofs(network)
    if not counted and not short:
        tell("verdict")
        status = _verdict(network, clock.share(PARTS["verdict"]))
        if status is not Status.INFEASIBLE:
            doubt = ("undecided",) if status is Status.UNKNOWN else ()
            return Explanation(status, untried=(*doubt, *staff))
    more = None if wider is None else wider()
    network = with_idle_sites(network, more)
    core, tables, reduced = network, more, is_large(network) and bool(short)
    if reduced:
        core, tables = part_of(network, more, short)
    tell("lacking")
    lacking, unproven = _lacking(core, clock.share(PARTS["lacking"]))
    tell("clash")
    clash = clash_of_rules(core, soft_rules(tables), clock.share(PARTS["clash"]))
    tell("mends")
    changes, unmended = _changes(core, clash, clock)
    mends = _mends(network, soft_rules(more), changes, seconds)
    if is_large(core):  # what adding up asks for is no mend until a plan shows it
        unmended += tuple(f"unsolved:{one.change.rule}" for one in mends if one.cost is None)
        mends = tuple(one for one in mends if one.cost is not None)
    untried = (
        *unproven,
        *(f"clash:{name}" for name in clash.untried),
        *unmended,
        *(("part",) if reduced else ("large",) if is_large(network) else ()),
        *(() if more is not None else ("reach",)),
        *staff,
    )
    names = tuple(rule.name for rule in clash.rules)
    return Explanation(
        Status.INFEASIBLE, counted, short, lacking, names, clash.laws, mends, untried
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


def _changes(
    problem: Problem, clash: Clash, clock: Clock
) -> tuple[tuple[Change, ...], tuple[str, ...]]:
    """Find the smallest change of each rule of the clash that alone mends it."""
    changes: list[Change] = []
    none: list[str] = []
    for number, rule in enumerate(clash.rules):
        turn = clock.share(len(clash.rules) - number)
        hopeless = clash.mending[rule.name] is False or turn.left <= 0
        change = None if hopeless else smallest_change(problem, rule, turn)
        if change is None:
            none.append(f"mend:{rule.name}")
        else:
            changes.append(change)
    return tuple(changes), tuple(none)


def _mends(
    problem: Problem, rules: tuple[Rule, ...], changes: tuple[Change, ...], seconds: float
) -> tuple[Mend, ...]:
    """Solve the problem with each change; the cheapest plan first, those without one last."""
    named = {rule.name: rule for rule in rules}
    each = max(5.0, 0.5 * seconds / max(1, len(changes)))
    priced = [mend(problem, named[change.rule], change, each) for change in changes]
    priced.sort(key=lambda one: (math.inf if one.cost is None else one.cost, one.change.rule))
    return tuple(priced)
