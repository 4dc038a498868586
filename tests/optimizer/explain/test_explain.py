"""Why there is no plan, and what mends it: each answer held against the county it was made for."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.planted import draw
from optimizer.diagnose import Cut
from optimizer.domain import MergeArcs, Problem, Status
from optimizer.explain import Explanation, Wider, explain
from optimizer.explain.arithmetic import orders
from optimizer.explain.mends import Change
from optimizer.explain.model import Clock, possible
from optimizer.explain.part import part_of
from optimizer.explain.reach import with_idle_sites
from optimizer.explain.rules import LAWS, soft_rules
from optimizer.methods.base import Limits
from optimizer.solve import solve
from tests.support.random_counties import random_county
from tests.support.staff import tiny_staffing
from tests.support.tiny import tiny_problem
from tests.support.varied import varied_county

EXACT = Limits(gap=1.0, seconds=30.0)


def has_plan(problem: Problem) -> bool:
    return solve(problem, "monolithic", EXACT).plan is not None


def only_change(found: Explanation, rule: str) -> Change:
    (change,) = [one.change for one in found.mends if one.change.rule == rule]
    return change


def test_a_county_with_a_plan_has_nothing_to_explain() -> None:
    found = explain(random_county(0), 30.0)
    assert found == Explanation(Status.FEASIBLE)


def test_without_time_nothing_is_claimed() -> None:
    found = explain(draw("new school above the budget", 3).problem, 1e-9)
    assert found.status is Status.UNKNOWN
    assert found.untried == ("undecided",)


@pytest.mark.parametrize(
    ("kind", "rule"),
    [
        ("closings forced above the limit", "closings"),
        ("new school above the budget", "budget"),
        ("too few seats in reach", "seats"),
        ("unsafe and too large to close", "close_below"),
        ("unsafe and no time for notice", "notice"),
    ],
)
def test_the_smallest_change_mends_and_less_does_not(kind: str, rule: str) -> None:
    problem = draw(kind, 2).problem
    found = explain(problem, 60.0)
    assert found.clash == (rule,)
    change = only_change(found, rule)
    assert change.smallest
    eased = next(one.eased for one in soft_rules() if one.name == rule)
    ((what, amount),) = change.amounts
    assert has_plan(eased(problem, {what: amount}))
    less = amount - (2.0 if rule == "budget" else 1.0)
    assert not has_plan(eased(problem, {what: less}))


def test_mends_stand_by_what_their_plans_cost() -> None:
    found = explain(draw("retrofit above the budget", 2).problem, 60.0)
    assert {one.change.rule for one in found.mends} == {"budget", "protected"}
    costs = [one.cost for one in found.mends if one.cost is not None]
    assert costs == sorted(costs)
    assert len(costs) == 2


def test_a_law_is_named_beside_the_clash_and_never_mends() -> None:
    found = explain(draw("unsafe and protected", 2).problem, 60.0)
    assert found.clash == ("protected",)
    assert found.laws == ("unsafe",)
    assert not set(LAWS) & {one.change.rule for one in found.mends}


def test_rooms_that_no_project_brings_are_priced_beside_the_plan() -> None:
    problem = draw("classes without rooms", 2).problem
    mend = next(one for one in explain(problem, 60.0).mends if one.change.rule == "rooms")
    options = problem.options
    per_room = float(options.capital_cost[0] / options.rooms[0])
    assert mend.of_change == pytest.approx(per_room * mend.change.total)
    assert mend.cost is not None
    assert mend.cost > mend.of_change


def test_the_hard_limit_never_rises_to_the_red_line() -> None:
    rule = next(one for one in soft_rules() if one.name == "class_size")
    problem = tiny_problem()
    eased = rule.eased(problem, dict.fromkeys(rule.keys(problem), rule.steps(problem)[-1]))
    assert all(level.hard <= level.very_large for level in eased.levels)


def beyond(problem: Problem, limit: float) -> Wider:
    """Travel of a county in which all is in reach, with the excess over a limit."""
    travel = replace(problem.travel, beyond=np.maximum(0.0, problem.travel.minutes - limit))
    none = np.zeros(0, dtype=int)
    return Wider(travel, MergeArcs(none, none, none))


def test_pupils_may_go_farther_by_as_little_as_does() -> None:
    near = tiny_problem(reach=7.0)
    wider = beyond(tiny_problem(reach=1e9), 7.0)
    found = explain(near, 60.0, lambda: wider)
    assert found.clash == ("reach",)
    change = only_change(found, "reach")
    assert (change.total, change.smallest) == (3.0, True)


def test_pairs_of_sites_that_may_not_run_change_nothing_by_themselves() -> None:
    problem = tiny_problem(reach=5.0, policy={"actions": frozenset()})
    found = explain(with_idle_sites(problem, beyond(tiny_problem(), 1e9)), 30.0)
    assert found.status is Status.INFEASIBLE
    assert {cut.zones for cut in found.cuts} == {("z1",)}


@pytest.mark.parametrize("seed", range(6))
def test_a_part_of_a_county_with_a_plan_has_a_plan(seed: int) -> None:
    county = varied_county(seed)
    assert possible(county, Clock.of(30.0))
    zones = county.zones.ids[seed % 3 : seed % 3 + 2]
    part, _ = part_of(county, None, [Cut("primary", 2021, zones, (), 0.0, 0.0)])
    assert part.zones.ids == zones
    assert possible(part, Clock.of(30.0))


def test_tables_that_were_compared_before_are_cut_and_joined_all_the_same() -> None:
    county = tiny_problem(reach=7.0)
    wider = beyond(tiny_problem(), 7.0)
    for table in (county.zones, county.sites, county.options, county.travel, wider.travel):
        assert table.digest
    part, more = part_of(
        with_idle_sites(county, wider), wider, [Cut("all", 2021, ("z0",), (), 0, 0)]
    )
    assert part.zones.ids == ("z0",)
    assert more is not None
    assert set(more.travel.zone) == {0}


def test_a_part_keeps_the_shortage_that_it_is_about() -> None:
    problem = draw("too few places in reach", 2).problem
    whole = explain(problem, 60.0)
    part, _ = part_of(problem, None, whole.cuts)
    assert explain(part, 60.0).clash == whole.clash


def test_a_large_county_is_explained_by_its_part(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = draw("too few places in reach", 2).problem
    whole = explain(problem, 60.0)
    part, _ = part_of(problem, None, whole.cuts)
    shares = int(part.travel.intake.sum()) * part.horizon.years
    assert shares < int(problem.travel.intake.sum()) * problem.horizon.years
    monkeypatch.setattr("optimizer.explain.model.LARGE", shares)
    found = explain(problem, 60.0)
    assert "part" in found.untried
    assert (found.clash, found.cuts) == (whole.clash, whole.cuts)
    assert {one.change.rule for one in found.mends} == {one.change.rule for one in whole.mends}
    assert all(one.cost is not None for one in found.mends)


def test_what_only_adding_up_asks_for_is_no_mend(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("optimizer.explain.model.LARGE", 0)
    found = explain(draw("too few places in reach", 2).problem, 60.0)
    assert "part" in found.untried
    assert "unsolved:rooms" in found.untried
    assert found.mends == ()


def test_a_large_part_is_mended_by_its_cuts_where_a_plan_shows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimizer.explain.model.LARGE", 0)
    no_room = tiny_problem(
        years=1,
        grades=(1, 1),
        zone_at=(0, 20),
        runs=(("primary",), ("primary",), ()),
        rooms=(6, 0, 0),
        entrants=[[[20.0], [0.0]], [[20.0], [0.0]]],
        reach=7.0,
    )
    found = explain(no_room, 60.0)
    change = only_change(found, "rooms")
    assert change.amounts == (("s1", 1.0),)
    assert not change.smallest
    assert all(one.cost is not None for one in found.mends)


def test_a_county_too_large_without_a_cut_says_what_was_not_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("optimizer.explain.model.LARGE", 0)
    found = explain(tiny_problem(policy={"schools_open": 9}), 30.0)
    assert found.status is Status.INFEASIBLE
    assert found.clash == ("schools_open",)
    assert {"lacking", "large", "clash:schools_open"} <= set(found.untried)


def test_teachers_are_said_to_be_left_out() -> None:
    found = explain(tiny_problem(staffing=tiny_staffing()), 30.0)
    assert found.status is Status.FEASIBLE
    assert found.untried == ("staff",)


@pytest.mark.parametrize("seed", range(101, 115, 2))
def test_what_is_said_to_be_possible_is_what_the_whole_model_says(seed: int) -> None:
    county, rng = varied_county(seed), np.random.default_rng(seed)
    fewer = rng.integers(0, 4, len(county.sites))
    sites = replace(
        county.sites,
        rooms=np.maximum(0, county.sites.rooms - fewer),
        unsafe=rng.random(len(county.sites)) < 0.4,
    )
    policy = replace(county.policy, unsafe_deadline=2021 + int(rng.integers(0, 3)))
    bent = replace(county, sites=sites, policy=policy)
    assert possible(bent, Clock.of(30.0)) is has_plan(bent)


def test_unsafe_schools_without_a_way_out_are_counted() -> None:
    unsafe = {"unsafe": [True, False, False], "protected": [True, False, False]}
    stuck = tiny_problem(sites=unsafe, policy={"unsafe_deadline": 2022})
    assert [(one.rule, one.where, one.year) for one in orders(stuck)] == [
        ("orders.unsafe", "s0", 2022)
    ]


def test_retrofits_beyond_all_the_money_are_counted() -> None:
    unsafe = {"unsafe": [True, False, False], "protected": [True, False, False]}
    repair = {"site": 0, "action": "retrofit", "rooms": 0, "cost": 100.0, "lead": 1}
    problem = tiny_problem(
        sites=unsafe, options=[repair], policy={"unsafe_deadline": 2022}, budget=30.0
    )
    (one,) = orders(problem)
    assert (one.rule, one.year, one.amount) == ("orders.retrofits", 2022, pytest.approx(40.0))


def test_a_decided_project_may_not_end_a_protected_school() -> None:
    convert = {"site": 0, "action": "convert", "after": ("primary",), "committed": 2021, "lead": 0}
    problem = tiny_problem(sites={"protected": [True, False, False]}, options=[convert])
    assert [one.rule for one in orders(problem)] == ["orders.protected"]


def test_orders_that_can_be_kept_are_no_contradiction() -> None:
    repair = {"site": 0, "action": "retrofit", "rooms": 0, "cost": 100.0, "lead": 1}
    convert = {"site": 1, "action": "convert", "after": ("primary",), "committed": 2021, "lead": 0}
    problem = tiny_problem(
        sites={"unsafe": [True, True, False], "protected": [True, False, False]},
        options=[repair, convert],
        policy={"unsafe_deadline": 2022, "closings_per_year": 1, "schools_open": 2},
        budget=60.0,
    )
    assert orders(problem) == ()
