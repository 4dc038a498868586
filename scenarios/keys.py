"""What a run depends on: inputs, settings, code, solver, seed. Same key, same run."""

from __future__ import annotations

import hashlib
import json
import platform
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from geodata.readers import parts_of
from scenarios.config import LoadedStudy, Scenario
from scenarios.store import MANIFEST, sha256_of

ROOT = Path(__file__).parents[1]
PACKAGES = ("optimizer", "geodata", "scenarios")
SUFFIXES = {".py", ".yaml", ".j2", ".css", ".js", ".qml"}
LIBRARIES = (
    "numpy",
    "scipy",
    "pandas",
    "pyomo",
    "highspy",
    "numba",
    "geopandas",
    "shapely",
    "pyproj",
)


@cache
def code_digest() -> str:
    """Sha256 over the program's own files: another version of the code is another run."""
    hasher = hashlib.sha256()
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*")):
            inside = path.relative_to(ROOT).as_posix()
            if path.suffix in SUFFIXES and "/examples/" not in inside and path.is_file():
                hasher.update(inside.encode() + b"\0" + path.read_bytes())
    return hasher.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Versions of this program, Python and the libraries that decide the numbers."""
    found = {"python": platform.python_version(), "code": code_digest()[:16]}
    for name in ("xuewei", *LIBRARIES):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def input_digests(loaded: LoadedStudy) -> dict[str, str]:
    """Sha256 of the study file and of every file it names, by path from the study's folder.

    The parts beside a Shapefile count too, for its figures are in one of them.
    An earlier run whose decisions stand counts by its manifest, under its path as the study says.
    """
    named = [*loaded.input_paths().values(), *loaded.columns_paths().values()]
    paths = {loaded.path, *named, *(part for path in named for part in parts_of(path))}
    found = {path.relative_to(loaded.folder).as_posix(): sha256_of(path) for path in sorted(paths)}
    stands = loaded.study.start_from
    manifest = Path(stands.run) / MANIFEST if stands is not None else None
    if manifest is not None and manifest.is_file():
        found[manifest.as_posix()] = sha256_of(manifest)
    return found


def run_key(
    loaded: LoadedStudy, scenario: Scenario, inputs: dict[str, str], options: dict[str, Any]
) -> str:
    """Sha256 of all that a scenario's run depends on.

    The text of the study file counts by what it says, not by its bytes: a comment or another
    scenario in it changes nothing.
    """
    content = {
        "inputs": {name: value for name, value in inputs.items() if name != loaded.path.name},
        "settings": loaded.settings_digest(scenario),
        "versions": versions(),
        "options": options,
    }
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
