"""Which zones touch, whether an area hangs together, and whether the zones tile the county."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from geodata.catalogue import found
from geodata.findings import Finding, Source

NEAR_METRES = 0.5
"""Outlines closer than this run together: a straight border of 5 km in degrees is bent so far in
metres, and where one side has a vertex more, the two no longer meet in between."""
LEAST_SHARED_METRES = 5.0
"""Outlines that run together for less meet in a corner."""
OVERLAP_SHARE = 0.001
FAR_METRES = 50_000.0


def adjacency(zones: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the pairs of zones that share an edge; a common corner is not enough.

    Outlines need not have the same vertices: what runs within half a metre of each other is shared.

    Parameters
    ----------
    zones
        `zone_id` and polygons in a metric system.

    Returns
    -------
    DataFrame
        zone_a, zone_b (in the order of the layer, each pair once) and shared_metres.
    """
    shapes = zones.geometry.to_numpy()
    a, b = _touching(shapes, NEAR_METRES)
    outlines = shapely.boundary(shapes)
    beside = shapely.buffer(outlines, NEAR_METRES, quad_segs=2)
    metres = shapely.length(shapely.intersection(outlines[a], beside[b]))
    real = metres > LEAST_SHARED_METRES
    ids = zones["zone_id"].to_numpy()
    return pd.DataFrame(
        {"zone_a": ids[a[real]], "zone_b": ids[b[real]], "shared_metres": metres[real]}
    )


