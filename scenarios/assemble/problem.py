"""One scenario as a problem: demand from the projection, levers from the policy."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from geodata.findings import FindingError
from optimizer.domain import (
    Action,
    FunctionRoom,
    Horizon,
    MergeArcs,
    Policy,
    Prices,
    Problem,
    ProblemError,
    Standards,
)
from scenarios.assemble.layers import Layers
from scenarios.assemble.measure import may_run
from scenarios.assemble.mergers import merge_arcs_of
from scenarios.assemble.places import Places, places_of_study
from scenarios.assemble.population import levels_of
from scenarios.assemble.prepare import Prepared
from scenarios.assemble.pupils import enrolled_of, travel_of
from scenarios.assemble.staffing import staffing_of
from scenarios.assemble.start_from import with_decisions
from scenarios.config import LoadedStudy, Scenario
from scenarios.config.findings import Finding, error
from scenarios.config.models import PolicyConfig
from scenarios.projections.demand import demand_of, yearly_demand_of


class Assembled(NamedTuple):
    """A scenario's problem, and where its coordinates lie: (Z, 2) and (S, 2) metres."""

    problem: Problem
    zone_xy: np.ndarray
    site_xy: np.ndarray


def assemble(prepared: Prepared, scenario: Scenario) -> Assembled:
    """Put a scenario together.

    Raises
    ------
    FindingError
        If the parts contradict each other, for example a budget below what is committed (C21).
    """
    loaded, layers = prepared.loaded, prepared.layers
    config = loaded.policy(scenario.policy)
    yearly = config.enrolment == "yearly"
    levels = levels_of(loaded, yearly=yearly)
    names = tuple(level.name for level in levels)
    places = places_of_study(layers, names, tuple(loaded.profile.norms.function_rooms))
    demand = yearly_demand_of if yearly else demand_of
    horizon = _horizon(loaded)
    try:
        problem = Problem(
            horizon=horizon,
            levels=levels,
            towns=places.towns,
            zones=places.zones,
            sites=places.sites,
            options=places.options,
            demand=demand(prepared.pupils[scenario.projection], prepared.population),
            enrolled=enrolled_of(layers, places, levels, yearly=yearly),
            travel=travel_of(prepared.pairs[scenario.policy], places, levels),
            merge_arcs=MergeArcs(*(np.zeros(0, dtype=int) for _ in range(3))),
            standards=_standards(loaded),
            policy=_policy(scenario.policy, config),
            prices=Prices(**loaded.profile.norms.prices.model_dump()),
            budget=np.array([loaded.study.budget_of(year) for year in horizon.labels]),
            staffing=staffing_of(loaded, layers, places.sites, levels),
            adjacency=prepared.adjacency if config.contiguous else None,
        )
    except ProblemError as fault:
        faults = [_contradiction(loaded, scenario, text) for text in fault.faults]
        raise FindingError(faults) from fault
    running = [may_run(layers, config, name) for name in names]
    allowed = np.array([[site in run for run in running] for site in places.sites.ids])
    problem = replace(problem, merge_arcs=merge_arcs_of(problem, allowed))
    stands = loaded.study.start_from
    if stands is not None and not scenario.is_today:
        problem = with_decisions(problem, Path(stands.run), stands.year)
    _refuse_committed_above_budget(loaded, problem)
    return Assembled(problem, *_coordinates(layers, places))


def _horizon(loaded: LoadedStudy) -> Horizon:
    study = loaded.study
    return Horizon(study.first_year, study.years, study.discount_rate, study.price_year)


def _standards(loaded: LoadedStudy) -> Standards:
    norms = loaded.profile.norms
    return Standards(
        function_rooms=tuple(
            FunctionRoom(kind, frozenset(room.levels), room.per_12_classes)
            for kind, room in norms.function_rooms.items()
        ),
        point_cap=norms.point_cap,
        function_room_free_below=norms.function_room_free_below,
    )


def _policy(name: str, config: PolicyConfig) -> Policy:
    return Policy(
        name=name,
        actions=frozenset(Action(action) for action in config.actions),
        whole_zones=config.whole_zones,
        notice_years=config.notice_years,
        closings_per_year=config.closings_per_year,
        close_below=config.close_below,
        keep_last_lower_secondary=config.keep_last_lower_secondary,
        unsafe_deadline=config.unsafe_deadline,
        allowed_places={str(n): frozenset(map(str, p)) for n, p in config.allowed_places.items()},
        carry_over=config.carry_over,
        schools_open=config.schools_open,
        contiguous=config.contiguous,
        stability=config.stability,
        families_off=frozenset(map(str, config.families_off)),
    )


def _refuse_committed_above_budget(loaded: LoadedStudy, problem: Problem) -> None:
    """Refuse a budget that committed projects alone exceed (C21): arithmetic, no solver."""
    horizon, options, policy = problem.horizon, problem.options, problem.policy
    spent = np.zeros(horizon.years)
    for row in np.flatnonzero(options.committed):
        for offset, share in enumerate(options.spend[row]):
            year = int(options.committed[row]) + offset - horizon.first_year
            if 0 <= year < horizon.years:
                spent[year] += share * options.capital_cost[row]
    over = spent - problem.budget
    if policy.carry_over:
        over = np.cumsum(spent) - np.cumsum(problem.budget)
    if not policy.on("budget") or not np.any(over > 0.01):
        return
    year = int(np.argmax(over > 0.01))
    why = (
        f"Committed projects need {over[year]:,.0f} yuan more than the budget up to "
        f"{horizon.first_year + year}.",
        f"到 {horizon.first_year + year} 年，已定项目比预算多 {over[year]:,.0f} 元。",
    )
    mend = ("Raise the budget, or spread the projects.", "请提高预算，或分散项目。")
    line = loaded.lines.get(("budget",), 0)
    raise FindingError([error("C21", loaded.name, why, mend, row=line, column="budget")])


def _contradiction(loaded: LoadedStudy, scenario: Scenario, text: str) -> Finding:
    why = (
        f"The parts of scenario {scenario.name} contradict each other: {text}.",
        f"情景 {scenario.name} 的各部分相互矛盾：{text}。",
    )
    return error("C23", loaded.name, why, ("Correct the inputs named.", "请改正所指的输入。"))


def _coordinates(layers: Layers, places: Places) -> tuple[np.ndarray, np.ndarray]:
    """Return metres of zones and sites in the problem's order."""
    zones = layers.places().set_index("zone_id").geometry.representative_point()
    sites = layers.sites().set_index("site_id").geometry
    by_zone, by_site = zones.loc[list(places.zones.ids)], sites.loc[list(places.sites.ids)]
    return (
        np.column_stack([by_zone.x, by_zone.y]),
        np.column_stack([by_site.x, by_site.y]),
    )
