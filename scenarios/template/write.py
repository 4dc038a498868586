"""Write the files of an empty study."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import yaml

from geodata.columns import Column, Kind, Schema
from geodata.findings import Text
from geodata.schemas import SCHEMAS
from scenarios.outputs.files import replaced, write_text
from scenarios.outputs.workbook import Book, workbook
from scenarios.template.notes import notes, rule

HERE = Path(__file__).parent
LAYERS = ("towns", "zones", "schools", "candidates", "roads")
SHEETS = ("enrolment", "classes", "teachers")
TABLES = ("children", "births", "housing", "options")
LAYER_CRS = "EPSG:4490"
"""CGCS2000 in degrees: what a bureau's points come in; a layer may be in any CRS that it names."""
GEOMETRIES = {"point": "Point", "line": "LineString", "polygon": "MultiPolygon"}
"""What may be drawn into a layer; without it QGIS would not let anyone draw."""
_TYPES = {Kind.INT: np.int64, Kind.BOOL: np.int64, Kind.NUMBER: np.float64}
_LAST_ROW = 20_000


def write_template(folder: Path) -> tuple[Path, ...]:
    """Write an empty study into a folder, which is made where it is missing.

    Returns
    -------
    tuple[Path, ...]
        The files written.

    Raises
    ------
    FileExistsError
        If the folder holds anything, or is a file: nothing is written then.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise FileExistsError(str(folder))
    folder.mkdir(parents=True, exist_ok=True)
    meanings = _meanings()
    layers = folder / "county.gpkg"
    with replaced(layers) as temporary:
        for name in LAYERS:
            shape = GEOMETRIES[SCHEMAS[name].geometry]
            empty = empty_layer(SCHEMAS[name])
            empty.to_file(temporary, layer=name, driver="GPKG", geometry_type=shape)
    book = folder / "schools.xlsx"
    with workbook(book, "schools") as opened:
        for name in SHEETS:
            _write_sheet(opened, SCHEMAS[name], meanings[name])
    texts = {f"{name}.csv": _header(SCHEMAS[name]) for name in TABLES}
    texts["study.yaml"] = (HERE / "study.yaml").read_text(encoding="utf-8")
    texts["notes.md"] = notes(meanings, (*LAYERS, *SHEETS, *TABLES))
    for name, text in texts.items():
        write_text(folder / name, text)
    return (layers, book, *(folder / name for name in texts))


def headers(schema: Schema) -> tuple[tuple[str, Column], ...]:
    """List the headers of a table with their columns; a column for many kinds stands for each."""
    return tuple(
        (name, column)
        for column in schema.columns
        for name in (column.members if column.many else (column.name,))
    )


def empty_layer(schema: Schema) -> gpd.GeoDataFrame:
    """Make a layer without rows, its fields typed."""
    fields = {
        name: pd.Series(dtype=_TYPES.get(column.kind, "str")) for name, column in headers(schema)
    }
    return gpd.GeoDataFrame(fields, geometry=gpd.GeoSeries([], crs=LAYER_CRS), crs=LAYER_CRS)


def _header(schema: Schema) -> str:
    """Return the header line of a CSV; the mark lets spreadsheets see that it is UTF-8."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([name for name, _ in headers(schema)])
    return "\ufeff" + line.getvalue()


def _write_sheet(book: Book, schema: Schema, meanings: dict[str, Text]) -> None:
    """Write a header, what each column means as its comment, and the words that it may hold."""
    sheet = book.file.add_worksheet(schema.name)
    sheet.freeze_panes(1, 0)
    for place, (name, column) in enumerate(headers(schema)):
        sheet.write_string(0, place, name, book.forms["head"])
        sheet.set_column(place, place, max(12, len(name) + 2))
        said = meanings[name]
        sheet.write_comment(0, place, f"{said.zh}\n{said.en}\n{rule(column)}", {"x_scale": 2})
        if column.choices:
            words = {"validate": "list", "source": list(column.choices), "error_type": "warning"}
            sheet.data_validation(1, place, _LAST_ROW, place, words)


def _meanings() -> dict[str, dict[str, Text]]:
    said = yaml.safe_load((HERE / "columns.yaml").read_text(encoding="utf-8"))
    return {
        table: {name: Text(**both) for name, both in columns.items()}
        for table, columns in said.items()
    }
