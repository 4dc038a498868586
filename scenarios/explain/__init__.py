"""Why a study has no plan: every scenario explained, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from geodata.findings import Text
from optimizer.domain import Problem, Status
from optimizer.explain import Cut, Explanation, Mend, Wider, explain
from scenarios.assemble import assemble, prepare
from scenarios.config import Scenario, load_study
from scenarios.explain.lines import lines_of
from scenarios.explain.wider import wider_tables
from scenarios.explain.words import STEPS, UNITS
from scenarios.outcome import DONE, INFEASIBLE, NO_PLAN
from scenarios.run import Progress, chosen

_EXIT = {Status.INFEASIBLE: INFEASIBLE, Status.UNKNOWN: NO_PLAN}


def explain_study(
    path: Path, only: tuple[str, ...], seconds: float, progress: Progress
) -> dict[str, Any]:
    """Explain every scenario of a study but today's; what stands at the top is of the worst.

    Raises
    ------
    FindingError
        If the study or a file of it has faults.
    """
    loaded = load_study(path)
    scenarios = [one for one in chosen(loaded, only) if not one.is_today]
    progress("", Text("reading and measuring", "读取数据、度量出行"))
    prepared = prepare(loaded)
    answers = []
    for scenario in scenarios:
        problem = assemble(prepared, scenario).problem

        def wider(scenario: Scenario = scenario, problem: Problem = problem) -> Wider:
            return wider_tables(loaded, scenario, problem)

        def tell(step: str, scenario: Scenario = scenario) -> None:
            progress(scenario.name, STEPS[step])

        found = explain(problem, seconds, wider, tell)
        answers.append({"scenario": scenario.name, **as_dict(found), "found": found})
    ranked = sorted(answers, key=lambda one: -_exit_of(one["found"]))
    codes = {_exit_of(one["found"]) for one in answers}
    code = INFEASIBLE if INFEASIBLE in codes else NO_PLAN if NO_PLAN in codes else DONE
    first = next((one for one in ranked if _exit_of(one["found"]) == code), {})
    return {"study": loaded.study.study, "exit": code, **first, "scenarios": answers}


def _exit_of(found: Explanation) -> int:
    return _EXIT.get(found.status, DONE)


def as_dict(found: Explanation) -> dict[str, Any]:
    """Return the fields of `explain --json`; amounts in the units beside them."""
    largest = max(found.cuts, key=lambda cut: cut.short, default=None)
    return {
        "status": found.status.value,
        "clash": list(found.clash),
        "cut": None if largest is None else _cut(largest),
        "mends": [_mend(one) for one in found.mends],
        "laws": list(found.laws),
        "counted": [vars(one) for one in found.counted],
        "cuts": [_cut(one) for one in found.cuts],
        "lacking": [
            {"rule": rule, "where": where, "amount": round(amount, 4), "unit": UNITS[rule].en}
            for rule, where, amount in found.lacking
        ],
        "untried": list(found.untried),
    }


def _cut(cut: Cut) -> dict[str, Any]:
    numbers = {name: round(getattr(cut, name), 4) for name in ("pupils", "places", "short")}
    return {
        "level": cut.level,
        "year": cut.year,
        "zones": list(cut.zones),
        "sites": list(cut.sites),
        **numbers,
    }


def _mend(one: Mend) -> dict[str, Any]:
    change = one.change
    return {
        "rule": change.rule,
        "change": change.total,
        "unit": change.unit,
        "cost": None if one.cost is None else round(one.cost, 2),
        "gap": None if one.gap is None else round(one.gap, 6),
        "of_change": round(one.of_change, 2),
        "smallest": change.smallest,
        "where": [{"what": what, "amount": amount} for what, amount in change.amounts],
    }


def explain_summary(answer: dict[str, Any]) -> dict[str, Any]:
    """Return the answer without what only people's lines need."""
    bare = {key: value for key, value in answer.items() if key != "found"}
    bare["scenarios"] = [
        {key: value for key, value in one.items() if key != "found"} for one in bare["scenarios"]
    ]
    return bare


def explain_lines(answer: dict[str, Any], lang: str) -> Iterator[str]:
    """Say the answer of `explain_study` to a person."""
    for one in answer["scenarios"]:
        yield from lines_of(one["scenario"], one["found"], lang)
