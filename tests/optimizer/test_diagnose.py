"""Shortages that a person can check by adding up."""

import pytest

from optimizer.diagnose import cuts, shortages
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem


def test_a_county_with_room_lacks_nothing() -> None:
    assert shortages(random_county(0)) == ()


def test_a_cut_names_zones_sites_pupils_and_places() -> None:
    problem = tiny_problem(rooms=(20, 0, 0), reach=10.0, options=())
    found = [cut for cut in cuts(problem) if cut.level == "primary" and cut.year == 2022]
    assert len(found) == 1
    cut = found[0]
    assert cut.zones == ("z2",)
    assert cut.sites == ("s1",)
    assert (cut.pupils, cut.places, cut.short) == pytest.approx((40.0, 0.0, 40.0))


def test_a_shortage_of_millions_is_counted_as_one_of_dozens() -> None:
    few, many = (
        cuts(tiny_problem(rooms=(0, 0, 0), reach=10.0, options=(), enrolled=[], entrants=each))
        for each in (40.0, 3_000_000.0)
    )
    assert few
    assert [(cut.level, cut.year, cut.zones) for cut in many] == [
        (cut.level, cut.year, cut.zones) for cut in few
    ]
    assert [cut.short for cut in many] == pytest.approx([75_000.0 * cut.short for cut in few])


def test_an_option_that_could_serve_by_then_counts_as_places() -> None:
    options = [{"site": 1, "action": "extend", "rooms": 10, "lead": 1, "after": ()}]
    short = tiny_problem(rooms=(20, 0, 0), reach=10.0, options=options)
    assert {cut.year for cut in cuts(short)} == {2021}


def test_zones_without_any_school_in_reach_are_a_shortage_of_their_own() -> None:
    problem = tiny_problem(reach=5.0)
    found = [cut for cut in cuts(problem) if cut.zones == ("z1",)]
    assert found
    assert all(cut.sites == () and cut.places == 0.0 for cut in found)
    assert "no school" in shortages(problem)[0].where


def test_levels_that_share_rooms_are_counted_together() -> None:
    found = cuts(tiny_problem(rooms=(2, 1, 0)))
    assert {cut.level for cut in found} == {"all levels"}
    assert found[0].short == pytest.approx(240.0 - 3 * 55.0)


def test_committed_projects_beyond_the_budget_are_named() -> None:
    project = {"site": 2, "committed": 2021, "cost": 100.0}
    found = shortages(tiny_problem(options=[project], budget=30.0))
    assert [(one.rule, one.year, one.amount) for one in found] == [
        ("shortage.budget", 2021, pytest.approx(70.0)),
        ("shortage.budget", 2022, pytest.approx(40.0)),
        ("shortage.budget", 2023, pytest.approx(10.0)),
    ]


def test_todays_classes_without_rooms_are_named() -> None:
    many = [(0, 0, 1, 30)]
    found = shortages(
        tiny_problem(rooms=(20, 20, 0), classes=many, policy={"actions": frozenset()})
    )
    assert any(one.rule == "shortage.rooms" and one.where == "s0" for one in found)
