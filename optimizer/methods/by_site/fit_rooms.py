"""Build just the rooms that the classes of a plan pay for, then let zones move, in turns."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from optimizer.methods.by_site.allowed import affordable
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.frame import Frame, debt_price
from optimizer.methods.by_site.keeping import choose_rooms, debt_of_classes
from optimizer.methods.by_site.network import Design
from optimizer.methods.by_site.plan import make_plan
from optimizer.methods.by_site.project_values import extension_rows
from optimizer.methods.by_site.room_kernels import trace_rooms
from optimizer.methods.by_site.room_plans import project_costs
from optimizer.methods.by_site.searcher import Candidate, Searcher

TURNS = 4
PRICES = 40
"""Prices of the budget tried."""


def refit(searcher: Searcher, candidate: Candidate, deadline: float) -> Candidate:
    """Fit rooms to zones and zones to rooms while that makes the plan cheaper."""
    everyone = np.arange(len(searcher.frame.problem.zones))
    for turn in range(TURNS):
        if time.perf_counter() > deadline:
            break
        design = fitted(searcher.frame, candidate)
        found = searcher.price(design, candidate.site, everyone, 1, turn > 0, deadline)
        if found is None or found.cost >= candidate.cost - searcher.frame.grain:
            break
        candidate = found
    return candidate


def fitted(frame: Frame, candidate: Candidate) -> Design:
    """Return the same network with the projects that are cheapest for the classes of its plan.

    For each site exact, function rooms missing and the residual value included; the budget is kept
    by a price on what projects spend, raised where it is overdrawn. Where no set of projects gives
    every class a room, the site keeps those it has; one with too many projects to try all sets
    takes the cheapest rooms it lacks, year by year.
    """
    problem, more, design = frame.problem, frame.extensions, candidate.design
    classes = _classes(frame, candidate)
    running = frame.alternatives.spend[design.cycle].sum(axis=0)
    limited = np.isfinite(frame.budget_left)
    price = np.zeros(problem.horizon.years)
    best, least = design, np.inf
    for turn in range(PRICES):
        paid = np.cumsum(price[::-1])[::-1] if problem.policy.carry_over else price
        rows, value = _projects(frame, design, classes, more.fixed + more.spend @ paid)
        spend = running + more.spend[rows].sum(axis=0)
        worth = value - float(more.spend[rows].sum(axis=0) @ paid)
        if affordable(frame, spend) and worth < least:
            best, least = replace(design, extended=frozenset(rows.tolist())), worth
            if not price.any():
                break
        total = np.cumsum(spend) if problem.policy.carry_over else spend
        excess = np.where(limited, total - np.where(limited, frame.budget_left, 0.0), 0.0)
        price = np.maximum(0.0, price + excess / max(np.abs(excess).max(), 1.0) / (2.0 + turn))
    return best


def _classes(frame: Frame, candidate: Candidate) -> Ints:
    """(S, T) classes of a candidate's plan."""
    classes = np.zeros((len(frame.problem.sites), frame.problem.horizon.years), dtype=np.int64)
    for level in make_plan(frame, candidate).classes:
        classes += level.sum(axis=1)
    return classes


def _projects(frame: Frame, design: Design, classes: Ints, cost: Floats) -> tuple[Ints, float]:
    """Extension rows that are best at these costs (X,), and what they and missing rooms cost."""
    more = frame.extensions
    if frame.kept_rooms is not None:
        debt = debt_of_classes(frame, frame.kept_rooms, classes)
        _, built, value = choose_rooms(frame, frame.kept_rooms, design.cycle, debt, cost)
        alone = np.zeros(len(classes), dtype=bool)
    else:
        built, value, alone = _by_subsets(frame, design, classes, cost)
    fits = np.isfinite(value) & ~alone
    chosen = np.flatnonzero(built & fits[more.site])
    kept = [row for row in design.extended if not (fits | alone)[more.site[row]]]
    covered = [
        row
        for site in np.flatnonzero(alone).tolist()
        for row in _cover(frame, design, site, classes)
    ]
    rows = np.array([*chosen, *kept, *covered], dtype=np.int64)
    return rows, float(value[fits].sum() + cost[covered].sum())


def _by_subsets(
    frame: Frame, design: Design, classes: Ints, cost: Floats
) -> tuple[Bools, Floats, Bools]:
    """Best rows (X,), their cost by site (S,), and sites with too many projects for that (S,)."""
    more = frame.extensions
    _, service, value = trace_rooms(
        design.cycle,
        debt_price(frame.problem),
        np.zeros(classes.shape),
        classes,
        project_costs(frame.room_plans, more, cost, len(classes)),
        frame.room_plans,
    )
    alone = np.zeros(len(classes), dtype=bool)
    alone[more.site[(frame.room_plans.slot < 0) & (more.rooms > 0).any(axis=1)]] = True
    return extension_rows(frame, service), value, alone


def _cover(frame: Frame, design: Design, site: int, classes: Ints) -> set[int]:
    """Choose extension rows of one site for the rooms its classes lack, year by year."""
    more, table, cycle = frame.extensions, frame.alternatives, design.cycle[site]
    rows = np.flatnonzero(more.site == site)
    left = np.maximum(classes[site] - table.rooms[cycle] - table.functions[cycle], 0.0)
    chosen: set[int] = set()
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
            left = left - more.rooms[best]
    return chosen
