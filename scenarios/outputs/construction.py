"""`construction_plan.xlsx`: what to build where, when, how large, for how much, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.norms import COLUMNS, assumption_rows, classroom_kind, room_area
from scenarios.outputs.projects import Project, Stop, function_kinds, projects, stops
from scenarios.outputs.text import joined, known, say
from scenarios.outputs.workbook import Book, Column, workbook, write_heading, write_table

Table = tuple[list[Column], list[list[object]]]


def write_construction(atlas: Atlas, path: Path) -> None:
    """Write the workbook: all projects, a sheet per year, assumptions with sources."""
    run = atlas.run
    built, stopped = projects(atlas), stops(run)
    with workbook(path, run.titles["en"]) as book:
        _write_projects(book, atlas, built)
        for year in run.years:
            _write_year(book, atlas, year, built, stopped)
        write_assumptions(book, atlas)


def notes(atlas: Atlas) -> list[tuple[Text, str]]:
    """Lines under every title: study and scenario, and that the county is made up if it is."""
    run = atlas.run
    title = Text(run.titles["en"], run.titles["zh"])
    lines = [(say("map.scenario", title=title, scenario=run.study["scenario"]), "note")]
    return lines + ([(say("made_up"), "warning")] if run.made_up else [])


def _write_projects(book: Book, atlas: Atlas, built: Sequence[Project]) -> None:
    run = atlas.run
    sheet = book.file.add_worksheet(_sheet_name(say("sheet.projects")))
    price = say("note.price", year=run.rules["horizon"]["price_year"])
    top = write_heading(book, sheet, say("sheet.projects"), [*notes(atlas), (price, "note")])
    kinds = function_kinds(run)
    years = sorted({year for project in built for year in project.spend} | set(run.years))
    columns = _project_columns(kinds, years, _crs(atlas))
    rows = [
        _project_row(number, project, kinds, years) for number, project in enumerate(built, start=1)
    ]
    free = write_table(book, sheet, top, columns, rows, totals=_totals(columns, rows))
    sheet.freeze_panes(top + 1, 3)
    if not built:
        sheet.write_string(free, 0, _line(say("list.none")))


def _project_columns(kinds: Sequence[str], years: Sequence[int], crs: str) -> list[Column]:
    rooms = [known("room", kind) for kind in kinds]
    return [
        Column(say("col.number"), "year", 6),
        Column(say("col.site"), "text", 10),
        Column(say("col.name"), "text", 22),
        Column(say("col.town"), "text", 12),
        Column(say("col.longitude"), "degree", 12),
        Column(say("col.latitude"), "degree", 12),
        Column(say("col.x", crs=crs), "metre", 12),
        Column(say("col.y", crs=crs), "metre", 12),
        Column(say("col.action"), "text", 14),
        Column(say("col.levels"), "text", 18),
        Column(say("col.classrooms"), "whole", 10),
        *[Column(say("col.rooms", kind=kind), "whole", 10) for kind in rooms],
        Column(say("col.area_classrooms"), "whole", 12),
        *[Column(say("col.area_rooms", kind=kind), "whole", 12) for kind in rooms],
        Column(say("col.area_other"), "whole", 12),
        Column(say("col.area"), "whole", 12),
        Column(say("col.land"), "whole", 12),
        Column(say("col.start"), "year", 9),
        Column(say("col.ready"), "year", 9),
        Column(say("col.capital"), "whole", 15),
        *[Column(say("col.spend", year=year), "whole", 14) for year in years],
        Column(say("col.committed"), "text", 10),
        Column(say("col.why"), "text", 90),
    ]


def _project_row(
    number: int, project: Project, kinds: Sequence[str], years: Sequence[int]
) -> list[object]:
    classrooms = room_area(classroom_kind(project.levels), project.classrooms)
    areas = [room_area(kind, project.function_rooms[kind]) for kind in kinds]
    known_areas = [area for area in (classrooms, *areas) if area is not None]
    rest = project.area_m2 - sum(known_areas)
    return [
        number,
        project.site_id,
        project.name,
        project.town,
        project.longitude,
        project.latitude,
        project.x,
        project.y,
        known("action", project.action),
        joined([known("level", level) for level in project.levels]),
        project.classrooms,
        *[project.function_rooms[kind] for kind in kinds],
        classrooms,
        *areas,
        rest if rest >= 0 else None,
        project.area_m2,
        project.land_m2,
        project.start_year,
        project.service_year,
        project.capital_cost,
        *[project.spend.get(year, 0.0) for year in years],
        say("word.yes") if project.committed else say("word.no"),
        project.why,
    ]


def _totals(columns: Sequence[Column], rows: Sequence[Sequence[object]]) -> list[object]:
    """Sum of every column of whole amounts; the word total in the third."""
    sums: list[object] = []
    for index, column in enumerate(columns):
        values = [row[index] for row in rows]
        whole = column.form == "whole"
        sums.append(sum(float(str(v)) for v in values if v is not None) if whole else "")
    sums[2] = _line(say("word.total"))
    return sums


def _write_year(
    book: Book, atlas: Atlas, year: int, built: Sequence[Project], stopped: Sequence[Stop]
) -> None:
    sheet = book.file.add_worksheet(str(year))
    title = say("sheet.year", year=year)
    top = write_heading(book, sheet, title, notes(atlas))
    going = [p for p in built if p.spend.get(year, 0) > 0 or p.start_year <= year < p.service_year]
    ready = [p for p in built if p.service_year == year]
    top = _block(book, sheet, top, say("block.works"), _work_rows(going, year))
    top = _block(book, sheet, top, say("block.ready"), _work_rows(ready, year))
    _block(book, sheet, top, say("block.stops"), _stop_rows(stopped, year))


def _stop_rows(stopped: Sequence[Stop], year: int) -> Table:
    heads = ("site", "name", "town", "action", "level", "pupils_before", "continuing", "into")
    forms = ("text", "text", "text", "text", "text", "whole", "whole", "text")
    columns = [Column(say(f"col.{h}"), f, 16) for h, f in zip(heads, forms, strict=True)]
    rows: list[list[object]] = [
        [
            stop.site_id,
            stop.name,
            stop.town,
            known("action", stop.action),
            known("level", stop.level),
            round(stop.pupils),
            round(stop.continuing),
            stop.into,
        ]
        for stop in stopped
        if stop.year == year
    ]
    return columns, rows


def _work_rows(listed: Sequence[Project], year: int) -> Table:
    heads = ("site", "name", "town", "action", "levels", "classrooms", "spend_year", "why")
    forms = ("text", "text", "text", "text", "text", "whole", "whole", "text")
    widths = (10, 22, 14, 14, 20, 12, 16, 90)
    columns = [
        Column(say(f"col.{h}", year=year), f, w)
        for h, f, w in zip(heads, forms, widths, strict=True)
    ]
    rows: list[list[object]] = [
        [
            project.site_id,
            project.name,
            project.town,
            known("action", project.action),
            joined([known("level", level) for level in project.levels]),
            project.classrooms,
            project.spend.get(year, 0.0),
            project.why,
        ]
        for project in listed
    ]
    return columns, rows


def _block(book: Book, sheet: Any, top: int, title: Text, table: Table) -> int:
    """Write a titled table, or the word none; return the first free row after an empty one."""
    columns, rows = table
    sheet.write_string(top, 0, _line(title), book.forms["title"])
    if not rows:
        sheet.write_string(top + 1, 0, _line(say("list.none")), book.forms["note"])
        return top + 3
    return write_table(book, sheet, top + 1, columns, rows) + 1


def write_assumptions(book: Book, atlas: Atlas) -> None:
    """Write the sheet of norms and prices with their sources."""
    sheet = book.file.add_worksheet(_sheet_name(say("sheet.assumptions")))
    lines = [(say("note.verified"), "note"), (say("note.areas"), "note")]
    top = write_heading(book, sheet, say("sheet.assumptions"), [*notes(atlas), *lines])
    widths = (48, 20, 24, 60, 26, 10, 44)
    columns = [Column(say(f"col.{h}"), "text", w) for h, w in zip(COLUMNS, widths, strict=True)]
    write_table(book, sheet, top, columns, assumption_rows(atlas.run))
    sheet.freeze_panes(top + 1, 1)


def _sheet_name(text: Text) -> str:
    return f"{text.zh} {text.en}"[:31]


def _line(text: Text) -> str:
    return f"{text.zh} {text.en}"


def _crs(atlas: Atlas) -> str:
    code = atlas.areas.crs.to_authority()
    return ":".join(code) if code else str(atlas.areas.crs.name)
