"""The teachers of a plan laid open for its judges: what the network does to them, what it says."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.domain import Plan, Postings, Problem, Staffing
from optimizer.staff_flow import Flows, Movement, base_eligible, eligible, flows, movement


@dataclass(frozen=True)
class StaffCase:
    """Teachers of a problem, their postings in a plan, and what follows from both.

    Attributes
    ----------
    eligible
        (N, S, T) int: teachers who may be asked to move (T8).
    """

    staffing: Staffing
    postings: Postings
    flow: Flows
    done: Movement
    eligible: np.ndarray

    @cached_property
    def before(self) -> np.ndarray:
        """(N, S, T) teachers the year before, the base year included."""
        teachers = self.postings.teachers
        return np.concatenate([self.flow.base[:, :, None], teachers[:, :, :-1]], axis=2)


def staff_case(problem: Problem, plan: Plan) -> StaffCase | None:
    """Derive what the rules look at; None where there are no teachers, or no postings, to judge."""
    staffing, postings = problem.staffing, plan.postings
    if staffing is None or postings is None or not problem.policy.on("staffing"):
        return None
    flow = flows(problem, staffing, plan)
    done = movement(problem, flow, postings)
    base = base_eligible(problem, staffing)
    able = eligible(staffing, base, flow, done.moved_in + done.posted, done.rotation)
    return StaffCase(staffing, postings, flow, done, able)
