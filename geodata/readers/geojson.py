"""GeoJSON, read here before GDAL sees it: nothing but features ever reaches a driver."""

from __future__ import annotations

import json
from typing import Any

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text
from geodata.readers.text import decode

_MANY = "FeatureCollection"
_FEWEST_POINTS = 4


def features_of(
    content: bytes, source: Source, asked: str = ""
) -> tuple[bytes | None, list[Finding]]:
    """Return a GeoJSON file as a plain collection of its features; None where it is none.

    Returns
    -------
    tuple
        UTF-8 JSON of type, crs and features alone; and the findings: G06 rings that are not
        closed (their features come without geometry), G46 what is no GeoJSON, G52 what breaks off,
        and those of `decode`.
    """
    text, findings = decode(content, source, asked)
    if text is None:
        return None, findings
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        more = Text(f"line {error.lineno}", f"第{error.lineno}行")
        return None, [*findings, found("G52", source, more=more)]
    except RecursionError:
        return None, [found("G46", source)]
    kind = data.get("type") if isinstance(data, dict) else None
    features = [data] if kind == "Feature" else data.get("features") if kind == _MANY else None
    if not isinstance(features, list) or not all(isinstance(one, dict) for one in features):
        return None, [found("G46", source)]
    for row, feature in enumerate(features, start=1):
        if not _is_closed(feature.get("geometry")):
            findings.append(found("G06", source, row=row, column="geometry"))
            feature["geometry"] = None
    plain = {"type": _MANY, "features": features}
    if isinstance(data.get("crs"), dict):
        plain["crs"] = data["crs"]
    return json.dumps(plain, ensure_ascii=False).encode(), findings


def _is_closed(geometry: Any) -> bool:
    """Whether every ring of a polygon ends where it begins; what is odd otherwise is GDAL's."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        return True
    parts = geometry.get("coordinates") or []
    try:
        rings = parts if kind == "Polygon" else [ring for part in parts for ring in part]
        return all(not r or (len(r) >= _FEWEST_POINTS and r[0] == r[-1]) for r in rings)
    except (TypeError, KeyError):
        return True
