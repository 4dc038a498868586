"""The rules a plan keeps or breaks, judged straight from the problem (semantics: Violations).

Each rule is one function from a `Case` to its violations; the tuple below is the table of contents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from optimizer.check import assignment, capacity, catchments, closing, lifecycle, mergers, staffing
from optimizer.check.case import Case
from optimizer.domain import Plan, Problem, Violation
from optimizer.presence import Presence, presence

RULES: tuple[Callable[[Case], Iterator[Violation]], ...] = (
    assignment.every_entrant_has_a_school,
    assignment.entrants_go_where_they_may,
    assignment.entrants_find_the_level_running,
    assignment.zones_stay_whole,
    catchments.areas_hang_together,
    catchments.few_are_sent_elsewhere,
    mergers.mergers_are_allowed,
    mergers.mergers_go_from_a_stopping_to_a_running_level,
    mergers.moved_pupils_can_get_there,
    mergers.no_pupils_are_left_behind,
    lifecycle.projects_start_in_their_window,
    lifecycle.projects_are_of_allowed_kinds,
    lifecycle.levels_are_new_only_where_allowed,
    lifecycle.a_site_changes_levels_once,
    lifecycle.levels_run_as_projects_say,
    lifecycle.stopped_levels_stay_stopped,
    lifecycle.new_levels_keep_running,
    lifecycle.unsafe_buildings_stand_empty,
    lifecycle.relocations_move_the_whole_school,
    mergers.points_have_a_running_parent,
    closing.stopping_is_allowed,
    closing.protected_sites_keep_their_levels,
    closing.closings_are_announced,
    closing.closings_are_few,
    closing.only_small_schools_close,
    closing.towns_keep_a_lower_secondary_school,
    capacity.classes_are_whole,
    capacity.classes_go_with_pupils,
    capacity.classes_never_fall,
    capacity.no_class_exceeds_the_hard_limit,
    capacity.classes_fit_the_rooms,
    capacity.pupils_fit_the_seats,
    capacity.building_stays_within_the_budget,
    lifecycle.the_number_of_schools_is_as_fixed,
    staffing.teachers_are_planned,
    staffing.key_teachers_are_not_hired,
    staffing.teachers_are_where_their_level_runs,
    staffing.hires_start_at_once_or_a_year_ahead,
    staffing.teachers_neither_appear_nor_vanish,
    staffing.hires_replace_those_who_leave,
    staffing.only_the_eligible_rotate,
    staffing.a_core_of_teachers_stays,
    staffing.enough_of_the_eligible_rotate,
    staffing.enough_key_teachers_rotate,
    staffing.town_and_country_exchange_teachers,
)


def check(
    problem: Problem, plan: Plan, present: tuple[Presence, ...] | None = None
) -> tuple[Violation, ...]:
    """List every rule that a plan breaks, in the order of `RULES`; none: the plan is feasible.

    Parameters
    ----------
    present
        What `presence` says, if known already.

    Raises
    ------
    ValueError
        If the plan is not one of this problem.
    """
    present = presence(problem, plan) if present is None else present
    case = Case(problem, plan, present)
    return tuple(violation for rule in RULES for violation in rule(case))
