"""Branch on which schools run: `by_site` first, then the gap that its relaxation leaves.

Where places are scarce, as with exactly p schools, no multipliers close the gap: which sites run
has to be tried. A node of the tree holds sites that run and sites that do not (in the last year;
in the first one where policy fixes how many do). Its bound is that of the relaxation over the
lifecycles left, raised from the multipliers of the node above. Sites whose one way would lift it
over the cut are decided at once. Where all are decided and one year is planned, the solver places
the zones. It pays where a step of the relaxation takes milliseconds: one year and a few hundred
sites. The nodes are kept in the certificate (`branch_record`); where the solver proves more of a
node than its multipliers do, the bound is the method's own word, as that of `monolithic` is.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np

from optimizer.domain import Problem
from optimizer.methods.base import Answer, Limits, Report, Start, prices_of
from optimizer.methods.branch_record import Looked, Record, most_nodes
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.ascent import Ascent, ascend, begin
from optimizer.methods.by_site.carried import carried
from optimizer.methods.by_site.frame import Frame, Multipliers, make_frame
from optimizer.methods.by_site.method import by_site
from optimizer.methods.by_site.relaxation import lifecycle_values, put_together, solve_cohorts
from optimizer.methods.by_site.restricted import FAILURES, restrict
from optimizer.methods.by_site.run import Run
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
        Its certificate is that of `by_site` and the nodes; what they prove is `certified`.
    """
    began = time.perf_counter()
    at_root = replace(limits, seconds=ROOT * limits.seconds, nodes=None)
    first = by_site(problem, at_root, start, report)
    if first.plan is None or first.certificate is None or first.stopped_by == "cancelled":
        return first
    frame, built = make_frame(problem, limits.threads), first.seconds["build"]
    run = Run(problem, frame, limits, report, began + built)
    run.keep(first.plan, first.bound)
    tree, deadline = Branching(run, first.bound), began + built + limits.seconds
    tree.grow(carried(frame, prices_of(problem, first.certificate)), deadline)
    why = run.stopped_by(tree.bound, deadline, spent=tree.spent)
    seconds = {"build": built, "solve": time.perf_counter() - began - built}
    proof, certified = tree.record.on(first.certificate), tree.record.certified()
    certified = min(certified, tree.bound)
    return Answer(run.plan, tree.bound, why, seconds, proof, certified=certified)


@dataclass(order=True)
class _Node:
    """States (S,) of the sites, and the bound in yuan; the cheapest is looked at first.

    `value` is the bound before sites were decided, `others` the least one of plans in which one of
    these goes the other way.
    """

    bound: float
    number: int
    state: Ints = field(compare=False)
    multipliers: Multipliers = field(compare=False)
    cycle: Floats = field(compare=False)
    value: float = field(compare=False, default=-np.inf)
    others: float = field(compare=False, default=np.inf)


class Branching:
    """The nodes still open, and the least bound of those that are done with."""

    def __init__(self, run: Run, root: float) -> None:
        self.run, self.frame, self.root, self.nodes = run, run.frame, root, 0
        self.record = Record(root, most_nodes(run.problem))
        self._open: list[_Node] = []
        self._done = np.inf
        table = run.frame.alternatives
        self.site = np.repeat(np.arange(len(table.first) - 1), np.diff(table.first))
        counted = run.problem.policy.schools_open is not None
        self.runs: Bools = table.running[:, 0 if counted else -1]

    @property
    def cut(self) -> float:
        """Bound from which a node is of no interest: the plan is close enough to it."""
        return self.run.objective - self.run.limits.gap * abs(self.run.objective)

    @property
    def bound(self) -> float:
        """What is proven, in yuan: no plan of any node is cheaper."""
        least = self._open[0].bound if self._open else np.inf
        return max(self.root, min(least, self._done, self.run.objective))

    @property
    def spent(self) -> bool:
        """Whether as many nodes were looked at as may be."""
        return self.run.limits.nodes is not None and self.nodes >= self.run.limits.nodes

    def grow(self, multipliers: Multipliers, deadline: float) -> None:
        """Look at nodes, the cheapest first, until `deadline` (`time.perf_counter`)."""
        count = len(self.run.problem.sites)
        root = begin(self.frame, multipliers)
        self._open = [_Node(root.value, 0, np.full(count, FREE), root.best, root.cycle)]
        while self._open and not self.spent and not self.run.done(self.bound):
            if time.perf_counter() > deadline:
                break
            node = heapq.heappop(self._open)
            for child in self._below(node, deadline):
                if child.bound < self.cut:
                    heapq.heappush(self._open, child)
                else:
                    self._done = min(self._done, child.bound)
            self.run.tell("branch", self.bound)

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
            child = self._raised(node, state, deadline)
            self._done = min(self._done, child.others)
            decided = np.flatnonzero(child.state != state)
            self.record.add(
                Looked(
                    parent=node.number,
                    site=site,
                    runs=way == OPEN,
                    value=child.value,
                    others=child.others,
                    rest=child.bound,
                    multipliers=child.multipliers,
                    decided=np.column_stack([decided, child.state[decided]]),
                )
            )
            yield child

    def _raised(self, above: _Node, state: Ints, deadline: float) -> _Node:
        """Raise the bound of a node from the multipliers above, and decide what it decides."""
        frame = self._allowing(state)
        found = begin(frame, above.multipliers)
        found = replace(found, cycle=above.cycle, step=STEP)
        for _ in range(PARTS):
            if found.value >= self.cut or time.perf_counter() > deadline:
                break
            found = ascend(frame, found, self.run.objective, STEPS // PARTS, deadline)
        return self._decided(frame, found, above.bound, state)

    def _decided(self, frame: Frame, found: Ascent, above: float, state: Ints) -> _Node:
        """Decide the sites whose other way would lift the bound over the cut."""
        solved = solve_cohorts(frame, found.best, found.counting)
        value = put_together(frame, found.best, solved).value
        bound = max(value, found.value, above)
        values = lifecycle_values(frame, found.best, solved)
        rise = forcing_costs(self.site, self.runs, values, self.run.problem.policy.schools_open)
        other = value + rise
        over = (other >= self.cut) & (state == FREE)[:, None]
        others = float(other[over].min()) if over.any() else np.inf
        state = np.where(over[:, OPEN], CLOSED, np.where(over[:, CLOSED], OPEN, state))
        rest = put_together(self._allowing(state), found.best, solved).value
        return _Node(max(bound, rest), self.nodes, state, found.best, found.cycle, bound, others)

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
        problem = self.run.problem
        left = min(LEAF_SECONDS, deadline - time.perf_counter())
        if problem.horizon.years > 1 or left < 1.0:
            return node.bound
        count = len(node.state)
        may = (node.state != CLOSED) & (np.bincount(self.site, self.runs, count) > 0)
        part = restrict(problem, may[problem.travel.site], may[problem.options.site])
        limits = replace(self.run.limits, seconds=left, nodes=None)
        try:
            answer = monolithic(part, limits, Start(self.run.plan), None)
        except FAILURES:
            return node.bound
        if answer.plan is not None:
            self.run.keep(answer.plan, min(self.bound, max(self.root, node.bound)))
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
