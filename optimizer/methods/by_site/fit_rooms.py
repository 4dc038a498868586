"""Build just the rooms that the zones of a plan ask for, then let zones move, in turns."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from optimizer.methods.by_site.data import Floats
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.improve import Candidate, Searcher
from optimizer.methods.by_site.network import Design
from optimizer.methods.by_site.plan import make_plan

TURNS = 4


def refit(searcher: Searcher, candidate: Candidate, deadline: float) -> Candidate:
    """Fit rooms to zones and zones to rooms while that makes the plan cheaper."""
    everyone = np.arange(len(searcher.frame.problem.zones))
    for turn in range(TURNS):
        if time.perf_counter() > deadline:
            break
        design = fitted(searcher.frame, candidate)
        found = searcher.price(design, candidate.site, everyone, 1, turn > 0, deadline)
        if found is None or found.cost >= candidate.cost - 1.0:
            break
        candidate = found
    return candidate


def fitted(frame: Frame, candidate: Candidate) -> Design:
    """Return the same network with the cheapest options that give every class a room."""
    design, table, more = candidate.design, frame.alternatives, frame.extensions
    plan = make_plan(frame, candidate)
    classes = sum(
        (level.sum(axis=1) for level in plan.classes),
        np.zeros((len(frame.problem.sites), frame.problem.horizon.years)),
    )
    have = table.rooms[design.cycle] + table.functions[design.cycle]
    short = np.maximum(classes - have, 0.0)
    chosen: set[int] = set()
    for site in np.flatnonzero(short.any(axis=1)):
        chosen |= _cover(frame, np.flatnonzero(more.site == site), short[site])
    return replace(design, extended=frozenset(chosen))


def _cover(frame: Frame, rows: np.ndarray, short: Floats) -> set[int]:
    """Choose extension rows of one site that cover the rooms missing (T,), year by year."""
    more = frame.extensions
    chosen: set[int] = set()
    left = short.copy()
    for year in range(len(left)):
        while left[year] > 0:
            used = {int(more.option[row]) for row in chosen}
            free = np.array(
                [r for r in rows if more.rooms[r, year] > 0 and int(more.option[r]) not in used],
                dtype=np.int64,
            )
            if not len(free):
                break
            gain = np.minimum(more.rooms[free, year], left[year])
            best = int(free[np.argmin((more.fixed[free] + 1.0) / gain)])
            chosen.add(best)
            left -= more.rooms[best]
    return chosen
