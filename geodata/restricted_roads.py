"""Roads that are not open to everybody at all times: seasonal ones, private ones, stairs.

Drawn roads say so in columns of these names (0 or 1), an OpenStreetMap extract by its tags.
"""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import numpy as np

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text

CODES = {"seasonal": "N19", "private": "N20", "steps": "N21"}


def without_closed(
    roads: gpd.GeoDataFrame, closed: Collection[str], source: Source
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Leave the roads of closed kinds out, and tell how long the restricted ones are.

    Parameters
    ----------
    roads
        In a metric system, with or without columns by the keys of `CODES`.
    closed
        Kinds that may not be used.
    source
        Of the roads.

    Returns
    -------
    tuple
        The roads left; and N19 seasonal roads and N20 private ones, whether used or not, N21
        stairs that are left out.
    """
    findings = []
    shut = np.zeros(len(roads), dtype=bool)
    for kind in CODES:
        if kind not in roads:
            continue
        of_kind = (roads[kind] == 1).to_numpy(dtype=bool)
        metres = float(roads.geometry[of_kind].length.sum())
        findings += restricted(kind, int(of_kind.sum()), metres, source, closed=kind in closed)
        if kind in closed:
            shut |= of_kind
    return roads[~shut], findings


def restricted(
    kind: str, count: int, metres: float, source: Source, *, closed: bool
) -> list[Finding]:
    """Tell of the roads of a kind; of none nothing is said, nor of stairs that are used."""
    if not count or (kind == "steps" and not closed):
        return []
    en, zh = ("left out", "未计入") if closed else ("used", "照常通行")
    km = metres / 1000
    more = Text(f"{count:,} of them, {km:,.1f} km, {en}", f"{count:,}条，{km:,.1f}公里，{zh}")
    return [found(CODES[kind], source, column=kind, more=more)]
