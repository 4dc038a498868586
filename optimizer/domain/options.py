"""What may be built, and when."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from optimizer.domain.frozen import Frozen


class Action(StrEnum):
    """What can happen at a site. `MERGE` and `CLOSE` need no option: they are decisions."""

    OPEN = "open"
    EXTEND = "extend"
    MERGE = "merge"
    CONVERT = "convert"
    RETROFIT = "retrofit"
    RELOCATE = "relocate"
    CLOSE = "close"


@dataclass(frozen=True, eq=False)
class Options(Frozen):
    """Projects that may be started at a site, each at most once (O of them).

    Years are absolute school years. An option started in s serves from ``s + lead`` (C3).

    Attributes
    ----------
    ids
        O texts.
    site
        (O,) int.
    action
        O of `OPEN`, `EXTEND`, `CONVERT`, `RETROFIT`, `RELOCATE`.
    levels_after
        (O, L) bool: levels the site runs from the service year on, for open, convert, relocate;
        all False for extend and retrofit, which change no level.
    rooms
        (O,) int: general classrooms gained from the service year.
    rooms_out
        (O,) int: general classrooms out of use from start to service (works).
    function_rooms
        (O, K) int gained.
    area_m2, land_m2
        (O,) float.
    capital_cost
        (O,) yuan, land included.
    lead
        (O,) int years from start to service.
    earliest, latest
        (O,) first and last start year allowed; starts are in the horizon unless committed.
    committed
        (O,) int: start year of a project already decided (may lie before t0), else 0.
    relocates
        (O,) int: site whose school moves here (action relocate), else -1.
    spend
        (O, M) share of `capital_cost` spent in the start year, the year after, …; rows sum to 1.
    """

    ids: tuple[str, ...]
    site: np.ndarray
    action: tuple[Action, ...]
    levels_after: np.ndarray
    rooms: np.ndarray
    rooms_out: np.ndarray
    function_rooms: np.ndarray
    area_m2: np.ndarray
    land_m2: np.ndarray
    capital_cost: np.ndarray
    lead: np.ndarray
    earliest: np.ndarray
    latest: np.ndarray
    committed: np.ndarray
    relocates: np.ndarray
    spend: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)
