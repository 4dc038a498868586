"""The method: raise the bound and improve the plan in turns, until gap or time says stop."""

from __future__ import annotations

import time
from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.domain import Problem
from optimizer.methods.base import Answer, Limits, Report, Start
from optimizer.methods.by_site.ascent import Ascent, ascend, begin, first_multipliers
from optimizer.methods.by_site.carried import carried
from optimizer.methods.by_site.certify import certificate, lifted
from optimizer.methods.by_site.choose_network import in_reach
from optimizer.methods.by_site.counted_run import run_counted
from optimizer.methods.by_site.divide import choose_around, divide_anew, divide_plan, divides
from optimizer.methods.by_site.first_plan import early_plan, first_candidate, mended
from optimizer.methods.by_site.fit_rooms import refit
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.improve import improve
from optimizer.methods.by_site.lift import can_lift
from optimizer.methods.by_site.network import make_ground
from optimizer.methods.by_site.plan import compile_search
from optimizer.methods.by_site.relaxation import relax, relaxation_values
from optimizer.methods.by_site.restricted import widen_choice
from optimizer.methods.by_site.room_gains import room_prices
from optimizer.methods.by_site.run import Run
from optimizer.methods.by_site.searcher import Searcher
from optimizer.methods.by_site.shortage import lacks_places

ROUNDS = 120
"""Steps of the ascent before the first plan, and once more after it."""
WIDTHS = (2, 4, 8, 16)
"""Sites in reach of a zone among which a solver chooses, once nothing else improves the plan."""
WIDENING = 0.25
"""Part of the time that this may take."""
TO_WIDEN = 1e-3
"""Seconds for each share without which a choice is not begun: stating it alone takes some."""
LATER = 40
"""Steps of the ascent between two looks at the plan after that: the plan has more to gain."""
LIFTING = 0.05
"""Part of the time kept for lifting the bound that the ascent ends with."""
WORN = 0.01
"""Least step with which the ascent goes on once there is a plan to aim at."""
DIVIDING = 0.3
"""Part of the time kept for dividing the zones of a plan, where they may be."""
RAISING = 0.1
"""Part of the time kept for the bound after zones were divided on a network chosen for that."""
AROUND = 0.35
"""Part of the time in which a solver chooses parts of a small problem's plan anew."""
EARLY = 0.1
"""Part of the time in which rounding may show a plan before a solver chooses the network."""
PEEK = 10
"""Steps between two guesses of what can be reached, while there is no plan."""


def by_site(problem: Problem, limits: Limits, start: Start | None, report: Report | None) -> Answer:
    """Decompose by site: a certified bound from Lagrange multipliers, and a plan.

    The search places whole zones; where zones may be divided, a solver divides them. Where a flow
    shows that places lack, nothing is searched for.

    Returns
    -------
    Answer
        With a certificate of kind ``by_site``: the multipliers and the value of each site.
    """
    started = time.perf_counter()
    if lacks_places(problem):
        spent = {"build": time.perf_counter() - started}
        return Answer(None, -np.inf, "infeasible", spent, infeasible=True)
    frame = make_frame(problem, limits.threads)
    if np.any(np.diff(frame.alternatives.first) == 0):
        return Answer(None, -np.inf, "a site has no way to go on", {}, infeasible=True)
    searcher = Searcher(frame, make_ground(frame))
    relax(frame, first_multipliers(frame))
    compile_search(frame, searcher.ground)
    began = time.perf_counter()
    built, end = began - started, began + limits.seconds
    deadline = end - LIFTING * limits.seconds * can_lift(frame)
    run = Run(problem, frame, limits, report, began)
    if problem.policy.schools_open is None:
        state = _turns(searcher, run, start or Start(), limits, deadline)
    else:
        state = run_counted(searcher, run, start or Start(), limits, deadline)
    if not run.spent(state):
        _around(frame, state, run, deadline)
        _widen(run, state.value, limits, deadline)
        state = _lifted(frame, state, run, end)
    seconds = {"build": built, "solve": time.perf_counter() - began}
    return Answer(
        plan=run.plan,
        bound=state.value,
        stopped_by=run.stopped_by(state.value, deadline, spent=run.spent(state)),
        seconds=seconds,
        certificate=certificate(state),
    )


