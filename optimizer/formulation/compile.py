"""From a Pyomo model to arrays, and from arrays to one problem per site."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler
from scipy import sparse

from optimizer.formulation.arrays import Milp


class Sited(Protocol):
    """Whoever knows the site of each Pyomo variable, by its `id`."""

    @property
    def site_of(self) -> dict[int, int]:
        """Site by `id` of a variable."""
        ...


class Model(Protocol):
    """A Pyomo model and the sites of its variables."""

    @property
    def pyomo(self) -> Any:
        """The model."""
        ...

    @property
    def parts(self) -> Sited:
        """What knows the sites."""
        ...


@dataclass(frozen=True, eq=False)
class Compiled(Milp):
    """A model as arrays, with the names and sites of its columns.

    Attributes
    ----------
    site
        (n,) int: the site a column belongs to, -1 for none.
    pyomo_columns, pyomo_rows
        Pyomo's own, which know their names.
    position
        `id` of a Pyomo variable to its column, in the process that compiled it.
    """

    site: np.ndarray
    pyomo_columns: Sequence[Any]
    pyomo_rows: Sequence[Any]
    position: dict[int, int]

    # Half of compiling a county would go into names that nobody reads.
    @cached_property
    def names(self) -> tuple[str, ...]:
        """Name of each column, as `share[z1,s3,primary,2030]`."""
        return tuple(column.name for column in self.pyomo_columns)

    @cached_property
    def row_names(self) -> tuple[str, ...]:
        """Name of each row, as `class_size.cap[s3,primary,2029,2030]`."""
        return tuple(row.name for row in self.pyomo_rows)


def compile_model(model: Model) -> Compiled:
    """Compile through Pyomo's standard form. Variables that no row or cost holds have no column."""
    form = LinearStandardFormCompiler().write(model.pyomo, mixed_form=True, set_sense=None)
    matrix = sparse.csr_array(form.A)
    kind = np.array([row.bound_type for row in form.rows], dtype=int)
    rhs = np.asarray(form.rhs, dtype=float)
    columns = form.columns
    bounds = [column.bounds for column in columns]
    return Compiled(
        cost=np.asarray(form.c.todense(), dtype=float).reshape(-1)
        if form.c.shape[0]
        else np.zeros(len(columns)),
        constant=float(form.c_offset[0]) if len(form.c_offset) else 0.0,
        matrix=matrix,
        row_lower=np.where(kind == 1, -np.inf, rhs),
        row_upper=np.where(kind == -1, np.inf, rhs),
        lower=np.array([-np.inf if low is None else low for low, _ in bounds], dtype=float),
        upper=np.array([np.inf if high is None else high for _, high in bounds], dtype=float),
        integer=np.array([not column.is_continuous() for column in columns], dtype=bool),
        site=np.array([model.parts.site_of.get(id(column), -1) for column in columns], dtype=int),
        pyomo_columns=columns,
        pyomo_rows=[row.constraint for row in form.rows],
        position={id(column): index for index, column in enumerate(columns)},
    )


@dataclass(frozen=True, eq=False)
class SitePart:
    """The columns of one site and the rows that hold no others."""

    site: int
    columns: np.ndarray
    rows: np.ndarray


def split_by_site(compiled: Compiled) -> tuple[tuple[SitePart, ...], np.ndarray]:
    """Cut a compiled model into one part per site.

    Returns
    -------
    parts
        One per site that has a column.
    tying
        Rows that hold columns of several sites (or of none): what a decomposition prices or drops.
    """
    matrix = compiled.matrix
    row = np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
    site = compiled.site[matrix.indices]
    low = np.full(matrix.shape[0], np.iinfo(int).max)
    high = np.full(matrix.shape[0], -1)
    np.minimum.at(low, row, site)
    np.maximum.at(high, row, site)
    owner = np.where((low == high) & (low >= 0), low, -1)
    parts = tuple(
        SitePart(int(one), np.flatnonzero(compiled.site == one), np.flatnonzero(owner == one))
        for one in np.unique(compiled.site[compiled.site >= 0])
    )
    return parts, np.flatnonzero(owner < 0)
