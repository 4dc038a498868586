"""What the relaxation knows of a problem before any price: lifecycles, limits, the multipliers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array

from optimizer.domain import Problem
from optimizer.floor import floor
from optimizer.methods.by_site.alternatives import (
    Alternatives,
    Extensions,
    Lifecycle,
    lifecycles,
    make_alternatives,
    make_extensions,
)
from optimizer.methods.by_site.arrays import Bools, Floats
from optimizer.methods.by_site.counting import Counting, nearby
from optimizer.methods.by_site.data import Blocks, make_blocks
from optimizer.methods.by_site.kept_rooms import KeptRooms, make_kept_rooms
from optimizer.methods.by_site.receivers import receiver_rows
from optimizer.methods.by_site.room_plans import RoomPlans, make_room_plans
from optimizer.methods.by_site.threads import cut_evenly

GRAIN = 1e-9
"""Savings below this part of the floor are no reason to go on searching."""


class Multipliers(NamedTuple):
    """Prices of the relaxed rows, in yuan of the first year.

    Attributes
    ----------
    zone
        (Z, L, T) free: what is paid for taking a zone's entering cohort.
    rooms
        (S, T) at least 0: price of a class's room; 0 where sites keep rooms by themselves.
    budget
        (T,) at least 0, per yuan.
    closings
        (T,) at least 0, per site with a closing.
    small
        (S, T) at least 0, per pupil at a site in the year before it stops (`close_below`).
    receiver
        (S, L, T) at least 0: paid for stopping a level, earned by who may take its pupils then.
    """

    zone: Floats
    rooms: Floats
    budget: Floats
    closings: Floats
    small: Floats
    receiver: Floats


@dataclass(frozen=True)
class Frame:
    """Everything about a problem that the relaxation needs and that prices do not change.

    `grain` is the smallest saving for which a plan is changed; `threads` is how many solve and
    search at once. What only prices need is made when it is first asked for: plans are searched for
    without.
    """

    problem: Problem
    blocks: Blocks
    cycles: list[Lifecycle]
    alternatives: Alternatives
    extensions: Extensions
    stoppable: Bools
    earliest: int
    budget_left: Floats
    closings_left: Floats
    small_limit: Floats
    grain: float
    threads: int

    @cached_property
    def parts(self) -> list[tuple[int, int]]:
        """Blocks (first, behind last) that are solved side by side."""
        return cut_evenly(self.blocks.start, self.threads)

    @cached_property
    def counting(self) -> Counting:
        """How pupils are counted at first."""
        return nearby(self.problem, self.blocks)

    @cached_property
    def room_plans(self) -> RoomPlans:
        """Rooms and function rooms of every lifecycle, with every set of projects."""
        return make_room_plans(self.problem, self.cycles, self.alternatives, self.extensions)

    @cached_property
    def kept_rooms(self) -> KeptRooms | None:
        """Rooms that sites keep count of by themselves; None where rooms have a price instead."""
        return make_kept_rooms(self.problem, self.cycles, self.alternatives, self.extensions)

    @cached_property
    def placing(self) -> csr_array:
        """(Z * L, Q) adds the shares of a zone and level over its pairs."""
        return _placing(self.blocks, len(self.problem.zones), len(self.problem.levels))

    @cached_property
    def receiving(self) -> csr_array:
        """(S * L * T, A) takes receivers from stops."""
        return receiver_rows(self.problem, self.cycles, self.alternatives, self.blocks.inherited)


def make_frame(problem: Problem, threads: int = 1) -> Frame:
    """Prepare a problem for relaxing, so many `threads` at once."""
    blocks = make_blocks(problem)
    cycles = lifecycles(problem)
    alternatives = make_alternatives(problem, cycles)
    extensions = make_extensions(problem)
    years = problem.horizon.years
    site = np.array([cycle.site for cycle in cycles])
    stops = (alternatives.stop < years) & (alternatives.begin < years)
    stoppable = np.zeros((len(problem.sites), len(problem.levels)), dtype=bool)
    np.logical_or.at(stoppable, site, stops)
    earliest = int(alternatives.stop[stops].min()) if stops.any() else years
    limit = problem.policy.closings_per_year if problem.policy.on("closing") else None
    return Frame(
        problem=problem,
        blocks=blocks,
        cycles=cycles,
        alternatives=alternatives,
        extensions=extensions,
        stoppable=stoppable.ravel(),
        earliest=earliest,
        budget_left=budget_left(problem),
        closings_left=np.full(years, np.inf if limit is None else float(limit)),
        small_limit=_small_limit(problem),
        grain=GRAIN * max(floor(problem), 1e-6),
        threads=threads,
    )


def _placing(blocks: Blocks, zones: int, levels: int) -> csr_array:
    row = blocks.zone * levels + np.repeat(blocks.level, np.diff(blocks.start))
    column = np.arange(len(row))
    return csr_array((np.ones(len(row)), (row, column)), shape=(zones * levels, len(row)))


def budget_left(problem: Problem) -> Floats:
    """(T,) budget for uncommitted projects: cumulative with carry-over, infinite without limit."""
    years, t0 = problem.horizon.years, problem.horizon.first_year
    if not problem.policy.on("budget"):
        return np.full(years, np.inf)
    left = problem.budget.astype(float).copy()
    options = problem.options
    for option in np.flatnonzero(options.committed > 0):
        for offset, share in enumerate(options.spend[option]):
            year = int(options.committed[option]) - t0 + offset
            if 0 <= year < years:
                left[year] -= share * options.capital_cost[option]
    return np.cumsum(left) if problem.policy.carry_over else left


def _small_limit(problem: Problem) -> Floats:
    """(S, T) pupils a site may have in the year before it stops; infinite where no rule binds.

    In t0 the base year decides, which `stop_years` does. A school that moves is exempt.
    """
    sites, years = len(problem.sites), problem.horizon.years
    limit = problem.policy.close_below if problem.policy.on("closing") else None
    limits = np.full((sites, years), np.inf if limit is None else float(limit))
    limits[:, 0] = np.inf
    limits[problem.options.relocates[problem.options.relocates >= 0]] = np.inf
    return limits


def debt_price(problem: Problem) -> Floats:
    """(T,) discounted price of a missing function room; 0 where the family is off."""
    price = problem.prices.room_debt_year if problem.policy.on("function_rooms") else 0.0
    result: Floats = price * problem.horizon.discount
    return result
