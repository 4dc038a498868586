"""Whether a file is all there: copies break off, and some then read back with fewer rows."""

from __future__ import annotations

from pathlib import Path

from geodata.readers.files import head


def missing_bytes(path: Path, kind: str) -> int:
    """Return how many bytes a file lacks of what its own head announces; 0 if it is whole.

    Parameters
    ----------
    path
        A file of the kind.
    kind
        As `content_of` says. A GeoPackage names its pages, a Shapefile its words of two bytes and
        the .dbf beside it its records. GeoJSON announces nothing: cut off, it cannot be parsed.
    """
    start = head(path, 100)
    if kind == "gpkg":
        page = int.from_bytes(start[16:18], "big")
        counted = start[24:28] == start[92:96]  # else SQLite itself does not trust the number
        pages = int.from_bytes(start[28:32], "big") if counted else 0
        return _short(path, pages * (65536 if page == 1 else page))
    if kind == "shp":
        table = path.with_suffix(".dbf")
        first = head(table, 32)
        records, before, each = (
            int.from_bytes(first[a:b], "little") for a, b in ((4, 8), (8, 10), (10, 12))
        )
        words = int.from_bytes(start[24:28], "big")
        return _short(path, 2 * words) + _short(table, before + records * each)
    return 0


def _short(path: Path, announced: int) -> int:
    return max(0, announced - path.stat().st_size)
