"""The least that travel costs a cohort, at its site and wherever mergers may send it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from scenarios.verify.facts import Facts
from scenarios.verify.lagrange_lives import (
    Life,
    closing_years,
    converting_years,
    relocated_to,
    stop_years,
)

Move = tuple[int, list[int]]
"""A year in which a level may stop, and the sites that may then receive its pupils."""


@dataclass(frozen=True)
class Journeys:
    """Yuan per pupil-year, and how pupils get from site to site.

    Attributes
    ----------
    unit : (L, Z, S) time, bus and minutes beyond the limit; infinite without a travel row
    intake : (L, Z, S) whether entrants may be sent
    receivers : sites that a level may be merged into, by (site, level)
    moves : every way in which a level may stop, in order of years, by (site, level)
    """

    facts: Facts
    unit: np.ndarray
    intake: np.ndarray
    receivers: dict[tuple[int, int], list[int]]
    moves: dict[tuple[int, int], list[Move]]


def make_journeys(facts: Facts, every: list[list[Life]]) -> Journeys:
    """Spread the travel rows over an array, and list the mergers that lifecycles allow."""
    zones, sites, levels, _ = facts.shape
    prices, rows = facts.norms.prices, facts.travel
    cost = rows["minutes"].to_numpy() * (2.0 * prices["school_days"] * prices["yuan_per_minute"])
    cost = cost + rows["beyond"].to_numpy() * prices["beyond_pupil_minute"]
    cost = cost + np.where(rows["bus"].to_numpy(), prices["bus_pupil_year"], 0.0)
    place = tuple(rows[name].to_numpy() for name in ("level", "zone", "site"))
    unit = np.full((levels, zones, sites), np.inf)
    intake = np.zeros((levels, zones, sites), dtype=bool)
    unit[place] = cost
    intake[place] = rows["intake"].to_numpy(dtype=bool)
    receivers = defaultdict(list)
    for sender, receiver, level in sorted(facts.arcs):
        receivers[sender, level].append(receiver)
    moves = {
        (site, level): [
            (year, _receivers_then(facts, receivers[site, level], site, year))
            for year in stop_years(facts, site, level, mine)
        ]
        for site, mine in enumerate(every)
        for level in facts.runs[site].nonzero()[0].tolist()
    }
    return Journeys(facts, unit, intake, dict(receivers), moves)


def _receivers_then(facts: Facts, receivers: list[int], site: int, year: int) -> list[int]:
    """Receivers of a stop: any that is allowed, or, where only a relocation stops it, its site."""
    if year in closing_years(facts, site) or year in converting_years(facts, site):
        return receivers
    return [one for one in receivers if one in relocated_to(facts, site, year)]


def joinable(journeys: Journeys) -> np.ndarray:
    """(S, L) whether pupils of another school may ever join the cohorts there."""
    facts = journeys.facts
    _, sites, levels, _ = facts.shape
    joins = np.zeros((sites, levels), dtype=bool)
    for (_, level), receivers in journeys.receivers.items():
        joins[receivers, level] = True
    for point in (facts.sites["point_grades"].to_numpy() > 0).nonzero()[0]:
        may_run = facts.runs[point] | facts.after[facts.option_site == point].any(axis=0)
        joins[facts.parent[point]] |= may_run
    return joins


def after_stop(
    journeys: Journeys, site: int, level: int, stop: int, zones: np.ndarray
) -> np.ndarray:
    """(n, T) least unit cost from the year in which a level stops; infinite: nowhere to go."""
    receivers = next((to for year, to in journeys.moves[site, level] if year == stop), [])
    walk = _Walk(journeys, level, zones, stopped=site)
    for one in receivers:
        walk.arrive(one, np.full(len(zones), stop), 1)
    return walk.least()


def after_parent(
    journeys: Journeys, point: int, level: int, stop: int, entry: int, zones: np.ndarray
) -> np.ndarray:
    """(n, T) least unit cost of pupils who went on from a point that has stopped since.

    The parent runs while the point does; it may stop with the point, but not in the year in which
    pupils come from there.
    """
    goes_on = entry + int(journeys.facts.sites["point_grades"].iloc[point])
    walk = _Walk(journeys, level, zones, stopped=point)
    parent = int(journeys.facts.parent[point])
    walk.arrive(parent, np.full(len(zones), stop), 1 if goes_on == stop else 0)
    return walk.least()


class _Walk:
    """First year in which pupils of each zone can be at each site, following every chain of moves.

    Pupils are taken on from the year after they came; a teaching point lets them go on to its
    parent then.
    """

    def __init__(self, journeys: Journeys, level: int, zones: np.ndarray, stopped: int) -> None:
        self.journeys, self.level, self.zones, self.stopped = journeys, level, zones, stopped
        self.there: dict[int, np.ndarray] = {}
        self.free: dict[int, np.ndarray] = {}

    def arrive(self, site: int, year: np.ndarray, wait: int) -> None:
        """Pupils come to a site in a year (infinite: never) and may be taken on `wait` later."""
        facts, never = self.journeys.facts, np.full(len(self.zones), np.inf)
        reach = np.isfinite(self.journeys.unit[self.level, self.zones, site])
        reach &= site != self.stopped
        year = np.where(reach & (year < facts.norms.years), year, np.inf)
        there, free = self.there.get(site, never), self.free.get(site, never)
        if (year >= there).all() and (year + wait >= free).all():
            return
        there = self.there[site] = np.minimum(there, year)
        free = self.free[site] = np.minimum(free, year + wait)
        for stop, receivers in self.journeys.moves.get((site, self.level), []):
            moving = np.where(free <= stop, float(stop), np.inf)
            for one in receivers if np.isfinite(moving).any() else []:
                self.arrive(one, moving, 1)
        if facts.sites["point_grades"].iloc[site] > 0:
            self.arrive(int(facts.parent[site]), there + 1, 1)

    def least(self) -> np.ndarray:
        """(n, T) cheapest site in each year among those reached by then."""
        least = np.full((len(self.zones), self.journeys.facts.norms.years), np.inf)
        year = np.arange(least.shape[1])
        for site, arrival in self.there.items():
            cost = self.journeys.unit[self.level, self.zones, site][:, None]
            np.minimum(least, np.where(year >= arrival[:, None], cost, np.inf), out=least)
        return least
