"""Plans that break one rule about teachers each, and no other rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from optimizer.domain import Plan, Problem
from tests.support.plans import changed
from tests.support.staff import posted, tiny_staffing
from tests.support.tiny import tiny_problem

POOLS = ((0, 0, False), (1, 0, False), (0, 0, True))
OLD_HANDS = ((0, 0, 10, 10), (0, 1, 10, 4), (1, 0, 10, 4), (2, 0, 10, 2))
FREE = {"close_below": 1000.0, "keep_last_lower_secondary": False, "closings_per_year": 9}
MERGING: dict[str, Any] = {"merge_arcs": [(1, 0, 0), (1, 0, 1)], "policy": FREE}


def county(*, due: Any = (), problem: dict[str, Any] | None = None, **fields: Any) -> Problem:
    """Sixteen teachers of ten years at the first school, in town; four at the second, a village."""
    staffing = tiny_staffing(pools=POOLS, rows=OLD_HANDS, due=due, **fields)
    return tiny_problem(staffing=staffing, **(problem or {}))


def closing() -> tuple[Problem, Plan]:
    """Merge the second school of a county into the first in 2022; nobody is posted yet."""
    problem = county(problem=MERGING)
    return problem, changed(problem, merges=[(1, 0, 0, 2022), (1, 0, 1, 2022)])


def teachers_forgotten() -> tuple[Problem, Plan]:
    problem = county()
    return problem, replace(posted(problem), postings=None)


def key_teacher_hired() -> tuple[Problem, Plan]:
    problem = county(due=[(0, 0, 2022, 1)])
    return problem, posted(problem, hires=[(2, 0, 2022, 2022, 1)])


def move_to_the_same_school() -> tuple[Problem, Plan]:
    problem = county()
    return problem, posted(problem, moves=[(0, 0, 0, 2021, 1)])


def move_to_a_candidate() -> tuple[Problem, Plan]:
    problem = county()
    return problem, posted(problem, moves=[(0, 0, 2, 2021, 1)])


def teachers_left_in_a_closed_school() -> tuple[Problem, Plan]:
    problem, plan = closing()
    return problem, posted(problem, plan)


def hired_a_year_ahead_of_nothing() -> tuple[Problem, Plan]:
    problem = county(due=[(0, 0, 2021, 1)])
    return problem, posted(problem, hires=[(0, 0, 2021, 2022, 1)])


def hired_into_a_school_on_its_first_day() -> tuple[Problem, Plan]:
    options = [{"committed": 2021, "after": ("primary",)}]
    problem = county(due=[(0, 0, 2022, 1)], problem={"options": options})
    return problem, posted(problem, hires=[(0, 2, 2022, 2022, 1)])


def teacher_from_nowhere() -> tuple[Problem, Plan]:
    problem = county()
    plan = posted(problem)
    assert plan.postings is not None
    teachers = plan.postings.teachers.copy()
    teachers[0, 0] += 1
    return problem, replace(plan, postings=replace(plan.postings, teachers=teachers))


def leaver_not_replaced() -> tuple[Problem, Plan]:
    problem = county(due=[(0, 0, 2022, 1)])
    return problem, posted(problem)


def hired_beyond_the_total() -> tuple[Problem, Plan]:
    problem = county()
    return problem, posted(problem, hires=[(0, 0, 2022, 2022, 1)])


def newcomer_rotates() -> tuple[Problem, Plan]:
    problem = county()
    moves = [(0, 0, 1, 2021, 10), (0, 1, 0, 2022, 5)]
    return problem, posted(problem, moves=moves)


def core_rotates() -> tuple[Problem, Plan]:
    problem = county(core_share=0.8)
    return problem, posted(problem, moves=[(0, 0, 1, 2021, 4)])


def nobody_rotates() -> tuple[Problem, Plan]:
    problem = county(rotation_share=0.01)
    return problem, posted(problem, moves=[(0, 0, 1, 2021, 1), (0, 0, 1, 2022, 1)])


def no_key_teacher_rotates() -> tuple[Problem, Plan]:
    problem = county(key_share=0.01)
    return problem, posted(problem, moves=[(0, 0, 1, 2021, 1)])


def nobody_goes_to_the_country() -> tuple[Problem, Plan]:
    problem = county(to_country=1)
    return problem, posted(problem, moves=[(0, 1, 0, 2021, 1)])


def nobody_comes_to_town() -> tuple[Problem, Plan]:
    problem = county(to_town=1)
    return problem, posted(problem, moves=[(0, 0, 1, 2021, 1)])


Make = Callable[[], tuple[Problem, Plan]]
BROKEN_STAFF: list[tuple[str, Make]] = [
    ("staffing.missing", teachers_forgotten),
    ("staffing.pool", key_teacher_hired),
    ("staffing.pool", move_to_the_same_school),
    ("staffing.running", move_to_a_candidate),
    ("staffing.running", teachers_left_in_a_closed_school),
    ("staffing.hire", hired_a_year_ahead_of_nothing),
    ("staffing.hire", hired_into_a_school_on_its_first_day),
    ("staffing.balance", teacher_from_nowhere),
    ("staffing.total", leaver_not_replaced),
    ("staffing.total", hired_beyond_the_total),
    ("rotation.eligible", newcomer_rotates),
    ("rotation.core", core_rotates),
    ("rotation.share", nobody_rotates),
    ("rotation.key", no_key_teacher_rotates),
    ("rotation.two_way", nobody_goes_to_the_country),
    ("rotation.two_way", nobody_comes_to_town),
]
"""Each rule by name, with a problem and a plan for it that breaks that rule alone."""
