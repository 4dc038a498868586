"""An edited study answered from a run that stands: re-assignment alone, and a warm start.

`python -m benchmarks.edit RUN_DIR [--study STUDY.yaml] [--scenario NAME] [--seconds S]…
[--cold S] [--only NAME]…`, from the repository's root. RUN_DIR is a run of that scenario: its plan
and its multipliers are begun with. Everything is the network alone, without teachers. Prints JSON
lines, amounts in yuan, gaps against a bound of the edited problem:

- ``edit: none``: the run's own network, objective and gap;
- ``kind: reassign``, for each of `NETWORK_KEPT`: how long the network's plan takes to be assigned
  anew within 0.4 seconds of search (`seconds`; `cpu` are those of the processor), the `objective`
  with the assignment as it was (`before`; none where the edit forbids it), then, and `after` a
  minute;
- ``kind: warm``, for each of `EDITS`: the gap of a run of 5, 10 and 20 seconds that begins with the
  run; beside them the seconds (`cold_seconds`) after which a cold run of `--cold` seconds first
  stood at each of these gaps (none: it never did).

Compiled code is loaded before, as in a process that answers more than one question.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from benchmarks.answers import fault, number, print_line
from benchmarks.studies import STUDY, problems_of
from optimizer.check import check
from optimizer.domain import Plan, Problem
from optimizer.evaluate import evaluate, spending
from optimizer.methods.base import Answer, Limits, Progress, Start
from optimizer.methods.by_site.method import by_site
from optimizer.methods.reassign import hold, reassign
from optimizer.staff_bound import moves_bound
from scenarios.warm import first_start

QUICK, LONG = 0.4, 60.0
"""Seconds of search for a re-assignment at once, and for one that has time."""
Edit = Callable[[Problem, Plan], Problem]


def locked(problem: Problem, plan: Plan) -> Problem:
    """Keep open the largest school that the plan closes; the largest of all if it closes none."""
    sites = problem.sites
    pupils = np.bincount(problem.enrolled.site, problem.enrolled.pupils, len(sites))
    closed = (sites.runs & ~plan.runs[:, :, -1]).any(axis=1)
    protected = sites.protected.copy()
    protected[np.argmax(np.where(closed | ~closed.any(), pupils, -1.0))] = True
    return replace(problem, sites=replace(sites, protected=protected))


def forbidden(problem: Problem, plan: Plan) -> Problem:
    """Forbid the dearest of the projects that the plan adds rooms by and nobody has decided yet."""
    options = problem.options
    free = _decided_by(problem, plan) & (options.rooms > 0)
    dearest = np.argmax(np.where(free, options.capital_cost, -1.0))
    latest = options.latest.copy()
    latest[dearest] = options.earliest[dearest] - 1
    return replace(problem, options=replace(options, latest=latest))


def cut(problem: Problem, plan: Plan) -> Problem:
    """Leave half of what the plan's own projects cost in the year in which they cost most."""
    spent, free = spending(problem, plan), _decided_by(problem, plan)
    own, decided = spent[free].sum(axis=0), spent[~free].sum(axis=0)
    budget = problem.budget.astype(float)
    year = int(np.argmax(own))
    budget[year] = decided[year] + own[year] / 2.0
    return replace(problem, budget=budget)


def _decided_by(problem: Problem, plan: Plan) -> np.ndarray:
    """(O,) projects that the plan starts and that were not decided before."""
    started: np.ndarray = (plan.start > 0) & (problem.options.committed == 0)
    return started


def dearer(problem: Problem, plan: Plan) -> Problem:
    """Let a minute on the way cost half as much again."""
    del plan
    minute = 1.5 * problem.prices.yuan_per_minute
    return replace(problem, prices=replace(problem.prices, yuan_per_minute=minute))


