"""The roads of an extract as lines that say for each mode what is open and how fast it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found
from geodata.findings import FindingError, Source, Text
from geodata.grids import METRES_PER_DEGREE
from geodata.osm.access import (
    MODES,
    barrier_passes,
    directions,
    if_opened,
    is_seasonal,
    is_way,
)
from geodata.osm.barriers import Way, with_gates
from geodata.osm.extract import CRS, Thing, things
from geodata.osm.speeds import class_kmh, road_class, speeds
from geodata.readers.layers import Layer
from geodata.restricted_roads import restricted

MARGIN_METRES = 5000.0
"""Roads so far from the zones are read too: the way to school may leave the county."""
_FACTS = [
    *("class", "speed_kmh", "oneway", "elevated", "seasonal", "steps", "halt"),
    *(f"{mode}_{what}" for what in ("ways", "kmh") for mode in MODES),
]


@dataclass(eq=False)
class _Read:
    """What an extract holds.

    Attributes
    ----------
    ways
        Within the bounds, as far as some mode may use them.
    passes
        Who gets past each barrier, by its node.
    count
        Of ways anywhere.
    private
        Metres of each way within the bounds that its owner keeps from some mode.
    """

    ways: list[Way] = field(default_factory=list)
    passes: dict[int, frozenset[str]] = field(default_factory=dict)
    count: int = 0
    private: list[float] = field(default_factory=list)


def read_roads(
    path: Path | str,
    *,
    name: str = "",
    around: gpd.GeoDataFrame | None = None,
    private: bool = False,
) -> Layer:
    """Read the roads of an extract.

    Parameters
    ----------
    path
        A file .osm.pbf.
    name
        The file as the user calls it; default the path.
    around
        Zones: roads are read within their bounds and `MARGIN_METRES` around; default all.
    private
        Whether ways and gates kept for those whom the owner lets in are open.

    Returns
    -------
    Layer
        Lines in EPSG:4326 with the columns of `geodata.schemas.ROADS` but `private` (`speed_kmh` of
        cars; `oneway` 0, for each mode has its own), and with `vertices`, `halt`, `<mode>_ways` and
        `<mode>_kmh` as `geodata.road_network.build_network` reads them; and findings: N43 where the
        file is none or broken or has no road at all, N37 where all its roads lie elsewhere, N20
        with the length of private ways.
    """
    path = Path(path)
    source = Source(name or str(path))
    bounds = None if around is None else _bounds(around)
    try:
        read = _read(path, bounds, source, private=private)
    except FindingError as error:
        return Layer(_layer([]), list(error.findings))
    if not read.count:
        no_road = Text("it holds no road with its nodes", "其中没有带节点的道路")
        return Layer(_layer([]), [found("N43", source, more=no_road)])
    told = restricted("private", len(read.private), sum(read.private), source, closed=not private)
    if not read.ways:
        return Layer(_layer([]), [found("N37", source), *told])
    return Layer(_layer(with_gates(read.ways, read.passes)), told)


def _read(path: Path, bounds: np.ndarray | None, source: Source, *, private: bool) -> _Read:
    read = _Read()
    for thing in things(path, ("highway", "route", "barrier"), source):
        tags = if_opened(thing.tags) if private else thing.tags
        if not thing.is_way and "barrier" in tags:
            read.passes[thing.number] = barrier_passes(tags)
        if thing.is_way and is_way(tags) and np.isfinite(thing.xy).any():
            read.count += 1
            if bounds is None or _any_inside(thing.xy, bounds):
                read.ways += _runs(thing, directions(tags))
                if directions(thing.tags) != directions(if_opened(thing.tags)):
                    read.private.append(_metres(thing.xy[np.isfinite(thing.xy).all(axis=1)]))
    return read


def _runs(thing: Thing, open_ways: dict[str, int]) -> Iterator[Way]:
    """Yield a way that some mode may use, without the nodes that the extract has cut off."""
    if not any(open_ways.values()):
        return
    known = np.isfinite(thing.xy).all(axis=1)
    cuts = np.flatnonzero(np.diff(known.astype(np.int8), prepend=0, append=0))
    runs = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=True) if b - a > 1]
    for piece, (first, last) in enumerate(runs):
        xy = thing.xy[first:last]
        kmh = speeds(thing.tags, 0.0 if "highway" in thing.tags else _metres(xy))
        facts: dict[str, object] = {
            "class": road_class(thing.tags),
            "speed_kmh": kmh["drive"],
            "oneway": 0,
            "elevated": _elevated(thing.tags),
            "seasonal": is_seasonal(thing.tags),
            "steps": thing.tags.get("highway") == "steps",
            "halt": _halt(thing.tags),
            **{f"{mode}_ways": open_ways[mode] for mode in MODES},
            **{f"{mode}_kmh": kmh[mode] for mode in MODES},
        }
        road_id = f"{thing.number}/{piece}" if len(runs) > 1 else f"{thing.number}"
        yield Way(road_id, thing.nodes[first:last], xy, class_kmh(thing.tags), facts)


def _elevated(tags: dict[str, str]) -> int:
    """Return the level of a way: its tag `layer`, else 1 for a bridge and -1 for a tunnel."""
    said = tags.get("layer", "")
    if said.removeprefix("-").isdecimal() and len(said) < 3:
        return int(said)
    over, under = (tags.get(key, "no") != "no" for key in ("bridge", "tunnel"))
    return int(over) - int(under and not over)


def _halt(tags: dict[str, str]) -> bool:
    """Whether a place may meet the way: not on a motorway, bridge or ferry, nor in a tunnel."""
    kind = tags.get("highway", "")
    under_or_over = any(tags.get(key, "no") != "no" for key in ("bridge", "tunnel"))
    return bool(kind) and not kind.startswith("motorway") and not under_or_over


def _layer(ways: list[Way]) -> gpd.GeoDataFrame:
    """Return one row for each way, as a layer in EPSG:4326."""
    facts = pd.DataFrame([way.facts for way in ways], columns=_FACTS)
    xy = np.concatenate([np.zeros((0, 2)), *(way.xy for way in ways)])
    line = np.repeat(np.arange(len(ways)), [len(way.xy) for way in ways])
    vertices = np.empty(len(ways), dtype=object)
    vertices[:] = [way.vertices for way in ways]
    frame = facts.assign(road_id=[way.road_id for way in ways], vertices=vertices)
    frame.index = pd.RangeIndex(1, len(ways) + 1)
    return gpd.GeoDataFrame(frame, geometry=shapely.linestrings(xy, indices=line), crs=CRS)


def _bounds(zones: gpd.GeoDataFrame) -> np.ndarray | None:
    """Return west, south, east, north in degrees, `MARGIN_METRES` around the zones.

    None where nobody knows where the zones lie: that fault is told where they are read.
    """
    if zones.crs is None or not len(zones):
        return None
    west, south, east, north = zones.to_crs(CRS).total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return None
    up = MARGIN_METRES / METRES_PER_DEGREE
    aside = up / max(np.cos(np.radians((south + north) / 2)), 0.01)
    return np.array([west - aside, south - up, east + aside, north + up])


def _any_inside(xy: np.ndarray, bounds: np.ndarray) -> bool:
    return bool(np.any(np.all((xy >= bounds[:2]) & (xy <= bounds[2:]), axis=1)))


def _metres(xy: np.ndarray) -> float:
    """Return the length of a line in degrees, to a percent: a ferry's speed needs no more."""
    step = np.diff(xy, axis=0) * METRES_PER_DEGREE
    step[:, 0] *= np.cos(np.radians(xy[:, 1].mean()))
    return float(np.hypot(*step.T).sum())
