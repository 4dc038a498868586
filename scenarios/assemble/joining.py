"""Zones of a study joined to fewer, and the tables that name them carried over."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.catchments import dissolve
from geodata.findings import Finding, Source
from geodata.joining import NO_SCHOOL, Joined, joined, joined_finding, neighbours, number_findings
from geodata.partial import placed
from geodata.schemas import LEVELS


class JoinedZones(NamedTuple):
    """What is left after joining.

    Attributes
    ----------
    frames
        The inputs, those that name zones carried over; sums are those of before.
    starts
        By zone_id the point where ways begin: that of the zone after which a joined one is called.
    given
        given_id, name, zone_id (of the joined one), pupils (and children) and place of each zone as
        the study gives it.
    findings
        D60: how many became how many, and how far that moves pupils.
    """

    frames: dict[str, pd.DataFrame]
    starts: gpd.GeoSeries
    given: gpd.GeoDataFrame
    findings: list[Finding]


def join_faults(zones: pd.DataFrame, wanted: int, source: Source) -> list[Finding]:
    """Refuse a number that the zones cannot be joined to (D61), where all of them are known."""
    sound = placed(zones, "zone_id", "town", "kind")
    if sound is None or len(sound) < len(zones) or zones["zone_id"].duplicated().any():
        return []
    return number_findings(sound, wanted, source)


def join_zones(
    frames: Mapping[str, pd.DataFrame], places: gpd.GeoDataFrame, wanted: int, source: Source
) -> JoinedZones:
    """Join zones until a number is left.

    Parameters
    ----------
    frames
        Sound inputs, in one metric system, every pupil and child in a zone.
    places
        The zones as they are measured from.
    wanted
        A number in which `join_faults` finds nothing.
    """
    zones = frames["zones"].sort_values("zone_id")
    if not isinstance(zones, gpd.GeoDataFrame):
        raise TypeError("zones have no geometry")
    ids = pd.Index(zones["zone_id"])
    starts = places.sort_values("zone_id").geometry.representative_point()
    weight = _weights(frames, ids)
    xy, schools = np.column_stack([starts.x, starts.y]), _schools_of_today(frames, ids)
    result = joined(xy, weight, schools, neighbours(zones), wanted)
    of = pd.Series(ids[result.middle][result.group], index=ids)
    given = zones[["zone_id", "name", "geometry"]].rename(columns={"zone_id": "given_id"})
    given = given.assign(zone_id=of.to_numpy(), pupils=weight)
    begin = starts.set_axis(ids).iloc[result.middle].sort_index()
    carried = {**_carried(frames, of), "zones": _united(zones, result)}
    told = joined_finding(result, weight, schools, wanted, source)
    return JoinedZones(carried, gpd.GeoSeries(begin), given.reset_index(drop=True), [told])


def _weights(frames: Mapping[str, pd.DataFrame], ids: pd.Index) -> np.ndarray:
    """Return (Z,) pupils and children of each zone."""
    parts = [
        frames[name].groupby("zone_id")[column].sum().reindex(ids).fillna(0.0)
        for name, column in (("enrolment", "pupils"), ("children", "children"))
    ]
    return np.asarray(sum(part.to_numpy(dtype=float) for part in parts))


def _schools_of_today(frames: Mapping[str, pd.DataFrame], ids: pd.Index) -> np.ndarray:
    """Return (Z, L) int: the school that most pupils of a zone and level attend, -1 for none."""
    key = ["level", "zone_id", "site_id"]
    rows = frames["enrolment"].groupby(key, as_index=False)["pupils"].sum()
    rows = rows[rows["pupils"] > 0].sort_values(["pupils", "site_id"], ascending=[False, True])
    main = rows.drop_duplicates(["level", "zone_id"])
    sites = pd.Index(np.unique(main["site_id"].to_numpy(dtype=str)))
    schools = np.full((len(ids), len(LEVELS)), NO_SCHOOL)
    for place, level in enumerate(LEVELS):
        here = main[main["level"] == level]
        schools[ids.get_indexer(here["zone_id"]), place] = sites.get_indexer(here["site_id"])
    return schools


def _united(zones: gpd.GeoDataFrame, result: Joined) -> gpd.GeoDataFrame:
    """Return a zone for each group, with id, name and row of its middle, and all its land."""
    left = zones.iloc[result.middle].copy()
    many = np.bincount(result.group)
    left["name"] = [
        f"{name or zone} +{count - 1}" if count > 1 else name
        for zone, name, count in zip(left["zone_id"], left["name"], many.tolist(), strict=True)
    ]
    if not (zones.geom_type == "Point").all():
        shapes = [dissolve(part) for _, part in zones.geometry.groupby(result.group)]
        left = left.set_geometry(gpd.GeoSeries(shapes, index=left.index, crs=zones.crs))
    return left.sort_values("zone_id")


def _carried(frames: Mapping[str, pd.DataFrame], of: pd.Series) -> dict[str, pd.DataFrame]:
    """Put joined zones in the place of their members in every table that names zones.

    A travel table keeps the rows of the zones after which the joined ones are called: ways begin
    there, so that nothing has to be guessed.
    """
    carried = dict(frames)
    for name, column in (("enrolment", "pupils"), ("children", "children")):
        carried[name] = _summed(_renamed(frames[name], "zone_id", of), column)
    for name in ("housing", "population"):
        if "zone_id" in frames[name]:
            carried[name] = _renamed(frames[name], "zone_id", of)
    links = frames["links"]
    for end in ("zone_a_id", "zone_b_id"):
        links = _renamed(links, end, of)
    links = links[links["zone_a_id"] != links["zone_b_id"]]
    carried["links"] = links.drop_duplicates(["zone_a_id", "zone_b_id"])
    travel = frames["travel"]
    carried["travel"] = travel[travel["zone_id"].isin(set(of))]
    return carried


def _renamed(table: pd.DataFrame, column: str, of: pd.Series) -> pd.DataFrame:
    """Put the names of joined zones in a column; an empty cell stays empty."""
    return table.assign(**{column: table[column].map(of).fillna("")}) if len(table) else table


def _summed(table: pd.DataFrame, column: str) -> pd.DataFrame:
    if not len(table):
        return table
    key = [name for name in table.columns if name != column]
    sums = table.groupby(key)[column].sum()
    return sums.reset_index()[list(table.columns)]
