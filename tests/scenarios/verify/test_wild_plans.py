"""On plans drawn by lot, by the rules or not, the two judges say the same to the pupil and yuan.

Options start at random, schools merge and stop at random, zones are sent about: what is tried here
is that two readings of docs/semantics.md agree on every rule, place, year and amount.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from optimizer.check import check
from optimizer.domain import Action, Plan, Problem
from optimizer.evaluate import evaluate
from tests.scenarios.test_two_judges import judged_again
from tests.support.plans import changed
from tests.support.random_staff import with_postings, with_teachers
from tests.support.varied import varied_county

TWICE = {41, 87}  # two merger rows for one level of a site: refused as a fault, not as a rule


@pytest.mark.parametrize("seed", [0, 3, 4, 59])
def test_the_judges_agree_on_a_wild_plan(seed: int, tmp_path: Path) -> None:
    agree(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", sorted(set(range(90)) - TWICE))
def test_the_judges_agree_on_many_wild_plans(seed: int, tmp_path: Path) -> None:
    agree(seed, tmp_path)


@pytest.mark.parametrize("seed", [1, 5])
def test_the_judges_agree_on_wild_postings(seed: int, tmp_path: Path) -> None:
    agree_on_teachers(seed, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("seed", sorted(set(range(60)) - TWICE))
def test_the_judges_agree_on_many_wild_postings(seed: int, tmp_path: Path) -> None:
    agree_on_teachers(seed, tmp_path)


def agree_on_teachers(seed: int, folder: Path) -> None:
    problem = with_teachers(varied_county(seed, years=4, options=3), seed)
    plan = with_postings(problem, wild_plan(problem, seed), seed)
    assert broken(check(problem, plan)), "nothing to agree on"
    judged_alike(problem, plan, folder)


def agree(seed: int, folder: Path) -> None:
    problem = varied_county(seed, years=4, options=3)
    judged_alike(problem, wild_plan(problem, seed), folder)


def judged_alike(problem: Problem, plan: Plan, folder: Path) -> None:
    verdict = judged_again(folder, problem, plan)
    assert verdict.faults == ()
    assert verdict.recomputed == pytest.approx(evaluate(problem, plan).objective, abs=0.01)
    assert broken(verdict.violations) == broken(check(problem, plan))
    assert verdict.ok, "a run of today's network declares its breaches"


def broken(violations: Iterable[Any]) -> dict[tuple[str, str, int], float]:
    """Breaches by rule, place and year, where their amounts add up."""
    total: dict[tuple[str, str, int], float] = defaultdict(float)
    for one in violations:
        total[one.rule, one.where, one.year] += one.amount
    return {place: round(amount, 3) for place, amount in total.items()}


def wild_plan(problem: Problem, seed: int) -> Plan:
    rng = np.random.default_rng([seed, 9])
    first, end = problem.horizon.first_year, problem.horizon.end
    start, opens, stops, merges = _projects(problem, rng)
    arcs = problem.merge_arcs
    for arc in rng.permutation(len(arcs))[: int(rng.integers(0, 4))]:
        old, new, level = (int(a[arc]) for a in (arcs.from_site, arcs.to_site, arcs.level))
        if problem.sites.runs[old, level]:
            merges.setdefault((old, level), (old, new, level, int(rng.integers(first, end))))
    if rng.random() < 0.3:
        running = np.argwhere(problem.sites.runs)
        site, level = (int(index) for index in running[int(rng.integers(len(running)))])
        stops.append((site, level, int(rng.integers(first, end))))
    plan = changed(problem, start=start, opens=opens, stops=stops, merges=list(merges.values()))
    sends = {}
    for row in rng.choice(np.flatnonzero(problem.travel.intake), 4, replace=False):
        zone, level = int(problem.travel.zone[row]), int(problem.travel.level[row])
        sends[zone, level, int(rng.integers(first, end))] = int(problem.travel.site[row])
    return changed(problem, plan, sends=sends)


def _projects(problem: Problem, rng: np.random.Generator) -> tuple:
    first, end, options = problem.horizon.first_year, problem.horizon.end, problem.options
    start, opens, stops, merges = {}, [], [], {}
    for option in range(len(options)):
        if options.committed[option] or rng.random() >= 0.5:
            continue
        start[option] = int(rng.integers(first, end))
        service, site = start[option] + int(options.lead[option]), int(options.site[option])
        if service >= end:
            continue
        after, old = options.levels_after[option], int(options.relocates[option])
        opens += [(site, int(level), service) for level in np.flatnonzero(after)]
        if old >= 0:
            for level in np.flatnonzero(problem.sites.runs[old]).tolist():
                merges[old, level] = (old, site, level, service)
        if options.action[option] == Action.CONVERT:
            gone = np.flatnonzero(problem.sites.runs[site] & ~after)
            stops += [(site, int(level), service) for level in gone]
    return start, opens, stops, merges
