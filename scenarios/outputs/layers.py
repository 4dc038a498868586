"""`plan.gpkg`: the plan as layers that QGIS opens with their styles."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from string import Template

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from geodata import cartography
from scenarios.outputs.area_facts import area_layer
from scenarios.outputs.atlas import USE_BOUNDS, Atlas
from scenarios.outputs.catchment_facts import changed_pieces
from scenarios.outputs.facts import BUILDING, STOPPING
from scenarios.outputs.files import replaced
from scenarios.outputs.text import both, known, say

STYLES = Path(__file__).parent / "styles"
FIXED_TIME = "2020-01-01T00:00:00.000Z"
"""Written wherever the format wants a time: the same run gives the same bytes."""
GPKG_VERSION = "1.2"
"""The oldest that QGIS itself writes: GDAL before 3.7 reads newer ones with a warning."""
STYLE_TABLE = """
CREATE TABLE layer_styles (
  id INTEGER PRIMARY KEY AUTOINCREMENT, f_table_catalog TEXT, f_table_schema TEXT,
  f_table_name TEXT, f_geometry_column TEXT, styleName TEXT, styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT, ui TEXT, update_time DATETIME
)"""


_KINDS = {
    "catchments": "MultiPolygon",
    "catchments_today": "MultiPolygon",
    "catchment_changes": "MultiPolygon",
    "service_areas": "MultiPolygon",
    "flows": "LineString",
}


def write_layers(atlas: Atlas, path: Path) -> None:
    """Write the layers catchments, flows, schools and actions, drawn bottom to top, and styles.

    In between lie today's catchments with the land that changes, and service areas, where the study
    has them.
    """
    areas = area_layer(atlas)
    layers = {
        "catchments": catchment_layer(atlas),
        **today_layers(atlas),
        **({"service_areas": areas} if len(areas) else {}),
        "flows": flow_layer(atlas),
        "schools": school_layer(atlas),
        "actions": action_layer(atlas),
    }
    with replaced(path) as temporary:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
        try:
            for name, layer in layers.items():
                _write(layer, temporary, name)
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        _write_styles(temporary, list(layers), atlas)


def _write(layer: gpd.GeoDataFrame, path: Path, name: str) -> None:
    kind = _KINDS.get(name, "Point")
    pyogrio.write_dataframe(
        layer,
        path,
        layer=name,
        driver="GPKG",
        geometry_type=kind,
        promote_to_multi=kind == "MultiPolygon",
        append=path.exists(),
        dataset_options={"VERSION": GPKG_VERSION},
    )


def catchment_layer(atlas: Atlas) -> gpd.GeoDataFrame:
    """Polygons: level, year, site, number of zones, and the pupils of the level at the site."""
    layer = atlas.catchments.copy()
    flows = atlas.run.flows.groupby(["level", "year", "site_id"], as_index=False)["pupils"].sum()
    layer = layer.merge(flows, "left", ["level", "year", "site_id"])
    layer["pupils"] = layer["pupils"].fillna(0.0).round(1)
    layer["name"] = layer["site_id"].map(atlas.run.site_names())
    layer["tint"] = layer["site_id"].map(atlas.colours)
    columns = ["site_id", "name", "level", "year", "zones", "pupils", "tint", "geometry"]
    return layer[columns]


def today_layers(atlas: Atlas) -> dict[str, gpd.GeoDataFrame]:
    """Return today's catchments, and the land of another school in the last year; or nothing."""
    run = atlas.run
    today = run.geometry.catchments_today
    if not len(today):
        return {}
    names = run.site_names()
    levels = [level for level in run.levels if (today["level"] == level).any()]
    changes = pd.concat([changed_pieces(atlas, level, run.last_year) for level in levels])
    for side in ("from", "to"):
        changes[f"{side}_name"] = changes[f"{side}_id"].map(names)
    columns = ["level", "year", "from_id", "from_name", "to_id", "to_name", "km2", "geometry"]
    return {
        "catchments_today": today.assign(name=today["site_id"].map(names), km2=today.area / 1e6),
        "catchment_changes": gpd.GeoDataFrame(changes, crs=today.crs)[columns],
    }


