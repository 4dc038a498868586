"""Tables of a plan made elsewhere, as files: found, read, their ids looked up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from geodata.findings import Finding
from scenarios.config.findings import Words, error

MEND: Words = (
    "Give the tables as docs/kpi.md describes them.",
    "请按 docs/kpi.md 的说明提供这些表。",
)


def path_of(folder: Path, name: str) -> Path | None:
    """Return where a table stands: Parquet or CSV, in the folder or its ``tables/``."""
    places = [folder / f"{name}{end}" for end in (".parquet", ".csv")]
    places += [folder / "tables" / path.name for path in places]
    return next((place for place in places if place.is_file()), None)


def table_of(
    folder: Path, name: str, columns: dict[str, type], faults: list[Finding]
) -> pd.DataFrame:
    """Read a table; one that is missing or cannot be read is a fault."""
    path = path_of(folder, name)
    why = (f"The plan needs the table {name}.", f"方案缺少表 {name}。")
    if path is None:
        faults.append(error("C35", str(folder), why, MEND))
        return pd.DataFrame()
    try:
        if path.suffix == ".csv":
            table = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8-sig")
        else:
            table = pd.read_parquet(path)
        texts = [column for column, kind in columns.items() if kind is str]
        table[texts] = table[texts].astype(object).fillna("")
        return table[list(columns)].astype(columns)
    except (KeyError, ValueError, TypeError, OSError) as problem:
        why = (f"The table {name} cannot be read: {problem}.", f"表 {name} 无法读取：{problem}。")
        faults.append(error("T40", str(path), why, MEND))
        return pd.DataFrame()


def positions(
    ids: tuple[str, ...], names: pd.Series, table: str, faults: list[Finding]
) -> np.ndarray:
    """Return where names stand among ids; one that does not is a fault."""
    found = pd.Index(ids).get_indexer(pd.Index(names))
    column = str(names.name)
    for name in sorted(set(names[found < 0])):
        why = (f"The study knows no {column} of this name.", f"研究中没有这个 {column}。")
        faults.append(error("T53", table, why, MEND, column=column, value=name))
    return found
