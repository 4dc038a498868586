"""Small OpenStreetMap extracts, drawn in metres from a corner near 120° E, 36° N."""

from pathlib import Path

import geopandas as gpd
import osmium
import shapely

CRS = "EPSG:4549"
"""CGCS2000, 3-degree zone of 120° E: the metres below are true in it to a thousandth."""
EAST, NORTH = 120.0, 36.0
METRES_NORTH, METRES_EAST = 110_950.0, 90_164.0
"""Metres in a degree of latitude and of longitude there."""


def extract(folder, nodes, ways, name="roads.osm.pbf"):
    """Write an extract.

    `nodes` are (x, y) metres, or (x, y, tags), by id; `ways` are (node ids, tags) by id. A node of
    a way that `nodes` does not hold is missing from the extract.
    """
    path = Path(folder) / name
    path.unlink(missing_ok=True)
    writer = osmium.SimpleWriter(str(path))
    for number, (x, y, *tags) in sorted(nodes.items()):
        node = osmium.osm.mutable.Node(
            id=number, location=degrees(x, y), tags=tags[0] if tags else {}, version=1
        )
        writer.add_node(node)
    for number, (of_nodes, tags) in sorted(ways.items()):
        writer.add_way(osmium.osm.mutable.Way(id=number, nodes=of_nodes, tags=tags, version=1))
    writer.close()
    return path


def places(column, **by_id):
    """Points by id, in degrees brought into `CRS`."""
    points = [shapely.Point(*degrees(*xy)) for xy in by_id.values()]
    return gpd.GeoDataFrame({column: list(by_id)}, geometry=points, crs="EPSG:4490").to_crs(CRS)


def degrees(x, y):
    """Longitude and latitude of a place."""
    return EAST + x / METRES_EAST, NORTH + y / METRES_NORTH
