"""All files of a study as checked tables; geometry in the study's metric system."""

from __future__ import annotations

from dataclasses import dataclass, replace

import geopandas as gpd
import pandas as pd

from geodata.crs import not_finite, stretched
from geodata.datum import control_findings
from geodata.findings import Finding, Source, refuse
from geodata.grids import Grid
from geodata.partial import known, may_hold
from geodata.readers import cross_check
from geodata.travel import check_travel
from scenarios.assemble.enrolment import spread_findings, with_zones
from scenarios.assemble.joining import join_faults, join_zones
from scenarios.assemble.map_checks import map_findings
from scenarios.assemble.option_rules import option_faults
from scenarios.assemble.people import (
    division_findings,
    settled,
    with_children,
)
from scenarios.assemble.reading import read_files
from scenarios.assemble.roads import dated, used_roads
from scenarios.assemble.staff_rules import staff_faults
from scenarios.assemble.tracts import tract_findings
from scenarios.config import LoadedStudy
from scenarios.config.words import line_of


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
        Repairs and warnings; of `open_layers` also errors.
    unread
        Names of inputs that the study means to give and that could not be read.
    heights
        Metres above the sea around the zones; None: not given.
    starts
        By zone_id the points where ways begin, where it is known where people live or zones were
        joined.
    join_to
        To how many zones `ready` is to join those there are; None: it is not to, or has done so.
    given
        The zones as the study gives them, each with the one that it was joined to; None: those of
        `frames` are they.
    """

    frames: dict[str, pd.DataFrame]
    sources: dict[str, Source]
    findings: tuple[Finding, ...]
    unread: frozenset[str] = frozenset()
    heights: Grid | None = None
    starts: gpd.GeoSeries | None = None
    join_to: int | None = None
    given: gpd.GeoDataFrame | None = None

    def has_sites(self) -> bool:
        """Whether there is any school or candidate."""
        return any(len(self.frames[name]) for name in ("schools", "candidates"))

    def read(self) -> dict[str, pd.DataFrame]:
        """Return the inputs without those that could not be read."""
        return {name: frame for name, frame in self.frames.items() if name not in self.unread}

    def source(self, name: str) -> Source:
        """Return file and sheet of an input; its name where the study does not give it."""
        return self.sources.get(name, Source(name))

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return an input with geometry."""
        frame = self.frames[name]
        if not isinstance(frame, gpd.GeoDataFrame):
            raise TypeError(f"{name} has no geometry")
        return frame

    def places(self) -> gpd.GeoDataFrame:
        """Return zones as they are measured from: where their people live, if that is known."""
        zones = self.layer("zones")
        if self.starts is None:
            return zones
        return zones.set_geometry(
            gpd.GeoSeries(self.starts.reindex(zones["zone_id"]).to_numpy(), zones.index, zones.crs)
        )

    def sites(self) -> gpd.GeoDataFrame:
        """Return site_id and point of every school and candidate."""
        there = [name for name in ("schools", "candidates") if len(self.frames[name])]
        points = [self.layer(name)[["site_id", "geometry"]] for name in there]
        return gpd.GeoDataFrame(pd.concat(points, ignore_index=True), crs=points[0].crs)


def read_layers(loaded: LoadedStudy) -> Layers:
    """Read every file of a study, and hold the tables and layers against each other.

    Raises
    ------
    FindingError
        With every fault of every file and between them, warnings included.
    """
    return ready(open_layers(loaded))


def ready(layers: Layers) -> Layers:
    """Return layers without faults, children and pupils spread over zones (C8), these then joined.

    Raises
    ------
    FindingError
        If any of their findings is an error.
    """
    refuse(layers.findings)
    frames = {**layers.frames, "children": with_children(layers.frames)}
    return _joined(replace(layers, frames={**frames, "enrolment": with_zones(frames)}))


def _joined(layers: Layers) -> Layers:
    """Join the zones of sound layers, where the study asks for it."""
    if layers.join_to is None:
        return layers
    left = join_zones(layers.frames, layers.places(), layers.join_to, layers.source("zones"))
    return replace(
        layers,
        frames=left.frames,
        starts=left.starts,
        given=left.given,
        findings=(*layers.findings, *left.findings),
        join_to=None,
    )


