"""Who is assigned where, who is present where, in how many classes."""

from __future__ import annotations

import numpy as np
import pandas as pd

from optimizer.domain import Plan, Problem
from optimizer.domain.tables import MODES
from optimizer.presence import Presence

PUPILS = 1e-4
"""Fewer pupils than this are none (C6)."""
SLACK = 1e-6
"""Taken off before every ceil (C6)."""


def names(ids: tuple[str, ...], which: np.ndarray) -> np.ndarray:
    """Return the ids at some positions."""
    found: np.ndarray = np.array(ids, dtype=object)[which]
    return found


def assignment_table(problem: Problem, plan: Plan) -> pd.DataFrame:
    """Shares of planned entrants, where there are any."""
    travel = problem.travel
    pair, year = np.nonzero(plan.share)
    levels = tuple(level.name for level in problem.levels)
    return pd.DataFrame(
        {
            "zone_id": names(problem.zones.ids, travel.zone[pair]),
            "site_id": names(problem.sites.ids, travel.site[pair]),
            "level": names(levels, travel.level[pair]),
            "entry_year": year + problem.horizon.first_year,
            "share": plan.share[pair, year],
        }
    )


def enrolment_table(problem: Problem, present: tuple[Presence, ...]) -> pd.DataFrame:
    """Every pupil present, every year, with the way to school."""
    return pd.concat(
        [_enrolment(problem, index, level) for index, level in enumerate(present)],
        ignore_index=True,
    )


def _enrolment(problem: Problem, index: int, present: Presence) -> pd.DataFrame:
    level, travel = problem.levels[index], problem.travel
    key = np.stack([present.zone, present.site, present.cohort, present.year])
    rows, first, which = np.unique(key, axis=1, return_index=True, return_inverse=True)
    pupils = np.bincount(which.ravel(), present.number, minlength=rows.shape[1])
    kept = pupils > PUPILS
    (zone, site, cohort, year), pair = rows[:, kept], present.pair[first][kept]
    entry = cohort - (level.grades - 1)
    known, modes = pair >= 0, np.array([*MODES, ""], dtype=object)
    return pd.DataFrame(
        {
            "zone_id": names(problem.zones.ids, zone),
            "site_id": names(problem.sites.ids, site),
            "level": level.name,
            "grade": level.first_grade + year - entry,
            "entry_year": entry + problem.horizon.first_year,
            "year": year + problem.horizon.first_year,
            "pupils": pupils[kept],
            "mode": modes[np.where(known, travel.mode[pair], -1)],
            "minutes": np.where(known, travel.minutes[pair], np.nan),
            "metres": np.where(known, travel.metres[pair], np.nan),
        }
    )


def classes_table(problem: Problem, plan: Plan, present: tuple[Presence, ...]) -> pd.DataFrame:
    """Classes of every cohort at every site where it has pupils."""
    return pd.concat(
        [_classes(problem, plan, index, level.pupils) for index, level in enumerate(present)],
        ignore_index=True,
    )


def _classes(problem: Problem, plan: Plan, index: int, pupils: np.ndarray) -> pd.DataFrame:
    level = problem.levels[index]
    site, cohort, year = np.nonzero(pupils > PUPILS)
    here = pupils[site, cohort, year]
    classes = plan.classes[index][site, cohort, year]
    if not problem.policy.on("class_size"):
        classes = np.zeros_like(classes)
    largest = np.ceil(here / np.maximum(classes, 1) - SLACK)
    entry = cohort - (level.grades - 1)
    return pd.DataFrame(
        {
            "site_id": names(problem.sites.ids, site),
            "level": level.name,
            "grade": level.first_grade + year - entry,
            "entry_year": entry + problem.horizon.first_year,
            "year": year + problem.horizon.first_year,
            "pupils": here,
            "classes": classes,
            "largest_class": np.where(classes > 0, largest, 0).astype(int),
        }
    )
