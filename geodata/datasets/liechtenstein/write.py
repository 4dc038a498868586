"""The files of the study, beside the extract that they are made from."""

from __future__ import annotations

from pathlib import Path

from geodata.datasets.files import write_layers, write_table
from geodata.datasets.liechtenstein.land import CRS, read_land
from geodata.datasets.liechtenstein.tables import make_tables
from geodata.findings import refuse
from geodata.osm import read_roads

EXTRACT = "liechtenstein.osm.pbf"
LAYERS = "places.gpkg"


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
    write_layers(layers, folder / LAYERS)
    for name in ("enrolment", "classes", "children", "options"):
        write_table(getattr(made, name), folder / f"{name}.csv")
