"""Files and folders that are there whole or not at all, with the same bytes for the same content.

Everything is written under a temporary name in the same folder, synced, then renamed.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

MANIFEST = "manifest.json"
TEMPORARY = ".writing-"


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """Give a temporary folder that takes the place of `target` when the block ends well.

    A block that fails leaves nothing behind and `target` as it was.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    folder = target.parent / f"{TEMPORARY}{target.name}-{os.getpid()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
        _sync_tree(folder)
        old = target.parent / f"{TEMPORARY}old-{target.name}-{os.getpid()}"
        if target.exists():
            target.rename(old)
        folder.rename(target)
        _sync(target.parent)
        shutil.rmtree(old, ignore_errors=True)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(results: Path) -> None:
    """Remove what an interrupted run left half-written."""
    for left in (*results.glob(f"{TEMPORARY}*"), *results.glob(f"*/{TEMPORARY}*")):
        shutil.rmtree(left, ignore_errors=True)


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as Parquet; text columns are text even where the table is empty."""
    path.parent.mkdir(parents=True, exist_ok=True)
    is_text = {name: table[name].dtype in (object, "str") for name in table.columns}
    fields = [
        pa.field(str(name), pa.string() if text else pa.from_numpy_dtype(table[name].dtype))
        for name, text in is_text.items()
    ]
    arrays = [
        pa.array(table[field.name].to_numpy(), field.type, from_pandas=True) for field in fields
    ]
    pq.write_table(pa.Table.from_arrays(arrays, schema=pa.schema(fields)), path)


def write_json(content: Any, path: Path) -> None:
    """Write plain data as JSON, atomically; numbers that are not finite become null."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(_plain(content), ensure_ascii=False, indent=1, allow_nan=False)
    temporary = path.with_name(f"{TEMPORARY}{path.name}")
    temporary.write_text(text + "\n", encoding="utf-8")
    _sync(temporary)
    temporary.replace(path)


def listing(folder: Path) -> dict[str, dict[str, Any]]:
    """Return sha256 and rows of every file of a run but its manifest, by path."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST)
    return {
        path.relative_to(folder).as_posix(): {"sha256": sha256_of(path), "rows": _rows(path)}
        for path in files
    }


def is_valid_run(folder: Path, key: str) -> bool:
    """Whether a folder holds a finished run of this key, each file as its manifest says."""
    manifest = whole_run(folder)
    return manifest is not None and manifest["key"] == key


def whole_run(folder: Path) -> dict[str, Any] | None:
    """Manifest of a finished run, each file as it says; None where there is no such run."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = manifest["files"].items()
        whole = all(sha256_of(folder / name) == entry["sha256"] for name, entry in files)
        return manifest if whole and "key" in manifest else None
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return None


def sha256_of(path: Path) -> str:
    """Sha256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _rows(path: Path) -> int | None:
    return int(pq.read_metadata(path).num_rows) if path.suffix == ".parquet" else None


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not abs(value) < float("inf"):
        return None
    return value


def _sync_tree(folder: Path) -> None:
    for path in [*folder.rglob("*"), folder]:
        _sync(path)


def _sync(path: Path) -> None:
    """Bring a file to the disk; a folder too where the system has a handle for it."""
    if path.is_file():
        with path.open("r+b") as file:
            os.fsync(file.fileno())
    elif os.name == "posix":
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_json(path: Path) -> Any:
    """Read plain data from a JSON file."""
    return json.loads(path.read_text(encoding="utf-8"))
