"""Raise the bound: subgradient steps of Polyak's length, along a smoothed direction."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from optimizer.methods.by_site.arrays import Floats
from optimizer.methods.by_site.counting import Counting
from optimizer.methods.by_site.frame import Frame, Multipliers
from optimizer.methods.by_site.relaxation import Relaxed, relax
from optimizer.methods.by_site.settle import settled

MEMORY = 0.04
"""Weight of the newest choice in the smoothed ones."""
SETTLE = 40
"""Steps after which it is asked again how pupils are best counted."""
RECEIVER = 1e4
"""Step size of the price of a stop: what is at stake is a whole school."""


@dataclass(frozen=True)
class Ascent:
    """State of the ascent: the best multipliers so far, their value, and where the search is.

    `share` (Q, T), `cycle` (A,) and `extension` (X,) are smoothed choices: a fractional plan.
    `counting` is how pupils are counted now.
    """

    best: Multipliers
    value: float
    best_parts: Floats
    relaxed: Relaxed
    current: Multipliers
    direction: Multipliers
    share: Floats
    cycle: Floats
    extension: Floats
    counting: Counting
    step: float
    stalled: int
    rounds: int


def first_multipliers(frame: Frame) -> Multipliers:
    """Start from what a pupil costs at the nearest site in classes about nine tenths full."""
    problem, blocks = frame.problem, frame.blocks
    zones, sites, levels, years = problem.shape
    nearest = np.full((zones, levels), np.inf)
    np.minimum.at(
        nearest, (blocks.zone, np.repeat(blocks.level, np.diff(blocks.start))), blocks.unit
    )
    grades = [level.grades for level in problem.levels]
    total = np.stack([blocks.pupil_years[:, k, :, g] for k, g in enumerate(grades)], axis=1)
    per_pupil = np.zeros(levels)
    if problem.policy.on("class_size"):
        per_pupil[:] = [problem.prices.class_year / (0.9 * level.cap) for level in problem.levels]
    price = (np.where(np.isfinite(nearest), nearest, 0.0) + per_pupil)[..., None]
    return Multipliers(
        zone=price * total,
        rooms=np.zeros((sites, years)),
        budget=np.zeros(years),
        closings=np.zeros(years),
        small=_first_small(frame),
        receiver=np.zeros((sites, levels, years)),
    )


def _first_small(frame: Frame) -> Floats:
    """(S, T) seven tenths of what a pupil's remaining classes cost: a closing school escapes it."""
    problem = frame.problem
    most = max(level.grades - 1 for level in problem.levels)
    price = problem.prices.class_year / min(level.cap for level in problem.levels)
    years_left = np.minimum(most, problem.horizon.years - np.arange(problem.horizon.years))
    first = 0.7 * price * years_left * problem.horizon.discount
    result: Floats = np.where(np.isfinite(frame.small_limit), first, 0.0)
    return result


CARRIED_STEP = 0.1
"""First step from multipliers that were good for a like problem: longer ones lead away from them.

Measured from fast-reshape to middle-reshape: after 20 rounds the bound is 3,562.4 million with 0.1,
3,556.5 with 0.25, and none better than the one it began with (3,553.3) with 1.
"""


def begin(frame: Frame, multipliers: Multipliers | None = None) -> Ascent:
    """Relax once, under given multipliers or the first ones."""
    given = multipliers is not None
    start = first_multipliers(frame) if multipliers is None else _project(frame, multipliers)
    counting = settled(frame, start, frame.counting) if given else frame.counting
    relaxed = relax(frame, start, counting)
    return Ascent(
        best=start,
        value=relaxed.value,
        best_parts=relaxed.parts,
        relaxed=relaxed,
        current=start,
        direction=relaxed.gradient,
        share=relaxed.share,
        cycle=_one_hot(frame, relaxed),
        extension=relaxed.extended.astype(float),
        counting=counting,
        step=CARRIED_STEP if given else 1.0,
        stalled=0,
        rounds=0,
    )


