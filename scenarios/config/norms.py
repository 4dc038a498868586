"""Norms and prices: a profile, the profiles it extends, and the study's own values on top."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from scenarios.config.findings import Finding, FindingError
from scenarios.config.models import Count, LevelName, Strict
from scenarios.config.words import key_fault, overrides_nothing, validation_faults
from scenarios.config.yaml_text import Lines, read_yaml

FOLDER = Path(__file__).parents[1] / "profiles"

Positive = Annotated[float, Field(gt=0, le=1e9)]
NotNegative = Annotated[float, Field(ge=0, le=1e9)]
Share = Annotated[float, Field(ge=0, le=1)]
Lessons = Annotated[float, Field(ge=0, le=60)]
Load = Annotated[float, Field(gt=0, le=60)]
_GRID = re.compile(r"staffing\.(lessons|load)\.(primary|lower_secondary)\.[^.]+")
"""Paths that a study may add: provinces fix the lesson grid and name its subjects."""


class LevelNorms(Strict):
    """Grades and class-size limits of a level."""

    first_grade: Annotated[int, Field(ge=1, le=9)]
    grades: Annotated[int, Field(ge=1, le=9)]
    cap: Positive
    hard: Positive
    large: Positive
    very_large: Positive


class FunctionRoomNorms(Strict):
    """A kind of function room: for which levels, how many per 12 classes."""

    levels: list[LevelName]
    per_12_classes: Annotated[int, Field(ge=0, le=20)]


class TravelNorms(Strict):
    """Modes in order of preference, speeds and one-way limits; keys of limits name grades."""

    modes: Annotated[list[Literal["walk", "bus"]], Field(min_length=1)]
    walk_kmh: Annotated[float, Field(gt=0, le=10)]
    bus_kmh: Annotated[float, Field(gt=0, le=120)]
    bus_wait_minutes: Annotated[float, Field(ge=0, le=120)]
    limit_minutes: dict[str, Annotated[float, Field(gt=0, le=300)]]

    def limit_of(self, grade: int) -> float:
        """Return the one-way limit of a grade in minutes."""
        for name, minutes in self.limit_minutes.items():
            low, high = name.removeprefix("grades_").split("_")
            if int(low) <= grade <= int(high):
                return minutes
        raise KeyError(grade)


class StaffingNorms(Strict):
    """Ratios, lesson grid and rotation rules of C23 and C24.

    `lessons` are a class's lessons a week by level, subject and grade; `load` those of a full-time
    teacher. Both are empty where a profile has no grid: then a study with teachers brings its own.
    """

    pupils_per_staff: dict[LevelName, Positive]
    non_teaching_share: dict[LevelName, Share]
    teachers_per_class: dict[LevelName, NotNegative]
    lessons: dict[LevelName, dict[str, list[Lessons]]] = Field(default_factory=dict)
    load: dict[LevelName, dict[str, Load]] = Field(default_factory=dict)
    leavers_share: Share
    rotation_share: Share
    key_share: Share
    core_share: Share
    eligible_after_years: Annotated[int, Field(ge=0, le=60)]
    term_years: Annotated[int, Field(ge=1, le=60)]
    to_country: Count
    to_town: Count


class PriceNorms(Strict):
    """Prices of `optimizer.domain.Prices`."""

    class_year: NotNegative
    bus_pupil_year: NotNegative
    yuan_per_minute: NotNegative
    school_days: Annotated[float, Field(ge=0, le=366)]
    beyond_pupil_minute: NotNegative
    over_cap_pupil_year: NotNegative
    room_debt_year: NotNegative
    pupil_moved: NotNegative
    entrant_reassigned: NotNegative
    post_short_year: NotNegative
    post_surplus_year: NotNegative
    teacher_moved: NotNegative
    teacher_year: NotNegative
    life_years: Annotated[float, Field(gt=0, le=500)]


class Norms(Strict):
    """All norms of a study."""

    levels: dict[LevelName, LevelNorms]
    point_cap: Positive
    function_rooms: dict[str, FunctionRoomNorms]
    function_room_free_below: Annotated[int, Field(ge=0, le=1000)]
    travel: TravelNorms
    staffing: StaffingNorms
    prices: PriceNorms


class Source(Strict):
    """Where a value comes from; `verified` is a mark of docs/standards.md."""

    source: str
    article: str = ""
    verified: str


class Profile(NamedTuple):
    """Norms, and the source of each by its path."""

    norms: Norms
    sources: dict[str, Source]


def profile_names() -> list[str]:
    """Return the profiles that exist."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def load_norms(
    profile: str, standards: dict[str, Any], prices: dict[str, Any], file: str, lines: Lines
) -> Profile:
    """Put the study's values on top of a profile.

    Parameters
    ----------
    profile
        Name of a file in ``scenarios/profiles``.
    standards, prices
        Values by path, for example ``levels.primary.cap`` and ``class_year``.
    file, lines
        Name of the study file and the lines of its keys, for findings.

    Raises
    ------
    FindingError
        With every unknown path and every value out of bounds.
    """
    if profile not in profile_names():
        raise FindingError([key_fault(file, lines, ("profile",), profile, profile_names())])
    values, sources = _layers(profile)
    faults: list[Finding] = []
    origin: dict[str, tuple[str | int, ...]] = {}
    own = [(("standards", key), key, value) for key, value in standards.items()]
    own += [(("prices", key), f"prices.{key}", value) for key, value in prices.items()]
    for place, path, value in own:
        known_path = path in values or _GRID.fullmatch(path) is not None
        if not known_path or (place[0] == "standards" and path.startswith("prices.")):
            known = [k.removeprefix("prices.") for k in values if _is_price(k, place[0])]
            faults.append(overrides_nothing(file, lines, place, known))
            continue
        values[path], origin[path] = value, place
        sources[path] = Source(source="study file", verified="study")
    try:
        norms = Norms.model_validate(_nested(values))
    except ValidationError as problem:
        faults += validation_faults(problem, file, lines, Norms, origin)
        raise FindingError(faults) from None
    if faults:
        raise FindingError(faults)
    return Profile(norms, sources)


def _is_price(path: str, section: str) -> bool:
    return path.startswith("prices.") == (section == "prices")


def _layers(name: str) -> tuple[dict[str, Any], dict[str, Source]]:
    """Return values and sources of a profile over those it extends."""
    data, _ = read_yaml(FOLDER / f"{name}.yaml", f"{name}.yaml")
    values, sources = _layers(data["extends"]) if "extends" in data else ({}, {})
    for path, entry in data["values"].items():
        values[path] = entry["value"]
        sources[path] = Source.model_validate({k: v for k, v in entry.items() if k != "value"})
    return values, sources


def _nested(values: dict[str, Any]) -> dict[str, Any]:
    tree: dict[str, Any] = {}
    for path, value in values.items():
        *folders, leaf = path.split(".")
        branch = tree
        for folder in folders:
            branch = branch.setdefault(folder, {})
        branch[leaf] = value
    return tree
