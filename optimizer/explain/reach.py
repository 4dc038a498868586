"""The travel limit as a rule that may give, and what the rules of today keep out of the tables."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain import MergeArcs, Problem, Travel
from optimizer.explain.rule import Rule, Search, columns_of
from optimizer.formulation.index import make_network


@dataclass(frozen=True, eq=False)
class Wider:
    """What the rules of today keep out of the tables of a problem.

    Attributes
    ----------
    travel
        Pairs beyond the limit too, open to entrants, with their minutes over it in `beyond`; and
        pairs of sites that the policy does not let run.
    merge_arcs
        Mergers of schools that may not close.
    """

    travel: Travel
    merge_arcs: MergeArcs


def reach(farther: Travel) -> Rule:
    """Make the rule from travel with pairs beyond the limit."""
    return Rule(
        "reach",
        "minutes",
        Search.STEPS,
        lambda problem: len(problem.travel) > 0,
        lambda problem: _within(problem, farther, np.inf),
        lambda problem, amounts: _within(problem, farther, sum(amounts.values())),
        lambda _: sorted({float(np.ceil(n)) for n in farther.beyond[farther.intake] if n > 0}),
    )


def _within(problem: Problem, farther: Travel, minutes: float) -> Problem:
    """Let pupils go so many minutes beyond the limit."""
    near = farther.intake & (farther.beyond > 0) & (farther.beyond <= minutes)
    return _joined(problem, farther, near)


def with_idle_sites(problem: Problem, wider: Wider | None) -> Problem:
    """Add pairs and mergers that no rule of today lets anyone use, in case one is let go of."""
    if wider is None:
        return problem
    network, last, more = make_network(problem), problem.horizon.years - 1, wider.travel
    _, sites, levels, _ = problem.shape
    never = [
        [network.running(j, level, last) == 0 for level in range(levels)] for j in range(sites)
    ]
    idle = np.array(never, dtype=bool) & ~problem.sites.runs
    chosen = more.intake & (more.beyond == 0) & idle[more.site, more.level]
    stopped = {(site, level) for site, level, _ in network.projects}
    old = problem.merge_arcs
    senders = {(site, level) for level, site, _ in _arcs(old)} | stopped
    arcs = [
        *_arcs(old),
        *(arc for arc in _arcs(wider.merge_arcs) if (arc[1], arc[0]) not in senders),
    ]
    table = np.array(sorted(arcs), dtype=int).reshape(-1, 3)
    mergers = MergeArcs(table[:, 1], table[:, 2], table[:, 0])
    return replace(_joined(problem, more, chosen), merge_arcs=mergers)


def _arcs(arcs: MergeArcs) -> list[tuple[int, int, int]]:
    """Level, sender, receiver of each."""
    columns = arcs.level.tolist(), arcs.from_site.tolist(), arcs.to_site.tolist()
    return list(zip(*columns, strict=True))


def _joined(problem: Problem, more: Travel, chosen: np.ndarray) -> Problem:
    """Add chosen rows of another table, which replace those not open to entrants."""
    old = problem.travel
    have, offered = _keys(problem, old), _keys(problem, more)
    new = chosen & ~np.isin(offered, have[old.intake])
    stay = ~np.isin(have, offered[new])
    order = np.argsort(np.concatenate([have[stay], offered[new]]))
    columns = {
        name: np.concatenate([array[stay], getattr(more, name)[new]])[order]
        for name, array in columns_of(old).items()
    }
    return replace(problem, travel=Travel(**columns))


def _keys(problem: Problem, travel: Travel) -> np.ndarray:
    """(P,) int: level, zone and site of each row as one number, in the order of a table."""
    zones, sites, levels, _ = problem.shape
    index = travel.level, travel.zone, travel.site
    return np.asarray(np.ravel_multi_index(index, (levels, zones, sites)))
