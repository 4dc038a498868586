"""A published location instance as a problem of the product, like any county (C22).

One level of one grade, one year: the customers' demand is a yearly enrolment. Places are candidate
sites with `seats`; opening one is an option whose capital is the opening cost, of which nothing is
left at the end of the horizon. The way from a customer to a place takes as many minutes as serving
a unit costs. Class sizes, function rooms, closing rules, disruption and budgets are off or cost
nothing, so the objective is the published one, in the coin of `yuan_per_unit`.
"""

from __future__ import annotations

import numpy as np

from benchmarks.instances import Instance
from optimizer.domain import (
    Action,
    Demand,
    DemandZones,
    Enrolled,
    Horizon,
    Level,
    MergeArcs,
    Options,
    Policy,
    Prices,
    Problem,
    Sites,
    Standards,
    Travel,
)

YEAR = 2021
MOST_YUAN = 1e7
OFF = frozenset({"class_size", "function_rooms", "closing", "budget", "staffing"})


def yuan_per_unit(instance: Instance) -> float:
    """Yuan that stand for a published unit of cost, a power of ten.

    Methods compare plans to the yuan, since a county's costs are many millions: small published
    numbers are counted in larger coins.
    """
    likely = float(instance.cost.mean(axis=1).sum() + instance.opening.mean())
    return float(10.0 ** max(0.0, np.floor(np.log10(MOST_YUAN / max(likely, 1e-9)))))


def as_problem(instance: Instance) -> Problem:
    """State an instance in the words of the domain."""
    zones = len(instance.demand)
    whole = frozenset() if instance.whole else frozenset({"catchments"})
    yuan = yuan_per_unit(instance)
    return Problem(
        horizon=Horizon(first_year=YEAR, years=1, discount_rate=0.0),
        levels=(Level("primary", first_grade=1, grades=1, cap=1.0, hard=1.0),),
        towns=("",),
        zones=_zones(zones),
        sites=_sites(instance),
        options=_openings(instance.opening * yuan),
        demand=Demand(instance.demand.reshape(zones, 1, 1), (np.ones((zones, 1, 1)),)),
        enrolled=nobody_enrolled(),
        travel=_travel(instance),
        merge_arcs=MergeArcs(*(np.zeros(0, dtype=int) for _ in range(3))),
        standards=Standards(),
        policy=Policy(
            name=instance.kind,
            actions=frozenset({Action.OPEN}),
            whole_zones=instance.whole,
            schools_open=instance.schools_open,
            families_off=OFF | whole,
        ),
        prices=Prices(class_year=0.0, yuan_per_minute=yuan, school_days=0.5, life_years=1.0),
        budget=np.full(1, np.inf),
    )


def _zones(count: int) -> DemandZones:
    ids = tuple(f"z{zone + 1}" for zone in range(count))
    return DemandZones(ids, ids, np.zeros(count, dtype=int), np.zeros(count, dtype=bool))


def _sites(instance: Instance) -> Sites:
    count = len(instance.capacity)
    ids = tuple(f"s{site + 1}" for site in range(count))
    limited = np.isfinite(instance.capacity)
    return Sites(
        ids=ids,
        names=ids,
        town=np.zeros(count, dtype=int),
        urban=np.zeros(count, dtype=bool),
        place=("village",) * count,
        runs=np.zeros((count, 1), dtype=bool),
        rooms=np.zeros(count, dtype=int),
        function_rooms=np.zeros((count, 0), dtype=int),
        seats=np.where(limited, instance.capacity, np.nan),
        annual_cost=np.zeros(count),
        point_grades=np.zeros(count, dtype=int),
        parent=np.full(count, -1),
        unsafe=np.zeros(count, dtype=bool),
        protected=np.zeros(count, dtype=bool),
        objection=np.zeros(count),
        teaching_area=np.zeros(count),
    )


def _openings(cost: np.ndarray) -> Options:
    """One option per site: open it in the only year there is."""
    count = len(cost)
    nothing = np.zeros(count, dtype=int)
    return Options(
        ids=tuple(f"open{site + 1}" for site in range(count)),
        site=np.arange(count),
        action=(Action.OPEN,) * count,
        levels_after=np.ones((count, 1), dtype=bool),
        rooms=nothing,
        rooms_out=nothing,
        function_rooms=np.zeros((count, 0), dtype=int),
        area_m2=np.zeros(count),
        land_m2=np.zeros(count),
        capital_cost=cost,
        lead=nothing,
        earliest=np.full(count, YEAR),
        latest=np.full(count, YEAR),
        committed=nothing,
        relocates=np.full(count, -1),
        spend=np.ones((count, 1)),
    )


def _travel(instance: Instance) -> Travel:
    """Every customer may use every place; a unit's cost is its minutes."""
    zones, sites = instance.cost.shape
    units = np.maximum(instance.demand, 1e-12)[:, None]
    minutes = (instance.cost / units).ravel()
    count = zones * sites
    return Travel(
        zone=np.repeat(np.arange(zones), sites),
        site=np.tile(np.arange(sites), zones),
        level=np.zeros(count, dtype=int),
        mode=np.zeros(count, dtype=int),
        minutes=minutes,
        metres=np.zeros(count),
        beyond=np.zeros(count),
        usable_from=np.ones(count, dtype=int),
        intake=np.ones(count, dtype=bool),
    )


def nobody_enrolled() -> Enrolled:
    """No cohorts at school when the horizon begins."""
    none = np.zeros(0, dtype=int)
    return Enrolled(none, none, none, none, np.zeros(0), none, none, none, none)
