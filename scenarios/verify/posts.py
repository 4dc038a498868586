"""Posts that schools need, and teachers short or in surplus there: T1 and T2."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.presence import Presence
from scenarios.verify.spaces import SLACK
from scenarios.verify.staff_facts import StaffFacts
from scenarios.verify.staff_norms import StaffNorms


@dataclass(frozen=True)
class Posts:
    """Arrays (L, S, T): whole posts needed, teachers in place, short and surplus posts."""

    needed: np.ndarray
    teachers: np.ndarray
    short: np.ndarray
    surplus: np.ndarray


def needed_posts(
    facts: Facts, norms: StaffNorms, staff: StaffFacts, decisions: Decisions, presence: Presence
) -> tuple[np.ndarray, np.ndarray]:
    """T1: posts (L, S, T) and full-time equivalents by subject (L, S, T, subjects)."""
    runs = decisions.runs.transpose(1, 0, 2)
    classes = decisions.classes.sum(axis=2)
    fte = _equivalents(facts, staff, decisions) * runs[..., None]
    ratio, away, each = (
        np.array(values)[:, None, None]
        for values in (norms.pupils_per_staff, norms.non_teaching_share, norms.teachers_per_class)
    )
    by_ratio = presence.pupils.sum(axis=2) / ratio * (1.0 - away)
    need = np.maximum(np.maximum(by_ratio, each * classes), fte.sum(axis=3))
    return np.where(runs, np.ceil(need - SLACK), 0.0), fte


def fill(staff: StaffFacts, needed: np.ndarray, fte: np.ndarray, teachers: np.ndarray) -> Posts:
    """T2: posts against teachers (N, S, T) in place."""
    there = np.zeros(fte.shape)
    np.add.at(there.transpose(0, 3, 1, 2), (staff.level, staff.subject), teachers)
    total = there.sum(axis=3)
    short = np.maximum(np.maximum(0.0, fte - there).sum(axis=3), np.maximum(0.0, needed - total))
    return Posts(needed, total, short, total + short - needed)


def _equivalents(facts: Facts, staff: StaffFacts, decisions: Decisions) -> np.ndarray:
    """(L, S, T, subjects) lessons of the classes of each grade, in full-time equivalents."""
    memory, years = facts.norms.memory, facts.norms.years
    _, sites, levels, _ = facts.shape
    fte = np.zeros((levels, sites, years, staff.lessons.shape[2]))
    for year in range(years):
        for grade in range(memory):
            classes = decisions.classes[:, :, year + memory - grade, year]
            fte[:, :, year] += classes[:, :, None] * staff.lessons[:, None, grade]
    return fte
