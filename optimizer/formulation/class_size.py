"""Class size: pupils of a cohort fit its classes (C10, C11; R2 to R4).

With Q[j,l,c,t] = Σ_i n[i,l,c,t] · (part of zone i's cohort at j), all pupils of a cohort there:

    cap[j,l,c,t]:    Q ≤ cap · classes + over
    hard[j,l,c,t]:   over ≤ (limit - cap) · classes
    falls[j,l,c,t]:  classes[t] ≥ classes[t-1] - M · (1 - operates[t]) - M · joined - M · emptied
    joined[j,l,c,t]: pupils arriving from elsewhere ≥ 0.01 · joined
    emptied[j,l,c,t]: Q ≤ (largest Q) · (1 - emptied)

`limit` is the hard limit; for an inherited cohort at its own school at least its base-year average.
In t0 the base-year classes stand for classes[t-1]. M is the number of rooms the site can ever have
(in t0: the base-year classes). Classes are chosen afresh in a year in which the cohort is joined,
and a teaching point's cohort that goes on leaves none behind. `emptied` exists only where a zone
has no pupils left in a cohort that others may still have. Every row belongs to one site, but
`joined`, whose arrivals belong to the site they leave.

    class_running = Σ classes · class_year · d[t]
    over_cap, over_cap_inherited = Σ over · over_cap_pupil_year · d[t]
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pyomo.environ as pyo

from optimizer.domain import Problem
from optimizer.formulation.parts import Columns, Linear, Parts, Row, Terms, rows
from optimizer.formulation.whereabouts import Cell

NAME = "class_size"
TIES_SITES = frozenset({"joined"})
FEWEST_JOINING = 0.01


def applies(problem: Problem) -> bool:
    """Whether the family is on."""
    return problem.policy.on("class_size")


def add(block: Any, parts: Parts) -> Terms:
    """Add the rows; return the cost of classes and of pupils over the cap."""
    cells = sorted(parts.places.cells)
    _declare(block, parts, cells)
    cap: dict[Any, Row] = {}
    hard: dict[Any, Row] = {}
    terms = {name: Linear() for name in ("class_running", "over_cap", "over_cap_inherited")}
    prices, limits = parts.problem.prices, _limits(parts)
    for cell in cells:
        j, level, c, t = cell
        classes, over = parts.variables["classes", *cell], parts.variables.get(("over", *cell))
        most = limits.get((j, level, c), parts.problem.levels[level].hard)
        line = pupils(parts, cell).add(-min(_cap(parts, j, level), most), classes)
        terms["class_running"].add(prices.class_year * parts.discount(t), classes)
        if over is not None:
            line.add(-1.0, over)
            above = Linear().add(1.0, over).add(_cap(parts, j, level) - most, classes)
            hard[label(parts, cell)] = (None, above, 0.0)
            inherited = parts.problem.levels[level].entry_offset(c) < 0
            term = terms["over_cap_inherited" if inherited else "over_cap"]
            term.add(prices.over_cap_pupil_year * parts.discount(t), over)
        cap[label(parts, cell)] = (None, line, 0.0)
    rows(block, "cap", cap)
    rows(block, "hard", hard)
    _falls(block, parts, cells)
    return terms


def pupils(parts: Parts, cell: Cell) -> Linear:
    """Pupils of a cohort at a site in a year."""
    line = Linear()
    for _, number, part in parts.places.cells[cell]:
        line.add(number, parts.value(part))
    return line


def label(parts: Parts, cell: Cell) -> tuple[Any, ...]:
    """Return what people read: site, level, entry year, year."""
    j, level, c, t = cell
    stage = parts.problem.levels[level]
    entry = parts.label(stage.entry_offset(c))
    return parts.problem.sites.ids[j], stage.name, entry, parts.label(t)


def _cap(parts: Parts, site: int, level: int) -> float:
    if parts.problem.sites.point_grades[site]:
        return parts.problem.standards.point_cap
    return parts.problem.levels[level].cap


def _base_classes(parts: Parts) -> dict[tuple[int, int, int], int]:
    """Classes of inherited cohorts by (site, level, cohort) in the base year."""
    enrolled, counts = parts.problem.enrolled, dict[tuple[int, int, int], int]()
    columns = zip(
        enrolled.class_site.tolist(),
        enrolled.class_level.tolist(),
        enrolled.class_grade.tolist(),
        enrolled.classes.tolist(),
        strict=True,
    )
    for j, level, grade, number in columns:
        stage = parts.problem.levels[level]
        key = j, level, stage.cohort_of(stage.first_grade - grade - 1)
        counts[key] = counts.get(key, 0) + number
    return counts


def _limits(parts: Parts) -> dict[tuple[int, int, int], float]:
    """Pupils per class that inherited cohorts may not exceed, where above the hard limit (R3)."""
    enrolled, base = parts.problem.enrolled, dict[tuple[int, int, int], float]()
    for row in range(len(enrolled.pupils)):
        level = int(enrolled.level[row])
        stage = parts.problem.levels[level]
        cohort = stage.cohort_of(stage.first_grade - int(enrolled.grade[row]) - 1)
        key = int(enrolled.site[row]), level, cohort
        base[key] = base.get(key, 0.0) + float(enrolled.pupils[row])
    classes = _base_classes(parts)
    return {
        (j, level, c): max(parts.problem.levels[level].hard, number / classes[j, level, c])
        for (j, level, c), number in base.items()
        if classes.get((j, level, c))
    }


def _declare(block: Any, parts: Parts, cells: list[Cell]) -> None:
    limits = _limits(parts)
    over: Columns = {}
    for cell in cells:
        j, level, c, _ = cell
        if limits.get((j, level, c), parts.problem.levels[level].hard) > _cap(parts, j, level):
            over["over", *cell] = label(parts, cell), j, None
    parts.declare(block, "over", over)


def _falls(block: Any, parts: Parts, cells: list[Cell]) -> None:
    base = _base_classes(parts)
    before = {cell: _before(parts, base, cell) for cell in cells}
    before = {cell: held for cell, held in before.items() if held is not None}
    _afresh(block, parts, [cell for cell, held in before.items() if not _none(held)])
    written: dict[Any, Row] = {}
    for cell, held in before.items():
        j, level, _, t = cell
        most = float(held) if isinstance(held, int) else float(parts.rooms_at_most[j])
        line = Linear().add(1.0, parts.variables["classes", *cell]).add(-1.0, held)
        if parts.network.may_stop(j, level, t):
            line.add(most, 1).add(-most, parts.running(j, level, t))
        for name in ("joined", "emptied"):
            if (name, *cell) in parts.variables:
                line.add(most, parts.variables[name, *cell])
        written[label(parts, cell)] = (0.0, line, None)
    rows(block, "falls", written)


def _none(held: Any) -> bool:
    return isinstance(held, int) and held == 0


def _before(parts: Parts, base: dict[tuple[int, int, int], int], cell: Cell) -> Any:
    """Classes of the year before: a number, a variable, or None where none bind this year."""
    j, level, c, t = cell
    if cell in parts.places.leaves_point or parts.problem.levels[level].entry_offset(c) == t:
        return None
    if t == 0:
        return base.get((j, level, c))
    return parts.variables.get(("classes", j, level, c, t - 1))


def _afresh(block: Any, parts: Parts, cells: list[Cell]) -> None:
    """Declare and define when a cohort is joined, and when its last pupils are gone."""
    joining = {cell: _arrivals(parts, cell) for cell in cells if cell in parts.places.arrivals}
    emptying = [cell for cell in cells if cell in parts.places.empties]
    for name, chosen in (("joined", list(joining)), ("emptied", emptying)):
        columns: Columns = {(name, *cell): (label(parts, cell), cell[0], None) for cell in chosen}
        parts.declare(block, f"is_{name}", columns, pyo.Binary)
    joined: dict[Any, Row] = {}
    for cell, line in joining.items():
        line.add(-FEWEST_JOINING, parts.variables["joined", *cell])
        joined[label(parts, cell)] = (0.0, line, None)
    emptied: dict[Any, Row] = {}
    for cell in emptying:
        most = sum(
            number * (part if isinstance(part, float) else parts.places.upper.get(part, 1.0))
            for _, number, part in parts.places.cells[cell]
        )
        line = pupils(parts, cell).add(most, parts.variables["emptied", *cell])
        emptied[label(parts, cell)] = (None, line, most)
    rows(block, "joined", joined)
    rows(block, "emptied", emptied)


def _arrivals(parts: Parts, cell: Cell) -> Linear:
    line = Linear()
    for _, number, part in parts.places.arrivals[cell]:
        line.add(number, parts.value(part))
    return line


def most_classes(problem: Problem) -> np.ndarray:
    """(S,) classes that no plan exceeds at a site: all the rooms it can ever have (R5)."""
    options, sites = problem.options, problem.sites
    gained = options.rooms + options.function_rooms.sum(axis=1)
    most = sites.rooms + sites.function_rooms.sum(axis=1)
    most = most + np.bincount(options.site, gained, minlength=len(sites)).astype(int)
    return np.asarray(most, dtype=float)
