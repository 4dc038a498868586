"""Plans that break one rule each: what both judges are tried on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np

from optimizer.domain import FunctionRoom, Plan, Problem
from optimizer.today import today_plan
from tests.support.plans import changed, recounted, set_classes
from tests.support.tiny import BOTH, tiny_problem

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


def start_before_the_window() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"action": "extend", "site": 0, "earliest": 2022}])
    return problem, changed(problem, start={0: 2021})


def start_after_the_window() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"action": "extend", "site": 0, "latest": 2021}])
    return problem, changed(problem, start={0: 2022})


def start_before_the_horizon() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"action": "extend", "site": 0, "earliest": 2000}])
    return problem, changed(problem, start={0: 2020})


def service_after_the_horizon() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"action": "extend", "site": 0, "lead": 2}])
    return problem, changed(problem, start={0: 2022})


def committed_project_put_off() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"action": "extend", "site": 0, "committed": 2021}])
    return problem, changed(problem, start={0: 2022})


def committed_project_dropped() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"action": "extend", "site": 0, "committed": 2020}])
    return problem, changed(problem, start={0: 0})


def start_in_negative_years() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"action": "extend", "site": 0}])
    return problem, changed(problem, start={0: -3})


def action_not_in_the_policy() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        options=[{"action": "extend", "site": 0}], policy={"actions": NO_ACTIONS}
    )
    return problem, changed(problem, start={0: 2021})


def opened(**policy: Any) -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"lead": 0, "after": ("primary",)}], policy=policy)
    return problem, changed(problem, start={0: 2022}, opens=[(2, PRIMARY, 2022)])


def level_new_in_the_wrong_place() -> tuple[Problem, Plan]:
    return opened(allowed_places={"primary": frozenset({"village"})})


def two_openings_at_a_site() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"lead": 0}, {"lead": 0}])
    opens = [(2, PRIMARY, 2022), (2, SECONDARY, 2022)]
    return problem, changed(problem, start={0: 2022, 1: 2022}, opens=opens)


def level_from_nowhere() -> tuple[Problem, Plan]:
    problem = tiny_problem()
    return problem, changed(problem, opens=[(2, PRIMARY, 2022)])


def level_before_its_building() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"lead": 1, "after": ("primary",)}])
    return problem, changed(problem, start={0: 2021}, opens=[(2, PRIMARY, 2021)])


def school_built_and_left_empty() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{}])
    return problem, changed(problem, start={0: 2021})


def converted_level_goes_on() -> tuple[Problem, Plan]:
    problem = tiny_problem(options=[{"site": 1, "action": "convert", "after": ("primary",)}])
    return problem, changed(problem, start={0: 2021})


def level_restarted() -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=[(1, 0, PRIMARY)])
    plan = changed(problem, merges=[(1, 0, PRIMARY, 2022)])
    return problem, changed(problem, plan, opens=[(1, PRIMARY, 2023)])


def new_level_given_up() -> tuple[Problem, Plan]:
    problem, plan = opened()
    return problem, changed(problem, plan, stops=[(2, PRIMARY, 2023)])


def unsafe_building_in_use() -> tuple[Problem, Plan]:
    problem = tiny_problem(sites={"unsafe": [False, True, False]}, policy={"unsafe_deadline": 2023})
    return problem, today_plan(problem)


def retrofit_too_late() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        sites={"unsafe": [False, True, False]},
        policy={"unsafe_deadline": 2022},
        options=[{"site": 1, "action": "retrofit", "rooms": 0}],
    )
    return problem, changed(problem, start={0: 2022})


RELOCATION = {
    "options": [{"action": "relocate", "relocates": 1, "lead": 0, "rooms": 20}],
    "merge_arcs": [(1, 2, PRIMARY), (1, 2, SECONDARY), *ALL_TO_FIRST],
}
MOVED_IN = {"start": {0: 2022}, "opens": [(2, PRIMARY, 2022), (2, SECONDARY, 2022)]}


def relocation_of_half_a_school() -> tuple[Problem, Plan]:
    problem = tiny_problem(**RELOCATION)
    return problem, changed(problem, **MOVED_IN, merges=[(1, 2, PRIMARY, 2022)])


def relocation_to_another_school() -> tuple[Problem, Plan]:
    problem = tiny_problem(**RELOCATION, policy=FREE)
    merges = [(1, 2, PRIMARY, 2022), (1, 0, SECONDARY, 2022)]
    return problem, changed(problem, **MOVED_IN, merges=merges)


def parent_stops_before_its_point() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        runs=(BOTH, ("primary",), BOTH), point=(1, 1, 0), merge_arcs=[(0, 2, PRIMARY)], years=2
    )
    return problem, changed(problem, merges=[(0, 2, PRIMARY, 2022)])


def point_pupils_sent_to_a_closed_parent() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        runs=(BOTH, ("primary",), BOTH),
        point=(1, 1, 0),
        enrolled=[],
        merge_arcs=[],
        years=2,
    )
    plan = changed(
        problem,
        stops=[(0, PRIMARY, 2022), (1, PRIMARY, 2022)],
        sends={(zone, PRIMARY, year): 2 for zone in (0, 1, 2) for year in (2021, 2022)},
    )
    return problem, changed(problem, plan, sends={(2, PRIMARY, 2021): 1})


def closing_without_the_action() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        merge_arcs=ALL_TO_FIRST,
        policy={"actions": frozenset({"close"}), "keep_last_lower_secondary": False},
    )
    return problem, changed(problem, **closing())


def emptied_school_closed_without_the_action() -> tuple[Problem, Plan]:
    problem = tiny_problem(
        enrolled=[], policy={"actions": frozenset({"merge"}), "keep_last_lower_secondary": False}
    )
    nobody = {(2, level, year): 0 for level in (0, 1) for year in (2021, 2022, 2023)}
    stops = [(1, PRIMARY, 2021), (1, SECONDARY, 2021)]
    return problem, changed(problem, sends=nobody, stops=stops)


def closed(year: int = 2022, **changes: Any) -> tuple[Problem, Plan]:
    problem = tiny_problem(merge_arcs=ALL_TO_FIRST, **changes)
    return problem, changed(problem, **closing(year))


def protected_school_closed() -> tuple[Problem, Plan]:
    return closed(policy=FREE, sites={"protected": [False, True, False]})


def school_closed_against_the_parents() -> tuple[Problem, Plan]:
    return closed(policy=FREE, sites={"objection": [0.0, 0.51, 0.0]})


def closing_on_short_notice() -> tuple[Problem, Plan]:
    return closed(policy=FREE | {"notice_years": 3})


def closings_too_many() -> tuple[Problem, Plan]:
    return closed(policy=FREE | {"closings_per_year": 0})


def large_school_closed() -> tuple[Problem, Plan]:
    return closed(policy=FREE | {"close_below": 79.0})  # it has 80


def last_lower_secondary_of_the_town_closed() -> tuple[Problem, Plan]:
    return closed()


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


Make = Callable[[], tuple[Problem, Plan]]
BROKEN: list[tuple[str, Make]] = [
    ("assignment.sum", share_lost),
    ("assignment.sum", share_beyond_one),
    ("assignment.sum", share_not_a_number),
    ("assignment.pair", pair_without_intake),
    ("assignment.running", entrants_to_a_candidate),
    ("assignment.whole", zone_split),
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
    ("lifecycle.start", start_before_the_window),
    ("lifecycle.start", start_after_the_window),
    ("lifecycle.start", start_before_the_horizon),
    ("lifecycle.start", service_after_the_horizon),
    ("lifecycle.start", committed_project_put_off),
    ("lifecycle.start", committed_project_dropped),
    ("lifecycle.start", start_in_negative_years),
    ("lifecycle.action", action_not_in_the_policy),
    ("lifecycle.place", level_new_in_the_wrong_place),
    ("lifecycle.exclusive", two_openings_at_a_site),
    ("lifecycle.running", level_from_nowhere),
    ("lifecycle.running", level_before_its_building),
    ("lifecycle.running", school_built_and_left_empty),
    ("lifecycle.running", converted_level_goes_on),
    ("lifecycle.restart", level_restarted),
    ("lifecycle.keep_new", new_level_given_up),
    ("lifecycle.unsafe", unsafe_building_in_use),
    ("lifecycle.unsafe", retrofit_too_late),
    ("lifecycle.relocate", relocation_of_half_a_school),
    ("lifecycle.relocate", relocation_to_another_school),
    ("teaching_point.parent", parent_stops_before_its_point),
    ("merger.missing", point_pupils_sent_to_a_closed_parent),
    ("closing.allowed", closing_without_the_action),
    ("closing.allowed", emptied_school_closed_without_the_action),
    ("closing.protected", protected_school_closed),
    ("closing.protected", school_closed_against_the_parents),
    ("closing.notice", closing_on_short_notice),
    ("closing.cap", closings_too_many),
    ("closing.size", large_school_closed),
    ("closing.last_lower_secondary", last_lower_secondary_of_the_town_closed),
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
"""Each rule by name, with a problem and a plan for it that breaks that rule alone."""
