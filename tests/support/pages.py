"""Code that stands in the pages of `docs`, so that what they show is tried."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parents[2] / "docs"


def module_of(page: str) -> dict[str, Any]:
    """Run the first Python block of a page as a module and return its names."""
    text = (DOCS / page).read_text(encoding="utf-8")
    found = re.search(r"^( *)```python\n(.*?)^ *```$", text, flags=re.S | re.M)
    assert found is not None, f"{page} shows no code"
    names: dict[str, Any] = {"__name__": page}
    exec(compile(textwrap.dedent(found[2]), page, "exec"), names)
    return names
