"""Places that lack are seen before anything is searched for."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.yearly_county import make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.diagnose import cuts, shortages
from optimizer.domain import Problem, Status
from optimizer.formulation.index import make_network
from optimizer.formulation.reach import reach_sets
from optimizer.formulation.whereabouts import make_pairs
from optimizer.methods.base import Limits
from optimizer.methods.by_site import method
from optimizer.methods.by_site.shortage import lacks_places, widest_reach
from optimizer.solve import solve
from tests.support.random_counties import random_county
from tests.support.tiny import tiny_problem


def with_seats(problem: Problem, seats: float) -> Problem:
    """Let no site hold more."""
    limited = replace(problem.sites, seats=np.full(len(problem.sites), seats))
    return replace(problem, sites=limited)


def test_a_made_county_without_seats_is_answered_without_a_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def searched(_: Problem) -> None:
        raise AssertionError("a search began")

    monkeypatch.setattr(method, "make_frame", searched)
    problem = with_seats(yearly_problem(make_county(12, 4, 2, 0), True), 1.0)
    result = solve(problem, "by_site", Limits())
    assert result.status is Status.INFEASIBLE
    assert result.stopped_by == "infeasible"
    assert result.shortages == shortages(problem)
    assert {one.rule for one in result.shortages} == {"shortage.places"}


@pytest.mark.parametrize("seed", range(6))
def test_the_widest_reach_holds_the_same_pupils_and_every_school_in_their_reach(seed: int) -> None:
    problem = random_county(seed)
    exact = reach_sets(problem, make_network(problem), make_pairs(problem))
    wide = widest_reach(problem)
    for body, groups in exact.items():
        schools = dict(wide[body].keys())
        assert sum(wide[body].values()) == pytest.approx(sum(groups.values()))
        assert all(sites <= schools[zone] for zone, sites in groups)


def test_what_lacks_in_the_widest_reach_lacks_in_the_true_one() -> None:
    seen = 0
    for seed in range(12):
        for seats in (40.0, 80.0, 120.0, 160.0):
            problem = with_seats(random_county(seed), seats)
            if lacks_places(problem):
                seen += 1
                assert cuts(problem)
    assert 0 < seen < 48


def test_what_the_judge_may_tolerate_is_left_to_the_search() -> None:
    made = make_county(12, 4, 2, 0)
    county = replace(
        made,
        site_ids=("s",),
        pupils=np.round(made.pupils),
        existing=np.array([True]),
        rooms=np.array([60]),
        pair_zone=np.arange(12),
        pair_site=np.zeros(12, dtype=int),
        kilometres=np.ones(12),
    )
    problem, most = yearly_problem(county, True), float(county.pupils.sum(axis=0).max())
    hardly = with_seats(problem, most - 0.002)
    assert cuts(hardly)
    assert not lacks_places(hardly)
    assert lacks_places(with_seats(problem, most - 0.01))


def test_a_county_with_room_lacks_nothing() -> None:
    assert not lacks_places(tiny_problem())
    assert lacks_places(tiny_problem(rooms=(2, 1, 0)))