def open_layers(loaded: LoadedStudy) -> Layers:
    """Read every file of a study as far as it goes: faulty cells and places are missing.

    Returns
    -------
    Layers
        With the faults among its findings: those of each file, and those between them as far as
        the rest can tell. Pupils whose zone is not known are not spread over the zones yet.
    """
    files = read_files(loaded)
    told, unread = tuple(files.findings), frozenset(files.unread)
    join_to = loaded.study.inputs.zones.join_to
    layers = Layers(files.frames, files.sources, told, unread, files.heights, join_to=join_to)
    findings = [*layers.findings, *faults_between(loaded, layers)]
    zones = layers.frames["zones"]
    if loaded.known(("crs",)) and isinstance(zones, gpd.GeoDataFrame):
        stretch = stretched(loaded.study.crs, zones, Source(loaded.name))
        findings += [replace(one, row=line_of(loaded.lines, ("crs",))) for one in stretch]
    given = layers.frames
    frames, misplaced = _to_metric(loaded, layers)
    of_roads = given["roads"], frames["roads"], layers.source("roads")
    frames["roads"], told_of_roads = used_roads(loaded, *of_roads)
    layers = replace(layers, frames=frames)
    findings += [*misplaced, *told_of_roads, *dated(loaded, layers.sources)]
    if loaded.known(("crs",)):
        inputs = loaded.study.inputs.given()
        datums = {name: one.datum or "" for name, one in inputs.items()}
        findings += map_findings(layers.read(), layers.sources, given, datums)
        if join_to is not None:
            findings += join_faults(frames["zones"], join_to, layers.source("zones"))
    points = frames["control_points"]
    placed = isinstance(points, gpd.GeoDataFrame) and points.crs is not None
    if placed and loaded.known(("crs",)):
        findings += control_findings(points, layers.source("control_points"))
    findings += spread_findings(frames["enrolment"], layers.source("enrolment"))
    if "population" in layers.sources:
        people, starts, more = settled(frames, layers.source("population"))
        frames["population"] = people
        layers = replace(layers, starts=starts)
        findings += more
    if not layers.unread & {"zones", "towns", "population", "children"}:
        findings += division_findings(frames, layers.source("children"))
    if "tracts" in layers.sources and loaded.known(("crs",)):
        findings += _of_tracts(layers, findings)
    return replace(layers, findings=tuple(findings))


def _of_tracts(layers: Layers, findings: list[Finding]) -> list[Finding]:
    """Tell of tracts, unless a layer that they are held against is unread or lies elsewhere."""
    beside = ("tracts", "zones", "towns", "population")
    astray = {(one.file, one.sheet) for one in findings if one.code in ("G18", "G21", "G69")}
    sources = [layers.source(name) for name in beside]
    lost = not astray.isdisjoint((one.file, one.sheet) for one in sources)
    if lost or not layers.unread.isdisjoint(beside):
        return []
    return tract_findings(layers.frames, layers.source("tracts"))


def faults_between(loaded: LoadedStudy, layers: Layers) -> list[Finding]:
    """Hold the tables against each other, as far as their cells are known."""
    frames, sources = layers.read(), layers.sources
    levels = {
        str(name): range(norms.first_grade, norms.first_grade + norms.grades)
        for name, norms in loaded.profile.norms.levels.items()
        if loaded.known(("profile",), ("standards", f"levels.{name}.first_grade"))
    }
    named = {**sources, **{name: layers.source(name) for name in layers.unread}}
    findings = cross_check(frames, named, levels)
    findings += option_faults(loaded, frames, layers.source("options"))
    if "teachers" in sources:
        findings += staff_faults(loaded, frames, sources["teachers"])
    if "travel" in sources and {"travel", "zones"} <= frames.keys():
        travel, zones = frames["travel"], known(frames["zones"], "zone_id")
        sure = zones["zone_id"][~may_hold(travel, ["zone_id"], "site_id", zones[["zone_id"]])]
        findings += check_travel(travel, list(sure), sources["travel"])
    return findings


def _to_metric(
    loaded: LoadedStudy, layers: Layers
) -> tuple[dict[str, pd.DataFrame], list[Finding]]:
    """Bring every layer into the study's system; what has no place in it has no geometry then."""
    frames, faults = dict(layers.frames), list[Finding]()
    for name, source in layers.sources.items():
        frame = frames[name]
        if not isinstance(frame, gpd.GeoDataFrame) or frame.crs is None:
            continue
        metric = frame.to_crs(loaded.study.crs)
        outside = not_finite(metric, loaded.study.crs, source)
        sound = ~metric.index.isin([fault.row for fault in outside])
        frames[name] = metric.set_geometry(metric.geometry.where(sound, None))
        faults += outside
    return frames, faults
