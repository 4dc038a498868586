"""The subgradient of the relaxation: by how much its solution violates each relaxed row."""

from __future__ import annotations

import numpy as np

from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.frame import Frame, Multipliers
from optimizer.methods.by_site.kernels import NOBODY


def gradient(
    frame: Frame, chosen: Ints, extended: Bools, share: Floats, crowd: Floats
) -> Multipliers:
    """Subgradient of the value: how far each relaxed row is violated.

    `crowd` (S, T) is by how much the classes outnumber those that a site has rooms for.
    """
    problem, table, more = frame.problem, frame.alternatives, frame.extensions
    placed = (frame.placing @ share).reshape(problem.demand.entrants.shape)
    zone = np.where(problem.demand.entrants > NOBODY, 1.0 - placed, 0.0)
    spend = table.spend[chosen].sum(axis=0) + more.spend[extended].sum(axis=0)
    if problem.policy.carry_over:
        spend = np.cumsum(spend)
    limited = np.isfinite(frame.budget_left)
    taken = np.bincount(chosen, minlength=len(frame.cycles))
    return Multipliers(
        zone=zone,
        rooms=crowd * float(problem.policy.on("class_size")),
        budget=np.where(limited, spend - np.where(limited, frame.budget_left, 0.0), 0.0),
        closings=np.where(
            np.isfinite(frame.closings_left),
            table.closes[chosen].sum(axis=0)
            - np.where(np.isfinite(frame.closings_left), frame.closings_left, 0.0),
            0.0,
        ),
        small=_small_gradient(frame, chosen, share),
        receiver=(frame.receiving @ taken).reshape(problem.shape[1:]),
    )


def _small_gradient(frame: Frame, chosen: Ints, share: Floats) -> Floats:
    """(S, T) pupils above the limit at the sites that stop, in the year before they do."""
    blocks, table = frame.blocks, frame.alternatives
    levels = len(frame.problem.levels)
    above = np.zeros_like(frame.small_limit)
    bound = np.isfinite(frame.small_limit)
    for site, year in np.argwhere((table.closes[chosen] > 0) & bound):
        total = 0.0
        for level in range(levels):
            block = site * levels + level
            total += blocks.inherited[block, :, year - 1].sum()
            rows = np.arange(blocks.start[block], blocks.start[block + 1])
            for cohort in range(max(0, year - blocks.grades[block] + 1), year):
                size = blocks.size[blocks.zone[rows], level, cohort]
                factor = blocks.factor[blocks.zone[rows], level, cohort, year - 1 - cohort]
                total += float((share[rows, cohort] * size * factor).sum())
        above[site, year] = total - frame.small_limit[site, year]
    return above
