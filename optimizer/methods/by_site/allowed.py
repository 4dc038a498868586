"""Which designs keep the rules that tie sites together."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Action
from optimizer.methods.by_site.alternatives import stop_years
from optimizer.methods.by_site.arrays import Floats
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.network import Design


def admissible(frame: Frame, design: Design) -> bool:
    """Whether a design keeps the rules that tie sites together, but for the budget."""
    problem, table = frame.problem, frame.alternatives
    chosen = design.cycle
    if problem.policy.schools_open is not None and np.any(
        table.running[chosen].sum(axis=0) != problem.policy.schools_open
    ):
        return False
    if np.any(table.closes[chosen].sum(axis=0) > frame.closings_left):
        return False
    runs = np.arange(problem.horizon.years) < table.stop[chosen][..., None]
    runs &= np.arange(problem.horizon.years) >= table.begin[chosen][..., None]
    points = np.flatnonzero(problem.sites.point_grades > 0)
    if np.any(runs[points] & ~runs[problem.sites.parent[points]]):
        return False
    return (
        _stops_allowed(frame, design)
        and _relocations_meet(frame, design)
        and _towns_served(frame, runs)
    )


def _stops_allowed(frame: Frame, design: Design) -> bool:
    """Whether each stop is of a kind that the policy has: with a merger, or of an empty level."""
    problem, table = frame.problem, frame.alternatives
    stop = table.stop[design.cycle]
    stops = problem.sites.runs & (stop < problem.horizon.years)
    asked = np.zeros_like(stops)
    for site, cycle in enumerate(design.cycle):
        for option, start in frame.cycles[cycle].starts:
            service = start + int(problem.options.lead[option])
            asked[site] |= stop[site] == service
            if problem.options.relocates[option] >= 0:
                asked[problem.options.relocates[option]] |= True
    free = stops & ~asked
    merged = design.target >= 0
    actions = problem.policy.actions
    merger = Action.MERGE in actions or not np.any(free & merged)
    closing = Action.CLOSE in actions or not np.any(free & ~merged)
    return merger and closing


def _relocations_meet(frame: Frame, design: Design) -> bool:
    """Whether each school that moves away empties into its new site in the same year."""
    options, table = frame.problem.options, frame.alternatives
    years = frame.problem.horizon.years
    movers = {int(s) for s in options.relocates if s >= 0}
    moving: dict[int, tuple[int, int]] = {}
    for site, cycle in enumerate(design.cycle):
        for option, start in frame.cycles[cycle].starts:
            if options.action[option] is Action.RELOCATE:
                moving[int(options.relocates[option])] = (site, start + int(options.lead[option]))
    for site in movers:
        stop = table.stop[design.cycle[site]][frame.problem.sites.runs[site]]
        if site in moving:
            target, year = moving[site]
            if np.any(stop != year) or np.any(
                design.target[site][frame.problem.sites.runs[site]] != target
            ):
                return False
        elif np.any(stop < years) and int(stop.min()) not in stop_years(frame.problem, site):
            return False
    return True


def _towns_served(frame: Frame, runs: np.ndarray) -> bool:
    """Whether every town that had lower secondary keeps one in every year."""
    problem = frame.problem
    names = [level.name for level in problem.levels]
    policy = problem.policy
    if "lower_secondary" not in names or not policy.keep_last_lower_secondary:
        return True
    if not policy.on("closing"):
        return True
    level = names.index("lower_secondary")
    for town in np.unique(problem.sites.town[problem.sites.runs[:, level]]):
        if not runs[problem.sites.town == town, level].any(axis=0).all():
            return False
    return True


def affordable(frame: Frame, spend: Floats) -> bool:
    """Whether the spend of uncommitted projects keeps the budget, to the cent."""
    total = np.cumsum(spend) if frame.problem.policy.carry_over else spend
    return bool(np.all(total <= frame.budget_left + 0.005))
