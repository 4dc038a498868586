"""Choose a whole network at once by a small MILP, where the problem is small enough for that.

Opening one school and closing two beside it pays where neither does alone, so a search that changes
one site after another is soon stuck. The relaxation says which sites, projects and pairs are in
play; a MILP over those, with zones and classes in parts, weighs them all against each other. The
search then places whole zones on the network that it chooses.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain import Plan
from optimizer.formulation.build import build
from optimizer.formulation.compile import compile_model
from optimizer.formulation.extract import extract
from optimizer.formulation.parts import ImpossibleError
from optimizer.methods.base import Limits
from optimizer.methods.by_site.arrays import Bools, Floats
from optimizer.methods.by_site.ascent import Ascent
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.restricted import (
    FAILURES,
    MOST_SHARES,
    promising_pairs,
    restrict,
)
from optimizer.methods.highs import solve
from optimizer.methods.mip import Settings

FAINT_SHARE = 0.02
"""Smoothed share of a cohort above which a pair is in play."""
FAINT_PROJECT = 0.005
"""Smoothed choice of a project above which it is in play."""
NEAREST = 2
"""Cheapest sites of each zone that are in play in any case."""
FILLED = 0.99
"""Part of a class that whole zones fill."""
TOLERANCE = 0.003
"""Gap at which the choice of a network ends: whole zones cost as much again."""


def in_reach(frame: Frame) -> bool:
    """Whether a solver may choose the network: each zone's nearest pairs alone are few enough."""
    zones, _, levels, years = frame.problem.shape
    return zones * levels * years * NEAREST <= MOST_SHARES


def choose_network(frame: Frame, state: Ascent, limits: Limits) -> Plan | None:
    """Solve the part in play with zones and classes in parts; None: no plan found."""
    problem = frame.problem
    part = restrict(
        replace(
            problem,
            policy=replace(problem.policy, whole_zones=False),
            sites=replace(problem.sites, protected=problem.sites.protected | staying(frame, state)),
            levels=tuple(replace(level, cap=level.cap * FILLED) for level in problem.levels),
        ),
        pairs_in_play(frame, state),
        projects_in_play(frame, state),
    )
    try:
        model = build(part)
    except ImpossibleError:
        return None
    compiled = compile_model(model)
    classes = np.array([name.startswith("classes[") for name in compiled.names])
    whole = replace(compiled, integer=compiled.integer & ~classes)
    gap = max(limits.gap, TOLERANCE)
    settings = Settings(gap, limits.seconds, seed=limits.seed)
    try:
        outcome = solve(whole, settings)
    except FAILURES:
        return None
    return None if outcome.values is None else extract(model, compiled, outcome.values)


def pairs_in_play(frame: Frame, state: Ascent) -> Bools:
    """(P,) pairs that the relaxation uses, and each zone's nearest among sites that may run."""
    used = np.zeros(len(frame.problem.travel), dtype=bool)
    used[frame.blocks.pair] = (state.share > FAINT_SHARE).any(axis=1)
    running = np.asarray(frame.alternatives.running.any(axis=1), dtype=bool)
    runs = chosen_share(frame, state, running)
    return promising_pairs(frame.problem, runs > FAINT_SHARE, NEAREST, used)


def staying(frame: Frame, state: Ascent) -> Bools:
    """(S,) sites of which the relaxation hardly ever stops a level of today."""
    base, table = frame.problem.sites.runs, frame.alternatives
    site = np.repeat(np.arange(len(base)), np.diff(table.first))
    ends = (table.stop < frame.problem.horizon.years) & base[site]
    stops = np.asarray(ends.any(axis=1), dtype=bool)
    rarely = chosen_share(frame, state, stops) < FAINT_SHARE
    return np.asarray(base.any(axis=1) & rarely, dtype=bool)


def chosen_share(frame: Frame, state: Ascent, lives: Bools) -> Floats:
    """(S,) smoothed choice of the lifecycles (A,) of a kind."""
    share: Floats = np.add.reduceat(state.cycle * lives, frame.alternatives.first[:-1])
    return share


def projects_in_play(frame: Frame, state: Ascent) -> Bools:
    """(O,) options that the relaxation starts, and all that are more than rooms."""
    only_rooms = frame.extensions.option
    in_play = np.ones(len(frame.problem.options), dtype=bool)
    in_play[only_rooms] = False
    np.logical_or.at(in_play, only_rooms, state.extension > FAINT_PROJECT)
    return in_play
