"""How many teachers a school needs, and how many it lacks or has too many (semantics T1, T2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain import Plan, Problem, Staffing
from optimizer.domain.frozen import Frozen
from optimizer.presence import Presence

RULES: tuple[str, ...] = ("ratio", "class", "curriculum")
"""What may decide the need of a school, in the order in which ties are named."""
_WHOLE = 1e-6
_TIE = 1e-9


@dataclass(frozen=True, eq=False)
class Posts(Frozen):
    """Teachers needed at S sites, by L levels and T years; 0 where the level does not run.

    Attributes
    ----------
    fte
        (S, L, T, K) full-time equivalents of lessons by subject, not rounded (C23).
    need
        (3, S, L, T) teachers by each of `RULES`.
    posts
        (S, L, T) int: the largest of the three, rounded up.
    """

    fte: np.ndarray
    need: np.ndarray
    posts: np.ndarray

    @property
    def binding(self) -> np.ndarray:
        """(S, L, T) int: index into `RULES` of the first that attains the largest need."""
        index: np.ndarray = np.argmax(self.need >= self.need.max(axis=0) - _TIE, axis=0)
        return index


def posts(problem: Problem, staffing: Staffing, plan: Plan, present: tuple[Presence, ...]) -> Posts:
    """Count the posts that classes and pupils ask for.

    Parameters
    ----------
    staffing
        Of the problem: whoever asks has seen that there is one.
    present
        What `optimizer.presence.presence` says of the plan.
    """
    shape = plan.runs.shape
    fte = np.zeros((*shape, len(staffing.subjects)))
    need = np.zeros((len(RULES), *shape))
    for level, here in enumerate(present):
        classes = _classes_by_grade(problem, plan, level)
        fte[:, level] = np.einsum("sgt,gk->stk", classes, staffing.lessons_fte[level])
        teaching = 1.0 - staffing.non_teaching_share[level]
        pupils = here.pupils.sum(axis=1)
        need[0, :, level] = pupils / staffing.pupils_per_staff[level] * teaching
        need[1, :, level] = staffing.teachers_per_class[level] * classes.sum(axis=1)
    fte[~plan.runs] = 0.0
    need[2] = fte.sum(axis=-1)
    need[:, ~plan.runs] = 0.0
    return Posts(fte, need, np.ceil(need.max(axis=0) - _WHOLE).astype(int))


def by_subject(staffing: Staffing, sites: int, teachers: np.ndarray) -> np.ndarray:
    """Add up the pools of a level and subject, (N, S, T) to (S, L, T, K)."""
    levels, years = len(staffing.lessons_fte), teachers.shape[2]
    total = np.zeros((levels, len(staffing.subjects), sites, years), dtype=int)
    np.add.at(total, (staffing.pools.level, staffing.pools.subject), teachers)
    return total.transpose(2, 0, 3, 1)


def short(asked: Posts, there: np.ndarray) -> np.ndarray:
    """Teachers lacking, by subject or in all, whichever is more, (S, L, T).

    Parameters
    ----------
    there
        (S, L, T, K) teachers in place, from `by_subject`.
    """
    by_lessons = np.maximum(0.0, asked.fte - there).sum(axis=-1)
    lacking: np.ndarray = np.maximum(0.0, np.maximum(by_lessons, asked.posts - there.sum(axis=-1)))
    return lacking


def surplus(asked: Posts, there: np.ndarray) -> np.ndarray:
    """Teachers beyond the posts once those lacking have come, (S, L, T); `there` as in `short`."""
    beyond: np.ndarray = there.sum(axis=-1) + short(asked, there) - asked.posts
    return beyond


def _classes_by_grade(problem: Problem, plan: Plan, level: int) -> np.ndarray:
    """(S, G, T) classes of a level; none where classes are no part of the problem (M2)."""
    grades, years = problem.levels[level].grades, problem.horizon.years
    if not problem.policy.on("class_size"):
        return np.zeros((len(problem.sites), grades, years))
    year, grade = np.arange(years), np.arange(grades)
    cohort = year + (grades - 1) - grade[:, None]
    by_grade: np.ndarray = plan.classes[level][:, cohort, year]
    return by_grade
