"""Tables of which not every cell could be read: what may still be said of them.

`geodata.checking` leaves a faulty cell missing (None, NaN). A comparison of tables uses the rows
that are known in the columns it needs, and never calls a figure wrong that a missing cell may hold.
"""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import pandas as pd


def known(table: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """Return the rows whose cells in these columns could be read."""
    there = np.ones(len(table), dtype=bool)
    for column in columns:
        there &= table[column].notna().to_numpy()
    return table if there.all() else table[there]


def placed(layer: pd.DataFrame, *columns: str) -> gpd.GeoDataFrame | None:
    """Return the features of a layer whose place and these columns are known; None: none are."""
    if not isinstance(layer, gpd.GeoDataFrame) or layer.crs is None:
        return None
    features = known(layer, *columns, "geometry")
    return gpd.GeoDataFrame(features, crs=layer.crs) if len(features) else None


def may_hold(table: pd.DataFrame, key: Sequence[str], value: str, keys: pd.DataFrame) -> np.ndarray:
    """Say for which keys a row that is not fully known may count.

    Parameters
    ----------
    table
        A table with the columns of `key` and `value`.
    key, value
        Columns that name what a row is about, and the one that is counted.
    keys
        (K, len(key)) keys in question, fully known.

    Returns
    -------
    numpy.ndarray
        (K,) bool: whether some row with a missing cell agrees with the key in all that is known.
    """
    names = list(key)
    unsure = table.loc[table[list({*names, value})].isna().any(axis=1), names]
    open_ = np.zeros(len(keys), dtype=bool)
    for missing, rows in unsure.groupby([unsure[name].isna() for name in names]):
        said = [name for name, gone in zip(names, missing, strict=True) if not gone]
        if not said:
            return np.ones(len(keys), dtype=bool)
        open_ |= _index(keys, said).isin(_index(rows, said))
    return open_


def _index(rows: pd.DataFrame, names: list[str]) -> pd.Index:
    """Return keys as an index of Python objects: a grade is 7 whether its column is whole."""
    columns = [rows[name].map(_plain).astype(object) for name in names]
    return pd.Index(list(zip(*columns, strict=True)), dtype=object, tupleize_cols=False)


def _plain(value: object) -> object:
    return int(value) if isinstance(value, float) and value.is_integer() else value
