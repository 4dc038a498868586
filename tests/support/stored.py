"""Runs of bare problems in the store: no study, no map, nothing but problem and result."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from optimizer.domain import Problem, Result
from scenarios.store import StudyFacts, write_run


def stored(folder: Path, problem: Problem, result: Result) -> Path:
    """Write a run into `folder` and return its own folder."""
    folder.mkdir(parents=True, exist_ok=True)
    write_run(folder / "run", problem, result, facts_of(folder, problem), seconds={})
    return folder / "run"


def facts_of(folder: Path, problem: Problem) -> StudyFacts:
    """Say of a problem what the files of a run say beside it; its map is empty."""
    geometry = folder / "geometry.gpkg"
    geometry.write_bytes(b"")
    names = {"name": "t", "scenario": "s", "projection": "p", "policy": "q"}
    return StudyFacts(
        study={**names, "title": {"en": "T", "zh": "T"}, "made_up": True, "base_year": 2020},
        key="",
        sources={},
        inputs={},
        versions={},
        zone_xy=np.zeros((len(problem.zones), 2)),
        site_xy=np.zeros((len(problem.sites), 2)),
        geometry=geometry,
    )
