"""The roads of a study as it may use them, and what is told of them before anything is measured."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from geodata.findings import Finding, Source
from geodata.restricted_roads import without_closed
from geodata.road_checks import another_year, no_paths, rounded
from scenarios.config import LoadedStudy


def used_roads(
    loaded: LoadedStudy, given: pd.DataFrame, metric: pd.DataFrame, source: Source
) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave the roads out that the study closes.

    Parameters
    ----------
    given, metric
        The roads in the system of their file, and in that of the study.

    Returns
    -------
    tuple
        The roads used, in the study's system; and N18 roads without a path, N19 to N21 roads that
        are not open to everybody at all times, N40 rounded coordinates.
    """
    layers = isinstance(given, gpd.GeoDataFrame) and isinstance(metric, gpd.GeoDataFrame)
    if not layers or given.crs is None or not loaded.known(("crs",), ("travel",)):
        return metric, []
    used, findings = without_closed(metric, loaded.study.travel.roads.closed(), source)
    findings += rounded(given, source) or rounded(metric, source)
    if loaded.known(("profile",)) and "walk" in loaded.profile.norms.travel.modes:
        findings += no_paths(used, source)
    return used, findings


def dated(loaded: LoadedStudy, sources: dict[str, Source]) -> list[Finding]:
    """Warn of roads and travel tables of another year than the base year (N29)."""
    inputs = loaded.study.inputs.given()
    return [
        one
        for name in ("roads", "travel")
        if name in sources and loaded.known(("base_year",), ("inputs", name))
        for one in another_year(inputs[name].year, loaded.study.base_year, sources[name])
    ]
