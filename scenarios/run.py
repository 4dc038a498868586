"""Every scenario of a study: resumed where a valid run exists, solved where none does."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

from geodata.findings import FindingError, Text
from geodata.osm import OSM_CREDIT, called_extract
from optimizer.methods.base import Limits
from scenarios.assemble import assemble, prepare
from scenarios.assemble.areas import areas_of
from scenarios.compare import finished_runs, write_comparison_of
from scenarios.config import LoadedStudy, Scenario, load_study
from scenarios.config.norms import Profile
from scenarios.config.words import key_fault
from scenarios.executors import Executor, Failure, Processes, Told, cores_each
from scenarios.holds import Hold, held, require_kept
from scenarios.kept_network import REASSIGN, network_digest, require_fit, require_network
from scenarios.keys import input_digests, run_key, versions
from scenarios.outcome import FAILED, Outcome, StudyOutcome, from_manifest
from scenarios.scenario_job import TODAY, Job, Line, do
from scenarios.store import StudyFacts, close_unfinished, is_valid_run, unfinished
from scenarios.store.folder import sweep
from scenarios.store.geometry import write_geometry

Progress = Callable[[str, Text], None]
"""Receives the name of a scenario (empty: the study) and a line in both languages."""


@dataclass(frozen=True)
class RunOptions:
    """Options of the command `run`."""

    only: tuple[str, ...] = ()
    out: Path = Path("results")
    method: str = "auto"
    gap: float = 0.01
    seconds: float = 120.0
    nodes: int | None = None
    seed: int = 0
    jobs: int = 2
    mps: Path | None = None
    cold: bool = False
    network: Path | None = None
    holds: tuple[str, ...] = ()
    lang: str = "en"

    def of_solver(self) -> dict[str, Any]:
        """Options that decide a scenario's answer."""
        decide = ("method", "gap", "seconds", "nodes", "seed")
        of_network = {} if self.network is None else {"network": network_digest(self.network)}
        of_holds = {"holds": sorted(set(self.holds))} if self.holds else {}
        return {n: v for n, v in asdict(self).items() if n in decide} | of_network | of_holds


class NoSuchScenarioError(FindingError):
    """A scenario was asked for that the study does not have; the study itself has no fault."""


def run_study(path: Path, options: RunOptions, progress: Progress) -> StudyOutcome:
    """Run a study and its comparison.

    Returns
    -------
    StudyOutcome
        One outcome for each scenario; a scenario that fails does not stop the others.

    Raises
    ------
    FindingError
        If the study or a file of it has faults: nothing is run then.
    NoSuchScenarioError
        If `options.only` names another scenario.
    """
    loaded = load_study(path)
    scenarios = chosen(loaded, options.only)
    results = options.out / loaded.study.study
    require_kept(options.holds, options.network)
    require_network(options.network, [results / one.name for one in scenarios])
    sweep(results)
    inputs = input_digests(loaded)
    keys = {s.name: run_key(loaded, s, inputs, options.of_solver()) for s in scenarios}
    done = [s for s in scenarios if _is_done(results / s.name, keys[s.name], options)]
    for scenario in done:
        progress(scenario.name, Text("already there", "已有结果"))
    outcomes = {s.name: from_manifest(results / s.name) for s in done}
    todo = [s for s in scenarios if s not in done]
    if todo:
        with tempfile.TemporaryDirectory(prefix="xuewei-") as temporary:
            geometry = Path(temporary) / "geometry.gpkg"
            jobs = _jobs(loaded, todo, options, progress, (geometry, results, inputs, keys))
            outcomes |= _carry_out(jobs, _order(loaded, todo, options), options, progress)
        close_unfinished(results)
    if finished_runs(results):
        write_comparison_of(results)
    return StudyOutcome(loaded.study.study, tuple(outcomes[s.name] for s in scenarios))


def chosen(loaded: LoadedStudy, only: Sequence[str]) -> tuple[Scenario, ...]:
    """Return the scenarios asked for; all, if none is named.

    Raises
    ------
    NoSuchScenarioError
        C24, if a name is not one of the study's.
    """
    names = [scenario.name for scenario in loaded.scenarios]
    unknown = [name for name in only if name not in names]
    if unknown:
        raise NoSuchScenarioError(
            [key_fault(loaded.name, loaded.lines, ("scenarios",), n, names) for n in unknown]
        )
    return tuple(s for s in loaded.scenarios if not only or s.name in only)


def _is_done(folder: Path, key: str, options: RunOptions) -> bool:
    wanted = options.mps is None or (options.mps / f"{folder.name}.mps").is_file()
    return wanted and is_valid_run(folder, key)


