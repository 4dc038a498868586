"""`staffing.xlsx`: posts by school, level and year, and who moves where.

Written only where the run holds staffing: a plan that did not plan teachers pretends nothing.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.construction import notes, write_assumptions
from scenarios.outputs.facts import has_staffing
from scenarios.outputs.text import known, say
from scenarios.outputs.workbook import Book, Column, workbook, write_heading, write_table

FIGURES = ("posts_needed", "teachers", "posts_short", "posts_surplus", "teachers_moved")


def write_staffing(atlas: Atlas, path: Path) -> bool:
    """Write the workbook where the run holds staffing; return whether it does."""
    if not has_staffing(atlas.run):
        return False
    with workbook(path, atlas.run.titles["en"]) as book:
        _write_posts(book, atlas)
        _write_totals(book, atlas)
        if "moves" in atlas.run.tables:
            _write_moves(book, atlas)
        write_assumptions(book, atlas)
    return True


def _write_posts(book: Book, atlas: Atlas) -> None:
    """Write a row per school and level that runs, with posts, pupils and classes of every year."""
    run = atlas.run
    table = run.tables["schools"]
    table = table[table["operates"] & table["posts"].notna()]
    wide = table.pivot_table(
        index=["site_id", "level"], columns="year", values=["posts", "pupils", "classes"]
    )
    figures = ("posts", "pupils", "classes")
    columns = [Column(say(f"col.{key}"), "text", 16) for key in ("site", "name", "town", "level")]
    columns += [
        Column(say("col.of_year", name=say(f"col.{name}"), year=year), "whole", 11)
        for name in figures
        for year in run.years
    ]
    names, towns = run.site_names(), run.problem["sites"].set_index("site_id")["town"]
    rows = [
        [site, names[site], towns[site], known("level", level)]
        + [_cell(wide, (site, level), (name, year)) for name in figures for year in run.years]
        for site, level in wide.index
    ]
    _write(book, atlas, say("sheet.posts"), columns, rows)


def _cell(wide: pd.DataFrame, row: tuple[str, str], column: tuple[str, int]) -> object:
    return float(str(wide.loc[row, column])) if column in wide.columns else None


def _write_totals(book: Book, atlas: Atlas) -> None:
    """County totals by level and year: the key figures of staffing that the run states."""
    kpi = atlas.run.tables["kpi"]
    part = kpi[kpi["name"].isin(FIGURES) & (kpi["group"] == "all")]
    columns = [Column(say("col.level"), "text", 18), Column(say("col.figure"), "text", 26)]
    columns += [Column(say("col.plain_year", year=year), "whole", 11) for year in atlas.run.years]
    rows: list[list[object]] = []
    for (level, name), group in part.groupby(["level", "name"]):
        by_year = group.set_index("year")["value"]
        figures = [float(by_year.get(year, float("nan"))) for year in atlas.run.years]
        rows.append([known("level", str(level)), known("staff", str(name)), *figures])
    posts = atlas.run.tables["schools"].groupby(["level", "year"])["posts"].sum()
    for level in atlas.run.levels:
        totals = [float(posts.get((level, year), 0.0)) for year in atlas.run.years]
        rows.append([known("level", level), say("staff.posts"), *totals])
    _write(book, atlas, say("sheet.post_totals"), columns, rows)


def _write_moves(book: Book, atlas: Atlas) -> None:
    moves = atlas.run.tables["moves"]
    columns = [Column(Text(name, name), "plain", 18) for name in moves.columns]
    rows: list[list[object]] = moves.to_numpy(dtype=object).tolist()
    _write(book, atlas, say("sheet.moves"), columns, rows)


def _write(
    book: Book, atlas: Atlas, title: Text, columns: list[Column], rows: list[list[object]]
) -> None:
    sheet = book.file.add_worksheet(f"{title.zh} {title.en}"[:31])
    top = write_heading(book, sheet, title, notes(atlas))
    write_table(book, sheet, top, columns, rows)
    sheet.freeze_panes(top + 1, 2)