def _turns(searcher: Searcher, run: Run, start: Start, limits: Limits, deadline: float) -> Ascent:
    """Raise the bound and improve the plan in turns; returns the state of the bound."""
    frame, state = searcher.frame, _begun(run, start, deadline - 0.65 * limits.seconds)
    run.proven(state)
    if start.plan is not None and run.keep(start.plan, state.value):
        return state
    if divides(run.problem):
        if start.plan is None and in_reach(frame):
            divide_anew(frame, state, run, deadline - RAISING * limits.seconds)
            if run.plan is not None:
                return _raised(run, state, deadline)
        deadline -= DIVIDING * limits.seconds
    elif in_reach(frame):
        deadline -= AROUND * limits.seconds
    searcher.price_rooms(room_prices(frame, state.best))
    if start.plan is None and in_reach(frame):
        early_plan(searcher, state, run, time.perf_counter() + EARLY * limits.seconds)
        if run.done(state.value):
            return state
    candidate = first_candidate(searcher, state, start.plan, run, deadline)
    if candidate is not None:
        run.accept(candidate, state.value)
        candidate = refit(searcher, candidate, deadline)
    candidate = mended(searcher, candidate, run, state.value, deadline)
    # What was aimed at until now was a guess, and may have worn the steps out.
    state = replace(state, step=max(state.step, WORN), stalled=0)
    while candidate is not None:
        run.accept(candidate, state.value)
        state = ascend(
            frame,
            state,
            run.target(state),
            run.steps(state, ROUNDS if state.rounds < 2 * ROUNDS else LATER),
            min(deadline, time.perf_counter() + limits.seconds / 5),
        )
        run.proven(state)
        if run.done(state.value) or time.perf_counter() > deadline:
            break
        searcher.price_rooms(room_prices(frame, state.best))
        before = candidate.cost
        values = relaxation_values(frame, state.best, state.counting)
        candidate = improve(
            searcher,
            candidate,
            values,
            state.best,
            min(deadline, time.perf_counter() + limits.seconds / 6),
            partial(run.accept, bound=state.value),
        )
        candidate = refit(searcher, candidate, deadline)
        stuck = candidate.cost >= before - frame.grain and state.step < 1e-3
        if stuck or run.spent(state):
            break
    return state


def _raised(run: Run, state: Ascent, deadline: float) -> Ascent:
    """Raise the bound alone, towards a plan that nothing here improves, until it is worn out."""
    state = replace(state, step=max(state.step, WORN), stalled=0)
    while not (run.done(state.value) or run.spent(state) or state.step < WORN / 10):
        if time.perf_counter() > deadline:
            break
        steps = run.steps(state, LATER)
        state = ascend(run.frame, state, run.target(state), steps, deadline)
        run.proven(state)
    return state


def _around(frame: Frame, state: Ascent, run: Run, deadline: float) -> None:
    """Let a solver choose parts of the plan anew in the time left, zones divided if they may be."""
    left = deadline - time.perf_counter()
    if left < 1.0 or run.done(state.value):
        return
    if divides(run.problem):
        divide_plan(frame, state, run, deadline)
    else:
        choose_around(frame, state, run, deadline - left / 4.0)


def _begun(run: Run, start: Start, latest: float) -> Ascent:
    """Bound from given prices, or raised from nothing, `latest` at most, until a plan is due."""
    frame = run.frame
    if start.prices is not None:
        return begin(frame, carried(frame, start.prices))
    state = begin(frame)
    for _ in range((3 if in_reach(frame) else 1) * ROUNDS // PEEK):
        state = ascend(frame, state, run.target(state), run.steps(state, PEEK), latest)
    return state


def _widen(run: Run, bound: float, limits: Limits, deadline: float) -> None:
    """Spend some of the time left on parts of the whole MILP around the plan, each wider."""
    zones, _, levels, years = run.problem.shape
    cells, end = (
        zones * levels * years,
        min(deadline, time.perf_counter() + WIDENING * limits.seconds),
    )
    for width in WIDTHS:
        left = end - time.perf_counter()
        if left < max(1.0, width * cells * TO_WIDEN) or run.done(bound):
            break
        plan = widen_choice(run.problem, run.plan, width, replace(limits, seconds=left))
        if plan is not None:
            run.keep(plan, bound)


def _lifted(frame: Frame, state: Ascent, run: Run, end: float) -> Ascent:
    """Raise the bound under the multipliers found, unless it is close enough."""
    if run.done(state.value):
        return state
    state = lifted(frame, state, end)
    run.proven(state)
    return state
