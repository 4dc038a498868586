"""Plans, and what they cost: from the network alone, apart from what made them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from benchmarks.million.network import Network

TOLERANCE = 1e-9
"""Part of a demand or of a capacity that sums in double precision may be off by."""


@dataclass(frozen=True)
class Plan:
    """Which sites are open, and who serves whom.

    Attributes
    ----------
    open_sites
        (S, T) whether a site is open in a period.
    flows
        For each period (K,) customers, (K,) sites and (K,) units moved between them.
    """

    open_sites: np.ndarray
    flows: tuple[tuple[np.ndarray, np.ndarray, np.ndarray], ...]


def cost_of(network: Network, plan: Plan) -> float:
    """Cost of a plan: its sites and its ways."""
    moved = 0.0
    for customer, site, units in plan.flows:
        across = network.x[customer].astype(np.float64) - network.site_x[site]
        along = network.y[customer].astype(np.float64) - network.site_y[site]
        moved += float(units @ np.sqrt(across**2 + along**2))
    return moved + float(network.fixed[plan.open_sites].sum())


def faults_of(network: Network, plan: Plan) -> list[str]:
    """Say which rules a plan breaks; none: it stands."""
    faults = []
    running = plan.open_sites
    if np.any(running[:, :-1] & ~running[:, 1:]):
        faults.append("a site closes again")
    if int(running.sum(axis=0).max()) > network.most_open:
        faults.append(f"more than {network.most_open} sites are open at a time")
    for t, (customer, site, units) in enumerate(plan.flows):
        demand = network.demand[:, t].astype(np.float64)
        served = np.bincount(customer, units, minlength=len(demand))
        load = np.bincount(site, units, minlength=len(network.capacity))
        if np.any(units < 0.0):
            faults.append(f"period {t + 1}: a flow is negative")
        if np.any(np.abs(served - demand) > TOLERANCE * demand):
            faults.append(f"period {t + 1}: a customer is not served its demand")
        if np.any(load > network.capacity * (1.0 + TOLERANCE)):
            faults.append(f"period {t + 1}: a site is above its capacity")
        if np.any(load[~running[:, t]] > 0.0):
            faults.append(f"period {t + 1}: a closed site serves")
    return faults
