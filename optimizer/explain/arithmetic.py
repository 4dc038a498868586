"""What adding up alone proves: orders that contradict each other, money that cannot suffice.

No solver is asked. Every finding is a proof that no plan exists.
"""

from __future__ import annotations

import numpy as np

from optimizer.diagnose import Cut, cuts, shortages
from optimizer.domain import Action, Problem, Violation
from optimizer.formulation.index import Network, make_network


def proofs(problem: Problem) -> tuple[tuple[Violation, ...], tuple[Cut, ...]]:
    """Return what contradicts itself by adding up, and the cuts of too few places."""
    return _sums(problem), cuts(problem)


def proven(problem: Problem) -> bool:
    """Whether adding up proves that there is no plan."""
    return bool(_sums(problem) or cuts(problem))


def _sums(problem: Problem) -> tuple[Violation, ...]:
    return *shortages(problem, with_places=False), *orders(problem)


def orders(problem: Problem) -> tuple[Violation, ...]:
    """Find orders that contradict each other: unsafe buildings, fixed numbers, decided projects."""
    network = make_network(problem)
    return (
        *_unsafe(problem, network),
        *_number_of_schools(problem, network),
        *_decided(problem),
    )


def _unsafe(problem: Problem, network: Network) -> list[Violation]:
    """Find buildings that must close or be made safe by the deadline, and cannot."""
    deadline, sites = problem.policy.unsafe_deadline, problem.sites
    if deadline is None or deadline >= problem.horizon.end:
        return []
    last = max(0, deadline - problem.horizon.first_year)
    stuck, leaving, cost = [], [], 0.0
    years: set[int] = set()
    for j in np.flatnonzero(sites.unsafe & sites.runs.any(axis=1)):
        repairs = _repairs(problem, network, int(j), last)
        stops = [
            {t for t in network.changes.get((int(j), int(level)), ()) if t <= last}
            for level in np.flatnonzero(sites.runs[j])
        ]
        if repairs is None and not all(stops):
            stuck.append(sites.ids[j])
        elif repairs is None:
            leaving.append(j)
            years |= set().union(*stops)
        elif not all(stops):
            cost += repairs
    found = [Violation("orders.unsafe", site, deadline, 1.0, "schools") for site in stuck]
    limit = problem.policy.closings_per_year
    if problem.policy.on("closing") and limit is not None:
        over = len(leaving) - limit * len(years)
        if over > 0:
            found.append(Violation("orders.closings", "county", deadline, float(over), "schools"))
    return [*found, *_too_dear(problem, cost, last)]


def _repairs(problem: Problem, network: Network, site: int, last: int) -> float | None:
    """Return what it costs at least to have a retrofit serve by a year; None: none can."""
    options, found = problem.options, []
    for o in np.flatnonzero(options.site == site).tolist():
        if options.action[o] is not Action.RETROFIT:
            continue
        lead = int(options.lead[o])
        if o in network.committed and network.committed[o] + lead <= last:
            found.append(0.0)
        if any(start + lead <= last for start in network.starts.get(o, ())):
            found.append(float(options.capital_cost[o]))
    return min(found, default=None)


def _too_dear(problem: Problem, cost: float, last: int) -> list[Violation]:
    """Compare retrofits that cannot be avoided with all the money there is by then."""
    if not problem.policy.on("budget"):
        return []
    short = cost - float(problem.budget[: last + 1].sum())
    year = problem.horizon.first_year + last
    return [Violation("orders.retrofits", "county", year, short, "yuan")] if short > 0.01 else []


def _number_of_schools(problem: Problem, network: Network) -> list[Violation]:
    """Compare the number of schools asked for with the most and the fewest there can be."""
    wanted, horizon = problem.policy.schools_open, problem.horizon
    if wanted is None:
        return []
    _, sites, levels, years = problem.shape
    found = []
    for t in range(years):
        most = fewest = 0
        for j in range(sites):
            running = [network.running(j, level, t) for level in range(levels)]
            most += any(one != 0 for one in running)
            fewest += any(one == 1 for one in running)
        if not fewest <= wanted <= most:
            over = float(max(wanted - most, fewest - wanted))
            year = horizon.first_year + t
            found.append(Violation("orders.schools", "county", year, over, "schools"))
    return found


def _decided(problem: Problem) -> list[Violation]:
    """Find decided projects that would end a level at a school that never closes."""
    options, sites = problem.options, problem.sites
    found = []
    for o in np.flatnonzero(options.committed > 0).tolist():
        start = int(options.committed[o]) + int(options.lead[o])
        if start < problem.horizon.first_year or start >= problem.horizon.end:
            continue
        j = int(options.site[o])
        if options.action[o] is Action.RELOCATE:
            j = int(options.relocates[o])
            ends = bool(sites.runs[j].any())
        else:
            ends = options.action[o] is Action.CONVERT and bool(
                (sites.runs[j] & ~options.levels_after[o]).any()
            )
        if ends and sites.may_not_close[j]:
            found.append(Violation("orders.protected", sites.ids[j], start, 1.0, "schools"))
    return found
