"""Projects that differ in name alone: of equal plans the model keeps one.

Three blocks of six rooms at the same school may be started in any order; a solver would try all. Of
such options one comes first by position and is started no later than the next.
"""

from __future__ import annotations

from dataclasses import fields

import numpy as np

from optimizer.domain.options import Options


def alike(options: Options, free: list[int]) -> tuple[tuple[int, ...], ...]:
    """Group options that are equal in all but their ids.

    Parameters
    ----------
    free
        Positions of the options that may be started; others are in no group.

    Returns
    -------
    tuple of tuple of int
        Groups of two and more, each in ascending order.
    """
    columns = [getattr(options, one.name) for one in fields(options) if one.name != "ids"]
    groups: dict[tuple[object, ...], list[int]] = {}
    for o in sorted(free):
        groups.setdefault(tuple(_value(column, o) for column in columns), []).append(o)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def in_order(start: np.ndarray, groups: tuple[tuple[int, ...], ...]) -> np.ndarray:
    """Give the starts of each group to its options in order, never (0) last: the same plan."""
    ordered = start.copy()
    for group in groups:
        years = start[list(group)]
        ordered[list(group)] = years[np.lexsort((years, years == 0))]
    return ordered


def _value(column: np.ndarray | tuple[object, ...], option: int) -> object:
    value = column[option]
    return tuple(value.tolist()) if isinstance(value, np.ndarray) else value
