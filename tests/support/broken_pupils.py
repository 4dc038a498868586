"""Plans that send pupils where they may not go, one rule each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import Adjacency, Plan, Problem
from optimizer.today import today_plan
from tests.support.plans import changed, recounted
from tests.support.tiny import BOTH, tiny_problem

Make = Callable[[], tuple[Problem, Plan]]
PRIMARY, SECONDARY = 0, 1
ALL_TO_FIRST = [(1, 0, PRIMARY), (1, 0, SECONDARY)]
FREE = {"keep_last_lower_secondary": False}
NO_ACTIONS: frozenset[str] = frozenset()


def closing(year: int = 2022) -> dict[str, Any]:
    """Close the second school into the first."""
    return {"merges": [(1, 0, PRIMARY, year), (1, 0, SECONDARY, year)]}


def share_lost() -> tuple[Problem, Plan]:
    problem = tiny_problem(policy={"whole_zones": False})
    return problem, changed(problem, sends={(1, PRIMARY, 2022): {0: 0.999}})


def share_beyond_one() -> tuple[Problem, Plan]:
    problem = tiny_problem(policy={"whole_zones": False})
    return problem, changed(problem, sends={(1, PRIMARY, 2022): {0: 1.5, 1: -0.5}})


def share_not_a_number() -> tuple[Problem, Plan]:
    problem = tiny_problem()
    return problem, changed(problem, sends={(1, PRIMARY, 2022): {0: np.nan}})


def pair_without_intake() -> tuple[Problem, Plan]:
    problem = tiny_problem(travel={(1, 1, PRIMARY): {"intake": False}})
    return problem, changed(problem, sends={(1, PRIMARY, 2021): 1})


def entrants_to_a_candidate() -> tuple[Problem, Plan]:
    problem = tiny_problem(years=1, rooms=[20, 20, 20])
    return problem, changed(problem, sends={(1, PRIMARY, 2021): 2})


def zone_split() -> tuple[Problem, Plan]:
    problem = tiny_problem()
    return problem, changed(problem, sends={(1, PRIMARY, 2021): {0: 0.5, 1: 0.5}})


IN_A_ROW = Adjacency(np.array([0, 1]), np.array([1, 2]), np.array([0, 2, 1]))


def area_torn() -> tuple[Problem, Plan]:
    problem = tiny_problem(adjacency=IN_A_ROW, policy={"contiguous": True})
    return problem, changed(problem, sends={(1, PRIMARY, 2021): 1, (2, PRIMARY, 2021): 0})


def too_many_sent_elsewhere() -> tuple[Problem, Plan]:
    problem = tiny_problem(policy={"stability": 0.3})
    return problem, changed(problem, sends={(1, PRIMARY, 2022): 1})


def merger_without_arc() -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=[(1, 0, PRIMARY), (0, 1, SECONDARY)], policy=FREE)
    return problem, changed(problem, **closing())


def merger_of_a_level_that_does_not_stop() -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=[(1, 0, PRIMARY)])
    plan = replace(today_plan(problem), merges=np.array([[1, 0, PRIMARY, 2022]]))
    return problem, recounted(problem, plan)


def merger_twice() -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=ALL_TO_FIRST, policy=FREE)
    plan = changed(problem, **closing())
    return problem, replace(plan, merges=plan.merges[[0, 1, 1]])


def merger_after_the_horizon() -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=ALL_TO_FIRST)
    return problem, replace(today_plan(problem), merges=np.array([[1, 0, PRIMARY, 2031]]))


def merger_into_a_candidate() -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=[(1, 2, PRIMARY)], rooms=[20, 20, 20])
    plan = changed(problem, merges=[(1, 2, PRIMARY, 2023)], sends={(2, PRIMARY, 2023): 0})
    return problem, plan


def merger_out_of_reach() -> tuple[Problem, Plan]:
    travel = {(2, 0, PRIMARY): {"intake": False, "usable_from": 3}}
    problem = tiny_problem(merge_arcs=[(1, 0, PRIMARY)], travel=travel, runs=(BOTH, BOTH, BOTH))
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2022)])
    return problem, changed(problem, plan, sends={(2, PRIMARY, year): 2 for year in (2022, 2023)})


def merger_without_a_pair() -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=[(1, 0, PRIMARY)], reach=10, runs=(BOTH, BOTH, BOTH), years=2)
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2022)])
    return problem, changed(problem, plan, sends={(2, PRIMARY, 2022): 2})


def point_pupils_without_a_pair_to_the_parent() -> tuple[Problem, Plan]:
    far = {(2, 0, SECONDARY): {"intake": True, "usable_from": 3}}
    problem = tiny_problem(
        runs=(BOTH, ("primary",), ()), point=(1, 1, 0), reach=10, travel=far, years=2
    )
    return problem, today_plan(problem)


def pupils_left_behind() -> tuple[Problem, Plan]:
    problem = tiny_problem(years=2)
    plan = changed(problem, stops=[(1, PRIMARY, 2022)], sends={(2, PRIMARY, 2022): 0})
    return problem, plan


def pupils_enrolled_where_nothing_runs() -> tuple[Problem, Plan]:
    problem = tiny_problem(enrolled=[(1, 2, PRIMARY, 1, 10.0)], rooms=[20, 20, 20])
    return problem, today_plan(problem)


BROKEN_PUPILS: list[tuple[str, Make]] = [
    ("assignment.sum", share_lost),
    ("assignment.sum", share_beyond_one),
    ("assignment.sum", share_not_a_number),
    ("assignment.pair", pair_without_intake),
    ("assignment.running", entrants_to_a_candidate),
    ("assignment.whole", zone_split),
    ("catchments.contiguous", area_torn),
    ("catchments.stability", too_many_sent_elsewhere),
    ("merger.arc", merger_without_arc),
    ("merger.receiver", merger_of_a_level_that_does_not_stop),
    ("merger.arc", merger_twice),
    ("merger.arc", merger_after_the_horizon),
    ("merger.receiver", merger_into_a_candidate),
    ("merger.reach", merger_out_of_reach),
    ("merger.reach", merger_without_a_pair),
    ("merger.reach", point_pupils_without_a_pair_to_the_parent),
    ("merger.missing", pupils_left_behind),
    ("merger.missing", pupils_enrolled_where_nothing_runs),
]
