"""The files of the study, beside the extract that they are made from."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyogrio

from geodata.datasets.liechtenstein.land import CRS, read_land
from geodata.datasets.liechtenstein.tables import make_tables
from geodata.findings import refuse
from geodata.osm import read_roads

EXTRACT = "liechtenstein.osm.pbf"
LAYERS = "places.gpkg"
_STAMP = "2020-11-01T00:00:00Z"


def write_study_files(folder: Path) -> None:
    """Read `EXTRACT` in a folder and write layers and tables of the study beside it.

    Raises
    ------
    FindingError
        If the extract is not there or cannot be used.
    """
    extract = folder / EXTRACT
    roads, findings = read_roads(extract, name=EXTRACT)
    refuse(findings)
    land = read_land(extract)
    made = make_tables(land, roads.to_crs(CRS))
    layers = {
        "towns": land.towns[["town", "geometry"]],
        "zones": land.zones[["zone_id", "name", "town", "kind", "geometry"]],
        "schools": made.schools,
        "candidates": made.candidates,
    }
    path = folder / LAYERS
    path.unlink(missing_ok=True)
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": _STAMP})
    try:
        for name, layer in layers.items():
            pyogrio.write_dataframe(layer, path, layer=name, driver="GPKG", append=path.exists())
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    _write(made.enrolment, folder / "enrolment.csv")
    _write(made.classes, folder / "classes.csv")
    _write(made.children, folder / "children.csv")
    _write(made.options, folder / "options.csv")


def _write(table: pd.DataFrame, path: Path) -> None:
    path.write_text(table.to_csv(index=False, lineterminator="\n"), encoding="utf-8", newline="\n")
