"""What a study file still says where parts of it are wrong: so that one pass finds every fault.

Each fault takes out the smallest part that holds it; what every study needs and no longer has gets
a stand-in. Both are noted, and nothing is ever judged by them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from scenarios.config.models import Study
from scenarios.config.words import KeyPath, models_at

ROUNDS = 40
"""Times that parts are taken out; each round clears all faults of one depth."""

_STAND_INS: dict[KeyPath, Any] = {
    ("study",): "study",
    ("crs",): "EPSG:4549",
    ("base_year",): 2000,
    ("first_year",): 2001,
    ("years",): 1,
    ("price_year",): 2000,
    ("inputs",): {},
    ("inputs", "towns"): {"file": "unknown"},
    ("inputs", "zones"): {"file": "unknown"},
    ("inputs", "children"): {"file": "unknown"},
    ("projections",): {"unknown": {"method": "progression"}},
    ("policies",): {"unknown": {"actions": []}},
}


class Unsettled(frozenset[KeyPath]):
    """Paths of a study file whose values are not known: left out, or stood in for."""

    def known(self, *paths: KeyPath) -> bool:
        """Whether everything at and below these paths is what the user wrote, or a default."""
        return not any(_meet(path, unsettled) for path in map(tuple, paths) for unsettled in self)


NOTHING = Unsettled()


def _meet(path: KeyPath, other: KeyPath) -> bool:
    """Whether one of two paths leads through the other."""
    shorter = min(len(path), len(other))
    return path[:shorter] == other[:shorter]


class Settled(NamedTuple):
    """A study as far as its file goes, what is not known of it, and why: None for a whole file."""

    study: Study | None
    unsettled: Unsettled
    problem: ValidationError | None


def settle(data: Any) -> Settled:
    """Validate the plain data of a study file; take out what is wrong until the rest is right.

    Returns
    -------
    Settled
        The study is None where nothing is left of it: the data is no map.
    """
    first: ValidationError | None = None
    unsettled: set[KeyPath] = set()
    for _ in range(ROUNDS):
        try:
            return Settled(Study.model_validate(data), Unsettled(unsettled), first)
        except ValidationError as problem:
            faults = problem.errors(include_url=False)
            if first is None:
                first, data = problem, copy.deepcopy(data)
        if not isinstance(data, dict):
            break
        # Backwards, so that the items of a list keep their numbers; one place may have two faults.
        places = {_place(data, fault): fault for fault in faults}
        for path, fault in reversed(places.items()):
            unsettled |= _take_out(data, path, fault["type"])
    return Settled(None, Unsettled(unsettled), first)


def _take_out(data: dict[Any, Any], path: KeyPath, kind: str) -> set[KeyPath]:
    """Remove the part of the data that a fault names, or stand in for it; return its paths."""
    if kind == "extra_forbidden":
        meant = _meant(data, path)
        _remove(data, path)
        return meant
    if kind != "missing":
        _remove(data, path)
    elif path in _STAND_INS:
        *above, key = path
        _at(data, above)[key] = copy.deepcopy(_STAND_INS[path])
    else:
        path = path[:-1]
        _remove(data, path)
    return {path}


def _place(data: Any, fault: ErrorDetails) -> KeyPath:
    """Return the path in the data of pydantic's location, without its union tags."""
    path: KeyPath = ()
    loc, missing = fault["loc"], fault["type"] == "missing"
    for index, part in enumerate(loc):
        there = _has(data, part)
        if there:
            data = data[part]
        if there or (missing and index == len(loc) - 1):
            path = (*path, part)
    return path


def _has(data: Any, part: str | int) -> bool:
    if isinstance(data, list):
        return isinstance(part, int) and part < len(data)
    return isinstance(data, dict) and part in data


def _meant(data: dict[Any, Any], path: KeyPath) -> set[KeyPath]:
    """Return the known key that an unknown one may stand for, where it is not there itself."""
    *above, key = path
    known = {name for model in models_at(Study, tuple(above)) for name in model.model_fields}
    there = _at(data, above) or ()
    close = get_close_matches(str(key), known - set(there), n=1, cutoff=0.5)
    return {(*above, name) for name in close}


def _remove(data: dict[Any, Any], path: KeyPath) -> None:
    """Remove a value, if what holds it is still there."""
    *above, key = path
    holder = _at(data, above)
    if _has(holder, key):
        del holder[key]


def _at(data: Any, path: Iterable[str | int]) -> Any:
    for part in path:
        if not _has(data, part):
            return None
        data = data[part]
    return data
