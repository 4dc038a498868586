"""What projects that add rooms are worth under the prices of the relaxation.

Where a site has few, they are decided together with its lifecycle (`room_plans`); where it has
many, each is decided alone: a room more is worth at most the price of a class's room, a function
room also what one missing costs, whatever else the site decides.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.frame import Frame, Multipliers, debt_price
from optimizer.methods.by_site.room_plans import project_costs


def spend_price(frame: Frame, multipliers: Multipliers) -> Floats:
    """(T,) price of a yuan spent in a year: later cumulative rows count it too."""
    if frame.problem.policy.carry_over:
        return np.cumsum(multipliers.budget[::-1])[::-1]
    return multipliers.budget


def row_costs(frame: Frame, multipliers: Multipliers) -> Floats:
    """(X,) present value of each extension row, the price of its spend included."""
    more = frame.extensions
    cost: Floats = more.fixed + more.spend @ spend_price(frame, multipliers)
    return cost


def projects_under(frame: Frame, multipliers: Multipliers) -> Floats:
    """(S, T, E) cost of each site's project that adds rooms, by the year from which it serves."""
    value = row_costs(frame, multipliers)
    return project_costs(frame.room_plans, frame.extensions, value, len(frame.problem.sites))


class Alone(NamedTuple):
    """Projects that are decided alone: picked (X,) bool; value and rooms (., T) of the picked."""

    picked: Bools
    value: Floats
    rooms: Floats


def standing_alone(frame: Frame, multipliers: Multipliers) -> Alone:
    """Pick of each project that is decided alone its best start, if that is worth it."""
    more, value = frame.extensions, values_alone(frame, multipliers)
    picked = _best_starts(frame, value)
    taken = multipliers.rooms[more.site] > debt_price(frame.problem)
    return Alone(picked, value[picked], (more.rooms + more.functions * taken)[picked])


def values_alone(frame: Frame, multipliers: Multipliers) -> Floats:
    """(X,) least value of the rows of projects that are decided alone; infinite for others."""
    more, plans = frame.extensions, frame.room_plans
    alone = (plans.slot < 0) & ((more.rooms > 0) | (more.functions > 0)).any(axis=1)
    if not (alone.any() and frame.problem.policy.on("class_size")):
        return np.full(len(more.option), np.inf)
    price = multipliers.rooms[more.site]
    worth = price * more.rooms + np.maximum(price, debt_price(frame.problem)) * more.functions
    value = row_costs(frame, multipliers) - worth.sum(axis=1)
    return np.where(alone, value, np.inf)


def _best_starts(frame: Frame, values: Floats) -> Bools:
    """Pick of each option its best start if that is worth it."""
    option = frame.extensions.option
    first = np.flatnonzero(np.diff(option, prepend=-1))
    picked = np.zeros(len(values), dtype=bool)
    if len(first):
        best = np.minimum.reduceat(values, first)
        lowest = np.flatnonzero(values == np.repeat(best, _lengths(first, len(values))))
        _, at = np.unique(option[lowest], return_index=True)
        picked[lowest[at]] = values[lowest[at]] < 0.0
    return picked


def _lengths(first: Ints, total: int) -> Ints:
    """Lengths of runs that begin at some positions."""
    return np.diff(first, append=total)


def extension_rows(frame: Frame, service: Ints) -> Bools:
    """(X,) rows whose project serves from the year given for its site and slot, (S, E)."""
    more, plans = frame.extensions, frame.room_plans
    decided = plans.slot >= 0
    found = np.zeros(len(more.option), dtype=bool)
    if decided.any():
        rows = np.flatnonzero(decided)
        found[rows] = service[more.site[rows], plans.slot[rows]] == plans.service[rows]
    return found
