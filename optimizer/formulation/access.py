"""Access: what the way to school costs, every year, for every pupil present (C14, C16).

No pair beyond the travel limit exists unless a zone has nothing else, so there are no rows; with
n pupils of zone i at site j in year t, d[t] the discount factor and s the school days:

    travel_time   = Σ n · minutes[i,j,l] · 2 · s · yuan_per_minute · d[t]
    bus           = Σ n · bus_pupil_year · d[t]                    on pairs of mode bus
    beyond_limit  = Σ n · beyond[i,j,l] · beyond_pupil_minute · d[t]

Every term belongs to one site.
"""

from __future__ import annotations

from typing import Any

from optimizer.domain import Problem
from optimizer.domain.tables import MODES
from optimizer.formulation.parts import Linear, Parts, Terms

NAME = "access"
TIES_SITES: frozenset[str] = frozenset()


def applies(problem: Problem) -> bool:
    """Whether there is anywhere to go."""
    return len(problem.travel) > 0


def add(block: Any, parts: Parts) -> Terms:  # noqa: ARG001 - every family has this signature
    """Add no rows; return the cost of travel, of the bus and of pairs beyond the limit."""
    travel, prices = parts.problem.travel, parts.problem.prices
    per_minute = 2 * prices.school_days * prices.yuan_per_minute
    bus_mode = MODES.index("bus")
    time, bus, beyond = Linear(), Linear(), Linear()
    for (j, level, _, t), cell in parts.places.cells.items():
        discount = parts.discount(t)
        for i, number, part in cell:
            p = parts.pairs.row.get((i, j, level))
            if p is None:
                continue
            pupils, value = number * discount, parts.value(part)
            time.add(pupils * float(travel.minutes[p]) * per_minute, value)
            beyond.add(pupils * float(travel.beyond[p]) * prices.beyond_pupil_minute, value)
            if travel.mode[p] == bus_mode:
                bus.add(pupils * prices.bus_pupil_year, value)
    return {"travel_time": time, "bus": bus, "beyond_limit": beyond}
