"""Where the people of a study live: zones made of them, children of towns divided by them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.catalogue import found
from geodata.findings import Finding, Source
from geodata.partial import known, placed
from geodata.people import URBAN_PER_KM2, divided, live, made_zones
from geodata.people_told import children_findings, living_findings, made_finding
from scenarios.assemble.tracts import children_of_tracts
from scenarios.config.models import ZonesFile


class Settled(NamedTuple):
    """People with `zone_id` of each (empty: of none), where zones' ways begin, what was found.

    `starts` are points by zone_id; None where nothing but the zones themselves says it.
    """

    people: pd.DataFrame
    starts: gpd.GeoSeries | None
    findings: list[Finding]


def zones_of_people(
    towns: pd.DataFrame, people: pd.DataFrame, given: ZonesFile, crs: str, source: Source
) -> tuple[gpd.GeoDataFrame, list[Finding]] | None:
    """Make the zones that a study asks for by number; None where towns or people are not known.

    Returns
    -------
    tuple
        Zones as points in `crs`, none where nobody lives (G69), and what is told of them.
    """
    lived, outlines = _lived(people), placed(towns, "town")
    if lived is None or outlines is None:
        return None
    urban_from = URBAN_PER_KM2 if given.urban_from is None else given.urban_from
    zones = made_zones(outlines.to_crs(crs), lived.to_crs(crs), given.number or 0, urban_from)
    if not len(zones):
        return zones, [found("G69", source)]
    return zones, [made_finding(zones, given.number or 0, urban_from, source)]


def settled(frames: Mapping[str, pd.DataFrame], source: Source) -> Settled:
    """Say in which zone people live, layers in one metric system.

    The findings are those of `living_findings`.
    """
    people = frames["population"]
    lived, towns = _lived(people), placed(frames["towns"], "town")
    zones = placed(frames["zones"], "zone_id", "town")
    if lived is None or towns is None or zones is None:
        return Settled(people.assign(zone_id=""), None, [])
    of, starts = live(lived, zones, towns)
    names = np.append(zones["zone_id"].to_numpy(dtype=object), "")
    findings = living_findings(of, lived["people"].to_numpy(dtype=float), source)
    by_zone = starts.drop_duplicates("zone_id").set_index("zone_id").geometry
    return Settled(lived.assign(zone_id=names[of.zone]), by_zone, findings)


def _lived(people: pd.DataFrame) -> gpd.GeoDataFrame | None:
    """Return places with anybody as points, none where nobody lives; None: it is not known."""
    if not isinstance(people, gpd.GeoDataFrame) or people.crs is None:
        return None
    places = gpd.GeoDataFrame(known(people, "people", "geometry"), crs=people.crs)
    lived = places[places["people"] > 0]
    if not len(lived) and len(places) < len(people):
        return None
    return lived.set_geometry(lived.geometry.representative_point())


def with_children(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Divide children that are counted by tract or town among zones: by people, else by area.

    Returns
    -------
    DataFrame
        As it was, with a zone in every row; sums of tracts and towns are kept exactly. What cannot
        be divided is left out: `division_findings` and `tract_findings` tell of it.
    """
    if len(frames["tracts"]):  # then the study has no table of children: these are all of them
        return children_of_tracts(frames)
    children = frames["children"]
    of_town = (children["zone_id"] == "") & (children["town"] != "")
    of_zone = children[children["zone_id"] != ""]
    if not of_town.any():
        return of_zone
    parts = divided(children[of_town], _weights(frames)).assign(town="")
    return pd.concat([of_zone, parts[list(children.columns)]])


def _weights(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Return zone_id, town, weight of each zone."""
    zones, people = known(frames["zones"], "zone_id", "town"), frames["population"]
    if len(people) and "zone_id" in people:
        weight = zones["zone_id"].map(people.groupby("zone_id")["people"].sum()).fillna(0.0)
    elif isinstance(zones, gpd.GeoDataFrame):
        weight = zones.geometry.area.fillna(0.0)
    else:
        weight = pd.Series(0.0, index=zones.index)
    return pd.DataFrame({"zone_id": zones["zone_id"], "town": zones["town"], "weight": weight})


def division_findings(frames: Mapping[str, pd.DataFrame], source: Source) -> list[Finding]:
    """Tell of children who are counted by town; those of unknown towns are told of elsewhere."""
    children = known(frames["children"], "zone_id", "town", "age", "children")
    real = children["town"].isin(["", *frames["towns"]["town"].dropna()])
    by_people = len(frames["population"]) > 0
    return children_findings(children[real], _weights(frames), by_people=by_people, source=source)
