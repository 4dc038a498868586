"""Choose some columns of a programme anew, all others as they are.

A solver that is given a county's whole programme finds its plans late; given what lies around a few
schools that share pupils, it finds the best there in a second. So a plan is improved around one
school after another, and wider once nothing more is gained.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from optimizer.formulation.arrays import Milp
from optimizer.formulation.compile import Compiled
from optimizer.methods.child import ChildError
from optimizer.methods.highs import solve
from optimizer.methods.mip import Settings, SolverError

FEWEST = 2_000
"""Columns that are chosen anew at once in the first round; twice as many in each that follows."""
LEAST = 1_000
"""Columns below which pieces that nothing ties are solved together."""
OF_THE_TIME = 0.2
"""Part of the time that one choice may take."""
LEAST_SECONDS = 1.0
GRAIN = 1e-6
"""Part of the cost below which a gain is none."""


@dataclass(frozen=True)
class Search:
    """When to stop (`time.perf_counter`), and how the solver is asked."""

    end: float
    settings: Settings

    def within(self, seconds: float) -> Settings:
        """Ask the solver for so many seconds, and no more than are left."""
        left = self.end - time.perf_counter()
        return replace(self.settings, seconds=max(LEAST_SECONDS, min(seconds, left)))


def part_of(milp: Milp, values: np.ndarray, free: np.ndarray) -> Milp:
    """Make the programme of the free columns alone (n,), others at their values (n,).

    Rows without a free column are left out: what they say is not decided here. Costs of the columns
    that stay are part of the constant, so that a gap means the same as in the whole.
    """
    stay = np.where(free, 0.0, values)
    settled = milp.matrix @ stay
    matrix = sparse.csr_array(milp.matrix[:, np.flatnonzero(free)])
    rows = np.diff(matrix.indptr) > 0
    return Milp(
        cost=milp.cost[free],
        constant=milp.objective(stay),
        matrix=sparse.csr_array(matrix[rows]),
        row_lower=(milp.row_lower - settled)[rows],
        row_upper=(milp.row_upper - settled)[rows],
        lower=milp.lower[free],
        upper=milp.upper[free],
        integer=milp.integer[free],
    )


def separate(milp: Milp, free: np.ndarray, least: int = LEAST) -> list[np.ndarray]:
    """Group the free columns (n,) so that no row ties two groups; each group is a mask (n,).

    Groups are put together until they have `least` columns, as a solver's call costs time too.
    """
    columns = np.flatnonzero(free)
    matrix = sparse.csr_array(milp.matrix[:, columns])
    across = sparse.csr_array(matrix.T)
    blocks: list[list[sparse.csr_array | None]] = [[None, matrix], [across, None]]
    both = sparse.csr_matrix(sparse.block_array(blocks))
    count, group = connected_components(both, directed=False)
    group = group[matrix.shape[0] :]
    size = np.bincount(group, minlength=count)
    batch = (np.cumsum(size) - size) // least
    masks = []
    for one in np.unique(batch[group]):
        mask = np.zeros(len(free), dtype=bool)
        mask[columns[batch[group] == one]] = True
        masks.append(mask)
    return masks


def chosen_anew(
    milp: Milp, values: np.ndarray, free: np.ndarray, settings: Settings, *, begun: bool = True
) -> np.ndarray | None:
    """Choose the free columns (n,) anew; None where the solver finds nothing.

    Parameters
    ----------
    begun
        Whether the values there may stand: then the solver begins with them, and what it finds is
        no dearer.
    """
    part = part_of(milp, values, free)
    start = dict(enumerate(values[free].tolist())) if begun else None
    try:
        outcome = solve(part, settings, start)
    except (SolverError, ChildError):
        return None
    if outcome.values is None:
        return None
    if begun and outcome.objective > part.objective(values[free]):
        return None
    found = values.copy()
    found[free] = outcome.values
    return found


def bonds(milp: Compiled) -> np.ndarray:
    """(S, S) rows in which two sites both have a column; 0 for a site with itself."""
    row = np.repeat(np.arange(milp.matrix.shape[0]), np.diff(milp.matrix.indptr))
    site = milp.site[milp.matrix.indices]
    shape = (milp.matrix.shape[0], int(milp.site.max(initial=0)) + 1)
    known = site >= 0
    there = sparse.coo_array((np.ones(known.sum()), (row[known], site[known])), shape=shape).tocsr()
    there.data[:] = 1.0
    both: np.ndarray = (there.T @ there).toarray()
    np.fill_diagonal(both, 0.0)
    return both


def around(
    tied: np.ndarray, size: np.ndarray, centre: int, most: float, rng: np.random.Generator
) -> np.ndarray:
    """List a site and those most tied to it and to each other, of `most` columns together.

    Parameters
    ----------
    tied
        (S, S) as `bonds` gives it.
    size
        (S,) columns of each site.
    rng
        Chance makes the next group around the same centre another one.
    """
    group, columns = [centre], float(size[centre])
    pull = tied[centre] * rng.uniform(0.5, 1.0, len(tied))
    while True:
        pull[group] = 0.0
        nearest = int(pull.argmax())
        if pull[nearest] <= 0.0 or columns + size[nearest] > most:
            return np.array(group)
        group.append(nearest)
        columns += float(size[nearest])
        pull = pull + tied[nearest] * rng.uniform(0.5, 1.0, len(tied))


def improved(
    milp: Compiled,
    values: np.ndarray,
    search: Search,
    heard: Callable[[np.ndarray], bool],
    fewest: float = FEWEST,
) -> np.ndarray:
    """Choose anew around one site after another, while that gains and time is left.

    Parameters
    ----------
    heard
        Called with the values (n,) after every choice; True asks to stop.
    fewest
        Columns that are chosen anew at once in the first round.

    Returns
    -------
    np.ndarray
        (n,) values that cost no more than those given.
    """
    tied, rng = bonds(milp), np.random.default_rng(search.settings.seed)
    size = np.bincount(milp.site[milp.site >= 0], minlength=len(tied))
    asked, alone = np.zeros(len(tied)), np.asarray(~tied.any(axis=1))
    seconds = OF_THE_TIME * (search.end - time.perf_counter())
    most, vain = fewest, alone.copy()
    while search.end - time.perf_counter() > LEAST_SECONDS and not alone.all():
        if vain.all():
            if most >= size.sum():
                break
            most, vain = 2.0 * most, alone.copy()
        centre = int(np.lexsort((rng.random(len(tied)), asked, vain))[0])
        group = around(tied, size, centre, most, rng)
        asked[group] += 1
        before, free = milp.objective(values), np.isin(milp.site, group)
        found = chosen_anew(milp, values, free, search.within(seconds))
        values = values if found is None else found
        gained = before - milp.objective(values) > GRAIN * abs(before)
        vain[group] = True
        vain = alone.copy() if gained else vain
        if heard(values):
            break
    return values
