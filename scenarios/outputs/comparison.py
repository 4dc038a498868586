"""`comparison.html`, `.xlsx` and `.parquet`: the scenarios of a study side by side."""

from __future__ import annotations

import base64
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from geodata.findings import Text
from scenarios.outputs import comparison_tables as tables
from scenarios.outputs.charts import Series, line_chart
from scenarios.outputs.comparison_maps import small_maps
from scenarios.outputs.files import replaced, write_text
from scenarios.outputs.folder import Run, broken, read_run
from scenarios.outputs.page import render
from scenarios.outputs.report_tables import Grid, yearly
from scenarios.outputs.text import known, say
from scenarios.outputs.workbook import Book, Column, workbook, write_heading, write_table

CHARTED = (
    ("classes_ge_56", "unit.classes"),
    ("pupils_over_cap", "unit.pupils"),
    ("minutes_mean", "unit.minutes"),
    ("schools", "unit.schools"),
    ("places", "unit.pupils"),
    ("function_room_debt", "unit.rooms"),
)


def compare(results_dir: Path) -> None:
    """Write the comparison of all runs of a results folder.

    Raises
    ------
    FindingError
        If there is no run, or a run cannot be read.
    """
    folders = sorted(path.parent for path in results_dir.glob("*/manifest.json"))
    if not folders:
        why = Text("The folder holds no finished run.", "文件夹中没有已完成的方案。")
        raise broken(results_dir, why)
    runs = tables.ordered([read_run(folder) for folder in folders])
    _write_parquet(runs, results_dir / "comparison.parquet")
    _write_workbook(runs, results_dir / "comparison.xlsx")
    write_text(results_dir / "comparison.html", render("comparison.html.j2", _words(runs)))


def _write_parquet(runs: Sequence[Run], path: Path) -> None:
    with replaced(path) as temporary:
        tables.long_table(runs).to_parquet(temporary, index=False)


def _words(runs: Sequence[Run]) -> dict[str, Any]:
    first = runs[0]
    title = Text(first.titles["en"], first.titles["zh"])
    buffer = io.BytesIO()
    drawn = small_maps(runs, buffer)
    source = "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode("ascii")
    return {
        "title": say("page.comparison", title=title),
        "subtitle": say("page.comparison.subtitle", count=len(runs), base=first.base_year),
        "made_up": any(run.made_up for run in runs),
        "credits": sorted({name for run in runs for name in run.credits}),
        "overview": tables.overview(runs),
        "terms": tables.term_grid([run for run in runs if run.has_plan]),
        "terms_note": say("note.terms", year=first.rules["horizon"]["price_year"],
                          first=first.first_year),
        "figures": tables.figure_grids(runs),
        "charts": comparison_charts(runs),
        "projects": tables.project_grid(runs),
        "stops": tables.stop_grid(runs),
        "map": source if drawn else "",
    }  # fmt: skip


def comparison_charts(runs: Sequence[Run]) -> list[Markup]:
    """One line per scenario, for each level and key figure, and for money spent so far."""
    planned = [run for run in runs if run.has_plan]
    if not planned:
        return []
    years = list(planned[0].years)
    charts = []
    for level in planned[0].levels:
        for name, unit in CHARTED:
            series = [
                Series(_name(run), yearly(run, name, level).tolist())
                for run in planned
                if list(run.years) == years
            ]
            figure = tables.figure_name(planned[0], name, level)
            title = say("cmp.chart", figure=figure, level=known("level", level))
            charts.append(line_chart(title, years, series, say(unit)))
    spend = [Series(_name(run), _spent(run)) for run in planned if list(run.years) == years]
    return [*charts, line_chart(say("chart.spend_only"), years, spend, say("unit.million"))]


def _spent(run: Run) -> list[float]:
    by_year = run.tables["spend"].groupby("year")["amount"].sum()
    return [float(v) for v in by_year.reindex(list(run.years)).fillna(0.0).cumsum() / 1e6]


def _name(run: Run) -> Text:
    return Text(tables.name_of(run), tables.name_of(run))


def _write_workbook(runs: Sequence[Run], path: Path) -> None:
    with workbook(path, runs[0].titles["en"]) as book:
        _write_grid(book, runs, say("cmp.overview"), tables.overview(runs))
        _write_long(book, runs)
        _write_grid(book, runs, say("cmp.projects"), tables.project_grid(runs))
        _write_grid(book, runs, say("cmp.stops"), tables.stop_grid(runs))


def _notes(runs: Sequence[Run]) -> list[tuple[Text, str]]:
    return [(say("made_up"), "warning")] if any(run.made_up for run in runs) else []


def _write_grid(book: Book, runs: Sequence[Run], title: Text, grid: Grid) -> None:
    sheet = book.file.add_worksheet(f"{title.zh} {title.en}"[:31])
    top = write_heading(book, sheet, title, _notes(runs))
    columns = [Column(head.text, "text", 60 if head.css == "why" else 18) for head in grid.heads]
    write_table(book, sheet, top, columns, grid.rows)
    sheet.freeze_panes(top + 1, 1)


def _write_long(book: Book, runs: Sequence[Run]) -> None:
    """Every figure as a number, ready to filter and to pivot."""
    title = say("cmp.long")
    sheet = book.file.add_worksheet(f"{title.zh} {title.en}"[:31])
    top = write_heading(book, sheet, title, _notes(runs))
    table = tables.long_table(runs)
    forms = ("text", "text", "year", "plain", "text", "text", "text")
    columns = [
        Column(say(f"cmp.column.{name}"), form, 18)
        for name, form in zip(table.columns, forms, strict=True)
    ]
    rows = tables.worded(runs[0], table)
    free = write_table(book, sheet, top, columns, rows)
    sheet.autofilter(top, 0, max(top, free - 1), len(columns) - 1)
    sheet.freeze_panes(top + 1, 0)
