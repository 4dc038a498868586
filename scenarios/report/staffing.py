"""Where teachers stand, who moves and who is hired; posts against teachers (docs/kpi.md)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from optimizer import posts, staff_flow
from optimizer.domain import Plan, Postings, Problem, Staffing
from optimizer.presence import Presence
from scenarios.report.pupils import names

ROTATION, LEVEL_STOPS, DUE = "rotation", "level stops", "due"


def planned(problem: Problem, plan: Plan) -> tuple[Staffing, Postings] | None:
    """Return the staffing and its postings; None where teachers are not planned."""
    if problem.staffing is None or plan.postings is None or not problem.policy.on("staffing"):
        return None
    return problem.staffing, plan.postings


def staff_tables(problem: Problem, plan: Plan) -> dict[str, pd.DataFrame]:
    """Return `postings`, `moves` and `hires`; nothing where teachers are not planned."""
    found = planned(problem, plan)
    if found is None:
        return {}
    staffing, postings = found
    first = problem.horizon.first_year
    pool, site, year = np.nonzero(postings.teachers)
    standing = np.column_stack([pool, site, year + first, postings.teachers[pool, site, year]])
    pools, sites = staffing.pools.ids, problem.sites.ids
    return {
        "postings": _table(standing, ("pool_id", "site_id"), (pools, sites), ("year",)),
        "moves": _moves(problem, plan, staffing, postings),
        "hires": _table(
            _summed(postings.hires), ("pool_id", "site_id"), (pools, sites), ("hired", "year")
        ),
    }


def _moves(problem: Problem, plan: Plan, staffing: Staffing, postings: Postings) -> pd.DataFrame:
    """List moves decided, and those of teachers due to leave who go with their pupils (T3)."""
    flow = staff_flow.flows(problem, staffing, plan)
    moves = _summed(postings.moves)
    forced = flow.stops[moves[:, 0], moves[:, 1], moves[:, 3] - problem.horizon.first_year]
    goes = _due_moves(problem, plan, staffing, flow)
    table = _table(
        np.concatenate([moves, goes]),
        ("pool_id", "from_site_id", "to_site_id"),
        (staffing.pools.ids, problem.sites.ids, problem.sites.ids),
        ("year",),
    )
    why = np.where(forced, LEVEL_STOPS, ROTATION).tolist() + [DUE] * len(goes)
    table["why"] = np.array(why, dtype=object)
    order = ["year", "pool_id", "from_site_id", "to_site_id", "why"]
    return table.sort_values(order, ignore_index=True)


def _due_moves(
    problem: Problem, plan: Plan, staffing: Staffing, flow: staff_flow.Flows
) -> np.ndarray:
    """(M, 5) rows ``pool, from, to, year, teachers``: whoever a stop carries along (T3)."""
    parts = [np.zeros((0, 5), dtype=int)]
    for old, new, level, year in plan.merges.tolist():
        column = year - problem.horizon.first_year
        gone = np.maximum(0, -flow.follow[:, old, column])
        pool = np.flatnonzero((gone > 0) & (staffing.pools.level == level))
        fixed = np.broadcast_to([old, new, year], (len(pool), 3))
        parts.append(np.column_stack([pool, fixed, gone[pool]]))
    return np.concatenate(parts)


def _summed(rows: np.ndarray) -> np.ndarray:
    """Add up rows that agree in all but their last column."""
    keys, which = np.unique(rows[:, :-1], axis=0, return_inverse=True)
    total = np.zeros(len(keys), dtype=int)
    np.add.at(total, which.ravel(), rows[:, -1])
    return np.column_stack([keys, total])


def _table(
    rows: np.ndarray,
    places: Sequence[str],
    ids: Sequence[tuple[str, ...]],
    years: Sequence[str],
) -> pd.DataFrame:
    """Name the positions in rows of places, years and teachers."""
    columns: dict[str, np.ndarray] = {
        name: names(known, rows[:, index])
        for index, (name, known) in enumerate(zip(places, ids, strict=True))
    }
    rest = [*years, "posts"]
    columns |= {name: rows[:, len(places) + index] for index, name in enumerate(rest)}
    return pd.DataFrame(columns)


def posts_of(problem: Problem, plan: Plan, present: tuple[Presence, ...]) -> np.ndarray:
    """(S, L, T) posts of each school; NaN where teachers are not planned."""
    found = planned(problem, plan)
    if found is None:
        return np.full(plan.runs.shape, np.nan)
    return posts.posts(problem, found[0], plan, present).posts.astype(float)


def staff_figures(
    problem: Problem, plan: Plan, present: tuple[Presence, ...]
) -> dict[str, np.ndarray]:
    """Key figures of teachers, each (S, L, T); none where teachers are not planned."""
    found = planned(problem, plan)
    if found is None:
        return {}
    staffing, postings = found
    asked = posts.posts(problem, staffing, plan, present)
    there = posts.by_subject(staffing, len(problem.sites), postings.teachers)
    moved = np.zeros(plan.runs.shape)
    pool, old, _, year, teachers = postings.moves.T
    at = year - problem.horizon.first_year
    np.add.at(moved, (old, staffing.pools.level[pool], at), teachers)
    return {
        "posts_needed": asked.posts.astype(float),
        "teachers": np.where(plan.runs, there.sum(axis=-1), 0).astype(float),
        "posts_short": np.where(plan.runs, posts.short(asked, there), 0.0),
        "posts_surplus": np.where(plan.runs, posts.surplus(asked, there), 0.0),
        "teachers_moved": moved,
    }
