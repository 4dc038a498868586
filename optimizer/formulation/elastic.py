"""Elastic: rules that may be broken, each in its own unit, so that there always is a plan.

A family of its own that stands before all others and lends a column to each row of a rule that may
give, in the unit of what would have to change:

    places        assignment.sum:       Σ_j share + unplaced[i,l,t] = 1           pupils
    continuing    cohorts.running:      part ≤ bound · operates + stranded        groups of pupils
                  cohorts.nobody:       part ≤ stranded                           groups of pupils
    rooms         capacity.rooms:       classes - taken ≤ rooms + rooms[j]        rooms
    seats         capacity.seats:       pupils ≤ seats + seats[j]                 pupils
    class_size    class_size.hard, cap: over ≤ (limit - cap) · classes + over_hard   pupil-years
    budget        budget.year:          spend ≤ budget + yuan[t] (Σ_{u≤t} with carry-over)  yuan
    closings      closing.per_year:     closings ≤ limit + closings               closings
    close_below   closing.small:        pupils ≤ close_below + close_below        pupils
                  closing.size:         stop ≤ relocations + large[j]             schools
    last_school   closing.town:         Σ operates ≥ 1 - town[τ]                  towns
    schools_open  schools.schools_open: Σ open - more + fewer = p                 schools
    stability     stability.limit:      Σ sent elsewhere ≤ σ Σ entrants + stability      pupils
    unsafe        lifecycle.unsafe:     operates ≤ retrofitted + unsafe[j]        schools
    points        lifecycle.parent:     operates ≤ operates of parent + parent[j] schools
    orders        lifecycle.converts, keeps, relocates, whole: ± order[o]         projects
    actions       lifecycle.may_close, may_merge: ≤ asked + action[a]             kinds of action

A rule that rests in the index sets (which projects, years and closings exist at all) has no row.
Given the problem as it was before such a rule was lifted, rows say what of the new is used:

    new_start[o,t]:   builds[o,t] ≤ used[lever of o]
    new_stop[j,l,t]:  operates[t-1] - operates[t] ≤ used[lever of j]

With every rule of the first list free, nothing built, nothing merged and nothing stopped but what
is ordered is a solution: so the model has one whatever the problem. Rooms may exceed what a site
can ever have, so the bounds of `classes` are raised.

    lacking = Σ rate · slack, the rate a weight between units and no price (`RATES`)
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimizer.domain import Problem
from optimizer.formulation.class_size import label
from optimizer.formulation.index import Network, make_network
from optimizer.formulation.parts import LOOSEN, Linear, Parts, Row, Terms, rows

NAME = "elastic"
TIES_SITES = frozenset({"new_start", "new_stop"})
RATES = {
    "places": 1_000.0,
    "continuing": 50_000.0,
    "rooms": 300.0,
    "seats": 10.0,
    "class_size": 10.0,
    "budget": 1e-3,
    "closings": 1_000.0,
    "close_below": 10.0,
    "last_school": 5_000.0,
    "schools_open": 5_000.0,
    "stability": 10.0,
    "unsafe": 20_000.0,
    "points": 20_000.0,
    "orders": 20_000.0,
    "actions": 5_000.0,
}
"""Thousand yuan per unit: weights between units, for choosing what gives way; no prices."""
ROW_RULES = frozenset(RATES)
USED = 1.0
"""Weight of a lever used beyond the index sets of the original problem."""

Lever = tuple[str, str]
"""Rule and what of it gives: a site, a year, a project, empty for the rule as a whole."""


@dataclass
class Elastic:
    """The family for a choice of rules; hand it to `build` as the first.

    Attributes
    ----------
    free
        Rules of `ROW_RULES` that may give.
    before
        The problem with the rule whose index sets were widened; None: nothing was.
    lever
        Names what gives for a new ``start`` of a project or ``stop`` at a site; None: it is free.
    slacks
        Filled while rows are written: lever to (column, units per 1 of it).
    """

    free: frozenset[str]
    before: Problem | None = None
    lever: Callable[[str, int], Lever | None] | None = None
    NAME: str = NAME
    TIES_SITES: frozenset[str] = TIES_SITES
    slacks: dict[Lever, list[tuple[Any, float]]] = field(default_factory=dict)
    _block: Any = None
    _cost: Linear = field(default_factory=Linear)

    def applies(self, problem: Problem) -> bool:  # noqa: ARG002 - every family has this signature
        """Return True: that is its purpose."""
        return True

    def add(self, block: Any, parts: Parts) -> Terms:
        """Raise the bounds of classes and lend a column to each row written from now on.

        The cost term fills as other families write their rows: the objective is written last.
        """
        self._block = block
        if "rooms" in self.free or "class_size" in self.free:
            _raise_classes(parts)
        setattr(block.model(), LOOSEN, _Softener(self, parts).loosen)
        if self.before is not None:
            self._new(parts, make_network(self.before))
        return {"lacking": self._cost}

    def slack(
        self, lever: Lever, name: str, index: Any, amount: float = 1.0, upper: float | None = None
    ) -> Any:
        """Return the column of a lever, declared when first asked for.

        Parameters
        ----------
        amount
            Units for which 1 of the column stands.
        """
        component = self._block.component(name)
        if component is None:
            component = pyo.Var(pyo.Any, domain=pyo.NonNegativeReals, dense=False)
            self._block.add_component(name, component)
        new = index not in component
        column = component[index]
        if new:
            column.setub(upper)
            self.slacks.setdefault(lever, []).append((column, amount))
            self._cost.add(RATES.get(lever[0], USED) * amount, column)
        return column

    def _new(self, parts: Parts, old: Network) -> None:
        """Say which projects and stops the original problem did not have."""
        problem, ids = parts.problem, parts.problem.sites.ids
        starts: dict[Any, Row] = {}
        stops: dict[Any, Row] = {}
        for o, years in parts.network.starts.items():
            for t in set(years) - set(old.starts.get(o, ())):
                used = self._used("start", o)
                if used is not None:
                    line = Linear().add(1.0, parts.variables["builds", o, t]).add(-1.0, used)
                    starts[problem.options.ids[o], parts.label(t)] = (None, line, 0.0)
        for j, level, t in parts.network.stops():
            used = None if old.may_stop(j, level, t) else self._used("stop", j)
            if used is not None:
                index = ids[j], problem.levels[level].name, parts.label(t)
                stops[index] = (None, parts.stop(j, level, t).add(-1.0, used), 0.0)
        rows(self._block, "new_start", dict(sorted(starts.items())))
        rows(self._block, "new_stop", dict(sorted(stops.items())))

    def _used(self, what: str, number: int) -> Any:
        lever = None if self.lever is None else self.lever(what, number)
        return None if lever is None else self.slack(lever, "used", lever[1], upper=1.0)


def _raise_classes(parts: Parts) -> None:
    """Let a site have as many classes as could ever be asked of it."""
    least: np.ndarray = np.zeros((len(parts.problem.sites), parts.problem.horizon.years))
    for (j, level, _, t), cell in parts.places.cells.items():
        least[j, t] += 1 + sum(number for _, number, _ in cell) / parts.problem.levels[level].cap
    kept = np.bincount(
        parts.problem.enrolled.class_site, parts.problem.enrolled.classes, len(least)
    )
    most = np.ceil(least.max(axis=1, initial=0.0)) + kept
    parts.rooms_at_most = np.maximum(parts.rooms_at_most, most)
    for key, variable in parts.variables.items():
        if key[0] == "classes":
            variable.setub(float(parts.rooms_at_most[int(key[1])]))


Rows = Mapping[Any, Row]


class _Softener:
    """Lends columns to rows, group by group."""

    def __init__(self, elastic: Elastic, parts: Parts) -> None:
        self.elastic, self.parts = elastic, parts
        self.zone = {one: i for i, one in enumerate(parts.problem.zones.ids)}
        self.level = {one.name: number for number, one in enumerate(parts.problem.levels)}
        self.groups: dict[str, tuple[str, Callable[[Any, Row], Row]]] = {
            "assignment.sum": ("places", self._sum),
            "cohorts.running": ("continuing", self._stranded),
            "cohorts.nobody": ("continuing", self._stranded),
            "capacity.rooms": ("rooms", self._at_site("rooms", "rooms")),
            "capacity.seats": ("seats", self._at_site("seats", "seats")),
            "class_size.cap": ("class_size", self._cap),
            "class_size.hard": ("class_size", self._hard),
            "budget.year": ("budget", self._budget),
            "closing.per_year": ("closings", self._whole("closings")),
            "closing.small": ("close_below", self._whole("close_below")),
            "closing.size": ("close_below", self._at_site("close_below", "large")),
            "closing.town": ("last_school", self._town),
            "schools.schools_open": ("schools_open", self._schools),
            "stability.limit": ("stability", self._whole("stability")),
            "lifecycle.unsafe": ("unsafe", self._at_site("unsafe", "unsafe")),
            "lifecycle.parent": ("points", self._at_site("points", "parent")),
            "lifecycle.converts": ("orders", self._order(-1.0)),
            "lifecycle.whole": ("orders", self._order(-1.0)),
            "lifecycle.keeps": ("orders", self._order(1.0)),
            "lifecycle.relocates": ("orders", self._order(1.0)),
            "lifecycle.may_close": ("actions", self._action("close")),
            "lifecycle.may_merge": ("actions", self._action("merge")),
        }

    def loosen(self, group: str, written: Rows) -> Rows:
        """Lend columns to the rows of a rule that may give; leave all others as they are."""
        rule, soften = self.groups.get(group, ("", None))
        if soften is None or rule not in self.elastic.free:
            return written
        return {index: soften(index, row) for index, row in written.items()}

    def _sum(self, index: Any, row: Row) -> Row:
        zone, level, year = index
        t = year - self.parts.problem.horizon.first_year
        pupils = self.parts.problem.demand.entrants[self.zone[zone], self.level[level], t]
        lever = "places", f"{zone}/{level}/{year}"
        return _with(row, 1.0, self.elastic.slack(lever, "unplaced", index, float(pupils), 1.0))

    def _stranded(self, index: Any, row: Row) -> Row:
        names = index if isinstance(index, tuple) else (index,)
        lever = "continuing", "/".join(str(name) for name in names)
        return _with(row, -1.0, self.elastic.slack(lever, "stranded", index, upper=1.0))

    def _at_site(self, rule: str, name: str) -> Callable[[Any, Row], Row]:
        return lambda index, row: _with(
            row, -1.0, self.elastic.slack((rule, index[0]), name, index[0])
        )

    def _whole(self, rule: str) -> Callable[[Any, Row], Row]:
        return lambda _, row: _with(row, -1.0, self.elastic.slack((rule, ""), rule, "all"))

    def _cap(self, index: Any, row: Row) -> Row:
        """Only where the cap is the hard limit: elsewhere `over` and `hard` follow."""
        return row if index in self._over else self._hard(index, row)

    @cached_property
    def _over(self) -> frozenset[Any]:
        """Cells that may exceed the cap, known once `class_size` has declared its columns."""
        keys = [key for key in self.parts.variables if key[0] == "over"]
        return frozenset(
            label(self.parts, (int(j), int(level), int(c), int(t))) for _, j, level, c, t in keys
        )

    def _hard(self, index: Any, row: Row) -> Row:
        lever = "class_size", f"{index[0]}/{index[1]}/{index[3]}"
        return _with(row, -1.0, self.elastic.slack(lever, "over_hard", index))

    def _budget(self, year: Any, row: Row) -> Row:
        first, before = self.parts.problem.horizon.first_year, row
        earliest = first if self.parts.problem.policy.carry_over else year
        for when in range(earliest, year + 1):
            before = _with(before, -1.0, self.elastic.slack(("budget", str(when)), "yuan", when))
        return before

    def _town(self, index: Any, row: Row) -> Row:
        return _with(row, 1.0, self.elastic.slack(("last_school", index[0]), "town", index[0]))

    def _schools(self, _: Any, row: Row) -> Row:
        more = self.elastic.slack(("schools_open", "more"), "schools", "more")
        fewer = self.elastic.slack(("schools_open", "fewer"), "schools", "fewer")
        return _with(_with(row, -1.0, more), 1.0, fewer)

    def _order(self, sign: float) -> Callable[[Any, Row], Row]:
        return lambda index, row: _with(
            row, sign, self.elastic.slack(("orders", index[0]), "order", index[0], upper=1.0)
        )

    def _action(self, name: str) -> Callable[[Any, Row], Row]:
        return lambda _, row: _with(
            row, -1.0, self.elastic.slack(("actions", name), "action", name, upper=1.0)
        )


def _with(row: Row, coefficient: float, column: Any) -> Row:
    lower, line, upper = row
    return lower, line.add(coefficient, column), upper
