"""The geometry that a run's maps need, in one GeoPackage in the study's metric system."""

from __future__ import annotations

import os
from pathlib import Path

import geopandas as gpd
import pyogrio

from geodata.today_catchments import claims
from scenarios.assemble.layers import Layers
from scenarios.assemble.map_checks import levels_run

FIXED_TIME = "2000-01-01T00:00:00.000Z"
ORDER = {
    "zones": ["zone_id"],
    "towns": ["town"],
    "sites": ["site_id"],
    "roads": ["road_id"],
    "catchments_today": ["level", "site_id"],
    "service_areas": ["mode", "unit", "reach", "site_id"],
    "given_zones": ["given_id"],
}


def write_geometry(
    layers: Layers, path: Path, service_areas: gpd.GeoDataFrame | None = None
) -> None:
    """Write layers `zones`, `towns`, `sites`, and what there is of the others.

    `roads`, `catchments_today`, `service_areas` and `given_zones` (where zones were joined) may be
    missing; rows stand in the order of ids.
    """
    chosen = {
        "zones": layers.layer("zones")[["zone_id", "geometry"]],
        "towns": layers.layer("towns")[["town", "geometry"]],
        "sites": layers.sites(),
    }
    if "roads" in layers.sources:
        chosen["roads"] = layers.layer("roads")[["road_id", "class", "geometry"]]
    if "catchments" in layers.sources:
        runs = levels_run(layers.frames["schools"])
        chosen["catchments_today"] = claims(layers.layer("catchments"), runs)
    if service_areas is not None:
        chosen["service_areas"] = service_areas
    if layers.given is not None:
        chosen["given_zones"] = layers.given
    temporary = path.with_name(f".{path.name}-{os.getpid()}.gpkg")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    try:
        for name, layer in chosen.items():
            rows = layer.sort_values(ORDER[name], ignore_index=True)
            pyogrio.write_dataframe(rows, temporary, layer=name, driver="GPKG")
        temporary.replace(path)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        temporary.unlink(missing_ok=True)
