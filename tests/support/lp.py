"""A family's rows and cost terms as an LP that a person can read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from optimizer.domain import Problem
from optimizer.explain.model import ONLY_COST
from optimizer.formulation import elastic as elastic_family
from optimizer.formulation.build import FAMILIES, build
from optimizer.formulation.compile import Compiled, compile_model
from optimizer.formulation.elastic import Elastic
from optimizer.formulation.parts import Terms
from optimizer.formulation.staff_build import EVEN, StaffModel


def family_lp(problem: Problem, family: str) -> str:
    """Write the cost terms, rows and variables of one family, as they stand in the whole model."""
    model = build(problem)
    module = next(one for one in FAMILIES if family == one.NAME)
    return _text(module, compile_model(model), model.terms[family])


def staff_lp(model: StaffModel, family: str) -> str:
    """Write a family of the model of teachers in the same way."""
    module = next(one for one in EVEN if family == one.NAME)
    return _text(module, compile_model(model), model.terms[family])


def elastic_lp(problem: Problem, elastic: Elastic) -> str:
    """Write the elastic family, and the rows of others to which it lends a column."""
    families = [one for one in FAMILIES if one.NAME not in ONLY_COST]
    model = build(problem, (elastic, *families))
    compiled = compile_model(model)
    lent = {c for c, name in enumerate(compiled.names) if name.startswith("elastic.")}
    rows = [
        r for r in range(len(compiled.row_names)) if lent & {c for _, c in _entries(compiled, r)}
    ]
    return _written(elastic_family, compiled, model.terms["elastic"], rows)


def _text(module: Any, compiled: Compiled, terms: Terms) -> str:
    family = module.NAME
    rows = [r for r, name in enumerate(compiled.row_names) if name.startswith(f"{family}.")]
    return _written(module, compiled, terms, rows)


def _written(module: Any, compiled: Compiled, terms: Terms, rows: list[int]) -> str:
    used = {variable.name for term in terms.values() for variable in term.variables}
    used |= {compiled.names[c] for r in rows for _, c in _entries(compiled, r)}
    parts = [
        f"\\ {module.__doc__.splitlines()[0]}",
        "minimize",
        *_costs(terms),
        "subject to",
        *(_row(compiled, r) for r in rows),
        "bounds",
        *(_column(compiled, c) for c, name in enumerate(compiled.names) if name in used),
        "end",
    ]
    return "\n".join(parts) + "\n"


def _costs(terms: Terms) -> Iterable[str]:
    for name, term in terms.items():
        pairs = zip(term.coefficients, (v.name for v in term.variables), strict=True)
        yield f"  {name}: {_sum(pairs)} {term.constant:+g}"


def _entries(compiled: Compiled, row: int) -> list[tuple[float, int]]:
    matrix = compiled.matrix
    span = slice(matrix.indptr[row], matrix.indptr[row + 1])
    return sorted(zip(matrix.data[span], matrix.indices[span], strict=True), key=lambda e: e[1])


def _row(compiled: Compiled, row: int) -> str:
    low, high = compiled.row_lower[row], compiled.row_upper[row]
    sign, right = ("=", low) if low == high else ("<=", high) if np.isfinite(high) else (">=", low)
    pairs = ((value, compiled.names[column]) for value, column in _entries(compiled, row))
    return f"  {compiled.row_names[row]}: {_sum(pairs)} {sign} {right:g}"


def _column(compiled: Compiled, column: int) -> str:
    low, high = compiled.lower[column], compiled.upper[column]
    kind = " integer" if compiled.integer[column] else ""
    return f"  {low:g} <= {compiled.names[column]} <= {high:g}{kind}"


def _sum(pairs: Iterable[tuple[float, str]]) -> str:
    return " ".join(f"{coefficient:+g} {name}" for coefficient, name in pairs) or "0"
