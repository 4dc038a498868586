"""A plan made elsewhere, judged under a scenario of a study."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from scenarios.assemble import assemble, prepare
from scenarios.config import load_study
from scenarios.config.rules import TODAY
from scenarios.plan_staff import with_postings
from scenarios.plan_tables import read_plan
from scenarios.run import chosen
from scenarios.scenario_job import judge, judge_today


def judge_plan(study: Path, plan: str, scenario: str | None) -> dict[str, Any]:
    """Price and check a plan under a scenario.

    Parameters
    ----------
    study
        Study file.
    plan
        Folder with `assignment` and `actions` (Parquet or CSV; a run folder will do), or ``today``.
    scenario
        Name; default the study's first, for today's network its own.

    Returns
    -------
    dict
        scenario, ok, objective, recomputed, terms, violations. `ok` is as in `verify`: a plan
        breaks no rule; today's network is as it is: its breaches are listed, and nothing is wrong.

    Raises
    ------
    FindingError
        If the study has faults, or the plan cannot be read.
    """
    loaded = load_study(study)
    today = plan == TODAY
    if scenario is None:
        first = [one for one in loaded.scenarios if one.is_today == today]
        name = (first or list(loaded.scenarios))[0].name
    else:
        name = scenario
    wanted = chosen(loaded, (name,))[0]
    problem = assemble(prepare(loaded), wanted).problem
    if today:
        result = judge_today(problem)
    else:
        result = judge(problem, with_postings(problem, read_plan(problem, Path(plan))), "plan")
    return {
        "scenario": name,
        "ok": today or not result.violations,
        "objective": result.objective,
        "recomputed": sum(term.value for term in result.terms),
        "terms": [asdict(term) for term in result.terms],
        "fixed_terms": [asdict(term) for term in result.fixed_terms],
        "violations": [asdict(one) for one in result.violations],
    }
