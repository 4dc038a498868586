"""Files into validated tables and layers. Nothing is guessed; every fault is a finding."""

from geodata.readers.crosscheck import cross_check
from geodata.readers.layers import read_layer
from geodata.readers.shapefile import parts_of
from geodata.readers.tables import read_table

__all__ = ["cross_check", "parts_of", "read_layer", "read_table"]
