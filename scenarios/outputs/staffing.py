"""`staffing.xlsx`: what a bureau hands out: posts of each year, who moves, comes and leaves.

Written only where the run holds staffing: a plan that did not plan teachers pretends nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from geodata.findings import Text
from scenarios.outputs import staff_facts
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.construction import notes, write_assumptions
from scenarios.outputs.folder import Run
from scenarios.outputs.text import known, say
from scenarios.outputs.workbook import Book, Column, workbook, write_heading, write_table

FIGURES = ("posts_needed", "teachers", "posts_short", "posts_surplus", "teachers_moved")
PLACE = ("site", "name", "town")
Row = list[object]


@dataclass(frozen=True)
class Sheet:
    """A sheet to write: its name, title and note, its columns and rows."""

    name: Text
    title: Text
    note: Text
    columns: list[Column]
    rows: list[Row]
    totals: Row | None = None


def write_staffing(atlas: Atlas, path: Path) -> bool:
    """Write the workbook where the run holds staffing; return whether it does."""
    run = atlas.run
    if not staff_facts.has_staffing(run):
        return False
    schools, lessons = staff_facts.by_school(run), staff_facts.by_subject(run)
    sheets = [_posts(run, schools), _totals(run), _in_and_out(run)]
    sheets += [_year(run, year, schools, lessons) for year in run.years]
    sheets += [_moves(run), _hires(run), _leavers(run)]
    with workbook(path, run.titles["en"]) as book:
        for sheet in sheets:
            _write(book, atlas, sheet)
        write_assumptions(book, atlas)
    return True


def _write(book: Book, atlas: Atlas, sheet: Sheet) -> None:
    page = book.file.add_worksheet(f"{sheet.name.zh} {sheet.name.en}"[:31])
    top = write_heading(book, page, sheet.title, [*notes(atlas), (sheet.note, "note")])
    free = write_table(book, page, top, sheet.columns, sheet.rows, totals=sheet.totals)
    page.freeze_panes(top + 1, 3)
    if sheet.rows:
        last = top + len(sheet.rows)
        page.autofilter(top, 0, last, len(sheet.columns) - 1)
    else:
        page.write_string(free, 0, f"{say('list.none').zh} {say('list.none').en}")


def _places(run: Run) -> Callable[[str], Row]:
    """Id, name and town of a school by its id."""
    names, towns = run.site_names(), run.problem["sites"].set_index("site_id")["town"]
    return lambda site: [site, names[site], towns[site]]


def _heads(*keys: str, form: str = "text", width: float = 13) -> list[Column]:
    return [Column(say(f"col.{key}"), form, width) for key in keys]


def _posts(run: Run, schools: pd.DataFrame) -> Sheet:
    """One row per school and level: posts, teachers, pupils and classes of every year."""
    figures = ("posts", "teachers", "pupils", "classes")
    wide = schools.pivot_table(index=["site_id", "level"], columns="year", values=list(figures))
    columns = _heads(*PLACE, "level", width=16)
    columns += [
        Column(say("col.of_year", name=say(f"col.{name}"), year=year), "whole", 10)
        for name in figures
        for year in run.years
    ]
    wide = wide.reindex(columns=pd.MultiIndex.from_product([figures, run.years]))
    place = _places(run)
    rows: list[Row] = [
        [*place(site), known("level", level), *numbers]
        for (site, level), numbers in zip(
            wide.index, wide.to_numpy(dtype=float).tolist(), strict=True
        )
    ]
    title = say("sheet.posts")
    return Sheet(title, title, say("note.posts"), columns, rows)


def _totals(run: Run) -> Sheet:
    """Show the key figures of staffing by level and year for the county."""
    kpi = run.tables["kpi"]
    part = kpi[kpi["name"].isin(FIGURES)]
    columns = _heads("level", "group", "figure", width=20)
    columns += [Column(say("col.plain_year", year=year), "tenth", 10) for year in run.years]
    rows: list[Row] = []
    for level in run.levels:
        for group in ("all", "urban", "rural"):
            for name in FIGURES:
                here = (part["level"] == level) & (part["group"] == group) & (part["name"] == name)
                by_year = part[here].set_index("year")["value"]
                words: Row = [known("level", level), known("group", group), known("staff", name)]
                rows.append([*words, *(float(by_year.get(y, float("nan"))) for y in run.years)])
    title = say("sheet.post_totals")
    return Sheet(title, title, say("note.short"), columns, rows)


def _in_and_out(run: Run) -> Sheet:
    """Teachers who leave the service and who are hired, by subject and year."""
    left, hired = staff_facts.leavers(run), staff_facts.hires(run)
    keys = ["level", "subject"]
    sums = {
        "left": left.groupby([*keys, "year"])["teachers"].sum(),
        "hired": hired.groupby([*keys, "hired"])["posts"].sum(),
    }
    columns = _heads("level", "subject", "flow", width=18)
    columns += [Column(say("col.plain_year", year=year), "whole", 10) for year in run.years]
    columns += [Column(say("word.total"), "whole", 10)]
    rows: list[Row] = []
    for level in run.levels:
        for subject in staff_facts.subjects(run, level):
            for name, table in sums.items():
                counts = [float(table.get((level, subject, year), 0.0)) for year in run.years]
                words = [known("level", level), known("subject", subject), say(f"flow.{name}")]
                rows.append([*words, *counts, sum(counts)])
    title = say("sheet.in_and_out")
    return Sheet(title, title, say("note.in_and_out"), columns, rows)


def _year(run: Run, year: int, schools: pd.DataFrame, lessons: pd.DataFrame) -> Sheet:
    """Set posts against teachers in a year: what decides, and lessons by subject."""
    somewhere = {one for level in run.levels for one in staff_facts.subjects(run, level)}
    taught = [one for one in run.rules["staffing"]["subjects"] if one in somewhere]
    columns = [*_heads(*PLACE, width=14), *_heads("group", "level", width=9)]
    columns += _heads("pupils", "classes", "posts", form="whole", width=8)
    columns += [*_heads("decides", width=12), *_heads("teachers", form="whole", width=8)]
    columns += _heads("short", "surplus", form="tenth", width=8)
    for subject in taught:
        words = {"subject": known("subject", subject)}
        columns += [Column(say("col.need_of", **words), "tenth", 9)]
        columns += [Column(say("col.teachers_of", **words), "whole", 9)]
    keys = ["site_id", "level", "subject"]
    of_subject = lessons[lessons["year"] == year].set_index(keys)[["need", "teachers"]]
    cells = of_subject.to_dict("index")
    urban, place = run.problem["sites"].set_index("site_id")["urban"], _places(run)
    rows: list[Row] = []
    for row in schools[schools["year"] == year].to_dict("records"):
        site, level = row["site_id"], row["level"]
        group = known("group", "urban" if urban[site] else "rural")
        figures: Row = [row[name] for name in ("pupils", "classes", "posts")]
        figures += [known("decides", row["rule"])]
        figures += [row[name] for name in ("teachers", "short", "surplus")]
        for subject in taught:
            found = cells.get((site, level, subject), {})
            figures += [found.get("need"), found.get("teachers")]
        rows.append([*place(site), group, known("level", level), *figures])
    title = say("sheet.posts_of", year=year)
    totals = _totals_row(columns, rows, first=5)
    return Sheet(say("col.plain_year", year=year), title, say("note.need"), columns, rows, totals)


def _totals_row(columns: list[Column], rows: list[Row], first: int) -> Row:
    """Add up the columns of numbers from `first` on."""
    sums: Row = [say("word.total"), *[None] * (len(columns) - 1)]
    for index in range(first, len(columns)):
        if columns[index].form != "text":
            sums[index] = sum(float(str(row[index])) for row in rows if row[index] is not None)
    return sums


def _teaches(row: dict[str, Any]) -> Row:
    """Level, subject and rank of a pool."""
    return [
        known("level", row["level"]),
        known("subject", row["subject"]),
        known("rank", row["rank"]),
    ]


def _moves(run: Run) -> Sheet:
    """List who changes school, from where to where, when and why."""
    columns = [*_heads("year", form="year", width=8), *_heads("level", "subject", "rank", width=11)]
    columns += [*_heads("from", "from_name", "from_town", width=14)]
    columns += [*_heads("to", "to_name", "to_town", width=14), *_heads("direction", width=18)]
    columns += [*_heads("teachers", form="whole", width=9), *_heads("moved_why", width=30)]
    place = _places(run)
    rows: list[Row] = []
    for row in _records(staff_facts.moves(run)):
        ends = [*place(row["from_site_id"]), *place(row["to_site_id"]), _direction(row)]
        rows.append([row["year"], *_teaches(row), *ends, row["posts"], known("moved", row["why"])])
    title = say("sheet.moves")
    return Sheet(title, title, say("note.moves"), columns, rows)


def _direction(row: dict[str, Any]) -> Text:
    ends = ["urban" if row[f"{end}_urban"] else "rural" for end in ("from", "to")]
    return say("staff.direction", old=known("group", ends[0]), new=known("group", ends[1]))


def _hires(run: Run) -> Sheet:
    """List who is hired, for which school, and from which year they stand there."""
    columns = _heads("hired", "posted", form="year", width=9)
    columns += [*_heads(*PLACE, width=14), *_heads("level", "subject", "rank", width=11)]
    columns += _heads("teachers", form="whole", width=9)
    place = _places(run)
    rows: list[Row] = [
        [row["hired"], row["year"], *place(row["site_id"]), *_teaches(row), row["posts"]]
        for row in _records(staff_facts.hires(run))
    ]
    title = say("sheet.hires")
    return Sheet(title, title, say("note.hires"), columns, rows)


def _leavers(run: Run) -> Sheet:
    """List who leaves the service, from which school, in which year."""
    columns = [*_heads("year", form="year", width=9), *_heads(*PLACE, width=14)]
    columns += _heads("level", "subject", "rank", width=11)
    columns += _heads("teachers", form="whole", width=9)
    place = _places(run)
    rows: list[Row] = [
        [row["year"], *place(row["site_id"]), *_teaches(row), row["teachers"]]
        for row in _records(staff_facts.leavers(run))
    ]
    title = say("sheet.leavers")
    return Sheet(title, title, say("note.leavers"), columns, rows)


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(zip(table.columns, row, strict=True)) for row in table.to_numpy(object).tolist()]
