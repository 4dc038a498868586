"""What a network does to teachers: who leaves where, who goes with the pupils, who may be moved.

Semantics T3 to T8. Axes are N pools, S sites, T years; a pool has one level, so that whatever is
true of a level at a site is told pool by pool here.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from optimizer.domain import Plan, Postings, Problem, Staffing
from optimizer.domain.frozen import Frozen


@dataclass(frozen=True, eq=False)
class Flows(Frozen):
    """What a network asks of the teachers, whatever is decided about them.

    Attributes
    ----------
    base
        (N, S) int: teachers in the base year.
    runs, ran
        (N, S, T) bool: the pool's level runs at the site, ran there the year before.
    leave
        (N, S, T) int: teachers who leave the service from a site at the start of a year (T3).
    follow
        (N, S, T) int: teachers due to leave later who came with the pupils of a school that
        stopped, less those who went with them (T3).
    """

    base: np.ndarray
    runs: np.ndarray
    ran: np.ndarray
    leave: np.ndarray
    follow: np.ndarray

    @cached_property
    def stops(self) -> np.ndarray:
        """(N, S, T) bool: first year without the level (N2); whoever moves then is forced to."""
        stopped: np.ndarray = self.ran & ~self.runs
        return stopped

    @cached_property
    def starts(self) -> np.ndarray:
        """(N, S, T) bool: first year with the level."""
        started: np.ndarray = self.runs & ~self.ran
        return started


@dataclass(frozen=True, eq=False)
class Movement(Frozen):
    """Postings told as flows, (N, S, T) int each; rows outside the horizon are left out.

    Attributes
    ----------
    forced, rotation
        Departures of either kind (T4).
    moved_in
        Arrivals by moves.
    posted
        Hires by the year in which they are posted.
    reserve
        Hires by the year in which they are hired, where they are posted later.
    """

    forced: np.ndarray
    rotation: np.ndarray
    moved_in: np.ndarray
    posted: np.ndarray
    reserve: np.ndarray


def flows(problem: Problem, staffing: Staffing, plan: Plan) -> Flows:
    """Derive what a plan's network does to the teachers of `staffing`, the problem's own."""
    level = staffing.pools.level
    before = np.concatenate([problem.sites.runs[:, :, None], plan.runs[:, :, :-1]], axis=2)
    runs = np.ascontiguousarray(plan.runs[:, level].transpose(1, 0, 2))
    ran = np.ascontiguousarray(before[:, level].transpose(1, 0, 2))
    leave, follow = _due(problem, staffing, plan.merges, ran & ~runs)
    return Flows(base_teachers(staffing, len(problem.sites)), runs, ran, leave, follow)


def base_teachers(staffing: Staffing, sites: int) -> np.ndarray:
    """Count the teachers of the base year, (N, S) int."""
    pools = staffing.pools
    total = np.zeros((len(pools), sites), dtype=int)
    np.add.at(total, (pools.row_pool, pools.row_site), pools.row_teachers)
    return total


def base_eligible(problem: Problem, staffing: Staffing) -> np.ndarray:
    """Count base-year teachers, those due apart, who have served long enough, (N, S, T) int (T8).

    The due of a pool and site are taken from its rows of most years first.
    """
    pools, horizon = staffing.pools, problem.horizon
    due = np.zeros((len(pools), len(problem.sites)), dtype=int)
    np.add.at(due, (staffing.due[:, 0], staffing.due[:, 1]), staffing.due[:, 3])
    total = np.zeros((*due.shape, horizon.years), dtype=int)
    for row in np.argsort(-pools.row_years, kind="stable"):
        place = pools.row_pool[row], pools.row_site[row]
        gone = min(due[place], pools.row_teachers[row])
        due[place] -= gone
        since = max(0, staffing.eligible_after_years - int(pools.row_years[row]) - 1)
        total[(*place, slice(since, None))] += pools.row_teachers[row] - gone
    return total


def eligible(
    staffing: Staffing, base: np.ndarray, flow: Flows, arrivals: np.ndarray, rotation: np.ndarray
) -> np.ndarray:
    """Count who may be asked to move, (N, S, T) int (T8).

    Parameters
    ----------
    base
        What `base_eligible` says.
    arrivals
        (N, S, T) moves in and hires by the year posted.
    rotation
        (N, S, T) rotation departures.
    """
    total = long_enough(staffing, base, arrivals, rotation)
    return np.where(flow.runs & flow.ran, np.maximum(0, total), 0)


def long_enough(
    staffing: Staffing, base: np.ndarray, arrivals: np.ndarray, rotation: np.ndarray
) -> np.ndarray:
    """Count who has served long enough and not moved on, wherever it is, (N, S, T) int (T8).

    Parameters as in `eligible`.
    """
    total = base.copy()
    served = np.cumsum(arrivals, axis=2)[:, :, : max(0, base.shape[2] - staffing.term_years)]
    total[:, :, staffing.term_years :] += served
    total[:, :, 1:] -= np.cumsum(rotation, axis=2)[:, :, :-1]
    return total


def movement(problem: Problem, flow: Flows, postings: Postings) -> Movement:
    """Tell moves and hires as flows.

    Raises
    ------
    ValueError
        If the postings are not of this problem: arrays of other shapes, unknown pools or sites,
        numbers that are not whole or rows without teachers.
    """
    _require_fit(flow, postings)
    first, years = problem.horizon.first_year, problem.horizon.years
    forced, rotation, moved_in, posted, reserve = (np.zeros_like(flow.leave) for _ in range(5))
    pool, old, new, year, number = _inside(postings.moves, 3, first, years)
    stopping = flow.stops[pool, old, year]
    np.add.at(forced, (pool, old, year), np.where(stopping, number, 0))
    np.add.at(rotation, (pool, old, year), np.where(stopping, 0, number))
    np.add.at(moved_in, (pool, new, year), number)
    pool, site, _, year, number = _inside(postings.hires, 3, first, years)
    np.add.at(posted, (pool, site, year), number)
    pool, site, year, at, number = _inside(postings.hires, 2, first, years)
    np.add.at(reserve, (pool, site, year), np.where(at > year + first, number, 0))
    return Movement(forced, rotation, moved_in, posted, reserve)


def _due(
    problem: Problem, staffing: Staffing, merges: np.ndarray, stops: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Follow those due to leave from the base year to the day they do: `leave` and `follow`."""
    leave, follow = np.zeros(stops.shape, dtype=int), np.zeros(stops.shape, dtype=int)
    first = problem.horizon.first_year
    pool, here, when, number = staffing.due.T
    for year in range(stops.shape[2]):
        receiver = np.full((len(problem.levels), stops.shape[1]), -1)
        chosen = merges[merges[:, 3] == first + year]
        receiver[chosen[:, 2], chosen[:, 0]] = chosen[:, 1]
        to = receiver[staffing.pools.level[pool], here]
        shaken = stops[pool, here, year]
        gone = (when == first + year) | (shaken & (to < 0))
        np.add.at(leave, (pool[gone], here[gone], year), number[gone])
        goes = shaken & ~gone
        np.subtract.at(follow, (pool[goes], here[goes], year), number[goes])
        np.add.at(follow, (pool[goes], to[goes], year), number[goes])
        here = np.where(goes, to, here)
        pool, here, when, number = (one[~gone] for one in (pool, here, when, number))
    return leave, follow


