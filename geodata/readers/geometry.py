"""Geometries against what their layer should hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import geopandas as gpd
import numpy as np
import shapely

from geodata.catalogue import found
from geodata.findings import Finding, Source, Text, errors

_WANTED = {
    "point": ("Point",),
    "line": ("LineString", "MultiLineString"),
    "polygon": ("Polygon", "MultiPolygon"),
}
_WORDS = {
    "point": Text("points", "点"),
    "line": Text("lines", "线"),
    "polygon": Text("polygons", "面"),
}
REPAIRABLE_SHARE = 0.001


def check_geometry(
    geometry: gpd.GeoSeries, wanted: str, source: Source, *, lenient: bool = False
) -> tuple[gpd.GeoSeries, list[Finding]]:
    """Check every geometry of a layer.

    Parameters
    ----------
    geometry
        Indexed by the row as the user sees it.
    wanted
        ``point``, ``line`` or ``polygon``.
    source
        File and layer.
    lenient
        Whether every invalid polygon is rebuilt (G57), and polygons may stand twice.

    Returns
    -------
    tuple
        The geometries in two dimensions, invalid polygons rebuilt where that changes less than
        0.1 % of their area, those at fault missing (None), and the findings: G01, G02, G08 to G13,
        G15, G27 to G29, G49, G57.
    """
    shapes = geometry.to_numpy()
    findings = []
    if bool(shapely.has_z(shapes).any()):
        shapes = shapely.force_2d(shapes)
        findings.append(found("G15", source, column="geometry"))
    types = shapely.get_type_id(shapes)
    names = np.array([shape.geom_type if shape is not None else "" for shape in shapes])
    rows = geometry.index.tolist()
    coordinates, where = shapely.get_coordinates(shapes, return_index=True)
    odd = {
        "G10": np.flatnonzero((types < 0) | shapely.is_empty(shapes)),
        "G08": np.unique(where[np.isnan(coordinates).any(axis=1)]),
        "G09": np.unique(where[np.isinf(coordinates).any(axis=1)]),
    }
    for code, positions in odd.items():
        findings += [found(code, source, row=rows[i], column="geometry") for i in positions]
    findings += _type_findings(shapes, names, rows, wanted, source)
    if wanted == "polygon":
        shapes, more = _rebuilt(shapes, _sound(rows, findings), rows, source, lenient=lenient)
        findings += more
        if not lenient:
            findings += _repeated(shapes, _sound(rows, findings), rows, source)
    if wanted == "point":
        findings += _point_findings(shapes, _sound(rows, findings), rows, source)
    shapes = np.where(_sound(rows, findings), shapes, None)
    return gpd.GeoSeries(shapes, index=geometry.index, crs=geometry.crs), findings


def type_of_most(geometry: gpd.GeoSeries, types: Sequence[str]) -> str:
    """Return the type that most geometries are of; the first of those that are level."""
    return max(types, key=lambda wanted: int(geometry.geom_type.isin(_WANTED[wanted]).sum()))


def _sound(rows: list[int], findings: list[Finding]) -> np.ndarray:
    """(N,) bool: the features that no error names."""
    return ~np.isin(rows, [finding.row for finding in errors(findings)])


def _type_findings(
    shapes: np.ndarray, names: np.ndarray, rows: list[int], wanted: str, source: Source
) -> list[Finding]:
    """Find what is of another type: G13 multipoints, G12 a mixture, G11 the wrong layer."""
    findings = []
    for i in np.flatnonzero(names == "MultiPoint") if wanted == "point" else []:
        parts = len(shapes[i].geoms)
        findings.append(found("G13", source, row=rows[i], column="geometry", more=parts))
    other = np.flatnonzero(~np.isin(names, (*_WANTED[wanted], "", "MultiPoint")))
    if wanted != "point":
        other = np.flatnonzero(~np.isin(names, (*_WANTED[wanted], "")))
    if 0 < len(other) < len(rows) - np.count_nonzero(names == ""):
        more = ", ".join(
            f"{name} {count}" for name, count in sorted(Counter(names).items()) if name
        )
        findings.append(found("G12", source, column="geometry", more=more))
    findings += [
        found("G11", source, row=rows[i], column="geometry", value=names[i], more=_WORDS[wanted])
        for i in other
    ]
    return findings


def _rebuilt(
    shapes: np.ndarray, sound: np.ndarray, rows: list[int], source: Source, *, lenient: bool
) -> tuple[np.ndarray, list[Finding]]:
    """Rebuild polygons that only touch themselves (G02); refuse those that cross (G01, G57)."""
    shapes = shapes.copy()
    findings = []
    for i in np.flatnonzero(sound & ~shapely.is_valid(shapes)):
        reason = shapely.is_valid_reason(shapes[i])
        mended = shapely.make_valid(shapes[i], method="structure", keep_collapsed=False)
        # The area of a bow tie counts its two loops against each other, so a crossing shows in it.
        before = shapes[i].area
        same_area = abs(mended.area - before) < REPAIRABLE_SHARE * before
        if same_area and mended.geom_type in _WANTED["polygon"]:
            shapes[i] = mended
            findings.append(found("G02", source, row=rows[i], column="geometry", value=reason))
        elif lenient and mended.geom_type in _WANTED["polygon"] and not mended.is_empty:
            shapes[i] = mended
            findings.append(found("G57", source, row=rows[i], column="geometry", more=reason))
        else:
            findings.append(found("G01", source, row=rows[i], column="geometry", more=reason))
    return shapes, findings


def _point_findings(
    shapes: np.ndarray, sound: np.ndarray, rows: list[int], source: Source
) -> list[Finding]:
    """Find points at (0, 0) (G27), all in one place (G28), or on top of each other (G29)."""
    rows = [rows[i] for i in np.flatnonzero(sound)]
    coordinates = shapely.get_coordinates(shapes[sound])
    findings = [
        found("G27", source, row=rows[i], column="geometry")
        for i in np.flatnonzero((coordinates == 0).all(axis=1))
    ]
    places, where, counts = np.unique(coordinates, axis=0, return_inverse=True, return_counts=True)
    if len(places) == 1 and len(coordinates) > 1:
        return [*findings, found("G28", source, column="geometry", more=len(coordinates))]
    where = where.ravel()
    for place in np.flatnonzero(counts > 1):
        together = [rows[i] for i in np.flatnonzero(where == place)]
        for row in together:
            others = ", ".join(str(other) for other in together if other != row)
            findings.append(found("G29", source, row=row, column="geometry", more=others))
    return findings


def _repeated(
    shapes: np.ndarray, sound: np.ndarray, rows: list[int], source: Source
) -> list[Finding]:
    """Find polygons that stand twice (G49)."""
    first: dict[bytes, int] = {}
    findings = []
    rows = [rows[i] for i in np.flatnonzero(sound)]
    for row, form in zip(rows, shapely.to_wkb(shapely.normalize(shapes[sound])), strict=True):
        if form in first:
            findings.append(found("G49", source, row=row, column="geometry", more=first[form]))
        first.setdefault(form, row)
    return findings
