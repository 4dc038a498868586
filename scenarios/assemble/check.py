"""Everything that is wrong with a study, in one pass.

Each check needs some inputs. Where they are sound it runs, whatever is wrong elsewhere; rows at
fault are left out of it, and a check that could blame the innocent for them is left out as a whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.findings import Finding, FindingError, errors
from geodata.partial import known
from geodata.schemas import AGE_COLUMNS
from scenarios.assemble.enrolment import with_zones
from scenarios.assemble.layers import Layers, open_layers
from scenarios.assemble.measure import measure
from scenarios.assemble.option_rules import OLDEST_CHILD
from scenarios.assemble.people import with_children
from scenarios.assemble.population import population_of
from scenarios.assemble.prepare import prepare_from, projections_of
from scenarios.assemble.problem import assemble
from scenarios.config import LoadedStudy, open_study

# Columns without which a row is no use in measuring and projecting, by input.
_NEEDED: dict[str, tuple[str, ...]] = {
    "zones": ("zone_id", "town", "kind", "geometry"),
    "schools": ("site_id", "town", "school_type", "geometry"),
    "candidates": ("site_id", "geometry"),
    "roads": ("class", "speed_kmh", "oneway", "geometry"),
    "barriers": ("name", "geometry"),
    "enrolment": ("site_id", "level", "grade", "zone_id", "pupils"),
    "tracts": ("tract_id", *AGE_COLUMNS, "geometry"),
    "children": ("zone_id", "town", "age", "children"),
    "births": ("year", "births_index", "variant"),
    "housing": (
        "zone_id",
        "year",
        "dwellings",
        "pupils_per_dwelling_primary",
        "pupils_per_dwelling_lower_secondary",
    ),
    "options": ("site_id", "school_type_after"),
    "travel": ("zone_id", "site_id", "mode", "metres", "minutes"),
}
_YEARS = (("base_year",), ("first_year",), ("years",))
_MEASURING = (("crs",), ("travel",), ("inputs", "roads"), ("inputs", "travel"), ("profile",))


def check_study(path: Path) -> tuple[Finding, ...]:
    """Return every fault, repair and warning of a study and its files; nothing is solved.

    They stand file by file, the study file first, and by row.
    """
    loaded, findings = open_study(path)
    if loaded is None:
        return tuple(findings)
    layers = open_layers(loaded)
    findings += layers.findings
    further = judge_parts if errors(findings) else _put_together
    findings += further(loaded, layers)
    return tuple(_in_order(findings))


def _put_together(loaded: LoadedStudy, layers: Layers) -> list[Finding]:
    """Carry a study without a fault so far as far as the solver."""
    try:
        prepared = prepare_from(loaded, layers)
    except FindingError as problem:
        return list(problem.findings)
    findings = list(prepared.findings)
    for scenario in loaded.scenarios:
        try:
            assemble(prepared, scenario)
        except FindingError as problem:
            findings += problem.findings
    return findings


def judge_parts(loaded: LoadedStudy, layers: Layers) -> list[Finding]:
    """Measure and project what can be, of a study with faults."""
    passed = _passed(layers)
    if not len(passed.frames["zones"]):
        return []
    findings: list[Finding] = []
    if loaded.known(*_YEARS):
        _, faults = projections_of(loaded, population_of(loaded, passed))
        young = ("tracts", "children")
        whole = _whole(layers, passed, "zones", "schools", "enrolment", *young, "housing")
        births = _whole(layers, passed, "births")
        findings += [one for one in faults if (births if one.code == "C29" else whole)]
    way = "travel" if "travel" in layers.sources else "roads"
    places = ("zones", "schools", "candidates", "options")
    whole = _whole(layers, passed, way, *places) and _placed(layers, way, *places)
    if loaded.known(*_MEASURING) and whole and passed.has_sites():
        findings += measure(loaded, passed).findings
    return findings


def _whole(layers: Layers, passed: Layers, *names: str) -> bool:
    """Whether all rows of some inputs passed, and the inputs could be read."""
    return layers.unread.isdisjoint(names) and all(
        len(layers.frames[name]) == len(passed.frames[name]) for name in names
    )


def _placed(layers: Layers, *names: str) -> bool:
    """Whether all layers of some inputs name the system of their coordinates."""
    frames = [layers.frames[name] for name in names]
    maps = [one for one in frames if isinstance(one, gpd.GeoDataFrame) and len(one)]
    return all(one.crs is not None for one in maps)


def _passed(layers: Layers) -> Layers:
    """Return the rows that are known and name only places that are."""
    frames = dict(layers.frames)
    for name, columns in _NEEDED.items():
        frames[name] = known(frames[name], *(c for c in columns if c in frames[name]))
    zones = frames["zones"] = frames["zones"].drop_duplicates("zone_id")
    schools = frames["schools"] = frames["schools"].drop_duplicates("site_id")
    new = frames["candidates"].drop_duplicates("site_id")
    frames["candidates"] = new[~new["site_id"].isin(schools["site_id"])]
    sites = [*schools["site_id"], *frames["candidates"]["site_id"]]
    for end in ("zone_a_id", "zone_b_id"):
        frames["links"] = _naming(frames["links"], end, zones["zone_id"])
    for name in ("enrolment", "children", "housing", "travel"):
        frames[name] = _naming(frames[name], "zone_id", ["", *zones["zone_id"]])
    for name, places in (("enrolment", schools["site_id"]), ("options", sites), ("travel", sites)):
        frames[name] = _naming(frames[name], "site_id", places)
    young = frames["children"]
    frames["children"] = young[young["age"] <= OLDEST_CHILD]
    if len(zones):
        frames["children"] = with_children(frames)
        frames["enrolment"] = with_zones(frames)
    return replace(layers, frames=frames)


def _naming(table: pd.DataFrame, column: str, names: Iterable[str]) -> pd.DataFrame:
    return table[table[column].isin(list(names))]


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings once each, by file in the order of their first, then by row."""
    once = list(dict.fromkeys(findings))
    files = list(dict.fromkeys((one.file, one.sheet) for one in once))
    return sorted(once, key=lambda one: (files.index((one.file, one.sheet)), one.row))
