"""`sites.gpkg` and `sites.xlsx`: places screened for a school, ranked with reasons."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pyogrio

from geodata.findings import Text
from geodata.screening import (
    HAZARD_WORDS,
    LAND_PER_PUPIL,
    LEAST_FILLED,
    WEIGHTS,
    Need,
)
from geodata.surroundings import HAZARD_METRES
from scenarios.outputs.files import replaced
from scenarios.outputs.layers import FIXED_TIME
from scenarios.outputs.text import both, known, say
from scenarios.outputs.workbook import Book, Column, workbook, write_heading, write_table

FIGURES = ("pupils_in_reach", "pupils_nearer", "school_metres", "road_metres", "hazard_metres")


def write_sites(
    places: gpd.GeoDataFrame, need: Need, facts: Mapping[str, Any], folder: Path
) -> list[Path]:
    """Write both files; the same screening gives the same bytes.

    Parameters
    ----------
    places
        As `scenarios.sites.Screened`.
    facts
        title (Text), made_up, school_type, classes, reach, credits.
    """
    folder.mkdir(parents=True, exist_ok=True)
    layer, book_path = folder / "sites.gpkg", folder / "sites.xlsx"
    with replaced(layer) as temporary:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_TIME})
        try:
            finite = places.replace([np.inf, -np.inf], np.nan)
            pyogrio.write_dataframe(
                finite, temporary, layer="sites", driver="GPKG", promote_to_multi=True,
                geometry_type="MultiPolygon",
            )  # fmt: skip
        finally:
            pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})
    with workbook(book_path, facts["title"].en) as book:
        _write_ranking(book, places, need, facts)
        _write_excluded(book, places, facts)
        _write_method(book, need, facts)
    return [layer, book_path]


def _notes(need: Need, facts: Mapping[str, Any]) -> list[tuple[Text, str]]:
    words = {
        "title": facts["title"],
        "school": known("school_type", facts["school_type"]),
        "classes": facts["classes"],
        "pupils": f"{need.pupils:,.0f}",
        "land": f"{need.land_m2:,.0f}",
        "reach": f"{facts['reach']:,.0f}",
    }
    notes = [(say("note.sites", **words), "note")]
    notes += [(Text(name, name), "note") for name in facts["credits"]]
    return notes + ([(say("made_up"), "warning")] if facts["made_up"] else [])


def _write_ranking(
    book: Book, places: gpd.GeoDataFrame, need: Need, facts: Mapping[str, Any]
) -> None:
    sheet = book.file.add_worksheet(both(say("sheet.ranking")))
    top = write_heading(book, sheet, say("sheet.ranking"), _notes(need, facts))
    free = places[places["rank"] > 0]
    spots = free.geometry.representative_point()
    degrees = spots.to_crs("EPSG:4490")
    columns = [
        Column(say("col.place_rank"), "year", 7),
        Column(say("col.parcel"), "text", 14),
        Column(say("col.score"), "hundredth", 9),
        *[Column(say(f"criterion.{name}"), "hundredth", 11) for name in WEIGHTS],
        Column(say("col.land"), "whole", 12),
        Column(say("col.land_use"), "text", 10),
        *[Column(say(f"col.{name}"), "whole", 12) for name in FIGURES],
        Column(say("col.longitude"), "degree", 12),
        Column(say("col.latitude"), "degree", 12),
        Column(say("col.x", crs=str(free.crs)), "metre", 12),
        Column(say("col.y", crs=str(free.crs)), "metre", 12),
        Column(say("col.why"), "text", 90),
    ]
    rows: list[list[object]] = [
        [
            row["rank"],
            row["parcel_id"],
            row["score"],
            *[row[f"score_{name}"] for name in WEIGHTS],
            row["land_m2"],
            row["land_use"],
            *[row[name] for name in FIGURES],
            *place,
            Text(row["en"], row["zh"]),
        ]
        for row, place in zip(
            free.drop(columns="geometry").to_dict("records"),
            np.column_stack([degrees.x, degrees.y, spots.x, spots.y]).tolist(),
            strict=True,
        )
    ]
    write_table(book, sheet, top, columns, rows)
    sheet.freeze_panes(top + 1, 3)
    sheet.autofilter(top, 0, top + len(rows), len(columns) - 1)


def _write_excluded(book: Book, places: gpd.GeoDataFrame, facts: Mapping[str, Any]) -> None:
    sheet = book.file.add_worksheet(both(say("sheet.excluded")))
    made_up = [(say("made_up"), "warning")] if facts["made_up"] else []
    top = write_heading(book, sheet, say("sheet.excluded"), made_up)
    columns = [Column(say("col.parcel"), "text", 14), Column(say("col.why"), "text", 110)]
    out = places[places["rank"] == 0]
    ids = zip(out["parcel_id"], out["en"], out["zh"], strict=True)
    write_table(book, sheet, top, columns, [[name, Text(en, zh)] for name, en, zh in ids])
    sheet.freeze_panes(top + 1, 1)


def _write_method(book: Book, need: Need, facts: Mapping[str, Any]) -> None:
    """Say by what places were judged: weights, norms and their sources, and what was not."""
    sheet = book.file.add_worksheet(both(say("sheet.method")))
    top = write_heading(book, sheet, say("sheet.method"), _notes(need, facts))
    columns = [
        Column(say("col.assumption"), "text", 44),
        Column(say("col.value"), "text", 16),
        Column(say("col.source"), "text", 70),
    ]
    own = say("source.weight")
    rows: list[list[object]] = [
        [say(f"criterion.{name}"), f"{weight:g}", own] for name, weight in WEIGHTS.items()
    ]
    rows.append([say("site.filled"), f"{LEAST_FILLED:.0%}", say("source.filled")])
    rows += [
        [say("site.land", level=known("level", level)), f"{land:g} m²", say("source.land")]
        for level, land in LAND_PER_PUPIL.items()
    ]
    rows += [
        [say("site.hazard", kind=HAZARD_WORDS[kind]), f"{metres:,.0f} m", say("source.hazard")]
        for kind, metres in HAZARD_METRES.items()
    ]
    rows.append([say("site.slope"), "–", say("source.slope")])
    write_table(book, sheet, top, columns, rows)
