"""Plans that build, run or close schools as they may not, one rule each."""

from __future__ import annotations

from typing import Any

from optimizer.domain import Plan, Problem
from optimizer.today import today_plan
from tests.support.broken_pupils import (
    ALL_TO_FIRST,
    FREE,
    NO_ACTIONS,
    PRIMARY,
    SECONDARY,
    Make,
    closing,
)
from tests.support.plans import changed
from tests.support.tiny import BOTH, tiny_problem


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


BROKEN_NETWORK: list[tuple[str, Make]] = [
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
]
