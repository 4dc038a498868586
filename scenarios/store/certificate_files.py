"""Why a bound holds, as the files of `bound/`: multipliers, parts, and the nodes of a tree."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from optimizer.domain import Certificate, Tree
from scenarios.store.folder import write_json, write_table


def write_certificate(folder: Path, certificate: Certificate, value: float) -> None:
    """Write a certificate, which proves a bound of `value` yuan, into a folder."""
    content = {
        "kind": certificate.kind,
        "relaxed": list(certificate.relaxed),
        "dropped": list(certificate.dropped),
        "staffing": certificate.staffing,
        "value": value,
    }
    parts = pd.DataFrame({"part": np.arange(len(certificate.parts)), "value": certificate.parts})
    tables = {"multipliers": multiplier_table(certificate.multipliers), "parts": parts}
    if certificate.tree is not None:
        tables |= _tree_tables(certificate.tree)
    write_json(content, folder / "certificate.json")
    for name, table in tables.items():
        write_table(table, folder / f"{name}.parquet")


def multiplier_table(multipliers: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """Return all multipliers as rows name, index0, index1, index2 (0 where unused), value."""
    parts = []
    for name, array in sorted(multipliers.items()):
        index = np.indices(array.shape).reshape(array.ndim, -1)
        columns = {
            f"index{axis}": index[axis] if axis < array.ndim else np.zeros(array.size, dtype=int)
            for axis in range(3)
        }
        parts.append(pd.DataFrame({"name": name, **columns, "value": array.ravel()}))
    if parts:
        return pd.concat(parts, ignore_index=True)
    empty = {
        "name": np.array([], dtype=object),
        **{f"index{i}": np.array([], int) for i in range(3)},
    }
    return pd.DataFrame({**empty, "value": np.array([], dtype=float)})


def _tree_tables(tree: Tree) -> dict[str, pd.DataFrame]:
    """Nodes, the sites decided at them, and their multipliers; those of 0 are left out."""
    nodes = np.arange(1, len(tree.parent) + 1)
    above = {"parent": tree.parent, "site": tree.site, "runs": tree.runs}
    names = ("node", "site", "runs")
    decided = pd.DataFrame(dict(zip(names, tree.decided.T, strict=True)))
    prices = [
        multiplier_table({name: values[node - 1] for name, values in tree.multipliers.items()})
        .query("value != 0.0")
        .assign(node=node)
        for node in nodes
    ]
    return {
        "nodes": pd.DataFrame({"node": nodes, **above}),
        "decided": decided.astype({"runs": bool}),
        "node_multipliers": pd.concat(prices, ignore_index=True),
    }
