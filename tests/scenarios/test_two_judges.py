"""The two judges, which share nothing, agree on what plans cost and which rules they break."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from optimizer.check import check
from optimizer.domain import Plan, Problem, Result, Status
from optimizer.evaluate import evaluate
from optimizer.floor import floor
from scenarios.verify import Verdict, verify
from tests.support.broken_plans import BROKEN
from tests.support.broken_staff import BROKEN_STAFF
from tests.support.plans import changed
from tests.support.random_counties import random_county
from tests.support.stored import stored

UNSAYABLE = {
    "share_not_a_number",
    "merger_after_the_horizon",
    "merger_twice",
    "merger_without_a_pair",
    "point_pupils_without_a_pair_to_the_parent",
    "start_in_negative_years",
    "less_than_no_class",
    "class_without_pupils",
}
"""Plans that the tables of a run cannot state, or that are refused as faults when read."""


def judged_again(folder: Path, problem: Problem, plan: Plan) -> Verdict:
    found = evaluate(problem, plan)
    result = Result(
        status=Status.FEASIBLE,
        plan=plan,
        objective=found.objective,
        bound=-np.inf,
        floor=floor(problem),
        terms=found.terms,
        fixed_terms=found.fixed_terms,
        violations=check(problem, plan),
        method="today",
        seed=0,
        stopped_by="nothing",
    )
    return verify(stored(folder, problem, result))


@pytest.mark.parametrize("seed", range(4))
def test_they_agree_on_the_price_of_a_plan_with_everything_in_it(tmp_path, seed):
    problem = random_county(
        seed, sites=3 + seed % 3, split=bool(seed % 2), policy={"closings_per_year": None}
    )
    plan = lively(problem, seed)
    verdict = judged_again(tmp_path, problem, plan)
    assert verdict.faults == ()
    assert verdict.recomputed == pytest.approx(evaluate(problem, plan).objective, abs=0.01)
    assert {one.rule for one in verdict.violations} == {one.rule for one in check(problem, plan)}


SAYABLE = [(rule, make) for rule, make in BROKEN + BROKEN_STAFF if make.__name__ not in UNSAYABLE]


@pytest.mark.slow
@pytest.mark.parametrize(("rule", "make"), SAYABLE, ids=[make.__name__ for _, make in SAYABLE])
def test_they_find_the_same_rule_broken(tmp_path, rule, make):
    problem, plan = make()
    verdict = judged_again(tmp_path, problem, plan)
    assert rule in {violation.rule for violation in verdict.violations}
    assert verdict.recomputed == pytest.approx(evaluate(problem, plan).objective, abs=0.01)


def lively(problem: Problem, seed: int) -> Plan:
    """Merge along an arc or two and send some zones elsewhere, by the rules or not."""
    rng = np.random.default_rng(seed)
    arcs, travel = problem.merge_arcs, problem.travel
    merges = {}
    for a, b, level in zip(arcs.from_site, arcs.to_site, arcs.level, strict=True):
        if problem.sites.runs[b, level] and b == 0:
            merges[int(a), int(level)] = (int(a), int(b), int(level), int(rng.integers(2021, 2024)))
    plan = changed(problem, merges=list(merges.values())[:2])
    sends = {}
    for row in rng.choice(np.flatnonzero(travel.intake), 4, replace=False):
        zone, level = int(travel.zone[row]), int(travel.level[row])
        year = int(rng.integers(2021, 2024))
        if plan.runs[travel.site[row], level, year - 2021]:
            sends[zone, level, year] = int(travel.site[row])
    return changed(problem, plan, sends=sends)
