"""Teachers of a problem as tables and rules (docs/semantics.md, "Files of a run")."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from optimizer.domain import Problem, Staffing

BY_LEVEL = ("pupils_per_staff", "non_teaching_share", "teachers_per_class")
SINGLE = (
    *("rotation_share", "key_share", "core_share", "eligible_after_years", "term_years"),
    *("to_country", "to_town"),
)


def staff_tables(problem: Problem) -> dict[str, pd.DataFrame]:
    """Return `staff_pools`, `staff_due` and `lessons`; nothing where teachers are not planned."""
    staffing = problem.staffing
    if staffing is None:
        return {}
    ids = np.array(staffing.pools.ids, dtype=object)
    sites = np.array(problem.sites.ids, dtype=object)
    due = staffing.due[np.lexsort(staffing.due.T[[1, 0, 2]])]
    return {
        "staff_pools": _pools(problem, staffing),
        "staff_due": pd.DataFrame(
            {
                "pool_id": ids[due[:, 0]],
                "site_id": sites[due[:, 1]],
                "year": due[:, 2],
                "teachers": due[:, 3],
            }
        ),
        "lessons": _lessons(problem, staffing),
    }


def _pools(problem: Problem, staffing: Staffing) -> pd.DataFrame:
    """List teachers by pool, site and years; a pool of nobody has a row of 0 teachers."""
    pools = staffing.pools
    nobody = np.setdiff1d(np.arange(len(pools)), pools.row_pool)
    anywhere = problem.sites.runs.argmax(axis=0)[pools.level[nobody]]
    none = np.zeros_like(nobody)
    pool = np.concatenate([pools.row_pool, nobody])
    levels = np.array([level.name for level in problem.levels], dtype=object)
    table = pd.DataFrame(
        {
            "pool_id": np.array(pools.ids, dtype=object)[pool],
            "level": levels[pools.level[pool]],
            "subject": np.array(staffing.subjects, dtype=object)[pools.subject[pool]],
            "rank": np.where(pools.key[pool], "key", "ordinary").astype(object),
            "site_id": np.array(problem.sites.ids, dtype=object)[
                np.concatenate([pools.row_site, anywhere])
            ],
            "years": np.concatenate([pools.row_years, none]),
            "teachers": np.concatenate([pools.row_teachers, none]),
        }
    )
    return table.iloc[np.argsort(pool, kind="stable")].reset_index(drop=True)


def _lessons(problem: Problem, staffing: Staffing) -> pd.DataFrame:
    """List the teachers that a class needs by level, grade and subject, those of 0 left out."""
    parts = []
    for level, fte in zip(problem.levels, staffing.lessons_fte, strict=True):
        grade, subject = np.nonzero(fte)
        parts.append(
            pd.DataFrame(
                {
                    "level": np.full(len(grade), level.name, dtype=object),
                    "grade": grade + level.first_grade,
                    "subject": np.array(staffing.subjects, dtype=object)[subject],
                    "fte": fte[grade, subject],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def staff_rules(problem: Problem) -> dict[str, Any]:
    """Return the key `staffing` of `rules.json`; nothing where teachers are not planned."""
    staffing = problem.staffing
    if staffing is None:
        return {}
    levels = [level.name for level in problem.levels]
    by_level = {
        name: dict(zip(levels, getattr(staffing, name).tolist(), strict=True)) for name in BY_LEVEL
    }
    single = {name: getattr(staffing, name) for name in SINGLE}
    return {"staffing": {"subjects": list(staffing.subjects), **by_level, **single}}
