"""A study file in, a checked study out; every fault at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from geodata.column_map import ColumnMap
from scenarios.config.columns_file import open_columns
from scenarios.config.findings import Finding, FindingError
from scenarios.config.models import FamilyName, InputFile, PolicyConfig, ProjectionConfig, Study
from scenarios.config.norms import Profile, open_norms
from scenarios.config.partial import NOTHING, Unsettled, settle
from scenarios.config.rules import TODAY, middle_projection, norm_faults, reach_faults, study_faults
from scenarios.config.words import KeyPath, fault_at, validation_faults
from scenarios.config.yaml_text import Lines, open_yaml

_NO_FILE = ("C34", "C35")
"""Codes of inputs without a file that may be read."""


@dataclass(frozen=True)
class Scenario:
    """A projection by a policy. `TODAY` as policy name: the network as it is, nothing solved."""

    name: str
    projection: str
    policy: str

    @property
    def is_today(self) -> bool:
        """Whether nothing is decided."""
        return self.policy == TODAY


@dataclass(frozen=True)
class LoadedStudy:
    """A study file that holds together: its settings, its norms, where it lies.

    Attributes
    ----------
    path
        The study file.
    name
        How findings call it.
    lines
        Lines of its keys.
    unsettled
        What had to be left out of the file; empty where it has no fault.
    column_maps
        Of inputs whose tables have other columns than ours, by name of the input.
    """

    path: Path
    name: str
    lines: Lines
    study: Study
    profile: Profile
    unsettled: Unsettled = NOTHING
    column_maps: Mapping[str, ColumnMap] = field(default_factory=dict)

    def known(self, *paths: KeyPath) -> bool:
        """Whether everything at and below these paths of the study file is as the user meant it."""
        return self.unsettled.known(*paths)

    @property
    def folder(self) -> Path:
        """Folder against which input paths are read."""
        return self.path.parent

    @cached_property
    def scenarios(self) -> tuple[Scenario, ...]:
        """Scenarios to run, in the order of the file; today's network, if any, comes last."""
        study = self.study
        planned = [(p, q) for p in study.projections for q in study.policies]
        every = [Scenario(f"{p}-{q}", p, q) for p, q in planned]
        if study.inputs.schools is not None:
            every.append(Scenario(TODAY, middle_projection(study), TODAY))
        wanted = study.scenarios
        return tuple(s for s in every if wanted == "all" or s.name in wanted or s.is_today)

    @property
    def policy_names(self) -> tuple[str, ...]:
        """Policies that scenarios need, today's network among them, in the order of the file."""
        return tuple(dict.fromkeys(scenario.policy for scenario in self.scenarios))

    def projection(self, name: str) -> ProjectionConfig:
        """Return the settings of a projection."""
        return self.study.projections[name]

    def policy(self, name: str) -> PolicyConfig:
        """Return the levers of a policy; today's network has none, and its zones may be split.

        Whether pupils are counted in cohorts, and teachers planned, follows the first policy.
        """
        if name != TODAY:
            return self.study.policies[name]
        first = next(iter(self.study.policies.values()))
        off: list[FamilyName] = [family for family in first.families_off if family == "staffing"]
        return PolicyConfig(
            actions=[], whole_zones=False, enrolment=first.enrolment, families_off=off
        )

    def input_paths(self) -> dict[str, Path]:
        """Return the files of the study by name of the input."""
        return {k: self.folder / v.file for k, v in self.study.inputs.given().items()}

    def columns_paths(self) -> dict[str, Path]:
        """Return the files of columns by name of the input."""
        given = self.study.inputs.given().items()
        return {k: self.folder / v.columns for k, v in given if v.columns is not None}

    def settings_digest(self, scenario: Scenario) -> str:
        """Sha256 of all that the file says about a scenario, defaults filled in."""
        hidden = {"projections", "policies", "scenarios"}
        settings: dict[str, Any] = {
            "study": self.study.model_dump(mode="json", exclude=hidden),
            "norms": self.profile.norms.model_dump(mode="json"),
            "projection": self.projection(scenario.projection).model_dump(mode="json"),
            "policy": self.policy(scenario.policy).model_dump(mode="json"),
            "scenario": scenario.name,
        }
        text = json.dumps(settings, sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()


class Opened(NamedTuple):
    """A study as far as its file goes (None: no further than its text), and every fault of it."""

    loaded: LoadedStudy | None
    faults: list[Finding]


def load_study(path: Path) -> LoadedStudy:
    """Read and check a study file; the files it names are only checked to be there.

    Raises
    ------
    FindingError
        With every fault found.
    """
    loaded, faults = open_study(path)
    if faults or loaded is None:
        raise FindingError(faults)
    return loaded


def open_study(path: Path) -> Opened:
    """Read a study file with all its faults, and keep what they leave, so that files can be read.

    A check that needs what is not known is left out: `LoadedStudy.unsettled`.
    """
    name = path.name
    data, lines, faults = open_yaml(path, name)
    if data is None:
        return Opened(None, faults)
    study, unsettled, problem = settle(data)
    if problem is not None:
        faults += _new(validation_faults(problem, name, lines, Study), faults)
    if study is None:
        return Opened(None, faults)
    contradictions = study_faults(study, path.parent, name, lines, unsettled)
    not_there = {tuple(one.column.split(".")) for one in contradictions if one.code in _NO_FILE}
    profile, more, overrides = open_norms(study, name, lines)
    unsettled = Unsettled(unsettled | not_there | overrides)
    faults += contradictions + more
    if unsettled.known(("profile",), ("standards",)):
        faults += norm_faults(profile.norms, name, lines)
        if unsettled.known(("service_areas",)):
            faults += reach_faults(study, profile.norms, name, lines)
    loaded = LoadedStudy(path, name, lines, study, profile, unsettled)
    maps, more = _column_maps(loaded)
    not_read = Unsettled(
        unsettled | {("inputs", k) for k in loaded.columns_paths() if k not in maps}
    )
    return Opened(replace(loaded, column_maps=maps, unsettled=not_read), faults + more)


def _column_maps(loaded: LoadedStudy) -> tuple[dict[str, ColumnMap], list[Finding]]:
    """Read the files of columns that the study names; an input whose own has faults is not read."""
    maps, faults = {}, list[Finding]()
    inputs = loaded.study.inputs
    given = inputs.given()
    for key, path in loaded.columns_paths().items():
        if not loaded.known(("inputs", key, "columns")):
            continue
        by, more = open_columns(path, given[key].columns or "", inputs.table(key))
        faults += more
        if by is not None:
            faults += _said_twice(loaded, key, given[key], by)
            maps[key] = by
    return maps, faults


def _said_twice(loaded: LoadedStudy, name: str, given: InputFile, by: ColumnMap) -> list[Finding]:
    """Find a sheet or encoding that the study and the file of columns say differently (C23)."""
    faults = []
    for key, other in (("sheet", by.sheet), ("encoding", by.encoding)):
        said = getattr(given, key)
        if said and other and said != other:
            words = (f"{by.name} says {other}.", f"{by.name} 写的是 {other}。")
            mend = ("Say it in one of the two.", "请只在其中一处写明。")
            place = ("inputs", name, key)
            faults.append(
                fault_at("C23", loaded.name, loaded.lines, place, words, mend, value=said)
            )
    return faults


def _new(faults: list[Finding], before: list[Finding]) -> list[Finding]:
    """Return the faults of keys that have none yet: a number that is not finite is no number."""
    told = {(fault.row, fault.column) for fault in before}
    return [fault for fault in faults if (fault.row, fault.column) not in told]
