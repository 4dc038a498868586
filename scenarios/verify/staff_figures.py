"""Key figures of teachers (docs/kpi.md)."""

from __future__ import annotations

import numpy as np

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.figures import grouped, members, over, spread
from scenarios.verify.presence import FEW, Presence
from scenarios.verify.staffing import Staffing

UNITS = {
    "posts_needed": "posts",
    "teachers": "teachers",
    "posts_short": "posts",
    "posts_surplus": "posts",
    "teachers_moved": "teachers",
    "cv_teachers_per_100": "ratio",
}


def staff_figures(
    facts: Facts, decisions: Decisions, presence: Presence, staffing: Staffing | None
) -> dict[str, np.ndarray]:
    """Every key figure of teachers as an array (L, groups, T); none where none are planned."""
    if staffing is None:
        return {}
    groups, runs = members(facts), decisions.runs.transpose(1, 0, 2)
    posts, pupils = staffing.posts, presence.pupils.sum(axis=2)
    moved = np.zeros(runs.shape)
    np.add.at(moved, staffing.facts.level, staffing.flow.depart)
    by_site = {
        "posts_needed": posts.needed * runs,
        "teachers": posts.teachers * runs,
        "posts_short": posts.short * runs,
        "posts_surplus": posts.surplus * runs,
        "teachers_moved": moved,
    }
    weight = np.where(runs & (pupils > FEW), pupils, 0.0)
    each = 100.0 * over(posts.teachers, pupils)
    found = {name: grouped(groups, value) for name, value in by_site.items()}
    return found | {"cv_teachers_per_100": spread(groups, weight, each)}
