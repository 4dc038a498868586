"""The land on which sites are chosen: zones, their children, and the ways between them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np

from geodata.datasets.county.roads import Network
from geodata.datasets.county.spec import Spec
from geodata.datasets.county.zones import seat_of

_URBAN_SEAT_ZONES = 8


@dataclass(frozen=True, eq=False)
class Land:
    """What every later part stands on.

    Attributes
    ----------
    zones
        Z zones in metres.
    weight
        (Z,) share of the county's children.
    network
        Roads; its first nodes are the zones.
    """

    spec: Spec
    zones: gpd.GeoDataFrame
    weight: np.ndarray
    network: Network

    @cached_property
    def km(self) -> np.ndarray:
        """(Z, Z) shortest ways between zones."""
        return self.ways(np.arange(len(self.zones)))

    def ways(self, zones: np.ndarray) -> np.ndarray:
        """Shortest ways (len(zones), Z) from some zones to all, in kilometres."""
        return np.asarray(self.network.kilometres(zones)[:, : len(self.zones)])

    @cached_property
    def urban(self) -> np.ndarray:
        """(Z,) bool: urban zones."""
        return np.asarray(self.zones.kind == "urban")

    @cached_property
    def school_town(self) -> np.ndarray:
        """(Z,) bool: urban zones of the county town and the larger seats, where schools are urban.

        At the smaller seats a school counts as rural, as in the local report.
        """
        towns = [
            town.name
            for town in self.spec.towns
            if town.role == "core" or town.seat_zones >= _URBAN_SEAT_ZONES
        ]
        return np.asarray(self.urban & self.zones.town.isin(towns).to_numpy())

    @cached_property
    def seats(self) -> np.ndarray:
        """Zone row of each seat outside the county town."""
        xy = self.zones[["x", "y"]].to_numpy()
        outside = [town for town in self.spec.towns if town.role != "core"]
        return np.array(
            [np.hypot(*(xy - seat_of(self.spec, town) * 1e3).T).argmin() for town in outside],
            dtype=np.int64,
        )

    @cached_property
    def km_to_own_seat(self) -> np.ndarray:
        """(Z,) straight way to the seat of the zone's town."""
        return self.from_own_seat(self.zones.town.to_numpy(), self.zones[["x", "y"]].to_numpy())

    def from_own_seat(self, town: np.ndarray, xy: np.ndarray) -> np.ndarray:
        """Straight way (N,), km, from places (N, 2) in metres to the seat of their town."""
        seats = np.array([seat_of(self.spec, town) for town in self.spec.towns])
        row = [self.spec.town_names.index(name) for name in town]
        return np.asarray(np.hypot(*(xy / 1e3 - seats[row]).T))
