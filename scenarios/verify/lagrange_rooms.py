"""What rooms, missing function rooms and projects that only add rooms are worth to a lifecycle."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from scenarios.verify.facts import Facts
from scenarios.verify.lagrange_lives import Life, Start, service, start_years
from scenarios.verify.lagrange_prices import Multipliers

MANY_CLASSES = 100_000
"""At a site with more rooms, debt is taken for nothing: no such site is meant."""
MANY_SETS = 20_000
"""Sets of further starts looked at for one lifecycle before the bound on the rest is taken."""


@dataclass(frozen=True)
class Further:
    """A start that only adds rooms.

    Attributes
    ----------
    start : the option and the year
    cost : yuan of capital, residual and spend
    space : (1 + K, T) rooms and function rooms by kind that it adds
    hope : the least by which it can change the value of any set that it joins; negative
    """

    start: Start
    cost: float
    space: np.ndarray
    hope: float


class Rooms:
    """Rooms of one site; what a number of rooms is worth in a year is computed once."""

    def __init__(self, facts: Facts, prices: Multipliers, site: int) -> None:
        norms = facts.norms
        self.facts, self.prices, self.site = facts, prices, site
        self.earns = prices.rooms[site] * norms.on("class_size")
        charged = norms.on("function_rooms") and norms.on("class_size")
        self.debt = norms.prices["room_debt_year"] * charged * facts.discount
        self.per_12 = np.array([kind.per_12_classes for kind in norms.room_kinds], dtype=int)
        self.wanting = np.array(
            [[stage.name in kind.levels for stage in norms.stages] for kind in norms.room_kinds]
        ).reshape(len(norms.room_kinds), len(norms.stages))
        base = [facts.sites["rooms"].iloc[site], *facts.kind_rooms[site]]
        self.base = np.repeat(np.array(base, dtype=int)[:, None], norms.years, axis=1)
        mine = (facts.option_site == site) & facts.options["action"].isin(["extend", "retrofit"])
        mine &= facts.options["committed"] == 0
        self.adding = {
            int(option): [(int(option), year) for year in start_years(facts, int(option))]
            for option in mine.to_numpy().nonzero()[0]
        }
        self._starts: dict[Start, tuple[float, np.ndarray]] = {}
        self._years: dict[tuple[int, bytes, bytes], float] = {}

    def start(self, start: Start) -> tuple[float, np.ndarray]:
        """Yuan of a start, and the (1 + K, T) rooms and function rooms that it adds."""
        if start not in self._starts:
            cost = _project(self.facts, self.prices, start)
            self._starts[start] = cost, _gain(self.facts, start)
        return self._starts[start]

    def least(self, life: Life) -> float:
        """Least of the rooms' value and the cost of more of them, over sets of further starts."""
        runs = life.runs(self.facts.norms.years)
        options = self.options(life, np.asarray(runs.any(axis=0)), self.earns)
        return least_of_sets(options, self.space(life), lambda space: self._worth(space, runs))

    def space(self, life: Life) -> np.ndarray:
        """(1 + K, T) rooms and function rooms by kind with the projects of a lifecycle."""
        return np.asarray(self.base + sum(self.start(start)[1] for start in life.starts))

    def options(self, life: Life, opened: np.ndarray, room: np.ndarray) -> list[list[Further]]:
        """Further starts by option, those only that may gain more than they cost.

        A room saves at most a class that was left out, `room` (T,) yuan. A function room does that,
        or saves its own debt, not both: a class that only it makes possible leaves no debt that it
        could save. `opened` (T,) tells the years in which the site runs.
        """
        taken = {option for option, _ in life.starts}
        price = np.vstack([room, *[np.maximum(room, self.debt)] * len(self.per_12)])
        options = []
        for starts in (some for option, some in self.adding.items() if option not in taken):
            some = []
            for start in starts:
                cost, space = self.start(start)
                hope = cost - float((price * np.maximum(space, 0))[:, opened].sum())
                some += [Further(start, cost, space, hope)] if hope < 0.0 else []
            options += [some] if some else []
        return options

    def _worth(self, space: np.ndarray, runs: np.ndarray) -> float:
        """Sum up the years in which the site runs."""
        wanted, total = self.wanting @ runs, 0.0
        for year in np.flatnonzero(runs.any(axis=0)).tolist():
            key = year, wanted[:, year].tobytes(), space[:, year].tobytes()
            if key not in self._years:
                self._years[key] = self._of_year(year, wanted[:, year], space[:, year])
            total += self._years[key]
        return total

    def _of_year(self, year: int, wanted: np.ndarray, space: np.ndarray) -> float:
        """Debt of a whole number of classes (R6), less what they earn, at its least."""
        most = max(0, max(0, int(space[0])) + int(space[1:].sum()))
        if self.earns[year] == 0.0 or most > MANY_CLASSES:
            return float(-self.earns[year] * most)
        return float(self.of_numbers(year, wanted, space, most).min())

    def of_numbers(self, year: int, wanted: np.ndarray, space: np.ndarray, most: int) -> np.ndarray:
        """Debt of 0, 1, 2, ... and `most` classes (R6), less what they earn."""
        rooms, have, number = max(0, int(space[0])), space[1:, None], np.arange(most + 1)
        asked = np.where(number < self.facts.norms.room_free_below, 0, -(-number // 12))
        need = asked * (wanted * self.per_12)[:, None]
        spare = np.maximum(0, have - need).sum(axis=0)
        missing = np.maximum(0, need - have).sum(axis=0)
        debt = missing + np.maximum(0, np.maximum(0, number - rooms) - spare)
        return np.asarray(self.debt[year] * debt - self.earns[year] * number)


def least_of_sets(
    options: list[list[Further]], space: np.ndarray, worth: Callable[[np.ndarray], float]
) -> float:
    """Least over sets of further starts, one of each option, of their cost and what space costs.

    Best first, because an addition never gains more than its hope, whatever it joins.
    """
    rest = [
        sum(min(one.hope for one in some) for some in options[first:])
        for first in range(len(options) + 1)
    ]
    best, count = np.inf, 0
    queue = [(-np.inf, count, 0.0, space, 0)]
    while queue and queue[0][0] < best and count < MANY_SETS:
        _, _, cost, space, first = heapq.heappop(queue)
        value = cost + worth(space)
        best = min(best, value)
        for number in range(first, len(options)):
            for one in options[number]:
                count += 1
                hope = value + one.hope + rest[number + 1]
                wider = (hope, count, cost + one.cost, space + one.space, number + 1)
                heapq.heappush(queue, wider)
    return min(best, queue[0][0]) if queue else best


def _project(facts: Facts, prices: Multipliers, start: Start) -> float:
    """Capital, residual and spend at its price; committed projects are not charged."""
    norms, (option, year) = facts.norms, start
    row, price = facts.options.iloc[option], prices.budget
    if row["committed"]:
        return 0.0
    price = np.cumsum(price[::-1])[::-1] if norms.carry_over else price
    value = 0.0
    for offset, share in enumerate(facts.spend[option]):
        spent, when = share * row["capital_cost"], year + offset
        value += spent * (1.0 + norms.rate) ** -when
        value += spent * price[when] if when < norms.years else 0.0
    served = norms.years - service(facts, start)
    left = max(0.0, 1.0 - served / norms.prices["life_years"])
    return float(value - row["capital_cost"] * left * (1.0 + norms.rate) ** -norms.years)


def _gain(facts: Facts, start: Start) -> np.ndarray:
    """(1 + K, T) rooms and function rooms of a start; those served before the horizon are there."""
    year, served = np.arange(facts.norms.years), service(facts, start)
    if served < 0:
        return np.zeros((1 + len(facts.norms.room_kinds), len(year)), dtype=int)
    row, serves = facts.options.iloc[start[0]], year >= served
    works = (year >= start[1]) & ~serves
    rooms = int(row["rooms"]) * serves - int(row["rooms_out"]) * works
    kinds = facts.option_kind_rooms[start[0]].astype(int)[:, None] * serves
    return np.vstack([rooms, kinds])
