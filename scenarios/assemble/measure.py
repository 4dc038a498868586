"""Travel of a study: measured once, then chosen for each policy."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.findings import Finding, Source
from geodata.schemas import LEVELS_OF
from geodata.travel import (
    BUS,
    CYCLE,
    WALK,
    TravelMode,
    select_pairs,
    travel_table,
    unreached_pupils,
)
from optimizer.domain import Level
from scenarios.assemble.layers import Layers
from scenarios.config import LoadedStudy
from scenarios.config.models import LevelName, PolicyConfig
from scenarios.config.norms import LevelNorms, TravelNorms


class Travelled(NamedTuple):
    """zone_id, site_id, mode, metres, minutes of every pair in reach, and what was found."""

    table: pd.DataFrame
    findings: tuple[Finding, ...]


def measure(loaded: LoadedStudy, layers: Layers) -> Travelled:
    """Measure travel from every zone to the sites in reach, in the way the study asks for.

    Errors are among what was found if the roads or the travel table cannot carry the study.
    """
    if "travel" in layers.sources:
        given = layers.frames["travel"]
        lost = _unreached(loaded, layers, given, layers.sources["travel"])
        return Travelled(given, tuple(lost))
    norms, levels = loaded.profile.norms.travel, loaded.profile.norms.levels
    source = layers.source("roads")
    table, findings = travel_table(
        layers.places(),
        layers.sites(),
        layers.layer("roads") if "roads" in layers.sources else None,
        _modes(loaded),
        limits=dict.fromkeys(norms.modes, max(norms.limit_minutes.values())),
        groups={level: _may_ever_run(layers, level) for level in levels},
        keep=layers.frames["enrolment"][["zone_id", "site_id"]],
        straight_line_factor=loaded.study.travel.straight_line_factor,
        heights=layers.heights,
        barriers=_barriers(layers),
        source=source,
    )
    return Travelled(table, (*findings, *_unreached(loaded, layers, table, source)))


def _unreached(
    loaded: LoadedStudy, layers: Layers, travel: pd.DataFrame, source: Source
) -> list[Finding]:
    modes = loaded.profile.norms.travel.modes
    return unreached_pupils(layers.frames["enrolment"], travel, modes, source)


def _barriers(layers: Layers) -> gpd.GeoDataFrame | None:
    """Return the barriers whose place is known; None where there are none."""
    given = layers.frames["barriers"]
    return given if isinstance(given, gpd.GeoDataFrame) and given.crs is not None else None


def _modes(loaded: LoadedStudy) -> list[TravelMode]:
    """Return the modes of the norms at their speeds, in order of preference."""
    return [modes_of(loaded)[name] for name in loaded.profile.norms.travel.modes]


def modes_of(loaded: LoadedStudy) -> dict[str, TravelMode]:
    """Return every mode at its speed in the norms, by name."""
    norms, straight = loaded.profile.norms.travel, loaded.study.travel.straight_line_factor
    off_road = BUS.straight_kmh if straight is None else norms.bus_kmh
    pushed = norms.walk_kmh if straight is None else norms.cycle_kmh
    return {
        "walk": replace(WALK, straight_kmh=norms.walk_kmh, road_kmh=norms.walk_kmh),
        "cycle": replace(CYCLE, straight_kmh=pushed, road_kmh=norms.cycle_kmh),
        "bus": replace(
            BUS,
            straight_kmh=off_road,
            cap_kmh=norms.bus_kmh,
            extra_minutes=norms.bus_wait_minutes,
        ),
    }


def pairs_of(
    loaded: LoadedStudy,
    layers: Layers,
    travel: pd.DataFrame,
    levels: tuple[Level, ...],
    policy: PolicyConfig,
) -> pd.DataFrame:
    """Choose the pairs of a policy: its sites are those that it ever lets run a level (C14)."""
    norms = loaded.profile.norms
    schools, enrolment = layers.frames["schools"], layers.frames["enrolment"]
    of_points = schools[schools["point_grades"] > 0]
    points = {
        str(site): (int(grades), str(parent))
        for site, grades, parent in of_points[["site_id", "point_grades", "parent_id"]].to_numpy()
    }
    today = enrolment.loc[enrolment["zone_id"] != "", ["zone_id", "site_id", "level"]]
    return select_pairs(
        travel,
        {level.name: _limits(norms.travel, norms.levels, level) for level in levels},
        today.drop_duplicates(),
        {level.name: sorted(may_run(layers, policy, level.name)) for level in levels},
        loaded.study.travel.max_sites,
        points=points,
        modes=norms.travel.modes,
    )


def may_run(layers: Layers, policy: PolicyConfig, level: str) -> set[str]:
    """Return the sites that a policy ever lets run a level: today's, and where it may be built."""
    options = layers.frames["options"]
    place = places_of(layers)
    allowed = next((kinds for name, kinds in policy.allowed_places.items() if name == level), None)
    allowed_here = options["site_id"].map(place).isin(allowed or set(place.values()))
    wanted = (options["action"].isin(policy.actions) & allowed_here) | (options["committed"] > 0)
    return _running(layers, level) | set(options.loc[wanted & _builds(options, level), "site_id"])


def places_of(layers: Layers) -> Mapping[str, str]:
    """Return the kind of place of every site."""
    both = [layers.frames[name].set_index("site_id")["place"] for name in ("schools", "candidates")]
    return dict(pd.concat([part for part in both if len(part)]).items())


def _running(layers: Layers, level: str) -> set[str]:
    schools = layers.frames["schools"]
    runs = [level in LEVELS_OF[kind] for kind in schools["school_type"]]
    return set(schools.loc[runs, "site_id"])


def _may_ever_run(layers: Layers, level: str) -> Collection[str]:
    options = layers.frames["options"]
    return _running(layers, level) | set(options.loc[_builds(options, level), "site_id"])


def _builds(options: pd.DataFrame, level: str) -> np.ndarray:
    """(O,) bool: whether an option leads to a school that runs a level."""
    return np.array([level in LEVELS_OF[kind] for kind in options["school_type_after"]], dtype=bool)


def _limits(
    norms: TravelNorms, levels: Mapping[LevelName, LevelNorms], level: Level
) -> dict[int, dict[str, float]]:
    """Limits by grade and mode; a level without grades of its own keeps the strictest."""
    full = next(norm for name, norm in levels.items() if name == level.name)
    grades = range(level.first_grade, level.first_grade + full.grades)
    by_grade = {grade: norms.limit_of(grade) for grade in grades}
    if level.grades < len(by_grade):
        by_grade = {level.first_grade: min(by_grade.values())}
    return {grade: dict.fromkeys(norms.modes, limit) for grade, limit in by_grade.items()}
