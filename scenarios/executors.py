"""Running jobs: in spawned processes, so many at a time, with a deadline each.

Processes are spawned, never forked: a process that forks after a solve can hang. A job that fails,
dies or overruns its deadline fails alone.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from graphlib import TopologicalSorter
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Protocol

Tell = Callable[[Any], None]
"""Receives whatever a job tells while it runs; it must be picklable."""
Work = Callable[[Any, Tell], Any]
"""Does a job, telling of its progress, and returns a picklable answer."""


def cores_each(jobs: int) -> int:
    """Cores that this process may use for each of some jobs at a time; at least one."""
    cores = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    return max(1, cores // max(1, jobs))


@dataclass(frozen=True)
class Failure:
    """Why a job gave no answer: one line, and the traceback where there is one."""

    why: str
    trace: str = ""


@dataclass(frozen=True)
class Told:
    """A message of a running job."""

    job: int
    message: Any


@dataclass(frozen=True)
class Done:
    """A job's answer."""

    job: int
    answer: Any


class Executor(Protocol):
    """Runs jobs and yields messages and answers as they come."""

    def __call__(
        self, work: Work, jobs: Sequence[Any], after: Mapping[int, int] | None = None
    ) -> Iterator[Told | Done]:
        """Yield `Told` while jobs run and one `Done` for each.

        A job in `after` waits until an earlier one has ended, well or not.
        """
        ...


def _turns(jobs: Sequence[Any], after: Mapping[int, int] | None) -> TopologicalSorter[int]:
    """Order the jobs, each behind the one that it waits for."""
    turns = TopologicalSorter[int]()
    for job in range(len(jobs)):
        turns.add(job, *([after[job]] if after and job in after else []))
    return turns


@dataclass(frozen=True)
class Processes:
    """So many spawned processes at a time, each with a deadline in seconds that we keep."""

    workers: int
    deadline: float

    def __call__(
        self, work: Work, jobs: Sequence[Any], after: Mapping[int, int] | None = None
    ) -> Iterator[Told | Done]:
        """See `Executor`; ending the iteration early ends the processes."""
        turns, ready = _turns(jobs, after), deque[int]()
        running: dict[Connection, _Child] = {}
        turns.prepare()
        try:
            while turns.is_active():
                ready.extend(turns.get_ready())
                while ready and len(running) < self.workers:
                    child = _start(work, ready[0], jobs[ready.popleft()])
                    running[child.pipe] = child
                for event in _listen(running, self.deadline):
                    if isinstance(event, Done):
                        turns.done(event.job)
                    yield event
        finally:
            for child in running.values():
                child.end()


@dataclass(frozen=True)
class _Child:
    job: int
    process: BaseProcess
    pipe: Connection
    began: float

    def end(self) -> None:
        """Stop the process, gently first."""
        self.pipe.close()
        for gently in (True, False):
            if self.process.is_alive():
                self._stop(gently=gently)
                self.process.join(5)

    def _stop(self, *, gently: bool) -> None:
        """Reach the process and, where the system has process groups, whatever it has started."""
        if sys.platform == "win32":
            self.process.terminate()
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid or 0, signal.SIGTERM if gently else signal.SIGKILL)


def _start(work: Work, index: int, job: Any) -> _Child:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_serve, args=(theirs, work, job), daemon=False)
    process.start()
    theirs.close()
    return _Child(index, process, ours, time.monotonic())


def _listen(running: dict[Connection, _Child], deadline: float) -> Iterator[Told | Done]:
    """Yield what the children say within a second; end those that are over their time."""
    for ready in wait(list(running), timeout=1.0):
        child = running[ready]  # type: ignore[index]
        try:
            kind, content = child.pipe.recv()
        except (EOFError, OSError):
            del running[child.pipe]
            child.end()
            yield Done(child.job, Failure(f"the process died ({child.process.exitcode})"))
            continue
        if kind == "told":
            yield Told(child.job, content)
        else:
            del running[child.pipe]
            child.process.join(10)
            child.end()
            yield Done(child.job, content)
    for child in list(running.values()):
        if time.monotonic() - child.began > deadline:
            del running[child.pipe]
            child.end()
            yield Done(child.job, Failure(f"stopped after its deadline of {deadline:.0f} s"))


def _serve(pipe: Connection, work: Work, job: Any) -> None:
    """Do a job in a child, in a process group of its own: Ctrl-C is the parent's business.

    A job whose parent is gone fails when it next tells of its progress.
    """
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)
    else:
        os.setpgid(0, 0)
    signal.signal(signal.SIGTERM, _leave)

    def tell(message: Any) -> None:
        pipe.send(("told", message))

    answer = _attempt(work, job, tell)
    with suppress(OSError):
        pipe.send(("done", answer))
    pipe.close()


def _leave(sign: int, _frame: object) -> None:
    """End the process in order, so that it ends what it has started."""
    raise SystemExit(128 + sign)


def _attempt(work: Work, job: Any, tell: Tell) -> Any:
    try:
        return work(job, tell)
    except Exception as problem:
        # The boundary between scenarios: whatever goes wrong in one is told and ends only that one.
        return Failure(f"{type(problem).__name__}: {problem}", traceback.format_exc())
