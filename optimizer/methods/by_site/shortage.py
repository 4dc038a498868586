"""Whether places lack, asked before anything is searched for: the flow cut of `diagnose`, sooner.

To follow every cohort through mergers and teaching points takes more than the flow itself. Here
each pupil may be wherever a way leads, or stay where enrolled: at least as many schools as `cuts`
counts, so that what lacks here lacks there, where it is then named. What lacks there alone is found
after the search.
"""

from __future__ import annotations

import numpy as np

from optimizer.diagnose import cuts
from optimizer.domain import Problem
from optimizer.formulation.index import NO_PUPILS
from optimizer.formulation.reach import Groups
from optimizer.formulation.whereabouts import sizes

SLACK = 1e-3
"""Pupils a site that could be too many within what the judge tolerates: 1e-4 for each cohort."""
PART = 2e-6
"""The same for shares that do not sum to one, as a part of the pupils."""


def lacks_places(problem: Problem) -> bool:
    """Whether some pupils have too few places in reach, beyond all that the judge tolerates."""
    return any(
        cut.short > SLACK * len(cut.sites) + PART * cut.pupils
        for cut in cuts(problem, widest_reach(problem))
    )


def widest_reach(problem: Problem) -> dict[tuple[int, int], Groups]:
    """Group the pupils of each level and year by zone, with all schools where they could ever be.

    The pupils are those of `reach_sets`, and each of its sets lies within the one here.
    """
    found: dict[tuple[int, int], Groups] = {}
    for level, stage in enumerate(problem.levels):
        pupils, origin = sizes(problem, level)
        pupils[:, stage.grades - 1 :][problem.demand.entrants[:, level] <= NO_PUPILS] = 0.0
        present = np.where(pupils > NO_PUPILS, pupils, 0.0).sum(axis=1)
        reach: list[set[int]] = [set() for _ in problem.zones.ids]
        ours = problem.travel.level == level
        ways = zip(problem.travel.zone[ours], problem.travel.site[ours], strict=True)
        for zone, site in ways:
            reach[zone].add(int(site))
        for (zone, _), sites in origin.items():
            reach[zone].update(sites)
        keys = [(zone, frozenset(sites)) for zone, sites in enumerate(reach)]
        for year, numbers in enumerate(present.T.tolist()):
            found[level, year] = {
                key: number for key, number in zip(keys, numbers, strict=True) if number > 0.0
            }
    return found
