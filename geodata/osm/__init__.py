"""OpenStreetMap: roads of an extract as each mode may use them, and the places in it."""

from geodata.osm.access import MODES, barrier_passes, directions
from geodata.osm.extract import OSM_CREDIT, called_extract
from geodata.osm.places import read_boundaries, read_places
from geodata.osm.roads import read_roads
from geodata.osm.speeds import road_class, speeds

__all__ = [
    "MODES",
    "OSM_CREDIT",
    "barrier_passes",
    "called_extract",
    "directions",
    "read_boundaries",
    "read_places",
    "read_roads",
    "road_class",
    "speeds",
]
