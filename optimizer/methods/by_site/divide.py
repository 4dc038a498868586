"""Divide zones among schools, where the policy allows it.

The search places whole zones. Where zones may be divided, the Pyomo families say what a plan is,
as everywhere, and this file says in which order their programme is solved: what is in play with
classes in parts for a network (a solver has one in seconds), then whole classes on that network,
which costs next to nothing more as zones fill them to the last seat, then all of it around one
school after another (`optimizer.methods.neighbourhood`). A plan that is known already is divided
first with its network and its classes as they are: a linear programme that makes it no dearer.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from optimizer.domain import Plan, Problem
from optimizer.formulation.build import Model, build
from optimizer.formulation.compile import Compiled, compile_model
from optimizer.formulation.extract import columns_of, extract
from optimizer.formulation.parts import ImpossibleError
from optimizer.methods.by_site.arrays import Bools, Floats
from optimizer.methods.by_site.ascent import Ascent
from optimizer.methods.by_site.choose_network import (
    in_reach,
    pairs_in_play,
    projects_in_play,
    staying,
)
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.restricted import FAILURES, promising_pairs, restrict
from optimizer.methods.by_site.run import Run
from optimizer.methods.highs import solve
from optimizer.methods.mip import Settings
from optimizer.methods.neighbourhood import Search, chosen_anew, improved, separate

NETWORK = frozenset({"operates", "builds", "merges"})
"""Kinds of columns that are the network."""
FIRST_GAP = 0.02
"""Gap at which the first network is taken: what follows finds better ones sooner."""
GAP = 1e-4
"""Gap of each choice around a school, of the whole cost, unless less is asked for."""
FIRST, IN_PARTS, SETTLING = 0.3, 0.65, 0.85
"""Parts of the time after which a network stands, is improved, and has whole classes."""
ROUGH_GAP = 3e-4
"""The same while classes are in parts: more choices in the same time gain more."""
FEW = 400.0
"""Columns chosen anew at once where zones stay whole: few of a solver's seconds each."""
NEAREST = 3
"""Cheapest sites of each zone among which it is divided, where a network is kept."""
OF_A_SHARE = 2e-4
"""Seconds that it takes to state a share as arrays and to solve for it once."""
TOLERANCE = 1e-6


@dataclass(frozen=True, eq=False)
class Programme:
    """A part of the whole MILP: its model, its arrays, and which columns (n,) are the network."""

    model: Model
    milp: Compiled
    network: Bools


def divides(problem: Problem) -> bool:
    """Whether zones may be divided among schools (P4)."""
    return not problem.policy.keeps_zones_whole


def programme_of(problem: Problem) -> Programme | None:
    """State a problem as arrays; None where no plan can be."""
    try:
        model = build(problem)
    except ImpossibleError:
        return None
    milp = compile_model(model)
    network = np.zeros(len(milp.cost), dtype=bool)
    for key, variable in model.parts.variables.items():
        if key[0] in NETWORK and id(variable) in milp.position:
            network[milp.position[id(variable)]] = True
    return Programme(model, milp, network)


def divide_anew(frame: Frame, state: Ascent, run: Run, end: float) -> None:
    """Find a network and divide zones on it; `run` keeps the plans, `end` is when to stop."""
    began = time.perf_counter()
    programme = programme_of(_in_play(frame, state, None))
    if programme is None:
        return
    search = partial(_search, run)
    at = [began + part * (end - began) for part in (FIRST, IN_PARTS, SETTLING)]
    loose = replace(programme.milp, integer=programme.milp.integer & programme.network)
    values = _first_network(loose, search(at[0]))
    if values is None:
        return
    rough = search(at[1])
    rough = replace(rough, settings=replace(rough.settings, gap=ROUGH_GAP))
    values = improved(loose, values, rough, lambda _: run.asked_to_stop(state.value))
    settled = on_its_network(programme, values, search(at[2]))
    if settled is not None:
        heard = _keeper(programme, run, state.value)
        if not heard(settled):
            improved(programme.milp, settled, search(end), heard)


def divide_plan(frame: Frame, state: Ascent, run: Run, end: float) -> None:
    """Divide the zones of the run's plan, which `run` keeps where that pays, until `end`.

    Where a solver cannot choose among all networks in time, that of the plan stays, but for its
    projects: each is built as it is there, or not at all.
    """
    if run.plan is None:
        return
    part = _in_play(frame, state, run.plan) if in_reach(frame) else _kept(run.problem, run.plan)
    shares = part.travel.intake.sum() * part.horizon.years
    left = end - time.perf_counter()
    programme = programme_of(part) if shares * OF_A_SHARE < left else None
    if programme is None:
        return
    search = _search(run, end)
    values = divided(programme, run.plan, search)
    if values is not None:
        heard = _keeper(programme, run, state.value)
        if not heard(values):
            improved(programme.milp, values, search, heard)


