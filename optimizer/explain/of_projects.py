"""Rules about projects that may give: what may be built where and when, and what was decided."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Action, Problem
from optimizer.explain.rule import Amounts, Rule, Search, by_project, with_options, with_policy


def _placed(problem: Problem) -> list[str]:
    """Level and kind of place of every pair that is not allowed."""
    allowed = problem.policy.allowed_places
    kinds = sorted(set(problem.sites.place))
    return [
        f"{level}/{one}" for level in sorted(allowed) for one in kinds if one not in allowed[level]
    ]


def _place(problem: Problem, amounts: Amounts) -> Problem:
    allowed = {
        level: kinds | {key.split("/", 1)[1] for key in amounts if key.startswith(f"{level}/")}
        for level, kinds in problem.policy.allowed_places.items()
    }
    return with_policy(problem, allowed_places=allowed)


def _windows(problem: Problem, moved: np.ndarray) -> Problem:
    """Let projects start in any year."""
    first, last = problem.horizon.first_year, problem.horizon.end - 1
    free = moved & (problem.options.committed == 0)
    return with_options(
        problem,
        earliest=np.where(free, first, problem.options.earliest),
        latest=np.where(free, last, problem.options.latest),
    )


def _released(problem: Problem, freed: np.ndarray) -> Problem:
    """Let projects that were decided, but have not begun, be built then or never."""
    options = problem.options
    free = freed & (options.committed >= problem.horizon.first_year)
    begin = np.where(free, options.committed, options.earliest)
    end = np.where(free, options.committed, options.latest)
    actions = {one for one, on in zip(options.action, free, strict=True) if on}
    wider = with_policy(problem, actions=problem.policy.actions | actions)
    return with_options(
        wider, committed=np.where(free, 0, options.committed), earliest=begin, latest=end
    )


def _to_come(problem: Problem) -> np.ndarray:
    return np.asarray(problem.options.committed >= problem.horizon.first_year)


OF_PROJECTS = (
    Rule(
        "allowed_places",
        "kinds of place",
        Search.KEYS,
        lambda problem: bool(_placed(problem)),
        lambda problem: with_policy(problem, allowed_places={}),
        _place,
        keys=_placed,
    ),
    Rule(
        "actions",
        "kinds of action",
        Search.KEYS,
        lambda problem: len(problem.policy.actions) < len(Action),
        lambda problem: with_policy(problem, actions=frozenset(Action)),
        lambda problem, amounts: with_policy(
            problem, actions=problem.policy.actions | {Action(name) for name in amounts}
        ),
        keys=lambda problem: sorted(
            one.value for one in frozenset(Action) - problem.policy.actions
        ),
    ),
    Rule(
        "start_years",
        "projects",
        Search.USED,
        lambda problem: bool(
            (
                (problem.options.earliest > problem.horizon.first_year)
                | (problem.options.latest + problem.options.lead < problem.horizon.end - 1)
            )[problem.options.committed == 0].any()
        ),
        lambda problem: _windows(problem, np.ones(len(problem.options), dtype=bool)),
        lambda problem, amounts: _windows(problem, by_project(problem, amounts)),
    ),
    Rule(
        "committed",
        "projects",
        Search.KEYS,
        lambda problem: bool(_to_come(problem).any()),
        lambda problem: _released(problem, _to_come(problem)),
        lambda problem, amounts: _released(problem, by_project(problem, amounts)),
        keys=lambda problem: [problem.options.ids[o] for o in np.flatnonzero(_to_come(problem))],
    ),
)
