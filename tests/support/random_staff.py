"""Teachers drawn by lot for any county, and postings of them, by the rules or not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.domain import Plan, Postings, Problem, Staffing, TeacherPools
from tests.support.staff import posted

PRICES = {
    "post_short_year": 20_000.0,
    "post_surplus_year": 2_000.0,
    "teacher_moved": 2_000.0,
    "teacher_year": 120_000.0,
}


def with_teachers(problem: Problem, seed: int) -> Problem:
    """Give a county two subjects, key teachers in the first, and people due to leave."""
    rng = np.random.default_rng([seed, 21])
    levels = len(problem.levels)
    pools = [(level, subject, key) for level in range(levels) for subject, key in _KINDS]
    rows = [
        (pool, int(site), int(years), int(rng.integers(0, 5)))
        for pool, (level, _, _) in enumerate(pools)
        for site in np.flatnonzero(problem.sites.runs[:, level])
        for years in rng.choice(12, int(rng.integers(1, 3)), replace=False)
    ]
    columns = np.array(rows, int).T
    level, subject, key = np.array(pools, int).T
    staffing = Staffing(
        subjects=("core", "arts"),
        pupils_per_staff=rng.uniform(8, 25, levels),
        non_teaching_share=rng.uniform(0, 0.2, levels),
        teachers_per_class=rng.choice([0.0, 1.5], levels),
        lessons_fte=tuple(rng.uniform(0, 1.4, (one.grades, 2)) for one in problem.levels),
        pools=TeacherPools(
            tuple(f"t{index}" for index in range(len(pools))),
            *(level, subject, key.astype(bool), *columns),
        ),
        due=_due(problem, rng, rows),
        rotation_share=float(rng.choice([0.0, 0.1, 0.3])),
        key_share=float(rng.choice([0.0, 0.2, 0.5])),
        core_share=float(rng.choice([0.0, 0.5, 0.8])),
        eligible_after_years=int(rng.integers(2, 8)),
        term_years=int(rng.integers(1, 4)),
        to_country=int(rng.integers(0, 3)),
        to_town=int(rng.integers(0, 3)),
    )
    return replace(problem, staffing=staffing, prices=replace(problem.prices, **PRICES))


_KINDS = ((0, False), (1, False), (0, True))


def _due(
    problem: Problem, rng: np.random.Generator, rows: list[tuple[int, int, int, int]]
) -> np.ndarray:
    """Let some leave, never more of a pool and site than are there; some in two years."""
    years = problem.horizon.first_year + np.arange(problem.horizon.years)
    due = []
    for pool, site, _, teachers in rows:
        if teachers and rng.random() < 0.4:
            due.append((pool, site, int(rng.choice(years)), int(rng.integers(1, teachers + 1))))
    return np.array(due, int).reshape(-1, 4)


def with_postings(problem: Problem, plan: Plan, seed: int) -> Plan:
    """Move and hire at random, count teachers by the balance, and then lose or invent a few."""
    assert problem.staffing is not None
    rng = np.random.default_rng([seed, 22])
    pools, sites = len(problem.staffing.pools), len(problem.sites)
    first, end = problem.horizon.first_year, problem.horizon.end
    moves, hires = {}, {}
    for _ in range(int(rng.integers(3, 12))):
        place = (int(rng.integers(pools)), *(int(one) for one in rng.integers(0, sites, 2)))
        moves[(*place, int(rng.integers(first, end)))] = int(rng.integers(1, 4))
    for _ in range(int(rng.integers(0, 8))):
        place = (int(rng.integers(pools)), int(rng.integers(sites)))
        year = int(rng.integers(first, end))
        hires[(*place, year, year + int(rng.random() < 0.3))] = int(rng.integers(1, 3))
    done = posted(
        problem,
        plan,
        moves=[(*key, number) for key, number in moves.items()],
        hires=[(*key, number) for key, number in hires.items()],
    ).postings
    assert done is not None
    teachers = np.maximum(0, done.teachers)
    teachers += (rng.random(teachers.shape) < 0.02) * rng.integers(1, 3, teachers.shape)
    return replace(plan, postings=Postings(teachers, done.moves, done.hires))
