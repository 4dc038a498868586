"""Which zones are joined to a school, and of which pairs nothing is asked."""

from __future__ import annotations

import numpy as np

from optimizer.areas import joined, must_join, neighbours, schools_of_today, torn
from optimizer.domain import Adjacency, Problem
from tests.support.tiny import tiny_problem

ROW = Adjacency(np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([0, 3]))
"""Four zones in a row, a school at each end."""


def county(today: tuple[int, ...], adjacency: Adjacency = ROW) -> Problem:
    """Four zones whose first grade goes to the schools given; -1: there is none."""
    return tiny_problem(
        zone_at=(0, 10, 20, 30),
        site_at=(0, 30),
        runs=(("primary",), ("primary",)),
        enrolled=[(i, site, 0, 1, 10.0) for i, site in enumerate(today) if site >= 0],
        adjacency=adjacency,
    )


def excused(problem: Problem) -> set[tuple[int, int]]:
    """(zone, site) pairs of primary of which nothing is asked."""
    assert problem.adjacency is not None
    travel, asked = problem.travel, must_join(problem, problem.adjacency)
    rows = np.flatnonzero(~asked & (travel.level == 0))
    return set(zip(travel.zone[rows].tolist(), travel.site[rows].tolist(), strict=True))


def test_a_walk_goes_through_the_area_and_no_further() -> None:
    near = neighbours(ROW, 4)
    assert joined(0, {1, 3}, near) == {0, 1}
    assert joined(0, {1, 2, 3}, near) == {0, 1, 2, 3}


def test_in_a_county_in_one_piece_everything_is_asked() -> None:
    assert excused(county((0, 0, 1, 1))) == set()


def test_a_zone_cut_off_today_may_stay_where_it_is() -> None:
    assert excused(county((0, 1, 0, 1))) == {(1, 1), (2, 0)}


def test_a_zone_without_pupils_today_cuts_nothing_off() -> None:
    assert excused(county((0, -1, 0, 1))) == set()


def test_a_schools_own_zone_joins_though_it_belongs_elsewhere() -> None:
    assert excused(county((1, 0, 0, 0))) == {(0, 1)}


def test_across_water_nothing_is_asked() -> None:
    islands = Adjacency(np.array([0, 2]), np.array([1, 3]), np.array([0, 3]))
    assert excused(county((0, 0, 1, 1), islands)) == {(0, 1), (1, 1), (2, 0), (3, 0)}


def test_of_a_school_that_stands_in_no_zone_nothing_is_asked() -> None:
    homeless = Adjacency(ROW.zone_a, ROW.zone_b, np.array([0, -1]))
    assert excused(county((0, 0, 1, 1), homeless)) == {(i, 1) for i in range(4)}


def test_todays_school_has_most_of_the_first_grade_and_the_first_of_equal_ones() -> None:
    rows = [(0, 0, 0, 1, 4.0), (0, 1, 0, 1, 6.0), (1, 1, 0, 1, 5.0), (1, 0, 0, 1, 5.0)]
    problem = tiny_problem(enrolled=[*rows, (2, 1, 0, 2, 9.0)])
    assert schools_of_today(problem)[0].tolist() == [1, 0, -1]


def test_what_is_torn_is_told_by_zone_site_and_level() -> None:
    assert torn(np.array([[0, 1, 0, 1], [0, 0, 1, 1]]), ROW) == {(1, 1, 0), (2, 0, 0)}
