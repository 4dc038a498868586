"""The map in the report that a reader can move: MapLibre and the run's geometry, all inlined."""

from __future__ import annotations

import importlib.util
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geodata import cartography
from scenarios.outputs.atlas import USE_BOUNDS, Atlas, use_class
from scenarios.outputs.map_panel import MAJOR_ROADS, NO_PLACES
from scenarios.outputs.page import as_json, read_template
from scenarios.outputs.text import known

DETAIL = 1500
"""Zone borders are simplified to the county's width over this."""
DECIMALS = 5
"""Of degrees: about a metre."""


def live_map(atlas: Atlas) -> dict[str, Any] | None:
    """Return data of the live map and its controls; None where the `maplibre` package is absent."""
    if _sources() is None:
        return None
    run = atlas.run
    years = [run.base_year, *run.years]
    sites = list(atlas.places.index)
    data = {
        "years": years,
        "tints": cartography.PALE,
        "uses": [*cartography.USE_COLOURS, NO_PLACES],
        "siteTint": [atlas.colours.get(site, 0) for site in sites],
        "siteName": [run.site_names().get(site, site) for site in sites],
        "zones": _zones(atlas),
        "towns": _features(atlas, run.geometry.towns.geometry.boundary.to_numpy()),
        "roads": _features(atlas, run.geometry.roads.geometry.to_numpy()[_major(atlas)]),
        "at": _degrees(atlas, gpd.points_from_xy(atlas.places["x"], atlas.places["y"])),
        "catchment": _catchments(atlas, years, sites),
        "schools": _schools(atlas, years, sites),
        "labels": {
            name: [known("live", name).zh, known("live", name).en]
            for name in ("pupils", "classes", "rooms", "zone", "goes_to", "no_webgl")
        },
    }
    low, high = USE_BOUNDS[1], USE_BOUNDS[-2]
    middle = [f"{a:.0%}–{b:.0%}" for a, b in pairwise(USE_BOUNDS[1:-1])]
    return {
        "data": as_json(data),
        "levels": [known("level", level) for level in run.levels],
        "years": len(years),
        "uses": [f"<{low:.0%}", *middle, f">{high:.0%}"],
    }


def live_scripts() -> tuple[str, ...]:
    """Return the sources of MapLibre and of the page's own script."""
    sources = _sources()
    return () if sources is None else (sources[0], read_template("live_map.js"))


def live_styles() -> list[str]:
    """Styles of MapLibre."""
    sources = _sources()
    return [] if sources is None else [sources[1]]


@cache
def _sources() -> tuple[str, str] | None:
    """Script and style of MapLibre from the installed package."""
    spec = importlib.util.find_spec("maplibre")
    if spec is None or spec.origin is None:
        return None
    folder = Path(spec.origin).parent / "srcjs"
    files = (folder / "maplibre-gl.js", folder / "maplibre-gl.css")
    if not all(file.exists() for file in files):
        return None
    script, style = (file.read_text(encoding="utf-8") for file in files)
    return script, style


def _zones(atlas: Atlas) -> dict[str, Any]:
    areas = atlas.areas
    width = areas.total_bounds[2] - areas.total_bounds[0]
    simple = shapely.simplify(areas.geometry.to_numpy(), width / DETAIL)
    names = atlas.run.problem["zones"].set_index("zone_id")["name"].reindex(areas["zone_id"])
    collection = _features(atlas, simple)
    for index, (feature, name) in enumerate(zip(collection["features"], names, strict=True)):
        feature["id"] = index
        feature["properties"] = {"name": str(name)}
    return collection


def _features(atlas: Atlas, shapes: Any) -> dict[str, Any]:
    """GeoJSON collection in degrees."""
    degrees = gpd.GeoSeries(shapes, crs=atlas.areas.crs).to_crs("EPSG:4326").to_numpy()
    rounded = shapely.set_precision(degrees, 10.0**-DECIMALS, mode="pointwise")
    return {
        "type": "FeatureCollection",
        "features": [
            {"type": "Feature", "properties": {}, "geometry": _rounded(shapely.geometry.mapping(s))}
            for s in rounded
        ],
    }


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, DECIMALS)
    if isinstance(value, dict):
        return {key: _rounded(item) for key, item in value.items()}
    return [_rounded(item) for item in value] if isinstance(value, list | tuple) else value


def _degrees(atlas: Atlas, points: Any) -> list[list[float]]:
    return [one["geometry"]["coordinates"] for one in _features(atlas, points)["features"]]


def _major(atlas: Atlas) -> np.ndarray:
    return np.asarray(atlas.run.geometry.roads["class"].isin(MAJOR_ROADS))


def _catchments(atlas: Atlas, years: list[int], sites: list[str]) -> list[list[list[int]]]:
    """By level and year: index of the site of each zone, -1 for none."""
    code = pd.Series(np.arange(len(sites)), index=sites)
    found = []
    for level in atlas.run.levels:
        part = atlas.belongs[atlas.belongs["level"] == level]
        wide = part.pivot_table(index="zone_id", columns="year", values="site_id", aggfunc="first")
        wide = wide.reindex(index=atlas.areas["zone_id"], columns=years)
        found.append([wide[year].map(code).fillna(-1).astype(int).tolist() for year in years])
    return found


def _schools(atlas: Atlas, years: list[int], sites: list[str]) -> list[list[list[Any]]]:
    """By level and year: rows site index, pupils and classes of the level, rooms, class of use."""
    code = {site: index for index, site in enumerate(sites)}
    table = atlas.site_years.assign(use_class=use_class(atlas.site_years["use"]))
    table["use_class"] = table["use_class"].where(table["use_class"] >= 0, 5)
    found = []
    for level in atlas.run.levels:
        running = table[table[f"runs_{level}"] & table["site_id"].isin(code)]
        by_year = []
        for year in years:
            rows = running[running["year"] == year].to_dict("records")
            by_year.append(
                [
                    [code[row["site_id"]], round(row[f"pupils_{level}"]), row[f"classes_{level}"],
                     int(row["rooms"]), row["use_class"]]
                    for row in rows
                ]
            )  # fmt: skip
        found.append(by_year)
    return found
