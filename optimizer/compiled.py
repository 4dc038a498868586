"""Compiled functions, kept on disk between runs and never stale.

Numba keeps a compiled function until its own file changes, even where it calls functions of
another file that did change. So the folder of the cache carries a digest of all our sources.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path
from typing import Any

import numba
from numba.core import config


def _cache_folder() -> Path:
    """Folder of this version's compiled code, in the user's cache or else in a temporary place."""
    digest = hashlib.sha256()
    for source in sorted(Path(__file__).parent.rglob("*.py")):
        content = source.read_bytes()
        if b"optimizer.compiled" in content:
            digest.update(content)
    home = os.environ.get("XDG_CACHE_HOME") or os.environ.get("LOCALAPPDATA")
    root = Path(home) if home else Path.home() / ".cache"
    folder = root / "xuewei" / digest.hexdigest()[:16]
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError:
        folder = Path(tempfile.gettempdir()) / f"xuewei-{digest.hexdigest()[:16]}"
        folder.mkdir(parents=True, exist_ok=True)
    return folder


if not os.environ.get("NUMBA_CACHE_DIR"):
    config.CACHE_DIR = str(_cache_folder())  # type: ignore[attr-defined]


def njit(function: Any) -> Any:
    """Compile a function when it is first called; the result is kept for later runs.

    While it runs other threads may: it touches nothing of Python's.
    """
    return numba.njit(cache=True, nogil=True)(function)
