"""The last step of a bound: cohorts solved with each zone's own growth.

The ascent counts the pupils of a block by one reference growth, or classes in parts after the first
year (`settle`). That is quick and never too high, but where villages that shrink and a town that
grows share a school it counts too few classes. Under the multipliers that the ascent ends with,
such cohorts are solved here as docs/bound.md states them, each as a small program, those first that
have most to gain.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from optimizer.formulation.arrays import Milp
from optimizer.methods.by_site.arrays import Floats
from optimizer.methods.by_site.class_kernels import life_cost
from optimizer.methods.by_site.counting import Counting, of_those_taken
from optimizer.methods.by_site.frame import Frame, Multipliers
from optimizer.methods.by_site.kernels import NOBODY, Costs
from optimizer.methods.by_site.relaxation import (
    Relaxed,
    Solved,
    choose,
    lifecycle_values,
    put_together,
    solve_cohorts,
)
from optimizer.methods.highs import lower_bound
from optimizer.methods.mip import Settings

SETTINGS = Settings(gap=1e-5, seconds=2.0)
"""For one cohort."""
MARGIN = 1e-6
"""Part of a cohort's value that is not claimed: what another solver's tolerances may make of it."""


@dataclass(frozen=True)
class Program:
    """One cohort at one block: which zones to take, in how many classes.

    Attributes
    ----------
    cost
        (n,) yuan of taking a zone's whole cohort, all below 0.
    pupils
        (n, Y) of the zone in each year at the block.
    classes, over
        (Y,) yuan of a class, of a pupil over the cap.
    cap, hard, most
        Pupils of a class at no cost and at all; classes of the site.
    kept
        Whether classes never fall below those of the entry year.
    """

    cost: Floats
    pupils: Floats
    classes: Floats
    over: Floats
    cap: float
    hard: float
    most: int
    kept: bool


def can_lift(frame: Frame) -> bool:
    """Whether some zone grows unlike the reference of a block that it may go to."""
    if not frame.problem.policy.on("class_size"):
        return False
    mean, least, _ = of_those_taken(frame.blocks, np.ones_like(frame.blocks.whole))
    return not np.allclose(mean, least)


def lift(frame: Frame, multipliers: Multipliers, counting: Counting, deadline: float) -> Relaxed:
    """Relax under the multipliers, cohorts solved with each zone's own growth until `deadline`.

    Returns
    -------
    Relaxed
        Its value is at least that of `relax` with the same counting.
    """
    solved = solve_cohorts(frame, multipliers, counting)
    if solved.costs.class_size:
        value, stopped = solved.solution.value.copy(), solved.solution.stopped.copy()
        for block, cohort, program in _promising(frame, multipliers, solved):
            if time.perf_counter() > deadline:
                break
            found = min(0.0, lower_bound(as_milp(program), SETTINGS))
            gain = found - MARGIN * abs(found) - value[block, cohort]
            if gain > 0.0:
                value[block, cohort] += gain
                stopped[block, cohort + frame.blocks.grades[block] :] += gain
        solved = solved._replace(solution=solved.solution._replace(value=value, stopped=stopped))
    return put_together(frame, multipliers, solved)


def _promising(
    frame: Frame, multipliers: Multipliers, solved: Solved
) -> list[tuple[int, int, Program]]:
    """Blocks and cohorts of the chosen lifecycles, those with most to gain first."""
    table, years = frame.alternatives, frame.problem.horizon.years
    chosen, _ = choose(frame, lifecycle_values(frame, multipliers, solved))
    begin, stop = table.begin[chosen].ravel(), table.stop[chosen].ravel()
    grades = frame.blocks.grades
    found = []
    for block, cohort in np.argwhere(solved.solution.value < -frame.grain):
        stays = stop[block] >= years or cohort + grades[block] <= stop[block]
        if begin[block] <= cohort and stays:
            program = cohort_program(frame, solved.costs, block, cohort)
            gain = _most_to_gain(frame, solved, block, cohort)
            if gain > frame.grain:
                found.append((gain, int(block), int(cohort), program))
    found.sort(key=lambda row: -row[0])
    return [row[1:] for row in found]


def _most_to_gain(frame: Frame, solved: Solved, block: int, cohort: int) -> float:
    """Yuan by which the zones that are taken cost more than is counted for them.

    With as many classes at entry; the cohort's true value lies between the two.
    """
    blocks, costs, solution = frame.blocks, solved.costs, solved.solution
    years = min(int(blocks.grades[block]), frame.problem.horizon.years - cohort)
    rows = np.arange(blocks.start[block], blocks.start[block + 1])
    share = solution.share[rows, cohort]
    rows, share = rows[share > 0.0], share[share > 0.0]
    zone, level = blocks.zone[rows], blocks.level[block]
    cost = float(share @ (blocks.whole[rows, cohort] - costs.zone[zone, level, cohort]))
    pupils = (share * blocks.size[zone, level, cohort]) @ blocks.factor[zone, level, cohort, :years]
    path = np.zeros(years, dtype=np.int64)
    cost += life_cost(
        max(int(solution.paths[block, cohort, 0]), int(np.ceil(pupils[0] / blocks.hard[block]))),
        pupils[0],
        block,
        years,
        blocks,
        pupils / max(pupils[0], NOBODY),
        costs.classes[block, cohort : cohort + years],
        costs.over[cohort : cohort + years],
        path,
    )
    return float(cost - solution.value[block, cohort])


def cohort_program(frame: Frame, costs: Costs, block: int, cohort: int) -> Program:
    """State the problem of a cohort at a block that it does not leave before its grades end."""
    blocks, level = frame.blocks, frame.blocks.level[block]
    years = min(int(blocks.grades[block]), frame.problem.horizon.years - cohort)
    rows = np.arange(blocks.start[block], blocks.start[block + 1])
    cost = blocks.whole[rows, cohort] - costs.zone[blocks.zone[rows], level, cohort]
    rows, cost = rows[cost < 0.0], cost[cost < 0.0]
    zone = blocks.zone[rows]
    factor = blocks.factor[zone, level, cohort, :years]
    return Program(
        cost=cost,
        pupils=blocks.size[zone, level, cohort][:, None] * factor,
        classes=costs.classes[block, cohort : cohort + years],
        over=costs.over[cohort : cohort + years],
        cap=float(blocks.cap[block]),
        hard=float(blocks.hard[block]),
        most=int(blocks.most[block]),
        kept=not blocks.regroups[block],
    )


def as_milp(program: Program) -> Milp:
    """Columns: shares of the zones, then the classes and the pupils over the cap of each year."""
    zones, years = program.pupils.shape
    number, zero, load = np.eye(years), np.zeros((years, years)), -program.pupils.T
    rows = [
        np.hstack([load, program.hard * number, zero]),
        np.hstack([load, program.cap * number, number]),
    ]
    if program.kept:
        stays = np.all(program.pupils > 0.0, axis=0) & (np.arange(years) > 0)
        first = np.zeros((years, years))
        first[:, 0] = 1.0
        rows.append(np.hstack([np.zeros((years, zones)), number - first, zero])[stays])
    matrix = np.vstack(rows)
    enough = float(min(program.most, np.ceil(program.pupils.sum(axis=0).max() / program.cap)))
    top = [np.ones(zones), np.full(years, enough), np.full(years, np.inf)]
    columns = zones + 2 * years
    return Milp(
        cost=np.concatenate([program.cost, program.classes, program.over]),
        constant=0.0,
        matrix=sparse.csr_array(matrix),
        row_lower=np.zeros(len(matrix)),
        row_upper=np.full(len(matrix), np.inf),
        lower=np.zeros(columns),
        upper=np.concatenate(top),
        integer=(np.arange(columns) >= zones) & (np.arange(columns) < zones + years),
    )
