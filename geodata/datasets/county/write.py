"""The files of `docs/inputs.md`, byte for byte the same whenever they are made again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
import xlsxwriter

from geodata.datasets.county.county import County
from geodata.datasets.county.spec import BASE_YEAR, CRS, FILE_CRS, FUNCTION_ROOMS
from geodata.datasets.county.texts import notes_text, study_text
from geodata.datasets.files import write_layers, write_table

_FUNCTION_COLUMNS = [f"function_{kind}" for kind in FUNCTION_ROOMS]
SCHOOL_COLUMNS = [
    *("site_id", "name", "town", "kind", "place", "school_type", "rooms"),
    *_FUNCTION_COLUMNS,
    *("annual_cost", "point_grades", "parent_id", "unsafe", "protected", "objection"),
    *("teaching_area_m2", "sports_area_m2", "land_m2", "seats"),
]
CANDIDATE_COLUMNS = ["site_id", "name", "town", "kind", "place", "land_m2"]


def write_county(county: County, folder: Path) -> None:
    """Write every file of a county into a folder, which is made if need be."""
    folder.mkdir(parents=True, exist_ok=True)
    write_layers(file_layers(county), folder / "county.gpkg")
    tables = {
        "enrolment": county.enrolment,
        "classes": county.classes,
        "teachers": county.teachers,
    }
    _write_workbook(tables, folder / "schools.xlsx")
    for name, table in (
        ("children", county.children),
        ("births", county.births),
        ("housing", county.housing),
        ("options", county.options),
    ):
        write_table(table, folder / f"{name}.csv")
    (folder / "study.yaml").write_text(study_text(county.spec), encoding="utf-8", newline="\n")
    (folder / "notes.md").write_text(notes_text(county.spec), encoding="utf-8", newline="\n")


def file_layers(county: County) -> dict[str, gpd.GeoDataFrame]:
    """Layers as they stand in the file: geographic CGCS2000, the columns of `docs/inputs.md`."""
    sites = county.sites.assign(seats=np.nan)
    zones = geographic(county.zones[["zone_id", "name", "town", "kind", "geometry"]])
    towns = zones[["town", "geometry"]].dissolve("town").reindex(list(county.spec.town_names))
    return {
        "towns": towns.reset_index(),
        "zones": zones,
        "schools": geographic(_points(sites, SCHOOL_COLUMNS)),
        "candidates": geographic(_points(county.candidates, CANDIDATE_COLUMNS)),
        "roads": geographic(county.roads),
    }


def geographic(layer: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """To EPSG:4490 at seven decimals (a centimetre): what met before still meets."""
    layer = layer.to_crs(FILE_CRS)
    rounded = shapely.transform(layer.geometry.to_numpy(), lambda xy: np.round(xy, 7))
    return layer.set_geometry(gpd.GeoSeries(rounded, index=layer.index, crs=FILE_CRS))


def _points(sites: pd.DataFrame, columns: list[str]) -> gpd.GeoDataFrame:
    points = gpd.points_from_xy(sites.x, sites.y, crs=CRS)
    return gpd.GeoDataFrame(sites[columns], geometry=points)


def _write_workbook(tables: dict[str, pd.DataFrame], path: Path) -> None:
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": dt.datetime(BASE_YEAR, 11, 1)})
        bold = book.add_format({"bold": True})
        for name, table in tables.items():
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, list(table.columns), bold)
            sheet.freeze_panes(1, 0)
            for row, values in enumerate(table.itertuples(index=False), start=1):
                sheet.write_row(row, 0, values)
