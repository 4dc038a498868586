"""How the problems of cohorts count pupils: in whole classes by one growth, or each by its own.

A cohort's problem is a search over one number, its pupils at entry, which grow as a reference says.
A zone that grows otherwise is counted by the least it ever has of that, so that no pupils are
counted whom it has not. Any reference gives a bound; one near to the growth of the zones that are
taken proves most. From a year on, classes may be counted in parts instead: then each zone pays for
its own pupils, and empty seats cost nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.domain import Problem
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.data import Blocks


class Counting(NamedTuple):
    """How the pupils of each block and cohort are counted, by the grades spent there less one.

    Attributes
    ----------
    growth
        (B, T, G, G) reference growth by grade, 1 at entry.
    whole
        (B, T, G) years of a cohort's life, from its first, in which classes are whole.
    """

    growth: Floats
    whole: Ints


def count(growth: Floats, whole: int) -> Counting:
    """Count by a growth (B, T, G), with whole classes in the first years, whatever the end."""
    blocks, years, grades = growth.shape
    seen = np.where(growth > 0.0, growth, 1.0)
    seen[..., 0] = 1.0
    every = np.repeat(seen[:, :, None], grades, axis=2)
    return Counting(every, np.full((blocks, years, grades), whole))


def nearby(problem: Problem, blocks: Blocks) -> Counting:
    """Count by the growth of the zones nearest to each block, classes being whole in all years."""
    minutes = problem.travel.minutes[blocks.pair]
    near = _entrants(blocks) * np.exp(-minutes / 4.0)[:, None]
    return count(_mean_growth(blocks, near), blocks.factor.shape[3])


def of_those_taken(blocks: Blocks, share: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, least and greatest growth (B, T, G) of the zones of which shares (Q, T) are taken."""
    taken = share * _entrants(blocks)
    shape = (len(blocks.level), taken.shape[1], blocks.factor.shape[3])
    least, greatest = np.ones(shape), np.ones(shape)
    for grade in range(1, shape[2]):
        factor = _factor(blocks, grade)
        lowest = _of_blocks(np.minimum, blocks, np.where(taken > 0.0, factor, np.inf))
        least[..., grade] = np.where(np.isfinite(lowest), lowest, 1.0)
        greatest[..., grade] = _of_blocks(np.maximum, blocks, np.where(taken > 0.0, factor, 0.0))
    return _mean_growth(blocks, taken), least, greatest


def merged(better: Bools, one: Counting, other: Counting) -> Counting:
    """Count as `one` does, but where it is `better` (B, T, G) to count as the `other`."""
    return Counting(
        np.where(better[..., None], other.growth, one.growth),
        np.where(better, other.whole, one.whole),
    )


def _entrants(blocks: Blocks) -> Floats:
    """(Q, T) entrants of each pair's zone."""
    return blocks.size[blocks.zone, np.repeat(blocks.level, np.diff(blocks.start))]


def _factor(blocks: Blocks, grade: int) -> Floats:
    """(Q, T) progression of each pair's zone to a grade index."""
    level = np.repeat(blocks.level, np.diff(blocks.start))
    return blocks.factor[blocks.zone, level, :, grade]


def _of_blocks(ufunc: np.ufunc, blocks: Blocks, values: Floats) -> Floats:
    """(B, T) sum, least or greatest of the values (Q, T) of each block; 0 where it has no pair."""
    found = np.zeros((len(blocks.level), values.shape[1]))
    some = np.diff(blocks.start) > 0
    if some.any():
        found[some] = ufunc.reduceat(values, blocks.start[:-1][some], axis=0)
    return found


def _mean_growth(blocks: Blocks, pupils: Floats) -> Floats:
    """(B, T, G) growth of the zones, counted by their `pupils` (Q, T); 1 where there are none."""
    total = _of_blocks(np.add, blocks, pupils)
    grown = np.ones((*total.shape, blocks.factor.shape[3]))
    for grade in range(1, grown.shape[2]):
        later = _of_blocks(np.add, blocks, pupils * _factor(blocks, grade))
        np.divide(later, total, out=grown[..., grade], where=total > 0.0)
    return grown
