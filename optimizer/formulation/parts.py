"""What a family is handed, and the few words in which it writes rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyomo.environ as pyo
from pyomo.core.expr.numeric_expr import LinearExpression

from optimizer.domain import Problem
from optimizer.formulation.index import Key, Network
from optimizer.formulation.whereabouts import Pairs, Part, Whereabouts

Row = tuple[float | None, "Linear", float | None]
"""Lower bound, linear expression, upper bound."""


Loosen = Callable[[str, Mapping[Any, Row]], Mapping[Any, Row]]
"""From the name of a group of rows, as ``budget.year``, and its rows to rows that ask for less."""

LOOSEN = "loosen"
"""Name of a model's attribute of that kind."""

Columns = dict[Key, tuple[Any, int, float | None]]
"""Variables to declare: key to (index that people read, site, upper bound)."""


class ImpossibleError(Exception):
    """A row without variables that cannot hold: no plan exists; the message is its name."""


class Linear:
    """A linear expression being written: constant, coefficients, Pyomo variables."""

    __slots__ = ("coefficients", "constant", "variables")

    def __init__(self) -> None:
        self.constant = 0.0
        self.coefficients: list[float] = []
        self.variables: list[Any] = []

    def add(self, coefficient: float, what: Any) -> Linear:
        """Add a multiple of a number or of a Pyomo variable, and return the expression."""
        if isinstance(what, int | float):
            self.constant += coefficient * what
        elif coefficient:
            self.coefficients.append(float(coefficient))
            self.variables.append(what)
        return self

    def plus(self, other: Linear, factor: float = 1.0) -> Linear:
        """Add a multiple of another expression, and return this one."""
        self.constant += factor * other.constant
        self.coefficients.extend(factor * c for c in other.coefficients)
        self.variables.extend(other.variables)
        return self

    def expression(self) -> LinearExpression:
        """Hand over to Pyomo."""
        return LinearExpression(
            constant=self.constant, linear_coefs=self.coefficients, linear_vars=self.variables
        )


@dataclass
class Parts:
    """The problem, its index sets, and the variables declared so far.

    Attributes
    ----------
    variables
        Key to Pyomo variable.
    site_of
        `id` of a Pyomo variable to the site it belongs to.
    rooms_at_most
        (S,) general and function rooms that a site can ever have: no plan has more classes there.
    """

    problem: Problem
    network: Network
    pairs: Pairs
    places: Whereabouts
    rooms_at_most: Any
    variables: dict[Key, Any] = field(default_factory=dict)
    site_of: dict[int, int] = field(default_factory=dict)

    def declare(
        self,
        block: Any,
        name: str,
        columns: Columns,
        domain: Any = pyo.NonNegativeReals,
    ) -> None:
        """Declare variables: key to (index that people read, site, upper bound)."""
        declare(block, name, columns, domain, self.variables, self.site_of)

    def value(self, part: Part | int) -> Any:
        """Return the number itself, or the variable of a key."""
        return self.variables[part] if isinstance(part, tuple) else part

    def running(self, site: int, level: int, year: int) -> Any:
        """Whether a level runs at a site in a year from t0: 0, 1 or a variable."""
        return self.value(self.network.running(site, level, year))

    def started(self, option: int, years: Iterable[int]) -> Linear:
        """Count the starts of an option in some years from t0: 0 or 1."""
        row, wanted = Linear(), set(years)
        if option in self.network.committed:
            return row.add(1.0, int(self.network.committed[option] in wanted))
        for start in self.network.starts.get(option, ()):
            if start in wanted:
                row.add(1.0, self.variables["builds", option, start])
        return row

    def serving(self, option: int, year: int) -> Linear:
        """Whether an option serves in a year, having started to do so in t0 or later."""
        lead = int(self.problem.options.lead[option])
        return self.started(option, range(-lead, year - lead + 1))

    def stop(self, site: int, level: int, year: int) -> Linear:
        """1 where a level stops exactly in a year from t0."""
        line = Linear().add(1.0, self.running(site, level, year - 1))
        return line.add(-1.0, self.running(site, level, year))

    def possible(self) -> list[tuple[int, int]]:
        """(site, level) pairs that run in some year or may."""
        last = self.problem.horizon.years - 1
        return [
            (site, level)
            for site in range(len(self.problem.sites))
            for level in range(len(self.problem.levels))
            if self.problem.sites.runs[site, level] or self.network.running(site, level, last) != 0
        ]

    def spending(self, option: int, start: int) -> list[tuple[int, float]]:
        """Years from t0 in which an option started then is paid, and how much, undiscounted."""
        options = self.problem.options
        paid = [
            (start + offset, float(share * options.capital_cost[option]))
            for offset, share in enumerate(options.spend[option])
            if share
        ]
        return [(year, yuan) for year, yuan in paid if 0 <= year < self.problem.horizon.years]

    def label(self, year: int) -> int:
        """Absolute year of a year counted from t0."""
        return self.problem.horizon.first_year + year

    def discount(self, year: int) -> float:
        """Present-value factor of a year counted from t0 (C2)."""
        return float((1.0 + self.problem.horizon.discount_rate) ** -year)


def declare(
    block: Any,
    name: str,
    columns: Columns,
    domain: Any,
    variables: dict[Key, Any],
    site_of: dict[int, int],
) -> None:
    """Declare variables in a block, and note each by its key and its site."""
    component = pyo.Var([label for label, _, _ in columns.values()], domain=domain)
    block.add_component(name, component)
    for key, (label, site, upper) in columns.items():
        data = component[label]
        if upper is not None and domain is not pyo.Binary:
            data.setub(upper)
        variables[key] = data
        site_of[id(data)] = site


def rows(block: Any, name: str, written: Mapping[Any, Row]) -> None:
    """Add named rows to a family's block, leaving out those that hold by themselves.

    Where the model has a `loosen` (see `elastic`), rows pass through it on their way.

    Raises
    ------
    ImpossibleError
        If a row has no variable and does not hold.
    """
    loosen: Loosen | None = getattr(block.model(), LOOSEN, None)
    if loosen is not None:
        written = loosen(f"{block.name}.{name}", written)
    kept = {}
    for index, (lower, line, upper) in written.items():
        if line.variables:
            kept[index] = (lower, line, upper)
        elif not _holds(lower, line.constant, upper):
            raise ImpossibleError(f"{block.name}.{name}{_text(index)}")
    if not kept:
        return
    component = pyo.Constraint(pyo.Set(initialize=list(kept), dimen=None))
    block.add_component(name, component)
    for index, (lower, line, upper) in kept.items():
        shift = line.constant
        line.constant = 0.0
        component[index] = (
            None if lower is None else lower - shift,
            line.expression(),
            None if upper is None else upper - shift,
        )


def total(lines: Iterable[Linear]) -> Linear:
    """Sum expressions."""
    result = Linear()
    for line in lines:
        result.plus(line)
    return result


def _holds(lower: float | None, value: float, upper: float | None) -> bool:
    return (lower is None or value >= lower - 1e-6) and (upper is None or value <= upper + 1e-6)


def _text(index: Any) -> str:
    parts = index if isinstance(index, tuple) else (index,)
    return "[" + ",".join(str(part) for part in parts) + "]"


Terms = dict[str, Linear]
"""Cost terms by name, in discounted yuan."""

Add = Callable[[Any, Parts], Terms]
