"""What a planner is told of children who are counted by tracts, and of the tracts themselves."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.tracts import AREA, NEITHER, PEOPLE, Spread, overlaps, uncovered

LEAST_SHARE = 0.001
"""Of the smaller of two tracts, or of the county: less is how hands draw."""
NESTED = 0.5
"""Of the smaller of two tracts: where they share more, one is a part of the other."""
MOST_OUTSIDE = 0.5
"""Of a tract: where more of it lies outside, most of its children are not the county's."""


def spread_findings(
    children: pd.DataFrame, spread: Spread, *, peopled: bool, source: Source
) -> list[Finding]:
    """Tell how the children of tracts are spread over the zones, and whose cannot be.

    Parameters
    ----------
    children
        tract (its row), age, children, all known.
    spread
        Of the same tracts.
    peopled
        Whether it is known where people live.
    source
        Layer of the tracts.

    Returns
    -------
    list of Finding
        Of tracts with children: D74 more than half lies outside, D73 a part does, D72 no zone
        takes them, D71 nobody lives there, D70 what is divided, and how.
    """
    total = children.groupby("tract")["children"].sum()
    total = total[total > 0]
    by, outside = spread.by[total.index], spread.outside[total.index]
    findings = [
        found(
            "D74" if share > MOST_OUTSIDE else "D73",
            source,
            row=row,
            column="geometry",
            more=_outside(share, count),
        )
        for row, count, share in zip(total.index, total, outside, strict=True)
        if round(share * count)  # less than a child is how hands draw a border
    ]
    within = outside <= MOST_OUTSIDE
    stuck, empty = (total[within & (by == one)] for one in (NEITHER, AREA))
    if len(stuck) == within.sum() > 0 and not peopled:  # zones are points: one mend is for all
        findings.append(found("D72", source, more=f"{stuck.sum():,}"))
    else:
        findings += _of_each("D72", stuck, source)
    if peopled:
        findings += _of_each("D71", empty, source)
    if (by != NEITHER).any():
        findings.append(found("D70", source, more=_divided(children, by, peopled=peopled)))
    return findings


def tiling_findings(
    tracts: gpd.GeoDataFrame,
    people: gpd.GeoDataFrame | None,
    county: shapely.Geometry | None,
    source: Source,
) -> list[Finding]:
    """Find tracts that share land (G70, G71 where one is a part of the other), and gaps (G72).

    Parameters
    ----------
    tracts
        `tract_id` and polygons, indexed by row, in metres.
    people
        As `spread` takes them.
    county
        Its land; None: it is not known, or not all tracts are, and nothing is called a gap.
    source
        Layer of the tracts.
    """
    ids, pairs = tracts["tract_id"], overlaps(tracts)
    pairs = pairs[pairs["share"] > LEAST_SHARE]
    findings = [
        found(
            "G71" if share > NESTED else "G70",
            source,
            row=first,
            column="geometry",
            value=f"{ids[first]} / {ids[second]}",
            more=f"{metres2:,.0f} m²",
        )
        for first, second, metres2, share in zip(*(pairs[name] for name in pairs), strict=True)
    ]
    if county is None:
        return findings
    left, alone = uncovered(tracts, people, county)
    share = left / shapely.area(county)
    if share <= LEAST_SHARE and not alone:
        return findings
    more = Text(f"{left / 1e6:,.2f} km², {share:.1%}", f"{left / 1e6:,.2f} km²，占{share:.1%}")
    if people is not None:
        more = Text(
            f"{more.en}, where {alone:,.0f} of the people in its zones live",
            f"{more.zh}，其中居住着单元内的{alone:,.0f}人",
        )
    return [*findings, found("G72", source, column="geometry", more=more)]


def _of_each(code: str, total: pd.Series, source: Source) -> list[Finding]:
    """Tell of each tract with the number of its children."""
    each = zip(total.index, total, strict=True)
    return [found(code, source, row=row, more=f"{count:,}") for row, count in each]


def _outside(share: float, count: int) -> Text:
    lost = round(share * count)
    return Text(
        f"{share:.0%}, about {lost:,} of its {count:,} children",
        f"{share:.0%}，约合其{count:,}名儿童中的{lost:,}名",
    )


def _divided(children: pd.DataFrame, by: pd.Series, *, peopled: bool) -> Text:
    """Say how many children of how many tracts are divided, by what, and how many of each age."""
    taken = children[children["tract"].isin(by.index[by != NEITHER])]
    count, ages = taken["children"].sum(), taken.groupby("age")["children"].sum()
    listed = " + ".join(f"{number:,}" for number in ages)
    people, area = (int(np.count_nonzero(by == one)) for one in (PEOPLE, AREA))
    if not peopled:
        how = Text(
            "by area, for nothing says where people live (`population`)",
            "因未给出人口分布（population），按面积分摊",
        )
    else:
        how = Text(
            f"{people} by the people who live there, {area} by area",
            f"其中{people}个按居住人口、{area}个按面积分摊",
        )
    return Text(
        f"{count:,} children ({listed} by age) of {people + area} tracts, {how.en}",
        f"{people + area}个统计区的{count:,}名儿童（按年龄为{listed}），{how.zh}",
    )
