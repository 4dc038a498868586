"""`report.html`: one self-contained page about one run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from geodata.findings import Text
from scenarios.outputs import report_tables
from scenarios.outputs.area_map import area_maps
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.files import write_text
from scenarios.outputs.live_map import live_map, live_scripts, live_styles
from scenarios.outputs.page import picture, render
from scenarios.outputs.printed import pages
from scenarios.outputs.report_areas import area_grid
from scenarios.outputs.report_charts import report_charts
from scenarios.outputs.report_rules import catchment_rules, holds_line
from scenarios.outputs.report_staff import staff_section
from scenarios.outputs.text import known, say
from scenarios.outputs.verdict import cards, method_line, term_rows, verdict

EMBEDDED = ("before", "after", "catchment_changes", "travel_time")
"""Maps inside the page; the others stand in `maps/`, years also in the live map."""


def write_report(atlas: Atlas, maps: Path, path: Path) -> None:
    """Write the page; `maps` is the folder of the pictures already drawn."""
    words = report_words(atlas, maps)
    scripts = live_scripts() if words["live"] else ()
    write_text(path, render("report.html.j2", words, scripts))


def report_words(atlas: Atlas, maps: Path) -> dict[str, Any]:
    """Everything the template prints."""
    run = atlas.run
    title = Text(run.titles["en"], run.titles["zh"])
    price_year = run.rules["horizon"]["price_year"]
    live = live_map(atlas)
    return {
        "title": say("page.report", title=title, scenario=run.study["scenario"]),
        "subtitle": say(
            "page.subtitle",
            first=run.first_year,
            last=run.last_year,
            base=run.base_year,
            projection=run.study.get("projection") or "–",
            policy=known("policy", run.study.get("policy") or "–"),
        ),
        "made_up": run.made_up,
        "credits": run.credits,
        "styles": live_styles() if live else [],
        "verdict": verdict(run),
        "cards": cards(run),
        "violations": report_tables.violation_grid(run),
        "terms": term_rows(run.manifest["terms"]),
        "terms_note": say("note.terms", year=price_year, first=run.first_year),
        "fixed_terms": term_rows(run.manifest.get("fixed_terms") or [], "word.total"),
        "live": live,
        "maps": [
            {"title": title, "source": picture(maps / f"{name}.png"), "open": True}
            for name, title, _ in pages(atlas)
            if name in EMBEDDED
        ],
        "charts": report_charts(run),
        "building": report_tables.building_grid(atlas),
        "building_note": say("note.price", year=price_year),
        "closing": report_tables.closing_grid(run),
        "area_table": area_grid(atlas),
        "area_maps": [
            {"title": title, "source": picture(maps / f"{name}.png")}
            for name, title, _ in area_maps(atlas)
        ],
        "catchment_rules": catchment_rules(atlas),
        "holds": holds_line(run),
        "catchment_tables": report_tables.change_grids(atlas),
        "class_tables": report_tables.class_grids(run),
        "staff": staff_section(run),
        "largest": report_tables.largest_grid(run),
        "zone_tables": report_tables.zone_grids(run),
        "zones_note": say("note.zones", count=report_tables.LISTED, year=run.last_year),
        "assumptions": report_tables.assumption_grid(run),
        "method": method_line(run),
    }
