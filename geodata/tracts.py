"""Children counted by areas that cut across the zones: which zones each area's children live in.

A tract is any area that children are counted by: a census tract, a street committee. Where it is
known where people live, the children of a tract are divided by its people, else by its area.
"""

from __future__ import annotations

from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.apportion import areal_shares
from geodata.crs import require_same_crs

PEOPLE, AREA, NEITHER = "people", "area", ""


class Spread(NamedTuple):
    """How the children of tracts are spread over zones.

    Attributes
    ----------
    weights
        tract (its row in the layer), zone_id, weight; sorted by both, none of them 0.
    by
        What the weights of each tract are, indexed by row: `PEOPLE`, `AREA` or `NEITHER`, where it
        meets no zone.
    outside
        Share of each tract that lies outside, indexed by row: of its people those in no zone, or
        of its area what lies beyond the county; the larger of the two.
    """

    weights: pd.DataFrame
    by: pd.Series
    outside: pd.Series


def spread(
    tracts: gpd.GeoDataFrame,
    zones: gpd.GeoDataFrame,
    people: gpd.GeoDataFrame | None,
    county: shapely.Geometry | None,
) -> Spread:
    """Say how the children of tracts are spread over zones.

    Parameters
    ----------
    tracts
        Polygons indexed by row, in metres.
    zones
        `zone_id` and polygons, or points: these have no area, and only people spread over them.
    people
        `people`, `zone_id` (empty: in no zone) and points; None: it is not known where they live.
    county
        Its land; None: it is not known, and nothing lies beyond it.
    """
    rows = tracts.index
    by_people, elsewhere = _people_of(tracts, zones, people)
    by = pd.Series(NEITHER, index=rows).where(~rows.isin(by_people["tract"]), PEOPLE)
    empty = tracts[by == NEITHER]
    by_area = _area_of(empty, zones)
    by = by.where(~rows.isin(by_area["tract"]), AREA)
    weights = pd.concat([by_people, by_area]).sort_values(["tract", "zone_id"], ignore_index=True)
    outside = elsewhere.clip(lower=_beyond(tracts, county))
    return Spread(weights, by, outside)


def by_age(tracts: pd.DataFrame, ages: tuple[str, ...]) -> pd.DataFrame:
    """Return tract (its row), age and children: a row for each tract and column of `ages`."""
    counts = tracts[list(ages)].to_numpy(dtype=np.int64)
    return pd.DataFrame(
        {
            "tract": np.repeat(tracts.index.to_numpy(), len(ages)),
            "age": np.tile(np.arange(len(ages)), len(tracts)),
            "children": counts.ravel(),
        }
    )


def uncovered(
    tracts: gpd.GeoDataFrame, people: gpd.GeoDataFrame | None, county: shapely.Geometry
) -> tuple[float, float]:
    """Return the m² of a county in no tract, and the people of its zones who live there."""
    every = shapely.union_all(tracts.geometry.to_numpy())
    left = float(shapely.area(shapely.difference(county, every)))
    if people is None:
        return left, 0.0
    place, _ = _places_in(tracts, people)
    alone = (people["zone_id"] != "").to_numpy(copy=True)
    alone[place] = False
    return left, float(people["people"].to_numpy(float)[alone].sum())


def overlaps(tracts: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the pairs of tracts that share land.

    Returns
    -------
    DataFrame
        first, second (rows), metres2 that they share, and share of the smaller one.
    """
    shapes, rows = tracts.geometry.to_numpy(), tracts.index.to_numpy()
    a, b = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    order = np.lexsort((b[a < b], a[a < b]))
    a, b = a[a < b][order], b[a < b][order]
    common, area = shapely.area(shapely.intersection(shapes[a], shapes[b])), shapely.area(shapes)
    pairs = {"first": rows[a], "second": rows[b], "metres2": common}
    return pd.DataFrame({**pairs, "share": common / np.minimum(area[a], area[b])})


_NO_WEIGHTS = pd.DataFrame({"tract": [0], "zone_id": [""], "weight": [0.0]}).iloc[:0]


def _people_of(
    tracts: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, people: gpd.GeoDataFrame | None
) -> tuple[pd.DataFrame, pd.Series]:
    """Return tract, zone_id and weight by people; and the share of each tract's in no zone."""
    nobody = pd.Series(0.0, index=tracts.index)
    if people is None or not len(tracts):
        return _NO_WEIGHTS, nobody
    require_same_crs(tracts, zones, people)
    place, tract = _places_in(tracts, people)
    frame = pd.DataFrame(
        {
            "tract": tracts.index.to_numpy()[tract],
            "zone_id": people["zone_id"].to_numpy()[place],
            "weight": people["people"].to_numpy(float)[place],
        }
    )
    inside = frame["zone_id"].isin(zones["zone_id"])
    all_of, lost = (part.groupby("tract")["weight"].sum() for part in (frame, frame[~inside]))
    weights = frame[inside].groupby(["tract", "zone_id"], as_index=False)["weight"].sum()
    return weights[weights["weight"] > 0], (lost / all_of).reindex(tracts.index).fillna(0.0)


def _places_in(tracts: gpd.GeoDataFrame, people: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of places and of the tracts they lie in; on a border in all of these."""
    tree = shapely.STRtree(tracts.geometry.to_numpy())
    place, tract = tree.query(people.geometry.to_numpy(), predicate="intersects")
    return place, tract


def _area_of(tracts: gpd.GeoDataFrame, zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return tract, zone_id and weight by area; none where zones are points, which have no area."""
    keyed = gpd.GeoDataFrame({"tract": tracts.index}, geometry=tracts.geometry.to_numpy())
    keyed = keyed.set_crs(tracts.crs)
    return areal_shares(keyed, zones, "tract", "zone_id").rename(columns={"share": "weight"})


def _beyond(tracts: gpd.GeoDataFrame, county: shapely.Geometry | None) -> pd.Series:
    """Return the share of each tract's area that lies beyond the county."""
    if county is None:
        return pd.Series(0.0, index=tracts.index)
    shapes = tracts.geometry.to_numpy()
    shapely.prepare(county)
    inside = shapely.covers(county, shapes)
    out = np.zeros(len(shapes))
    crossing = shapes[~inside]
    within = shapely.area(shapely.intersection(crossing, county))
    out[~inside] = np.clip(1.0 - within / shapely.area(crossing), 0.0, 1.0)
    return pd.Series(out, index=tracts.index)
