"""The first plan of a run: the one given, or on a network from a solver, from rounding, or bare."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import numpy as np

from optimizer.domain import Plan
from optimizer.methods.base import Limits
from optimizer.methods.by_site.arrays import Ints
from optimizer.methods.by_site.ascent import Ascent
from optimizer.methods.by_site.choose_network import choose_network, in_reach
from optimizer.methods.by_site.edited import nearest_design
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.improve import design_from_relaxation
from optimizer.methods.by_site.network import bare_design
from optimizer.methods.by_site.plan import make_plan, places
from optimizer.methods.by_site.relaxation import relaxation_values
from optimizer.methods.by_site.run import Run
from optimizer.methods.by_site.searcher import Candidate, Searcher

SWEEPS = 5
"""Most sweeps over all zones on a network that a solver chose for zones in parts."""
FOR_NETWORK = 0.35
"""Part of the time that a solver may take to choose the first network, where it can."""


def early_plan(searcher: Searcher, state: Ascent, run: Run, end: float) -> None:
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


def first_candidate(
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


def mended(
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
