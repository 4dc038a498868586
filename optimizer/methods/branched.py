"""Branch on which schools run: `by_site` first, then the gap that its relaxation leaves.

Where places are scarce, as with exactly p schools, no multipliers close the gap: which sites run
has to be tried. A node of the tree holds sites that run and sites that do not (in the last year;
in the first one where policy fixes how many do). Its bound is that of the relaxation over the
lifecycles left, raised from the multipliers of the node above. Sites whose one way would lift it
over the cut are decided at once. Where all are decided and one year is planned, the solver places
the zones. It pays where a step of the relaxation takes milliseconds: one year and a few hundred
sites. The bound is the method's own word, as that of `monolithic` is the solver's.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.check import check
from optimizer.domain import Plan, Problem
from optimizer.evaluate import evaluate
from optimizer.methods.base import Answer, Limits, Progress, Report, Start, prices_of
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.ascent import Ascent, ascend, begin
from optimizer.methods.by_site.carried import carried
from optimizer.methods.by_site.frame import Frame, Multipliers, make_frame
from optimizer.methods.by_site.method import by_site
from optimizer.methods.by_site.relaxation import relaxation_values
from optimizer.methods.by_site.restricted import FAILURES, restrict
from optimizer.methods.monolithic import monolithic

ROOT = 0.35
"""Part of the time for `by_site`."""
STEPS, PARTS = 40, 4
"""Steps of the relaxation at a node, in so many parts: after each it may be seen to be hopeless."""
STEP = 0.3
"""First step at a node: its multipliers were good for the node above."""
LEAF_SECONDS = 20.0
"""Most seconds of the solver for a node in which every site is decided."""
EXCLUDED = 1e15
"""Yuan for a lifecycle that a node does not allow."""
FREE, CLOSED, OPEN = -1, 0, 1


def branched(
    problem: Problem, limits: Limits, start: Start | None, report: Report | None
) -> Answer:
    """Plan by `by_site`, then branch on which sites run until gap, nodes or time say stop.

    Returns
    -------
    Answer
        Its certificate is that of `by_site`; what that proves is `certified`.
    """
    began = time.perf_counter()
    at_root = replace(limits, seconds=ROOT * limits.seconds, nodes=None)
    first = by_site(problem, at_root, start, report)
    if first.plan is None or first.certificate is None or first.stopped_by == "cancelled":
        return first
    frame = make_frame(problem)
    multipliers = carried(frame, prices_of(problem, first.certificate))
    built = first.seconds["build"]
    tree = _Tree(frame, limits, report, began + built, first.plan, first.bound)
    why = tree.grow(multipliers, began + built + limits.seconds)
    seconds = {"build": built, "solve": time.perf_counter() - began - built}
    return Answer(tree.plan, tree.bound, why, seconds, first.certificate, certified=first.bound)


@dataclass(order=True)
class _Node:
    """States (S,) of the sites, and the bound; the cheapest is looked at first."""

    bound: float
    number: int
    state: Ints = field(compare=False)
    multipliers: Multipliers = field(compare=False)
    cycle: Floats = field(compare=False)


class _Tree:
    """The nodes still open, the best plan, and the least bound of those that are done with."""

    def __init__(
        self,
        frame: Frame,
        limits: Limits,
        report: Report | None,
        began: float,
        plan: Plan,
        bound: float,
    ) -> None:
        self.frame, self.limits, self._report, self._began = frame, limits, report, began
        self.plan, self.objective = plan, evaluate(frame.problem, plan).objective
        self.root, self.nodes = bound, 0
        self._open: list[_Node] = []
        self._done = np.inf
        table = frame.alternatives
        self.site = np.repeat(np.arange(len(table.first) - 1), np.diff(table.first))
        counted = frame.problem.policy.schools_open is not None
        self.runs: Bools = table.running[:, 0 if counted else -1]

    @property
    def cut(self) -> float:
        """Bound from which a node is of no interest: the plan is close enough to it."""
        return self.objective - self.limits.gap * abs(self.objective)

    @property
    def bound(self) -> float:
        """What is proven: no plan of any node is cheaper."""
        least = self._open[0].bound if self._open else np.inf
        return max(self.root, min(least, self._done, self.objective))

    def grow(self, multipliers: Multipliers, deadline: float) -> str:
        """Look at nodes, the cheapest first; returns why that ended, in one word."""
        count = len(self.frame.problem.sites)
        root = begin(self.frame, multipliers)
        self._open = [_Node(root.value, 0, np.full(count, FREE), root.best, root.cycle)]
        while self._open and self.bound < self.cut:
            if time.perf_counter() > deadline:
                return "seconds"
            if self.limits.nodes is not None and self.nodes >= self.limits.nodes:
                return "nodes"
            node = heapq.heappop(self._open)
            for child in self._below(node, deadline):
                if child.bound < self.cut:
                    heapq.heappush(self._open, child)
                else:
                    self._done = min(self._done, child.bound)
            if self._told():
                return "cancelled"
        return "gap" if self.bound >= self.cut else "stalled"

    def _told(self) -> bool:
        """Tell whoever listens; whether they ask to stop."""
        if self._report is None:
            return False
        seconds = time.perf_counter() - self._began
        line = Progress(seconds, "branch", self.objective, self.bound, self.plan)
        return bool(self._report(line))

    def _below(self, node: _Node, deadline: float) -> Iterator[_Node]:
        """Nodes below one: the site in most doubt runs, or does not."""
        site = self._doubtful(node)
        if site is None:
            self._done = min(self._done, self._leaf(node, deadline))
            return
        for way in (OPEN, CLOSED):
            state = node.state.copy()
            state[site] = way
            self.nodes += 1
            yield self._raised(node, state, deadline)

    def _raised(self, above: _Node, state: Ints, deadline: float) -> _Node:
        """Raise the bound of a node from the multipliers above, and decide what it decides."""
        frame = self._allowing(state)
        found = begin(frame, above.multipliers)
        found = replace(found, cycle=above.cycle, step=STEP)
        for _ in range(PARTS):
            if found.value >= self.cut or time.perf_counter() > deadline:
                break
            found = ascend(frame, found, self.objective, STEPS // PARTS, deadline)
        return self._decided(frame, found, above.bound, state)

    def _decided(self, frame: Frame, found: Ascent, above: float, state: Ints) -> _Node:
        """Decide the sites whose other way would lift the bound over the cut."""
        bound = max(found.value, above)
        values = relaxation_values(frame, found.best, found.counting)
        rise = forcing_costs(self.site, self.runs, values, frame.problem.policy.schools_open)
        other = found.value + rise
        over = (other >= self.cut) & (state == FREE)[:, None]
        if over.any():
            self._done = min(self._done, float(other[over].min()))
        if np.any(over.all(axis=1)):
            bound = max(bound, self.cut)
        state = np.where(over[:, OPEN], CLOSED, np.where(over[:, CLOSED], OPEN, state))
        return _Node(bound, self.nodes, state, found.best, found.cycle)

    def _allowing(self, state: Ints) -> Frame:
        """Make lifecycles that contradict the states of their sites too dear to choose."""
        table, mine = self.frame.alternatives, state[self.site]
        wrong = ((mine == CLOSED) & self.runs) | ((mine == OPEN) & ~self.runs)
        fixed = np.where(wrong, EXCLUDED, table.fixed)
        return replace(self.frame, alternatives=table._replace(fixed=fixed))

    def _doubtful(self, node: _Node) -> int | None:
        """Return the site whose choice is nearest to half and half; None: all are decided."""
        count = len(node.state)
        ways = [np.bincount(self.site, self.runs == way, count) > 0 for way in (False, True)]
        free = (node.state == FREE) & ways[0] & ways[1]
        if not free.any():
            return None
        share = np.bincount(self.site, node.cycle * self.runs, count)
        return int(np.argmin(np.where(free, np.abs(share - 0.5), np.inf)))

    def _leaf(self, node: _Node, deadline: float) -> float:
        """Bound of a node without a site in doubt, where one year is planned by the solver."""
        problem = self.frame.problem
        left = min(LEAF_SECONDS, deadline - time.perf_counter())
        if problem.horizon.years > 1 or left < 1.0:
            return node.bound
        count = len(node.state)
        may = (node.state != CLOSED) & (np.bincount(self.site, self.runs, count) > 0)
        part = restrict(problem, may[problem.travel.site], may[problem.options.site])
        try:
            limits = replace(self.limits, seconds=left, nodes=None)
            answer = monolithic(part, limits, Start(self.plan), None)
        except FAILURES:
            return node.bound
        if answer.plan is not None and not check(problem, answer.plan):
            cost = evaluate(problem, answer.plan).objective
            if cost < self.objective:
                self.plan, self.objective = answer.plan, cost
        return np.inf if answer.infeasible else max(node.bound, answer.bound)


def forcing_costs(site: Ints, runs: Bools, values: Floats, schools_open: int | None) -> Floats:
    """By how much the relaxation rises if a site must not, or must, run.

    Parameters
    ----------
    site, runs, values
        (A,) site of each lifecycle, whether it runs, its value in yuan.
    schools_open
        Number of sites that run; None: any.

    Returns
    -------
    ndarray
        (S, 2) yuan, at least 0.
    """
    count = int(site.max()) + 1
    best = np.full((count, 2), np.inf)
    np.minimum.at(best, (site, runs.astype(np.int64)), values)
    if schools_open is None:
        lifted: Floats = np.minimum(best - best.min(axis=1, keepdims=True), EXCLUDED)
        return lifted
    extra = np.where(np.isfinite(best[:, 1]), best[:, 1], 2 * EXCLUDED) - np.where(
        np.isfinite(best[:, 0]), best[:, 0], 2 * EXCLUDED
    )
    order = np.argsort(extra, kind="stable")
    rise = np.zeros((count, 2))
    inside, outside = order[:schools_open], order[schools_open:]
    if len(inside) and len(outside):
        rise[outside, OPEN] = extra[outside] - extra[inside].max()
        rise[inside, CLOSED] = extra[outside].min() - extra[inside]
    clipped: Floats = np.clip(rise, 0.0, EXCLUDED)
    return clipped
