"""Plans with too few classes, rooms, seats or yuan, one rule each."""

from __future__ import annotations

import numpy as np

from optimizer.domain import FunctionRoom, Plan, Problem
from optimizer.today import today_plan
from tests.support.broken_pupils import (
    PRIMARY,
    Make,
)
from tests.support.plans import changed, set_classes
from tests.support.tiny import BOTH, tiny_problem


def with_classes(site: int, cohort: int, numbers: list[float]) -> tuple[Problem, Plan]:
    problem = tiny_problem(rooms=[20, 20, 20])
    return problem, set_classes(today_plan(problem), PRIMARY, site, cohort, numbers)


def half_a_class() -> tuple[Problem, Plan]:
    return with_classes(0, 2, [0, 1.5, 1.5])


def less_than_no_class() -> tuple[Problem, Plan]:
    return with_classes(2, 2, [0, -1, 0])


def class_without_pupils() -> tuple[Problem, Plan]:
    return with_classes(2, 2, [0, 1, 0])


def pupils_without_a_class() -> tuple[Problem, Plan]:
    return with_classes(1, 2, [0, 0, 1])


def classes_fall() -> tuple[Problem, Plan]:
    return with_classes(0, 2, [0, 2, 1])


def inherited_classes_fall() -> tuple[Problem, Plan]:
    problem = tiny_problem(classes=[(0, PRIMARY, 1, 2), (1, PRIMARY, 1, 1)])
    return problem, set_classes(today_plan(problem), PRIMARY, 0, 0, [1, 0, 0])


def class_over_the_hard_limit() -> tuple[Problem, Plan]:
    problem = tiny_problem(entrants=28.0)
    return problem, set_classes(today_plan(problem), PRIMARY, 0, 1, [1, 1, 0])


def inherited_class_grown_past_its_own_size() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        enrolled=[(0, 0, PRIMARY, 1, 60.0)], classes=[(0, PRIMARY, 1, 1)], progression=1.01
    )
    return problem, set_classes(today_plan(problem), PRIMARY, 0, 0, [1, 0, 0])


def rooms_overrun() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        rooms=[3, 2, 0],
        function_rooms=[FunctionRoom("music", frozenset(BOTH), 1)],
        sites={"function_rooms": [[1], [1], [0]]},
    )
    return problem, today_plan(problem)


def seats_overrun() -> tuple[Problem, Plan]:
    problem = tiny_problem(sites={"seats": [np.nan, 79.5, np.nan]})
    return problem, today_plan(problem)


def budget_overrun() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"site": 0, "action": "extend"}], budget=[99.98, 1e3, 1e3])
    return problem, changed(problem, start={0: 2021})


def yearly_budget_overrun() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        options=[{"site": 0, "action": "extend"}], budget=99.0, policy={"carry_over": False}
    )
    return problem, changed(problem, start={0: 2022})


def schools_too_many() -> tuple[Problem, Plan]:
    problem = tiny_problem(policy={"schools_open": 1})
    return problem, today_plan(problem)


BROKEN_ROOMS: list[tuple[str, Make]] = [
    ("classes.integer", half_a_class),
    ("classes.integer", less_than_no_class),
    ("classes.zero", class_without_pupils),
    ("classes.zero", pupils_without_a_class),
    ("classes.fall", classes_fall),
    ("classes.fall", inherited_classes_fall),
    ("class_size.hard", class_over_the_hard_limit),
    ("class_size.hard", inherited_class_grown_past_its_own_size),
    ("rooms.capacity", rooms_overrun),
    ("seats.capacity", seats_overrun),
    ("budget.year", budget_overrun),
    ("budget.year", yearly_budget_overrun),
    ("schools.open", schools_too_many),
]
