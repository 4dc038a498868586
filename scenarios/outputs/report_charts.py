"""Charts of the report over the planned years."""

from __future__ import annotations

import numpy as np
from markupsafe import Markup

from scenarios.outputs.charts import Series, bar_chart, line_chart
from scenarios.outputs.folder import Run
from scenarios.outputs.report_tables import yearly
from scenarios.outputs.text import known, say

GROUPS = ("all", "urban", "rural")
BY_LEVEL = (
    ("schools", "unit.schools"),
    ("classes_ge_56", "unit.classes"),
    ("pupils_over_cap", "unit.pupils"),
    ("function_room_debt", "unit.rooms"),
    ("pupils_moved", "unit.pupils"),
    ("cv_class_size", "unit.ratio"),
)


def report_charts(run: Run) -> list[Markup]:
    """Pupils and places by level and group, minutes, class sizes, spending against budget."""
    years = list(run.years)
    charts = []
    for level in run.levels:
        for group in GROUPS:
            title = say("chart.places", level=known("level", level), group=known("group", group))
            pair = [
                Series(say(f"kpi.{name}"), yearly(run, name, level, group).tolist())
                for name in ("pupils", "places")
            ]
            charts.append(line_chart(title, years, pair, say("unit.pupils")))
    for level in run.levels:
        title = say("chart.minutes", level=known("level", level))
        pair = [
            Series(say(f"kpi.{name}"), yearly(run, name, level).tolist())
            for name in ("minutes_mean", "minutes_p90")
        ]
        charts.append(line_chart(title, years, pair, say("unit.minutes")))
    for name, unit in BY_LEVEL:
        both = [
            Series(known("level", level), yearly(run, name, level).tolist()) for level in run.levels
        ]
        draw = line_chart if name in ("schools", "cv_class_size") else bar_chart
        charts.append(draw(say(f"chart.{name}"), years, both, say(unit)))
    return [*charts, *_money_charts(run)]


def _money_charts(run: Run) -> list[Markup]:
    years = list(run.years)
    spend = run.tables["spend"].groupby("year")["amount"].sum().reindex(years).fillna(0.0) / 1e6
    budget = run.problem["budget"].set_index("year")["amount"].reindex(years) / 1e6
    running = np.sum([yearly(run, "running_cost", level) for level in run.levels], axis=0) / 1e6
    unit = say("unit.million")
    yearly_pair = [
        Series(say("series.spend"), spend.tolist()),
        Series(say("series.budget"), budget.tolist()),
    ]
    summed = [
        Series(say("series.spend_sum"), spend.cumsum().tolist()),
        Series(say("series.budget_sum"), budget.cumsum().tolist()),
    ]
    cost = [Series(say("kpi.running_cost"), running.tolist())]
    return [
        bar_chart(say("chart.spend"), years, yearly_pair, unit),
        line_chart(say("chart.spend_sum"), years, summed, unit),
        line_chart(say("chart.running_cost"), years, cost, unit),
    ]
