"""The whole MILP as an MPS file that any solver reads, and a plan as its solution file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from scipy import sparse

from optimizer.domain import Plan, Problem
from optimizer.formulation.arrays import Milp
from optimizer.formulation.build import Model, build
from optimizer.formulation.compile import Compiled, compile_model
from optimizer.formulation.extract import columns_of


class NotInModelError(ValueError):
    """A plan states something that the model does not allow."""


def write_mps(problem: Problem, path: Path) -> Compiled:
    """Build the MILP of a problem and write it as free MPS, constant included.

    Raises
    ------
    optimizer.formulation.parts.ImpossibleError
        If a rule cannot hold whatever is decided.
    """
    compiled = compile_model(build(problem))
    write_compiled(compiled, path)
    return compiled


def write_with_plan(problem: Problem, plan: Plan, mps: Path, solution: Path) -> float:
    """Write the MILP and a plan in its variables; return the plan's objective there."""
    model = build(problem)
    compiled = compile_model(model)
    write_compiled(compiled, mps)
    values = complete(model, compiled, plan)
    write_solution(compiled, values, solution)
    return compiled.objective(values)


def plan_to_columns(problem: Problem, plan: Plan) -> np.ndarray:
    """Values of all columns of a problem's MILP for a plan; see `complete`."""
    model = build(problem)
    return complete(model, compile_model(model), plan)


def complete(model: Model, compiled: Compiled, plan: Plan) -> np.ndarray:
    """Fix what a plan states and let everything else follow, at least cost.

    Raises
    ------
    NotInModelError
        If the rows of the model exclude the plan.
    """
    from optimizer.methods.highs import solve
    from optimizer.methods.mip import Settings

    lower, upper = compiled.lower.copy(), compiled.upper.copy()
    for column, value in columns_of(model, compiled, plan).items():
        if not lower[column] - 1e-6 <= value <= upper[column] + 1e-6:
            raise NotInModelError(f"{compiled.names[column]} may not be {value}")
        lower[column] = upper[column] = value
    fixed: Milp = replace(compiled.arrays(), lower=lower, upper=upper)
    outcome = solve(fixed, Settings(gap=0.0))
    if outcome.values is None:
        raise NotInModelError("the plan breaks a row of the model")
    return outcome.values


def write_compiled(compiled: Compiled, path: Path) -> None:
    """Write arrays as free MPS. No row may have two different finite sides."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(f"{line}\n" for line in _mps_lines(compiled))


def write_solution(compiled: Compiled, values: np.ndarray, path: Path) -> None:
    """Write values as a solution file: objective first, then a line per column."""
    names = _names(compiled.names, "x")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write(f"=obj= {_text(compiled.objective(values))}\n")
        file.writelines(
            f"{name} {_text(value)}\n" for name, value in zip(names, values, strict=True)
        )


def _mps_lines(compiled: Compiled) -> Iterator[str]:
    rows, columns = _names(compiled.row_names, "r"), _names(compiled.names, "x")
    equal = compiled.row_lower == compiled.row_upper
    below = ~equal & np.isfinite(compiled.row_upper)
    kinds = np.where(equal, "E", np.where(below, "L", "G"))
    right = np.where(equal | below, compiled.row_upper, compiled.row_lower)
    yield "NAME xuewei"
    yield "ROWS"
    yield " N yuan"
    yield from (f" {kind} {row}" for kind, row in zip(kinds, rows, strict=True))
    yield "COLUMNS"
    yield from _column_lines(compiled, rows, columns)
    yield "RHS"
    yield f" RHS yuan {_text(-compiled.constant)}"
    yield from (f" RHS {rows[r]} {_text(right[r])}" for r in np.flatnonzero(right))
    yield "BOUNDS"
    yield from _bound_lines(compiled, columns)
    yield "ENDATA"


def _column_lines(compiled: Compiled, rows: Sequence[str], columns: Sequence[str]) -> Iterator[str]:
    matrix = sparse.csc_array(compiled.matrix)
    integer = False
    for column, name in enumerate(columns):
        if compiled.integer[column] != integer:
            integer = not integer
            yield f" MARKER 'MARKER' '{'INTORG' if integer else 'INTEND'}'"
        if compiled.cost[column]:
            yield f" {name} yuan {_text(compiled.cost[column])}"
        for entry in range(matrix.indptr[column], matrix.indptr[column + 1]):
            yield f" {name} {rows[matrix.indices[entry]]} {_text(matrix.data[entry])}"
    if integer:
        yield " MARKER 'MARKER' 'INTEND'"


def _bound_lines(compiled: Compiled, columns: Sequence[str]) -> Iterator[str]:
    for name, low, high in zip(columns, compiled.lower, compiled.upper, strict=True):
        if low == high:
            yield f" FX BOUND {name} {_text(low)}"
            continue
        if np.isneginf(low):
            yield f" MI BOUND {name}"
        else:
            yield f" LO BOUND {name} {_text(low)}"
        yield f" PL BOUND {name}" if np.isposinf(high) else f" UP BOUND {name} {_text(high)}"


def _names(names: Sequence[str], prefix: str) -> list[str]:
    """Names without blanks, each of its own."""
    clean = ["_".join(name.split()) for name in names]
    if len(set(clean)) < len(clean):
        return [f"{prefix}{number}_{name}" for number, name in enumerate(clean)]
    return clean


def _text(value: float) -> str:
    """Shortest text that reads back as the same number."""
    return repr(float(value) + 0.0)
