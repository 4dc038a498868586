"""Where people live, as points with numbers: zones made of them, and figures divided by them.

The points are the cells of a grid, buildings or residential compounds; what they count need not be
children, for only shares are taken from it.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geodata.apportion import largest_remainder
from geodata.crs import require_same_crs

URBAN_PER_KM2 = 1500.0
"""People: the density of an urban centre in the Degree of Urbanisation (Eurostat 2021), which is
measured in squares of a kilometre; its size and contiguity are not asked for."""
_SQUARE_METRES = 1000.0
_ROUNDS = 10


class Living(NamedTuple):
    """Whose zone people live in, and how far from where the zone's ways begin.

    Attributes
    ----------
    zone
        (P,) position among the zones, -1 outside all.
    metres
        (P,) to the point of the zone; NaN outside.
    """

    zone: np.ndarray
    metres: np.ndarray


def made_zones(
    towns: gpd.GeoDataFrame, people: gpd.GeoDataFrame, number: int, urban_from: float
) -> gpd.GeoDataFrame:
    """Make zones of people who live near each other, town by town.

    A town is cut in two where most people live far apart, at their median, until it has its share
    of the number; then each point goes to the nearest middle, some rounds long (Lloyd). A zone's
    point is the place of people that is nearest to their mean.

    Parameters
    ----------
    towns
        `town` and polygons, in metres.
    people
        `people` and points, in the same system.
    number
        Of zones wanted. Towns get them by their people, one at least where anybody lives, and no
        more than there are places.
    urban_from
        People per km² where a zone is urban: most of its people live in squares as dense.

    Returns
    -------
    GeoDataFrame
        zone_id and name (`<town>-001` from the west), town, kind, points; town by town.
    """
    require_same_crs(towns, people)
    at = _within(people, towns.sort_values("town", ignore_index=True))
    names = towns["town"].sort_values().to_numpy()
    xy, weight = _places(people)
    dense = _density(xy, weight) >= urban_from
    sums = np.bincount(at[at >= 0], weights=weight[at >= 0], minlength=len(names))
    lived = np.flatnonzero(sums > 0)
    spare = max(0, number - len(lived))
    many = 1 + largest_remainder(spare * sums[lived] / max(sums.sum(), 1e-9))
    rows = []
    for town, count in zip(lived.tolist(), many.tolist(), strict=True):
        here = np.flatnonzero(at == town)
        group = clusters(xy[here], weight[here], count)
        places = xy[here][middles(xy[here], weight[here], group)]
        order = np.lexsort((places[:, 1], places[:, 0]))
        urban = np.bincount(group, weights=weight[here] * dense[here])
        whole = np.bincount(group, weights=weight[here])
        for place, one in enumerate(order.tolist(), start=1):
            kind = "urban" if 2 * urban[one] > whole[one] else "rural"
            rows.append((f"{names[town]}-{place:03d}", names[town], kind, *places[one]))
    frame = pd.DataFrame(rows, columns=["zone_id", "town", "kind", "x", "y"])
    points = gpd.points_from_xy(frame["x"], frame["y"], crs=towns.crs)
    made = gpd.GeoDataFrame(frame[["zone_id", "town", "kind"]], geometry=points)
    made.insert(1, "name", made["zone_id"])
    made.index = pd.RangeIndex(1, len(made) + 1)
    return made


def clusters(xy: np.ndarray, weight: np.ndarray, number: int) -> np.ndarray:
    """Group points that lie near each other.

    Parameters
    ----------
    xy, weight
        (P, 2) metres and (P,) people above zero.
    number
        Of groups wanted; fewer where there are fewer places.

    Returns
    -------
    ndarray
        (P,) int from 0, every number in use.
    """
    group = np.zeros(len(xy), dtype=np.int64)
    heap = [(-_moment(xy, weight), 0)]
    count = 1
    while count < number and heap[0][0] < 0:
        _, part = heapq.heappop(heap)
        members = np.flatnonzero(group == part)
        far = members[_far_half(xy[members], weight[members])]
        group[far] = count
        for one in (part, count):
            own = np.flatnonzero(group == one)
            heapq.heappush(heap, (-_moment(xy[own], weight[own]), one))
        count += 1
    for _ in range(_ROUNDS):
        _, nearest = cKDTree(_means(xy, weight, group)).query(xy)
        _, nearest = np.unique(nearest, return_inverse=True)
        if np.array_equal(nearest, group):
            break
        group = nearest
    return group


def middles(xy: np.ndarray, weight: np.ndarray, group: np.ndarray) -> np.ndarray:
    """Return (G,) the position of the place in each group that is nearest to its mean.

    Parameters
    ----------
    xy, weight, group
        (P, 2) metres, (P,) people above zero and (P,) int from 0, every number in use.
    """
    apart = ((xy - _means(xy, weight, group)[group]) ** 2).sum(axis=1)
    order = np.lexsort((xy[:, 1], xy[:, 0], apart, group))
    _, first = np.unique(group[order], return_index=True)
    return np.asarray(order[first])


def live(
    people: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, towns: gpd.GeoDataFrame
) -> tuple[Living, gpd.GeoDataFrame]:
    """Say in which zone people live, and where its ways begin.

    Parameters
    ----------
    people
        `people` and points, in metres.
    zones
        `zone_id`, `town` and polygons, or points: then people belong to the nearest zone of the
        town they live in.
    towns
        `town` and polygons.

    Returns
    -------
    tuple
        Whose zone each point is; and the zones as points: themselves, or of polygons the place of
        people nearest to their mean, a point inside where nobody lives.
    """
    require_same_crs(people, zones, towns)
    xy, weight = _places(people)
    starts = zones.set_geometry(zones.geometry.representative_point())
    if (zones.geom_type == "Point").all():
        zone = _nearest_of_town(people, zones, towns)
    else:
        zone = _within(people, zones)
        known, group = np.unique(zone[zone >= 0], return_inverse=True)
        places = starts.geometry.to_numpy().copy()
        if len(known):
            lived = xy[zone >= 0]
            places[known] = shapely.points(lived[middles(lived, weight[zone >= 0], group)])
        starts = starts.set_geometry(gpd.GeoSeries(places, index=starts.index, crs=zones.crs))
    there = shapely.get_coordinates(starts.geometry.to_numpy())
    metres = np.where(zone >= 0, np.hypot(*(xy - there[zone]).T), np.nan)
    return Living(zone, metres), starts


def divided(totals: pd.DataFrame, weights: pd.DataFrame, of: str = "town") -> pd.DataFrame:
    """Divide the children of towns, or of other areas, among zones, whole and none lost.

    Parameters
    ----------
    totals
        `of`, age, children.
    weights
        zone_id, `of`, weight. Children of an area without any weight are left out.
    of
        The column that names the area.

    Returns
    -------
    DataFrame
        zone_id, age, children, on the index of the rows that were divided.
    """
    shares = {area: _shares(group) for area, group in weights.sort_values("zone_id").groupby(of)}
    ids, children = [], []
    for area, count in zip(totals[of], totals["children"], strict=True):
        zones, share = shares.get(area, _NO_SHARES)
        ids.append(zones)
        children.append(largest_remainder(share * count))
    many = [len(zones) for zones in ids]
    return pd.DataFrame(
        {
            "zone_id": np.concatenate([_NO_SHARES[0], *ids]),
            "age": np.repeat(totals["age"].to_numpy(), many),
            "children": np.concatenate([_NO_SHARES[1].astype(np.int64), *children]),
        },
        index=np.repeat(totals.index.to_numpy(), many),
    )


_NO_SHARES = (np.array([], dtype=object), np.array([], dtype=np.float64))


def _shares(group: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Return the zones of an area and their shares of its weight; none without any weight."""
    if not group["weight"].sum() > 0:
        return _NO_SHARES
    share = (group["weight"] / group["weight"].sum()).to_numpy()
    return group["zone_id"].to_numpy(), share


