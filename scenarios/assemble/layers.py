"""All files of a study as checked tables; geometry in the study's metric system."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from geodata.crs import to_metric
from geodata.findings import Finding, FindingError, Source, errors
from geodata.readers import cross_check, read_layer, read_table
from geodata.readers.tables import empty
from geodata.schemas import SCHEMAS
from geodata.travel import check_travel
from scenarios.assemble.enrolment import with_zones
from scenarios.assemble.map_checks import map_findings
from scenarios.assemble.option_rules import option_faults
from scenarios.assemble.staff_rules import staff_faults
from scenarios.config import LoadedStudy


@dataclass(frozen=True)
class Layers:
    """The inputs of a study.

    Attributes
    ----------
    frames
        By name of the input, indexed by row or feature as the user sees it; what the study does
        not give is an empty table with its columns.
    sources
        File and sheet of each input given.
    findings
        Repairs and warnings.
    """

    frames: dict[str, pd.DataFrame]
    sources: dict[str, Source]
    findings: tuple[Finding, ...]

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return an input with geometry."""
        frame = self.frames[name]
        if not isinstance(frame, gpd.GeoDataFrame):
            raise TypeError(f"{name} has no geometry")
        return frame

    def sites(self) -> gpd.GeoDataFrame:
        """Return site_id and point of every school and candidate."""
        there = [name for name in ("schools", "candidates") if len(self.frames[name])]
        points = [self.layer(name)[["site_id", "geometry"]] for name in there]
        return gpd.GeoDataFrame(pd.concat(points, ignore_index=True), crs=points[0].crs)


def read_layers(loaded: LoadedStudy) -> Layers:
    """Read every file of a study, then hold the tables against each other.

    Raises
    ------
    FindingError
        With every fault of every file, warnings included.
    """
    frames: dict[str, pd.DataFrame] = {}
    sources: dict[str, Source] = {}
    findings: list[Finding] = []
    paths = loaded.input_paths()
    for name, schema in SCHEMAS.items():
        given = loaded.study.inputs.given().get(name)
        if given is None:
            frames[name] = empty(schema, Source(name), []).frame
            continue
        part = (given.layer if schema.geometry else given.sheet) or ""
        sources[name] = Source(given.file, part)
        read: Callable[..., tuple[pd.DataFrame, list[Finding]]]
        read = read_layer if schema.geometry else read_table
        frames[name], found = read(paths[name], part, schema, name=given.file)
        findings += found
    if not errors(findings):
        findings += _against_each_other(loaded, frames, sources)
    if errors(findings):
        raise FindingError(findings)
    _to_metric(loaded, frames, sources)
    frames["enrolment"], spread = with_zones(frames, sources.get("enrolment", Source("enrolment")))
    layers = Layers(frames, sources, ())
    findings += spread + map_findings(frames, sources, layers.sites())
    if errors(findings):
        raise FindingError(findings)
    return replace(layers, findings=tuple(findings))


def _against_each_other(
    loaded: LoadedStudy, frames: dict[str, pd.DataFrame], sources: dict[str, Source]
) -> list[Finding]:
    levels = {
        str(name): range(norms.first_grade, norms.first_grade + norms.grades)
        for name, norms in loaded.profile.norms.levels.items()
    }
    findings = cross_check(frames, sources, levels)
    findings += option_faults(loaded, frames, sources.get("options", Source("options")))
    if "teachers" in sources:
        findings += staff_faults(loaded, frames, sources["teachers"])
    if "travel" in sources:
        zones = list(frames["zones"]["zone_id"])
        findings += check_travel(frames["travel"], zones, sources["travel"])
    return findings


def _to_metric(
    loaded: LoadedStudy, frames: dict[str, pd.DataFrame], sources: dict[str, Source]
) -> None:
    """Bring every layer into the study's system."""
    faults: list[Finding] = []
    for name, source in sources.items():
        frame = frames[name]
        if not isinstance(frame, gpd.GeoDataFrame):
            continue
        try:
            frames[name] = to_metric(frame, loaded.study.crs, source)
        except FindingError as problem:
            faults += problem.findings
    if faults:
        raise FindingError(faults)
