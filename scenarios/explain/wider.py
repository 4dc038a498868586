"""What the rules of a policy keep out of a problem's tables, for mends that let go of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import Action, Problem, Travel
from optimizer.explain import Wider
from optimizer.explain.rule import columns_of
from scenarios.assemble import assemble, prepare
from scenarios.assemble.mergers import merge_arcs_of
from scenarios.config import LoadedStudy, Scenario

FARTHER = 2.0
"""How many times the travel limit is looked at, for mends that let pupils go farther."""


def wider_tables(loaded: LoadedStudy, scenario: Scenario, problem: Problem) -> Wider:
    """Put the scenario together under a policy that allows all, with twice the travel limit."""
    opened = prepare(_opened(loaded, scenario))
    whole = assemble(opened, scenario).problem
    excess = np.maximum(0.0, whole.travel.minutes - _limits(loaded, whole.travel, problem))
    travel = replace(whole.travel, beyond=np.where(whole.travel.intake, excess, 0.0))
    near = {name: array[excess == 0] for name, array in columns_of(travel).items()}
    free = replace(
        whole,
        travel=Travel(**near),
        sites=replace(
            whole.sites,
            protected=np.zeros_like(whole.sites.protected),
            objection=np.zeros_like(whole.sites.objection),
        ),
    )
    return Wider(travel, merge_arcs_of(free, np.ones_like(whole.sites.runs)))


def _opened(loaded: LoadedStudy, scenario: Scenario) -> LoadedStudy:
    norms = loaded.profile.norms
    limits = {name: FARTHER * minutes for name, minutes in norms.travel.limit_minutes.items()}
    travel = norms.travel.model_copy(update={"limit_minutes": limits})
    every: dict[str, Any] = {
        "actions": [one.value for one in Action],
        "allowed_places": {},
        "close_below": None,
    }
    config = loaded.policy(scenario.policy).model_copy(update=every)
    study = loaded.study.model_copy(
        update={"policies": {scenario.policy: config}, "scenarios": [scenario.name]}
    )
    profile = loaded.profile._replace(norms=norms.model_copy(update={"travel": travel}))
    return replace(loaded, study=study, profile=profile)


def _limits(loaded: LoadedStudy, travel: Travel, problem: Problem) -> np.ndarray:
    """(P,) minutes that the strictest grade of a pair's level allows."""
    norms = loaded.profile.norms.travel
    of_level = [
        min(norms.limit_of(one.first_grade + grade) for grade in range(one.grades))
        for one in problem.levels
    ]
    minutes: np.ndarray = np.asarray(of_level)[travel.level]
    return minutes
