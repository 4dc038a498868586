from __future__ import annotations

import os
import sys
import time

import pytest

from scenarios.executors import Done, Executor, Failure, Processes, Told, cores_each
from tests.support.workers import double


def answers(executor: Executor, jobs: list[int]) -> dict[int, object]:
    return {one.job: one.answer for one in executor(double, jobs) if isinstance(one, Done)}


@pytest.mark.parametrize("executor", [Processes(1, 60.0), Processes(2, 60.0)])
def test_every_job_is_told_of_and_answered(executor: Executor) -> None:
    events = list(executor(double, [1, 2, 3]))
    assert {e.job: e.answer for e in events if isinstance(e, Done)} == {0: 2, 1: 4, 2: 6}
    assert {e.job: e.message for e in events if isinstance(e, Told)} == {0: 1, 1: 2, 2: 3}


@pytest.mark.parametrize("executor", [Processes(1, 60.0), Processes(3, 60.0)])
def test_a_failing_job_fails_alone_and_says_why(executor: Executor) -> None:
    found = answers(executor, [1, -1, 3])
    assert (found[0], found[2]) == (2, 6)
    failure = found[1]
    assert isinstance(failure, Failure)
    assert failure.why == "ValueError: no such number"
    assert "workers.py" in failure.trace


@pytest.mark.parametrize("executor", [Processes(1, 60.0), Processes(2, 60.0)])
def test_a_job_waits_for_the_one_it_comes_after(executor: Executor) -> None:
    events = executor(double, [1, -1, 3, 4], {0: 3, 2: 1})
    order = [(type(event), event.job) for event in events]
    assert order.index((Done, 3)) < order.index((Told, 0))
    assert order.index((Done, 1)) < order.index((Told, 2))
    assert {job for kind, job in order if kind is Done} == {0, 1, 2, 3}


def test_a_process_that_dies_fails_alone() -> None:
    found = answers(Processes(2, 60.0), [-2, 5])
    assert isinstance(found[0], Failure)
    assert found[1] == 10


def test_a_job_over_its_deadline_is_ended() -> None:
    began = time.monotonic()
    found = answers(Processes(2, 8.0), [-3, 5])
    assert isinstance(found[0], Failure)
    assert "deadline" in found[0].why
    assert found[1] == 10
    assert time.monotonic() - began < 60


def test_leaving_early_ends_the_processes() -> None:
    events = Processes(1, 600.0)(double, [-3])
    assert isinstance(next(events), Told)
    began = time.monotonic()
    events.close()  # type: ignore[attr-defined]
    assert time.monotonic() - began < 30


@pytest.mark.skipif(sys.platform != "linux", reason="other systems tell all cores, not ours")
@pytest.mark.parametrize(
    ("cores", "jobs", "each"), [(8, 3, 2), (2, 2, 1), (2, 6, 1), (4, 1, 4), (4, 0, 4)]
)
def test_jobs_share_the_cores_of_this_process(
    cores: int, jobs: int, each: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(cores)))
    assert cores_each(jobs) == each
