"""Rules of the policy that may give: closings, their notice and size, whole zones, numbers."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from optimizer.domain import Problem
from optimizer.explain.rule import Rule, Search, by_site, with_policy, with_sites
from optimizer.formulation.index import make_network


def _switch(name: str, field: str, says: Callable[[Problem], bool]) -> Rule:
    """Make a rule that is there or not."""
    return Rule(
        name,
        "rule",
        Search.KEYS,
        says,
        lambda problem: with_policy(problem, **{field: False}),
        lambda problem, amounts: with_policy(problem, **{field: not amounts}),
    )


def _closing(says: Callable[[Problem], bool]) -> Callable[[Problem], bool]:
    return lambda problem: problem.policy.on("closing") and says(problem)


def _bodies(problem: Problem) -> np.ndarray:
    """(S,) pupils of the base year."""
    return np.asarray(make_network(problem).base_pupils)


def _close_steps(problem: Problem) -> list[float]:
    below = problem.policy.close_below or 0.0
    larger = [pupils + 1.0 - below for pupils in _bodies(problem) if pupils >= below]
    grown = float(problem.demand.entrants.sum() + problem.enrolled.pupils.sum())
    return sorted({*np.ceil(larger).tolist(), float(np.ceil(grown))})


def _notice(problem: Problem, shorter: float) -> Problem:
    return with_policy(problem, notice_years=max(0, problem.policy.notice_years - round(shorter)))


def _more_sent(problem: Problem, pupils: float) -> Problem:
    """Raise the limit by a share that is so many pupils of the smallest intake."""
    intake = problem.demand.entrants.sum(axis=0)
    smallest = min(intake[intake >= 1.0].tolist(), default=1.0)
    raised = (problem.policy.stability or 0.0) + pupils / smallest
    return with_policy(problem, stability=min(1.0, raised))


OF_POLICY = (
    _switch("contiguous", "contiguous", lambda problem: problem.policy.keeps_areas_together),
    Rule(
        "stability",
        "pupils",
        Search.ROWS,
        lambda problem: problem.policy.stability is not None and problem.policy.on("catchments"),
        lambda problem: with_policy(problem, stability=None),
        lambda problem, amounts: _more_sent(problem, sum(amounts.values())),
    ),
    _switch("whole_zones", "whole_zones", lambda problem: problem.policy.whole_zones),
    Rule(
        "notice",
        "years",
        Search.STEPS,
        _closing(lambda problem: problem.policy.notice_years > 1),
        lambda problem: _notice(problem, problem.policy.notice_years),
        lambda problem, amounts: _notice(problem, sum(amounts.values())),
        lambda problem: [float(n) for n in range(1, problem.policy.notice_years)],
    ),
    Rule(
        "close_below",
        "pupils",
        Search.STEPS,
        _closing(lambda problem: problem.policy.close_below is not None),
        lambda problem: with_policy(problem, close_below=None),
        lambda problem, amounts: with_policy(
            problem, close_below=(problem.policy.close_below or 0.0) + sum(amounts.values())
        ),
        _close_steps,
    ),
    _switch(
        "last_school",
        "keep_last_lower_secondary",
        _closing(lambda problem: problem.policy.keep_last_lower_secondary),
    ),
    Rule(
        "schools_open",
        "schools",
        Search.ROWS,
        lambda problem: problem.policy.schools_open is not None,
        lambda problem: with_policy(problem, schools_open=None),
        lambda problem, amounts: with_policy(
            problem,
            schools_open=(problem.policy.schools_open or 0)
            + round(amounts.get("more", 0.0) - amounts.get("fewer", 0.0)),
        ),
    ),
    Rule(
        "closings",
        "closings",
        Search.ROWS,
        _closing(lambda problem: problem.policy.closings_per_year is not None),
        lambda problem: with_policy(problem, closings_per_year=None),
        lambda problem, amounts: with_policy(
            problem,
            closings_per_year=(problem.policy.closings_per_year or 0)
            + round(sum(amounts.values())),
        ),
    ),
    Rule(
        "protected",
        "schools",
        Search.USED,
        lambda problem: bool((problem.sites.may_not_close & problem.sites.runs.any(axis=1)).any()),
        lambda problem: with_sites(
            problem,
            protected=np.zeros_like(problem.sites.protected),
            objection=np.zeros_like(problem.sites.objection),
        ),
        lambda problem, amounts: with_sites(
            problem,
            protected=problem.sites.protected & (by_site(problem, amounts) == 0),
            objection=np.where(by_site(problem, amounts) > 0, 0.0, problem.sites.objection),
        ),
    ),
)
