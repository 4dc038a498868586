"""The comparison of a study's finished runs."""

from __future__ import annotations

from pathlib import Path

from scenarios.store import MANIFEST


class NothingToCompareError(ValueError):
    """A folder holds no finished run."""


def finished_runs(results: Path) -> list[Path]:
    """Return the folders of finished runs, by name."""
    return sorted(path.parent for path in results.glob(f"*/{MANIFEST}"))


def write_comparison_of(results: Path) -> list[Path]:
    """Write the comparison of all finished runs of a study; return their folders.

    Raises
    ------
    NothingToCompareError
        If there is no finished run.
    """
    from scenarios.outputs import write_comparison

    runs = finished_runs(results)
    if not runs:
        raise NothingToCompareError(str(results))
    write_comparison(results)
    return runs
