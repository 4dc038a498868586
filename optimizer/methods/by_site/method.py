"""The method: raise the bound and improve the plan in turns, until gap or time says stop."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

import numpy as np

from optimizer.domain import Plan, Problem
from optimizer.methods.base import Answer, Limits, Report, Start
from optimizer.methods.by_site.arrays import Ints
from optimizer.methods.by_site.ascent import Ascent, ascend, begin, first_multipliers
from optimizer.methods.by_site.carried import carried
from optimizer.methods.by_site.certify import certificate, lifted
from optimizer.methods.by_site.choose_network import choose_network, in_reach
from optimizer.methods.by_site.counted_run import run_counted
from optimizer.methods.by_site.divide import choose_around, divide_anew, divide_plan, divides
from optimizer.methods.by_site.edited import nearest_design
from optimizer.methods.by_site.fit_rooms import refit
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.improve import design_from_relaxation, improve
from optimizer.methods.by_site.lift import can_lift
from optimizer.methods.by_site.network import bare_design, make_ground
from optimizer.methods.by_site.plan import compile_search, make_plan, places
from optimizer.methods.by_site.relaxation import relax, relaxation_values
from optimizer.methods.by_site.restricted import widen_choice
from optimizer.methods.by_site.room_gains import room_prices
from optimizer.methods.by_site.run import Run
from optimizer.methods.by_site.searcher import Candidate, Searcher
from optimizer.methods.by_site.shortage import lacks_places

ROUNDS = 120
"""Steps of the ascent before the first plan, and once more after it."""
SWEEPS = 5
"""Most sweeps over all zones on a network that a solver chose for zones in parts."""
WIDTHS = (2, 4, 8, 16)
"""Sites in reach of a zone among which a solver chooses, once nothing else improves the plan."""
WIDENING, OF_A_SHARE = 0.25, 1e-3
"""Part of the time that this may take; seconds for each share without which it is not begun."""
LATER = 40
"""Steps of the ascent between two looks at the plan after that: the plan has more to gain."""
LIFTING = 0.05
"""Part of the time kept for lifting the bound that the ascent ends with."""
WORN = 0.01
"""Least step with which the ascent goes on once there is a plan to aim at."""
FOR_NETWORK = 0.35
"""Part of the time that a solver may take to choose the first network, where it can."""
DIVIDING = 0.3
"""Part of the time kept for dividing the zones of a plan, where they may be."""
RAISING = 0.1
"""Part of the time kept for the bound after zones were divided on a network chosen for that."""
AROUND = 0.35
"""Part of the time in which a solver chooses parts of a small problem's plan anew."""
EARLY = 0.1
"""Part of the time in which rounding may show a plan before that solver begins."""
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
        _early(searcher, state, run, time.perf_counter() + EARLY * limits.seconds)
        if run.done(state.value):
            return state
    candidate = _first(searcher, state, start.plan, run, deadline)
    if candidate is not None:
        run.accept(candidate, state.value)
        candidate = refit(searcher, candidate, deadline)
    candidate = _mended(searcher, candidate, run, state.value, deadline)
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
        if left < max(1.0, width * cells * OF_A_SHARE) or run.done(bound):
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


def _early(searcher: Searcher, state: Ascent, run: Run, end: float) -> None:
    """Show a plan from rounding before a solver takes its time over the network."""
    frame, zones = searcher.frame, np.arange(len(run.problem.zones))
    design = design_from_relaxation(frame, state.cycle, state.extension)
    site = _likeliest(frame, state)
    while run.plan is None and time.perf_counter() < end:
        candidate = searcher.price(design, site, zones, 1, True, end)
        if candidate is None or np.array_equal(candidate.site, site):
            break
        run.keep(make_plan(frame, candidate), state.value)
        site = candidate.site


def _first(
    searcher: Searcher, state: Ascent, start: Plan | None, run: Run, deadline: float
) -> Candidate | None:
    """First plan: the one given, else the network that a solver or rounding finds, or the bare."""
    frame, zones = searcher.frame, np.arange(len(searcher.frame.problem.zones))
    for plan, sweeps in _known_networks(frame, state, start, run.limits):
        values = relaxation_values(frame, state.best, state.counting)
        design = nearest_design(frame, plan, values)
        if design is not None:
            site = places(frame.problem, plan)
            candidate = searcher.price(design, site, zones, 1, sweeps > 1, deadline)
            if candidate is not None:
                return _swept(searcher, candidate, sweeps - 1, run, state.value, deadline)
    site = _likeliest(frame, state) if start is None else places(frame.problem, start)
    rounded = design_from_relaxation(frame, state.cycle, state.extension)
    for design in (rounded, bare_design(frame)):
        candidate = searcher.price(design, site, zones, 3, False, deadline)
        if candidate is not None:
            return candidate
    return None


def _swept(
    searcher: Searcher, best: Candidate, sweeps: int, run: Run, bound: float, deadline: float
) -> Candidate:
    """Search finely over all zones again while that gains; every plan on the way is kept."""
    zones = np.arange(len(run.problem.zones))
    for _ in range(sweeps):
        run.accept(best, bound)
        finer = searcher.price(best.design, best.site, zones, 1, True, deadline)
        if finer is None or finer.cost >= best.cost - searcher.frame.grain:
            break
        best = finer
    return best


def _known_networks(
    frame: Frame, state: Ascent, start: Plan | None, limits: Limits
) -> Iterator[tuple[Plan, int]]:
    """Plans whose networks are tried first, and the sweeps over all zones that they need."""
    if start is not None:
        yield start, 1
    elif in_reach(frame):
        part = replace(limits, seconds=FOR_NETWORK * limits.seconds)
        chosen = choose_network(frame, state, part)
        if chosen is not None:
            yield chosen, SWEEPS


def _mended(
    searcher: Searcher, candidate: Candidate | None, run: Run, bound: float, deadline: float
) -> Candidate | None:
    """Search finely over all zones while the plan still breaks a rule and the search gains."""
    zones = np.arange(len(run.problem.zones))
    while candidate is not None and time.perf_counter() < deadline:
        run.accept(candidate, bound)
        if run.plan is not None:
            break
        finer = searcher.price(candidate.design, candidate.site, zones, 1, True, deadline)
        if finer is None or finer.cost >= candidate.cost - searcher.frame.grain:
            break
        candidate = finer
    return candidate


def _likeliest(frame: Frame, state: Ascent) -> Ints:
    """(Z, L, T) the site with the largest smoothed share, -1 where there is none."""
    problem, blocks = frame.problem, frame.blocks
    zones, _, levels, years = problem.shape
    best = np.full((zones, levels, years), 1e-9)
    site = np.full((zones, levels, years), -1, dtype=np.int64)
    place = problem.travel.site[blocks.pair]
    level = problem.travel.level[blocks.pair]
    for row in range(len(blocks.pair)):
        here = best[blocks.zone[row], level[row]]
        better = state.share[row] > here
        here[better] = state.share[row][better]
        site[blocks.zone[row], level[row]][better] = place[row]
    return site
