"""Ways that are possible and hardly true: great detours, and far longer in one direction."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.travel.modes import TravelMode
from geodata.travel.routing import Graph, Meeting, minutes_back

MOST_DETOUR = 10.0
LEAST_STRAIGHT_METRES = 300.0
"""Places nearer to each other are not told of: across a river or a motorway they may be far."""
MOST_ONE_SIDED = 3.0
LEAST_MORE_MINUTES = 5.0
"""A way back round the block is no fault, however short the way there."""


def detours(
    table: pd.DataFrame, straight: np.ndarray, source: Source, *, rows: bool = False
) -> list[Finding]:
    """Warn of ways over `MOST_DETOUR` times the straight line (N33), each pair once.

    Parameters
    ----------
    table
        zone_id, site_id, mode, metres.
    straight
        (R,) metres of the straight line.
    source
        Of the roads or the table.
    rows
        Whether the index of the table is that of the file's rows.
    """
    far = (straight >= LEAST_STRAIGHT_METRES) & (table["metres"] > MOST_DETOUR * straight)
    worst = table.assign(straight=straight)[far].sort_values("metres", ascending=False)
    worst = worst.drop_duplicates(["zone_id", "site_id"]).sort_index()
    return [
        found(
            "N33",
            source,
            row=row if rows else 0,
            column="zone_id",
            value=f"{zone} > {site}",
            more=_detour_words(mode, metres / 1000, direct / 1000),
        )
        for row, zone, site, mode, metres, direct in worst[
            ["zone_id", "site_id", "mode", "metres", "straight"]
        ].itertuples()
    ]


def straight_metres(
    table: pd.DataFrame, zones: gpd.GeoDataFrame, sites: gpd.GeoDataFrame, *xy: np.ndarray
) -> np.ndarray:
    """Return (R,) metres between the places of each row, `xy` being those of zones and sites."""
    from_zone = pd.Index(zones["zone_id"]).get_indexer(pd.Index(table["zone_id"]))
    to_site = pd.Index(sites["site_id"]).get_indexer(pd.Index(table["site_id"]))
    return np.asarray(np.hypot(*(xy[0][from_zone] - xy[1][to_site]).T))


def one_sided(
    graph: Graph,
    mode: TravelMode,
    meetings: tuple[Meeting, Meeting],
    ids: tuple[pd.Series, pd.Series],
    rows: pd.DataFrame,
    source: Source,
) -> list[Finding]:
    """Warn of zones whose way from their nearest site is far longer than the way there (N24).

    Parameters
    ----------
    graph, mode
        The roads as the mode may use them, on the flat: up and down a hill differ as they should.
    meetings, ids
        Of the zones and of the sites.
    rows
        Position of zone and site, metres and minutes of each pair in the mode.
    """
    if not len(rows) or abs(graph.backward - graph.backward.T).max() == 0:
        return []
    near = rows.sort_values(["metres", "site"], kind="stable").drop_duplicates("zone")
    zone, site = near["zone"].to_numpy(), near["site"].to_numpy()
    there = near["minutes"].to_numpy() - mode.extra_minutes
    from_zone, to_site = (
        Meeting(one.node[at], one.leg[at]) for one, at in zip(meetings, (zone, site), strict=True)
    )
    back = minutes_back(graph, mode, from_zone, to_site)
    ratio = np.maximum(there, back) / np.maximum(np.minimum(there, back), 1e-9)
    told = np.flatnonzero((ratio > MOST_ONE_SIDED) & (np.abs(back - there) > LEAST_MORE_MINUTES))
    if not len(told):
        return []
    worst = told[np.argmax(ratio[told])]
    value = f"{ids[0].iloc[zone[worst]]} > {ids[1].iloc[site[worst]]}"
    more = _one_sided_words(mode.name, len(told), there[worst], back[worst])
    return [found("N24", source, column="oneway", value=value, more=more)]


def _detour_words(mode: str, by_road: float, straight: float) -> Text:
    return Text(
        f"{mode}, {by_road:,.1f} km by road, {straight:,.1f} km straight",
        f"{mode}，沿道路{by_road:.1f}公里，直线{straight:.1f}公里",
    )


def _one_sided_words(mode: str, count: int, there: float, back: float) -> Text:
    """Say how many zones have such a way, and how long the worst takes; without a way: infinite."""
    en, zh = "there is no way back", "没有返回的路"
    if np.isfinite(back):
        times = max(there, back) / max(min(there, back), 1e-9)
        en = f"the way back takes {back:.0f} minutes, {times:.1f} times"
        zh = f"返回{back:.0f}分钟，相差{times:.1f}倍"
    return Text(
        f"{mode}, {count} zones; here the way takes {there:.0f} minutes and {en}",
        f"{mode}，{count}个单元；此处去程{there:.0f}分钟，{zh}",
    )
