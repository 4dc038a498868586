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
    block = _rows(blocks)
    level, minutes = blocks.level[block], problem.travel.minutes[blocks.pair]
    near = blocks.size[blocks.zone, level] * np.exp(-minutes / 4.0)[:, None]
    return count(_mean_growth(blocks, block, near), blocks.factor.shape[3])


def of_those_taken(blocks: Blocks, share: Floats) -> tuple[Floats, Floats, Floats]:
    """Mean, least and greatest growth (B, T, G) of the zones of which shares (Q, T) are taken."""
    block = _rows(blocks)
    level = blocks.level[block]
    taken = share * blocks.size[blocks.zone, level]
    shape = (len(blocks.level), taken.shape[1], blocks.factor.shape[3])
    least, greatest = np.full(shape, np.inf), np.zeros(shape)
    for grade in range(shape[2]):
        factor = blocks.factor[blocks.zone, level, :, grade]
        np.minimum.at(least[..., grade], block, np.where(taken > 0.0, factor, np.inf))
        np.maximum.at(greatest[..., grade], block, np.where(taken > 0.0, factor, 0.0))
    return _mean_growth(blocks, block, taken), np.where(np.isfinite(least), least, 1.0), greatest


def merged(better: Bools, one: Counting, other: Counting) -> Counting:
    """Count as `one` does, but where it is `better` (B, T, G) to count as the `other`."""
    return Counting(
        np.where(better[..., None], other.growth, one.growth),
        np.where(better, other.whole, one.whole),
    )


def _rows(blocks: Blocks) -> Ints:
    """(Q,) block of each intake pair."""
    return np.repeat(np.arange(len(blocks.level)), np.diff(blocks.start))


def _mean_growth(blocks: Blocks, block: Ints, pupils: Floats) -> Floats:
    """(B, T, G) growth of the zones, counted by their `pupils` (Q, T); 1 where there are none."""
    number, years = len(blocks.level), pupils.shape[1]
    total, grown = np.zeros((number, years)), np.ones((number, years, blocks.factor.shape[3]))
    np.add.at(total, block, pupils)
    for grade in range(1, grown.shape[2]):
        later = np.zeros_like(total)
        factor = blocks.factor[blocks.zone, blocks.level[block], :, grade]
        np.add.at(later, block, pupils * factor)
        grown[..., grade] = np.divide(later, total, out=np.ones_like(later), where=total > 0.0)
    return grown
