"""Classes for pupils whose place is known."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from optimizer.check import check
from optimizer.classes import cheapest_classes
from optimizer.domain import FunctionRoom, Plan, Problem
from optimizer.evaluate import evaluate
from optimizer.limits import base_classes, hard_limits
from optimizer.presence import Presence, presence
from tests.support.plans import changed, recounted
from tests.support.random_counties import random_county
from tests.support.tiny import BOTH, tiny_problem

PRIMARY = 0


def one_school(**changes):
    """One zone, one school, primary only in effect: small enough to count in the head."""
    given = {"zone_at": [0.0], "site_at": [0.0], "runs": (BOTH,), "enrolled": [], "years": 2}
    return tiny_problem(**given | changes)


def primary(problem, cohort):
    return changed(problem).classes[PRIMARY][0, cohort].tolist()


def test_classes_follow_the_cap_where_pupils_over_it_are_dear():
    problem = one_school(entrants=46.0, prices={"class_year": 5.0, "over_cap_pupil_year": 9.0})
    assert primary(problem, 1) == [2, 2]


def test_classes_follow_the_hard_limit_where_pupils_over_the_cap_are_cheap():
    problem = one_school(entrants=46.0, prices={"class_year": 10.0, "over_cap_pupil_year": 9.0})
    assert primary(problem, 1) == [1, 1]


def test_classes_do_not_open_in_vain_for_a_cohort_that_shrinks():
    prices = {"class_year": 10.0, "over_cap_pupil_year": 4.0}
    steady = one_school(entrants=48.0, prices=prices)
    shrinking = one_school(entrants=48.0, prices=prices, progression=0.5)
    assert primary(steady, 1) == [2, 2]
    assert primary(shrinking, 1) == [1, 1]  # a second class could not close again


def test_classes_rise_with_a_cohort_that_grows():
    problem = one_school(entrants=40.0, progression=1.5, prices={"over_cap_pupil_year": 1.0})
    assert primary(problem, 1) == [1, 2]


def test_inherited_classes_are_kept():
    problem = one_school(enrolled=[(0, 0, PRIMARY, 1, 30.0)], classes=[(0, PRIMARY, 1, 3)])
    assert primary(problem, 0) == [3, 0]


def test_a_large_inherited_class_is_kept_whole():
    problem = one_school(enrolled=[(0, 0, PRIMARY, 1, 60.0)], classes=[(0, PRIMARY, 1, 1)])
    assert primary(problem, 0) == [1, 0]


def test_classes_squeeze_where_rooms_are_short():
    problem = one_school(entrants=46.0, rooms=[4], prices={"over_cap_pupil_year": 9.0})
    assert check(problem, changed(problem)) == ()
    assert primary(problem, 1) == [1, 1]  # two grades of two levels: one room for each


def test_a_function_room_is_taken_where_its_debt_costs_less_than_a_crowd():
    room = FunctionRoom("music", frozenset(BOTH), 1)
    given = {
        "entrants": 46.0,
        "rooms": [2],
        "years": 1,
        "function_rooms": [room],
        "sites": {"function_rooms": [[1]]},
        "standards": {"function_room_free_below": 1},
    }
    dear = one_school(**given, prices={"over_cap_pupil_year": 9.0, "room_debt_year": 100.0})
    cheap = one_school(**given, prices={"over_cap_pupil_year": 9.0, "room_debt_year": 3.0})
    assert primary(dear, 1) == [1]
    assert primary(cheap, 1) == [2]
    off = replace(dear, policy=replace(dear.policy, families_off=frozenset({"function_rooms"})))
    assert primary(off, 1) == [2]


def test_classes_start_afresh_when_a_cohort_is_joined():
    problem = tiny_problem(
        years=2, entrants=10.0, merge_arcs=[(1, 0, PRIMARY)], classes=[(0, PRIMARY, 1, 4)]
    )
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2021)])
    assert plan.classes[PRIMARY][0, 0].tolist() == [2, 0]


def test_there_are_no_classes_where_class_size_is_off():
    problem = one_school(policy={"families_off": frozenset({"class_size"})})
    assert [classes.sum() for classes in changed(problem).classes] == [0, 0]


def test_a_county_without_pupils_has_no_classes():
    problem = one_school(entrants=0.0)
    assert [classes.sum() for classes in changed(problem).classes] == [0, 0]


def tight(seed: int) -> tuple[Problem, Plan, tuple[Presence, ...]]:
    """Draw a county short of rooms, with a merger or two."""
    problem = random_county(seed, zones=4, sites=3, years=2, split=True)
    rooms = np.maximum(0, problem.sites.rooms - 3)
    problem = replace(problem, sites=replace(problem.sites, rooms=rooms))
    arcs = problem.merge_arcs
    merges = [
        (int(a), int(b), int(level), 2022)
        for a, b, level in zip(arcs.from_site, arcs.to_site, arcs.level, strict=True)
        if b == 0
    ]
    plan = changed(problem, merges=merges[: seed % 2])
    return problem, plan, presence(problem, plan)


@pytest.mark.parametrize("seed", range(15))
def test_no_violation_is_left_that_classes_could_avoid(seed):
    problem, plan, here = tight(seed)
    found = check(problem, plan)
    fewest = replace(plan, classes=_fewest(problem, here))
    unavoidable = sum(v.amount for v in check(problem, fewest) if v.rule == "rooms.capacity")
    assert {violation.rule for violation in found} <= {"rooms.capacity"}
    assert sum(violation.amount for violation in found) == unavoidable


@pytest.mark.parametrize("seed", range(10))
def test_the_classes_of_a_school_cost_what_the_best_of_all_choices_costs(seed):
    rng = np.random.default_rng(seed)
    problem = one_school(
        grades=(2, 1),
        entrants=rng.uniform(30, 120, (1, 2, 2)),
        enrolled=[(0, 0, PRIMARY, 1, 50.0)],
        progression=float(rng.choice([0.8, 1.0, 1.1])),
        rooms=[int(rng.integers(4, 8))],
        function_rooms=[FunctionRoom("music", frozenset(BOTH), 1)],
        sites={"function_rooms": [[int(rng.integers(0, 3))]]},
        prices={"class_year": 10.0, "over_cap_pupil_year": 2.0, "room_debt_year": 8.0},
    )
    plan = changed(problem)
    allowed = [one for one in _all_choices(problem, plan) if check(problem, one) == ()]
    if allowed:
        best = min(evaluate(problem, one).objective for one in allowed)
        assert check(problem, plan) == ()
        assert evaluate(problem, plan).objective == pytest.approx(best)
    else:
        assert {violation.rule for violation in check(problem, plan)} == {"rooms.capacity"}


def test_the_choice_is_the_same_again():
    problem, plan, here = tight(3)
    again = cheapest_classes(problem, plan, here)
    assert all(np.array_equal(a, b) for a, b in zip(plan.classes, again, strict=True))
    assert recounted(problem, plan) == plan


def _fewest(problem: Problem, here: tuple[Presence, ...]) -> tuple[np.ndarray, ...]:
    """Count the fewest classes that R2 and R3 allow, ignoring rooms and prices."""
    chosen = []
    for level, present in enumerate(here):
        limit, base = hard_limits(problem, level), base_classes(problem, level)
        classes = np.zeros(present.pupils.shape, int)
        for site, cohort, year in np.ndindex(classes.shape):
            pupils = present.pupils[site, cohort, year]
            before = classes[site, cohort, year - 1] if year else base[site, cohort]
            kept = 0 if present.arrivals[site, cohort, year] > 1e-4 else before
            if pupils > 1e-4:
                need = int(np.ceil(pupils / limit[site, cohort] - 1e-6))
                classes[site, cohort, year] = max(1, need, kept)
        chosen.append(classes)
    return tuple(chosen)


def _all_choices(problem: Problem, plan: Plan) -> Iterator[Plan]:
    """Yield every choice of the fewest classes or one more; so few pupils never want two."""
    here = presence(problem, plan)
    fewest = _fewest(problem, here)
    cells = [
        (level, *place)
        for level, present in enumerate(here)
        for place in np.argwhere(present.pupils > 1e-4)
    ]
    for more in itertools.product((0, 1), repeat=len(cells)):
        classes = [one.copy() for one in fewest]
        for (level, *place), number in zip(cells, more, strict=True):
            classes[level][tuple(place)] += number
        yield replace(plan, classes=tuple(classes))
