"""How much longer a way on foot or by cycle takes up and down hills than on the flat.

Walking: Tobler's hiking function, 6 exp(-3.5 |s + 0.05|) km/h at slope s (W. Tobler, Three
presentations on geographical analysis and modeling, NCGIA report 93-1, 1993), as a share of its
speed on the flat, so that a study's own walking speed stands. Cycling: the regression of Parkin and
Rotheram (Transport Policy 17, 2010): 6.01 m/s on the flat, 0.4002 m/s less for each percent up,
0.2379 m/s more for each percent down, 35 km/h at most; a cycle that would be slower than walking is
pushed. Buses and cars take hills at the speed of the road.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from geodata.grids import Grid
from geodata.slopes import Pace, Terrain
from geodata.travel.modes import TravelMode

_FLAT, _UP, _DOWN, _MOST = 6.01, 40.02, 23.79, 35.0 / 3.6
"""Metres a second: on the flat, for a slope of one up and down, and at most."""


def terrain_of(heights: Grid, modes: Sequence[TravelMode]) -> Terrain:
    """Return heights as the modes feel them."""
    paces: dict[str, Pace] = {}
    for mode in modes:
        if mode.name == "walk":
            paces[mode.name] = walking
        elif mode.name == "cycle" and mode.road_kmh is not None:
            paces[mode.name] = _cycling(mode.road_kmh / mode.straight_kmh)
    return Terrain(heights, paces)


def walking(slope: np.ndarray) -> np.ndarray:
    """Return the minutes on foot at slopes; the flat is 1."""
    return np.asarray(np.exp(3.5 * (np.abs(slope + 0.05) - 0.05)))


def _cycling(pushed: float) -> Pace:
    """Return the pace of a cycle; pushed, it takes so many times as long on the flat."""

    def pace(slope: np.ndarray) -> np.ndarray:
        speed = np.where(slope > 0, _FLAT - _UP * slope, _FLAT - _DOWN * slope)
        riding = _FLAT / np.clip(speed, 1e-3, _MOST)
        return np.asarray(np.minimum(riding, np.maximum(1.0, pushed) * walking(slope)))

    return pace
