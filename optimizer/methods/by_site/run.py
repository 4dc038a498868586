"""What a run keeps: its best plan by the judge, and whoever listens told of it."""

from __future__ import annotations

import time

import numpy as np

from optimizer.check import check
from optimizer.domain import Certificate, Plan, Problem
from optimizer.evaluate import evaluate
from optimizer.methods.base import Limits, Progress, Report
from optimizer.methods.by_site.ascent import Ascent
from optimizer.methods.by_site.certify import certificate
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.plan import make_plan
from optimizer.methods.by_site.searcher import Candidate

AHEAD = 0.03
"""A guess of what can be reached, above the bound so far, while there is no plan."""


class Run:
    """Keeps the best plan of a run and tells whoever listens."""

    def __init__(
        self, problem: Problem, frame: Frame, limits: Limits, report: Report | None, began: float
    ) -> None:
        self.problem, self.frame, self.limits = problem, frame, limits
        self._report, self._began = report, began
        self.plan: Plan | None = None
        self.objective = np.inf
        self._certificate: Certificate | None = None
        self._cost = np.inf
        self._cancelled = False

    def target(self, state: Ascent) -> float:
        """Say what the ascent aims at: the best plan, or a guess above the value so far."""
        if np.isfinite(self.objective):
            return self.objective
        return state.value + AHEAD * abs(state.value)

    def accept(self, candidate: Candidate, bound: float) -> bool:
        """Keep a candidate if its plan, priced by the judge, is the best; True asks to stop."""
        if candidate.cost < self._cost - self.frame.grain:
            self._cost = candidate.cost
            return self.keep(make_plan(self.frame, candidate), bound)
        return self.asked_to_stop(bound)

    def keep(self, plan: Plan, bound: float) -> bool:
        """Keep a plan if the judge allows it and finds none cheaper; True asks to stop."""
        objective = evaluate(self.problem, plan).objective
        if objective < self.objective and not check(self.problem, plan):
            self.plan, self.objective = plan, objective
        return self.asked_to_stop(bound)

    def asked_to_stop(self, bound: float) -> bool:
        """Report the best plan; True where it is close enough or someone asks to stop."""
        self.tell("plan", bound)
        return self.done(bound)

    def proven(self, state: Ascent) -> None:
        """Report a bound, and why it holds."""
        self._certificate = certificate(state)
        self.tell("bound", state.value)

    def tell(self, phase: str, bound: float) -> None:
        """Report progress, and note a wish to stop."""
        if self._report is not None:
            seconds = time.perf_counter() - self._began
            line = Progress(seconds, phase, self.objective, bound, self.plan, self._certificate)
            self._cancelled = bool(self._report(line)) or self._cancelled

    def done(self, bound: float) -> bool:
        """Whether the gap is reached or someone asked to stop."""
        close = self.objective - bound <= self.limits.gap * abs(self.objective)
        return self._cancelled or (np.isfinite(self.objective) and close)

    def steps(self, state: Ascent, most: int) -> int:
        """Say how many steps the ascent may take now: `most`, and no more than are left."""
        allowed = self.limits.nodes
        return most if allowed is None else max(0, min(most, allowed - state.rounds))

    def spent(self, state: Ascent) -> bool:
        """Whether the ascent has taken all steps that it may."""
        return self.limits.nodes is not None and state.rounds >= self.limits.nodes

    def stopped_by(self, bound: float, deadline: float, *, spent: bool = False) -> str:
        """Why the run ended, in one word; `spent` if its steps were taken."""
        if self._cancelled:
            return "cancelled"
        if self.done(bound):
            return "gap"
        if spent:
            return "nodes"
        return "seconds" if time.perf_counter() >= deadline else "stalled"
