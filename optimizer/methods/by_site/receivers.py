"""Rows of the relaxation that say: pupils of a level that stops need a school that runs it then.

    Σ lifecycles of j that stop l in t ≤ Σ lifecycles that may receive the pupils of l from j in t

A row stands only where every plan that keeps the rules keeps it: while pupils of the base year are
still at j in t, so that a merger must send them somewhere (P5), or where nothing but a relocation
can stop the level then (N4). A lifecycle that moves the level from j to its site in another year
receives nobody in t: j runs the level until then.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np
from scipy.sparse import csr_array

from optimizer.domain import Action, Problem
from optimizer.methods.by_site.alternatives import Alternatives, Lifecycle, stop_years
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.kernels import NOBODY


def receiver_rows(
    problem: Problem, cycles: list[Lifecycle], table: Alternatives, inherited: Floats
) -> csr_array:
    """(S * L * T, A) stops less receivers, at most 0 in every plan; rows that may bind only.

    `inherited` (S * L, H, T) are pupils of the base year present if the level does not stop.
    """
    years, levels = problem.horizon.years, len(problem.levels)
    site = np.array([cycle.site for cycle in cycles])
    converts, (moves, serves) = _conversions(problem, cycles), _relocations(problem, cycles)
    staying = inherited.sum(axis=1) > NOBODY
    rows, columns, signs = list[Ints](), list[Ints](), list[Floats]()
    for j, level in np.argwhere(problem.sites.runs):
        block, begin, stop = j * levels + level, table.begin[:, level], table.stop[:, level]
        targets, moved = np.isin(site, _targets(problem, j, level)), moves[:, level] == j
        free = converts[j] | {*stop_years(problem, j)}
        for t in np.unique(stop[(site == j) & (stop < years)]):
            receives = targets & (begin <= t) & (t < stop) & ~(moved & (serves != t))
            if t not in free:
                receives &= moved
            if (t not in free or staying[block, t]) and not _certain(site, receives):
                for who, sign in (((site == j) & (stop == t), 1.0), (receives, -1.0)):
                    columns.append(np.flatnonzero(who))
                    rows.append(np.full(len(columns[-1]), block * years + t))
                    signs.append(np.full(len(columns[-1]), sign))
    shape = (problem.sites.runs.size * years, len(cycles))
    if not rows:
        return csr_array(shape)
    place = (np.concatenate(rows), np.concatenate(columns))
    return csr_array((np.concatenate(signs), place), shape=shape)


def _targets(problem: Problem, site: int, level: int) -> Ints:
    """Sites into which a level of a site may be merged."""
    arcs = problem.merge_arcs
    found: Ints = arcs.to_site[(arcs.from_site == site) & (arcs.level == level)]
    return found


def _relocations(problem: Problem, cycles: list[Lifecycle]) -> tuple[Ints, Ints]:
    """Site from which a lifecycle takes each level (A, L), -1 for none, and the year in it (A,)."""
    options, years = problem.options, problem.horizon.years
    moves, serves = np.full((len(cycles), len(problem.levels)), -1), np.full(len(cycles), -1)
    for number, cycle in enumerate(cycles):
        for option, start in cycle.starts:
            service = start + int(options.lead[option])
            if options.relocates[option] >= 0 and 0 <= service < years:
                moves[number, options.levels_after[option]] = options.relocates[option]
                serves[number] = service
    return moves, serves


def _conversions(problem: Problem, cycles: list[Lifecycle]) -> dict[int, set[int]]:
    """Years in which a conversion may end a level, by site."""
    options, found = problem.options, defaultdict(set)
    for cycle in cycles:
        for option, start in cycle.starts:
            ends = problem.sites.runs[cycle.site] & ~options.levels_after[option]
            if options.action[option] is Action.CONVERT and ends.any():
                found[cycle.site].add(start + int(options.lead[option]))
    return found


def _certain(site: Ints, receives: Bools) -> bool:
    """Whether every lifecycle of some site receives, so that the row binds nowhere."""
    number = np.bincount(site)
    return bool(np.any(np.bincount(site[receives], minlength=len(number)) == number))
