"""Layers of a screening: parcels that may become a school's site, and hazards to keep away from."""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pandas as pd

from geodata.child import in_child
from geodata.columns import Column, Kind, Schema
from geodata.findings import Finding, Source, errors
from geodata.readers import read_layer

_PARCELS = (
    Column("parcel_id", Kind.ID),
    Column("land_use", Kind.ID, required=False, blank=""),
    Column("land_m2", Kind.NUMBER, required=False, blank=float("nan"), low=0, high=1e9),
)
_HAZARDS = (
    Column("kind", Kind.ID),
    Column("metres", Kind.NUMBER, required=False, blank=float("nan"), low=0, high=50_000),
)


def read_parcels(path: Path, layer: str, crs: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read parcels into a metric system: parcel_id, land_use, land_m2 (default: as drawn)."""
    schema = Schema("parcels", _PARCELS, key=("parcel_id",), geometry="polygon")
    frame, findings = in_child(read_layer, path, layer, schema, source=Source(str(path), layer))
    if errors(findings):
        return frame, findings
    metric = frame.to_crs(crs)
    return metric.assign(land_m2=metric["land_m2"].fillna(metric.area)), findings


def read_hazards(path: Path, layer: str, crs: str) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read hazards of one kind of geometry into a metric system: kind, metres (may be missing)."""
    schema = Schema(
        "hazards", _HAZARDS, geometry="polygon", or_else=("point", "line"), may_be_empty=True
    )
    frame, findings = in_child(read_layer, path, layer, schema, source=Source(str(path), layer))
    return (frame if errors(findings) else frame.to_crs(crs)), findings


def unknown_distances(hazards: pd.DataFrame, known: tuple[str, ...]) -> list[str]:
    """Return the kinds of hazards without a least distance, given or of the norm."""
    lost = hazards["metres"].isna() & ~hazards["kind"].isin(known)
    return sorted(set(hazards.loc[lost, "kind"]))
