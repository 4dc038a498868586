"""The problems of a study's scenarios, as the command line would solve them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from optimizer.domain import Problem
from scenarios.assemble import assemble, prepare
from scenarios.config import load_study

STUDY = Path("scenarios/examples/county/study.yaml")
"""The embedded county, from the repository's root."""


def problems_of(study: Path, names: Sequence[str]) -> list[Problem]:
    """Read a study once and return the problems of some of its scenarios, in the order asked for.

    Raises
    ------
    LookupError
        If the study has no scenario of one of the names.
    """
    loaded = load_study(study)
    known = {one.name: one for one in loaded.scenarios}
    for name in names:
        if name not in known:
            raise LookupError(
                f"{study}: no scenario is called {name}; there are {', '.join(known)}"
            )
    prepared = prepare(loaded)
    return [assemble(prepared, known[name]).problem for name in names]