def touching(zones: gpd.GeoDataFrame, links: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of zones that share an edge or are linked, each once.

    Parameters
    ----------
    zones
        `zone_id` and polygons in a metric system, or points, which touch only by links.
    links
        zone_a_id, zone_b_id: bridges, ferries, or all neighbours of points.

    Returns
    -------
    DataFrame
        zone_a, zone_b in the order of the layer, sorted.
    """
    order = pd.Index(zones["zone_id"])
    pairs = [links[["zone_a_id", "zone_b_id"]].set_axis(["zone_a", "zone_b"], axis=1)]
    if not (zones.geom_type == "Point").any():
        pairs.append(adjacency(zones)[["zone_a", "zone_b"]])
    ends = pd.concat(pairs, ignore_index=True)
    both = np.column_stack([order.get_indexer(ends["zone_a"]), order.get_indexer(ends["zone_b"])])
    both = np.unique(np.sort(both[both[:, 0] != both[:, 1]], axis=1), axis=0)
    return pd.DataFrame({"zone_a": order[both[:, 0]], "zone_b": order[both[:, 1]]})


def apart_findings(
    zones: gpd.GeoDataFrame, pairs: pd.DataFrame, links: pd.DataFrame, source: Source
) -> list[Finding]:
    """Name what does not touch: G61 parts of the county off the largest, G62 points without links.

    Parameters
    ----------
    pairs
        As `touching` returns.
    """
    if (zones.geom_type == "Point").any() and not len(links):
        return [found("G62", source, column="geometry")]
    part = parts(zones["zone_id"], pairs, pd.Series(0, index=zones.index))
    findings = []
    for _, ids in zones["zone_id"][part > 0].groupby(part[part > 0]):
        row = zones.index[zones["zone_id"] == ids.iloc[0]][0]
        findings.append(
            found("G61", source, row=row, column="zone_id", value=", ".join(ids), more=len(ids))
        )
    return findings


def torn_findings(torn: pd.DataFrame, source: Source) -> list[Finding]:
    """Name the areas of today that are torn: D37 for each school and level.

    Parameters
    ----------
    torn
        site_id, level, zone_id of zones that are cut off from their school.
    """
    return [
        found("D37", source, column="zone_id", value=f"{site}, {level}", more=", ".join(ids))
        for (site, level), ids in torn.groupby(["site_id", "level"])["zone_id"]
    ]


def parts(zone_ids: pd.Series, pairs: pd.DataFrame, area: pd.Series) -> pd.Series:
    """Return the number of the contiguous part of its area in which each zone lies.

    Parameters
    ----------
    zone_ids
        All zones.
    pairs
        As `adjacency` returns.
    area
        The area of each zone (a site, a town), on the index of `zone_ids`.

    Returns
    -------
    Series
        On the same index: 0 for the zones of an area's largest part by zones, 1 for the next.
    """
    order = pd.Index(zone_ids)
    a, b = order.get_indexer(pairs["zone_a"]), order.get_indexer(pairs["zone_b"])
    codes, _ = pd.factorize(area)
    same = codes[a] == codes[b]
    shape = (len(order), len(order))
    links = coo_array((np.ones(same.sum()), (a[same], b[same])), shape=shape)
    _, label = connected_components(links, directed=False)
    frame = pd.DataFrame({"area": codes, "label": label})
    sizes = frame.value_counts().rename("zones").reset_index()
    sizes = sizes.sort_values(["area", "zones", "label"], ascending=[True, False, True])
    sizes["part"] = sizes.groupby("area").cumcount()
    number = sizes.set_index("label")["part"]
    return pd.Series(number.reindex(label).to_numpy(), index=zone_ids.index, name="part")


def islands(zones: gpd.GeoDataFrame) -> pd.Series:
    """Return which part of the county each zone lies in, the largest 0; parts share no edge."""
    whole = pd.Series(0, index=zones.index)
    return parts(zones["zone_id"], adjacency(zones), whole).rename("island")


def coverage_findings(
    zones: gpd.GeoDataFrame, source: Source, column: str = "zone_id"
) -> list[Finding]:
    """Check that polygons tile an area: G31 overlaps above 0.1 % of the smaller one, G32 gaps.

    Parameters
    ----------
    zones
        Polygons in a metric system, indexed by row.
    source
        File and layer.
    column
        Their id.
    """
    shapes = zones.geometry.to_numpy()
    a, b = _touching(shapes)
    overlap = shapely.area(shapely.intersection(shapes[a], shapes[b]))
    area = shapely.area(shapes)
    bad = np.flatnonzero(overlap > OVERLAP_SHARE * np.minimum(area[a], area[b]))
    rows, ids = zones.index.tolist(), zones[column].tolist()
    findings = [
        found(
            "G31",
            source,
            row=rows[a[i]],
            column="geometry",
            value=f"{ids[a[i]]} / {ids[b[i]]}",
            more=f"{overlap[i]:,.0f} m²",
        )
        for i in bad
    ]
    whole = shapely.union_all(shapes)
    holes = [ring for part in shapely.get_parts(whole) for ring in part.interiors]
    if holes:
        gaps = shapely.area(shapely.polygons(holes))
        more = f"{len(holes)}, {gaps.sum():,.0f} m²"
        findings.append(found("G32", source, column="geometry", more=more))
    return findings


def far_parts(zones: gpd.GeoDataFrame, source: Source) -> list[Finding]:
    """Warn of zones with a part far from their largest one (G14)."""
    findings = []
    rows = zones.index.tolist()
    for i in np.flatnonzero(zones.geom_type == "MultiPolygon"):
        parts = shapely.get_parts(zones.geometry.iloc[i])
        largest = parts[np.argmax(shapely.area(parts))]
        metres = float(shapely.distance(parts, largest).max())
        if metres > FAR_METRES:
            more = f"{metres / 1000:,.0f} km"
            findings.append(found("G14", source, row=rows[i], column="geometry", more=more))
    return findings


def _touching(shapes: np.ndarray, metres: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Return positions of the pairs no further apart than some metres, each once, in order."""
    a, b = shapely.STRtree(shapes).query(shapes, predicate="dwithin", distance=metres)
    keep = a < b
    order = np.lexsort((b[keep], a[keep]))
    return a[keep][order], b[keep][order]
