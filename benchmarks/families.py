"""What each family of rules costs: the default study with it, and with it switched off.

`python -m benchmarks.families [STUDY.yaml] [--scenario NAME] [--seconds S] [--only FAMILY]…`, from
the repository's root. Solves the scenario with every family, for four times as long, then once
without each, beginning with the plan and the prices of the first: where a rule is taken away, that
plan stays allowed, so that what is gained is no luck of the search. Teachers are posted for the
first and for the rules about teachers, whose network stays; the others are compared by the network
alone. Prints a line of JSON for each with objective, bound, gap, by how much the study is
`dearer_with` the family, what the plan without it costs where the whole study `prices` it, and the
rules of the whole study that it `breaks`, with how often; for the first, rows that bind.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.answers import fault, figures, number, print_line
from benchmarks.binding import binding_rows
from benchmarks.studies import STUDY, problems_of
from optimizer.check import check
from optimizer.domain import Action, Plan, Problem, Result
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits, Start, prices_of
from optimizer.solve import solve

ROOMY = 200
"""Rooms that each school has besides where its capacity does not count."""


Change = Callable[[Problem], Problem]


def _policy(**fields: Any) -> Change:
    return lambda problem: replace(problem, policy=replace(problem.policy, **fields))


def _off(family: str) -> Change:
    return lambda problem: _policy(families_off=problem.policy.families_off | {family})(problem)


def _without(*actions: Action) -> Change:
    return lambda problem: _policy(actions=problem.policy.actions - set(actions))(problem)


def _anywhere(problem: Problem) -> Problem:
    """Let pupils go to every school to which a way is known, to the oldest grades' limit."""
    travel = problem.travel
    first = np.array([level.first_grade for level in problem.levels])[travel.level]
    open_to_all = replace(travel, intake=np.ones(len(travel), dtype=bool), usable_from=first)
    return replace(problem, travel=open_to_all)


def _free_ways(problem: Problem) -> Problem:
    """Ask nothing for any way, and limit none: the family `access` without its terms."""
    free = {"yuan_per_minute": 0.0, "bus_pupil_year": 0.0, "beyond_pupil_minute": 0.0}
    return _anywhere(replace(problem, prices=replace(problem.prices, **free)))


def _roomy(problem: Problem) -> Problem:
    """Let every school have rooms for more classes than any could want."""
    return replace(problem, sites=replace(problem.sites, rooms=problem.sites.rooms + ROOMY))


def _unmoved(problem: Problem) -> Problem:
    """Ask no teacher to rotate."""
    if problem.staffing is None:
        return problem
    return replace(problem, staffing=replace(problem.staffing, rotation_share=0.0, key_share=0.0))


def _one_rule(problem: Problem) -> Problem:
    """Count posts by pupils and classes alone, not by the lessons of the curriculum."""
    staffing = problem.staffing
    if staffing is None:
        return problem
    nothing = tuple(np.zeros_like(lessons) for lessons in staffing.lessons_fte)
    return replace(problem, staffing=replace(staffing, lessons_fte=nothing))


TEACHERS = frozenset({"staffing", "curriculum", "rotation"})
"""Variations of the rules about teachers, who are posted in the network that is found."""

VARIATIONS: dict[str, Change] = {
    "access": _free_ways,
    "travel_limits": _anywhere,
    "capacity": _roomy,
    "class_size": _off("class_size"),
    "function_rooms": _off("function_rooms"),
    "closing": _off("closing"),
    "catchments": _off("catchments"),
    "budget": _off("budget"),
    "staffing": _off("staffing"),
    "curriculum": _one_rule,
    "rotation": _unmoved,
    "unsafe": _policy(unsafe_deadline=None),
    "allowed_places": _policy(allowed_places={}),
    "last_lower_secondary": _policy(keep_last_lower_secondary=False),
    "lifecycle": _policy(actions=frozenset(), unsafe_deadline=None),
    "merge_and_close": _without(Action.MERGE, Action.CLOSE),
    "relocate_and_convert": _without(Action.RELOCATE, Action.CONVERT),
    "open": _without(Action.OPEN),
    "extend": _without(Action.EXTEND),
}
"""Families off, levers of the others, rules about teachers, and actions taken away.

Cohorts and assignment are what the problem is about: without them nothing is left to plan.
"""


def main(arguments: list[str] | None = None) -> int:
    """Solve and print."""
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("study", nargs="?", type=Path, default=STUDY)
    parser.add_argument("--scenario", default="middle-reshape")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--only", action="append", choices=sorted(VARIATIONS))
    chosen = parser.parse_args(arguments)
    try:
        (problem,) = problems_of(chosen.study, [chosen.scenario])
    except LookupError as error:
        return fault(error)
    whole = solve(problem, limits=Limits(gap=1e-3, seconds=4 * chosen.seconds))
    binding = {} if whole.plan is None else {"binding": binding_rows(problem, whole.plan)}
    _tell("", whole, binding)
    prices = None if whole.certificate is None else prices_of(problem, whole.certificate)
    start, network = Start(whole.plan, prices), replace(problem, staffing=None)
    alone = (
        evaluate(network, replace(whole.plan, postings=None)).objective if whole.plan else np.inf
    )
    for name in chosen.only or VARIATIONS:
        of_teachers = name in TEACHERS
        limits = Limits(gap=1.0 if of_teachers else 1e-3, seconds=chosen.seconds)
        changed = VARIATIONS[name](problem if of_teachers else network)
        result = solve(changed, limits=limits, start=start)
        before = whole.objective if of_teachers else alone
        judged = against(problem if of_teachers else network, result.plan)
        _tell(name, result, {"dearer_with": number(before - result.objective), **judged})
    return 0


def against(problem: Problem, plan: Plan | None) -> dict[str, Any]:
    """Price a plan as a problem does, and count the rules of that problem that it breaks."""
    if plan is None:
        return {}
    return {"prices": number(evaluate(problem, plan).objective), "breaks": breaks(problem, plan)}


def breaks(problem: Problem, plan: Plan) -> dict[str, int]:
    """Count the rules of a problem that a plan breaks, by name."""
    return dict(Counter(violation.rule for violation in check(problem, plan)))


def _tell(name: str, result: Result, more: dict[str, Any]) -> None:
    line = {
        "without": name,
        **figures(result),
        "seconds": {key: round(value, 1) for key, value in result.seconds.items()},
        "terms": {term.name: round(term.value) for term in result.terms},
    }
    print_line(line | more)


if __name__ == "__main__":
    sys.exit(main())