def choose_around(frame: Frame, state: Ascent, run: Run, end: float) -> None:
    """Choose anew around one school after another of the run's plan of whole zones, until `end`.

    `run` keeps what that gains. Only for problems over all of which a solver can choose.
    """
    problem = run.problem
    if run.plan is None or problem.policy.keeps_areas_together or not in_reach(frame):
        return
    programme, search = programme_of(_in_play(frame, state, run.plan)), _search(run, end)
    values = None if programme is None else divided(programme, run.plan, search)
    if programme is not None and values is not None:
        heard = _keeper(programme, run, state.value)
        improved(programme.milp, values, search, heard, FEW)


def divided(programme: Programme, plan: Plan, search: Search) -> Floats | None:
    """Values (n,) of a plan with network and classes kept, its zones divided anew if they may be.

    None where the programme does not hold the plan, or time runs out.
    """
    milp = programme.milp
    values, free = np.zeros(len(milp.cost)), np.ones(len(milp.cost), dtype=bool)
    for column, value in columns_of(programme.model, milp, plan).items():
        values[column] = value
        free[column] = not milp.integer[column]
    return piece_by_piece(milp, values, free, search)


def on_its_network(programme: Programme, values: Floats, search: Search) -> Floats | None:
    """Choose all but the network of values (n,) anew, each class rounded up or down.

    None as `piece_by_piece`. More freedom for classes costs seconds here and saves next to nothing.
    """
    milp = programme.milp
    rounded = milp.integer & ~programme.network
    lower = np.where(rounded, np.maximum(milp.lower, np.floor(values + TOLERANCE)), milp.lower)
    upper = np.where(rounded, np.minimum(milp.upper, np.ceil(values - TOLERANCE)), milp.upper)
    near = replace(milp, lower=lower, upper=np.maximum(lower, upper))
    return piece_by_piece(near, values, ~programme.network, search)


def piece_by_piece(milp: Compiled, values: Floats, free: Bools, search: Search) -> Floats | None:
    """Choose the free columns (n,) anew; None where a piece has no answer in time.

    What no row ties together is solved by itself: without cohorts that is each year, and with them
    each entering cohort, where neither classes nor the price of change tie it to others.
    """
    pieces = separate(milp, free)
    for done, piece in enumerate(pieces):
        if time.perf_counter() > search.end:
            return None
        seconds = (search.end - time.perf_counter()) / (len(pieces) - done)
        found = chosen_anew(milp, values, piece, search.within(seconds), begun=False)
        if found is None:
            return None
        values = found
    return values if milp.worst_violation(values) <= TOLERANCE else None


def _first_network(loose: Compiled, search: Search) -> Floats | None:
    """Solve a programme with classes in parts, roughly."""
    try:
        return solve(loose, replace(search.within(np.inf), gap=FIRST_GAP)).values
    except FAILURES:
        return None


def _search(run: Run, end: float) -> Search:
    limits = run.limits
    gap = min(GAP, limits.gap)
    return Search(end, Settings(gap, seed=limits.seed))


def _keeper(programme: Programme, run: Run, bound: float) -> Callable[[Floats], bool]:
    """Hand each set of values that is new to the run, as a plan; the answer asks to stop."""
    lowest = np.inf

    def heard(values: Floats) -> bool:
        nonlocal lowest
        cost = programme.milp.objective(values)
        if cost >= lowest:
            return run.asked_to_stop(bound)
        lowest = cost
        return run.keep(extract(programme.model, programme.milp, values), bound)

    return heard


def _in_play(frame: Frame, state: Ascent, plan: Plan | None) -> Problem:
    """Restrict a problem to what the relaxation has in play, and what a plan uses."""
    problem = frame.problem
    pairs, projects = pairs_in_play(frame, state), projects_in_play(frame, state)
    held = staying(frame, state)
    if plan is not None:
        pairs |= plan.share.any(axis=1)
        projects |= plan.start > 0
        held &= (plan.runs | ~problem.sites.runs[..., None]).all(axis=(1, 2))
    sites = replace(problem.sites, protected=problem.sites.protected | held)
    return restrict(replace(problem, sites=sites), pairs, projects)


def _kept(problem: Problem, plan: Plan) -> Problem:
    """Restrict a problem to the network of a plan and its zones' cheapest sites that run there."""
    runs = np.asarray(plan.runs.any(axis=(1, 2)))
    stays = (plan.runs | ~problem.sites.runs[..., None]).all(axis=(1, 2))
    sites = replace(problem.sites, protected=problem.sites.protected | stays)
    options, built = problem.options, plan.start > 0
    once = replace(
        options,
        earliest=np.where(built, plan.start, options.earliest),
        latest=np.where(built, plan.start, options.latest),
    )
    pairs = promising_pairs(problem, runs, NEAREST, np.asarray(plan.share.any(axis=1)))
    return restrict(replace(problem, sites=sites, options=once), pairs, built)
