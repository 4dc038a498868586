r"""What moves of teachers cost at least, in every network and whatever the postings (T3 to T9).

Over all pools and sites, R[t] are the rotation departures of planned year t, F[t] the forced ones,
M = R + F all moves, E[t] the eligible; E[p,j,t] and the like are those of a pool and site.

**The eligible.** Where j runs the level in t and ran it in t-1, T8 says E[p,j,t] ≥ S[p,j,t], with

    S[p,j,t] = base[p,j,t] + arrivals of years ≤ t - term_years - rotation departures before t.

Where the level has stopped, in s ≤ t (once: N2), nobody arrives from s on, whoever goes in s is
forced to, and later nobody is eligible. In s nobody may stay (T6), and those who are due leave or
follow the pupils (T3), which is no move. So F[p,j,s] = the base year's teachers who are not due +
arrivals - rotation departures before s ≥ S[p,j,t]. Elsewhere the level starts in t or later, and
S = 0. Summed up, E[t] ≥ Σ S[p,j,t] - Σ_{τ ≤ t} F[τ]. Every move is an arrival too; and those hired
before t - term_years, as many as left by then (T7), are posted by t - term_years (T5). With V[t]
for the base rows of T8 and those due before t - term_years, on neither of which the network bears,

    E[t] ≥ V[t] - W[t] - F[t],    W[t] = Σ_{t - term_years < τ < t} M[τ].

**The moves.** By T9, R[t] ≥ ⌈share · E[t] - 1e-6⌉; as share ≤ 1 and F[t] is whole,

    M[t] ≥ ⌈share · (V[t] - W[t]) - 1e-6⌉,    M[t] ≥ 0.

**Their cost.** Let G take each year in turn as few as this allows. For any M that keeps the rows,
D[t] = Σ_{τ ≤ t} (M[τ] - G[τ]) is never negative. For if it is not before t, W of M is above W of G
by at most D[t-1], a whole number: so M[t] ≥ G[t] - D[t-1], or G[t] = 0. Hence under prices that do
not rise over the years none is cheaper than G (Abel's summation); where discount factors rise, the
least so far stands for each.
"""

from __future__ import annotations

import math

import numpy as np

from optimizer.check.staffing import WHOLE
from optimizer.domain import Problem, Staffing
from optimizer.staff_flow import base_eligible


def moves_bound(problem: Problem) -> float:
    """Bound the term `teachers_moved` from below, for every plan that keeps the rules.

    Returns
    -------
    float
        Yuan, present value; 0 where teachers are not planned.
    """
    staffing = problem.staffing
    if staffing is None or not problem.policy.on("staffing"):
        return 0.0
    falling = np.minimum.accumulate(problem.horizon.discount)
    return float(problem.prices.teacher_moved * (falling @ fewest_moves(problem, staffing)))


def fewest_moves(problem: Problem, staffing: Staffing) -> np.ndarray:
    """Count moves that no plan undercuts: no sum of first years of any plan is below theirs.

    Returns
    -------
    (T,) int
        In each planned year, as few as rotation asks for after those of the years before.
    """
    able, term = _unmoved(problem, staffing), staffing.term_years
    moves = np.zeros_like(able)
    for year, number in enumerate(able):
        recent = moves[max(0, year - term + 1) : year].sum()
        moves[year] = max(0, math.ceil(staffing.rotation_share * (number - recent) - WHOLE))
    return moves


def _unmoved(problem: Problem, staffing: Staffing) -> np.ndarray:
    """Count who would have served long enough by each year if nobody moved, (T,) int: V above."""
    able: np.ndarray = base_eligible(problem, staffing).sum(axis=(0, 1))
    years, wait = problem.horizon.years, staffing.term_years + 1
    leave = np.zeros(years, dtype=able.dtype)
    np.add.at(leave, staffing.due[:, 2] - problem.horizon.first_year, staffing.due[:, 3])
    able[wait:] += np.cumsum(leave)[: max(0, years - wait)]
    return able
