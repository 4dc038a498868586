"""Travel: from an extract to a table, many-to-many beside other libraries, and matrix by matrix.

`python -m benchmarks.travel extract [--file FILE]`: the map of Liechtenstein to the table of every
settlement and building cluster (squares of 250 m) to every school, by car and on foot; and the
distances that `../shared/data/README.md` knows.
`python -m benchmarks.travel many [--nodes N] [--zones Z] [--sites S] [--minutes M]`: a made grid,
with a limit and without, beside scipy, and beside networkx, igraph and pandana where they are
installed (they are no dependencies).
`python -m benchmarks.travel county [--nodes N] [--zones Z] [--sites S] [--modes M] [--nearest K]`:
roads of a made grid as a layer, through all that a study does with them: network with stops, travel
table (40 minutes, and the K nearest sites beyond; 0 lets the search stop there), pairs of a plan.
`python -m benchmarks.travel agree [--pairs P]`: a matrix against single routes found by a plain
heap, the triangle rule, the reversed network, and its own rows one by one; how many are off.

Each prints one JSON line; seconds are those of the processor, by phase. Exit codes: 0 done, 1
something is off or the file cannot be used.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from benchmarks.answers import DONE, FAULTY, fault, peak_memory_mb, print_line
from benchmarks.travel_grid import agreement, made_county, made_grid, others, times, whole
from geodata.findings import FindingError, Source, refuse
from geodata.osm import read_places, read_roads
from geodata.road_network import RoadNetwork, build_network, open_to
from geodata.travel import BUS, DRIVE, WALK, TravelMode, select_pairs, travel_table
from geodata.travel.meeting import meet, points_of
from geodata.travel.routing import mode_graph, road_blocks

ROOT = Path(__file__).parents[1]
FILE = ROOT.parent / "shared" / "data" / "roads_liechtenstein" / "liechtenstein.osm.pbf"
CRS = "EPSG:2056"
KNOWN_METRES = {"Vaduz": 382, "Balzers": 5621, "Malbun": 7176, "Schaanwald": 3364}
TOLERANCE = 0.05
CLUSTER_METRES = 250.0
SETTLEMENTS = ("village", "hamlet", "locality")
MODES = (DRIVE, WALK)
LIMIT = 40.0
"""Minutes to school."""
SHORTEST = replace(DRIVE, road_kmh=1.0)
"""A car as slow everywhere takes the shortest way, as the known distances do."""


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    chosen = _parser().parse_args(arguments)
    if chosen.what == "extract":
        try:
            return _extract(chosen.file)
        except FindingError as error:
            return fault(error)
    if chosen.what == "many":
        return _many(chosen)
    if chosen.what == "county":
        return _county(chosen)
    return _agree(chosen.pairs)


def _extract(file: Path) -> int:
    seconds: dict[str, float] = {}
    with _timed(seconds, "read"):
        roads, findings = read_roads(file)
        refuse(findings)
    with _timed(seconds, "places"):
        places = read_places(file).to_crs(CRS)
        roads = roads.to_crs(CRS)
        zones, sites = _zones(places), _sites(places)
    with _timed(seconds, "graph"):
        network = _network(roads, zones, sites)
    pairs = {}
    for mode in MODES:
        with _timed(seconds, mode.name):
            minutes, _ = _matrix(network, mode, zones, sites)
        pairs[mode.name] = int(np.isfinite(minutes).sum())
    metres = _nearest(roads, places, sites)
    ratios = {name: round(metres[name] / known, 3) for name, known in KNOWN_METRES.items()}
    print_line(
        {
            "instance": file.stem,
            "zones": len(zones),
            "sites": len(sites),
            "nodes": len(network.nodes),
            "pairs": pairs,
            "metres": {name: round(value) for name, value in metres.items()},
            "ratio": ratios,
            "seconds": {name: round(value, 2) for name, value in seconds.items()},
        }
    )
    return DONE if all(abs(ratio - 1) <= TOLERANCE for ratio in ratios.values()) else FAULTY


def _zones(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return every settlement, and every square of buildings by the middle of these."""
    settled = places[(places["key"] == "place") & places["value"].isin(SETTLEMENTS)]
    houses = points_of(places[places["key"] == "building"])
    square, cluster = np.unique(houses // CLUSTER_METRES, axis=0, return_inverse=True)
    count = np.bincount(cluster.ravel())
    middle = [np.bincount(cluster.ravel(), weights=axis) / count for axis in houses.T]
    ids = [*settled["name"], *(f"{x:.0f}/{y:.0f}" for x, y in square)]
    xy = np.concatenate([points_of(settled), np.stack(middle, axis=1)])
    return gpd.GeoDataFrame({"zone_id": ids}, geometry=gpd.points_from_xy(*xy.T), crs=CRS)


def _sites(places: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return schools and kindergartens."""
    taught = places[(places["key"] == "amenity") & places["value"].isin(["school", "kindergarten"])]
    return taught.rename(columns={"osm_id": "site_id"})[["site_id", "name", "geometry"]]


def _network(
    roads: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, sites: gpd.GeoDataFrame
) -> RoadNetwork:
    places = np.concatenate([points_of(zones), points_of(sites)])
    return build_network(roads, stops=places, modes=[(one.name, one.closed) for one in MODES])[0]


def _matrix(
    network: RoadNetwork, mode: TravelMode, zones: gpd.GeoDataFrame, sites: gpd.GeoDataFrame
) -> tuple[np.ndarray, np.ndarray]:
    """Return (S, Z) minutes and metres."""
    graph = mode_graph(network, mode)
    places = meet(network, graph, mode.name, zones, sites, Source("roads"))
    return whole(road_blocks(graph, mode, places.zones, places.sites))


def _nearest(
    roads: gpd.GeoDataFrame, places: gpd.GeoDataFrame, sites: gpd.GeoDataFrame
) -> dict[str, float]:
    """Return metres by car between each known village and its nearest school, node to node.

    The shorter of there and back: the known distances turn either way round a roundabout. And they
    leave out schools that are points without a name.
    """
    villages = places[places["name"].isin(KNOWN_METRES) & places["value"].isin(SETTLEMENTS)]
    villages = villages.rename(columns={"name": "zone_id"})[["zone_id", "geometry"]]
    drivable = roads.geometry[open_to(roads, DRIVE.name, DRIVE.closed)]
    sites = sites[(sites["name"] != "") | sites["site_id"].str.startswith("w")]
    nodes = shapely.get_coordinates(drivable.to_numpy())
    tree = cKDTree(nodes)
    zones, sites = (
        layer.set_geometry(gpd.points_from_xy(*nodes[tree.query(points_of(layer))[1]].T, crs=CRS))
        for layer in (villages, sites)
    )
    network = _network(roads, zones, sites)
    _, there = _matrix(network, SHORTEST, zones, sites)
    _, back = _matrix(network, SHORTEST, sites, zones)
    metres = np.minimum(there, back.T).min(axis=0)
    return dict(zip(zones["zone_id"], metres.tolist(), strict=True))


def _many(chosen: argparse.Namespace) -> int:
    rng = np.random.default_rng(chosen.seed)
    network = made_grid(chosen.nodes, rng)
    zones = rng.choice(len(network.nodes), chosen.zones)
    sites = rng.choice(len(network.nodes), chosen.sites)
    ours, minutes = times(network, zones, sites, chosen.minutes)
    beside, apart = others(network, zones, sites, chosen.minutes, minutes)
    print_line(
        {
            "nodes": len(network.nodes),
            "roads": len(network.tail),
            "zones": chosen.zones,
            "sites": chosen.sites,
            "limit_minutes": chosen.minutes,
            "seconds": ours | beside,
            "furthest_apart_minutes": apart,
        }
    )
    return DONE


def _county(chosen: argparse.Namespace) -> int:
    rng, seconds = np.random.default_rng(chosen.seed), dict[str, float]()
    with _timed(seconds, "made"):
        zones, sites, roads = made_county(chosen.nodes, chosen.zones, chosen.sites, rng)
    modes = [mode for mode in (WALK, BUS) if mode.name in chosen.modes.split(",")]
    names = [mode.name for mode in modes]
    with _timed(seconds, "table"):
        table, findings = travel_table(
            zones, sites, roads, modes, limits=dict.fromkeys(names, LIMIT), nearest=chosen.nearest
        )
    nobody = pd.DataFrame({"zone_id": [], "site_id": [], "level": []})
    limits = {"primary": {grade: dict.fromkeys(names, LIMIT) for grade in range(1, 7)}}
    with _timed(seconds, "pairs"):
        pairs = select_pairs(
            table, limits, nobody, {"primary": list(sites["site_id"])}, modes=names
        )
    print_line(
        {
            "nodes": chosen.nodes,
            "roads": len(roads),
            "zones": len(zones),
            "sites": len(sites),
            "modes": names,
            "nearest": chosen.nearest,
            "rows": len(table),
            "pairs": len(pairs),
            "findings": sorted({one.code for one in findings}),
            "seconds": {name: round(value, 1) for name, value in seconds.items()},
            "peak_memory_mb": peak_memory_mb(),
        }
    )
    return DONE


def _agree(pairs: int) -> int:
    off = agreement(pairs)
    print_line({"pairs": pairs, "off": off})
    return FAULTY if any(off.values()) else DONE


@contextmanager
def _timed(seconds: dict[str, float], phase: str) -> Iterator[None]:
    began = time.process_time()
    yield
    seconds[phase] = time.process_time() - began


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=str(__doc__).splitlines()[0])
    what = parser.add_subparsers(dest="what", required=True)
    extract = what.add_parser("extract")
    extract.add_argument("--file", type=Path, default=FILE)
    many = what.add_parser("many")
    numbers: dict[str, Any] = {"nodes": 100_000, "zones": 2_000, "sites": 130, "seed": 0}
    for name, default in numbers.items():
        many.add_argument(f"--{name}", type=int, default=default)
    many.add_argument("--minutes", type=float, default=15.0, help="the limit")
    county = what.add_parser("county")
    numbers = {"nodes": 1_000_000, "zones": 16_000, "sites": 1_000, "nearest": 3, "seed": 0}
    for name, default in numbers.items():
        county.add_argument(f"--{name}", type=int, default=default)
    county.add_argument("--modes", default="walk,bus")
    what.add_parser("agree").add_argument("--pairs", type=int, default=10_000)
    return parser


if __name__ == "__main__":
    sys.exit(main())
