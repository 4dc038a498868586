"""The geometry that a run's maps need, in one GeoPackage in the study's metric system."""

from __future__ import annotations

import os
from pathlib import Path

import pyogrio

from scenarios.assemble.layers import Layers

FIXED_TIME = "2000-01-01T00:00:00.000Z"
COLUMNS = {"zones": "zone_id", "towns": "town", "sites": "site_id", "roads": "road_id"}


def write_geometry(layers: Layers, path: Path) -> None:
    """Write layers `zones`, `towns`, `sites` and `roads` (where there are any), in id order."""
    chosen = {
        "zones": layers.layer("zones")[["zone_id", "geometry"]],
        "towns": layers.layer("towns")[["town", "geometry"]],
        "sites": layers.sites(),
    }
    if "roads" in layers.sources:
        chosen["roads"] = layers.layer("roads")[["road_id", "class", "geometry"]]
    temporary = path.with_name(f".{path.name}-{os.getpid()}.gpkg")
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
    try:
        for name, layer in chosen.items():
            rows = layer.sort_values(COLUMNS[name], ignore_index=True)
            pyogrio.write_dataframe(rows, temporary, layer=name, driver="GPKG")
        temporary.replace(path)
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
        temporary.unlink(missing_ok=True)
