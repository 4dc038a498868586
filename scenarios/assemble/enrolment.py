"""Pupils of the base year whose zone is not known (C8)."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from geodata.findings import Finding, Severity, Source, Text


def with_zones(frames: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Spread pupils whose zone is unknown over the catchment of their school (C8).

    The catchment are the zones of the school's other pupils of the level, in proportion to them;
    where there are none, the zones of its town in proportion to their children, or all zones.

    Returns
    -------
    DataFrame
        Enrolment with a zone in every row, each (site, level, grade, zone) once.
    """
    enrolment = frames["enrolment"]
    rows = enrolment.assign(pupils=enrolment["pupils"].astype(float))
    known, lost = rows[rows["zone_id"] != ""], rows[rows["zone_id"] == ""]
    parts = [known]
    for (site, level), group in lost.groupby(["site_id", "level"]):
        weights = _catchment(frames, known, str(site), str(level))
        spread = group.drop(columns="zone_id").merge(weights, how="cross")
        parts.append(spread.assign(pupils=spread["pupils"] * spread["weight"]))
    key = ["site_id", "level", "grade", "zone_id"]
    together = pd.concat(parts)[[*key, "pupils"]].groupby(key, as_index=False).sum()
    return together[together["pupils"] > 0].reset_index(drop=True)


def _catchment(
    frames: Mapping[str, pd.DataFrame], known: pd.DataFrame, site: str, level: str
) -> pd.DataFrame:
    """Zones (zone_id) and weights that add up to 1."""
    here = known[(known["site_id"] == site) & (known["level"] == level)]
    weights = here.groupby("zone_id")["pupils"].sum()
    if not weights.sum() > 0:
        schools, zones = frames["schools"].set_index("site_id"), frames["zones"]
        in_town = zones.loc[zones["town"] == schools.loc[site, "town"], "zone_id"]
        children = frames["children"].groupby("zone_id")["children"].sum()
        weights = children.reindex(in_town if len(in_town) else zones["zone_id"]).fillna(0.0)
        weights = weights if weights.sum() > 0 else weights + 1.0
    weights.index.name = "zone_id"
    return (weights / weights.sum()).rename("weight").reset_index()


def spread_findings(enrolment: pd.DataFrame, source: Source) -> list[Finding]:
    """Warn of pupils whose zone is not known: `with_zones` spreads them."""
    lost = enrolment["zone_id"] == ""
    pupils = float(enrolment["pupils"][lost].sum())
    return [_spread_finding(source, pupils)] if lost.any() else []


def _spread_finding(source: Source, pupils: float) -> Finding:
    return Finding(
        "T16",
        Severity.WARNING,
        source.file,
        source.sheet,
        0,
        "zone_id",
        f"{pupils:g}",
        Text(
            "The zone of these pupils is unknown; they were spread over today's catchment.",
            "这些学生的片区未知，已按现有学区分摊。",
        ),
        Text("Enter the zones if they are known.", "如已知片区请填写。"),
    )
