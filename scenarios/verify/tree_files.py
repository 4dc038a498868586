"""The nodes of a certificate of kind `branched`, read and held to the problem (docs/bound.md)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from scenarios.verify.columns import Sheet
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames, read_sheets
from scenarios.verify.lagrange_prices import (
    INDEX,
    MULTIPLIERS,
    SHEETS,
    Limits,
    Multipliers,
    multipliers_of,
)
from scenarios.verify.verdict import Fault

NODES, DECIDED = "bound/nodes.parquet", "bound/decided.parquet"
NODE_MULTIPLIERS = "bound/node_multipliers.parquet"
TREE_SHEETS = {
    NODES: Sheet({"node": "whole", "parent": "whole", "site": "whole", "runs": "flag"}, ("node",)),
    DECIDED: Sheet({"node": "whole", "site": "whole", "runs": "flag"}, ("node", "site")),
    NODE_MULTIPLIERS: Sheet(
        {"node": "whole", **SHEETS[MULTIPLIERS].columns}, ("node", "name", *INDEX)
    ),
}


@dataclass(frozen=True)
class Node:
    """A node of the tree; 0 is the root, and every other has a larger number than its parent.

    Attributes
    ----------
    number, parent : its own, and that of the node above
    site, runs : the site by which the node differs from the one above, and whether it runs (0, 1)
    decided, ways : (K,) further sites and whether they run, for the nodes below too
    prices : its multipliers
    """

    number: int
    parent: int
    site: int
    runs: int
    decided: np.ndarray
    ways: np.ndarray
    prices: Multipliers


def read_nodes(run: Path, facts: Facts, limits: Limits) -> tuple[list[Node], list[Fault]]:
    """Nodes in the order of their numbers; none, with faults, where one has no meaning."""
    frames, faults = read_sheets(run, TREE_SHEETS, {name: {} for name in TREE_SHEETS})
    faults += list(_no_rows(frames, len(facts.site_ids))) if not faults else []
    if faults:
        return [], faults
    nodes = []
    decided = dict(list(frames[DECIDED].groupby("node")))
    prices = dict(list(frames[NODE_MULTIPLIERS].groupby("node")))
    rows = frames[NODES].sort_values("node")[["node", "parent", "site", "runs"]]
    for number, parent, site, runs in rows.astype(int).to_numpy().tolist():
        mine = prices.get(number, frames[NODE_MULTIPLIERS][:0])
        multipliers, found = multipliers_of(mine, facts, limits, NODE_MULTIPLIERS)
        faults += found
        if multipliers is None:
            continue
        further = decided.get(number, frames[DECIDED][:0])
        nodes.append(
            Node(
                number=number,
                parent=parent,
                site=site,
                runs=runs,
                decided=further["site"].to_numpy(),
                ways=further["runs"].to_numpy().astype(int),
                prices=multipliers,
            )
        )
    return ([] if faults else nodes), faults


def _no_rows(frames: Frames, sites: int) -> Iterator[Fault]:
    """Nodes that are not there, or not above those that name them; sites that are not there."""
    nodes = frames[NODES]
    number, parent = nodes["node"], nodes["parent"]
    wrong = {
        (NODES, "node"): number < 1,
        (NODES, "parent"): (parent >= number) | ~parent.isin({0, *number}),
        (NODES, "site"): ~nodes["site"].between(0, sites - 1),
        (DECIDED, "node"): ~frames[DECIDED]["node"].isin(number),
        (DECIDED, "site"): ~frames[DECIDED]["site"].between(0, sites - 1),
        (NODE_MULTIPLIERS, "node"): ~frames[NODE_MULTIPLIERS]["node"].isin(number),
    }
    for (file, column), rows in wrong.items():
        if rows.any():
            yield Fault("bound.row", file, column, str(_first(frames[file][column], rows)))


def _first(values: pd.Series[int], rows: pd.Series[bool]) -> int:
    return int(values[rows].iloc[0])
