"""The report's section on teachers: posts against teachers, who is short of whom, who moves."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd
from markupsafe import Markup

from geodata.findings import Text
from scenarios.outputs import staff_facts
from scenarios.outputs.charts import Series, bar_chart, line_chart
from scenarios.outputs.folder import Run
from scenarios.outputs.page import number
from scenarios.outputs.report_tables import Grid, Head, yearly
from scenarios.outputs.row_chart import row_chart
from scenarios.outputs.text import known, say

GROUPS = ("all", "urban", "rural")
SIDES = ("urban", "rural")


@dataclass(frozen=True)
class StaffSection:
    """What the section shows."""

    charts: list[Markup]
    subjects: list[Grid]
    movers: Grid


def staff_section(run: Run) -> StaffSection | None:
    """Make the section; None where the run planned no teachers."""
    if not staff_facts.has_staffing(run):
        return None
    lessons, moves = _with_side(run, staff_facts.by_subject(run)), staff_facts.moves(run)
    charts = [chart for level in run.levels for chart in _posts(run, level)]
    charts += [_gaps(run, level) for level in run.levels]
    charts += [
        _short_subjects(run, lessons, level, year)
        for level in run.levels
        for year in (run.first_year, run.last_year)
    ]
    charts += [_directions(run, moves), _spread(run)]
    return StaffSection(
        charts,
        [_subject_grid(run, lessons, level) for level in run.levels],
        _mover_grid(moves),
    )


def _with_side(run: Run, table: pd.DataFrame) -> pd.DataFrame:
    urban = run.problem["sites"].set_index("site_id")["urban"].astype(bool)
    return table.assign(side=table["site_id"].map(urban).map({True: "urban", False: "rural"}))


def _posts(run: Run, level: str) -> list[Markup]:
    """Draw posts and teachers over the years: county, towns and country."""
    charts = []
    for group in GROUPS:
        title = say("chart.posts", level=known("level", level), group=known("group", group))
        pair = [
            Series(say(f"staff.{name}"), yearly(run, name, level, group).tolist())
            for name in ("posts_needed", "teachers")
        ]
        charts.append(line_chart(title, list(run.years), pair, say("unit.posts")))
    return charts


def _gaps(run: Run, level: str) -> Markup:
    pair = [
        Series(say(f"staff.{name}"), yearly(run, name, level).tolist())
        for name in ("posts_short", "posts_surplus")
    ]
    title = say("chart.gaps", level=known("level", level))
    return bar_chart(title, list(run.years), pair, say("unit.posts"))


def _short_subjects(run: Run, lessons: pd.DataFrame, level: str, year: int) -> Markup:
    """Lessons without a teacher of the subject, in towns and in the country."""
    here = lessons[(lessons["level"] == level) & (lessons["year"] == year)]
    short = here.groupby(["side", "subject"])["short"].sum()
    taught = staff_facts.subjects(run, level)
    pair = [
        Series(known("group", side), [float(short.get((side, s), 0.0)) for s in taught])
        for side in SIDES
    ]
    title = say("chart.short_subjects", level=known("level", level), year=year)
    return row_chart(title, [known("subject", s) for s in taught], pair, say("unit.fte"))


def _directions(run: Run, moves: pd.DataFrame) -> Markup:
    """Teachers who move by year, from town or country to town or country; the due left out."""
    decided = moves[moves["why"] != "due"]
    count = decided.groupby(["from_urban", "to_urban", "year"])["posts"].sum()
    series = [
        Series(_direction(old, new), [float(count.get((old, new, y), 0.0)) for y in run.years])
        for old in (True, False)
        for new in (True, False)
    ]
    return bar_chart(say("chart.directions"), list(run.years), series, say("unit.teachers"))


def _direction(old: bool, new: bool) -> Text:
    sides = [known("group", "urban" if one else "rural") for one in (old, new)]
    return say("staff.direction", old=sides[0], new=sides[1])


def _spread(run: Run) -> Markup:
    both = [
        Series(known("level", level), yearly(run, "cv_teachers_per_100", level).tolist())
        for level in run.levels
    ]
    title = say("chart.cv_teachers_per_100")
    return line_chart(title, list(run.years), both, say("unit.ratio"))


def _subject_grid(run: Run, lessons: pd.DataFrame, level: str) -> Grid:
    """Teachers needed, in place and short by subject in the first and the last year."""
    heads = [Head(say("col.subject")), Head(say("col.year"), numeric=True)]
    heads += [
        Head(say(key, group=known("group", side)), numeric=True)
        for side in SIDES
        for key in ("col.need_group", "col.teachers_group", "col.short_group")
    ]
    figures = ["need", "teachers", "short"]
    sums = lessons[lessons["level"] == level].groupby(["subject", "year", "side"])[figures].sum()
    cells = sums.to_dict("index")
    rows: list[list[object]] = []
    for subject in staff_facts.subjects(run, level):
        for year in (run.first_year, run.last_year):
            found = [cells.get((subject, year, side), {}) for side in SIDES]
            numbers = [
                number(one.get(name, 0.0), 0 if name == "teachers" else 1)
                for one in found
                for name in figures
            ]
            rows.append([known("subject", subject), str(year), *numbers])
    return Grid(heads, rows, say("title.subjects", level=known("level", level)))


def _mover_grid(moves: pd.DataFrame) -> Grid:
    """Count moves by year, reason and direction."""
    heads = [Head(say("col.year"), numeric=True), Head(say("col.moved_why"))]
    heads += [Head(say("col.direction"), css="short"), Head(say("col.movers"), numeric=True)]
    keys = ["year", "why", "from_urban", "to_urban"]
    count = moves.groupby(keys, as_index=False)["posts"].sum()
    rows: list[list[object]] = [
        [str(year), known("moved", why), _direction(old, new), number(teachers)]
        for year, why, old, new, teachers in count.itertuples(index=False, name=None)
    ]
    return Grid(heads, rows)
