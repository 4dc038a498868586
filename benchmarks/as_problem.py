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
from benchmarks.one_level import (
    OFF,
    YEAR,
    one_level_problem,
    plain_options,
    plain_sites,
    plain_travel,
    plain_zones,
)
from optimizer.domain import Action, Adjacency, Policy, Prices, Problem, Travel

MOST_YUAN = 1e7


def yuan_per_unit(instance: Instance) -> float:
    """Yuan that stand for a published unit of cost, a power of ten.

    Methods compare plans to the yuan, since a county's costs are many millions: small published
    numbers are counted in larger coins.
    """
    likely = float(instance.cost.mean(axis=1).sum() + instance.opening.mean())
    return float(10.0 ** max(0.0, np.floor(np.log10(MOST_YUAN / max(likely, 1e-9)))))


def as_problem(instance: Instance) -> Problem:
    """State an instance in the words of the domain."""
    yuan = yuan_per_unit(instance)
    split = frozenset() if instance.whole else frozenset({"catchments"})
    zones, places = instance.cost.shape
    at, nothing = np.arange(places), np.zeros(places, dtype=int)
    limited = np.isfinite(instance.capacity)
    areas = None
    if instance.touching is not None and instance.own is not None:
        areas = Adjacency(instance.touching[:, 0], instance.touching[:, 1], instance.own)
    return one_level_problem(
        instance.demand[:, None],
        plain_zones(tuple(f"z{zone + 1}" for zone in range(zones))),
        plain_sites(
            tuple(f"s{place + 1}" for place in at),
            seats=np.where(limited, instance.capacity, np.nan),
        ),
        plain_options(
            tuple(f"open{place + 1}" for place in at),
            at,
            np.ones(places, dtype=bool),
            rooms=nothing,
            capital_cost=instance.opening * yuan,
            earliest=nothing + YEAR,
            latest=nothing + YEAR,
        ),
        _travel(instance),
        Policy(
            name=instance.kind,
            actions=frozenset({Action.OPEN}),
            whole_zones=instance.whole,
            schools_open=instance.schools_open,
            contiguous=areas is not None,
            families_off=OFF | {"class_size"} | split,
        ),
        Prices(class_year=0.0, yuan_per_minute=yuan, school_days=0.5, life_years=1.0),
        adjacency=areas,
    )


def _travel(instance: Instance) -> Travel:
    """Every customer may use every place; a unit's cost is its minutes."""
    zones, places = instance.cost.shape
    units = np.maximum(instance.demand, 1e-12)[:, None]
    minutes = (instance.cost / units).ravel()
    return plain_travel(
        np.repeat(np.arange(zones), places),
        np.tile(np.arange(places), zones),
        minutes,
        np.zeros(len(minutes)),
    )
