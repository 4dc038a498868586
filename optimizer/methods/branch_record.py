"""What a tree over which sites run has proven, kept so that anyone can go through it again.

docs/bound.md says how a bound follows from the nodes. What a solver proved of a node in which every
site is decided has no multipliers: such a node counts with what the relaxation proves of it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimizer.domain import Certificate, Problem, Tree
from optimizer.methods.by_site.arrays import Bools, Floats, Ints
from optimizer.methods.by_site.frame import Multipliers

KIND = "branched"
KEPT, WITH_CLASSES = 200_000, 10
"""Most nodes times sites that are kept, and how many of these one with classes counts for.

`verify --bound` takes 0.4 milliseconds for a site of a node, and three where classes are formed and
pupils of the base year are at school: about a minute in all.
"""


def most_nodes(problem: Problem) -> int:
    """Say how many nodes a reader can go through: none over years, where cohorts need a solver."""
    if problem.horizon.years > 1:
        return 0
    each = WITH_CLASSES if problem.policy.on("class_size") else 1
    return KEPT // (each * len(problem.sites))


@dataclass(frozen=True)
class Looked:
    """A node that was looked at; its number is its place in the record, from 1.

    Attributes
    ----------
    parent
        Number of the node above it; 0 is the root.
    site, runs
        The site on which that one was branched, and whether it runs here.
    value
        Yuan that no plan of the node is cheaper than.
    others
        The same of those in which a decided site goes the other way.
    rest
        The same of those in which all decided sites go their way.
    multipliers
        Those that prove it.
    decided
        (K, 2) site, whether it runs.
    """

    parent: int
    site: int
    runs: bool
    value: float
    others: float
    rest: float
    multipliers: Multipliers
    decided: Ints


class Record:
    """The first nodes of a tree, `most` of them, whose root has a bound of its own, in yuan."""

    def __init__(self, root: float, most: int) -> None:
        self.root, self.most = root, most
        self._nodes: list[Looked] = []

    def add(self, node: Looked) -> None:
        """Keep a node, while there are not too many: one that is missing counts as its parent."""
        if len(self._nodes) < self.most:
            self._nodes.append(node)

    def certified(self) -> float:
        """Yuan that the nodes prove: the least over all ways of the best along each."""
        value, others, rest = self._columns()
        below = np.repeat(rest[:, None], 2, axis=1)
        for number in range(len(self._nodes), -1, -1):
            least = min(others[number], max(rest[number], below[number].min()))
            value[number] = max(value[number], least)
            if number:
                node = self._nodes[number - 1]
                below[node.parent, int(node.runs)] = value[number]
        return float(value[0])

    def on(self, certificate: Certificate) -> Certificate:
        """Add the tree to the certificate of its root, where it proves more."""
        kept = self._needed()
        if not kept.any():
            return certificate
        number = np.cumsum(np.append(True, kept)) - 1
        nodes = [node for node, needed in zip(self._nodes, kept, strict=True) if needed]
        stacked = zip(*(node.multipliers for node in nodes), strict=True)
        decided = [
            np.insert(node.decided, 0, place, axis=1) for place, node in enumerate(nodes, start=1)
        ]
        tree = Tree(
            parent=number[[node.parent for node in nodes]],
            site=np.array([node.site for node in nodes]),
            runs=np.array([node.runs for node in nodes]),
            multipliers={
                name: np.stack(values)
                for name, values in zip(Multipliers._fields, stacked, strict=True)
            },
            decided=np.concatenate(decided),
        )
        return replace(certificate, kind=KIND, tree=tree)

    def _columns(self) -> Floats:
        """(3, N + 1) value, others and rest of the root and the nodes."""
        found = [(node.value, node.others, node.rest) for node in self._nodes]
        columns: Floats = np.array([(self.root, np.inf, self.root), *found]).T
        return columns

    def _needed(self) -> Bools:
        """(N,) nodes on a way on which no node above them proves as much as the whole tree."""
        value, others, rest = self._columns()
        open_ = np.maximum(value, np.minimum(others, rest)) < self.certified()
        kept = np.append(True, np.zeros(len(self._nodes), dtype=bool))
        for number, node in enumerate(self._nodes, start=1):
            kept[number] = kept[node.parent] and open_[node.parent]
        needed: Bools = kept[1:]
        return needed