def fewer(problem: Problem, plan: Plan) -> Problem:
    """Let three tenths fewer children enter in the first tenth of the zones, in every year."""
    del plan
    entrants = problem.demand.entrants.copy()
    entrants[: len(entrants) // 10] *= 0.7
    return replace(problem, demand=replace(problem.demand, entrants=entrants))


def by_hand(problem: Problem, plan: Plan) -> tuple[Problem, Plan]:
    """Put the largest zone that may at its next school, from the first year on, and hold it there.

    Returns the problem in which it is held and the plan in which it is put there.
    """
    travel, demand = problem.travel, problem.demand.entrants[:, 0].sum(axis=1)
    share = plan.share.copy()
    mine = (travel.level == 0) & travel.intake & plan.runs[travel.site, 0].all(axis=1)
    for zone in np.argsort(-demand):
        rows = np.flatnonzero(mine & (travel.zone == zone))
        free = rows[~share[rows].any(axis=1)]
        if len(free) and len(free) < len(rows):
            of_zone = (travel.zone == zone) & (travel.level == 0)
            share[of_zone] = 0.0
            share[free[np.argmin(travel.minutes[free])]] = 1.0
            moved = replace(plan, share=share)
            return hold(problem, moved, np.array([zone])), moved
    return problem, plan


NETWORK_KEPT: dict[str, Edit] = {"none": lambda p, _: p, "price": dearer, "demand": fewer}
EDITS: dict[str, Edit] = {"lock": locked, "forbid": forbidden, "budget": cut}


def main(arguments: list[str] | None = None) -> int:
    """Read the run, edit, answer and print."""
    chosen = _parser().parse_args(arguments)
    name = chosen.scenario or chosen.run.name
    try:
        (whole,) = problems_of(chosen.study, [name])
    except LookupError as error:
        return fault(error)
    problem = replace(whole, staffing=None)
    found = first_start(problem, [chosen.run])
    if found is None or found[0].plan is None:
        return fault(ValueError(f"{chosen.run}: no run of this study with a plan"))
    start, manifest = found
    plan = replace(found[0].plan, postings=None)
    start = replace(start, plan=plan)
    bound = manifest["bound"] - moves_bound(whole)
    objective = evaluate(problem, plan).objective
    gap = (objective - bound) / objective
    print_line({"edit": "none", "objective": number(objective), "gap": number(gap)})
    reassign(problem, Limits(seconds=0.1), start, None)
    for line in chain(_reassigned(problem, plan, chosen), _warm(problem, start, plan, chosen)):
        print_line({"scenario": name, **line})
    return 0


def _reassigned(
    problem: Problem, plan: Plan, chosen: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """Assign anew in the network of a plan, at once and with time."""
    cases = {name: (edit(problem, plan), plan) for name, edit in NETWORK_KEPT.items()}
    cases["by hand"] = by_hand(problem, plan)
    for name, (edited, given) in cases.items():
        if chosen.only and name not in chosen.only:
            continue
        stale = evaluate(edited, given).objective if not check(edited, given) else None
        began, cpu = time.perf_counter(), time.process_time()
        quick = reassign(edited, Limits(seconds=QUICK), Start(given), None)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
        long = reassign(edited, Limits(seconds=LONG), Start(given), None)
        yield {
            "kind": "reassign",
            "edit": name,
            "seconds": round(seconds, 2),
            "cpu": round(cpu, 2),
            "before": stale and number(stale),
            "objective": _objective(edited, quick),
            "after": _objective(edited, long),
            "after_seconds": round(sum(long.seconds.values()), 2),
        }


def _objective(problem: Problem, answer: Answer) -> float | None:
    return None if answer.plan is None else number(evaluate(problem, answer.plan).objective)


def _warm(
    problem: Problem, start: Start, plan: Plan, chosen: argparse.Namespace
) -> Iterator[dict[str, Any]]:
    """Answer each edit from the run in some seconds, and from nothing."""
    for name, edit in EDITS.items():
        if chosen.only and name not in chosen.only:
            continue
        edited = edit(problem, plan)
        warm = {f"{s:g}": answered(edited, start, s) for s in chosen.seconds}
        cold = answered(edited, None, chosen.cold)
        yield {
            "kind": "warm",
            "edit": name,
            "kept": not check(edited, plan),
            "gap": {s: number(one.gap) for s, one in warm.items()},
            "objective": {s: number(one.objective) for s, one in warm.items()},
            "bound": {s: number(one.bound) for s, one in warm.items()},
            "cold_seconds": {s: first_at(cold.lines, one.gap) for s, one in warm.items()},
            "cold_gap": number(cold.gap),
        }


class Answered(NamedTuple):
    """What a run came to, and what it told on the way."""

    objective: float
    bound: float
    lines: list[Progress]

    @property
    def gap(self) -> float:
        """Distance of the plan to the bound, as a part of the plan."""
        return (self.objective - self.bound) / self.objective


def answered(problem: Problem, start: Start | None, seconds: float) -> Answered:
    """Solve for some seconds."""
    lines: list[Progress] = []
    answer = by_site(problem, Limits(gap=1e-4, seconds=seconds), start, lines.append)
    objective = np.nan if answer.plan is None else evaluate(problem, answer.plan).objective
    return Answered(objective, answer.bound, lines)


def first_at(lines: list[Progress], gap: float) -> float | None:
    """Seconds after which a run first stood at a gap; None if it never did."""
    for line in lines:
        if np.isfinite(line.objective) and line.objective - line.bound <= gap * line.objective:
            return round(line.seconds, 1)
    return None


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    parser.add_argument("run", type=Path, metavar="RUN_DIR")
    parser.add_argument("--study", type=Path, default=STUDY)
    parser.add_argument("--scenario", help="default: the name of the run's folder")
    parser.add_argument("--seconds", type=float, nargs="+", default=[5.0, 10.0, 20.0])
    parser.add_argument("--cold", type=float, default=120.0, help="seconds of the cold run")
    parser.add_argument("--only", action="append", choices=[*NETWORK_KEPT, "by hand", *EDITS])
    return parser


if __name__ == "__main__":
    sys.exit(main())
