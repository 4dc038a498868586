"""The whole problem, validated once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.demand import Demand, Enrolled
from optimizer.domain.frozen import Frozen
from optimizer.domain.horizon import Horizon, Level
from optimizer.domain.options import Options
from optimizer.domain.places import Adjacency, DemandZones, Sites
from optimizer.domain.rules import Policy, Prices, Standards
from optimizer.domain.staff import Staffing, staffing_faults
from optimizer.domain.tables import MergeArcs, Travel


class ProblemError(ValueError):
    """The parts of a problem contradict each other; `faults` lists every one."""

    def __init__(self, faults: list[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(faults))


@dataclass(frozen=True, eq=False)
class Problem(Frozen):
    """Everything a method needs and a judge judges by.

    Attributes
    ----------
    towns
        Names; zones and sites index them.
    budget
        (T,) undiscounted yuan for building in each planned year; infinity: no limit (C4).
    staffing
        None where teachers are not planned.
    adjacency
        None where no policy asks what touches.
    """

    horizon: Horizon
    levels: tuple[Level, ...]
    towns: tuple[str, ...]
    zones: DemandZones
    sites: Sites
    options: Options
    demand: Demand
    enrolled: Enrolled
    travel: Travel
    merge_arcs: MergeArcs
    standards: Standards
    policy: Policy
    prices: Prices
    budget: np.ndarray
    staffing: Staffing | None = None
    adjacency: Adjacency | None = None

    def __post_init__(self) -> None:
        """Freeze, then check that all parts fit together.

        Raises
        ------
        ProblemError
            With every fault found.
        """
        super().__post_init__()
        faults = [*_shape_faults(self), *_index_faults(self), *_value_faults(self)]
        faults += _adjacency_faults(self)
        if self.staffing is not None and not faults:
            runs, levels = self.sites.runs, self.levels
            faults += staffing_faults(self.staffing, runs, levels, self.horizon)
        if faults:
            raise ProblemError(faults)

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of zones, sites, levels and years."""
        return len(self.zones), len(self.sites), len(self.levels), self.horizon.years

    def level_index(self, name: str) -> int:
        """Index of a level by name."""
        return [level.name for level in self.levels].index(name)


def _shape_faults(problem: Problem) -> list[str]:
    zones, sites, levels, years = problem.shape
    kinds, options = len(problem.standards.function_rooms), len(problem.options)
    wanted = {
        "zones.town": (problem.zones.town, (zones,)),
        "zones.urban": (problem.zones.urban, (zones,)),
        "sites.runs": (problem.sites.runs, (sites, levels)),
        "sites.rooms": (problem.sites.rooms, (sites,)),
        "sites.function_rooms": (problem.sites.function_rooms, (sites, kinds)),
        "sites.annual_cost": (problem.sites.annual_cost, (sites,)),
        "sites.parent": (problem.sites.parent, (sites,)),
        "options.levels_after": (problem.options.levels_after, (options, levels)),
        "options.function_rooms": (problem.options.function_rooms, (options, kinds)),
        "demand.entrants": (problem.demand.entrants, (zones, levels, years)),
        "budget": (problem.budget, (years,)),
    }
    for index, level in enumerate(problem.levels):
        shape = (zones, level.cohorts(years), level.grades)
        wanted[f"demand.progression[{index}]"] = (problem.demand.progression[index], shape)
    return [
        f"{name} has shape {array.shape}, not {shape}"
        for name, (array, shape) in wanted.items()
        if array.shape != shape
    ]


def _index_faults(problem: Problem) -> list[str]:
    zones, sites, levels, _ = problem.shape
    ranges = {
        "travel.zone": (problem.travel.zone, zones),
        "travel.site": (problem.travel.site, sites),
        "travel.level": (problem.travel.level, levels),
        "enrolled.zone": (problem.enrolled.zone, zones),
        "enrolled.site": (problem.enrolled.site, sites),
        "enrolled.level": (problem.enrolled.level, levels),
        "options.site": (problem.options.site, sites),
        "merge_arcs.from_site": (problem.merge_arcs.from_site, sites),
        "merge_arcs.to_site": (problem.merge_arcs.to_site, sites),
    }
    faults = [
        f"{name} points outside 0 to {size - 1}"
        for name, (array, size) in ranges.items()
        if len(array) and (array.min() < 0 or array.max() >= size)
    ]
    for what, ids in (
        ("zone", problem.zones.ids),
        ("site", problem.sites.ids),
        ("option", problem.options.ids),
    ):
        if len(set(ids)) != len(ids):
            faults.append(f"a {what} id stands twice")
    keys = np.stack([problem.travel.level, problem.travel.zone, problem.travel.site])
    order = np.lexsort(keys[::-1])
    if np.any(order != np.arange(len(order))):
        faults.append("travel is not sorted by level, zone, site")
    elif np.any((np.diff(keys, axis=1) == 0).all(axis=0)):
        faults.append("travel holds a pair twice")
    return faults


def _adjacency_faults(problem: Problem) -> list[str]:
    adjacency, policy = problem.adjacency, problem.policy
    if policy.stability is not None and not 0.0 <= policy.stability <= 1.0:
        return [f"stability {policy.stability} is not a share"]
    if adjacency is None:
        return ["areas hang together, but nothing says which zones touch"] * policy.contiguous
    zones, sites, _, _ = problem.shape
    a, b, own = adjacency.zone_a, adjacency.zone_b, adjacency.own
    if own.shape != (sites,) or (sites and (own.min() < -1 or own.max() >= zones)):
        return [f"adjacency.own does not name a zone or -1 for each of {sites} sites"]
    if len(a) != len(b) or (len(a) and (a.min() < 0 or b.max() >= zones)):
        return [f"adjacency points outside zones 0 to {zones - 1}"]
    key = a.astype(np.int64) * zones + b
    if np.any(a >= b) or np.any(np.diff(key) <= 0):
        return ["adjacency is not sorted, or holds a pair twice or a zone with itself"]
    return []


def _value_faults(problem: Problem) -> list[str]:
    faults = []
    finite = {
        "demand.entrants": problem.demand.entrants,
        "enrolled.pupils": problem.enrolled.pupils,
        "travel.minutes": problem.travel.minutes,
        "travel.metres": problem.travel.metres,
        "travel.beyond": problem.travel.beyond,
        "options.capital_cost": problem.options.capital_cost,
        **{f"demand.progression[{i}]": a for i, a in enumerate(problem.demand.progression)},
    }
    for name, array in finite.items():
        if array.size and not (np.isfinite(array).all() and array.min() >= 0):
            faults.append(f"{name} holds a negative or non-finite number")
    spend = problem.options.spend
    if len(spend) and np.abs(spend.sum(axis=1) - 1).max() > 1e-9:
        faults.append("options.spend has a row that does not sum to 1")
    late = np.arange(spend.shape[1]) >= np.maximum(problem.options.lead, 1)[:, None]
    if len(spend) and np.any(spend[late] > 0):
        faults.append("options.spend goes on after the lead is over")
    if np.isnan(problem.budget).any() or (problem.budget < 0).any():
        faults.append("budget holds a negative number")
    for level in problem.levels:
        if not 0 < level.cap <= level.hard:
            faults.append(f"{level.name}: cap {level.cap} is not between 0 and hard {level.hard}")
    points = problem.sites.point_grades > 0
    if np.any(points & (problem.sites.parent < 0)):
        faults.append("a teaching point names no parent")
    return faults
