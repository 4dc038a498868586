"""The network of a plan where a study was edited: all of it that is still allowed, and little else.

A school that is locked open, a project forbidden, a budget cut: the lifecycle or project is no more
to be had, everything beside it stays. Starting there, the search has to mend one place; starting
from the rounded relaxation, it has to find the whole network again.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain import Plan
from optimizer.methods.by_site.allowed import admissible, affordable
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.frame import Frame
from optimizer.methods.by_site.improve import with_targets
from optimizer.methods.by_site.network import Design
from optimizer.methods.by_site.plan import design_in_parts


def nearest_design(frame: Frame, plan: Plan, values: Floats) -> Design | None:
    """Find the allowed design nearest to a plan's; None where none lies near.

    Sites whose lifecycle is not to be had take the one that runs most alike, of those the one of
    least `values` (A,). Where the pupils of a level that stops no longer have a receiver, it leads
    elsewhere or does not stop. Where the budget is overdrawn, the dearest projects that add rooms
    move to another year, or go.
    """
    design = design_in_parts(frame, plan)
    changed = design.cycle < 0
    for site in np.flatnonzero(changed).tolist():
        design = design.with_cycle(site, _most_alike(frame, plan, values, site))
    for site in _lost(frame, design, changed).tolist():
        design = _led_elsewhere(frame, design, values, site)
    design = _within_budget(frame, design)
    return (
        design if affordable(frame, _spend(frame, design)) and admissible(frame, design) else None
    )


def _most_alike(frame: Frame, plan: Plan, values: Floats, site: int) -> int:
    """Lifecycle of a site that differs least from a plan's in what runs when."""
    table, years = frame.alternatives, np.arange(frame.problem.horizon.years)
    mine = np.arange(table.first[site], table.first[site + 1])
    runs = (years >= table.begin[mine][..., None]) & (years < table.stop[mine][..., None])
    apart = (runs != plan.runs[site]).sum(axis=(1, 2))
    return int(mine[np.lexsort((values[mine], apart))[0]])


def _lost(frame: Frame, design: Design, changed: Bools) -> Ints:
    """Sites at which a level stops whose receiver is closed then, or none was chosen yet."""
    table, levels = frame.alternatives, np.arange(len(frame.problem.levels))
    begin, stop = table.begin[design.cycle], table.stop[design.cycle]
    stops = frame.problem.sites.runs & (stop < frame.problem.horizon.years)
    to = np.maximum(design.target, 0)
    open_then = (begin[to, levels] <= stop) & (stop < stop[to, levels])
    unled = np.where(design.target >= 0, ~open_then, changed[:, None])
    return np.flatnonzero((stops & unled).any(axis=1))


def _led_elsewhere(frame: Frame, design: Design, values: Floats, site: int) -> Design:
    """Lead the levels that stop at a site to other schools; where none is open, let none stop."""
    known = next(with_targets(frame, design, site), None)
    if known is not None and admissible(frame, known):
        return known
    table, years = frame.alternatives, frame.problem.horizon.years
    mine = np.arange(table.first[site], table.first[site + 1])
    runs = frame.problem.sites.runs[site]
    staying = mine[(table.stop[mine][:, runs] == years).all(axis=1)]
    if not len(staying):
        return design
    return design.with_cycle(site, int(staying[np.argmin(values[staying])]))


def _within_budget(frame: Frame, design: Design) -> Design:
    """Take out the dearest projects that add rooms while the budget is overdrawn.

    Each then starts in the year nearest to its own in which there is money for it, if there is one.
    """
    more = frame.extensions
    dearest = sorted(design.extended, key=lambda row: (float(more.spend[row].sum()), row))
    out = []
    while dearest and not affordable(frame, _spend(frame, design)):
        out.append(dearest.pop())
        design = replace(design, extended=frozenset(dearest))
    for row in out:
        same = np.flatnonzero(more.option == more.option[row])
        for other in same[np.argsort(np.abs(more.start[same] - more.start[row]), kind="stable")]:
            tried = replace(design, extended=design.extended | {int(other)})
            if affordable(frame, _spend(frame, tried)):
                design = tried
                break
    return design


def _spend(frame: Frame, design: Design) -> Floats:
    """(T,) spend of a design's uncommitted projects."""
    rows = np.array(sorted(design.extended), dtype=np.int64)
    running = frame.alternatives.spend[design.cycle].sum(axis=0)
    total: Floats = running + frame.extensions.spend[rows].sum(axis=0)
    return total
