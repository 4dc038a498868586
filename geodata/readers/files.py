"""Which files may be opened: regular ones on this machine, of a county's size."""

from __future__ import annotations

import os
import re
import stat
from pathlib import Path

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text

MOST_BYTES = 300_000_000
_VIRTUAL = re.compile(r"^(/vsi|[a-z][a-z0-9+.-]+:|\\\\)", re.IGNORECASE)


def check_file(path: Path, source: Source) -> list[Finding]:
    """Return why a path may not be opened; empty if it may.

    Addresses and GDAL's virtual paths (C34), what is missing or no regular file (C35), and what is
    larger than `MOST_BYTES` (T44) are refused before any parser sees them.
    """
    if _VIRTUAL.match(str(path)):
        return [found("C34", source, value=path)]
    fault = _unreadable(path)
    if fault:
        return [found("C35", source, value=path, more=fault)]
    size = path.stat().st_size
    if size > MOST_BYTES:
        return [found("T44", source, value=path, more=f"{size / 1e6:,.0f} MB")]
    return []


def _unreadable(path: Path) -> Text | None:
    try:
        mode = path.stat().st_mode
    except OSError:
        return Text("there is no such file", "文件不存在")
    if not stat.S_ISREG(mode):
        return Text("it is not a regular file", "不是普通文件")
    if not os.access(path, os.R_OK):
        return Text("it may not be read", "没有读取权限")
    return None


def head(path: Path, length: int = 4096) -> bytes:
    """Return the first bytes of a file."""
    with path.open("rb") as file:
        return file.read(length)
