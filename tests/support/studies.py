"""Study files for tests: the small example, copied where it can be changed."""

from __future__ import annotations

import shutil
from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "scenarios" / "examples"
SMALL = EXAMPLES / "small_county" / "study.yaml"


def small_study(folder: Path, *changes: tuple[str, str]) -> Path:
    """Copy the small example and replace texts of its study file; each must be there."""
    target = folder / "small"
    shutil.copytree(SMALL.parent, target)
    path = target / SMALL.name
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text, f"{old!r} is not in the study file"
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")
    return path


def change_file(study: Path, name: str, old: str, new: str) -> None:
    """Replace a text in a file beside a study; it must be there."""
    path = study.parent / name
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{old!r} is not in {name}"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
