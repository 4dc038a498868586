"""Where pupils live and where schools are or may be."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.frozen import Frozen


@dataclass(frozen=True, eq=False)
class DemandZones(Frozen):
    """Planning units where pupils live: villages, urban communities, grid cells.

    All arrays have shape (Z,). `town` indexes `Problem.towns`.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    town: np.ndarray
    urban: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


@dataclass(frozen=True, eq=False)
class Adjacency(Frozen):
    """Which zones touch, and where each site stands among them (K1).

    Attributes
    ----------
    zone_a, zone_b
        (E,) int: zones that share a border or are linked by a bridge or a ferry; `zone_a` is the
        smaller index, rows are sorted, each pair stands once.
    own
        (S,) int: the zone in which a site stands; -1 where it stands in none.
    """

    zone_a: np.ndarray
    zone_b: np.ndarray
    own: np.ndarray

    def __len__(self) -> int:
        return len(self.zone_a)


@dataclass(frozen=True, eq=False)
class Sites(Frozen):
    """Places with a school, or candidates for one; what runs there in the base year.

    Attributes
    ----------
    ids, names
        S texts each.
    town
        (S,) int, index into `Problem.towns`.
    urban
        (S,) bool.
    place
        S texts: ``county_town``, ``central_town``, ``town_seat`` or ``village``.
    runs
        (S, L) bool: levels running in the base year. No level: a candidate.
    rooms
        (S,) int: general classrooms in the base year.
    function_rooms
        (S, K) int: function rooms by kind of `Standards.function_rooms`.
    seats
        (S,) pupils a site can hold instead of classes and rooms, NaN where rooms rule (C22).
    annual_cost
        (S,) yuan per year in which any level runs here.
    point_grades
        (S,) int: a teaching point runs this many first grades of its one level; 0 elsewhere (C18).
    parent
        (S,) int: site where a teaching point's pupils go on; -1 elsewhere.
    unsafe
        (S,) bool: may not run from `Policy.unsafe_deadline` on unless retrofitted.
    protected
        (S,) bool: never closes.
    objection
        (S,) share of parents who object to closing; above one half the site never closes (C20).
    teaching_area
        (S,) m² of teaching and auxiliary rooms, for equity figures only.
    """

    ids: tuple[str, ...]
    names: tuple[str, ...]
    town: np.ndarray
    urban: np.ndarray
    place: tuple[str, ...]
    runs: np.ndarray
    rooms: np.ndarray
    function_rooms: np.ndarray
    seats: np.ndarray
    annual_cost: np.ndarray
    point_grades: np.ndarray
    parent: np.ndarray
    unsafe: np.ndarray
    protected: np.ndarray
    objection: np.ndarray
    teaching_area: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def may_not_close(self) -> np.ndarray:
        """(S,) bool: protected, or opposed by more than half of the parents (C20)."""
        return self.protected | (self.objection > 0.5)
