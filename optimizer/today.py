"""The network as it is: what happens if nobody decides anything."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from optimizer.classes import cheapest_classes
from optimizer.domain import Action, Plan, Postings, Problem, Staffing
from optimizer.presence import pair_rows, presence
from optimizer.staff_flow import flows


def today_plan(problem: Problem) -> Plan:
    """Carry today's network on: committed projects are finished, nothing else is built or closed.

    The entrants of a zone follow the base-year first grade of the zone, over those of its schools
    that have an intake pair and run the level; a zone none of whose schools does goes to the
    nearest site that does. Teachers stay, or go with the pupils of a school that is relocated;
    whoever leaves is replaced at once by another of the pool, a key teacher by an ordinary one of
    the level and subject. The plan may break rules (shares of whole zones, class sizes, rooms,
    rotation): it is judged like any other.
    """
    runs, merges = _network(problem)
    plan = Plan(
        start=problem.options.committed,
        runs=runs,
        merges=merges,
        share=_shares(problem, runs),
        classes=tuple(
            np.zeros((len(problem.sites), level.cohorts(problem.horizon.years), runs.shape[2]), int)
            for level in problem.levels
        ),
    )
    return replace(
        plan,
        classes=cheapest_classes(problem, plan, presence(problem, plan)),
        postings=_postings(problem, plan),
    )


def _network(problem: Problem) -> tuple[np.ndarray, np.ndarray]:
    """Derive running levels (S, L, T) and mergers from the committed projects alone."""
    options, horizon = problem.options, problem.horizon
    runs = np.repeat(problem.sites.runs[:, :, None], horizon.years, axis=2)
    merges = []
    for row in np.flatnonzero(options.committed):
        service = int(options.committed[row] + options.lead[row])
        if not horizon.first_year <= service < horizon.end:
            continue
        site, later = options.site[row], slice(service - horizon.first_year, None)
        if options.action[row] is Action.CONVERT:
            runs[site, :, later] = False
        runs[site, options.levels_after[row], later] = True
        if options.action[row] is Action.RELOCATE:
            old = options.relocates[row]
            runs[old, :, later] = False
            moved = np.flatnonzero(problem.sites.runs[old])
            merges += [(old, site, level, service) for level in moved]
    return runs, np.array(merges, dtype=int).reshape(-1, 4)


def _shares(problem: Problem, runs: np.ndarray) -> np.ndarray:
    """Shares of entrants by pair and year, (P, T)."""
    travel = problem.travel
    usable = travel.intake[:, None] & runs[travel.site, travel.level]
    pupils = np.where(usable, _first_grade_pupils(problem)[:, None], 0.0)
    zones, _, levels, years = problem.shape
    body = travel.level * zones + travel.zone
    total = np.zeros((levels * zones, years))
    np.add.at(total, body, pupils)
    followed = total[body]
    share: np.ndarray = np.divide(pupils, followed, out=np.zeros_like(pupils), where=followed > 0)
    for year in range(years):
        order = np.lexsort([np.where(usable[:, year], travel.minutes, np.inf), body])
        first = order[np.unique(body[order], return_index=True)[1]]
        alone = first[(followed[first, year] == 0) & usable[first, year]]
        share[alone, year] = 1.0
    return share


def _first_grade_pupils(problem: Problem) -> np.ndarray:
    """Base-year pupils of the level's first grade on each pair, (P,)."""
    enrolled = problem.enrolled
    total = np.zeros(len(problem.travel))
    for index, level in enumerate(problem.levels):
        rows = np.flatnonzero((enrolled.level == index) & (enrolled.grade == level.first_grade))
        pair = pair_rows(problem, index, enrolled.zone[rows], enrolled.site[rows])
        np.add.at(total, pair[pair >= 0], enrolled.pupils[rows][pair >= 0])
    return total


def _postings(problem: Problem, plan: Plan) -> Postings | None:
    """Keep teachers where they are; None where they are not planned."""
    staffing = problem.staffing
    if staffing is None or not problem.policy.on("staffing"):
        return None
    flow = flows(problem, staffing, plan)
    first, successor = problem.horizon.first_year, _successors(staffing)
    teachers, here = np.zeros_like(flow.leave), flow.base.copy()
    moves, hires = [], []
    for year in range(problem.horizon.years):
        here += flow.follow[:, :, year] - flow.leave[:, :, year]
        for site, to, level, _ in plan.merges[plan.merges[:, 3] == first + year]:
            for pool in np.flatnonzero((staffing.pools.level == level) & (here[:, site] > 0)):
                moves.append((pool, site, to, first + year, here[pool, site]))
                here[pool, to] += here[pool, site]
                here[pool, site] = 0
        replaced = flow.leave[:, :, year] * (flow.runs & flow.ran)[:, :, year]
        for pool, site in np.argwhere(replaced > 0):
            if (one := successor[pool]) >= 0:
                hires.append((one, site, first + year, first + year, replaced[pool, site]))
                here[one, site] += replaced[pool, site]
        teachers[:, :, year] = here
    return Postings(
        teachers,
        np.array(moves, dtype=int).reshape(-1, 5),
        np.array(hires, dtype=int).reshape(-1, 5),
    )


def _successors(staffing: Staffing) -> np.ndarray:
    """(N,) pool from which those who leave a pool are replaced, -1 where there is none (T5)."""
    pools = staffing.pools
    ordinary = {(pools.level[p], pools.subject[p]): p for p in np.flatnonzero(~pools.key)[::-1]}
    return np.array(
        [
            ordinary.get((pools.level[pool], pools.subject[pool]), -1) if pools.key[pool] else pool
            for pool in range(len(pools))
        ],
        dtype=int,
    )
