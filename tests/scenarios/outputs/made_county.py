"""A county and a plan that come from nowhere: geometry, sites, options and who runs when."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import shapely.affinity

CRS = "EPSG:4549"
LEVELS = {"primary": (1, 6, 45), "lower_secondary": (7, 3, 50)}
KINDS = ("music", "art", "computer", "science", "laboratory")
ORIGIN = (500_000.0, 4_000_000.0)
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"


def made_county(
    rng: np.random.Generator, zones: int, sites: int, point_zones: bool
) -> dict[str, Any]:
    width, height = 30_000.0, 22_000.0
    box = shapely.box(0, 0, width, height)
    outline = shapely.affinity.translate(box.buffer(-2500).buffer(2500), *ORIGIN)
    seeds = rng.uniform((800, 800), (width - 800, height - 800), (zones, 2)) + ORIGIN
    cells = voronoi(seeds, outline)
    centres = rng.uniform((5000, 4000), (width - 5000, height - 4000), (6, 2)) + ORIGIN
    town_of = nearest(seeds, centres)
    names = np.array([f"{SURNAMES[i]}{'家镇' if i else '州城区'}" for i in range(6)])
    zone_ids = np.array([f"Z{i:04d}" for i in range(zones)])
    spot = rng.uniform((2000, 2000), (width - 2000, height - 2000), (sites, 2)) + ORIGIN
    site_town = nearest(spot, centres)
    both = np.arange(sites) % 5 == 0
    frame = pd.DataFrame(
        {
            "site_id": [f"S{i:03d}" for i in range(sites)],
            "name": [f"{SURNAMES[i % 32]}{SURNAMES[(i * 7 + 3) % 32]}学校" for i in range(sites)],
            "town": names[site_town],
            "urban": site_town == 0,
            "place": "village",
            "runs_primary": (np.arange(sites) % 3 != 1) | both,
            "runs_lower_secondary": (np.arange(sites) % 3 == 1) | both,
            "rooms": 14,
            "seats": np.nan,
            "annual_cost": 900_000.0,
            "point_grades": 0,
            "parent_id": "",
            "unsafe": False,
            "protected": False,
            "objection": 0.1,
            "teaching_area": 2500.0,
            "x": spot[:, 0],
            "y": spot[:, 1],
            **{f"function_{kind}": 1 for kind in KINDS},
        }
    )
    candidates = frame.index >= sites - 3
    frame.loc[candidates, ["runs_primary", "runs_lower_secondary"]] = False
    frame.loc[candidates, "rooms"] = 0
    zone_frame = pd.DataFrame(
        {
            "zone_id": zone_ids,
            "name": [f"{SURNAMES[i % 32]}{SURNAMES[(i // 32) % 32]}村" for i in range(zones)],
            "town": names[town_of],
            "urban": town_of == 0,
            "x": seeds[:, 0],
            "y": seeds[:, 1],
        }
    )
    shapes = shapely.points(seeds) if point_zones else cells
    towns = gpd.GeoDataFrame({"town": zone_frame["town"]}, geometry=cells, crs=CRS).dissolve("town")
    roads = [shapely.LineString([centres[0], centre]) for centre in centres[1:]]
    roads += [shapely.LineString([a, b]) for a, b in pairwise(centres[1:])]
    classes = ["primary"] * 5 + ["tertiary"] * (len(roads) - 5)
    return {
        "zones": zone_frame,
        "sites": frame,
        "zones_geometry": gpd.GeoDataFrame({"zone_id": zone_ids}, geometry=shapes, crs=CRS),
        "towns_geometry": towns.reset_index()[["town", "geometry"]],
        "sites_geometry": gpd.GeoDataFrame(
            {"site_id": frame["site_id"]}, geometry=shapely.points(spot), crs=CRS
        ),
        "roads_geometry": gpd.GeoDataFrame(
            {"road_id": [f"R{i}" for i in range(len(roads))], "class": classes},
            geometry=roads,
            crs=CRS,
        ),
    }


def voronoi(points: np.ndarray, outline: shapely.Geometry) -> np.ndarray:
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.multipoints(points), extend_to=outline)
    )
    tree = shapely.STRtree(cells)
    order = tree.query(shapely.points(points), predicate="within")[1]
    return shapely.intersection(cells[order], outline)


def nearest(points: np.ndarray, targets: np.ndarray) -> np.ndarray:
    distance = np.linalg.norm(points[:, None] - targets[None], axis=2)
    return np.asarray(distance.argmin(axis=1))


def made_plan(county: dict[str, Any], years: int, first: int) -> dict[str, Any]:
    """Levels that run by (site, level): first and last year; and the actions that make them so."""
    sites = county["sites"]
    count = len(sites)
    span = {}
    for level in LEVELS:
        for site in np.flatnonzero(sites[f"runs_{level}"]):
            span[site, level] = (first - 1, first + years)
    opened, moved_to, convert = count - 1, count - 2, 1
    span[opened, "primary"] = (first + 2, first + years)
    span[convert, "primary"] = (first + 1, first + years)
    primaries = [s for s in range(count) if sites["runs_primary"][s] and s % 5]
    closed, relocated = primaries[0], primaries[1]
    span[closed, "primary"] = (first - 1, first + 1)
    span[relocated, "primary"] = (first - 1, first + 2)
    span[moved_to, "primary"] = (first + 2, first + years)
    ids = sites["site_id"]
    rows = [
        (opened, "open", 18, first, 2, "primary", -1),
        (moved_to, "relocate", 12, first, 2, "primary", relocated),
        (convert, "convert", 0, first, 1, "primary;lower_secondary", -1),
        (0, "extend", 6, first, 1, "", -1),
        (5, "retrofit", 0, first + 1, 1, "", -1),
    ]
    options = pd.DataFrame(
        {
            "option": [f"{row[1]}-{ids[row[0]]}" for row in rows],
            "site_id": [ids[row[0]] for row in rows],
            "action": [row[1] for row in rows],
            "after_primary": ["primary" in row[5] for row in rows],
            "after_lower_secondary": ["lower" in row[5] for row in rows],
            "rooms": [row[2] for row in rows],
            "rooms_out": 0,
            **{f"function_{kind}": 1 for kind in KINDS},
            "area_m2": [row[2] * 140.0 for row in rows],
            "land_m2": [row[2] * 600.0 if row[1] == "open" else 0.0 for row in rows],
            "capital_cost": [row[2] * 600_000.0 + 1_500_000 for row in rows],
            "lead": [row[4] for row in rows],
            "earliest": first,
            "latest": first + years - 2,
            "committed": [0, 0, 0, first, 0],
            "relocates_id": [ids[row[6]] if row[6] >= 0 else "" for row in rows],
        }
    )
    starts = [row[3] for row in rows]
    merges = pd.DataFrame(
        {
            "from_site_id": [ids[closed], ids[relocated]],
            "to_site_id": [ids[primaries[2]], ids[moved_to]],
            "level": "primary",
            "year": [first + 1, first + 2],
        }
    )
    return {"span": span, "options": options, "starts": starts, "merges": merges}


def levels_at(plan: dict[str, Any], site: int, year: int) -> str:
    running = [
        level
        for level in LEVELS
        if (site, level) in plan["span"]
        and plan["span"][site, level][0] <= year < plan["span"][site, level][1]
    ]
    return ";".join(running)
