"""What the scenarios of a study share: layers and travel read once, each projection made once."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
import pandas as pd

from geodata.findings import Finding, refuse
from optimizer.domain import Adjacency
from scenarios.assemble.land import adjacency_of
from scenarios.assemble.layers import Layers, read_layers, ready
from scenarios.assemble.measure import Travelled, measure, pairs_of
from scenarios.assemble.population import levels_of, population_of
from scenarios.config import LoadedStudy
from scenarios.config.findings import Words, error
from scenarios.config.words import line_of
from scenarios.projections import project
from scenarios.projections.population import MissingBirthsError, Population
from scenarios.projections.urbanisation import NothingUrbanError, UrbanShareFallsError


@dataclass(frozen=True)
class Prepared:
    """A study ready to be put together.

    Attributes
    ----------
    pupils
        Projection name to (Z, G + T, T + 1) pupils by zone, school cohort and year.
    adjacency
        Which zones touch and where sites stand; None where no policy asks.
    pairs
        Policy name to its travel pairs: they do not depend on the projection.
    seconds
        Spent in each phase: read, measure, project.
    """

    loaded: LoadedStudy
    layers: Layers
    travel: Travelled
    population: Population
    pupils: dict[str, np.ndarray]
    pairs: dict[str, pd.DataFrame]
    adjacency: Adjacency | None
    land_findings: tuple[Finding, ...]
    seconds: dict[str, float]

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Repairs and warnings of reading and measuring."""
        return self.layers.findings + self.travel.findings + self.land_findings


def prepare(loaded: LoadedStudy) -> Prepared:
    """Read, measure and project.

    Raises
    ------
    FindingError
        With every fault of the files and between them; where there is none, of travel and the
        projections.
    """
    began = time.perf_counter()
    layers = read_layers(loaded)
    return _prepared(loaded, layers, time.perf_counter() - began)


def prepare_from(loaded: LoadedStudy, layers: Layers) -> Prepared:
    """Measure and project layers that `open_layers` found sound; see `prepare`."""
    return _prepared(loaded, ready(layers), 0.0)


def _prepared(loaded: LoadedStudy, layers: Layers, reading: float) -> Prepared:
    began = time.perf_counter()
    population = population_of(loaded, layers)
    pupils, faults = projections_of(loaded, population)
    projected = time.perf_counter()
    travel = measure(loaded, layers)
    adjacency, land = adjacency_of(loaded, layers)
    refuse([*layers.findings, *travel.findings, *land, *faults])
    pairs = {name: _pairs(loaded, layers, travel, name) for name in loaded.policy_names}
    seconds = {
        "read": reading,
        "measure": time.perf_counter() - projected,
        "project": projected - began,
    }
    return Prepared(
        loaded, layers, travel, population, pupils, pairs, adjacency, tuple(land), seconds
    )


def _pairs(loaded: LoadedStudy, layers: Layers, travel: Travelled, name: str) -> pd.DataFrame:
    policy = loaded.policy(name)
    levels = levels_of(loaded, yearly=policy.enrolment == "yearly")
    return pairs_of(loaded, layers, travel.table, levels, policy)


def projections_of(
    loaded: LoadedStudy, population: Population
) -> tuple[dict[str, np.ndarray], list[Finding]]:
    """Project the pupils by each projection that can be: C29, C17 and C23 say why one cannot."""
    pupils, faults = {}, []
    for name, config in loaded.study.projections.items():
        try:
            pupils[name] = project(population, config)
        except MissingBirthsError as problem:
            years = ", ".join(map(str, problem.years))
            why = (
                f"The births of variant {problem.variant} are missing for {years}.",
                f"缺少出生变量 {problem.variant} 在 {years} 年的数据。",
            )
            faults.append(_fault(loaded, "C29", name, "births", why))
        except UrbanShareFallsError as problem:
            why = (
                f"{problem.share:.1%} of pupils are urban in the base year; nobody moves back.",
                f"基准年已有 {problem.share:.1%} 的学生在城镇；本方法不考虑回流。",
            )
            faults.append(_fault(loaded, "C17", name, "urban_share_end", why))
        except NothingUrbanError:
            why = (
                "The base year has no urban or no rural pupils, so nobody can move.",
                "基准年没有城镇学生或没有乡村学生，无从迁移。",
            )
            faults.append(_fault(loaded, "C23", name, "method", why))
    return pupils, faults


def _fault(loaded: LoadedStudy, code: str, projection: str, key: str, why: Words) -> Finding:
    path = ("projections", projection, key)
    mend = ("Correct the projection or its table.", "请改正预测设置或其数据表。")
    line = line_of(loaded.lines, path)
    return error(code, loaded.name, why, mend, row=line, column=".".join(path))
