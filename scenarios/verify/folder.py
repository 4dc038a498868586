"""Reading a run folder without trusting it: manifest, digests, rows, columns, kinds."""

from __future__ import annotations

import hashlib
import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.verify.columns import Sheet
from scenarios.verify.verdict import Fault

MANIFEST = "manifest.json"
STATUSES = ("optimal", "feasible", "infeasible", "unknown")
Frames = dict[str, pd.DataFrame]


def read_json(run: Path, name: str) -> tuple[dict[str, Any], list[Fault]]:
    """Return an object of a JSON file of the run, or the fault that keeps it from being one."""
    try:
        text = (run / name).read_text(encoding="utf-8")
        content = json.loads(text, parse_int=_whole)
    except FileNotFoundError:
        return {}, [Fault("manifest.missing" if name == MANIFEST else "file.missing", name)]
    except (OSError, ValueError, RecursionError) as error:
        return {}, [Fault("manifest.broken", name, value=_first_line(error))]
    if not isinstance(content, dict):
        return {}, [Fault("manifest.broken", name, value=type(content).__name__)]
    return content, []


def _whole(digits: str) -> int | float:
    """Read a whole number; one that no float holds is infinite, as 1e999 is."""
    value = float(digits)
    return int(digits) if math.isfinite(value) else value


def check_manifest(manifest: dict[str, Any]) -> list[Fault]:
    """Faults of the entries that the judge relies on."""
    faults = []
    if manifest.get("status") not in STATUSES:
        faults.append(_entry("status", manifest.get("status")))
    for name in ("objective", "bound", "floor", "gap", "gap_above_floor"):
        value = manifest.get(name)
        if name not in manifest or not (value is None or _is_number(value)):
            faults.append(_entry(name, value))
    if not (manifest.get("certified_bound") is None or _is_number(manifest["certified_bound"])):
        faults.append(_entry("certified_bound", manifest["certified_bound"]))
    for name in ("terms", "fixed_terms"):
        terms = manifest.get(name)
        if not isinstance(terms, list) or not all(_is_term(term) for term in terms):
            faults.append(_entry(name, terms))
        elif len({term["name"] for term in terms}) != len(terms):
            faults.append(_entry(name, "a name stands twice"))
    breaches = manifest.get("violations", [])
    if not isinstance(breaches, list) or not all(_is_breach(breach) for breach in breaches):
        faults.append(_entry("violations", breaches))
    files = manifest.get("files")
    if not isinstance(files, dict) or not all(isinstance(item, dict) for item in files.values()):
        faults.append(_entry("files", files))
    return faults


def check_files(run: Path, files: dict[str, dict[str, Any]]) -> list[Fault]:
    """Faults of files that are missing, changed, or hold another number of rows than stated."""
    faults = []
    root = run.resolve()
    for name, stated in sorted(files.items()):
        path = run / name
        if not path.resolve().is_relative_to(root):
            faults.append(Fault("file.path", name))
        elif not path.is_file():
            faults.append(Fault("file.missing", name))
        elif _sha256(path) != stated.get("sha256"):
            faults.append(Fault("file.changed", name))
        elif path.suffix == ".parquet":
            faults.extend(_row_faults(path, name, stated.get("rows")))
    return faults


def read_sheets(
    run: Path, sheets: dict[str, Sheet], files: dict[str, dict[str, Any]]
) -> tuple[Frames, list[Fault]]:
    """Read Parquet files into frames of the wanted columns, with every fault found on the way.

    A frame with faults is left out. Text is plain `str`, missing names are ``""``, flags are bool,
    numbers float64, whole numbers int64. The order of rows is the file's.
    """
    frames: Frames = {}
    faults: list[Fault] = []
    for name, sheet in sheets.items():
        if name not in files:
            faults.append(Fault("file.unlisted" if (run / name).exists() else "file.missing", name))
            continue
        frame, found = _read_sheet(run / name, name, sheet)
        faults.extend(found)
        if not found:
            frames[name] = frame
    return frames, faults


