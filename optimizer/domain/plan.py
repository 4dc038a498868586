"""A plan: what is built, what runs, who goes where, in how many classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from optimizer.domain.frozen import Frozen
from optimizer.domain.staff import Postings


@dataclass(frozen=True, eq=False)
class Plan(Frozen):
    """Decisions of a problem with S sites, L levels, T years, O options and P travel pairs.

    Whatever follows from these (who is present where in which year, rooms, money) is derived by
    whoever needs it: see `optimizer.presence`.

    Attributes
    ----------
    start
        (O,) int: absolute start year of each option, 0 where it is not built. Committed options
        carry their committed start.
    runs
        (S, L, T) bool: a level runs at a site in a planned year.
    merges
        (M, 4) int rows ``from site, to site, level, absolute year``: from that year on the pupils
        of the level continue at the other site.
    share
        (P, T) float: share of the entrants of the pair's zone and level in a planned year who are
        enrolled at the pair's site.
    classes
        L arrays (S, C_l, T) int: classes of each cohort at each site in each planned year; 0 where
        the cohort has no pupils there.
    postings
        Where teachers stand; None where teachers are not planned.
    """

    start: np.ndarray
    runs: np.ndarray
    merges: np.ndarray
    share: np.ndarray
    classes: tuple[np.ndarray, ...]
    postings: Postings | None = None

    def __post_init__(self) -> None:
        """Freeze the arrays inside the tuple too."""
        super().__post_init__()
        for array in self.classes:
            array.setflags(write=False)
