"""Ways to travel, and how fast each is on a road and off it."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True)
class TravelMode:
    """A way to travel.

    Attributes
    ----------
    name
        ``walk``, ``cycle``, ``bus``, ``drive``.
    road_kmh
        Speed on every road; None: the road's own speed. Where roads have a speed for the mode
        (`geodata.osm`), a slower one counts.
    cap_kmh
        The road's own speed counts up to this.
    straight_kmh
        Speed on the straight legs to and from the network, and in straight-line mode.
    closed
        Road classes that may not be used.
    both_ways
        Whether one-way roads may be used in both directions (on foot). Both keys are for roads
        that do not themselves say what is open to each mode.
    extra_minutes
        Added to every trip: waiting and boarding.
    """

    name: str
    straight_kmh: float
    road_kmh: float | None = None
    cap_kmh: float = inf
    closed: frozenset[str] = frozenset()
    both_ways: bool = False
    extra_minutes: float = 0.0


WALK = TravelMode(
    "walk", straight_kmh=4.0, road_kmh=4.0, closed=frozenset({"motorway"}), both_ways=True
)
CYCLE = TravelMode("cycle", straight_kmh=4.0, road_kmh=12.0, closed=frozenset({"motorway"}))
BUS = TravelMode("bus", straight_kmh=20.0, cap_kmh=40.0, extra_minutes=10.0)
DRIVE = TravelMode("drive", straight_kmh=20.0)
