"""Teachers: the decisions of some planned years, given a network and what went before (T3 to T6).

    teachers[p,j,t]    whole, ≥ 0; only where the level of the pool runs
    departures[p,j,t]  by rotation: only where the level runs and ran, and some are eligible
    forced[p,j,t]      departures from a level that stops
    arrivals[p,j,t]    by moves
    hires[p,j,t]       posted at once: not into key pools, only where the level ran already
    reserve[p,j,t]     hired in t, posted in t+1 at a level that starts then
    moves[p,a,b,t]     by origin a (urban, rural, forced) and receiver b (urban, rural)

Moves are told by their two ends instead of pair by pair: rows `apart` keep them such that the ends
can be paired, and no one moves to the same site.

A *window* is any run of planned years. Posts of the first year of a school that starts right after
the window are looked at with the reserve alone, so that a window of one year still hires for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimizer.domain import Problem, Staffing
from optimizer.formulation.index import Key
from optimizer.formulation.parts import Columns, Linear, declare
from optimizer.posts import Posts
from optimizer.staff_flow import Flows, long_enough

URBAN, RURAL, FORCED = 0, 1, 2
KINDS = ("urban", "rural", "forced")
Place = tuple[int, int, int]
"""Pool, site, year counted from t0."""


@dataclass(frozen=True, eq=False)
class Window:
    """Years to decide, and what was decided before them.

    Attributes
    ----------
    first, end
        Years ``first … end - 1`` counted from t0 are decided.
    before
        (N, S) int teachers in the year before.
    arrivals, rotation
        (N, S, T) int: moves in and hires posted, rotation departures, before `first`.
    reserve
        (N, S) int hired in the year before, to be posted in `first`.
    """

    first: int
    end: int
    before: np.ndarray
    arrivals: np.ndarray
    rotation: np.ndarray
    reserve: np.ndarray

    @property
    def years(self) -> range:
        """Years to decide."""
        return range(self.first, self.end)


@dataclass
class StaffParts:
    """What the families of teachers are handed, and the variables declared so far.

    Attributes
    ----------
    flow, asked
        What the network does to teachers, and the posts it needs.
    base
        (N, S, T) int: what `optimizer.staff_flow.base_eligible` says.
    """

    problem: Problem
    staffing: Staffing
    flow: Flows
    asked: Posts
    base: np.ndarray
    window: Window
    variables: dict[Key, Any] = field(default_factory=dict)
    site_of: dict[int, int] = field(default_factory=dict)

    def places(self, where: np.ndarray) -> Iterator[Place]:
        """(pool, site, year) in the window at which an (N, S, T) array is true or not zero."""
        first = self.window.first
        for pool, site, year in np.argwhere(where[:, :, first : self.window.end]):
            yield int(pool), int(site), int(year) + first

    def kind(self, site: int) -> int:
        """`URBAN` or `RURAL`."""
        return URBAN if self.problem.sites.urban[site] else RURAL

    def label(self, place: Place) -> tuple[str, str, int]:
        """Name a place as people read it."""
        pool, site, year = place
        return self.staffing.pools.ids[pool], self.problem.sites.ids[site], self.year(year)

    def year(self, year: int) -> int:
        """Absolute year."""
        return self.problem.horizon.first_year + year

    def sum(self, name: str, places: Iterable[Place]) -> Linear:
        """Add up the variables of a name; those that are not there are 0."""
        line = Linear()
        for place in places:
            if (variable := self.variables.get((name, *place))) is not None:
                line.add(1.0, variable)
        return line

    def teachers(self, pool: int, site: int, year: int) -> Linear:
        """Teachers at a site in a year of the window, the one before it, or the one after.

        After it there are only those held in reserve for a level that starts then.
        """
        if year < self.window.first:
            return Linear().add(1.0, int(self.window.before[pool, site]))
        if year == self.window.end:
            return self.sum("reserve", [(pool, site, year - 1)])
        return self.sum("teachers", [(pool, site, year)])

    def moves(self, pool: int, origin: int, receiver: int, year: int) -> Linear:
        """Count the moves of a pool by kinds of their two ends."""
        line = Linear()
        if (variable := self.variables.get(("moves", pool, origin, receiver, year))) is not None:
            line.add(1.0, variable)
        return line


def add_variables(model: Any, parts: StaffParts) -> None:
    """Declare the decisions, each where it may be other than 0."""
    flow = parts.flow
    ordinary = ~parts.staffing.pools.key[:, None, None]
    stays = flow.runs & flow.ran
    ahead = np.zeros_like(flow.runs)
    ahead[:, :, :-1] = flow.starts[:, :, 1:]
    for name, where in (
        ("teachers", flow.runs),
        ("departures", stays & _may_be_eligible(parts)),
        ("forced", flow.stops),
        ("arrivals", flow.runs),
        ("hires", stays & ordinary),
        ("reserve", ahead & ordinary),
    ):
        columns: Columns = {
            (name, *place): (parts.label(place), place[1], None) for place in parts.places(where)
        }
        _declare(model, parts, name, columns)
    _declare(model, parts, "moves", dict(_move_columns(parts)))


def _declare(model: Any, parts: StaffParts, name: str, columns: Columns) -> None:
    if columns:
        domain = pyo.NonNegativeIntegers
        declare(model, name, columns, domain, parts.variables, parts.site_of)


def _move_columns(parts: StaffParts) -> Iterator[tuple[Key, tuple[Any, int, float | None]]]:
    ends: dict[tuple[int, int], tuple[set[int], set[int]]] = {}
    for key in parts.variables:
        name, pool, site, year = str(key[0]), *(int(one) for one in key[1:])
        origins, receivers = ends.setdefault((pool, year), (set(), set()))
        if name == "departures":
            origins.add(parts.kind(site))
        elif name == "forced":
            origins.add(FORCED)
        elif name == "arrivals":
            receivers.add(parts.kind(site))
    for (pool, year), (origins, receivers) in sorted(ends.items()):
        for a in sorted(origins):
            for b in sorted(receivers):
                label = parts.staffing.pools.ids[pool], KINDS[a], KINDS[b], parts.year(year)
                yield ("moves", pool, a, b, year), (label, -1, None)


def _may_be_eligible(parts: StaffParts) -> np.ndarray:
    """(N, S, T) bool: some teachers are eligible, or may be by what the window decides."""
    window, term = parts.window, parts.staffing.term_years
    may = eligible_before(parts) > 0
    may[:, :, window.first + term :] = True
    return may


def eligible_before(parts: StaffParts) -> np.ndarray:
    """(N, S, T) int: who is eligible as far as the years before the window decide (T8)."""
    window = parts.window
    return long_enough(parts.staffing, parts.base, window.arrivals, window.rotation)
