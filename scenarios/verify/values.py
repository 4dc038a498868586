"""Values of `rules.json` by path, with a fault for each that is missing or of another kind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scenarios.verify.verdict import Fault

RULES_FILE = "problem/rules.json"


class Values:
    """Reads nested JSON by dotted paths; `faults` holds what was wrong on the way."""

    def __init__(self, content: dict[str, Any]) -> None:
        self.content = content
        self.faults: list[Fault] = []

    def at(self, path: str) -> Any:
        """Whatever stands at a path; None where nothing does."""
        value: Any = self.content
        for key in path.split("."):
            value = value.get(key) if isinstance(value, dict) else None
        return value

    def wrong(self, path: str, value: object) -> None:
        """Note a fault."""
        self.faults.append(Fault("manifest.entry", RULES_FILE, path, repr(value)[:80]))

    def number(self, path: str, low: float = 0.0, high: float = float("inf")) -> float:
        """Return a number from `low` to `high`."""
        value = self.at(path)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            self.wrong(path, value)
            return float(low)
        return float(value)

    def whole(self, path: str, low: int = 0) -> int:
        """Return a whole number of at least `low`."""
        number = self.number(path, low)
        if not number.is_integer():
            self.wrong(path, number)
            return low
        return int(number)

    def maybe(self, path: str) -> float | None:
        """Return a number, or None where nothing stands."""
        return None if self.at(path) is None else self.number(path)

    def maybe_whole(self, path: str) -> int | None:
        """Return a whole number, or None where nothing stands."""
        return None if self.at(path) is None else self.whole(path)

    def flag(self, path: str) -> bool:
        """Return true or false."""
        value = self.at(path)
        if not isinstance(value, bool):
            self.wrong(path, value)
        return value is True

    def texts(self, path: str) -> tuple[str, ...]:
        """Return a list of texts in its order."""
        value = self.at(path)
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.wrong(path, value)
            return ()
        return tuple(value)

    def names(self, path: str, known: tuple[str, ...] | None = None) -> frozenset[str]:
        """Return a set of texts, all of them known."""
        found = frozenset(self.texts(path))
        if known is not None and not found <= set(known):
            self.wrong(path, sorted(found - set(known)))
        return found

    def items(self, path: str) -> Iterator[Values]:
        """Readers of the objects of a list."""
        value = self.at(path)
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.wrong(path, value)
            return
        for item in value:
            reader = Values(item)
            reader.faults = self.faults
            yield reader

    def text(self, path: str) -> str:
        """Return a text that is not empty."""
        value = self.at(path)
        if not isinstance(value, str) or not value:
            self.wrong(path, value)
            return ""
        return value
