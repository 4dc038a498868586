"""A copy of the small county whose files can be spoilt: cells, columns, geometries, whole files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import openpyxl
import pandas as pd
import pyogrio

Change = Callable[[pd.DataFrame], pd.DataFrame]


def spoil_layer(study: Path, layer: str, change: Change) -> None:
    """Write a layer of the county anew, changed; the others stay."""
    path = study.parent / "county.gpkg"
    names = [name for name, _ in pyogrio.list_layers(path) if name != "layer_styles"]
    frames = {name: gpd.read_file(path, layer=name) for name in names}
    frames[layer] = change(frames[layer])
    path.unlink()
    for name, frame in frames.items():
        frame.to_file(path, layer=name, driver="GPKG")


def spoil_csv(study: Path, name: str, change: Change) -> None:
    """Write a CSV file of the county anew, changed; every cell is text."""
    path = study.parent / f"{name}.csv"
    table = pd.read_csv(path, dtype=object, keep_default_na=False)
    change(table).to_csv(path, index=False)


def spoil_sheet(study: Path, sheet: str, cells: dict[str, object]) -> None:
    """Write cells of a sheet, for example ``{"E2": -1}``; a row added at the end is fine."""
    path = study.parent / "schools.xlsx"
    book = openpyxl.load_workbook(path)
    for address, value in cells.items():
        book[sheet][address] = value
    book.save(path)


def cells(**changes: tuple[int, object]) -> Change:
    """Return a change that sets cells: column to (row counted from 0, value)."""

    def change(table: pd.DataFrame) -> pd.DataFrame:
        table = table.copy()
        for column, (row, value) in changes.items():
            table[column] = table[column].astype(object)
            table.loc[table.index[row], column] = value
        return table

    return change
