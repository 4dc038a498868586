"""Several threads find what one finds, to the bit."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import pytest

from benchmarks.yearly_county import make_county
from benchmarks.yearly_problem import yearly_problem
from optimizer.domain import Problem
from optimizer.methods.base import Limits
from optimizer.methods.by_site import threads
from optimizer.methods.by_site.ascent import Ascent, ascend, begin
from optimizer.methods.by_site.frame import make_frame
from optimizer.methods.by_site.improve import design_from_relaxation, improve
from optimizer.methods.by_site.method import by_site
from optimizer.methods.by_site.network import make_ground
from optimizer.methods.by_site.relaxation import relaxation_values
from optimizer.methods.by_site.searcher import Candidate, Searcher
from optimizer.methods.by_site.threads import cut_evenly, in_threads
from tests.support.random_counties import random_county

MANY_THREADS = 3


def county() -> Problem:
    return random_county(5, zones=12, sites=5, years=4)


def yearly() -> Problem:
    """Each year's pupils are placed afresh, and schools keep their rooms by themselves."""
    return yearly_problem(make_county(30, 6, 3, seed=3), whole_zones=True)


def climbed(problem: Problem, number: int) -> Ascent:
    frame = make_frame(problem, number)
    state = begin(frame)
    return ascend(frame, state, 1.3 * state.value, 45, time.perf_counter() + 60.0)


def improved(problem: Problem, number: int) -> Candidate:
    """Improve the plan that the relaxation rounds to."""
    frame = make_frame(problem, number)
    searcher, state = Searcher(frame, make_ground(frame)), climbed(problem, 1)
    design = design_from_relaxation(frame, state.cycle, state.extension)
    zones, nowhere = np.arange(len(problem.zones)), np.full(state_shape(problem), -1)
    first = searcher.price(design, nowhere, zones, 1, False)
    assert first is not None
    values = relaxation_values(frame, state.best, state.counting)
    end = time.perf_counter() + 60.0
    return improve(searcher, first, values, state.best, end, lambda _: False)


def state_shape(problem: Problem) -> tuple[int, int, int]:
    zones, _, levels, years = problem.shape
    return zones, levels, years


def test_jobs_are_answered_in_their_order() -> None:
    assert in_threads(lambda x: x * x, range(50), MANY_THREADS) == [x * x for x in range(50)]


def test_a_job_that_fails_is_not_lost() -> None:
    with pytest.raises(ZeroDivisionError):
        in_threads(lambda x: 1 // x, [1, 0, 2], MANY_THREADS)


def test_every_block_is_in_one_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MANY", 0)
    start = np.array([0, 0, 7, 7, 30, 31, 90, 90, 100])
    parts = cut_evenly(start, MANY_THREADS)
    assert len(parts) > 1
    assert [block for first, last in parts for block in range(first, last)] == list(range(8))


def test_few_rows_stay_together() -> None:
    assert cut_evenly(np.array([0, 5, 9]), MANY_THREADS) == [(0, 2)]


@pytest.mark.parametrize("made", [county, yearly])
def test_the_bound_is_the_same_with_several_threads(
    made: Callable[[], Problem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "MANY", 0)
    problem = made()
    frame = make_frame(problem, MANY_THREADS)
    assert len(frame.parts) > 1
    assert (frame.kept_rooms is not None) == (made is yearly)
    one, several = climbed(problem, 1), climbed(problem, MANY_THREADS)
    assert one.value == several.value
    for a, b in zip(one.best, several.best, strict=True):
        assert np.array_equal(a, b)


def test_the_search_finds_the_same_plan_with_several_threads() -> None:
    one, several = improved(county(), 1), improved(county(), MANY_THREADS)
    assert one.cost == several.cost
    assert np.array_equal(one.site, several.site)
    assert one.design.extended == several.design.extended


def test_a_run_with_several_threads_ends_with_a_plan_and_its_bound() -> None:
    found = by_site(county(), Limits(gap=0.01, seconds=20.0, nodes=200, threads=2), None, None)
    again = by_site(county(), Limits(gap=0.01, seconds=20.0, nodes=200, threads=1), None, None)
    assert found.plan is not None
    assert again.plan is not None
    assert found.bound == again.bound
