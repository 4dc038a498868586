"""A made road network: a planar graph over villages and junctions, with classes and speeds."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra, minimum_spanning_tree
from scipy.spatial import Delaunay, cKDTree

from geodata.datasets.county.spec import CRS, Spec
from geodata.datasets.county.zones import county_outline, seat_of

SPEED_KMH = {
    "motorway": 100,
    "primary": 70,
    "secondary": 60,
    "tertiary": 40,
    "street": 30,
    "track": 20,
}
_ONE_WAY_SHARE = 0.04


@dataclass(frozen=True)
class Network:
    """Roads as a graph.

    Attributes
    ----------
    nodes
        (N, 2) metres; the first ones are the zones, in order.
    edges
        (E, 2) node numbers.
    road_class
        (E,) class names; motorways are lines between ramps that meet no other road.
    oneway
        (E,) 0 or 1.
    """

    nodes: np.ndarray
    edges: np.ndarray
    road_class: np.ndarray
    oneway: np.ndarray

    def kilometres(self, sources: np.ndarray) -> np.ndarray:
        """Shortest ways (len(sources), N) without motorways, one-way streets both ways."""
        keep = self.road_class != "motorway"
        graph = _graph(self.nodes, self.edges[keep])
        return np.asarray(dijkstra(graph, directed=False, indices=sources)) / 1e3


def make_network(spec: Spec, zones: gpd.GeoDataFrame, rng: np.random.Generator) -> Network:
    """Join villages and junctions; the busiest ways between seats and villages rank highest."""
    places = zones[["x", "y"]].to_numpy()
    nodes = np.concatenate([places, _junctions(spec, zones, rng)])
    edges = _planar_edges(nodes, county_outline(spec))
    seats = np.array([seat_of(spec, town) * 1e3 for town in spec.towns])
    seat_nodes = np.unique(_nearest(places, seats / 1e3))
    road_class = _classes(nodes, edges, seat_nodes, len(places), zones.kind.to_numpy() == "urban")
    oneway = _one_way(edges, road_class, len(nodes), rng)
    ramps = [len(places) + _nearest(nodes[len(places) :], line) for line in spec.motorways]
    motorway = np.concatenate([np.stack([r[:-1], r[1:]], axis=1) for r in ramps])
    return Network(
        nodes,
        np.concatenate([edges, motorway]),
        np.concatenate([road_class, np.full(len(motorway), "motorway")]),
        np.concatenate([oneway, np.zeros(len(motorway), dtype=np.int64)]),
    )


def road_layer(network: Network) -> gpd.GeoDataFrame:
    """Lines with road_id, class, speed_kmh, oneway."""
    lines = shapely.linestrings(np.round(network.nodes, 2)[network.edges])
    return gpd.GeoDataFrame(
        {
            "road_id": [f"R{i:05d}" for i in range(1, len(lines) + 1)],
            "class": network.road_class,
            "speed_kmh": [SPEED_KMH[name] for name in network.road_class],
            "oneway": network.oneway,
        },
        geometry=lines,
        crs=CRS,
    )


def _junctions(spec: Spec, zones: gpd.GeoDataFrame, rng: np.random.Generator) -> np.ndarray:
    """Junctions inside zones, more of them to the square kilometre in town."""
    chance = np.sqrt(zones.area.to_numpy())
    home = rng.choice(len(zones), spec.junctions, p=chance / chance.sum())
    reach = np.sqrt(zones.area.to_numpy()[home])
    near = (
        zones[["x", "y"]].to_numpy()[home]
        + rng.uniform(-0.55, 0.55, (len(home), 2)) * (reach[:, None])
    )
    inside = shapely.contains_xy(county_outline(spec).buffer(-0.1), near / 1e3)
    near = near[inside]
    gap = cKDTree(zones[["x", "y"]].to_numpy()).query(near)[0]
    near = near[gap > 80]
    close = cKDTree(near).query_pairs(80, output_type="ndarray")
    return np.asarray(np.round(np.delete(near, np.unique(close[:, 1]), axis=0), 2))


def _planar_edges(nodes: np.ndarray, outline: shapely.Polygon) -> np.ndarray:
    """Gabriel graph of the nodes, without edges that leave the county, kept connected."""
    triangles = Delaunay(nodes).simplices
    pairs = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [0, 2]]])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    middle = nodes[pairs].mean(axis=1)
    half = np.linalg.norm(nodes[pairs[:, 0]] - nodes[pairs[:, 1]], axis=1) / 2
    nearest = cKDTree(nodes).query(middle)[0]
    inside = shapely.contains_xy(outline, middle / 1e3)
    gabriel = (nearest >= half - 1e-6) & inside
    tree = minimum_spanning_tree(_graph(nodes, pairs)).tocoo()
    spanning = np.sort(np.stack([tree.row, tree.col], axis=1), axis=1)
    return np.asarray(np.unique(np.concatenate([pairs[gabriel], spanning]), axis=0))


def _classes(
    nodes: np.ndarray, edges: np.ndarray, seats: np.ndarray, places: int, urban: np.ndarray
) -> np.ndarray:
    """Class (E,) by the ways that use an edge: seat to seat, village to seat, the rest."""
    graph = _graph(nodes, edges)
    length, before = dijkstra(graph, directed=False, indices=seats, return_predecessors=True)
    seat_ways = _uses(before, [np.argsort(row[seats])[1:5] for row in length], seats)
    home = length[:, :places].argmin(axis=0)
    village_ways = _uses(
        before, [np.flatnonzero(home == k) for k in range(len(seats))], np.arange(places)
    )
    keys = [tuple(edge) for edge in edges.tolist()]
    between_seats = np.array([seat_ways.get(key, 0) for key in keys])
    to_seat = np.array([village_ways.get(key, 0) for key in keys])
    near_urban = cKDTree(nodes[:places][urban]).query(nodes[edges].mean(axis=1))[0] < 700
    touches_village = (edges < places).any(axis=1)
    return np.select(
        [between_seats > 0, to_seat >= 8, to_seat >= 2, near_urban, touches_village],
        ["primary", "secondary", "tertiary", "street", "tertiary"],
        "track",
    )


def _uses(
    before: np.ndarray, targets: list[np.ndarray], node_of: np.ndarray
) -> dict[tuple[int, int], int]:
    """Count how often each edge lies on a shortest way from source k to its targets."""
    uses: dict[tuple[int, int], int] = {}
    for source, ends in enumerate(targets):
        for end in node_of[ends]:
            node = int(end)
            while (previous := int(before[source, node])) >= 0:
                key = (min(node, previous), max(node, previous))
                uses[key] = uses.get(key, 0) + 1
                node = previous
    return uses


def _one_way(
    edges: np.ndarray, road_class: np.ndarray, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Make some streets one-way, never so that a place cannot be reached or left."""
    streets = np.flatnonzero(road_class == "street")
    chosen = rng.permutation(streets)[: int(_ONE_WAY_SHARE * len(streets))]
    oneway = np.zeros(len(edges), dtype=np.int64)
    for edge in chosen:
        oneway[edge] = 1
        back = edges[oneway == 0][:, ::-1]
        ways = np.concatenate([edges, back])
        graph = csr_matrix((np.ones(len(ways)), (ways[:, 0], ways[:, 1])), (count, count))
        if connected_components(graph, directed=True, connection="strong")[0] > 1:
            oneway[edge] = 0
    return oneway


def _nearest(nodes: np.ndarray, places: np.typing.ArrayLike) -> np.ndarray:
    """Node (K,) nearest to each place, km (K, 2)."""
    return np.asarray(cKDTree(nodes).query(np.asarray(places) * 1e3)[1])


def _graph(nodes: np.ndarray, edges: np.ndarray) -> csr_matrix:
    length = np.linalg.norm(nodes[edges[:, 0]] - nodes[edges[:, 1]], axis=1)
    return csr_matrix((length, (edges[:, 0], edges[:, 1])), shape=(len(nodes), len(nodes)))
