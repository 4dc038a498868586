"""Rules about classes, rooms, seats and money (R2, R3, R5, R7, M4)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer import rooms
from optimizer.check.case import COUNTY, PUPILS, YUAN, Case
from optimizer.domain import Violation
from optimizer.evaluate import spending
from optimizer.limits import base_classes, hard_limits


def classes_are_whole(case: Case) -> Iterator[Violation]:
    """`classes.integer`: whole numbers, not negative."""
    if _on(case):
        for classes in case.plan.classes:
            broken = ~((classes >= 0) & (classes == np.floor(classes)))
            yield from case.at_sites("classes.integer", broken, np.abs(classes), "classes")


def classes_go_with_pupils(case: Case) -> Iterator[Violation]:
    """`classes.zero`: no class without pupils, no pupils without a class."""
    if _on(case):
        for classes, here in zip(case.plan.classes, case.present, strict=True):
            broken = (classes > 0) != (here.pupils > PUPILS)
            amount = np.where(classes > 0, classes, here.pupils)
            yield from case.at_sites("classes.zero", broken & (classes > 0), amount, "classes")
            yield from case.at_sites("classes.zero", broken & (classes <= 0), amount, "pupils")


def classes_never_fall(case: Case) -> Iterator[Violation]:
    """`classes.fall`: fewer than the year before only when the pupils leave or others join."""
    if not _on(case):
        return
    for index, (classes, here) in enumerate(zip(case.plan.classes, case.present, strict=True)):
        before = np.empty_like(classes)
        before[:, :, 0] = base_classes(case.problem, index)
        before[:, :, 1:] = classes[:, :, :-1]
        broken = (classes < before) & (classes > 0) & (here.arrivals <= PUPILS)
        yield from case.at_sites("classes.fall", broken, before - classes, "classes")


def no_class_exceeds_the_hard_limit(case: Case) -> Iterator[Violation]:
    """`class_size.hard`: pupils fit their classes at the limit; inherited ones at their own."""
    if not _on(case):
        return
    for index, (classes, here) in enumerate(zip(case.plan.classes, case.present, strict=True)):
        over = here.pupils - hard_limits(case.problem, index)[:, :, None] * classes
        broken = (over > PUPILS) & (classes > 0)
        yield from case.at_sites("class_size.hard", broken, over, "pupils")


def classes_fit_the_rooms(case: Case) -> Iterator[Violation]:
    """`rooms.capacity`: classes beyond the classrooms find function rooms to take."""
    if _on(case):
        there = rooms.function_rooms(case.problem, case.plan).sum(axis=2)
        short = rooms.taken(case.problem, case.plan) - there
        yield from case.at_sites("rooms.capacity", short > 0, short, "rooms")


def pupils_fit_the_seats(case: Case) -> Iterator[Violation]:
    """`seats.capacity`: where a site states seats, its pupils fit them."""
    present = np.add.reduce([here.pupils.sum(axis=1) for here in case.present])
    over = present - case.problem.sites.seats[:, None]
    yield from case.at_sites("seats.capacity", over > PUPILS, over, "pupils")


def building_stays_within_the_budget(case: Case) -> Iterator[Violation]:
    """`budget.year`: yearly, or with carry-over cumulative, spending stays within the budget."""
    policy, budget = case.problem.policy, case.problem.budget
    if not policy.on("budget"):
        return
    spent = spending(case.problem, case.plan).sum(axis=0)
    over = np.cumsum(spent) - np.cumsum(budget) if policy.carry_over else spent - budget
    for year in np.flatnonzero(over > YUAN):
        yield Violation("budget.year", COUNTY, case.year(year), float(over[year]), "yuan")


def _on(case: Case) -> bool:
    return case.problem.policy.on("class_size")
