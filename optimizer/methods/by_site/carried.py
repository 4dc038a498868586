"""Multipliers of a like problem: another projection, another policy, an edited study."""

from __future__ import annotations

import numpy as np

from optimizer.methods.base import Prices
from optimizer.methods.by_site.arrays import Floats, Ints
from optimizer.methods.by_site.ascent import first_multipliers
from optimizer.methods.by_site.frame import Frame, Multipliers
from optimizer.methods.by_site.kernels import NOBODY

AXES = {
    "zone": ("zone", "level", "year"),
    "rooms": ("site", "year"),
    "budget": ("year",),
    "closings": ("year",),
    "small": ("site", "year"),
    "receiver": ("site", "level", "year"),
}
"""What the axes of each multiplier stand for."""


def carried(frame: Frame, prices: Prices) -> Multipliers:
    """Take over the multipliers of what both problems have; the others are the first ones.

    A cohort's price goes with its size, so it is taken over per entrant. Any multipliers that keep
    their signs prove some bound, so nothing can go wrong here but time.
    """
    problem, first = frame.problem, first_multipliers(frame)
    known = {
        "zone": _positions(prices.zones, problem.zones.ids),
        "site": _positions(prices.sites, problem.sites.ids),
        "level": _positions(prices.levels, tuple(level.name for level in problem.levels)),
        "year": _positions(prices.years, tuple(problem.horizon.labels)),
    }
    found = {}
    for name, own in first._asdict().items():
        if name in prices.multipliers:
            at = [known[axis] for axis in AXES[name]]
            values = prices.multipliers[name]
            old = _at(values.reshape(values.shape[: len(at)]), at)
            if name == "zone":
                size = problem.demand.entrants
                before = _at(prices.entrants, at)
                both = (size > NOBODY) & (before > NOBODY)
                old = np.where(both, old * size / np.where(both, before, 1.0), np.nan)
            found[name] = np.where(np.isfinite(old), old, own)
    return first._replace(**found)


def _positions(names: tuple[object, ...], wanted: tuple[object, ...]) -> Ints:
    """Find where each wanted name stands, -1 where it does not."""
    place = {name: at for at, name in enumerate(names)}
    return np.array([place.get(name, -1) for name in wanted], dtype=np.int64)


def _at(values: Floats, positions: list[Ints]) -> Floats:
    """Values at positions along each axis, not a number where a position is -1."""
    taken = values[np.ix_(*positions)].astype(float)
    for axis, where in enumerate(positions):
        taken[(slice(None),) * axis + (where < 0,)] = np.nan
    return taken
