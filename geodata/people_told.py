"""What a planner is told of zones made of people, and of children divided by them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.people import Living


def made_finding(
    zones: gpd.GeoDataFrame, wanted: int, urban_from: float, source: Source
) -> Finding:
    """Tell how many zones were made (D55); parameters as those of `made_zones`."""
    least, most = zones.groupby("town").size().agg(["min", "max"])
    urban = int((zones["kind"] == "urban").sum())
    more = Text(
        f"{len(zones)} zones, {least} to {most} in a town, "
        f"{urban} of them urban (from {urban_from:,.0f} people a km²)",
        f"共{len(zones)}个单元，每镇{least}至{most}个，"
        f"其中城镇{urban}个（每平方公里{urban_from:,.0f}人起）",
    )
    return found("D55", source, value=wanted, more=more)


def living_findings(living: Living, weight: np.ndarray, source: Source) -> list[Finding]:
    """Tell how many people live outside all zones (D56), and how far from their zone's point (D57).

    `weight` is (P,) people of each place; D57 is what planning by zones loses. Where all of them
    live outside, or there are none, the file is of no use (G69).
    """
    inside, findings = living.zone >= 0, list[Finding]()
    if not inside.any():
        return [found("G69", source)]
    if not inside.all():
        lost = float(weight[~inside].sum())
        share = f"{lost / weight.sum():.1%}"
        more = Text(f"{lost:,.0f} people, {share}", f"{lost:,.0f}人，占{share}")
        findings.append(found("D56", source, value=f"{lost:.0f}", more=more))
    mean = float(np.average(living.metres[inside], weights=weight[inside]))
    most = float(living.metres[inside].max())
    more = Text(
        f"{mean:,.0f} m on average, {most:,.0f} m at most",
        f"平均{mean:,.0f}米，最远{most:,.0f}米",
    )
    return [*findings, found("D57", source, value=f"{mean:.0f}", more=more)]


def children_findings(
    children: pd.DataFrame, weights: pd.DataFrame, *, by_people: bool, source: Source
) -> list[Finding]:
    """Find children of nowhere or counted twice, and tell how those of towns are divided.

    Parameters
    ----------
    children
        zone_id, town, age, children, all known, indexed by row.
    weights
        zone_id, town, weight of all zones.
    by_people
        Whether the weights are people, not area.

    Returns
    -------
    list of Finding
        T59 neither zone nor town, T01 a zone and age twice because one row names a town too, D59 a
        town whose zones have no weight, D58 what is divided. Unknown towns are T53 elsewhere.
    """
    placed, neither = children["zone_id"] != "", children["town"] == ""
    findings = [
        found("T59", source, row=row, column="zone_id") for row in children.index[~placed & neither]
    ]
    twice = placed & children.duplicated(["zone_id", "age"])
    twice &= ~children.duplicated(["zone_id", "town", "age"], keep=False)
    for row, zone, age in children.loc[twice, ["zone_id", "age"]].itertuples():
        value = f"{zone} / {age}"
        findings.append(found("T01", source, row=row, column="zone_id", value=value, more=row))
    rows = children[~placed & ~neither]
    if rows.empty:
        return findings
    sums = rows["town"].map(weights.groupby("town")["weight"].sum())
    lost = rows[~(sums.fillna(0.0) > 0) & (rows["children"] > 0)]
    for row, town, count in lost[["town", "children"]].itertuples():
        findings.append(found("D59", source, row=row, column="town", value=town, more=count))
    count, towns = f"{rows['children'].sum():,.0f}", rows["town"].nunique()
    more = Text(
        f"{count} children of {towns} towns, by {'people' if by_people else 'area'}",
        f"{towns}个镇街的{count}名儿童，按{'人口' if by_people else '面积'}",
    )
    return [*findings, found("D58", source, column="town", more=more)]
