"""Teachers of the base year, who of them is due to leave, and the lesson grid of a run."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.verify.coding import Coder
from scenarios.verify.folder import Frames
from scenarios.verify.staff_norms import StaffNorms
from scenarios.verify.verdict import Fault

POOLS, DUE = "problem/staff_pools.parquet", "problem/staff_due.parquet"
LESSONS = "problem/lessons.parquet"
RANKS = ("ordinary", "key")


@dataclass(frozen=True)
class StaffFacts:
    """Teachers as arrays; axes: pool N, site S, level L, grade G (of the longest level), subject.

    Attributes
    ----------
    pools : ids of the pools
    level, subject : (N,) positions; key : (N,) bool
    rows : frame of pool, site, years (served there in the base year), teachers
    due : frame of pool, site (of the base year), year (position), teachers
    lessons : (L, G, subjects) full-time equivalents that one class needs
    base : (N, S) teachers in the base year
    """

    pools: pd.Index[str]
    level: np.ndarray
    subject: np.ndarray
    key: np.ndarray
    rows: pd.DataFrame
    due: pd.DataFrame
    lessons: np.ndarray
    base: np.ndarray


def read_staff(
    frames: Frames, norms: StaffNorms, runs: np.ndarray, code: Coder
) -> StaffFacts | None:
    """Arrays out of the frames; None, with the reasons among `code.faults`, where they have faults.

    Parameters
    ----------
    runs
        (S, L) levels that run in the base year; only there are teachers.
    """
    before = len(code.faults)
    code.known["subject"] = pd.Index(norms.subjects)
    frame = frames[POOLS]
    pools = pd.Index(frame["pool_id"].unique())
    code.known["pool"] = pools
    columns = _columns(frames, code)
    rows, due = _rows(frames, code), _due(frames, code)
    lessons = _lessons(frames, code)
    if len(code.faults) > before:
        return None
    first = columns.groupby("pool", sort=True).first()
    staff = StaffFacts(
        pools=pools,
        level=first["level"].to_numpy(),
        subject=first["subject"].to_numpy(),
        key=first["key"].to_numpy(dtype=bool),
        rows=rows,
        due=due,
        lessons=lessons,
        base=count(rows, (len(pools), len(runs))),
    )
    code.faults += _sanity(staff, columns, runs, code)
    return staff if len(code.faults) == before else None


def count(frame: pd.DataFrame, shape: tuple[int, int]) -> np.ndarray:
    """(N, S) teachers of a frame by pool and site."""
    total = np.zeros(shape, dtype=np.int64)
    np.add.at(total, (frame["pool"].to_numpy(), frame["site"].to_numpy()), frame["teachers"])
    return total


def _columns(frames: Frames, code: Coder) -> pd.DataFrame:
    """Level, subject and rank of each row's pool."""
    rank = frames[POOLS]["rank"]
    odd = sorted(set(rank) - set(RANKS))
    code.faults += [Fault("problem.value", POOLS, "rank", value) for value in odd]
    return pd.DataFrame(
        {
            "pool": code.ids(frames, POOLS, "pool_id", "pool"),
            "level": code.ids(frames, POOLS, "level", "level"),
            "subject": code.ids(frames, POOLS, "subject", "subject"),
            "key": (rank == "key").to_numpy(),
        }
    )


def _rows(frames: Frames, code: Coder) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pool": code.ids(frames, POOLS, "pool_id", "pool"),
            "site": code.ids(frames, POOLS, "site_id", "site"),
            "years": frames[POOLS]["years"].to_numpy(),
            "teachers": frames[POOLS]["teachers"].to_numpy(),
        }
    )


def _due(frames: Frames, code: Coder) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pool": code.ids(frames, DUE, "pool_id", "pool"),
            "site": code.ids(frames, DUE, "site_id", "site"),
            "year": code.years(frames, DUE, "year"),
            "teachers": frames[DUE]["teachers"].to_numpy(),
        }
    )


def _lessons(frames: Frames, code: Coder) -> np.ndarray:
    norms, frame = code.norms, frames[LESSONS]
    lessons = np.zeros((len(norms.stages), norms.memory, len(code.known["subject"])))
    level = code.ids(frames, LESSONS, "level", "level")
    subject = code.ids(frames, LESSONS, "subject", "subject")
    first = np.array([stage.first_grade for stage in norms.stages])[level]
    grades = np.array([stage.grades for stage in norms.stages])[level]
    grade = frame["grade"].to_numpy() - first
    known = (level >= 0) & (subject >= 0)
    wrong = known & ((grade < 0) | (grade >= grades))
    if wrong.any():
        value = frame["grade"].to_numpy()[wrong][0]
        code.faults.append(Fault("problem.value", LESSONS, "grade", str(value)))
    fits = known & ~wrong
    lessons[level[fits], grade[fits], subject[fits]] = frame["fte"].to_numpy()[fits]
    return lessons


def _sanity(staff: StaffFacts, columns: pd.DataFrame, runs: np.ndarray, code: Coder) -> list[Fault]:
    """List what no problem can have, though every column is of its kind."""
    kinds = columns.drop_duplicates()["pool"]
    faults = [
        Fault("problem.pool", POOLS, value=str(staff.pools[pool]))
        for pool in sorted(set(kinds[kinds.duplicated()]))
    ]
    site, level = staff.rows["site"].to_numpy(), staff.level[staff.rows["pool"]]
    idle = ~runs[site, level] & (staff.rows["teachers"] > 0).to_numpy()
    names = code.known["site"]
    faults += [
        Fault("problem.value", POOLS, "site_id", str(name))
        for name in sorted(set(names[site[idle]]))
    ]
    over = count(staff.due, staff.base.shape) > staff.base
    faults += [
        Fault("problem.due", DUE, value=f"{staff.pools[pool]}@{names[place]}")
        for pool, place in zip(*over.nonzero(), strict=True)
    ]
    return faults
