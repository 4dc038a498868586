"""Build just the rooms that the classes of a plan pay for, then let zones move, in turns."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from optimizer.methods.by_site.frame import Frame, debt_price
from optimizer.methods.by_site.improve import Candidate, Searcher
from optimizer.methods.by_site.network import Design
from optimizer.methods.by_site.plan import make_plan
from optimizer.methods.by_site.relaxation import extension_rows
from optimizer.methods.by_site.room_plans import project_costs, trace_rooms

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
    """Return the same network with the projects that are cheapest for the classes of its plan.

    Exact for each site, function rooms missing and the residual value included, if the budget does
    not bind; where no set of projects gives every class a room, the site keeps those it has.
    """
    design, more, years = candidate.design, frame.extensions, frame.problem.horizon.years
    plan = make_plan(frame, candidate)
    classes = np.zeros((len(frame.problem.sites), years), dtype=np.int64)
    for level in plan.classes:
        classes += level.sum(axis=1)
    _, service, value = trace_rooms(
        design.cycle,
        debt_price(frame.problem),
        np.zeros(classes.shape),
        classes,
        project_costs(frame.room_plans, more, more.fixed, len(classes)),
        frame.room_plans,
    )
    chosen = np.flatnonzero(extension_rows(frame, service))
    kept = {row for row in design.extended if not np.isfinite(value[more.site[row]])}
    found = {int(row) for row in chosen if np.isfinite(value[more.site[row]])}
    return replace(design, extended=frozenset(found | kept))
