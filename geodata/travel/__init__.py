"""How far it is from a zone to a site, and which pairs a plan may use."""

from geodata.travel.checks import check_detours, check_travel, unreached_pupils
from geodata.travel.modes import BUS, CYCLE, DRIVE, WALK, TravelMode
from geodata.travel.pairs import select_pairs
from geodata.travel.table import Measured, travel_table

__all__ = [
    "BUS",
    "CYCLE",
    "DRIVE",
    "WALK",
    "Measured",
    "TravelMode",
    "check_detours",
    "check_travel",
    "select_pairs",
    "travel_table",
    "unreached_pupils",
]
