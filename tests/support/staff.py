"""Teachers for the tiny county, said in a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import Plan, Postings, Problem, Staffing, TeacherPools
from optimizer.staff_flow import flows, movement
from optimizer.today import today_plan
from tests.support.plans import changed
from tests.support.tiny import BOTH, FIRST_YEAR, tiny_problem

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


STAFF_PRICES = {"post_short_year": 100.0, "post_surplus_year": 20.0, "teacher_moved": 3.0}


def random_staff(seed: int, years: int = 4, **fields: Any) -> tuple[Problem, Plan]:
    """Draw a county and a network for it: a school merges, another opens, teachers leave.

    Four schools run one or both levels, two candidates stand empty; two subjects a level, one pool
    of key teachers each. Rules about the network may be broken: only teachers are to be looked at.
    """
    rng = np.random.default_rng(seed)
    pools = [(level, s, key) for level in (0, 1) for s in (0, 1) for key in (False, True)]
    runs = [BOTH, BOTH, BOTH[:1], BOTH[1:], (), ()]
    rows = [
        (pool, site, int(rng.integers(0, 9)), int(rng.integers(1, 2 if key else 5)))
        for pool, (level, _, key) in enumerate(pools)
        for site in range(4)
        if BOTH[level] in runs[site]
        for _ in range(2)
    ]
    leaving = rng.choice(len(rows), 6, replace=False)
    due = [(*rows[r][:2], FIRST_YEAR + int(rng.integers(0, years)), 1) for r in leaving]
    lessons = rng.uniform(0, 2, (2, 2)).round(2)
    given = {
        "teachers_per_class": rng.uniform(1, 3, 2),
        "rotation_share": 0.1,
        "key_share": 0.2,
        "core_share": 0.5,
        "eligible_after_years": int(rng.integers(2, 7)),
        "term_years": int(rng.integers(1, 4)),
        "to_country": int(rng.integers(0, 2)),
        "to_town": int(rng.integers(0, 2)),
    }
    staffing = tiny_staffing(
        pools=pools, rows=rows, due=due, subjects=2, lessons=lessons, **given | fields
    )
    problem = tiny_problem(
        years=years,
        site_at=(0, 20, 10, 15, 5, 25),
        zone_at=(0, 4, 10, 15, 22),
        runs=runs,
        staffing=staffing,
        prices=STAFF_PRICES,
        discount_rate=0.05,
    )
    level, when, then = rng.integers(0, [2, years, years])
    gone, kept = ((2, 0), (3, 1))[level] if rng.random() < 0.7 else (1, 0)
    merges = [(gone, kept, int(level), FIRST_YEAR + int(when))]
    opens = [(int(rng.integers(4, 6)), int(rng.integers(0, 2)), FIRST_YEAR + int(then))]
    return problem, changed(problem, opens=opens, merges=merges)
