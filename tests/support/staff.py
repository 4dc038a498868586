"""Teachers for the tiny county, said in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import Plan, Postings, Problem, Staffing, TeacherPools
from optimizer.staff_flow import flows, movement
from optimizer.today import today_plan

PoolRow = tuple[int, int, bool]
"""Level, subject, whether key teachers."""


def tiny_staffing(
    *,
    pools: Sequence[PoolRow] = ((0, 0, False), (1, 0, False)),
    rows: Sequence[tuple[int, int, int, int]] = ((0, 0, 10, 10), (0, 1, 0, 4), (1, 0, 0, 4)),
    due: Sequence[tuple[int, int, int, float]] = (),
    subjects: int = 1,
    lessons: Any = 0.0,
    **fields: Any,
) -> Staffing:
    """Two pools, one a level: ten teachers of ten years at the first school, new ones elsewhere.

    No class needs a lesson, no pupil a teacher, nothing rotates until an
    argument asks for it.

    Parameters
    ----------
    pools
        Level, subject, whether key teachers; ids are p0, p1 and so on.
    rows
        Pool, site, years there, teachers.
    due
        Pool, site of the base year, absolute year, teachers.
    lessons
        Anything that broadcasts to (2 grades, subjects), the same in both levels; a list of
        another shape is taken as it is.
    fields
        Fields of `Staffing` to change.
    """
    level, subject, key = np.array(pools, int).reshape(-1, 3).T
    pool, site, years, teachers = np.array(rows, int).reshape(-1, 4).T
    hours = np.asarray(lessons, float)
    hours = np.broadcast_to(hours, (2, subjects)) if hours.ndim == 0 else hours
    ids = tuple(f"p{index}" for index in range(len(level)))
    leaving = np.array(due).reshape(-1, 4)
    plain = Staffing(
        subjects=tuple(f"subject {index}" for index in range(subjects)),
        pupils_per_staff=np.full(2, 1e12),
        non_teaching_share=np.zeros(2),
        teachers_per_class=np.zeros(2),
        lessons_fte=(hours.copy(), hours.copy()),
        pools=TeacherPools(ids, level, subject, key.astype(bool), pool, site, years, teachers),
        due=leaving if len(leaving) else leaving.astype(int),
        rotation_share=0.0,
        key_share=0.0,
        core_share=0.0,
    )
    return replace(plain, **fields)


def posted(
    problem: Problem,
    plan: Plan | None = None,
    *,
    moves: Sequence[tuple[int, int, int, int, int]] = (),
    hires: Sequence[tuple[int, int, int, int, int]] = (),
) -> Plan:
    """Plan with these moves and hires, teachers counted by the balance; today's network by default.

    Parameters
    ----------
    moves
        Pool, from site, to site, absolute year, teachers.
    hires
        Pool, site, year hired, year posted, teachers.
    """
    assert problem.staffing is not None
    plan = today_plan(problem) if plan is None else plan
    flow = flows(problem, problem.staffing, plan)
    rows = [np.array(some, int).reshape(-1, 5) for some in (moves, hires)]
    done = movement(problem, flow, Postings(np.zeros_like(flow.leave), *rows))
    change = flow.follow - flow.leave + done.moved_in + done.posted - done.forced - done.rotation
    teachers = flow.base[:, :, None] + np.cumsum(change, axis=2)
    return replace(plan, postings=Postings(teachers, *rows))
