"""The Lagrangian: value and subgradient of the problem relaxed by site.

Relaxed, with prices: the assignment rows (zone by level and entry year), the classes that a site
has rooms for in each year (kept by the sites where every cohort stays for one year), the budget
rows, the closings of a year, the pupils of a closing site, the receiver of a level that stops.
Dropped: pupils and classes that mergers and teaching points bring to another school, entrants
reassigned, the last lower secondary of a town. Every term left out is non-negative, so the value is
a bound for the whole problem.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.counting import Counting
from optimizer.methods.by_site.frame import Frame, Multipliers, debt_price
from optimizer.methods.by_site.gradient import gradient
from optimizer.methods.by_site.keeping import Kept, chosen_rooms, lifecycle_costs, solve_kept
from optimizer.methods.by_site.kernels import (
    NOBODY,
    Costs,
    Solution,
    refill_stopped,
    solve_blocks,
    solve_inherited,
)
from optimizer.methods.by_site.project_values import (
    extension_rows,
    projects_under,
    row_costs,
    spend_price,
    standing_alone,
)
from optimizer.methods.by_site.room_kernels import room_values, trace_rooms
from optimizer.methods.by_site.size_kernels import items_of
from optimizer.methods.by_site.threads import in_threads


class Relaxed(NamedTuple):
    """Value of the relaxation and what attains it.

    `value` is the sum of `parts` (S + 1: sites, constant); `gradient` has the form of the
    multipliers; `chosen` (S,) lifecycle index; `extended` (X,) bool; `share` (Q, T).
    """

    value: float
    parts: Floats
    gradient: Multipliers
    chosen: Ints
    extended: Bools
    share: Floats


def costs_under(frame: Frame, multipliers: Multipliers) -> Costs:
    """Prices of the site problems under given multipliers."""
    problem = frame.problem
    discount = problem.horizon.discount
    levels = len(problem.levels)
    class_size = problem.policy.on("class_size")
    rooms = multipliers.rooms * (frame.kept_rooms is None)
    own = np.repeat(rooms, levels, axis=0)
    return Costs(
        zone=multipliers.zone,
        classes=problem.prices.class_year * discount + own,
        over=problem.prices.over_cap_pupil_year * discount,
        moved=problem.prices.pupil_moved * discount,
        small=multipliers.small,
        class_size=class_size,
    )


class Solved(NamedTuple):
    """Cohorts solved at every block: those that enter, and cost and classes of those inherited.

    Where sites keep rooms by themselves, `kept` has it all, and the others are 0.
    """

    counting: Counting
    costs: Costs
    solution: Solution
    inherited_cost: Floats
    inherited_classes: Floats
    kept: Kept | None = None


def solve_cohorts(
    frame: Frame, multipliers: Multipliers, counting: Counting | None = None
) -> Solved:
    """Solve every cohort at every block under the multipliers."""
    blocks, problem = frame.blocks, frame.problem
    counting = frame.counting if counting is None else counting
    costs = costs_under(frame, multipliers)
    number, years = len(blocks.level), problem.horizon.years
    solution = Solution(
        value=np.zeros((number, years)),
        parted=np.zeros((number, years, blocks.factor.shape[3])),
        stopped=np.zeros((number, years)),
        share=np.zeros((len(blocks.zone), years)),
        paths=np.zeros((number, years, blocks.factor.shape[3])),
    )
    inherited_cost = np.zeros((number, years))
    inherited_classes = np.zeros((number, years))
    kept = solve_kept(frame, costs, row_costs(frame, multipliers))
    if kept is None:
        _solve_all(frame, counting, costs, solution)
        if costs.class_size:
            solve_inherited(blocks, costs, inherited_cost, inherited_classes)
    return Solved(counting, costs, solution, inherited_cost, inherited_classes, kept)


def _solve_all(frame: Frame, counting: Counting, costs: Costs, solution: Solution) -> None:
    """Solve every cohort that enters at every block into `solution`, in threads."""
    blocks, scratch = frame.blocks, np.zeros_like(solution.share)

    def solve(some: tuple[int, int]) -> None:
        solve_blocks(
            some,
            frame.stoppable,
            frame.earliest,
            blocks,
            counting,
            costs,
            items_of(blocks),
            scratch,
            solution,
        )

    in_threads(solve, frame.parts, frame.threads)


def relaxation_values(frame: Frame, multipliers: Multipliers, counting: Counting) -> Floats:
    """Value (A,) each lifecycle under the multipliers: how promising the relaxation finds it."""
    return lifecycle_values(frame, multipliers, solve_cohorts(frame, multipliers, counting))


def relax(frame: Frame, multipliers: Multipliers, counting: Counting | None = None) -> Relaxed:
    """Solve every site problem under the multipliers."""
    return put_together(frame, multipliers, solve_cohorts(frame, multipliers, counting))


def put_together(frame: Frame, multipliers: Multipliers, solved: Solved) -> Relaxed:
    """Choose the lifecycles for cohorts that are solved; their shares and classes are cut to it."""
    chosen, parts = choose(frame, lifecycle_values(frame, multipliers, solved))
    if solved.kept is not None:
        share, extended = chosen_rooms(frame, solved.kept, solved.costs, chosen)
        crowd = np.zeros_like(multipliers.rooms)
    else:
        roomy, extended = _rooms_of(frame, multipliers, chosen)
        alone = standing_alone(frame, multipliers)
        np.add.at(parts, frame.extensions.site[alone.picked], alone.value)
        np.add.at(roomy, frame.extensions.site[alone.picked], alone.rooms)
        extended |= alone.picked
        crowd = _apply_choice(frame, chosen, solved) - roomy
        share = solved.solution.share
    constant = _constant(frame, multipliers)
    return Relaxed(
        value=float(parts.sum()) + constant,
        parts=np.append(parts, constant),
        gradient=gradient(frame, chosen, extended, share, crowd),
        chosen=chosen,
        extended=extended,
        share=share,
    )


def _constant(frame: Frame, multipliers: Multipliers) -> float:
    """Right sides of the relaxed rows, each at its price, in yuan."""
    constant = float(multipliers.zone[frame.problem.demand.entrants > NOBODY].sum())
    constant -= _priced(multipliers.budget, frame.budget_left)
    constant -= _priced(multipliers.closings, frame.closings_left)
    return constant


def _priced(price: Floats, amount: Floats) -> float:
    """Sum of price times amount, where infinite amounts have price 0."""
    return float(price @ np.where(np.isfinite(amount), amount, 0.0))


def lifecycle_values(frame: Frame, multipliers: Multipliers, solved: Solved) -> Floats:
    """Value (A,) each lifecycle under the multipliers."""
    costs, solution = solved.costs, solved.solution
    table, problem = frame.alternatives, frame.problem
    sites, levels, years = len(problem.sites), len(problem.levels), problem.horizon.years
    site = np.repeat(np.arange(sites), np.diff(table.first))
    value = table.fixed + table.spend @ spend_price(frame, multipliers)
    value += table.closes @ multipliers.closings
    value += multipliers.receiver.ravel() @ frame.receiving
    finite = np.where(np.isfinite(frame.small_limit), frame.small_limit, 0.0)
    value -= (table.closes * (multipliers.small * finite)[site]).sum(axis=1)
    if solved.kept is not None:
        value += lifecycle_costs(frame, solved.kept)
    elif costs.class_size:
        cost = projects_under(frame, multipliers)
        value += room_values(site, debt_price(problem), multipliers.rooms, cost, frame.room_plans)
    blocks = frame.blocks
    after = np.zeros((sites * levels, years + 1))
    after[:, :years] = solution.value[:, ::-1].cumsum(axis=1)[:, ::-1]
    here = np.zeros((sites * levels, years + 1))
    here[:, 1:] = (solved.inherited_cost + blocks.inherited_travel).cumsum(axis=1)
    moved = np.zeros((sites * levels, years + 1))
    moved[:, :years] = blocks.inherited_after[:, ::-1].cumsum(axis=1)[:, ::-1]
    inherited = blocks.inherited.sum(axis=1)
    moved[:, :years] += inherited * costs.moved
    moved[:, 1:years] += inherited[:, :-1] * np.repeat(multipliers.small, levels, axis=0)[:, 1:]
    stopped = np.concatenate([solution.stopped, after[:, :1]], axis=1)
    for level in range(levels):
        block = site * levels + level
        begin, stop = table.begin[:, level], table.stop[:, level]
        base = problem.sites.runs[site, level]
        value += np.where(base, stopped[block, stop], after[block, begin])
        value += np.where(base, here[block, stop] + moved[block, stop], 0.0)
    return value


def choose(frame: Frame, values: Floats) -> tuple[Ints, Floats]:
    """Best lifecycle of each site and its value; exactly `schools_open` run in the first year."""
    table, wanted = frame.alternatives, frame.problem.policy.schools_open
    sites = len(frame.problem.sites)
    chosen = np.array(
        [
            a + int(np.argmin(values[a:b]))
            for a, b in zip(table.first[:-1], table.first[1:], strict=True)
        ]
    )
    if wanted is not None:
        runs = table.running[:, 0]
        open_best, closed_best = (
            np.array([a + int(np.argmin(np.where(mask[a:b], values[a:b], np.inf)))
                      for a, b in zip(table.first[:-1], table.first[1:], strict=True)])
            for mask in (runs, ~runs)
        )  # fmt: skip
        extra = np.where(runs[open_best], values[open_best], np.inf) - np.where(
            ~runs[closed_best], values[closed_best], 1e15
        )
        opened = np.argsort(extra, kind="stable")[:wanted]
        chosen = np.where(np.isin(np.arange(sites), opened), open_best, closed_best)
    return chosen, values[chosen].copy()


def _rooms_of(frame: Frame, multipliers: Multipliers, chosen: Ints) -> tuple[Floats, Bools]:
    """Classes (S, T) that the chosen lifecycles have rooms for, and the extension rows (X,)."""
    more, plans, problem = frame.extensions, frame.room_plans, frame.problem
    if not problem.policy.on("class_size"):
        return np.zeros_like(multipliers.rooms), np.zeros(len(more.option), dtype=bool)
    free = np.full(multipliers.rooms.shape, -1)
    roomy, service, _ = trace_rooms(
        chosen,
        debt_price(problem),
        multipliers.rooms,
        free,
        projects_under(frame, multipliers),
        plans,
    )
    return roomy, extension_rows(frame, service)


def _apply_choice(frame: Frame, chosen: Ints, solved: Solved) -> Floats:
    """Cut shares to what the chosen lifecycles run; returns classes by site and year (S, T)."""
    blocks, problem, table = frame.blocks, frame.problem, frame.alternatives
    counting, costs, solution, _, inherited_classes, _ = solved
    items = items_of(blocks)
    levels, years = len(problem.levels), problem.horizon.years
    begin, stop = table.begin[chosen].ravel(), table.stop[chosen].ravel()
    base = problem.sites.runs.ravel()
    for block in np.flatnonzero(base & (stop < years)):
        share, paths = solution.share, solution.paths
        refill_stopped(block, stop[block], blocks, counting, costs, items, share, paths)
    cohort = np.arange(years)
    entering = (cohort >= begin[:, None]) & (cohort < stop[:, None])
    row_block = np.repeat(np.arange(len(base)), np.diff(blocks.start))
    solution.share[~entering[row_block]] = 0.0
    solution.paths[~entering] = 0
    classes = np.zeros((len(base), years))
    for grade in range(solution.paths.shape[2]):
        if years > grade:
            classes[:, grade:] += solution.paths[:, : years - grade, grade]
    present = (cohort < stop[:, None]) & base[:, None]
    classes += inherited_classes * present
    total: Floats = classes.reshape(-1, levels, years).sum(axis=1)
    return total
