"""Teachers of a study: pools, who leaves the service, what a class needs (semantics, T1 to T9).

Teachers of one level, subject and rank are one pool. Home towns are read and checked; planning
does not use them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain import Horizon, Level, Sites, Staffing, TeacherPools
from scenarios.assemble.layers import Layers
from scenarios.config import LoadedStudy
from scenarios.config.norms import StaffingNorms

RANKS = ("key", "ordinary")
_BY_LEVEL = ("pupils_per_staff", "non_teaching_share", "teachers_per_class")
SHORT = 3
"""Letters of a subject in the id of a pool, more where two subjects begin alike."""


def staffing_of(
    loaded: LoadedStudy, layers: Layers, sites: Sites, levels: tuple[Level, ...]
) -> Staffing | None:
    """Return the teachers of a study and their rules; None where it gives no teachers.

    Parameters
    ----------
    sites
        In the order of the problem.
    levels
        Of the scenario; with one grade each where the policy has no cohorts.
    """
    if "teachers" not in layers.sources:
        return None
    norms, study = loaded.profile.norms.staffing, loaded.study
    horizon = Horizon(study.first_year, study.years)
    subjects = subjects_of(norms)
    names = tuple(level.name for level in levels)
    fte = tuple(lessons_fte(norms, level, subjects) for level in levels)
    taught = np.array([(one > 0).any(axis=0) for one in fte])
    place = _placed(layers.frames["teachers"], sites, names, subjects)
    pools = _pools(place, names, subjects, taught)
    by_level: dict[str, Any] = {
        name: np.array([getattr(norms, name)[level] for level in names]) for name in _BY_LEVEL
    }
    return Staffing(
        subjects=subjects,
        lessons_fte=fte,
        pools=pools,
        due=due_rows(pools, horizon, norms.leavers_share),
        rotation_share=norms.rotation_share,
        key_share=norms.key_share,
        core_share=norms.core_share,
        eligible_after_years=norms.eligible_after_years,
        term_years=norms.term_years,
        to_country=norms.to_country,
        to_town=norms.to_town,
        **by_level,
    )


def subjects_of(norms: StaffingNorms) -> tuple[str, ...]:
    """Return the subjects of the lesson grid, each once, in its order."""
    return tuple(dict.fromkeys(name for grid in norms.lessons.values() for name in grid))


def lessons_fte(norms: StaffingNorms, level: Level, subjects: tuple[str, ...]) -> np.ndarray:
    """(G, subjects) teachers that one class of a grade needs.

    Where a level has one grade (`enrolment: yearly`) a class needs the mean over the grid's grades.
    """
    grid = norms.lessons.get(level.name, {})  # type: ignore[call-overload]
    load = norms.load.get(level.name, {})  # type: ignore[call-overload]
    fte = np.zeros((level.grades, len(subjects)))
    for column, subject in enumerate(subjects):
        if subject in grid:
            lessons = np.array(grid[subject])
            lessons = lessons if len(lessons) == level.grades else lessons.mean(keepdims=True)
            fte[:, column] = lessons / load[subject]
    return fte


def _placed(
    teachers: pd.DataFrame, sites: Sites, levels: tuple[str, ...], subjects: tuple[str, ...]
) -> pd.DataFrame:
    """Count teachers by positions: level, subject, rank, site, then years; teachers."""
    here = teachers[teachers["teachers"] > 0]
    known = {"level": levels, "subject": subjects, "rank": RANKS, "site_id": sites.ids}
    places = {name: pd.Index(ids).get_indexer(pd.Index(here[name])) for name, ids in known.items()}
    rows = pd.DataFrame(
        places | {name: here[name].to_numpy(dtype=int) for name in ("years", "teachers")}
    )
    return rows.groupby([*known, "years"])["teachers"].sum().reset_index()


def _pools(
    rows: pd.DataFrame, levels: tuple[str, ...], subjects: tuple[str, ...], taught: np.ndarray
) -> TeacherPools:
    """Make pools of what there is, and an ordinary one to hire into for every subject taught."""
    key = rows[["level", "subject", "rank"]].to_numpy()
    hired = np.argwhere(taught)
    hired = np.column_stack([hired, np.full(len(hired), RANKS.index("ordinary"))])
    pools, number = np.unique(np.concatenate([key, hired]), axis=0, return_inverse=True)
    return TeacherPools(
        ids=_pool_ids(pools, levels, subjects),
        level=pools[:, 0],
        subject=pools[:, 1],
        key=pools[:, 2] == RANKS.index("key"),
        row_pool=number.ravel()[: len(rows)],
        row_site=rows["site_id"].to_numpy(dtype=int),
        row_years=rows["years"].to_numpy(dtype=int),
        row_teachers=rows["teachers"].to_numpy(dtype=int),
    )


def _pool_ids(
    pools: np.ndarray, levels: tuple[str, ...], subjects: tuple[str, ...]
) -> tuple[str, ...]:
    """Return ids such as ``P-ART-K``: key teachers of arts in primary schools."""
    words = [_shortest(levels, 1), _shortest(subjects, SHORT), _shortest(RANKS, 1)]
    return tuple(
        "-".join(word[index] for word, index in zip(words, pool, strict=True))
        for pool in pools.tolist()
    )


def _shortest(names: tuple[str, ...], letters: int) -> list[str]:
    """Return the first letters of names, as few as tell them apart."""
    longest = max((len(name) for name in names), default=letters)
    lengths = range(letters, max(letters, longest) + 1)
    tries = [[name[:length].upper() for name in names] for length in lengths]
    return next((one for one in tries if len(set(one)) == len(names)), list(names))


def due_rows(pools: TeacherPools, horizon: Horizon, share: float) -> np.ndarray:
    """(D, 4) rows ``pool, site, year, teachers``: who leaves the service in each planned year (T3).

    Up to the k-th planned year round(k · share · teachers of the pool) have left, halves upwards;
    those of most years go first, of equal ones those of the first site.
    """
    order = np.lexsort([pools.row_site, -pools.row_years, pools.row_pool])
    times = pools.row_teachers[order]
    pool, site = (np.repeat(row[order], times) for row in (pools.row_pool, pools.row_site))
    rows = []
    for one in range(len(pools)):
        people = site[pool == one]
        left = np.arange(1, horizon.years + 1) * share * len(people)
        left = np.minimum(np.floor(left + 0.5 + 1e-9).astype(int), len(people))
        year = horizon.first_year + np.searchsorted(left, np.arange(left[-1]), side="right")
        rows.append(np.column_stack([np.full(len(year), one), people[: len(year)], year]))
    due, teachers = np.unique(np.concatenate(rows), axis=0, return_counts=True)
    return np.column_stack([due, teachers]).astype(int)
