"""The smallest clash of rules: what cannot all hold at once, found by leaving rules out in turn."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from optimizer.domain import Problem, Status
from optimizer.formulation.arrays import Milp
from optimizer.formulation.build import build
from optimizer.formulation.compile import Compiled, compile_model
from optimizer.formulation.parts import ImpossibleError
from optimizer.methods.highs import solve
from optimizer.methods.mip import Settings


def clash(problem: Problem, seconds: float = 60.0) -> tuple[str, ...]:
    """Name groups of rows, as ``lifecycle.parent``, that contradict each other.

    Each group is left out in turn; it stays out where the rest still contradicts itself (a deletion
    filter). What remains is a clash from which no group can be taken. When time is over, or a
    model is too hard to decide, the groups not yet tried remain named.

    Returns
    -------
    tuple[str, ...]
        Empty if the rules can hold together, as far as could be seen.
    """
    try:
        compiled = compile_model(build(problem))
    except ImpossibleError as impossible:
        return (str(impossible),)
    return clash_of(compiled, seconds)


def clash_of(compiled: Compiled, seconds: float) -> tuple[str, ...]:
    """Name groups of rows of a compiled model that contradict each other, as `clash` does."""
    end = time.monotonic() + seconds
    group = np.array([name.split("[")[0] for name in compiled.row_names])
    names = list(dict.fromkeys(group.tolist()))
    free = replace(compiled.arrays(), cost=np.zeros_like(compiled.cost), constant=0.0)
    if not _contradictory(free, np.ones(len(group), dtype=bool), end):
        return ()
    kept = names
    for name in names:
        rest = [one for one in kept if one != name]
        if _contradictory(free, np.isin(group, rest), end):
            kept = rest
    return tuple(kept)


def _contradictory(milp: Milp, rows: np.ndarray, end: float) -> bool:
    """Whether no values keep these rows; False where that is not proven in time."""
    left = end - time.monotonic()
    if left <= 0:
        return False
    part = replace(
        milp,
        matrix=milp.matrix[np.flatnonzero(rows)],
        row_lower=milp.row_lower[rows],
        row_upper=milp.row_upper[rows],
    )
    return solve(part, Settings(gap=1.0, seconds=left)).status is Status.INFEASIBLE