def _inside(rows: np.ndarray, column: int, first: int, years: int) -> tuple[np.ndarray, ...]:
    """Columns of the rows whose year lies in the horizon, that year counted from its start."""
    kept = rows[(rows[:, column] >= first) & (rows[:, column] < first + years)].astype(int)
    kept[:, column] -= first
    return tuple(kept.T)


def _require_fit(flow: Flows, postings: Postings) -> None:
    pools, sites, _ = flow.runs.shape
    faults = []
    for name, shape, limits in (
        ("teachers", flow.runs.shape, None),
        ("moves", (len(postings.moves), 5), (pools, sites, sites)),
        ("hires", (len(postings.hires), 5), (pools, sites)),
    ):
        array: np.ndarray = getattr(postings, name)
        if array.shape != shape:
            faults.append(f"{name} is {array.shape}, not {shape}")
        elif array.size and not np.issubdtype(array.dtype, np.integer):
            faults.append(f"{name} does not hold whole numbers")
        elif limits is None:
            faults += ["teachers holds a negative number"] if np.any(array < 0) else []
        elif array.size:
            places = array[:, : len(limits)]
            if places.min() < 0 or np.any(places.max(axis=0) >= limits):
                faults.append(f"{name} names a pool or site that does not exist")
            if array[:, 4].min() <= 0:
                faults.append(f"{name} has a row without teachers")
    if faults:
        raise ValueError(f"the postings do not fit the problem: {'; '.join(faults)}")
