"""Norms and prices: a profile, the profiles it extends, and the study's own values on top."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import Field, ValidationError

from scenarios.config.findings import Finding
from scenarios.config.models import Count, LevelName, Strict, Study
from scenarios.config.words import KeyPath, key_fault, overrides_nothing, validation_faults
from scenarios.config.yaml_text import Lines, read_yaml

FOLDER = Path(__file__).parents[1] / "profiles"
DEFAULT = "CN"

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

    modes: Annotated[list[Literal["walk", "cycle", "bus"]], Field(min_length=1)]
    walk_kmh: Annotated[float, Field(gt=0, le=10)]
    cycle_kmh: Annotated[float, Field(gt=0, le=30)]
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


class OpenNorms(NamedTuple):
    """Norms of a study, every fault of its overrides, and the paths of those that do not count."""

    profile: Profile
    faults: list[Finding]
    unsettled: set[KeyPath]


def open_norms(study: Study, file: str, lines: Lines) -> OpenNorms:
    """Put the study's values on top of its profile, as far as they can be.

    Parameters
    ----------
    study
        Its `standards` and `prices` are values by path, for example ``levels.primary.cap``.
    file, lines
        Name of the study file and the lines of its keys, for findings.

    Returns
    -------
    OpenNorms
        An override that names nothing or is out of bounds leaves the profile's value; a profile
        that does not exist leaves `DEFAULT`.
    """
    faults: list[Finding] = []
    unsettled: set[KeyPath] = set()
    name = study.profile
    if name not in profile_names():
        faults.append(key_fault(file, lines, ("profile",), name, profile_names()))
        unsettled.add(("profile",))
        name = DEFAULT
    values, sources = _layers(name)
    own, origin = dict(values), dict[str, KeyPath]()
    for place, path, value in _overrides(study):
        known_path = path in values or _GRID.fullmatch(path) is not None
        if not known_path or (place[0] == "standards" and path.startswith("prices.")):
            known = [k.removeprefix("prices.") for k in values if _is_price(k, str(place[0]))]
            faults.append(overrides_nothing(file, lines, place, known))
            unsettled.add(place)
            continue
        own[path], origin[path] = value, place
    try:
        norms = Norms.model_validate(_nested(own))
    except ValidationError as problem:
        faults += validation_faults(problem, file, lines, Norms, origin)
        wrong = _blamed(problem, origin)
        unsettled |= {origin.pop(path) for path in wrong}
        kept = {path: value for path, value in own.items() if path not in wrong}
        norms = Norms.model_validate(_nested({**values, **kept}))
    sources |= dict.fromkeys(origin, Source(source="study file", verified="study"))
    return OpenNorms(Profile(norms, sources), faults, unsettled)


def _overrides(study: Study) -> list[tuple[KeyPath, str, Any]]:
    """Return the place in the study file, the path in the norms and the value of each override."""
    own: list[tuple[KeyPath, str, Any]] = [
        (("standards", key), key, value) for key, value in study.standards.items()
    ]
    return own + [(("prices", key), f"prices.{key}", value) for key, value in study.prices.items()]


def _blamed(problem: ValidationError, paths: Iterable[str]) -> set[str]:
    """Return the overridden paths under which pydantic found a fault."""
    places = [".".join(map(str, fault["loc"])) + "." for fault in problem.errors()]
    return {path for path in paths if any(place.startswith(f"{path}.") for place in places)}


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
