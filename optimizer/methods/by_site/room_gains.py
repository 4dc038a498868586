"""What more rooms are worth to a network, under the prices of the relaxation."""

from __future__ import annotations

import numpy as np

from optimizer.methods.by_site.arrays import Floats, Ints
from optimizer.methods.by_site.frame import Frame, Multipliers, debt_price
from optimizer.methods.by_site.keeping import room_savings, row_gains, solve_kept
from optimizer.methods.by_site.project_values import row_costs, values_alone
from optimizer.methods.by_site.relaxation import (
    choose,
    costs_under,
    lifecycle_values,
    solve_cohorts,
)
from optimizer.methods.by_site.room_kernels import project_gains


def extension_gains(frame: Frame, multipliers: Multipliers, cycle: Ints) -> Floats:
    """(X,) how much dearer a site's lifecycle (S,) becomes by each extension row alone."""
    value = row_costs(frame, multipliers)
    kept = solve_kept(frame, costs_under(frame, multipliers), value)
    if kept is not None:
        return row_gains(frame, kept, cycle)
    price, site = debt_price(frame.problem), frame.extensions.site
    gains: Floats = project_gains(site, cycle, price, multipliers.rooms, value, frame.room_plans)
    return np.minimum(gains, values_alone(frame, multipliers))


def room_prices(frame: Frame, multipliers: Multipliers) -> Floats:
    """(S, T) yuan for a class's room: its multiplier, or what one room more would save."""
    if frame.kept_rooms is None:
        return multipliers.rooms
    solved = solve_cohorts(frame, multipliers)
    chosen, _ = choose(frame, lifecycle_values(frame, multipliers, solved))
    return multipliers.rooms if solved.kept is None else room_savings(frame, solved.kept, chosen)
