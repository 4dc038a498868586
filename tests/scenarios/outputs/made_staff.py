"""Teachers of a made run: numbers that balance (T6), though nobody planned them well.

Each school begins with about the teachers it needs. In the first year one rotates; in the second
one leaves each school that has three of a subject and is replaced at once; where a level stops all
go along with the pupils.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

SUBJECTS = ("chinese", "arts")
MOVES = ["pool_id", "from_site_id", "to_site_id", "year", "posts", "why"]
Move = tuple[str, str, str, int, int, str]
FTE = {"chinese": 1.0, "arts": 0.3}
RULES: dict[str, Any] = {
    "subjects": list(SUBJECTS),
    "pupils_per_staff": {"primary": 19.0, "lower_secondary": 13.5},
    "non_teaching_share": {"primary": 0.09, "lower_secondary": 0.15},
    "teachers_per_class": {"primary": 0.0, "lower_secondary": 0.0},
    **{"rotation_share": 0.1, "key_share": 0.2, "core_share": 0.8},
    **{"eligible_after_years": 6, "term_years": 3, "to_country": 0, "to_town": 0},
}


def made_staff(merges: pd.DataFrame, classes: pd.DataFrame, years: range) -> dict[str, Any]:
    """Tables of teachers by file name; those of `problem/` under the key `problem`.

    Parameters
    ----------
    classes
        Classes of the base year: site_id, level, grade, classes.
    """
    pools = _pools(classes)
    now = {(row.pool_id, row.site_id): int(row.teachers) for row in pools.itertuples()}
    postings, moves, hires, due = [], [], [], []
    for year in years:
        if year == years[1]:
            leaving = [key for key, number in now.items() if number >= 3]
            due = [(*key, year, 1) for key in leaving]
            hires = [(*key, year, year, 1) for key in leaving]
        here = _stops(now, merges[merges["year"] == year])
        here += [_rotation(now, year)] if year == years[0] else []
        for pool, old, new, _, number, _ in here:
            now[pool, old] -= number
            now[pool, new] = now.get((pool, new), 0) + number
        moves += here
        postings += [(*key, year, number) for key, number in now.items() if number]
    return {
        "problem": {
            "staff_pools": pools,
            "staff_due": pd.DataFrame(due, columns=["pool_id", "site_id", "year", "teachers"]),
            "lessons": _lessons(),
        },
        "postings": pd.DataFrame(postings, columns=["pool_id", "site_id", "year", "posts"]),
        "moves": pd.DataFrame(moves, columns=MOVES),
        "hires": pd.DataFrame(hires, columns=["pool_id", "site_id", "hired", "year", "posts"]),
    }


def _pools(classes: pd.DataFrame) -> pd.DataFrame:
    count = classes.groupby(["site_id", "level"])["classes"].sum()
    rows = [
        (_pool(level, subject), level, subject, site, int(np.ceil(number * FTE[subject] * 1.1)))
        for (site, level), number in count.items()
        for subject in SUBJECTS
    ]
    table = pd.DataFrame(rows, columns=["pool_id", "level", "subject", "site_id", "teachers"])
    return table.assign(rank="ordinary", years=8)


def _pool(level: str, subject: str) -> str:
    return f"{level[0].upper()}-{subject[:3].upper()}-O"


def _lessons() -> pd.DataFrame:
    grades = {"primary": range(1, 7), "lower_secondary": range(7, 10)}
    rows = [
        (level, grade, subject, FTE[subject])
        for level in grades
        for grade in grades[level]
        for subject in SUBJECTS
    ]
    return pd.DataFrame(rows, columns=["level", "grade", "subject", "fte"])


def _stops(now: dict[tuple[str, str], int], merges: pd.DataFrame) -> list[Move]:
    """Everyone of a level that stops goes with its pupils, one of them as due to leave later."""
    return [
        (pool, row["from_site_id"], row["to_site_id"], row["year"], number, why)
        for row in merges.to_dict("records")
        for subject in SUBJECTS
        for pool in [_pool(row["level"], subject)]
        for number, why in [(1, "due"), (now[pool, row["from_site_id"]] - 1, "level stops")]
        if number > 0
    ]


def _rotation(now: dict[tuple[str, str], int], year: int) -> Move:
    """One teacher of the first pool goes from where there are most to where there are fewest."""
    pool = next(iter(now))[0]
    here = sorted((number, site) for (one, site), number in now.items() if one == pool)
    return (pool, here[-1][1], here[0][1], year, 1, "rotation")
