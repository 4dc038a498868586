"""Between the columns of a model and a plan."""

from __future__ import annotations

import numpy as np

from optimizer.domain import Plan
from optimizer.formulation.build import Model
from optimizer.formulation.compile import Compiled
from optimizer.formulation.index import NO_PUPILS, Key
from optimizer.formulation.symmetry import alike, in_order

DECISIONS = frozenset({"operates", "builds", "merges", "share", "classes"})
"""Kinds of variables that a plan states; all others follow from them."""


def switches(model: Model, compiled: Compiled) -> list[np.ndarray]:
    """Positions of the columns that open, build, close or merge a school, for each school.

    A merger is the school's that ends by it.
    """
    found: dict[int, list[int]] = {}
    site_of = {
        "operates": np.arange(len(model.problem.sites)),
        "builds": model.problem.options.site,
        "merges": model.problem.merge_arcs.from_site,
    }
    for key, variable in model.parts.variables.items():
        if key[0] in site_of and id(variable) in compiled.position:
            site = int(site_of[str(key[0])][int(key[1])])
            found.setdefault(site, []).append(compiled.position[id(variable)])
    return [np.array(columns) for _, columns in sorted(found.items())]


def extract(model: Model, compiled: Compiled, values: np.ndarray) -> Plan:
    """Read a plan from the values of all columns, integers already whole."""
    found = {
        key: float(values[compiled.position[id(variable)]])
        for key, variable in model.parts.variables.items()
        if id(variable) in compiled.position
    }
    return Plan(
        start=_starts(model, found),
        runs=_runs(model, found),
        merges=_merges(model, found),
        share=_shares(model, found),
        classes=_classes(model, found),
    )


def columns_of(model: Model, compiled: Compiled, plan: Plan) -> dict[int, float]:
    """Give the column values that a plan states; all other columns follow from them."""
    first = model.problem.horizon.first_year
    arcs = model.problem.merge_arcs
    ordered = {tuple(int(n) for n in row) for row in plan.merges}
    start = in_order(plan.start, alike(model.problem.options, list(model.parts.network.starts)))
    stated: dict[int, float] = {}
    for key, variable in model.parts.variables.items():
        kind, index = key[0], [int(n) for n in key[1:]]
        if kind not in DECISIONS or id(variable) not in compiled.position:
            continue
        value = 0.0
        if kind == "operates":
            value = float(plan.runs[tuple(index)])
        elif kind == "builds":
            value = float(start[index[0]] == first + index[1])
        elif kind == "merges":
            a, year = index
            arc = int(arcs.from_site[a]), int(arcs.to_site[a]), int(arcs.level[a]), first + year
            value = float(arc in ordered)
        elif kind == "share":
            value = float(plan.share[tuple(index)])
        else:
            j, level, c, t = index
            value = float(plan.classes[level][j, c, t])
        stated[compiled.position[id(variable)]] = value
    return stated


def _starts(model: Model, found: dict[Key, float]) -> np.ndarray:
    start = np.array(model.problem.options.committed, dtype=int)
    for key, value in found.items():
        if key[0] == "builds" and value > 0.5:
            start[int(key[1])] = model.parts.label(int(key[2]))
    return start


def _runs(model: Model, found: dict[Key, float]) -> np.ndarray:
    _, sites, levels, years = model.problem.shape
    runs = np.zeros((sites, levels, years), dtype=bool)
    for j, level, t in np.ndindex(runs.shape):
        running = model.parts.network.running(j, level, t)
        runs[j, level, t] = bool(running) if isinstance(running, int) else found[running] > 0.5
    return runs


def _merges(model: Model, found: dict[Key, float]) -> np.ndarray:
    arcs = model.problem.merge_arcs
    chosen = [
        (arcs.from_site[a], arcs.to_site[a], arcs.level[a], model.parts.label(t))
        for a, t in sorted(model.parts.network.merges)
        if found.get(("merges", a, t), 0.0) > 0.5
    ]
    return np.array(chosen, dtype=int).reshape(-1, 4)


def _shares(model: Model, found: dict[Key, float]) -> np.ndarray:
    """Shares without crumbs (below 1e-6), each zone's summing to one."""
    problem, travel = model.problem, model.problem.travel
    share = np.zeros((len(travel), problem.horizon.years))
    for key, value in found.items():
        if key[0] == "share":
            share[int(key[1]), int(key[2])] = value if value > 1e-6 else 0.0
    sums = np.zeros((len(problem.zones), len(problem.levels), problem.horizon.years))
    np.add.at(sums, (travel.zone, travel.level), share)
    whole = sums[travel.zone, travel.level]
    result: np.ndarray = np.divide(share, whole, out=np.zeros_like(share), where=whole > 0)
    return result


def _classes(model: Model, found: dict[Key, float]) -> tuple[np.ndarray, ...]:
    """Classes where there are pupils; none where there are not (R2)."""
    sites, years = len(model.problem.sites), model.problem.horizon.years
    classes = tuple(
        np.zeros((sites, stage.cohorts(years), years), dtype=int) for stage in model.problem.levels
    )
    for (j, level, c, t), cell in model.parts.places.cells.items():
        pupils = sum(
            number * (part if isinstance(part, float) else found.get(part, 0.0))
            for _, number, part in cell
        )
        if pupils > NO_PUPILS:
            classes[level][j, c, t] = round(found.get(("classes", j, level, c, t), 0.0))
    return classes
