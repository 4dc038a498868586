"""Files that appear whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replaced(path: Path) -> Iterator[Path]:
    """Give a temporary name in the same folder; when the block succeeds it becomes `path`.

    The content is on the disk before the name changes, so a kill leaves the old file or the new
    one, never half of one. When the block fails nothing is left behind.
    """
    temporary = path.with_name(f".{path.stem}.part{path.suffix}")
    temporary.unlink(missing_ok=True)
    try:
        yield temporary
        with temporary.open("rb+") as handle:
            os.fsync(handle.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def write_text(path: Path, content: str) -> None:
    """Write a text file whole or not at all, in UTF-8 with plain line ends."""
    with replaced(path) as temporary:
        temporary.write_bytes(content.encode("utf-8"))
