"""A rule that may give: what letting go of it means, and how its smallest change is found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import Any

import numpy as np

from optimizer.domain import DemandZones, Options, Problem, Sites, Travel

Amounts = Mapping[str, float]
"""What of a rule gives (a site, a year, a project; empty: the rule as a whole) to how much."""


class Search(Enum):
    """How the smallest change of a rule is found."""

    ROWS = "the least slack of its rows"
    USED = "the fewest uses of what it forbids"
    STEPS = "the first of rising values"
    KEYS = "leaving out all that need not change"


@dataclass(frozen=True)
class Rule:
    """A group of rules that may give.

    Attributes
    ----------
    says
        Whether it forbids anything in a problem.
    without
        The problem as if it were not there.
    eased
        The problem with some of it given up.
    steps
        Rising amounts to try, for `Search.STEPS`.
    keys
        What may give, for `Search.STEPS` (all by the same amount) and `Search.KEYS`.
    """

    name: str
    unit: str
    search: Search
    says: Callable[[Problem], bool]
    without: Callable[[Problem], Problem]
    eased: Callable[[Problem, Amounts], Problem]
    steps: Callable[[Problem], list[float]] = lambda _: [1.0]
    keys: Callable[[Problem], list[str]] = lambda _: [""]


def with_policy(problem: Problem, **fields: Any) -> Problem:
    """Change fields of the policy."""
    return replace(problem, policy=replace(problem.policy, **fields))


def with_sites(problem: Problem, **fields: Any) -> Problem:
    """Change columns of the sites."""
    sites: Sites = replace(problem.sites, **fields)
    return replace(problem, sites=sites)


def with_options(problem: Problem, **fields: Any) -> Problem:
    """Change columns of the projects."""
    options: Options = replace(problem.options, **fields)
    return replace(problem, options=options)


def columns_of(table: DemandZones | Sites | Options | Travel) -> dict[str, Any]:
    """Return the columns of a table by name; `vars` would hold its digest too, once it is asked."""
    return {field.name: getattr(table, field.name) for field in fields(table)}


def by_site(problem: Problem, amounts: Amounts) -> np.ndarray:
    """(S,) amounts of the sites named."""
    return np.array([amounts.get(name, 0.0) for name in problem.sites.ids])


def by_project(problem: Problem, amounts: Amounts) -> np.ndarray:
    """(O,) bool: projects named."""
    return np.array([amounts.get(name, 0.0) > 0 for name in problem.options.ids], dtype=bool)
