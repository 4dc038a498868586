"""A run whose network is kept while pupils are assigned anew (`run --network`)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from geodata.findings import FindingError
from optimizer.domain import Plan, Problem
from scenarios.config.findings import Words, error
from scenarios.plan_tables import read_plan
from scenarios.store import MANIFEST, sha256_of, whole_run

REASSIGN = "reassign"
"""The method of `optimizer.solve` that keeps the network of the plan it is given."""
ASSIGNMENT = "tables/assignment.parquet"
_NO_RUN: Words = (
    "There is no finished run with a plan here, or a file of it is not as its manifest says.",
    "此处没有带方案的已完成运行，或其中有文件与清单不符。",
)
_NAME_RUN: Words = (
    "Name a finished run of this county after --network.",
    "请在 --network 后指定本县已完成的一次运行。",
)
_REPLACED: Words = (
    "The run whose network is to be kept would be replaced by what comes of it.",
    "要保留其布局的运行会被新结果覆盖。",
)
_ELSEWHERE: Words = ("Name another folder after --out.", "请在 --out 后另写结果文件夹。")


def require_network(run: Path | None, targets: Iterable[Path]) -> None:
    """Require a finished run with a plan, if one is named, that none of the results replaces.

    Raises
    ------
    FindingError
        C35 if there is none, C36 if it is itself one of the results.
    """
    if run is None:
        return
    manifest = whole_run(run)
    if manifest is None or ASSIGNMENT not in manifest["files"]:
        raise FindingError([error("C35", str(run), _NO_RUN, _NAME_RUN, column="--network")])
    if any(run.resolve() == target.resolve() for target in targets):
        raise FindingError([error("C36", str(run), _REPLACED, _ELSEWHERE, column="--network")])


def require_fit(problem: Problem, run: Path) -> Plan:
    """Require that the problem knows every name and year of the run's plan; return the plan.

    Raises
    ------
    FindingError
        With every one that it does not know.
    """
    return read_plan(replace(problem, staffing=None), run)


def network_digest(run: Path) -> str:
    """Sha256 of the manifest of the run, which holds those of all its files; empty: no run."""
    manifest = run / MANIFEST
    return sha256_of(manifest) if manifest.is_file() else ""
