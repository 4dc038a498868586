"""The travel table: metres and minutes by zone, site and mode, sparse."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found
from geodata.crs import require_same_crs
from geodata.findings import Finding, Source
from geodata.grids import Grid
from geodata.road_network import RoadNetwork, build_network
from geodata.slopes import Terrain
from geodata.travel.by_road import by_road
from geodata.travel.checks import unreached
from geodata.travel.crossings import NO_BARRIERS, barriers_of
from geodata.travel.hills import terrain_of
from geodata.travel.meeting import islands, points_of
from geodata.travel.modes import BUS, WALK, TravelMode
from geodata.travel.odd_ways import detours, one_sided, straight_metres
from geodata.travel.routing import Block, road_blocks, straight_blocks

COLUMNS = ("zone_id", "site_id", "mode", "metres", "minutes")
FAR_METRES = 10_000.0


class Measured(NamedTuple):
    """Travel table (zone_id, site_id, mode, metres, minutes), and what was found."""

    table: pd.DataFrame
    findings: list[Finding]


def travel_table(
    zones: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame | None,
    modes: Sequence[TravelMode] = (WALK, BUS),
    *,
    limits: Mapping[str, float] | None = None,
    nearest: int = 3,
    groups: Mapping[str, Collection[str]] | None = None,
    keep: pd.DataFrame | None = None,
    straight_line_factor: float | None = None,
    snap_metres: float = 2.0,
    heights: Grid | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    source: Source | None = None,
) -> Measured:
    """Measure travel from every zone to the sites in its reach.

    Parameters
    ----------
    zones
        `zone_id` and polygons (measured from a point inside each) or points, in a metric system.
    sites
        `site_id` and points, in the same system.
    roads
        Lines with `class`, `speed_kmh`, `oneway`, or those of `geodata.osm`; None in
        straight-line mode.
    modes
        Ways to travel.
    limits
        Minutes by mode: pairs within them are kept; None keeps every pair that has a way.
    nearest
        So many sites beyond the limit are kept for each zone, mode and group: the nearest by
        metres.
    groups
        Sites by name of a group, for example those that may run a level; default one of all.
    keep
        Pairs (zone_id, site_id) kept whatever they measure, for example today's.
    straight_line_factor
        Detour factor of straight-line mode.
    snap_metres
        As in `build_network`.
    heights
        Metres above the sea: walking and cycling along roads follow their slope.
    barriers
        Lines or polygons with `name` that nobody crosses but on a road, beside motorways.
    source
        Of the roads, for the findings.

    Returns
    -------
    Measured
        Rows by zone, site and mode in the order given; and findings: those of the network, N02
        zones without a way to any site, N03 places on a road island, N37 roads elsewhere, N39 no
        road open to a mode, N16 straight legs across barriers, N24 ways far longer in one
        direction, N33 great detours, N49 places far from any road of OpenStreetMap.
    """
    source = source or Source("roads")
    require_same_crs(zones, sites, *([] if roads is None else [roads]))
    from_xy, to_xy = points_of(zones), points_of(sites)
    network, findings = None, list[Finding]()
    if straight_line_factor is None:
        if roads is None or _apart(zones, roads):
            return Measured(_empty(), [found("N37", source)])
        terrain = None if heights is None else terrain_of(heights, modes)
        network, findings = _network(zones, sites, roads, modes, snap_metres, terrain, source)
    walls = barriers_of(roads, barriers) if roads is not None else NO_BARRIERS
    members = _members(sites["site_id"], groups)
    kept = _kept(zones["zone_id"], sites["site_id"], keep)
    # The search may stop at the limit only where nothing beyond it is wanted.
    stop = nearest == 0 and not kept.any()
    parts = []
    for mode in modes:
        limit, road = np.inf if limits is None else limits[mode.name], None
        if network is None:
            blocks = straight_blocks(mode, from_xy, to_xy, straight_line_factor or 1.0)
        else:
            road = by_road(network, mode, zones, sites, walls, source)
            findings += road.findings
            if not len(road.graph.usable):
                continue
            blocks = road_blocks(road.graph, mode, *road.meetings, limit if stop else np.inf)
        rows = _rows(blocks, limit, kept, members, nearest)
        if road is not None and road.flat:
            ids = (zones["zone_id"], sites["site_id"])
            findings += one_sided(road.graph, mode, road.meetings, ids, rows, source)
        parts.append(rows.assign(mode=mode.name))
    table = _ordered(parts, zones, sites, modes)
    findings += unreached(zones["zone_id"], table, source)
    if network is not None:
        straight = straight_metres(table, zones, sites, from_xy, to_xy)
        findings += detours(table, straight, source)
    return Measured(table, findings)


def _network(
    zones: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    modes: Sequence[TravelMode],
    snap_metres: float,
    terrain: Terrain | None,
    source: Source,
) -> tuple[RoadNetwork, list[Finding]]:
    """Build the network with a stop at every zone and site, and find those on an island."""
    from_xy, to_xy = points_of(zones), points_of(sites)
    network, findings = build_network(
        roads,
        snap_metres,
        source,
        stops=np.concatenate([from_xy, to_xy]),
        modes=[(mode.name, mode.closed) for mode in modes],
        terrain=terrain,
    )
    if not network.ways:
        findings += islands(network, from_xy, zones["zone_id"], source)
        findings += islands(network, to_xy, sites["site_id"], source)
    return network, findings


def _members(sites: pd.Series, groups: Mapping[str, Collection[str]] | None) -> list[np.ndarray]:
    """Return (S,) bool for each group of sites; one of all where there are no groups."""
    ids = sites.to_numpy()
    return [np.isin(ids, list(of)) for of in groups.values()] if groups else [ids != ""]


def _kept(zones: pd.Series, sites: pd.Series, keep: pd.DataFrame | None) -> np.ndarray:
    """Return (S, Z) bool: the pairs asked for by id."""
    kept = np.zeros((len(sites), len(zones)), dtype=bool)
    if keep is not None:
        at_site = pd.Index(sites).get_indexer(pd.Index(keep["site_id"]))
        at_zone = pd.Index(zones).get_indexer(pd.Index(keep["zone_id"]))
        known = (at_site >= 0) & (at_zone >= 0)
        kept[at_site[known], at_zone[known]] = True
    return kept


def _rows(
    blocks: Iterable[Block],
    limit: float,
    kept: np.ndarray,
    members: Sequence[np.ndarray],
    nearest: int,
) -> pd.DataFrame:
    """Return the rows of a mode, by positions of zone and site.

    Pairs within the limit or in `kept`, and of each group of sites (S,) bool the `nearest` beyond.
    """
    parts, beyond = [_NOTHING], []
    for block in blocks:
        reached = np.isfinite(block.minutes)
        within = reached & ((block.minutes <= limit) | kept[block.sites])
        parts.append(_frame(block, within))
        for number, group in enumerate(members if nearest else []):
            outside = reached & ~within & group[block.sites][:, None]
            beyond.append(_frame(block, outside & _near(block, outside, nearest), number))
    if beyond:
        rows = pd.concat(beyond).sort_values(["metres", "minutes", "site"], kind="stable")
        parts.append(rows.groupby(["zone", "group"]).head(nearest))
    return pd.concat(parts).drop_duplicates(["zone", "site"])


def _near(block: Block, mask: np.ndarray, nearest: int) -> np.ndarray:
    """Whether a pair can be among its zone's nearest by metres, judged within the block."""
    if len(block.sites) <= nearest:
        return mask
    metres = np.where(mask, block.metres, np.inf)
    last = np.partition(metres, nearest - 1, axis=0)[nearest - 1]
    return np.asarray(metres <= last)


