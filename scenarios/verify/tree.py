"""The bound of kind `branched`: a tree over which sites run, gone through again (docs/bound.md).

Nothing that the tree leaves out can raise the bound: a node counts with what its own multipliers
prove, and with more only where both ways of one site are there below it.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

import numpy as np

from scenarios.verify.facts import Facts
from scenarios.verify.lagrange import (
    Ground,
    blocks_of,
    cheapest,
    constant,
    make_ground,
    opens,
    own_values,
    parts_of,
    states_at_most,
)
from scenarios.verify.lagrange_cohorts import Scene, make_scene
from scenarios.verify.lagrange_prices import CERTIFICATE, Multipliers
from scenarios.verify.lagrange_together import together
from scenarios.verify.statement import yuan_tolerance
from scenarios.verify.tree_files import NODES, Node, read_nodes
from scenarios.verify.verdict import Fault

FREE = -1
Pairs = dict[int, list[float]]
"""What the children of a node prove, by site: where it does not run, where it does."""


def recompute_tree(
    run: Path, certificate: dict[str, Any], facts: Facts
) -> tuple[float | None, list[Fault]]:
    """Derive the bound of a run from the multipliers of its root and of the nodes below.

    Takes and returns what `lagrange.recompute` does; no bound where a node is not to be trusted.
    """
    ground = make_ground(facts)
    parts, _, faults = parts_of(run, ground)
    nodes, found = read_nodes(run, facts, ground.limits)
    faults += found
    if parts is None or found:
        return None, faults
    value = _proven(ground, float(parts.sum()), nodes)
    if not np.isfinite(value):
        return None, [*faults, Fault("bound.lives", NODES, value="0")]
    if not states_at_most(certificate, value + yuan_tolerance(value)):
        said = f"{value}, {certificate.get('value')}"
        faults.append(Fault("bound.value", CERTIFICATE, "value", said))
    return value, faults


def _proven(ground: Ground, root: float, nodes: list[Node]) -> float:
    """Bound of the root: every node's own, or the least below it where that is more."""
    wanted, values = ground.facts.norms.schools_open, _Values(ground)
    state = {0: np.full(len(ground.every), FREE)}
    own, others, rest = {0: root}, {0: np.inf}, {0: root}
    for node in nodes:
        ways, fixed = values.under(node.prices)
        mine = _with(state[node.parent], node.site, node.runs)
        state[node.number] = _with(mine, node.decided, node.ways)
        own[node.number] = fixed + _least(ways, mine, wanted)
        rest[node.number] = fixed + _least(ways, state[node.number], wanted)
        others[node.number] = fixed + min(
            (
                _least(ways, _with(mine, site, 1 - way), wanted)
                for site, way in zip(node.decided, node.ways, strict=True)
            ),
            default=np.inf,
        )
    children: dict[int, Pairs] = defaultdict(dict)
    for node in reversed(nodes):
        number = node.number
        proven = max(own[number], min(others[number], _below(children[number], rest[number])))
        pair = children[node.parent].setdefault(node.site, [-np.inf, -np.inf])
        pair[node.runs] = max(pair[node.runs], proven)
    return _below(children[0], root)


def _below(children: Pairs, rest: float) -> float:
    """Say what a node proves once its sites are decided: itself, or its children."""
    return max([rest, *(min(pair) for pair in children.values())])


def _with(state: np.ndarray, site: Any, way: Any) -> np.ndarray:
    """Return states (S,) in which sites go a way."""
    changed = state.copy()
    changed[site] = way
    return changed


def _least(ways: np.ndarray, state: np.ndarray, wanted: int | None) -> float:
    """Least sum of a way (S, 2) of each site that states allow, with as many open as wanted."""
    allowed = ways.copy()
    allowed[state == 1, 0] = np.inf
    allowed[state == 0, 1] = np.inf
    if wanted is None:
        return float(allowed.min(axis=1).sum())
    must, never = np.isinf(allowed).T
    more, free = wanted - int(must.sum()), ~must & ~never
    if (must & never).any() or not 0 <= more <= free.sum():
        return np.inf
    extra = np.sort(allowed[free, 1] - allowed[free, 0])[:more]
    return float(np.where(must, allowed[:, 1], allowed[:, 0]).sum() + extra.sum())


class _Values:
    """What each site costs at least if it runs and if not, under the multipliers of any node."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.ways = [
            [[number for number, life in enumerate(mine) if opens(life, ground.facts) == way]
             for way in (False, True)]
            for mine in ground.every
        ]  # fmt: skip
        self._own: dict[int, tuple[bytes, list[float]]] = {}

    def under(self, prices: Multipliers) -> tuple[np.ndarray, float]:
        """(S, 2) yuan of each way of each site, infinite where there is none; the constant."""
        ground, found = self.ground, np.full((len(self.ways), 2), np.inf)
        scene = make_scene(ground.facts, prices, ground.journeys)
        for site, mine in enumerate(ground.every):
            own, blocks = self._without_pupils(scene, site), blocks_of(scene, site)
            for way, some in enumerate(self.ways[site]):
                found[site, way] = cheapest(
                    blocks, [mine[one] for one in some], [own[one] for one in some]
                )
        return found, constant(scene, ground.limits)

    def _without_pupils(self, scene: Scene, site: int) -> list[float]:
        """Values of a site's lifecycles but for cohorts; the last ones where no price moved."""
        prices = scene.prices
        felt = (prices.rooms[site], prices.small[site], prices.budget, prices.closings)
        zone = (prices.zone,) if together(scene.facts) else ()
        key = b"".join(array.tobytes() for array in (*felt, prices.receiver, *zone))
        if site not in self._own or self._own[site][0] != key:
            mine = self.ground.every[site]
            self._own[site] = key, own_values(scene, self.ground.limits, site, mine)
        return self._own[site][1]
