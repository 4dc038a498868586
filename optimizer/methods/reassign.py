"""The network kept, every zone given its best school again: the search of `by_site` alone.

For a study that was edited where no network hangs on it: demand, a price, a zone that a planner
puts at another school by hand (`hold`). Which schools run when, where closed ones continue and
which projects start in which year stay as in the plan it begins with.
"""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np

from optimizer.check import check
from optimizer.classes import cheapest_classes
from optimizer.domain import Plan, Problem, Violation
from optimizer.methods.base import Answer, Limits, Prices, Report, Start
from optimizer.methods.by_site.ascent import Ascent, ascend, begin
from optimizer.methods.by_site.carried import carried
from optimizer.methods.by_site.certify import certificate, lifted
from optimizer.methods.by_site.frame import Frame, make_frame
from optimizer.methods.by_site.network import Design, make_ground
from optimizer.methods.by_site.plan import (
    candidate_design,
    compile_search,
    make_plan,
    places,
    plan_starts,
)
from optimizer.methods.by_site.room_gains import room_prices
from optimizer.methods.by_site.run import Run
from optimizer.methods.by_site.searcher import Searcher
from optimizer.presence import presence

SEARCHES = ((1, False), (4, False), (8, True))
"""Sweeps over all zones, and whether single years are tried: each while time is left."""
SEARCHING = 0.6
"""Part of the time that the search may take where a bound is proven from given prices too."""
PROVING, STEPS = 24.0, 60
"""Most seconds for the bound, and steps of its ascent in the first half of them."""
OF_NETWORK = ("budget.", "closing.", "lifecycle.", "merger.", "schools.", "teaching_point.")
"""Rules that a network keeps or breaks, wherever zones go (but for how small a closing one is)."""


def reassign(
    problem: Problem, limits: Limits, start: Start | None, report: Report | None
) -> Answer:
    """Give every zone its best school again in the network of a plan.

    Returns
    -------
    Answer
        The best of the plan given and those found, by the judge; none, with the rules that the
        network breaks as shortages, where it may not be kept. Bound and certificate are of the
        whole problem, network and all, from the prices given; without prices there is none.

    Raises
    ------
    ValueError
        If no plan is given.
    """
    if start is None or start.plan is None:
        raise ValueError("re-assignment needs the plan whose network is kept")
    entered = time.perf_counter()
    plan = put(problem, start.plan)
    frame = make_frame(problem, limits.threads)
    ready = _ready(frame, plan, start.prices)
    began = time.perf_counter()
    run = Run(problem, frame, limits, report, began)
    seconds = limits.seconds if start.prices is None else SEARCHING * limits.seconds
    stopped_by = "stalled" if ready is None else _search(*ready, plan, run, seconds)
    run.keep(plan if run.plan is not None else _classes_anew(problem, plan), -np.inf)
    spent = {"build": began - entered, "solve": time.perf_counter() - began}
    if run.plan is None:
        broken = _broken(problem, plan)
        return Answer(None, -np.inf, "network", spent, shortages=broken)
    if start.prices is None:
        return Answer(run.plan, -np.inf, stopped_by, spent)
    now = time.perf_counter()
    end = min(began + limits.seconds, now + PROVING)
    proven = _proven(frame, start.prices, run.objective, end)
    spent["bound"] = time.perf_counter() - now
    return Answer(run.plan, proven.value, stopped_by, spent, certificate(proven))


def _proven(frame: Frame, prices: Prices, objective: float, end: float) -> Ascent:
    """Prove what given prices do, raised and then lifted until `end`."""
    state = begin(frame, carried(frame, prices))
    now = time.perf_counter()
    state = ascend(frame, state, objective, STEPS, now + (end - now) / 2)
    return lifted(frame, state, end)


def hold(problem: Problem, plan: Plan, zones: np.ndarray) -> Problem:
    """Keep some zones (N,) where a plan has them: they may enter nowhere else."""
    used = np.asarray(plan.share.any(axis=1))
    return hold_at(problem, np.flatnonzero(used & np.isin(problem.travel.zone, zones)))


def hold_at(problem: Problem, rows: np.ndarray) -> Problem:
    """Let the zones of some rows of `travel` (N,) enter, at the level of the row, nowhere else."""
    travel = problem.travel
    place = travel.zone * len(problem.levels) + travel.level
    kept = ~np.isin(place, place[rows])
    kept[rows] = True
    return replace(problem, travel=replace(travel, intake=travel.intake & kept))


def put(problem: Problem, plan: Plan) -> Plan:
    """Move zones that may enter one school only to it, in the years in which they enter any."""
    travel = problem.travel
    place = travel.zone * len(problem.levels) + travel.level
    count = np.bincount(place[travel.intake], minlength=len(problem.zones) * len(problem.levels))
    away = np.asarray(plan.share.any(axis=1)) & ~travel.intake & (count[place] == 1)
    share = plan.share.copy()
    for row in np.flatnonzero(travel.intake & np.isin(place, place[away])):
        mine = place == place[row]
        enters = share[mine].any(axis=0)
        share[mine] = 0.0
        share[row] = enters
    return replace(plan, share=share)


def kept_design(frame: Frame, plan: Plan) -> Design | None:
    """Return the design of a plan, all of it; None where the frame has not all of it."""
    design = candidate_design(frame, plan)
    if design is None or not np.array_equal(plan_starts(frame, design), plan.start):
        return None
    return design


def _ready(frame: Frame, plan: Plan, prices: Prices | None) -> tuple[Searcher, Design] | None:
    """Return a compiled search and the design of a plan; None where that may not be kept."""
    design = kept_design(frame, plan)
    if design is None:
        return None
    searcher = Searcher(frame, make_ground(frame))
    compile_search(frame, searcher.ground)
    if prices is not None:
        searcher.price_rooms(room_prices(frame, carried(frame, prices)))
    return searcher, design


def _search(searcher: Searcher, design: Design, plan: Plan, run: Run, seconds: float) -> str:
    """Move zones on the network, ever more finely; returns why that ended."""
    problem, end = run.problem, time.perf_counter() + seconds
    site, everyone = places(problem, plan), np.arange(len(problem.zones))
    for sweeps, fine in SEARCHES:
        found = searcher.price(design, site, everyone, sweeps, fine, end)
        if found is None or run.keep(make_plan(run.frame, found), -np.inf):
            break
        site = found.site
        if time.perf_counter() > end:
            break
    return run.stopped_by(-np.inf, end)


def _classes_anew(problem: Problem, plan: Plan) -> Plan:
    """Return a plan with the classes that its pupils need here."""
    return replace(plan, classes=cheapest_classes(problem, plan, presence(problem, plan)))


def _broken(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Rules that the network of a plan breaks here."""
    found = check(problem, _classes_anew(problem, plan))
    return tuple(one for one in found if one.rule.startswith(OF_NETWORK)) or found