def _frame(block: Block, mask: np.ndarray, group: int = -1) -> pd.DataFrame:
    site, zone = np.nonzero(mask)
    return pd.DataFrame(
        {
            "zone": zone,
            "site": block.sites[site],
            "metres": block.metres[site, zone],
            "minutes": block.minutes[site, zone],
            "group": group,
        }
    )


_NOTHING = _frame(
    Block(np.zeros(0, dtype=np.int64), np.zeros((0, 0)), np.zeros((0, 0))), np.zeros((0, 0))
)


def _ordered(
    parts: list[pd.DataFrame],
    zones: gpd.GeoDataFrame,
    sites: gpd.GeoDataFrame,
    modes: Sequence[TravelMode],
) -> pd.DataFrame:
    if not any(len(part) for part in parts):
        return _empty()
    order = {mode.name: number for number, mode in enumerate(modes)}
    rows = pd.concat([part for part in parts if len(part)])
    rows = rows.assign(order=rows["mode"].map(order)).sort_values(["zone", "site", "order"])
    return pd.DataFrame(
        {
            "zone_id": zones["zone_id"].to_numpy()[rows["zone"].to_numpy(dtype=np.int64)],
            "site_id": sites["site_id"].to_numpy()[rows["site"].to_numpy(dtype=np.int64)],
            "mode": rows["mode"].to_numpy(),
            "metres": rows["metres"].to_numpy(),
            "minutes": rows["minutes"].to_numpy(),
        }
    )


def _empty() -> pd.DataFrame:
    return pd.DataFrame(
        {
            name: pd.Series(dtype=np.float64 if name in ("metres", "minutes") else "str")
            for name in COLUMNS
        }
    )


def _apart(zones: gpd.GeoDataFrame, roads: gpd.GeoDataFrame) -> bool:
    """Whether the roads lie in another county."""
    if not len(roads):
        return True
    a, b = shapely.box(*zones.total_bounds), shapely.box(*roads.total_bounds)
    return float(shapely.distance(a, b)) > FAR_METRES
