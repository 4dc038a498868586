"""Enrolled pupils and travel pairs of a problem."""

from __future__ import annotations

import pandas as pd

from optimizer.domain import Enrolled, Level, Travel
from optimizer.domain.tables import MODES
from scenarios.assemble.layers import Layers
from scenarios.assemble.places import Places


def enrolled_of(
    layers: Layers, places: Places, levels: tuple[Level, ...], *, yearly: bool
) -> Enrolled:
    """Return base-year pupils and classes, in the order of level, site, grade, zone.

    With `yearly` all grades of a level count as its first: there are no cohorts.
    """
    pupils, classes = layers.frames["enrolment"], layers.frames["classes"]
    if yearly:
        first = {level.name: level.first_grade for level in levels}
        pupils = pupils.assign(grade=pupils["level"].map(first))
        classes = classes.assign(grade=classes["level"].map(first))
    key = ["level", "site_id", "grade", "zone_id"]
    pupils = _coded(pupils.groupby(key)["pupils"].sum().reset_index(), places, levels)
    classes = _coded(classes.groupby(key[:3])["classes"].sum().reset_index(), places, levels)
    classes = classes[classes["classes"] > 0]
    return Enrolled(
        zone=pupils["zone"].to_numpy(dtype=int),
        site=pupils["site"].to_numpy(dtype=int),
        level=pupils["level"].to_numpy(dtype=int),
        grade=pupils["grade"].to_numpy(dtype=int),
        pupils=pupils["pupils"].to_numpy(dtype=float),
        class_site=classes["site"].to_numpy(dtype=int),
        class_level=classes["level"].to_numpy(dtype=int),
        class_grade=classes["grade"].to_numpy(dtype=int),
        classes=classes["classes"].to_numpy(dtype=int),
    )


def travel_of(pairs: pd.DataFrame, places: Places, levels: tuple[Level, ...]) -> Travel:
    """Return the pairs as arrays sorted by level, zone, site."""
    rows = _coded(pairs, places, levels)
    return Travel(
        zone=rows["zone"].to_numpy(dtype=int),
        site=rows["site"].to_numpy(dtype=int),
        level=rows["level"].to_numpy(dtype=int),
        mode=rows["mode"].map({mode: i for i, mode in enumerate(MODES)}).to_numpy(dtype=int),
        minutes=rows["minutes"].to_numpy(dtype=float),
        metres=rows["metres"].to_numpy(dtype=float),
        beyond=rows["beyond"].to_numpy(dtype=float),
        usable_from=rows["usable_from"].to_numpy(dtype=int),
        intake=rows["intake"].to_numpy(dtype=bool),
    )


def _coded(rows: pd.DataFrame, places: Places, levels: tuple[Level, ...]) -> pd.DataFrame:
    """Put positions of level, site and zone for their ids, rows in their order."""
    names = {level.name: index for index, level in enumerate(levels)}
    coded = rows.assign(
        level=rows["level"].map(names).astype(int),
        site=pd.Index(places.sites.ids).get_indexer(pd.Index(rows["site_id"])),
    )
    if "zone_id" in rows:
        zone = pd.Index(places.zones.ids).get_indexer(pd.Index(rows["zone_id"]))
        coded = coded.assign(zone=zone)
    by = [column for column in ("level", "zone", "site", "grade") if column in coded]
    return coded.sort_values(by, kind="stable")
