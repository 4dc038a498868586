"""Service areas: the land from which a site is within some metres or minutes along the roads.

A place is inside if the straight leg to the nearest road, `OFF_ROAD_METRES` at most, and the way
from there are within the reach. What is left of the reach is computed on a grid laid over the
roads, and its line of nothing left is drawn between the cells: right to about half a cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from contourpy import FillType, contour_generator
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geodata.crs import require_same_crs
from geodata.findings import Source
from geodata.grids import Grid
from geodata.road_network import RoadNetwork, build_network
from geodata.road_vertices import vertices_of
from geodata.travel.hills import terrain_of
from geodata.travel.meeting import meet
from geodata.travel.modes import TravelMode
from geodata.travel.routing import Graph, Meeting, mode_graph

OFF_ROAD_METRES = 500.0
"""A straight leg may be as long; it takes of the reach like the way along the roads."""
FINE_METRES, COARSE_METRES = 25.0, 100.0
"""Cells of a grid; finer ones than `FINE_METRES` would draw what maps do not show."""
CELLS_A_REACH = 40.0
"""A reach is so many cells long, as far as these bounds let it."""
SIMPLER_CELLS = 0.1
"""Outlines may move by this share of a cell where that saves vertices."""
LEAST_HOLE = 10_000.0
"""m²: smaller holes are yards inside a block, and are filled."""
MOST_CELLS = 20_000_000
COLUMNS = ["site_id", "mode", "unit", "reach", "geometry"]


@dataclass(frozen=True)
class Reach:
    """How far a service area goes.

    Attributes
    ----------
    mode
        The way to travel.
    unit
        ``metres`` along the roads, or ``minutes`` with the mode's extra minutes.
    reach
        In the unit.
    """

    mode: TravelMode
    unit: str
    reach: float


def service_areas(
    sites: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame,
    reaches: Sequence[Reach],
    heights: Grid | None = None,
) -> gpd.GeoDataFrame:
    """Draw the service areas of sites.

    Parameters
    ----------
    sites
        `site_id` and points, in a metric system.
    roads
        As `build_network` takes them, in the same system.
    reaches
        What to draw for each site.
    heights
        As in `travel_table`.

    Returns
    -------
    GeoDataFrame
        site_id, mode, unit, reach, geometry (MultiPolygon): by reach in their order, then by site.
        A site that no road of the mode leads to has an empty one.
    """
    require_same_crs(sites, roads)
    network = _fine_network(roads, reaches, heights)
    graphs = {reach.mode.name: mode_graph(network, reach.mode) for reach in reaches}
    grounds: dict[tuple[str, float], _Ground] = {}
    parts = []
    for reach in reaches:
        name, graph, cell = reach.mode.name, graphs[reach.mode.name], _cell(reach)
        if len(graph.usable):
            if (name, cell) not in grounds:
                grounds[name, cell] = _ground(network, graph, cell)
            # Where roads have islands, a site is led past those on which there is no other one.
            homes = sites.rename(columns={"site_id": "zone_id"})
            places = meet(network, graph, name, homes, sites, Source("roads"))
            shapes = list(_shapes(grounds[name, cell], graph, reach, places.sites))
        else:
            shapes = [shapely.MultiPolygon()] * len(sites)
        frame = pd.DataFrame({"site_id": sites["site_id"].to_numpy(), "mode": name})
        parts.append(frame.assign(unit=reach.unit, reach=reach.reach, geometry=pd.Series(shapes)))
    rows = pd.concat(parts, ignore_index=True)
    return gpd.GeoDataFrame(rows[COLUMNS], geometry="geometry", crs=sites.crs)


def _fine_network(
    roads: gpd.GeoDataFrame, reaches: Sequence[Reach], heights: Grid | None
) -> RoadNetwork:
    """Build a network whose edges are straight: every vertex of a road is a node."""
    vertices, _ = vertices_of(roads, 2.0, refine=True)
    modes = {reach.mode.name: reach.mode.closed for reach in reaches}
    terrain = None if heights is None else terrain_of(heights, [one.mode for one in reaches])
    network, _ = build_network(
        roads, stops=vertices.nodes, modes=list(modes.items()), terrain=terrain
    )
    return network


@dataclass(frozen=True, eq=False)
class _Ground:
    """A grid over the roads of a mode, and spots along them.

    Attributes
    ----------
    x, y
        (W,) and (H,) metres of the cells' middles.
    spot
        (H, W) int: the spot nearest to each cell; the number of spots where none is near.
    off
        (H, W) metres from the cell to it.
    node, arc, share
        (P, 2) both ends of each spot's edge, the arc of the graph that leads there (-1: none, the
        road is one-way), and the share of it to go.
    """

    x: np.ndarray
    y: np.ndarray
    spot: np.ndarray
    off: np.ndarray
    node: np.ndarray
    arc: np.ndarray
    share: np.ndarray


def _per_metre(reach: Reach) -> float:
    """Return what a metre off the roads takes of the reach."""
    return 0.06 / reach.mode.straight_kmh if reach.unit == "minutes" else 1.0


def _metres(reach: Reach) -> float:
    """Return how far a reach can go at most, in metres."""
    if reach.unit == "metres":
        return reach.reach
    fastest = reach.mode.road_kmh or min(reach.mode.cap_kmh, 120.0)
    spent = max(0.0, reach.reach - reach.mode.extra_minutes)
    return spent * max(fastest, reach.mode.straight_kmh) / 0.06


def _costs(graph: Graph, reach: Reach) -> np.ndarray:
    """Return what each arc takes of the reach."""
    return np.asarray(graph.backward.data) if reach.unit == "minutes" else graph.metres


def _cell(reach: Reach) -> float:
    return float(np.clip(_metres(reach) / CELLS_A_REACH, FINE_METRES, COARSE_METRES))


def _ground(network: RoadNetwork, graph: Graph, cell: float) -> _Ground:
    """Lay a grid over the roads, and put a spot on them every `cell` metres."""
    to, fro = np.divmod(graph.keys, len(network.nodes))
    low, high = np.minimum(to, fro), np.maximum(to, fro)
    pair = low * len(network.nodes) + high
    _, first, edge = np.unique(pair, return_index=True, return_inverse=True)
    ends = np.column_stack([low[first], high[first]])
    arcs = np.full((len(first), 2), -1)
    arcs[edge, (to == high).astype(int)] = np.arange(len(to))
    count = np.maximum(1, np.ceil(graph.metres[first] / cell)).astype(np.int64)
    of = np.repeat(np.arange(len(first)), count)
    place = np.arange(len(of)) - np.repeat(np.cumsum(count) - count, count)
    along = ((place + 0.5) / count[of])[:, None]
    a, b = network.nodes[ends[of, 0]], network.nodes[ends[of, 1]]
    edges = network.nodes.min(axis=0) - OFF_ROAD_METRES, network.nodes.max(axis=0) + OFF_ROAD_METRES
    x, y = (np.arange(edges[0][axis] - cell, edges[1][axis] + 2 * cell, cell) for axis in (0, 1))
    cells = np.stack(np.meshgrid(x, y), axis=-1)
    # Two cells more, so that the line of `OFF_ROAD_METRES` has cells on both of its sides.
    most = OFF_ROAD_METRES + 2 * cell
    found = cKDTree(a + along * (b - a)).query(cells, distance_upper_bound=most, workers=-1)
    off, spot = (np.asarray(one) for one in found)
    share = np.hstack([along, 1 - along])
    return _Ground(x, y, spot, np.minimum(off, most), ends[of], arcs[of], share)


def _shapes(
    ground: _Ground, graph: Graph, reach: Reach, sites: Meeting
) -> Iterator[shapely.Geometry]:
    """Give the area of each site in order."""
    size, per_metre = graph.backward.shape, _per_metre(reach)
    weighted = csr_array(
        (_costs(graph, reach), graph.backward.indices, graph.backward.indptr), shape=size
    )
    extra = reach.mode.extra_minutes if reach.unit == "minutes" else 0.0
    left = reach.reach - extra - sites.leg * per_metre
    there = np.where(ground.arc >= 0, _costs(graph, reach)[ground.arc] * ground.share, np.inf)
    many = max(1, MOST_CELLS // size[0])
    for first in range(0, len(left), many):
        block = slice(first, first + many)
        limit = max(float(left[block].max(initial=0.0)), 0.0)
        spent = dijkstra(weighted, indices=sites.node[block], limit=limit)
        for row, most in zip(spent, left[block], strict=True):
            at_spot = ((most - row)[ground.node] - there).max(axis=1)
            yield _outline(ground, at_spot, per_metre)


def _outline(ground: _Ground, at_spot: np.ndarray, per_metre: float) -> shapely.Geometry:
    """Draw the line of nothing left; `at_spot` (P,) is what remains at each spot."""
    cell = ground.x[1] - ground.x[0]
    # Beyond the reach costs are not known; two cells below nothing, the line runs as it should.
    least = -2.0 * cell * per_metre
    at_spot = np.append(np.maximum(at_spot, least), least)
    rows, columns = _window(ground, at_spot > least)
    spot, off = ground.spot[rows, columns], ground.off[rows, columns]
    rest = np.minimum(at_spot[spot] - off * per_metre, (OFF_ROAD_METRES - off) * per_metre)
    field = np.clip(rest, least, -least)
    lines = contour_generator(
        ground.x[columns], ground.y[rows], field, fill_type=FillType.OuterOffset
    )
    # Of this fill type: a list of outlines with their holes, and where each ring begins.
    points, offsets = cast(tuple[list[np.ndarray], list[np.ndarray]], lines.filled(0.0, np.inf))
    return _polygons(points, offsets, SIMPLER_CELLS * cell)


def _window(ground: _Ground, reached: np.ndarray) -> tuple[slice, slice]:
    """Return the rows and columns of the grid that hold every cell near a reached spot."""
    there = reached[ground.spot]
    spans = []
    for axis in (1, 0):
        at = np.flatnonzero(there.any(axis=axis))
        low, high = (at[0], at[-1]) if len(at) else (0, 0)
        spans.append(slice(max(0, low - 1), high + 3))
    return spans[0], spans[1]


def _polygons(
    points: Sequence[np.ndarray], offsets: Sequence[np.ndarray], most_metres: float
) -> shapely.Geometry:
    """Make polygons of contours, small holes filled, vertices dropped within some metres."""
    shapes = []
    for xy, starts in zip(points, offsets, strict=True):
        rings = [shapely.linearrings(xy[a:b]) for a, b in pairwise(starts)]
        outer, holes = rings[0], rings[1:]
        wide = [ring for ring in holes if shapely.area(shapely.polygons(ring)) >= LEAST_HOLE]
        shapes.append(shapely.Polygon(outer, wide))
    if not shapes:
        return shapely.MultiPolygon()
    simple = shapely.simplify(shapely.multipolygons(shapes), most_metres)
    whole = shapely.make_valid(simple, method="structure")
    parts = shapely.get_parts(shapely.get_parts(whole))
    return shapely.MultiPolygon(list(parts[shapely.get_type_id(parts) == 3]))
