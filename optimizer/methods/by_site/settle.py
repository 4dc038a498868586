"""Find the counting of pupils that proves most under given multipliers."""

from __future__ import annotations

import numpy as np

from optimizer.methods.by_site.counting import Counting, count, merged, of_those_taken
from optimizer.methods.by_site.frame import Frame, Multipliers
from optimizer.methods.by_site.relaxation import solve_cohorts


def settled(frame: Frame, multipliers: Multipliers, counting: Counting) -> Counting:
    """Choose for each block, cohort and end how its pupils are counted; no value falls by that.

    Tried are the mean, the least and the greatest growth of the zones that are taken now, each
    with whole classes in all years and in the first year only. Pupils who stay for one year do not
    grow.
    """
    if counting.growth.shape[3] == 1:
        return counting
    solved = solve_cohorts(frame, multipliers, counting).solution
    best, value = counting, solved.parted
    for growth in of_those_taken(frame.blocks, solved.share):
        for whole in (growth.shape[2], 1):
            other = count(growth, whole)
            found = solve_cohorts(frame, multipliers, other).solution.parted
            best = merged(found > value, best, other)
            value = np.maximum(value, found)
    return best
