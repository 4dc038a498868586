"""The teachers of a plan read back from its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.findings import Finding
from optimizer.check import check
from optimizer.domain import Plan, Postings, Problem
from scenarios.config.findings import error
from scenarios.plan_files import MEND, path_of, positions, table_of

POSTINGS = {"pool_id": str, "site_id": str, "year": int, "posts": int}
MOVES = {
    **dict.fromkeys(("pool_id", "from_site_id", "to_site_id"), str),
    **dict.fromkeys(("year", "posts"), int),
    "why": str,
}
HIRES = {"pool_id": str, "site_id": str, "hired": int, "year": int, "posts": int}
DUE = "due"


def read_postings(problem: Problem, folder: Path, faults: list[Finding]) -> Postings | None:
    """Read where teachers stand; None where the problem or the plan says nothing of them.

    Parameters
    ----------
    faults
        Gets every table that is missing and every id or year that the problem does not know.
    """
    staffing = problem.staffing
    if staffing is None or not problem.policy.on("staffing") or path_of(folder, "postings") is None:
        return None
    before = len(faults)
    standing = table_of(folder, "postings", POSTINGS, faults)
    moves = table_of(folder, "moves", MOVES, faults)
    hires = table_of(folder, "hires", HIRES, faults)
    if len(faults) > before:
        return None
    pools, sites = staffing.pools.ids, problem.sites.ids
    moves = moves[moves["why"] != DUE]
    rows = _rows("postings", standing, {"pool_id": pools, "site_id": sites}, ("year",), faults)
    places = {"pool_id": pools, "from_site_id": sites, "to_site_id": sites}
    moved = _rows("moves", moves, places, ("year",), faults)
    hired = _rows("hires", hires, {"pool_id": pools, "site_id": sites}, ("hired", "year"), faults)
    year = rows[:, 2] - problem.horizon.first_year
    for row in np.flatnonzero((year < 0) | (year >= problem.horizon.years)):
        why = ("This year is not planned.", "该年份不在规划期内。")
        faults.append(error("C28", "postings", why, MEND, column="year", value=rows[row, 2]))
    if len(faults) > before:
        return None
    teachers = np.zeros((len(pools), len(sites), problem.horizon.years), dtype=int)
    np.add.at(teachers, (rows[:, 0], rows[:, 1], year), rows[:, 3])
    return Postings(teachers, moved, hired)


def with_postings(problem: Problem, plan: Plan) -> Plan:
    """Post teachers where a plan says nothing of them; without them where that cannot be done.

    It cannot be done in a network that breaks rules, nor where rotation asks for the impossible:
    the judge then lists `staffing.missing`.
    """
    from optimizer.methods.staffing import StaffingError, plan_staff

    told = problem.staffing is None or plan.postings is not None
    off = told or not problem.policy.on("staffing")
    if off or check(replace(problem, staffing=None), plan):
        return plan
    try:
        return replace(plan, postings=plan_staff(problem, plan))
    except StaffingError:
        return plan


def _rows(
    name: str,
    table: pd.DataFrame,
    places: dict[str, tuple[str, ...]],
    years: tuple[str, ...],
    faults: list[Finding],
) -> np.ndarray:
    """Return rows of positions, years and teachers."""
    known = [positions(ids, table[column], name, faults) for column, ids in places.items()]
    numbers = [table[column].to_numpy(dtype=int) for column in (*years, "posts")]
    return np.column_stack([*known, *numbers]).astype(int)