def _places(people: gpd.GeoDataFrame) -> tuple[np.ndarray, np.ndarray]:
    return shapely.get_coordinates(people.geometry.to_numpy()), people["people"].to_numpy(float)


def _within(people: gpd.GeoDataFrame, areas: gpd.GeoDataFrame) -> np.ndarray:
    """Return (P,) the area in which each point lies, the first of several; -1: none."""
    tree = shapely.STRtree(areas.geometry.to_numpy())
    point, area = tree.query(people.geometry.to_numpy(), predicate="intersects")
    at = np.full(len(people), len(areas))
    np.minimum.at(at, point, area)
    return np.where(at < len(areas), at, -1)


def _nearest_of_town(
    people: gpd.GeoDataFrame, zones: gpd.GeoDataFrame, towns: gpd.GeoDataFrame
) -> np.ndarray:
    at = _within(people, towns)
    xy, _ = _places(people)
    there = shapely.get_coordinates(zones.geometry.to_numpy())
    zone = np.full(len(people), -1)
    for place, town in enumerate(towns["town"]):
        own = np.flatnonzero(zones["town"].to_numpy() == town)
        here = np.flatnonzero(at == place)
        if len(own) and len(here):
            zone[here] = own[cKDTree(there[own]).query(xy[here])[1]]
    return zone


def _moment(xy: np.ndarray, weight: np.ndarray) -> float:
    """Return people times the square of their metres to the mean; 0 for a single place."""
    if not np.ptp(xy, axis=0).any():
        return 0.0
    apart = xy - np.average(xy, axis=0, weights=weight)
    return float((weight[:, None] * apart**2).sum())


def _far_half(xy: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return (P,) bool: the half of people at one end of the axis along which they live apart."""
    apart = xy - np.average(xy, axis=0, weights=weight)
    _, axes = np.linalg.eigh((weight[:, None] * apart).T @ apart)
    along = apart @ axes[:, -1]
    order = np.argsort(along, kind="stable")
    before = np.cumsum(weight[order]) - weight[order]
    far = np.zeros(len(xy), dtype=bool)
    far[order] = before >= weight.sum() / 2
    if not far.any():
        far[order[-1]] = True
    return far


def _means(xy: np.ndarray, weight: np.ndarray, group: np.ndarray) -> np.ndarray:
    total = np.bincount(group, weights=weight)
    return np.stack([np.bincount(group, weights=weight * part) / total for part in xy.T], axis=1)


def _density(xy: np.ndarray, weight: np.ndarray) -> np.ndarray:
    """Return (P,) people in the square kilometre around each point's corner of a fixed net."""
    squares, of = np.unique(np.floor(xy / _SQUARE_METRES), axis=0, return_inverse=True)
    sums = np.bincount(of.ravel(), weights=weight, minlength=len(squares))
    return np.asarray(sums[of.ravel()])
