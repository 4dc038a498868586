"""The whole MILP, begun from the decomposition where a solver alone would find little.

On a county of 1,000 zones a solver has no plan after twenty minutes, and a bound far below that of
`by_site`. So there `by_site` comes first: the solver begins with its plan, and what is proven is
the higher of both bounds. Small problems go to the solver as they are, which keeps it an oracle.
"""

from __future__ import annotations

import math
import time
from dataclasses import replace

from optimizer.domain import Problem
from optimizer.evaluate import evaluate
from optimizer.methods.base import Answer, Limits, Progress, Report, Start
from optimizer.methods.by_site.method import by_site
from optimizer.methods.monolithic import monolithic

WHOLE_AT_MOST = 3_000
"""Shares to decide up to which a solver proves its gap in time."""
PART = 0.35
"""Part of the time for `by_site`."""


def shares_of(problem: Problem) -> int:
    """Count the shares to decide: pairs open to entrants, times years."""
    return int(problem.travel.intake.sum()) * problem.horizon.years


def informed(
    problem: Problem, limits: Limits, start: Start | None, report: Report | None
) -> Answer:
    """Solve the MILP as one, a large one from plan and bound of `by_site`.

    Returns
    -------
    Answer
        The cheaper plan and the higher bound of the two; its certificate is that of `by_site`.
    """
    if shares_of(problem) <= WHOLE_AT_MOST:
        return monolithic(problem, limits, start, report)
    began = time.perf_counter()
    at_first = replace(limits, seconds=PART * limits.seconds, nodes=None)
    first = by_site(problem, at_first, start, report)
    if first.infeasible or first.stopped_by in ("gap", "cancelled"):
        return first
    spent = time.perf_counter() - began
    seconds = max(1.0, limits.seconds - spent + first.seconds["build"])
    plans = start if first.plan is None else Start(first.plan)
    watch = _both(first, _price(problem, first), spent, limits.gap, report)
    second = monolithic(problem, replace(limits, seconds=seconds), plans, watch)
    return _merged(problem, first, second, limits.gap)


def _price(problem: Problem, answer: Answer) -> float:
    return math.inf if answer.plan is None else evaluate(problem, answer.plan).objective


def _closed(objective: float, bound: float, gap: float) -> bool:
    return math.isfinite(objective) and objective - bound <= gap * abs(objective)


def _both(first: Answer, price: float, spent: float, gap: float, report: Report | None) -> Report:
    """Tell of the solver's progress beside what is known already.

    Its own gap stops the solver; a plan close enough to the bound of `by_site` does so here.
    """

    def watch(line: Progress) -> bool:
        objective, bound = min(price, line.objective), max(first.bound, line.bound)
        told = replace(line, seconds=spent + line.seconds, objective=objective, bound=bound)
        asked = report is not None and bool(report(told))
        return asked or _closed(objective, first.bound, gap)

    return watch


def _merged(problem: Problem, first: Answer, second: Answer, gap: float) -> Answer:
    """Return the cheaper plan, the higher bound, and what the first can certify."""
    if first.plan is None and first.certificate is None:
        return second
    prices = _price(problem, first), _price(problem, second)
    plan = first.plan if prices[0] <= prices[1] else second.plan
    refuted = second.infeasible and first.plan is not None
    bound = first.bound if refuted else max(first.bound, second.bound)
    return Answer(
        plan=plan,
        bound=bound,
        stopped_by="gap" if _closed(min(prices), bound, gap) else second.stopped_by,
        seconds={
            name: first.seconds.get(name, 0.0) + second.seconds.get(name, 0.0)
            for name in ("build", "solve")
        },
        certificate=first.certificate,
        infeasible=second.infeasible and plan is None,
        certified=first.bound,
    )
