"""One scenario from problem to run folder: what a worker does."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from optimizer.domain import Plan, Problem, Result, Status
from optimizer.methods.base import Limits, Progress, Start
from scenarios.executors import Tell
from scenarios.store import StudyFacts, forget_unfinished, write_run, write_unfinished
from scenarios.warm import first_start

TODAY = "today"
KEEP_EVERY = 15.0
"""Seconds of solving that a run broken off may lose."""
CERTIFYING = 0.1
"""Part of the time for solving that a certificate takes where the method left none."""


@dataclass(frozen=True)
class Job:
    """A scenario to solve, judge and write.

    Attributes
    ----------
    method
        Of `optimizer.solve`, or `TODAY`: the network as it is, nothing solved.
    target
        The run folder.
    seconds
        Spent on it before, by phase.
    starts
        Runs to begin with: the first that is there and fits when the scenario starts.
    mps
        Folder for the MILP as MPS and the plan in its variables; None: not written.
    """

    problem: Problem
    facts: StudyFacts
    method: str
    limits: Limits
    target: Path
    seconds: dict[str, float]
    starts: tuple[Path, ...] = ()
    mps: Path | None = None


@dataclass(frozen=True)
class Line:
    """A line of progress of a scenario."""

    seconds: float
    phase: str
    objective: float
    bound: float


def do(job: Job, tell: Tell) -> dict[str, Any]:
    """Solve a scenario, write its run and return the manifest."""
    from scenarios.outputs import write_outputs

    began = time.perf_counter()

    keep = keeper(job, KEEP_EVERY)

    def report(progress: Progress) -> bool | None:
        tell(Line(progress.seconds, progress.phase, progress.objective, progress.bound))
        keep(progress)
        return None

    facts = job.facts
    if job.method == TODAY:
        result = judge_today(job.problem)
    else:
        from optimizer.solve import solve, with_certificate

        start, facts = _begin(job)
        result = solve(job.problem, job.method, job.limits, start, report)
        result = with_certificate(job.problem, result, CERTIFYING * job.limits.seconds)
    spent = time.perf_counter() - began
    tell(Line(spent, "write", result.objective, result.bound))
    seconds = job.seconds | result.seconds
    seconds.setdefault("solve", spent)
    manifest = write_run(
        job.target, job.problem, result, facts, seconds=seconds, outputs=write_outputs
    )
    forget_unfinished(job.target)
    if job.mps is not None and result.method != TODAY:
        write_mps(job.problem, result.plan, job.mps, job.target.name)
    return manifest


def keeper(job: Job, every: float) -> Callable[[Progress], None]:
    """Make what writes the best so far of a job, at most once in so many seconds."""
    last = time.monotonic()

    def keep(progress: Progress) -> None:
        nonlocal last
        if progress.plan is not None and time.monotonic() - last >= every:
            write_unfinished(job.target, job.problem, job.facts, progress)
            last = time.monotonic()

    return keep


def _begin(job: Job) -> tuple[Start | None, StudyFacts]:
    """Look for a run to begin with; the facts of the scenario then name it."""
    found = first_start(job.problem, job.starts)
    if found is None:
        return None, job.facts
    start, manifest = found
    named = {"scenario": manifest["scenario"], "key": manifest["key"]}
    return start, replace(job.facts, started_from=named)


def judge_today(problem: Problem) -> Result:
    """Price and check the network as it is; its breaches are listed, not hidden."""
    from optimizer.today import today_plan

    return judge(problem, today_plan(problem), TODAY)


def judge(problem: Problem, plan: Plan, method: str) -> Result:
    """Price and check a plan from elsewhere; nothing is proven about better ones."""
    from optimizer.check import check
    from optimizer.evaluate import evaluate
    from optimizer.floor import floor

    began = time.perf_counter()
    priced, broken = evaluate(problem, plan), check(problem, plan)
    return Result(
        status=Status.UNKNOWN if broken else Status.FEASIBLE,
        plan=plan,
        objective=priced.objective,
        bound=-math.inf,
        floor=floor(problem),
        terms=priced.terms,
        fixed_terms=priced.fixed_terms,
        violations=broken,
        method=method,
        seed=0,
        stopped_by="judged",
        seconds={"solve": 0.0, "judge": time.perf_counter() - began},
    )


def write_mps(problem: Problem, plan: Plan | None, folder: Path, name: str) -> None:
    """Write ``<name>.mps`` and, where there is a plan, ``<name>.sol``, each whole or not at all."""
    from optimizer.formulation.export import write_mps as write_model
    from optimizer.formulation.export import write_with_plan

    folder.mkdir(parents=True, exist_ok=True)
    mps, solution = folder / f"{name}.mps", folder / f"{name}.sol"
    parts = [path.with_name(f".{path.stem}-{os.getpid()}{path.suffix}") for path in (mps, solution)]
    try:
        if plan is None:
            write_model(problem, parts[0])
        else:
            write_with_plan(problem, plan, *parts)
            parts[1].replace(solution)
        parts[0].replace(mps)
    finally:
        for part in parts:
            part.unlink(missing_ok=True)
