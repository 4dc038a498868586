"""Why a study has no plan: every scenario explained, for people and for programs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from geodata.findings import Text
from optimizer.domain import Status
from optimizer.explain import Cut, Explanation, Mend, explain
from scenarios.assemble import assemble, prepare
from scenarios.config import load_study
from scenarios.explain.lines import lines_of
from scenarios.explain.wider import wider_tables
from scenarios.explain.words import STEPS, UNITS
from scenarios.outcome import DONE, INFEASIBLE, NO_PLAN
from scenarios.run import Progress, chosen

_EXIT = {Status.INFEASIBLE: INFEASIBLE, Status.UNKNOWN: NO_PLAN}
"""The worst first."""


@dataclass(frozen=True)
class StudyExplained:
    """Every scenario of a study but today's, by name, with what was found."""

    study: str
    scenarios: tuple[tuple[str, Explanation], ...]

    @property
    def exit_code(self) -> int:
        """Exit code of the worst: no plan exists, then undecided, then nothing clashes."""
        codes = {_exit_of(found) for _, found in self.scenarios}
        return next((code for code in _EXIT.values() if code in codes), DONE)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields of `explain --json`; what stands at the top is of the worst."""
        answers = [{"scenario": name, **as_dict(found)} for name, found in self.scenarios]
        codes = [_exit_of(found) for _, found in self.scenarios]
        worst = answers[codes.index(self.exit_code)] if answers else {}
        return {"study": self.study, "exit": self.exit_code, **worst, "scenarios": answers}

    def lines(self, lang: str) -> Iterator[str]:
        """Say it to a person."""
        for name, found in self.scenarios:
            yield from lines_of(name, found, lang)


def explain_study(
    path: Path, only: tuple[str, ...], seconds: float, progress: Progress
) -> StudyExplained:
    """Explain every scenario of a study but today's.

    Parameters
    ----------
    path
        The study file.
    only
        Names of scenarios; empty: all.
    seconds
        For each scenario; solving mends again may take half as much once more.

    Raises
    ------
    FindingError
        If the study or a file of it has faults.
    """
    loaded = load_study(path)
    scenarios = [one for one in chosen(loaded, only) if not one.is_today]
    progress("", Text("reading and measuring", "读取数据、度量出行"))
    prepared = prepare(loaded)
    explained = []
    for scenario in scenarios:
        problem = assemble(prepared, scenario).problem

        def tell(step: str, name: str = scenario.name) -> None:
            progress(name, STEPS[step])

        wider = partial(wider_tables, loaded, scenario, problem)
        explained.append((scenario.name, explain(problem, seconds, wider, tell)))
    return StudyExplained(loaded.study.study, tuple(explained))


def _exit_of(found: Explanation) -> int:
    return _EXIT.get(found.status, DONE)


def as_dict(found: Explanation) -> dict[str, Any]:
    """Return the fields of a scenario in `explain --json`; amounts in the units beside them."""
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
