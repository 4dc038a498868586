"""The problem of a run as arrays: what the decisions are judged against.

Axes: zone Z, site S, level L, option O, room kind K, planned year T (index 0 is the first), and
`entry`, the entry years first_year - M … last planned year, M being the longest level's grades.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd

from scenarios.verify.norms import Norms
from scenarios.verify.staff_facts import StaffFacts


@dataclass(frozen=True)
class Land:
    """Which zones touch each zone, and the zone in which each site stands, by position."""

    touching: dict[int, set[int]]
    own: dict[int, int]


@dataclass(frozen=True)
class Facts:
    """Immutable by habit: nothing writes to these arrays after `read_facts`.

    Attributes
    ----------
    entrants : (Z, L, T) pupils
    factor : (L, Z, E, G) progression, NaN where the run states none
    base_pupils, base_classes : (L, S, E) pupils and classes of inherited cohorts in the base year
    enrolled : frame of integer zone, site, level, entry (axis index) and pupils
    travel : frame of zone, site, level, bus, minutes, metres, beyond, usable_from, intake, mode,
        sorted by the pair code of `pair_code`, which is its index
    runs : (S, L) base year; kind_rooms : (S, K); after : (O, L); option_kind_rooms : (O, K)
    spend : (O, offsets) shares; budget : (T,) yuan, infinity without a limit
    land : what touches, None where no policy asks
    staff : teachers, None where they are not planned
    """

    norms: Norms
    zones: pd.Index[str]
    site_ids: pd.Index[str]
    option_ids: pd.Index[str]
    sites: pd.DataFrame
    options: pd.DataFrame
    parent: np.ndarray
    relocates: np.ndarray
    option_site: np.ndarray
    runs: np.ndarray
    kind_rooms: np.ndarray
    after: np.ndarray
    option_kind_rooms: np.ndarray
    spend: np.ndarray
    budget: np.ndarray
    entrants: np.ndarray
    factor: np.ndarray
    base_pupils: np.ndarray
    base_classes: np.ndarray
    enrolled: pd.DataFrame
    travel: pd.DataFrame
    arcs: frozenset[tuple[int, int, int]]
    land: Land | None
    staff: StaffFacts | None

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """Numbers of zones, sites, levels, planned years."""
        return len(self.zones), len(self.site_ids), len(self.norms.stages), self.norms.years

    @cached_property
    def discount(self) -> np.ndarray:
        """(T,) present value of a yuan of each planned year."""
        factors: np.ndarray = (1.0 + self.norms.rate) ** -np.arange(self.norms.years, dtype=float)
        return factors

    @cached_property
    def caps(self) -> np.ndarray:
        """(S, L) class-size cap: the teaching-point cap at points."""
        caps = np.tile([stage.cap for stage in self.norms.stages], (len(self.site_ids), 1))
        caps[self.sites["point_grades"].to_numpy() > 0] = self.norms.point_cap
        return caps

    def pair_code(self, zone: np.ndarray, site: np.ndarray, level: np.ndarray) -> np.ndarray:
        """One number for zone, site and level."""
        zones, sites, _, _ = self.shape
        return np.asarray((level.astype(np.int64) * zones + zone) * sites + site)

    def pair(self, zone: np.ndarray, site: np.ndarray, level: np.ndarray) -> np.ndarray:
        """Row of `travel` of each zone, site and level; -1 where there is none."""
        codes, wanted = self.travel.index.to_numpy(), self.pair_code(zone, site, level)
        if not len(codes):
            return np.full(len(wanted), -1)
        place = np.minimum(np.searchsorted(codes, wanted), len(codes) - 1)
        return np.where(codes[place] == wanted, place, -1)
