"""Sparse tables between zones and sites, and between sites."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.frozen import Frozen

MODES: tuple[str, ...] = ("walk", "bus", "cycle")


@dataclass(frozen=True, eq=False)
class Travel(Frozen):
    """Pairs of zone and site for a level, sorted by level, zone, site, each at most once (P rows).

    No other pair exists (C14). Minutes and metres are one way.

    Attributes
    ----------
    zone, site, level
        (P,) int.
    mode
        (P,) int index into `MODES`.
    minutes, metres
        (P,) float.
    beyond
        (P,) minutes over the travel limit; 0 for usable pairs. Where positive on an intake pair,
        the zone has no usable pair at all and this is one of its nearest three (C14).
    usable_from
        (P,) int: lowest absolute grade from which every later grade of the level is within its
        limit; the level's first grade on intake pairs, 99 where no grade is.
    intake
        (P,) bool: an entering cohort may be assigned here. Other rows serve only pupils who are
        already there or who come by a merger in a grade of at least `usable_from`.
    """

    zone: np.ndarray
    site: np.ndarray
    level: np.ndarray
    mode: np.ndarray
    minutes: np.ndarray
    metres: np.ndarray
    beyond: np.ndarray
    usable_from: np.ndarray
    intake: np.ndarray

    def __len__(self) -> int:
        return len(self.zone)


@dataclass(frozen=True, eq=False)
class MergeArcs(Frozen):
    """Mergers that may be ordered: level l of one site may continue at another (A rows)."""

    from_site: np.ndarray
    to_site: np.ndarray
    level: np.ndarray

    def __len__(self) -> int:
        return len(self.from_site)