def _jobs(
    loaded: LoadedStudy,
    scenarios: list[Scenario],
    options: RunOptions,
    progress: Progress,
    files: tuple[Path, Path, dict[str, str], dict[str, str]],
) -> list[Job]:
    """Read, measure and project once, then put every scenario together."""
    geometry, results, inputs, keys = files
    progress("", Text("reading and measuring", "读取数据、度量出行"))
    prepared = prepare(loaded)
    for finding in prepared.findings:
        progress("", Text(finding.line("en"), finding.line("zh")))
    if loaded.study.service_areas is not None:
        progress("", Text("drawing service areas", "计算服务范围"))
    write_geometry(prepared.layers, geometry, areas_of(loaded, prepared.layers))
    threads = cores_each(min(options.jobs, len(scenarios)))
    limits = Limits(options.gap, options.seconds, options.nodes, threads, options.seed)
    jobs = []
    for scenario in scenarios:
        assembled = assemble(prepared, scenario)
        problem, holds = assembled.problem, tuple[Hold, ...]()
        if options.network is not None and not scenario.is_today:
            plan = require_fit(problem, options.network)
            problem, holds = held(problem, plan, options.holds)
        facts = StudyFacts(
            study=_study_facts(loaded, scenario),
            key=keys[scenario.name],
            sources=_sources(loaded.profile),
            inputs=inputs,
            versions=versions(),
            zone_xy=assembled.zone_xy,
            site_xy=assembled.site_xy,
            geometry=geometry,
            holds=tuple(asdict(one) for one in holds),
        )
        jobs.append(
            Job(
                problem=problem,
                facts=facts,
                method=_method(scenario, options),
                limits=limits,
                target=results / scenario.name,
                seconds=dict(prepared.seconds),
                starts=_starts(loaded, scenario, results, options),
                mps=options.mps,
            )
        )
    return jobs


def _method(scenario: Scenario, options: RunOptions) -> str:
    if scenario.is_today:
        return TODAY
    return options.method if options.network is None else REASSIGN


def _starts(
    loaded: LoadedStudy, scenario: Scenario, results: Path, options: RunOptions
) -> tuple[Path, ...]:
    """Return the runs that a scenario may begin with, the most alike first.

    The run whose decisions stand; what the scenario had come to when it was broken off, or before
    the study was edited; the scenario before it of the same policy.
    """
    if scenario.is_today:
        return ()
    if options.network is not None:
        return (options.network,)
    stands = loaded.study.start_from
    first = () if stands is None else (Path(stands.run),)
    if options.cold:
        return first
    before = neighbour(loaded.scenarios, scenario)
    own = results / scenario.name
    others = () if before is None else (results / before,)
    return (*first, unfinished(own), own, *others)


def neighbour(scenarios: Sequence[Scenario], scenario: Scenario) -> str | None:
    """Return the scenario before this one of the same policy: another future, the same choices."""
    same = [one.name for one in scenarios if one.policy == scenario.policy]
    at = same.index(scenario.name)
    return same[at - 1] if at > 0 else None


def _sources(profile: Profile) -> dict[str, dict[str, Any]]:
    """Return the value of each norm and price with where it comes from, by path."""
    norms = profile.norms.model_dump(mode="json")
    return {
        path: {"value": reduce(getitem, path.split("."), norms), **source.model_dump()}
        for path, source in profile.sources.items()
    }


def _study_facts(loaded: LoadedStudy, scenario: Scenario) -> dict[str, Any]:
    study = loaded.study
    return {
        "name": study.study,
        "title": study.title.model_dump(),
        "made_up": study.made_up,
        "scenario": scenario.name,
        "position": [one.name for one in loaded.scenarios].index(scenario.name),
        "projection": scenario.projection,
        "policy": scenario.policy,
        "base_year": study.base_year,
        "credits": credits(loaded),
    }


def credits(loaded: LoadedStudy) -> list[str]:
    """Name whoever has to be named where the study's map is shown."""
    return [OSM_CREDIT] if any(map(called_extract, loaded.input_paths().values())) else []


def _order(
    loaded: LoadedStudy, scenarios: Sequence[Scenario], options: RunOptions
) -> dict[int, int]:
    """Say which scenario waits for which, by position: each for its neighbour.

    Nobody waits where processes would stand idle for it.
    """
    place = {scenario.name: at for at, scenario in enumerate(scenarios)}
    planned = [scenario for scenario in scenarios if not scenario.is_today]
    if (
        options.cold
        or options.network is not None
        or len({scenario.policy for scenario in planned}) < options.jobs
    ):
        return {}
    waits = {s.name: neighbour(loaded.scenarios, s) for s in planned}
    return {place[name]: place[before] for name, before in waits.items() if before in place}


def _carry_out(
    jobs: list[Job], after: dict[int, int], options: RunOptions, progress: Progress
) -> dict[str, Outcome]:
    deadline = 3 * options.seconds + 600
    executor: Executor = Processes(options.jobs, deadline)
    outcomes: dict[str, Outcome] = {}
    for event in executor(do, jobs, after):
        target = jobs[event.job].target
        name, log = target.name, target.with_name(f"{target.name}.failed.log")
        if isinstance(event, Told):
            progress(name, _text(event.message))
        elif isinstance(event.answer, Failure):
            why = event.answer.why
            progress(name, Text(f"failed: {why}", f"失败：{why}"))
            log.write_text(event.answer.trace or why, encoding="utf-8")
            outcomes[name] = Outcome(name, FAILED, why=why)
        else:
            log.unlink(missing_ok=True)
            outcomes[name] = from_manifest(target)
            progress(name, outcomes[name].line())
    return outcomes


def _text(line: Line) -> Text:
    """Return a line of progress for a person."""
    numbers = []
    if line.objective < float("inf"):
        numbers.append(("best", "最好", f"{line.objective:,.0f}"))
    if line.bound > float("-inf"):
        numbers.append(("bound", "下界", f"{line.bound:,.0f}"))
    if line.bound > 0 and line.objective < float("inf"):
        gap = (line.objective - line.bound) / line.objective
        numbers.append(("gap", "差距", f"{gap:.2%}"))
    begin = f"{line.seconds:7.1f} s  {line.phase}"
    en, zh = ("  ".join([begin, *(f"{n[i]} {n[2]}" for n in numbers)]) for i in (0, 1))
    return Text(en, zh)
