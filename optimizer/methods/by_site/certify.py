"""What proves a bound: the multipliers, for this method's plans and for those of others."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from optimizer.domain import Certificate, Problem
from optimizer.methods.by_site.ascent import Ascent, ascend, begin
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.lift import can_lift, lift

KIND = "by_site"
RELAXED = (
    "assignment",
    "capacity",
    "budget",
    "closing.per_year",
    "closing.small",
    "merger.receiver",
)
DROPPED = (
    "assignment.whole",
    "cohorts.inflow",
    "catchments.reassigned",
    "contiguity",
    "stability",
    "closing.town",
    "lifecycle.parent",
)
STEPS = 500
"""Most steps of the ascent for a plan that another method found."""
LIFTING = 0.2
"""Part of the time kept for lifting the bound after them."""


def certificate(state: Ascent) -> Certificate:
    """Keep the multipliers with which anyone can recompute the bound."""
    multipliers = {name: np.asarray(value) for name, value in state.best._asdict().items()}
    return Certificate(KIND, RELAXED, DROPPED, multipliers, state.best_parts)


def lifted(frame: Frame, state: Ascent, end: float) -> Ascent:
    """Raise the bound under the best multipliers until `end` (`time.perf_counter`)."""
    relaxed = lift(frame, state.best, state.counting, end)
    return replace(state, value=relaxed.value, best_parts=relaxed.parts)


def certify(problem: Problem, objective: float, seconds: float) -> tuple[float, Certificate] | None:
    """Prove a bound for a plan of another method: the bound, in yuan, and why it holds.

    None where some site has no lifecycle: then the problem has no plan either.
    """
    end = time.perf_counter() + seconds
    frame = make_frame(problem)
    if np.any(np.diff(frame.alternatives.first) == 0):
        return None
    deadline = end - LIFTING * seconds * can_lift(frame)
    state = ascend(frame, begin(frame), objective, STEPS, deadline)
    if state.value < objective:
        state = lifted(frame, state, end)
    return state.value, certificate(state)
