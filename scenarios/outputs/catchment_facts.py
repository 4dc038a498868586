"""Catchments as tables: who belongs where in which years, and what changes against today's."""

from __future__ import annotations

from itertools import groupby

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata.catchments import UNSERVED
from geodata.today_catchments import LEAST_SHARE, Land, land_of, zone_shares
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.folder import Run

WHOLE = 0.995
"""Share of a zone's entrants from which the zone counts as whole at its school."""
LEAST_PIECE, LEAST_WIDTH = 1000.0, 20.0
"""m² and metres: land that changes in smaller or narrower pieces is a hand-drawn line's width."""


def address_periods(run: Run, belongs: pd.DataFrame) -> pd.DataFrame:
    """List the zones of each school over the years in which they stay the same.

    Returns
    -------
    DataFrame
        level, site_id, first, last (school years of entry), zones (tuple of ids), in the order of
        the levels, then by site and year; planned years only.
    """
    planned = belongs[belongs["year"] >= run.first_year].sort_values("zone_id")
    sets = planned.groupby(["level", "site_id", "year"])["zone_id"].agg(tuple).reset_index()
    rows = []
    for (level, site), part in sets.groupby(["level", "site_id"]):
        years = list(zip(part["year"].tolist(), part["zone_id"], strict=True))
        # Consecutive years share the difference between the year and its place in the list.
        numbered = [(zones, year - place, year) for place, (year, zones) in enumerate(years)]
        for (zones, _), run_of in groupby(numbered, key=lambda one: one[:2]):
            span = [year for _, _, year in run_of]
            rows.append((level, site, span[0], span[-1], zones))
    table = pd.DataFrame(rows, columns=["level", "site_id", "first", "last", "zones"])
    order = {level: at for at, level in enumerate(run.levels)}
    table["order"] = table["level"].map(order)
    return table.sort_values(["order", "site_id", "first"], ignore_index=True).drop(columns="order")


def split_zones(run: Run) -> set[tuple[str, str, int]]:
    """Return (zone, level, year) whose entrants do not all go to one school."""
    shares = run.tables["assignment"]
    most = shares.groupby(["zone_id", "level", "entry_year"])["share"].max()
    parted = most.index[most < WHOLE]
    return {(str(zone), str(level), int(year)) for zone, level, year in parted}


def today_shares(atlas: Atlas) -> dict[str, pd.DataFrame]:
    """Return for each level with catchments of today whose each zone is, as `zone_shares`."""
    today = atlas.run.geometry.catchments_today
    points = atlas.run.geometry.points()
    of_level = {level: today[today["level"] == level] for level in atlas.run.levels}
    return {
        level: zone_shares(atlas.areas, claims) if points is None else _point_shares(points, claims)
        for level, claims in of_level.items()
        if len(claims)
    }


