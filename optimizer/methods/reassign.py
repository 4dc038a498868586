"""The network kept, every zone given its best school again: the search of `by_site` alone.

For a study that was edited where no network hangs on it: demand, a price, a zone that a planner
puts at another school by hand (`hold`). Which schools run when, where closed ones continue and
which projects start in which year stay as in the plan it begins with.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.check import check
from optimizer.classes import cheapest_classes
from optimizer.domain import Plan, Problem, Violation
from optimizer.evaluate import evaluate
from optimizer.methods.base import Answer, Limits, Prices, Progress, Report, Start
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
    frame = make_frame(problem)
    design = kept_design(frame, start.plan)
    best = _Best(problem, report)
    if design is not None:
        _search(frame, design, start, start.plan, best, limits)
    best.offer_given(start.plan)
    spent = {"build": best.began - entered, "solve": time.perf_counter() - best.began}
    if best.plan is None:
        broken = _broken(problem, start.plan)
        return Answer(None, -np.inf, "network", spent, shortages=broken)
    if start.prices is None:
        return Answer(best.plan, -np.inf, best.stopped_by, spent)
    now = time.perf_counter()
    end = min(best.began + limits.seconds, now + PROVING)
    proven = _proven(frame, start.prices, best.objective, end)
    spent["bound"] = time.perf_counter() - now
    return Answer(best.plan, proven.value, best.stopped_by, spent, certificate(proven))


def _proven(frame: Frame, prices: Prices, objective: float, end: float) -> Ascent:
    """Prove what given prices do, raised and then lifted until `end`."""
    state = begin(frame, carried(frame, prices))
    now = time.perf_counter()
    state = ascend(frame, state, objective, STEPS, now + (end - now) / 2)
    return lifted(frame, state, end)


def hold(problem: Problem, plan: Plan, zones: np.ndarray) -> Problem:
    """Keep some zones (N,) where a plan has them: they may enter nowhere else."""
    travel = problem.travel
    used = np.asarray(plan.share.any(axis=1)) | ~np.isin(travel.zone, zones)
    return replace(problem, travel=replace(travel, intake=travel.intake & used))


def kept_design(frame: Frame, plan: Plan) -> Design | None:
    """Return the design of a plan, all of it; None where the frame has not all of it."""
    design = candidate_design(frame, plan)
    if design is None or not np.array_equal(plan_starts(frame, design), plan.start):
        return None
    return design


@dataclass
class _Best:
    """Keeps the best plan that the judge allows, and tells whoever listens."""

    problem: Problem
    report: Report | None
    plan: Plan | None = None
    objective: float = np.inf
    began: float = field(default_factory=time.perf_counter)
    stopped_by: str = "stalled"

    def offer(self, plan: Plan) -> bool:
        """Keep a plan if it is the best; True asks to stop."""
        self._keep(plan)
        if self.report is None:
            return False
        seconds = time.perf_counter() - self.began
        line = Progress(seconds, "plan", self.objective, -np.inf, self.plan)
        if self.report(line):
            self.stopped_by = "cancelled"
        return self.stopped_by == "cancelled"

    def offer_given(self, plan: Plan) -> None:
        """Keep the plan that the search began with if it is better than all that it found."""
        self._keep(plan if self.plan is not None else _classes_anew(self.problem, plan))

    def _keep(self, plan: Plan) -> None:
        objective = evaluate(self.problem, plan).objective
        if objective < self.objective and not check(self.problem, plan):
            self.plan, self.objective = plan, objective


def _search(
    frame: Frame, design: Design, start: Start, plan: Plan, best: _Best, limits: Limits
) -> None:
    """Move zones on the network, ever more finely, until nothing is gained or time is up."""
    searcher, seconds = Searcher(frame, make_ground(frame)), limits.seconds
    compile_search(frame, searcher.ground)
    if start.prices is not None:
        seconds *= SEARCHING
        searcher.price_rooms(carried(frame, start.prices).rooms)
    best.began = time.perf_counter()
    end = best.began + seconds
    site, everyone = places(frame.problem, plan), np.arange(len(frame.problem.zones))
    for sweeps, fine in SEARCHES:
        found = searcher.price(design, site, everyone, sweeps, fine, end)
        if found is None or best.offer(make_plan(frame, found)):
            return
        site = found.site
        if time.perf_counter() > end:
            best.stopped_by = "seconds"
            return


def _classes_anew(problem: Problem, plan: Plan) -> Plan:
    """Return a plan with the classes that its pupils need here."""
    return replace(plan, classes=cheapest_classes(problem, plan, presence(problem, plan)))


def _broken(problem: Problem, plan: Plan) -> tuple[Violation, ...]:
    """Rules that the network of a plan breaks here."""
    found = check(problem, _classes_anew(problem, plan))
    return tuple(one for one in found if one.rule.startswith(OF_NETWORK)) or found