def ascend(
    frame: Frame,
    state: Ascent,
    target: float,
    rounds: int,
    deadline: float,
    report: Callable[[float], bool | None] | None = None,
) -> Ascent:
    """Take up to `rounds` steps towards `target` (the objective of the best plan known).

    The step is halved after 20 rounds without a better value. Stops at `deadline`
    (`time.perf_counter`) or when the report asks for it.
    """
    scale = _scales(frame)
    best, value, relaxed = state.best, state.value, state.relaxed
    parts = state.best_parts
    current, direction = state.current, state.direction
    share, cycle, extension = state.share, state.cycle, state.extension
    counting, step, stalled, done = state.counting, state.step, state.stalled, state.rounds
    for _ in range(rounds):
        if time.perf_counter() > deadline or step < 1e-4:
            break
        norm = sum(float((d * d * s).sum()) for d, s in zip(direction, scale, strict=True))
        if norm <= 0.0:
            break
        length = step * max(target - relaxed.value, 1e-4 * abs(target)) / norm
        moved = [c + length * s * d for c, s, d in zip(current, scale, direction, strict=True)]
        current = _project(frame, Multipliers(*moved))
        if done % SETTLE == SETTLE - 1:
            counting = settled(frame, best, counting)
        relaxed = relax(frame, current, counting)
        done += 1
        share = share + MEMORY * (relaxed.share - share)
        cycle = cycle + MEMORY * (_one_hot(frame, relaxed) - cycle)
        extension = extension + MEMORY * (relaxed.extended - extension)
        if relaxed.value > value + 1e-6 * abs(value):
            best, value, parts, stalled = current, relaxed.value, relaxed.parts, 0
        else:
            if relaxed.value > value:
                best, value, parts = current, relaxed.value, relaxed.parts
            stalled += 1
        direction = Multipliers(
            *(0.7 * g + 0.3 * d for g, d in zip(relaxed.gradient, direction, strict=True))
        )
        if stalled >= 20:
            step, stalled = step / 2.0, 0
            current, direction = best, relaxed.gradient
        if report is not None and report(value):
            break
    return Ascent(
        best,
        value,
        parts,
        relaxed,
        current,
        direction,
        share,
        cycle,
        extension,
        counting,
        step,
        stalled,
        done,
    )


def _one_hot(frame: Frame, relaxed: Relaxed) -> Floats:
    """Mark (A,) with 1 the chosen lifecycles."""
    chosen = np.zeros(len(frame.cycles))
    chosen[relaxed.chosen] = 1.0
    return chosen


def _scales(frame: Frame) -> Multipliers:
    """Step size of each kind of multiplier, so that all move by comparable parts of their size."""
    problem = frame.problem
    size = problem.demand.entrants
    finite = frame.budget_left[np.isfinite(frame.budget_left)]
    budget = float(finite.mean()) if len(finite) else 1.0
    ones = np.ones((len(problem.sites), problem.horizon.years))
    return Multipliers(
        zone=np.maximum(size, 0.5) * (size > 1e-4),
        rooms=ones,
        budget=np.full(problem.horizon.years, 10.0 / max(budget, 1.0) ** 2),
        closings=np.full(problem.horizon.years, 500.0),
        small=0.05 * ones,
        receiver=np.full(problem.shape[1:], RECEIVER),
    )


def _project(frame: Frame, m: Multipliers) -> Multipliers:
    """Multipliers within their signs and bounds."""
    limited = np.isfinite(frame.budget_left)
    closings = np.isfinite(frame.closings_left)
    received = (np.diff(frame.receiving.indptr) > 0).reshape(m.receiver.shape)
    return Multipliers(
        zone=m.zone,
        rooms=np.maximum(m.rooms, 0.0) * (frame.kept_rooms is None),
        budget=np.where(limited, np.maximum(m.budget, 0.0), 0.0),
        closings=np.where(closings, np.maximum(m.closings, 0.0), 0.0),
        small=np.where(np.isfinite(frame.small_limit), np.maximum(m.small, 0.0), 0.0),
        receiver=np.where(received, np.maximum(m.receiver, 0.0), 0.0),
    )
