"""Each rule, broken alone."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from optimizer.check import RULES, check
from optimizer.domain import Plan, Problem, Violation
from optimizer.presence import presence
from optimizer.today import today_plan
from tests.support import broken_plans
from tests.support.broken_plans import (
    ALL_TO_FIRST,
    BROKEN,
    FREE,
    MOVED_IN,
    NO_ACTIONS,
    PRIMARY,
    RELOCATION,
    SECONDARY,
    closed,
    closing,
    opened,
)
from tests.support.broken_staff import BROKEN_STAFF
from tests.support.plans import changed, pair, recounted, set_classes
from tests.support.random_counties import random_county
from tests.support.tiny import BOTH, tiny_problem


def broken(problem: Problem, plan: Plan) -> set[str]:
    return {violation.rule for violation in check(problem, plan)}


def test_todays_network_keeps_every_rule():
    problem = tiny_problem()
    assert check(problem, today_plan(problem)) == ()


def test_opening_and_merging_by_the_rules_keeps_every_rule():
    policy = {"close_below": 100.0, "keep_last_lower_secondary": False}
    problem = tiny_problem(options=[{}], merge_arcs=ALL_TO_FIRST, policy=policy)
    plan = changed(
        problem,
        start={0: 2021},
        opens=[(2, PRIMARY, 2022), (2, SECONDARY, 2022)],
        sends={(1, PRIMARY, 2023): 2},
        **closing(2022),
    )
    assert check(problem, plan) == ()


def test_a_violation_says_where_when_and_by_how_much():
    problem = tiny_problem()
    plan = today_plan(problem)
    share = plan.share.copy()
    share[pair(problem, 2, 1, SECONDARY), 1] = 0.75
    found = check(problem, replace(plan, share=share))
    assert found[0] == Violation("assignment.sum", "z2", 2022, 0.25, "share")


ALL_BROKEN = [*BROKEN, *BROKEN_STAFF]


@pytest.mark.parametrize(
    ("rule", "case"), ALL_BROKEN, ids=[case.__name__ for _, case in ALL_BROKEN]
)
def test_a_plan_that_breaks_one_rule_is_told_that_rule(rule, case):
    problem, plan = case()
    assert broken(problem, plan) == {rule}
    assert all(violation.amount > 0 or np.isnan(violation.amount) for violation in check(*case()))


def test_every_rule_has_a_plan_that_breaks_it():
    told = {rule.__doc__.split("`")[1] for rule in RULES}  # type: ignore[union-attr]
    assert told == {rule for rule, _ in ALL_BROKEN}
    assert len(told) == len(RULES)


# What the rules allow.


@pytest.mark.parametrize(
    ("family", "case"),
    [
        ("closing", broken_plans.closings_too_many),
        ("closing", broken_plans.large_school_closed),
        ("closing", broken_plans.closing_on_short_notice),
        ("closing", broken_plans.last_lower_secondary_of_the_town_closed),
        ("catchments", broken_plans.zone_split),
        ("class_size", broken_plans.half_a_class),
        ("class_size", broken_plans.pupils_without_a_class),
        ("class_size", broken_plans.classes_fall),
        ("class_size", broken_plans.class_over_the_hard_limit),
        ("class_size", broken_plans.rooms_overrun),
        ("budget", broken_plans.budget_overrun),
    ],
)
def test_a_family_that_is_off_has_no_rules(family, case):
    problem, plan = case()
    policy = replace(problem.policy, families_off=frozenset({family}))
    assert broken(replace(problem, policy=policy), plan) == set()


def test_zones_without_entrants_need_no_school():
    problem = tiny_problem(entrants=0.00009, years=1)
    plan = today_plan(problem)
    assert broken(problem, recounted(problem, replace(plan, share=plan.share * 0))) == set()


def test_shares_may_be_off_by_rounding():
    problem = tiny_problem(policy={"whole_zones": False})
    plan = changed(problem, sends={(1, PRIMARY, 2022): {0: 0.5, 1: 0.5 + 5e-7}})
    assert broken(problem, plan) == set()


def test_a_committed_project_needs_no_action_and_no_allowed_place():
    problem = tiny_problem(
        options=[{"committed": 2021, "after": ("primary",)}],
        policy={"actions": NO_ACTIONS, "allowed_places": {"primary": frozenset({"village"})}},
    )
    assert check(problem, today_plan(problem)) == ()


def test_a_level_may_be_new_where_the_policy_names_the_place():
    assert broken(*opened(allowed_places={"primary": frozenset({"town_seat"})})) == set()


def test_an_extension_brings_no_new_level_and_is_allowed_anywhere():
    problem = tiny_problem(
        options=[{"action": "extend", "site": 0}],
        policy={"allowed_places": {"primary": frozenset(), "lower_secondary": frozenset()}},
    )
    assert broken(problem, changed(problem, start={0: 2021})) == set()


def test_a_retrofit_in_time_mends_an_unsafe_building():
    problem = tiny_problem(
        sites={"unsafe": [False, True, False]},
        policy={"unsafe_deadline": 2022},
        options=[{"site": 1, "action": "retrofit", "rooms": 0}],
    )
    assert broken(problem, changed(problem, start={0: 2021})) == set()


def test_an_extension_does_not_mend_an_unsafe_building():
    problem = tiny_problem(
        sites={"unsafe": [False, True, False]},
        policy={"unsafe_deadline": 2022},
        options=[{"site": 1, "action": "extend", "rooms": 0}],
    )
    assert broken(problem, changed(problem, start={0: 2021})) == {"lifecycle.unsafe"}


def test_a_relocation_needs_neither_merge_nor_close_and_has_no_size_limit():
    problem = tiny_problem(
        **RELOCATION, policy=FREE | {"actions": frozenset({"relocate"}), "close_below": 1.0}
    )
    merges = [(1, 2, PRIMARY, 2022), (1, 2, SECONDARY, 2022)]
    assert broken(problem, changed(problem, **MOVED_IN, merges=merges)) == set()


def test_a_conversion_stops_a_level_without_the_action_merge():
    problem = tiny_problem(
        options=[{"site": 1, "action": "convert", "after": ("primary",)}],
        merge_arcs=[(1, 0, SECONDARY)],
        policy=FREE | {"actions": frozenset({"convert"})},
    )
    plan = changed(problem, start={0: 2021}, merges=[(1, 0, SECONDARY, 2022)])
    assert broken(problem, plan) == set()


def test_an_emptied_school_closes_without_a_merger():
    problem = tiny_problem(enrolled=[], policy=FREE)
    nobody = {(2, level, year): 0 for level in (0, 1) for year in (2021, 2022, 2023)}
    stops = [(1, PRIMARY, 2021), (1, SECONDARY, 2021)]
    assert broken(problem, changed(problem, sends=nobody, stops=stops)) == set()


def test_a_school_exactly_small_enough_may_close():
    assert broken(*closed(policy=FREE | {"close_below": 80.5})) == set()


def test_notice_counts_from_the_base_year():
    assert broken(*closed(2022, policy=FREE | {"notice_years": 2})) == set()


def test_a_town_keeps_lower_secondary_at_another_site():
    problem, plan = closed(sites={"town": [0, 0, 0]})
    assert broken(problem, plan) == set()


def test_a_county_without_lower_secondary_has_no_last_school():
    problem, plan = closed()
    levels = tuple(replace(level, name=f"stage {i}") for i, level in enumerate(problem.levels))
    assert broken(replace(problem, levels=levels), plan) == set()


def test_classes_are_chosen_afresh_when_a_cohort_is_joined():
    problem = tiny_problem(merge_arcs=[(1, 0, PRIMARY)], years=2, entrants=10.0)
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2022)])
    assert broken(problem, set_classes(plan, PRIMARY, 0, 1, [2, 1])) == set()


def test_an_inherited_class_may_stay_as_large_as_it_was():
    problem = tiny_problem(
        enrolled=[(0, 0, PRIMARY, 1, 60.0)], classes=[(0, PRIMARY, 1, 1)], years=1
    )
    plan = set_classes(today_plan(problem), PRIMARY, 0, 0, [1])
    assert broken(problem, plan) == set()


def test_a_budget_may_be_carried_over_but_not_borrowed():
    option = {"site": 0, "action": "extend", "cost": 250.0}
    problem = tiny_problem(options=[option], budget=100.0)
    assert broken(problem, changed(problem, start={0: 2022})) == {"budget.year"}
    problem = tiny_problem(options=[option | {"latest": 2022}], budget=125.0)
    assert broken(problem, changed(problem, start={0: 2022})) == set()
    assert broken(problem, changed(problem, start={0: 2021})) == {"budget.year"}


def test_committed_spending_counts_in_the_budget():
    problem = tiny_problem(
        options=[{"site": 0, "action": "extend", "committed": 2021}], budget=50.0
    )
    assert broken(problem, today_plan(problem)) == {"budget.year"}


def test_merged_pupils_may_use_a_pair_open_to_their_grade_only():
    travel = {(2, 0, PRIMARY): {"intake": False, "usable_from": 2}}
    problem = tiny_problem(merge_arcs=[(1, 0, PRIMARY)], travel=travel, runs=(BOTH, BOTH, BOTH))
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2022)])
    plan = changed(problem, plan, sends={(2, PRIMARY, year): 2 for year in (2022, 2023)})
    assert broken(problem, plan) == set()


def test_a_known_presence_may_be_handed_in():
    problem, plan = closed()
    assert check(problem, plan, presence(problem, plan)) == check(problem, plan)


@pytest.mark.parametrize("seed", range(20))
def test_todays_plan_of_a_random_county_lacks_rooms_at_most(seed):
    problem = random_county(seed, sites=3 + seed % 3, split=bool(seed % 2))
    assert broken(problem, today_plan(problem)) <= {"rooms.capacity"}


def test_a_school_that_grew_above_the_limit_before_its_end_may_not_close() -> None:
    case = closed(policy=FREE | {"close_below": 80.5}, entrants=60.0)
    assert "closing.size" in broken(*case)
