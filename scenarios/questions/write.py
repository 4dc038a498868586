"""A file of columns as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from geodata.child import in_child
from geodata.findings import Finding, FindingError, Source
from geodata.readers import read_layer, read_table
from geodata.schemas import SCHEMAS
from scenarios.config.columns_file import open_columns


def columns_text(data: dict[str, Any], file: str) -> str:
    """Return the YAML of a file of columns, as `scenarios.config.columns_file` reads it."""
    plain = json.loads(json.dumps(data))  # nothing twice in memory: YAML would write an anchor
    body = yaml.safe_dump(plain, allow_unicode=True, sort_keys=False, default_flow_style=None)
    return f"# {' '.join(file.split())}\n{body}"


def read_by(path: Path, columns: Path, table: str) -> tuple[int, list[Finding]]:
    """Read a table by a file of columns; return how many rows it has, and the findings.

    Raises
    ------
    FindingError
        If the file of columns has faults.
    """
    by, faults = open_columns(columns, columns.name, table)
    if by is None:
        raise FindingError(faults)
    schema, how = SCHEMAS[table], {"name": path.name, "encoding": by.encoding, "by": by}
    read: Any = read_layer if schema.geometry else read_table
    source = Source(path.name, by.sheet)
    frame: pd.DataFrame
    frame, findings = in_child(read, path, by.sheet, schema, source=source, **how)
    return len(frame), findings
