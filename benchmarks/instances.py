"""Published location instances as they stand in their files, before they become problems."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.sparse.csgraph import shortest_path

KINDS = ("cflp", "sscflp", "pmedian", "cpmp", "siting")


class InstanceError(ValueError):
    """A file is not the instance that was asked for; the message says where and why."""


@dataclass(frozen=True)
class Instance:
    """Customers, places and what it costs to serve the ones from the others.

    Attributes
    ----------
    name, kind
        File name without suffix; one of `KINDS`.
    demand
        (Z,) units of every customer.
    cost
        (Z, S) cost of serving the whole of a customer from a place.
    capacity
        (S,) units, infinite where there is no limit.
    opening
        (S,) cost of opening a place.
    whole
        A customer is served from one place; else its demand may be split.
    schools_open
        Exact number of places to open; None: any.
    own
        (S,) customer at whose place each place is; None where places are not customers.
    ids
        Z texts by which files name the customers; none where no other file may.
    touching
        (E, 2) customers that touch, where their areas must hang together; None: they need not.
    """

    name: str
    kind: str
    demand: np.ndarray
    cost: np.ndarray
    capacity: np.ndarray
    opening: np.ndarray
    whole: bool
    schools_open: int | None
    own: np.ndarray | None = None
    ids: tuple[str, ...] = ()
    touching: np.ndarray | None = None


def with_touching(instance: Instance, path: Path) -> Instance:
    """Read which customers touch: two ids a line, with or without a title line.

    Raises
    ------
    InstanceError
        If the file cannot be read or names a customer that is not there, or the instance's places
        are none of its customers.
    """
    if instance.own is None:
        raise InstanceError(
            f"{path}: in a {instance.kind} file places do not stand among customers"
        )
    place = {name: row for row, name in enumerate(instance.ids)}
    pairs = []
    for number, line in enumerate(_text(path).splitlines(), start=1):
        ids = line.replace(",", " ").split()
        known = len(ids) == 2 and ids[0] in place and ids[1] in place
        if known and ids[0] != ids[1]:
            pairs.append(sorted((place[ids[0]], place[ids[1]])))
        elif ids and number > 1:
            raise InstanceError(
                f"{path}: line {number} is no pair of two customers: {line.strip()}"
            )
    if not pairs:
        raise InstanceError(f"{path}: names no pair of customers that touch")
    return replace(instance, touching=np.unique(np.array(pairs), axis=0))


def read_instance(
    path: Path, kind: str, schools_open: int | None = None, capacitated: bool = False
) -> Instance:
    """Read a published file.

    Parameters
    ----------
    kind
        ``cflp`` and ``sscflp`` (capacities, opening costs), ``pmedian`` (a graph), ``cpmp`` (points
        in the plane), ``siting`` (a table of places).
    schools_open
        For siting the number of schools; elsewhere it replaces the number in the file, if that has
        one.
    capacitated
        For siting: schools have capacities, and a place is served by one school.

    Raises
    ------
    InstanceError
        If the file is missing, is not of this kind, or no plan of that many schools can exist.
    """
    text = _text(path)
    if kind == "siting":
        found = _siting(path, text, schools_open, capacitated)
    else:
        numbers = _Numbers(path, text)
        if kind in ("cflp", "sscflp"):
            found = _fixed_charge(numbers, kind, schools_open)
        elif kind == "pmedian":
            found = _graph(numbers, schools_open)
        else:
            found = _plane(numbers, schools_open)
        numbers.nothing_left()
    return _sound(found, path)


class _Numbers:
    """The numbers of a file in reading order."""

    def __init__(self, path: Path, text: str) -> None:
        self.path = path
        try:
            self._all = np.array(text.split(), dtype=float)
        except ValueError as error:
            raise InstanceError(f"{path}: holds something that is no number: {error}") from error
        self._next = 0

    def take(self, count: int) -> np.ndarray:
        """Return the next numbers."""
        first, self._next = self._next, self._next + count
        if count < 0 or self._next > len(self._all):
            raise InstanceError(
                f"{self.path}: ends after {len(self._all)} numbers, {self._next} are needed"
            )
        return self._all[first : self._next]

    def integers(self, count: int) -> list[int]:
        """Return the next numbers, which must be whole."""
        taken = self.take(count)
        if np.any(taken != np.round(taken)):
            raise InstanceError(f"{self.path}: {list(taken)} should be whole numbers")
        return [int(number) for number in taken]

    def nothing_left(self) -> None:
        """Complain about numbers after the end of the instance."""
        if self._next != len(self._all):
            raise InstanceError(
                f"{self.path}: has {len(self._all)} numbers, only {self._next} belong to it"
            )


def _fixed_charge(numbers: _Numbers, kind: str, schools_open: int | None) -> Instance:
    """Capacitated location: the OR-Library's layout, or Holmberg's for a single source."""
    sites, zones = numbers.integers(2)
    if kind == "cflp":
        table = numbers.take(2 * sites).reshape(sites, 2)
        capacity, opening = table[:, 0], table[:, 1]
        rows = numbers.take(zones * (sites + 1)).reshape(zones, sites + 1)
        demand, cost = rows[:, 0], rows[:, 1:]
    else:
        capacity, opening, demand = (numbers.take(n) for n in (sites, sites, zones))
        cost = numbers.take(zones * sites).reshape(zones, sites)
    whole = kind == "sscflp"
    name = numbers.path.stem
    return Instance(name, kind, demand, cost, capacity, opening, whole, schools_open)


def _graph(numbers: _Numbers, schools_open: int | None) -> Instance:
    """P-median on a graph: every node is customer and place; a repeated edge: the last counts."""
    nodes, edges, wanted = numbers.integers(3)
    rows = numbers.take(3 * edges).reshape(edges, 3)
    ends = rows[:, :2].astype(int) - 1
    if edges and (ends.min() < 0 or ends.max() >= nodes):
        raise InstanceError(f"{numbers.path}: an edge names a node outside 1 to {nodes}")
    length = np.zeros((nodes, nodes))
    for (one, other), metres in zip(ends, rows[:, 2], strict=True):
        length[one, other] = length[other, one] = metres
    cost = shortest_path(length, directed=False)
    if not np.isfinite(cost).all():
        raise InstanceError(f"{numbers.path}: the graph is not connected")
    return Instance(
        numbers.path.stem,
        "pmedian",
        np.ones(nodes),
        cost,
        np.full(nodes, np.inf),
        np.zeros(nodes),
        True,
        schools_open or wanted,
        np.arange(nodes),
        _numbered(np.arange(nodes) + 1),
    )


def _plane(numbers: _Numbers, schools_open: int | None) -> Instance:
    """Capacitated p-median in the plane: distance is the floor of the Euclidean one."""
    numbers.take(2)
    points, wanted, capacity = numbers.integers(3)
    rows = numbers.take(4 * points).reshape(points, 4)
    where = rows[:, 1:3]
    distance = np.floor(np.linalg.norm(where[:, None] - where[None, :], axis=2) + 1e-9)
    return Instance(
        numbers.path.stem,
        "cpmp",
        rows[:, 3],
        distance,
        np.full(points, float(capacity)),
        np.zeros(points),
        True,
        schools_open or wanted,
        np.arange(points),
        _numbered(rows[:, 0]),
    )


class Places(NamedTuple):
    """A table of places: (N,) number, pupils and capacity (0: no candidate), (N, 2) metres."""

    number: np.ndarray
    demand: np.ndarray
    where: np.ndarray
    capacity: np.ndarray


def read_places(path: Path) -> Places:
    """Read the table of places of a siting instance.

    Raises
    ------
    InstanceError
        If the file is missing, or is no such table.
    """
    return _places(path, _text(path))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InstanceError(f"{path}: cannot be read as text: {error}") from error


def _places(path: Path, text: str) -> Places:
    rows = np.array(list(_table(path, text, ("ID", "Demand", "x", "y", "Fcap")))).reshape(-1, 5)
    return Places(rows[:, 0].astype(int), rows[:, 1], rows[:, 2:4], rows[:, 4])


def _siting(path: Path, text: str, schools_open: int | None, capacitated: bool) -> Instance:
    """School siting: cost is demand times kilometres; candidates are the places with a capacity."""
    numbers, demand, where, capacity = _places(path, text)
    candidate = np.flatnonzero(capacity > 0)
    if schools_open is None:
        raise InstanceError(f"{path}: --kind siting needs --p, the number of schools")
    kilometres = np.linalg.norm(where[:, None] - where[candidate][None, :], axis=2) / 1000.0
    return Instance(
        path.stem,
        "siting",
        demand,
        demand[:, None] * kilometres,
        capacity[candidate] if capacitated else np.full(len(candidate), np.inf),
        np.zeros(len(candidate)),
        True,
        schools_open,
        candidate,
        _numbered(numbers),
    )


def _numbered(numbers: np.ndarray) -> tuple[str, ...]:
    """Name customers by their numbers."""
    return tuple(str(int(number)) for number in numbers)


def _table(path: Path, text: str, wanted: tuple[str, ...]) -> Iterator[list[float]]:
    """Rows of a table with a title line, the wanted columns in that order."""
    lines = [line.replace(",", " ").split() for line in text.splitlines() if line.strip()]
    titles = lines[0] if lines else []
    missing = [name for name in wanted if name not in titles]
    if missing:
        raise InstanceError(f"{path}: its first line has no column {', '.join(missing)}")
    for number, line in enumerate(lines[1:], start=2):
        try:
            yield [float(line[titles.index(name)]) for name in wanted]
        except (ValueError, IndexError) as error:
            raise InstanceError(f"{path}: line {number} cannot be read: {error}") from error


def _sound(found: Instance, path: Path) -> Instance:
    """Return the instance if a plan of it can be thought of; say why otherwise."""
    zones, sites = found.cost.shape
    if not zones or not sites:
        raise InstanceError(f"{path}: has {zones} customers and {sites} places; both are needed")
    for what in ("demand", "cost", "opening"):
        array = getattr(found, what)
        if not (np.isfinite(array).all() and array.min() >= 0):
            raise InstanceError(f"{path}: a {what} is negative or not finite")
    if np.isnan(found.capacity).any() or found.capacity.min() < 0:
        raise InstanceError(f"{path}: a capacity is negative or not a number")
    nobody = found.demand <= 0
    if found.cost[nobody].any():
        raise InstanceError(f"{path}: a customer without demand has a cost")
    if found.schools_open is not None and not 1 <= found.schools_open <= sites:
        raise InstanceError(f"{path}: {found.schools_open} schools on {sites} places")
    return found


__all__ = ["KINDS", "Instance", "InstanceError", "read_instance", "with_touching"]
