"""Everything a run leaves: problem, bound, tables, outputs, and last its manifest."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from optimizer.domain import Problem, Result, Status
from scenarios.report import tables_of
from scenarios.store.certificate_files import write_certificate
from scenarios.store.folder import MANIFEST, listing, new_folder, write_json, write_table
from scenarios.store.problem_files import problem_tables
from scenarios.store.rules_file import rules_of

TODAY = "today"


@dataclass(frozen=True)
class StudyFacts:
    """What a run's files say beside problem and result.

    Attributes
    ----------
    study
        name, title, made_up, scenario, projection, policy, base_year.
    key
        Digest of all that the run depends on.
    sources
        Value, source, article and mark of each norm and price, by path.
    inputs, versions
        Sha256 by path; versions by name.
    zone_xy, site_xy
        (Z, 2) and (S, 2) metres.
    geometry
        GeoPackage to copy into the run.
    started_from
        Scenario and key of the run whose plan and prices the method began with.
    holds
        zone, site and level of each zone that a planner put at a school by hand.
    """

    study: Mapping[str, Any]
    key: str
    sources: Mapping[str, Mapping[str, Any]]
    inputs: Mapping[str, str]
    versions: Mapping[str, str]
    zone_xy: np.ndarray
    site_xy: np.ndarray
    geometry: Path
    started_from: Mapping[str, str] | None = None
    holds: Sequence[Mapping[str, str]] = ()


def write_run(
    target: Path,
    problem: Problem,
    result: Result,
    facts: StudyFacts,
    *,
    seconds: Mapping[str, float],
    outputs: Callable[[Path], None] | None = None,
) -> dict[str, Any]:
    """Write a run folder and return its manifest.

    Parameters
    ----------
    target
        The folder that appears, replacing an older run.
    seconds
        Spent before writing, by phase.
    outputs
        Writes maps and pages into the folder it is given, reading only what stands there.
    """
    began = time.perf_counter()
    with new_folder(target) as folder:
        _write_problem(folder / "problem", problem, facts)
        if result.certificate is not None:
            write_certificate(folder / "bound", result.certificate, result.certified)
        if result.plan is not None:
            for name, table in tables_of(problem, result.plan).items():
                write_table(table, folder / "tables" / f"{name}.parquet")
        manifest = manifest_of(result, facts)
        if outputs is not None and result.plan is not None:
            write_json(manifest | {"files": listing(folder)}, folder / MANIFEST)
            outputs(folder)
        spent = dict(seconds) | {"write": time.perf_counter() - began}
        manifest["seconds"] = _phases(spent)
        manifest["peak_memory_mb"] = peak_memory_mb()
        manifest["files"] = listing(folder)
        write_json(manifest, folder / MANIFEST)
    return manifest


def manifest_of(result: Result, facts: StudyFacts) -> dict[str, Any]:
    """Return what a manifest says of a result; seconds, memory and files are added on writing."""
    today = result.method == TODAY
    return {
        "study": facts.study["name"],
        "scenario": facts.study["scenario"],
        "status": result.status.value,
        "label": label_of(result),
        "objective": result.objective,
        "bound": result.bound,
        "certified_bound": result.certified,
        "floor": result.floor,
        "gap": result.gap,
        "gap_above_floor": result.gap_above_floor,
        "terms": [asdict(term) for term in result.terms],
        "fixed_terms": [asdict(term) for term in result.fixed_terms],
        "method": result.method,
        "seed": result.seed,
        "stopped_by": result.stopped_by,
        "key": facts.key,
        "started_from": None if facts.started_from is None else dict(facts.started_from),
        **({"holds": [dict(one) for one in facts.holds]} if facts.holds else {}),
        "inputs": dict(facts.inputs),
        "versions": dict(facts.versions),
        **({"violations": [asdict(one) for one in result.violations]} if today else {}),
        **({"shortages": [asdict(one) for one in result.shortages]} if result.shortages else {}),
    }


def label_of(result: Result) -> str:
    """Return how far a plan can be trusted, in words."""
    if result.method == TODAY:
        return f"today's network, judged as it is: {len(result.violations)} rules broken"
    if result.status is Status.OPTIMAL:
        return "checked optimal"
    if result.status is Status.INFEASIBLE:
        return "proven infeasible"
    if result.status is Status.UNKNOWN:
        kept = result.stopped_by == "network"
        return "the network to be kept breaks rules here" if kept else "no plan within the limits"
    if not np.isfinite(result.bound) or result.bound <= 0:
        return "feasible, no bound"
    above = (result.objective - result.bound) / result.bound
    return f"best found, at most {above:.2%} above the best possible"


def peak_memory_mb() -> float:
    """Largest memory this process has held, in MB; 0 where the system does not say."""
    try:
        import resource
    except ImportError:
        return 0.0
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _phases(seconds: Mapping[str, float]) -> dict[str, float]:
    """Seconds of the phases every manifest has, further ones after them, and their total."""
    names = ("read", "measure", "project", "build", "solve", "judge", "write")
    phases = dict.fromkeys(names, 0.0) | dict(seconds)
    phases.pop("total", None)
    phases["total"] = sum(phases.values())
    return {name: round(value, 3) for name, value in phases.items()}


def _write_problem(folder: Path, problem: Problem, facts: StudyFacts) -> None:
    prices = {
        path.removeprefix("prices."): source["source"]
        for path, source in facts.sources.items()
        if path.startswith("prices.")
    }
    for name, table in problem_tables(problem, facts.zone_xy, facts.site_xy, prices).items():
        write_table(table, folder / f"{name}.parquet")
    write_json(rules_of(problem, facts.sources, facts.study), folder / "rules.json")
    shutil.copyfile(facts.geometry, folder / "geometry.gpkg")
