"""What lies around places for a school: roads, hazards, the slope of the land."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.grids import Grid, slope_of
from geodata.slopes import slopes_within

HAZARD_METRES = {
    "railway": 300.0,
    "main_road": 80.0,
    "jail": 1000.0,
    "infectious_hospital": 1000.0,
    "polluter": 1000.0,
    "crematorium": 2000.0,
    "landfill": 2000.0,
}
"""Least distance by kind: railway and main road GBJ 99-86, the others Nanyang 2020."""
MAIN_ROADS = ("motorway", "trunk", "primary")


def distances(
    parcels: gpd.GeoDataFrame,
    roads: gpd.GeoDataFrame | None,
    hazards: gpd.GeoDataFrame | None,
    heights: Grid | None = None,
) -> pd.DataFrame:
    """Measure from a point inside each parcel.

    Parameters
    ----------
    parcels
        `parcel_id` and polygons, in metres.
    roads
        With `class`; None: not judged.
    hazards
        With `kind` and `metres`, the least distance (missing: that of its kind); None: none.
    heights
        Metres above the sea; None: slope is not known.

    Returns
    -------
    DataFrame
        parcel_id, road_metres, hazard (kind of that which is nearest to or farthest inside its
        least distance), hazard_metres, hazard_least; infinite where there is nothing. And slope,
        the mean over the parcel as a share, missing where it is not known.
    """
    spots = parcels.geometry.representative_point().to_numpy()
    table = pd.DataFrame({"parcel_id": parcels["parcel_id"].to_numpy(), "road_metres": np.inf})
    dangers = [] if hazards is None else [_dangers(hazards)]
    if roads is not None and len(roads):
        table["road_metres"] = _nearest(spots, roads.geometry.to_numpy())
        main = roads[roads["class"].isin(MAIN_ROADS)]
        dangers.append(_dangers(main[["geometry"]].assign(kind="main_road", metres=np.nan)))
    slope = np.full(len(parcels), np.nan)
    if heights is not None:
        slope = slopes_within(parcels, slope_of(heights))
    kind, metres, least = _worst(spots, dangers)
    return table.assign(slope=slope, hazard=kind, hazard_metres=metres, hazard_least=least)


def _dangers(hazards: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return kind, least metres and shape of each hazard."""
    least = hazards["metres"].fillna(hazards["kind"].map(HAZARD_METRES))
    return pd.DataFrame(
        {"kind": hazards["kind"], "least": least, "shape": hazards.geometry.to_numpy()}
    )


def _nearest(spots: np.ndarray, shapes: np.ndarray) -> np.ndarray:
    """Return (P,) metres to the nearest shape."""
    _, metres = shapely.STRtree(shapes).query_nearest(
        spots, return_distance=True, all_matches=False
    )
    return np.asarray(metres)


def _worst(
    spots: np.ndarray, dangers: Sequence[pd.DataFrame]
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return kind, metres and least metres of the hazard that leaves the smallest margin."""
    kind = np.full(len(spots), "", dtype=object)
    metres, least = np.full(len(spots), np.inf), np.zeros(len(spots))
    margin = np.full(len(spots), np.inf)
    listed = pd.concat(dangers) if dangers else pd.DataFrame({"kind": [], "least": [], "shape": []})
    for name, limit in sorted(set(zip(listed["kind"], listed["least"], strict=True))):
        alike = (listed["kind"] == name) & (listed["least"] == limit)
        away = _nearest(spots, listed.loc[alike, "shape"].to_numpy())
        worse = away - limit < margin
        kind[worse], metres[worse], least[worse] = name, away[worse], limit
        margin[worse] = (away - limit)[worse]
    return kind, metres, least