def _read_sheet(path: Path, name: str, sheet: Sheet) -> tuple[pd.DataFrame, list[Fault]]:
    try:
        present = set(pq.read_schema(path).names)
        wanted = [column for column in sheet.columns if column in present]
        raw = pq.read_table(path, columns=wanted).to_pandas(ignore_metadata=True)
    except FileNotFoundError:
        return pd.DataFrame(), [Fault("file.missing", name)]
    except (pa.ArrowException, OSError, ValueError, TypeError) as error:
        return pd.DataFrame(), [Fault("file.unreadable", name, value=_first_line(error))]
    faults = [Fault("column.missing", name, column) for column in sheet.columns.keys() - present]
    columns: dict[str, Any] = {}
    for column in wanted:
        try:
            columns[column] = _clean(raw[column], sheet.columns[column])
        except _CellError as error:
            faults.append(Fault(error.code, name, column, error.value))
    if faults:
        return pd.DataFrame(), sorted(faults, key=lambda fault: fault.column)
    frame = pd.DataFrame(columns)
    twice = frame.duplicated(list(sheet.key)) if sheet.key else np.zeros(len(frame), dtype=bool)
    if twice.any():
        row = frame.loc[twice, list(sheet.key)].iloc[0]
        faults.append(Fault("row.twice", name, value=", ".join(str(value) for value in row)))
    return frame, faults


def _clean(values: pd.Series[Any], kind: str) -> Any:
    """Return one column as its kind wants it.

    Raises
    ------
    _CellError
        With the code and the value of the first cell that is not of the kind.
    """
    if kind in ("text", "name"):
        return _text(values, may_be_empty=kind == "name")
    numbers = _numbers(values)
    if kind == "open":
        return numbers
    if np.isnan(numbers).any():
        raise _CellError("column.empty")
    if not np.isfinite(numbers).all():
        raise _CellError("column.kind", "an infinite number")
    if kind in ("size", "count") and len(numbers) and numbers.min() < 0:
        raise _CellError("column.negative", str(numbers.min()))
    if kind not in ("whole", "count", "flag"):
        return numbers
    rounded = np.rint(numbers)
    wrong = np.abs(numbers - rounded) > 1e-6
    wrong |= (rounded != 0) & (rounded != 1) if kind == "flag" else np.abs(rounded) > 1e9
    if wrong.any():
        raise _CellError("column.kind", str(numbers[wrong][0]))
    return rounded.astype(bool if kind == "flag" else np.int64)


def _numbers(values: pd.Series[Any]) -> np.ndarray:
    if isinstance(values.dtype, pd.CategoricalDtype):
        values = values.astype(values.cat.categories.dtype)
    if values.dtype == object:
        for value in values:
            if not (value is None or value is pd.NA or isinstance(value, int | float | Decimal)):
                raise _CellError("column.kind", repr(value)[:80])
        values = values.astype("Float64")
    if not pd.api.types.is_numeric_dtype(values.dtype):
        sample = repr(values.iloc[0])[:80] if len(values) else str(values.dtype)
        raise _CellError("column.kind", sample)
    return values.to_numpy(dtype=float, na_value=np.nan)


def _text(values: pd.Series[Any], *, may_be_empty: bool) -> pd.Series[Any]:
    text = values.astype(object)
    text = text.where(~text.isna(), "")
    odd = [value for value in pd.unique(text) if not isinstance(value, str)]
    if odd:
        raise _CellError("column.kind", repr(odd[0])[:80])
    if not may_be_empty and (text == "").any():
        raise _CellError("column.empty")
    return text


class _CellError(ValueError):
    def __init__(self, code: str, value: str = "") -> None:
        super().__init__(code)
        self.code, self.value = code, value


def _row_faults(path: Path, name: str, stated: object) -> list[Fault]:
    try:
        rows = pq.read_metadata(path).num_rows
    except (pa.ArrowException, OSError) as error:
        return [Fault("file.unreadable", name, value=_first_line(error))]
    if rows != stated:
        return [Fault("file.rows", name, value=f"{rows}, {stated}")]
    return []


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _entry(name: str, value: object) -> Fault:
    return Fault("manifest.entry", MANIFEST, name, repr(value)[:80])


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | np.number) and not (
        isinstance(value, float) and math.isnan(value)
    )


def _is_term(term: object) -> bool:
    return (
        isinstance(term, dict)
        and isinstance(term.get("name"), str)
        and term.get("kind") in ("money", "priced")
        and _is_number(term.get("amount"))
        and _is_number(term.get("value"))
    )


def _is_breach(breach: object) -> bool:
    return (
        isinstance(breach, dict)
        and isinstance(breach.get("rule"), str)
        and isinstance(breach.get("where"), str)
        and _is_number(breach.get("year"))
        and _is_number(breach.get("amount"))
    )


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
