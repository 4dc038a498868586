"""What cohorts cost at one level of one site, under given prices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.verify.facts import Facts
from scenarios.verify.lagrange_prices import Multipliers
from scenarios.verify.lagrange_program import Program, pooled, solved
from scenarios.verify.lagrange_receivers import Receivers
from scenarios.verify.lagrange_travel import Journeys, after_parent, after_stop, joinable
from scenarios.verify.presence import FEW


@dataclass(frozen=True)
class Scene:
    """Everything that all sites have in common.

    Attributes
    ----------
    joins : (S, L) whether pupils of another school may join
    class_price : (S, T) discounted price of a class, with its room
    most : (S,) classes that a site can hold with every option
    receivers : prices of stops and of those who may take their pupils
    """

    facts: Facts
    prices: Multipliers
    journeys: Journeys
    joins: np.ndarray
    class_price: np.ndarray
    most: np.ndarray
    receivers: Receivers


def make_scene(facts: Facts, prices: Multipliers, journeys: Journeys) -> Scene:
    """Derive what all sites have in common."""
    price = facts.norms.prices["class_year"] * facts.discount + prices.rooms
    most = facts.sites["rooms"].to_numpy(dtype=float) + facts.kind_rooms.sum(axis=1)
    gained = facts.options["rooms"].to_numpy(dtype=float) + facts.option_kind_rooms.sum(axis=1)
    np.add.at(most, facts.option_site, np.maximum(gained, 0.0))
    receivers = Receivers(facts, prices.receiver)
    return Scene(facts, prices, journeys, joinable(journeys), price, most, receivers)


class Block:
    """One level at one site: costs of its cohorts by entry year and stop, computed once each."""

    def __init__(self, scene: Scene, site: int, level: int) -> None:
        self.scene, self.site, self.level = scene, site, level
        facts = scene.facts
        self.grades = facts.norms.stages[level].grades
        point = int(facts.sites["point_grades"].iloc[site])
        self.is_point = point > 0
        self.served = min(point, self.grades) if self.is_point else self.grades
        self._low: dict[tuple[int, int], float] = {}
        self._exact: dict[tuple[int, int], float] = {}
        self._inherited: dict[int, float] = {}
        self._programs: dict[tuple[int, int], Program] = {}

    def entering(self, cohort: int, stop: int, *, exact: bool) -> float:
        """Least cost of the cohort that enters in a year when the level stops in another.

        Not exact: a lower bound from classes that need not be whole.
        """
        key = cohort, self._felt(cohort, stop)
        known = self._exact if exact else self._low
        if key not in known:
            known[key] = (solved if exact else pooled)(self.program(cohort, stop))
        return known[key]

    def program(self, cohort: int, stop: int) -> Program:
        """State the problem of the cohort that enters in a year when the level stops in another."""
        key = cohort, self._felt(cohort, stop)
        if key not in self._programs:
            self._programs[key] = self._program(*key)
        return self._programs[key]

    def inherited(self, stop: int) -> float:
        """Least cost of the cohorts already at school here when the level stops in a year."""
        if stop not in self._inherited:
            self._inherited[stop] = self._inherited_cost(stop)
        return self._inherited[stop]

    def _felt(self, cohort: int, stop: int) -> int:
        """Return the stop, or the end of the horizon where the cohort does not feel it."""
        years = self.scene.facts.norms.years
        last = cohort + (self.grades if self.is_point else self.served)
        return stop if stop <= last else years

    def _program(self, cohort: int, stop: int) -> Program:
        scene, facts = self.scene, self.scene.facts
        site, level, years = self.site, self.level, facts.norms.years
        entrants = facts.entrants[:, level, cohort]
        zones = (scene.journeys.intake[level, :, site] & (entrants > FEW)).nonzero()[0]
        end = min(cohort + self.grades, years)
        factor = facts.factor[level, zones, cohort + facts.norms.memory, : end - cohort]
        pupils = np.zeros((len(zones), years))
        pupils[:, cohort:end] = entrants[zones, None] * factor
        cost = (
            self._path_cost(zones, pupils, cohort, stop) - scene.prices.zone[zones, level, cohort]
        )
        worth = cost < 0.0
        there = slice(cohort, min(cohort + self.served, stop, end))
        return Program(
            cost=cost[worth],
            pupils=pupils[worth, there],
            class_price=scene.class_price[site, there],
            over_price=facts.norms.prices["over_cap_pupil_year"] * facts.discount[there],
            cap=float(facts.caps[site, level]),
            hard=facts.norms.stages[level].hard,
            most=float(scene.most[site]),
            kept=not scene.joins[site, level],
            seats=None if facts.norms.on("class_size") else float(facts.sites["seats"].iloc[site]),
        )

    def _path_cost(
        self, zones: np.ndarray, pupils: np.ndarray, entry: int, stop: int
    ) -> np.ndarray:
        """(n,) travel in all years, moves, and pupils in the year before the stop.

        Rows of `pupils` are cohorts that entered in `entry` (negative: before the horizon); cost is
        infinite where a stop leaves pupils without a school.
        """
        facts, journeys = self.scene.facts, self.scene.journeys
        years, d, year = facts.norms.years, facts.discount, np.arange(facts.norms.years)
        unit = np.repeat(journeys.unit[self.level, zones, self.site][:, None], years, axis=1)
        if self.is_point:
            parent = journeys.unit[self.level, zones, facts.parent[self.site]][:, None]
            known = np.where(np.isfinite(parent), parent, 0.0)
            unit = np.where(year >= entry + self.served, known, unit)
        if stop >= years:
            return np.asarray((unit * pupils) @ d)
        cut = entry + self.served > stop
        if cut:
            later = after_stop(journeys, self.site, self.level, stop, zones)
            moved = facts.norms.prices["pupil_moved"] * d[stop] * pupils[:, stop]
        else:
            later, moved = unit, np.zeros(len(zones))
            if self.is_point:
                later = after_parent(journeys, self.site, self.level, stop, entry, zones)
                later = np.where(np.isfinite(later), later, 0.0)
        unit = np.where(year >= stop, later, unit)
        yearly = np.where(pupils > 0.0, unit, 0.0) * pupils
        small = 0.0
        if stop > 0 and stop - 1 < entry + self.served:
            small = self.scene.prices.small[self.site, stop] * pupils[:, stop - 1]
        return np.asarray(yearly @ d + moved + small)

    def _inherited_cost(self, stop: int) -> float:
        """Travel, moves and classes of the cohorts of the base year; infinite: stranded pupils."""
        facts, memory = self.scene.facts, self.scene.facts.norms.memory
        rows = facts.enrolled
        mine = rows[(rows["site"] == self.site) & (rows["level"] == self.level)]
        total = 0.0
        for entry in sorted(set(mine["entry"].to_numpy().tolist())):
            group = mine[mine["entry"] == entry]
            end = min(entry + self.grades - memory, facts.norms.years)
            if end <= 0:
                continue
            zones = group["zone"].to_numpy()
            grade = np.arange(end) + memory - entry
            factor = facts.factor[self.level, zones[:, None], entry, grade[None, :]]
            pupils = np.zeros((len(zones), facts.norms.years))
            pupils[:, :end] = group["pupils"].to_numpy()[:, None] * factor
            cost = self._path_cost(zones, pupils, entry - memory, stop)
            total += float(cost[np.isfinite(cost) | (pupils.max(axis=1) > FEW)].sum())
            last = min(end, stop, entry - memory + self.served)
            total += self._inherited_classes(entry, pupils.sum(axis=0)[: max(last, 0)])
        return total

    def _inherited_classes(self, entry: int, pupils: np.ndarray) -> float:
        """Cheapest whole numbers of classes in the years until the stop."""
        facts, site, level = self.scene.facts, self.site, self.level
        if not facts.norms.on("class_size"):
            return 0.0
        base = facts.base_classes[level, site, entry]
        average = facts.base_pupils[level, site, entry] / base if base > 0 else 0.0
        limit, cap = max(facts.norms.stages[level].hard, average), facts.caps[site, level]
        over = facts.norms.prices["over_cap_pupil_year"] * facts.discount
        total = 0.0
        for year in (pupils > FEW).nonzero()[0]:
            least = np.ceil(pupils[year] / limit - 1e-9)
            least = max(1.0, least, 0.0 if self.scene.joins[site, level] else base)
            numbers = np.arange(least, max(least, np.ceil(pupils[year] / cap)) + 1)
            price = self.scene.class_price[site, year]
            above = np.maximum(0.0, pupils[year] - cap * numbers)
            total += float((price * numbers + over[year] * above).min())
        return total