def flow_layer(atlas: Atlas) -> gpd.GeoDataFrame:
    """Lines from zone to school with the pupils present, every level and year."""
    flows = atlas.run.flows
    inside = atlas.areas.set_index("zone_id").geometry.representative_point()
    known_zone = flows["zone_id"].isin(inside.index) & flows["site_id"].isin(atlas.places.index)
    flows = flows[known_zone]
    start = np.column_stack([inside.x, inside.y])[
        inside.index.get_indexer(pd.Index(flows["zone_id"]))
    ]
    end = atlas.places[["x", "y"]].to_numpy()[
        atlas.places.index.get_indexer(pd.Index(flows["site_id"]))
    ]
    minutes = (flows["pupil_minutes"] / flows["pupils"]).round(1)
    table = pd.DataFrame(
        {
            "zone_id": flows["zone_id"],
            "site_id": flows["site_id"],
            "level": flows["level"],
            "year": flows["year"],
            "pupils": flows["pupils"].round(2),
            "minutes": minutes,
        }
    )
    lines = shapely.linestrings(np.stack([start, end], axis=1).reshape(-1, 2, 2))
    return gpd.GeoDataFrame(table, geometry=lines, crs=atlas.areas.crs)


def school_layer(atlas: Atlas) -> gpd.GeoDataFrame:
    """Points: every site that runs, by year, the base year included."""
    table = atlas.site_years[atlas.site_years["runs"]].copy()
    table.insert(1, "name", table["site_id"].map(atlas.run.site_names()))
    numbers = ["pupils", "places", *(f"pupils_{level}" for level in atlas.run.levels)]
    table[numbers] = table[numbers].round(1)
    table["use_percent"] = (100 * table.pop("use")).round(1)
    return _points(atlas, table.drop(columns="runs"))


def action_layer(atlas: Atlas) -> gpd.GeoDataFrame:
    """Points: what is built, moved or closed, with the year from which it serves."""
    table = atlas.run.tables["actions"].copy() if atlas.run.has_plan else pd.DataFrame()
    if not len(table):
        table = pd.DataFrame({"site_id": pd.Series(dtype=str), "action": pd.Series(dtype=str)})
    table["name"] = table["site_id"].map(atlas.run.site_names())
    table["action_en"] = [known("action", kind).en for kind in table["action"]]
    table["action_zh"] = [known("action", kind).zh for kind in table["action"]]
    return _points(atlas, table)


def _points(atlas: Atlas, table: pd.DataFrame) -> gpd.GeoDataFrame:
    where = atlas.places.reindex(table["site_id"])
    points = gpd.points_from_xy(where["x"], where["y"])
    return gpd.GeoDataFrame(table.reset_index(drop=True), geometry=points, crs=atlas.areas.crs)


def _write_styles(path: Path, layers: list[str], atlas: Atlas) -> None:
    """Store each layer's style as its default, the way QGIS itself stores styles."""
    words = _style_words(atlas)
    with sqlite3.connect(path) as base:
        base.execute(STYLE_TABLE)
        base.execute(
            "INSERT INTO gpkg_contents (table_name, data_type, identifier, last_change) "
            "VALUES ('layer_styles', 'attributes', 'layer_styles', ?)",
            (FIXED_TIME,),
        )
        for name in layers:
            source = (STYLES / f"{name}.qml").read_text(encoding="utf-8")
            style = Template(source).substitute(words)
            base.execute(
                "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name, "
                "f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, "
                "owner, ui, update_time) VALUES ('', '', ?, 'geom', ?, ?, '', 1, '', '', NULL, ?)",
                (name, name, style, FIXED_TIME),
            )
    base.close()


def _style_words(atlas: Atlas) -> dict[str, str]:
    """Give what the styles leave open: the year and level shown, colours, classes of use, names."""
    run = atlas.run
    return {
        "year": str(run.last_year if run.has_plan else run.base_year),
        "level": run.levels[0],
        "level_name": both(known("level", run.levels[0])),
        "use_name": both(say("map.legend.use")),
        "no_places": both(say("map.legend.no_places")),
        **{f"use{i}": f"{100 * bound:g}" for i, bound in enumerate(USE_BOUNDS[1:-1], start=1)},
        "tint0": _rgba(cartography.PALE[0]),
        "tints": ", ".join(f"'{colour}'" for colour in cartography.PALE),
        **{f"colour{i}": _rgba(colour) for i, colour in enumerate(cartography.USE_COLOURS)},
        **{f"action_{kind}": both(known("action", kind)) for kind in (*BUILDING, *STOPPING)},
    }


def _rgba(colour: str) -> str:
    """Colour as QGIS writes it: `#ff0000` is `255,0,0,255`."""
    return ",".join(str(int(colour[i : i + 2], 16)) for i in (1, 3, 5)) + ",255"
