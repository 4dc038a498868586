"""The base year's pupils and children by zone, from the tables of a study (C8)."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain import Level
from scenarios.assemble.layers import Layers
from scenarios.config import LoadedStudy
from scenarios.projections.population import AGES, Population

LEVEL_COLUMN = "pupils_per_dwelling_"


def levels_of(loaded: LoadedStudy, *, yearly: bool = False) -> tuple[Level, ...]:
    """Return the levels of a study; `yearly` ones have a single grade: no cohorts (C7)."""
    return tuple(
        Level(
            name=name,
            first_grade=norms.first_grade,
            grades=1 if yearly else norms.grades,
            cap=norms.cap,
            hard=norms.hard,
            large=norms.large,
            very_large=norms.very_large,
        )
        for name, norms in loaded.profile.norms.levels.items()
    )


def population_of(loaded: LoadedStudy, layers: Layers) -> Population:
    """Count pupils, children, births and newcomers by zone, zones in the order of their ids."""
    study, levels = loaded.study, levels_of(loaded)
    zones = layers.frames["zones"].sort_values("zone_id")
    ids = pd.Index(zones["zone_id"])
    grades = sum(level.grades for level in levels)
    enrolled = np.zeros((len(ids), grades))
    pupils = layers.frames["enrolment"]
    _add(enrolled, ids, pupils, pupils["grade"] - 1, pupils["pupils"])
    children = np.zeros((len(ids), AGES))
    young = layers.frames["children"]
    _add(children, ids, young, young["age"], young["children"])
    births: dict[str, dict[int, float]] = {}
    for row in layers.frames["births"].itertuples(index=False):
        births.setdefault(str(row.variant), {})[int(row.year)] = float(row.births_index)  # type: ignore[arg-type]
    return Population(
        base_year=study.base_year,
        years=study.years,
        levels=levels,
        urban=(zones["kind"] == "urban").to_numpy(),
        enrolled=enrolled,
        children=children,
        births=births,
        dwellings=_newcomers(loaded, layers.frames["housing"], ids, levels),
    )


def _newcomers(
    loaded: LoadedStudy, housing: pd.DataFrame, ids: pd.Index, levels: tuple[Level, ...]
) -> np.ndarray:
    """(Z, L, T + 1) pupils whom dwellings of planned years bring."""
    study = loaded.study
    arriving = np.zeros((len(ids), len(levels), study.years + 1))
    planned = housing[(housing["year"] > study.base_year) & (housing["year"] < study.end)]
    at = ids.get_indexer(pd.Index(planned["zone_id"]))
    year = (planned["year"] - study.base_year).to_numpy(dtype=int)
    for index, level in enumerate(levels):
        each = planned["dwellings"] * planned[LEVEL_COLUMN + level.name]
        np.add.at(arriving[:, index], (at, year), each.to_numpy(dtype=float))
    return arriving


def _add(
    table: np.ndarray, ids: pd.Index, rows: pd.DataFrame, column: pd.Series, number: pd.Series
) -> None:
    at = ids.get_indexer(pd.Index(rows["zone_id"]))
    np.add.at(table, (at, column.to_numpy(dtype=int)), number.to_numpy(dtype=float))
