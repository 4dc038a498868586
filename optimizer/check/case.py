"""A plan laid open for its judges: what every rule looks at, derived once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from optimizer.check.staff_case import StaffCase, staff_case
from optimizer.domain import Action, Plan, Problem, Violation
from optimizer.presence import Presence

PUPILS = 1e-4
SHARE = 1e-6
YUAN = 0.01
"""Tolerances of C6."""

COUNTY = ""
"""The place of a rule that binds the county as a whole: none."""


@dataclass(frozen=True)
class Case:
    """A problem, a plan for it, and who is where under that plan."""

    problem: Problem
    plan: Plan
    present: tuple[Presence, ...]

    @cached_property
    def ran(self) -> np.ndarray:
        """(S, L, T) bool: levels running the year before (base year included)."""
        before = np.empty_like(self.plan.runs)
        before[:, :, 0] = self.problem.sites.runs
        before[:, :, 1:] = self.plan.runs[:, :, :-1]
        return before

    @cached_property
    def stops(self) -> np.ndarray:
        """(S, L, T) bool: first year without a level that ran the year before."""
        stopped: np.ndarray = self.ran & ~self.plan.runs
        return stopped

    @cached_property
    def starts(self) -> np.ndarray:
        """(S, L, T) bool: first year with a level that did not run the year before."""
        started: np.ndarray = self.plan.runs & ~self.ran
        return started

    @cached_property
    def service(self) -> np.ndarray:
        """(O,) first year of service counted from t0; meaningless where nothing is built."""
        year: np.ndarray = self.plan.start + self.problem.options.lead
        return year - self.problem.horizon.first_year

    def projects(self, *actions: Action) -> Iterator[int]:
        """Options of these actions that come into service within the horizon."""
        for row, action in enumerate(self.problem.options.action):
            inside = 0 <= self.service[row] < self.problem.horizon.years
            if action in actions and self.plan.start[row] > 0 and inside:
                yield row

    @cached_property
    def merged(self) -> np.ndarray:
        """(S, L, T) bool: a merger row sends the pupils of a level away."""
        rows = np.zeros_like(self.plan.runs)
        for site, _, level, year in self.plan.merges:
            if year in self.problem.horizon.labels:
                rows[site, level, year - self.problem.horizon.first_year] = True
        return rows

    @cached_property
    def relocated(self) -> np.ndarray:
        """(S, L, T) bool: a relocation in service asks the level to stop."""
        asked = np.zeros_like(self.plan.runs)
        for row in self.projects(Action.RELOCATE):
            asked[self.problem.options.relocates[row], :, self.service[row]] = True
        return asked

    @cached_property
    def converted(self) -> np.ndarray:
        """(S, L, T) bool: a conversion in service asks the level to stop."""
        asked = np.zeros_like(self.plan.runs)
        for row in self.projects(Action.CONVERT):
            options = self.problem.options
            asked[options.site[row], ~options.levels_after[row], self.service[row]] = True
        return asked

    @cached_property
    def staff(self) -> StaffCase | None:
        """Teachers and their postings; None where there are none to judge."""
        return staff_case(self.problem, self.plan)

    def year(self, index: int | np.integer[Any]) -> int:
        """Absolute year of an index."""
        return self.problem.horizon.first_year + int(index)

    def at_sites(
        self, rule: str, broken: np.ndarray, amount: np.ndarray | float, unit: str
    ) -> Iterable[Violation]:
        """One violation for each true entry of an array whose axes begin with S and end with T."""
        amounts = np.broadcast_to(amount, broken.shape)
        for place in np.argwhere(broken):
            where = self.problem.sites.ids[place[0]]
            size = float(amounts[tuple(place)])
            yield Violation(rule, where, self.year(place[-1]), size, unit)