def _point_shares(points: gpd.GeoDataFrame, of_level: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return `zone_shares` of points; those of a joined zone count by their pupils."""
    if points["zone_id"].is_unique:
        return zone_shares(points, of_level)
    zone = points["zone_id"]
    # Where a zone has nobody, its points count alike.
    pupils = points["pupils"].where(points.groupby(zone)["pupils"].transform("sum") > 0, 1.0)
    weight = pupils / pupils.groupby(zone).transform("sum")
    rows = zone_shares(points.assign(zone_id=points.index), of_level)
    rows = rows.assign(share=rows["share"] * rows["zone_id"].map(weight))
    rows["zone_id"] = rows["zone_id"].map(zone)
    return rows.groupby(["zone_id", "site_id"])["share"].sum().reset_index()


def residents(run: Run) -> pd.DataFrame:
    """Pupils present by level, year and zone_id of their home, wherever they go to school."""
    return run.flows.groupby(["level", "year", "zone_id"])["pupils"].sum().reset_index()


def moved_land(atlas: Atlas, shares: pd.DataFrame, level: str, year: int) -> pd.DataFrame:
    """Return who hands over whom to whom between today and a year.

    Returns
    -------
    DataFrame
        from_id (empty: of no catchment), to_id (empty: no school), pupils who live there that year,
        km2; rows with from_id = to_id are what stays.
    """
    belongs = atlas.belongs[(atlas.belongs["level"] == level) & (atlas.belongs["year"] == year)]
    km2 = atlas.areas.set_index("zone_id").area / 1e6
    living = residents(atlas.run)
    here = living[(living["level"] == level) & (living["year"] == year)]
    pupils = here.set_index("zone_id")["pupils"]
    zone = shares["zone_id"]
    rows = pd.DataFrame(
        {
            "from_id": shares["site_id"],
            "to_id": zone.map(belongs.set_index("zone_id")["site_id"]).fillna(UNSERVED),
            "pupils": shares["share"] * zone.map(pupils).astype(float).fillna(0.0),
            "km2": shares["share"] * zone.map(km2).astype(float).fillna(0.0),
        }
    )
    return rows.groupby(["from_id", "to_id"], as_index=False).sum()


def school_changes(moved: pd.DataFrame) -> pd.DataFrame:
    """Return what each school keeps, gets and gives: pupils and land.

    Returns
    -------
    DataFrame
        site_id, kept, into, out (pupils), km2_kept, km2_into, km2_out; by site.
    """
    stays = moved["from_id"] == moved["to_id"]
    parts = {
        ("kept", "from_id"): moved[stays],
        ("into", "to_id"): moved[~stays],
        ("out", "from_id"): moved[~stays],
    }
    columns: dict[str, pd.Series] = {}
    for (name, side), part in parts.items():
        sums = part.groupby(side)[["pupils", "km2"]].sum()
        columns |= {name: sums["pupils"], f"km2_{name}": sums["km2"]}
    table = pd.DataFrame(columns).fillna(0.0).drop(index=UNSERVED, errors="ignore")
    return table.rename_axis("site_id").reset_index()


def shape_facts(shapes: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return km2, parts and enclaves by site_id; parts and holes below 0.1 % are left out."""
    rows = []
    for site, shape in zip(shapes["site_id"], shapes.geometry, strict=True):
        pieces = shapely.get_parts(shape)
        least = LEAST_SHARE * shapely.area(shape)
        holes = [ring for piece in pieces for ring in piece.interiors]
        enclaves = int((shapely.area(shapely.polygons(holes)) > least).sum()) if holes else 0
        parts = int((shapely.area(pieces) > least).sum())
        rows.append((site, shapely.area(shape) / 1e6, parts, enclaves))
    return pd.DataFrame(rows, columns=["site_id", "km2", "parts", "enclaves"]).set_index("site_id")


def county_land(atlas: Atlas, level: str) -> Land:
    """Measure how the catchments of today of a level cover the county."""
    today = atlas.run.geometry.catchments_today
    county = shapely.union_all(atlas.areas.geometry.to_numpy())
    return land_of(today[today["level"] == level], county)


def attending(run: Run, shares: pd.DataFrame, level: str) -> pd.DataFrame:
    """Return how many pupils of the base year live in each catchment of today and attend where.

    Returns
    -------
    DataFrame
        On site_id: living, own (of these at this school), others (at it from elsewhere).
    """
    flows = run.flows[(run.flows["year"] == run.base_year) & (run.flows["level"] == level)]
    both = flows.merge(shares.rename(columns={"site_id": "home_id"}), "left", "zone_id")
    both["pupils"] = both["pupils"] * both["share"].fillna(1.0)
    both["home_id"] = both["home_id"].fillna(UNSERVED)
    own = both["home_id"] == both["site_id"]
    return pd.DataFrame(
        {
            "living": both.groupby("home_id")["pupils"].sum(),
            "own": both[own].groupby("site_id")["pupils"].sum(),
            "others": both[~own].groupby("site_id")["pupils"].sum(),
        }
    ).fillna(0.0)


def changed_pieces(atlas: Atlas, level: str, year: int) -> gpd.GeoDataFrame:
    """Return the land whose school in a year is another than today, as polygons.

    Returns
    -------
    GeoDataFrame
        level, year, from_id (empty: of no catchment), to_id, km2, geometry.
    """
    today = atlas.run.geometry.catchments_today
    today = today[today["level"] == level]
    shown = (atlas.catchments["level"] == level) & (atlas.catchments["year"] == year)
    plan = atlas.catchments[shown]
    before, after = today.geometry.to_numpy(), plan.geometry.to_numpy()
    a, b = shapely.STRtree(after).query(before, predicate="intersects")
    from_id, to_id = today["site_id"].to_numpy()[a], plan["site_id"].to_numpy()[b]
    other = from_id != to_id
    land = shapely.intersection(before[a[other]], after[b[other]])
    free = shapely.difference(after, shapely.union_all(before))
    frame = pd.DataFrame(
        {
            "from_id": np.concatenate([from_id[other], np.full(len(after), UNSERVED)]),
            "to_id": np.concatenate([to_id[other], plan["site_id"].to_numpy()]),
        }
    )
    shapes = [_pieces(shape) for shape in [*land, *free]]
    found = gpd.GeoDataFrame(frame.assign(level=level, year=year), geometry=shapes, crs=plan.crs)
    found = found[~found.geometry.is_empty].reset_index(drop=True)
    return found.assign(km2=found.area / 1e6)


def _pieces(shape: shapely.Geometry) -> shapely.Geometry:
    """Return the polygons of a shape that are no slivers."""
    parts = shapely.get_parts(shape)
    area = shapely.area(parts)
    # A long strip's width is twice its area over its outline.
    wide = 2 * area >= LEAST_WIDTH * shapely.length(parts)
    parts = parts[(area >= LEAST_PIECE) & wide]
    return shapely.MultiPolygon(list(parts))
