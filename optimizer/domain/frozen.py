"""Values that never change: arrays made read-only, equality and hash by digest."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from enum import Enum
from functools import cached_property
from typing import Any

import numpy as np


class Frozen:
    """Mixin for `@dataclass(frozen=True, eq=False)`: read-only arrays, compared by `digest`."""

    def __post_init__(self) -> None:
        """Make every array field read-only (a copy is taken, so the caller's array stays free)."""
        for field in dataclasses.fields(self):  # type: ignore[arg-type]
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                copy = np.array(value, order="C")
                copy.setflags(write=False)
                object.__setattr__(self, field.name, copy)

    @cached_property
    def digest(self) -> str:
        """Sha256 over the content: equal values have equal digests on every machine."""
        hasher = hashlib.sha256()
        _feed(hasher, self)
        return hasher.hexdigest()

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.digest == self.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Restore from a pickle, which forgets that arrays were read-only."""
        self.__dict__.update(state)
        for value in state.values():
            if isinstance(value, np.ndarray):
                value.setflags(write=False)


def _feed(hasher: Any, value: object) -> None:
    """Feed a canonical byte form of `value` to the hash, type by type."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hasher.update(f"<{type(value).__name__}>".encode())
        for field in dataclasses.fields(value):
            hasher.update(field.name.encode())
            _feed(hasher, getattr(value, field.name))
    elif isinstance(value, np.ndarray):
        hasher.update(f"[{value.dtype.str}{value.shape}]".encode())
        hasher.update(np.ascontiguousarray(value).tobytes())
    elif isinstance(value, Mapping):
        for key in sorted(value):
            hasher.update(repr(key).encode())
            _feed(hasher, value[key])
    elif isinstance(value, tuple | list):
        hasher.update(f"({len(value)}".encode())
        for item in value:
            _feed(hasher, item)
    elif isinstance(value, frozenset):
        _feed(hasher, tuple(sorted(value)))
    elif isinstance(value, Enum):
        hasher.update(repr(value.value).encode())
    elif isinstance(value, np.generic):
        hasher.update(repr(value.item()).encode())
    else:
        hasher.update(repr(value).encode())
