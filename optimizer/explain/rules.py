"""The rules of a problem as groups that a planner would name, and what letting go of each means.

A *law* stays whatever happens: it may be part of a clash, never of a mend. What a plan is at all
(cohorts stay together, classes never fall, a level that stops does not restart) is no rule here.
"""

from __future__ import annotations

from optimizer.explain.of_places import BUDGET, OF_PLACES
from optimizer.explain.of_policy import OF_POLICY
from optimizer.explain.of_projects import OF_PROJECTS
from optimizer.explain.reach import Wider, reach
from optimizer.explain.rule import Rule

LAWS = ("places", "continuing", "unsafe", "points", "orders")
"""Every pupil has a school; the enrolled go on at one they can reach; an unsafe building does not
run; a teaching point has a parent; what was decided is consistent. Names as in `elastic`."""


def soft_rules(wider: Wider | None = None) -> tuple[Rule, ...]:
    """Return the rules that may give, those first that are let go of first.

    Parameters
    ----------
    wider
        Without it nothing is said about the travel limit.
    """
    limit = () if wider is None else (reach(wider.travel),)
    return (*OF_POLICY, *OF_PROJECTS, *limit, *OF_PLACES, BUDGET)
