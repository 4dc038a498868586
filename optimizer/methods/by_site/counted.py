"""Networks of exactly as many schools as policy fixes, and exchanges of two sites.

Opening or closing one site alone is never allowed there, so the search exchanges an open site for a
closed one. Exchanges are ranked by what they would cost if every zone went to its nearest school,
which is exact where nothing is limited.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from optimizer.methods.by_site.arrays import Floats, Ints
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.network import Design, bare_design
from optimizer.methods.by_site.searcher import Candidate, Searcher
from optimizer.methods.by_site.site_costs import Ground

TRIES = 60
"""Exchanges tried, most promising first, before a network counts as the best of its kind."""
FAR = 1e9
"""Yuan per pupil for a zone with no school in reach: above any way to school."""


def steady(frame: Frame) -> tuple[Ints, Ints]:
    """Find each site's cheapest lifecycle (S,) in every year, and in none; -1: there is none."""
    table = frame.alternatives
    site = np.repeat(np.arange(len(table.first) - 1), np.diff(table.first))
    always, never = (np.full(len(table.first) - 1, -1, dtype=np.int64) for _ in range(2))
    for a in np.argsort(table.fixed, kind="stable")[::-1]:
        if table.running[a].all() and not table.closes[a].any():
            always[site[a]] = a
        elif not table.running[a].any():
            never[site[a]] = a
    return always, never


def counted_design(frame: Frame, opened: Ints) -> Design:
    """Run the given sites in every year and no other."""
    always, never = steady(frame)
    cycle = never.copy()
    cycle[opened] = always[opened]
    bare = bare_design(frame)
    return replace(bare, cycle=np.where(cycle >= 0, cycle, bare.cycle))


def spread_sites(frame: Frame, ground: Ground) -> Ints:
    """Open sites one by one, each time the one that shortens the ways to school most."""
    weight, unit, fixed = _ways(frame, ground)
    always, never = steady(frame)
    wanted = frame.problem.policy.schools_open or 0
    opened = [int(site) for site in np.flatnonzero((always >= 0) & (never < 0))]
    nearest = np.full(len(weight), FAR)
    for site in opened:
        nearest = np.minimum(nearest, unit[:, site])
    while len(opened) < wanted:
        total = weight @ np.minimum(nearest[:, None], unit) + fixed
        total[opened] = np.inf
        total[always < 0] = np.inf
        best = int(np.argmin(total))
        opened.append(best)
        nearest = np.minimum(nearest, unit[:, best])
    return np.array(sorted(opened), dtype=np.int64)


def spread_cost(frame: Frame, ground: Ground) -> float:
    """Cost of the spread sites if every zone went to the nearest."""
    weight, unit, fixed = _ways(frame, ground)
    opened = spread_sites(frame, ground)
    return float(weight @ unit[:, opened].min(axis=1, initial=FAR) + fixed[opened].sum())


def _ways(frame: Frame, ground: Ground) -> tuple[Floats, Floats, Floats]:
    """Discounted entrants (N,) of each zone and level, unit travel (N, S), cost of running (S,)."""
    weight = np.einsum("zlt,t->lz", ground.size, ground.discount).ravel()
    unit = np.minimum(ground.unit.reshape(len(weight), -1), FAR)
    always, never = steady(frame)
    fixed = frame.alternatives.fixed
    extra = np.where(always >= 0, fixed[always], 0.0) - np.where(never >= 0, fixed[never], 0.0)
    return weight, unit, extra


def exchanges(frame: Frame, ground: Ground, design: Design) -> Iterator[tuple[Design, int, int]]:
    """Designs with one site closed and another opened, the most promising first, and the two."""
    weight, unit, fixed = _ways(frame, ground)
    always, never = steady(frame)
    running = frame.alternatives.running[design.cycle, 0]
    opened = np.flatnonzero(running & (never >= 0))
    closed = np.flatnonzero(~running & (always >= 0))
    cost = np.empty((len(opened), len(closed)))
    for row, site in enumerate(opened):
        others = np.flatnonzero(running & (np.arange(len(running)) != site))
        nearest = unit[:, others].min(axis=1) if len(others) else np.full(len(weight), FAR)
        ways = weight @ np.minimum(nearest[:, None], unit[:, closed])
        cost[row] = ways + fixed[closed] - fixed[site]
    for flat in np.argsort(cost, axis=None, kind="stable")[:TRIES]:
        row, column = np.unravel_index(flat, cost.shape)
        out, into = int(opened[row]), int(closed[column])
        changed = design.with_cycle(out, int(never[out])).with_cycle(into, int(always[into]))
        yield changed, out, into


def first_counted(
    searcher: Searcher, opened: Ints, site: Ints, deadline: float
) -> Candidate | None:
    """Price a network of the given sites, zones placed anew where `site` (Z, L, T) is -1."""
    everyone = np.arange(len(searcher.frame.problem.zones))
    return searcher.price(
        counted_design(searcher.frame, opened), site, everyone, 5, False, deadline
    )


def improve_counted(
    searcher: Searcher,
    best: Candidate,
    deadline: float,
    report: Callable[[Candidate], bool | None],
) -> Candidate:
    """Exchange sites while that makes the plan cheaper."""
    everyone = np.arange(len(searcher.frame.problem.zones))
    failed: set[tuple[bytes, int, int]] = set()
    improved = True
    while improved and time.perf_counter() < deadline:
        improved = False
        for design, out, into in exchanges(searcher.frame, searcher.ground, best.design):
            key = (best.design.cycle.tobytes(), out, into)
            if key in failed or time.perf_counter() > deadline:
                continue
            found = searcher.price(design, best.site, everyone, 3, False, deadline)
            if found is not None and found.cost < best.cost - searcher.frame.grain:
                best, improved = found, True
                if report(best):
                    return best
                break
            failed.add(key)
    return best
