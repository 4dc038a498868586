"""Scenarios side by side: figures, terms, who builds and who closes what, when."""

from __future__ import annotations

import math
from collections.abc import Sequence

import pandas as pd

from geodata.findings import Text
from scenarios.outputs.facts import events
from scenarios.outputs.folder import Run
from scenarios.outputs.page import money, number, percent
from scenarios.outputs.report_tables import Grid, Head
from scenarios.outputs.text import known, say
from scenarios.outputs.verdict import is_today, short_verdict, total, value_of

WHOLE = ("objective", "bound", "floor", "gap", "gap_above_floor")
FIGURES = (
    *("schools", "pupils", "places", "classes", "classes_ge_56", "classes_ge_66"),
    *("pupils_over_cap", "inherited_over_hard", "minutes_mean", "minutes_p90"),
    *("share_beyond_limit", "rooms_taken", "function_room_debt", "cv_class_size"),
    *("cv_teaching_area", "posts_needed", "teachers", "posts_short", "posts_surplus"),
    "cv_teachers_per_100",
)
SUMMED = ("capital", "running_cost", "pupils_moved", "entrants_reassigned", "teachers_moved")
STARS = {"money": "yuan", "priced": "yuan", "gap": "share", "gap_above_floor": "share"}
SHARES = ("share_beyond_limit",)
DECIMALS = {"minutes_mean": 1, "minutes_p90": 1, "posts_short": 1, "posts_surplus": 1}
DECIMALS |= dict.fromkeys(("cv_class_size", "cv_teaching_area", "cv_teachers_per_100"), 3)


def name_of(run: Run) -> str:
    """Name of a run's scenario."""
    return str(run.study["scenario"])


def ordered(runs: Sequence[Run]) -> list[Run]:
    """Today first, then in the study's own order; runs that do not state theirs by name."""
    return sorted(
        runs,
        key=lambda run: (not is_today(run), int(run.study.get("position", 0)), name_of(run)),
    )


def long_table(runs: Sequence[Run]) -> pd.DataFrame:
    """Every figure of every scenario.

    Returns
    -------
    DataFrame
        scenario, kpi, year, value, unit, level, group. Figures of the whole plan have year 0 and
        level and group `all`; terms are present values, named `term.<name>`.
    """
    parts = []
    for run in runs:
        rows = [(name, 0, value_of(run, name), STARS.get(name, "yuan")) for name in WHOLE]
        rows += [(kind, 0, total(run, kind), "yuan") for kind in ("money", "priced")]
        rows += [(f"term.{t['name']}", 0, t["value"], "yuan") for t in run.manifest["terms"]]
        whole = pd.DataFrame(rows, columns=["kpi", "year", "value", "unit"])
        parts.append(whole.assign(level="all", group="all", scenario=name_of(run)))
        if run.has_plan:
            kpi = run.tables["kpi"].rename(columns={"name": "kpi"})
            parts.append(kpi.assign(scenario=name_of(run)))
    columns = ["scenario", "kpi", "year", "value", "unit", "level", "group"]
    table = pd.concat(parts, ignore_index=True)[columns].astype({"year": "int64"})
    table = table[table["value"].notna()]
    return table.sort_values(["scenario", "kpi", "level", "group", "year"], ignore_index=True)


def worded(run: Run, table: pd.DataFrame) -> list[list[object]]:
    """Rows of the long table with its figures, units, levels and groups in words."""
    limits = {spec["name"] for spec in run.rules["levels"]}
    names = {
        (kpi, level): _kpi_name(run, kpi, level if level in limits else "")
        for kpi, level in table[["kpi", "level"]].drop_duplicates().itertuples(index=False)
    }
    every = known("group", "all")
    return [
        [
            row["scenario"],
            names[row["kpi"], row["level"]],
            row["year"],
            row["value"],
            known("unit", row["unit"]),
            every if row["level"] == "all" else known("level", row["level"]),
            known("group", row["group"]),
        ]
        for row in table.to_dict("records")
    ]


def _kpi_name(run: Run, kpi: str, level: str) -> Text:
    """Name of a figure of the long table: of a level, of the whole plan, or a term of its cost."""
    if kpi.startswith("term."):
        return known("term", kpi.removeprefix("term."))
    return figure_name(run, kpi, level, summed=False) if level else known("cmp", kpi)


def overview(runs: Sequence[Run]) -> Grid:
    """One line per scenario: what it costs, how well that is proven, what it changes."""
    keys = ("scenario", "money", "priced", "objective", "bound", "gap", "gap_above_floor")
    heads = [_head(f"cmp.{key}", numeric=key != "scenario") for key in keys]
    heads += [_head(f"cmp.{key}", numeric=True) for key in ("built", "stopped", "invested")]
    heads.append(_head("cmp.verdict", numeric=False))
    return Grid(heads, [_overview_row(run) for run in runs])


def _overview_row(run: Run) -> list[object]:
    head: list[object] = [name_of(run)]
    if not run.has_plan:
        return [*head, *["–"] * 9, short_verdict(run)]
    actions = run.tables["actions"]
    built = int((actions["option"] != "").sum())
    return [
        *head,
        money(total(run, "money")),
        money(total(run, "priced")),
        money(value_of(run, "objective")),
        money(value_of(run, "bound")),
        percent(value_of(run, "gap")),
        percent(value_of(run, "gap_above_floor")),
        number(built),
        number(len(actions) - built),
        money(float(run.tables["spend"]["amount"].sum())),
        short_verdict(run),
    ]


def term_grid(runs: Sequence[Run]) -> Grid:
    """Present value of each term in each scenario, in million yuan."""
    named = [{t["name"]: (t["kind"], t["value"]) for t in run.manifest["terms"]} for run in runs]
    kinds = {name: kind for terms in named for name, (kind, _) in terms.items()}
    heads = [_head("col.term", numeric=False), *_scenario_heads(runs)]
    rows: list[list[object]] = []
    for kind in ("money", "priced"):
        for name in [name for name, own in kinds.items() if own == kind]:
            values = [terms.get(name, ("", 0.0))[1] for terms in named]
            rows.append([known("term", name), *[number(value / 1e6, 2) for value in values]])
        totals = [number(total(run, kind) / 1e6, 2) for run in runs]
        rows.append([say("term.total_of", kind=known("kind", kind)), *totals])
    objectives = [number(value_of(run, "objective") / 1e6, 2) for run in runs]
    return Grid(heads, [*rows, [say("term.total"), *objectives]])


def figure_grids(runs: Sequence[Run]) -> list[Grid]:
    """Key figures of each level in the last year, and sums over the horizon."""
    planned = [run for run in runs if run.has_plan]
    if not planned:
        return []
    grids = []
    for level in planned[0].levels:
        rows = []
        for name in (*FIGURES, *SUMMED):
            values = [_figure(run, name, level) for run in planned]
            if not all(math.isnan(value) for value in values):
                rows.append(
                    [figure_name(planned[0], name, level), *[_shown(name, v) for v in values]]
                )
        heads = [_head("cmp.figure", numeric=False), *_scenario_heads(planned)]
        year = planned[0].last_year
        title = say("cmp.figures.of", level=known("level", level), year=year)
        grids.append(Grid(heads, rows, title))
    return grids


def figure_name(run: Run, name: str, level: str, *, summed: bool = True) -> Text:
    """Name of a key figure with the limits of its level, and whether it is summed over years."""
    spec = next(spec for spec in run.rules["levels"] if spec["name"] == level)
    words = {key: f"{spec[key]:g}" for key in ("cap", "hard", "large", "very_large")}
    text = say(f"cmp.kpi.{name}", **words)
    return say("cmp.summed", name=text) if summed and name in SUMMED else text


def _figure(run: Run, name: str, level: str) -> float:
    kpi = run.tables["kpi"]
    part = kpi[(kpi["name"] == name) & (kpi["level"] == level) & (kpi["group"] == "all")]
    if name in SUMMED:
        return float(part["value"].sum()) if len(part) else math.nan
    last = part.loc[part["year"] == run.last_year, "value"]
    return float(last.iloc[0]) if len(last) else math.nan


def _shown(name: str, value: float) -> object:
    if name in ("capital", "running_cost"):
        return money(value)
    if name in SHARES:
        return percent(value)
    return number(value, DECIMALS.get(name, 0))


def project_grid(runs: Sequence[Run]) -> Grid:
    """Matrix of projects by scenario: start and first year in service."""
    cells: dict[tuple[str, str, str], dict[str, str]] = {}
    for run in runs:
        if not run.has_plan:
            continue
        names, towns = run.site_names(), run.problem["sites"].set_index("site_id")["town"]
        actions = run.tables["actions"]
        for row in actions[actions["option"] != ""].to_dict("records"):
            key = (str(names[row["site_id"]]), str(towns[row["site_id"]]), str(row["option"]))
            entry = cells.setdefault(key, {"action": str(row["action"])})
            entry[name_of(run)] = f"{row['start_year']} → {row['service_year']}"
    heads = [_head(f"col.{key}", numeric=False) for key in ("name", "town", "action", "option")]
    rows = [
        [key[0], key[1], known("action", entry["action"]), key[2]]
        + [entry.get(name_of(run), "") for run in runs]
        for key, entry in sorted(cells.items())
    ]
    return Grid([*heads, *_scenario_heads(runs, css="mark")], rows)


def stop_grid(runs: Sequence[Run]) -> Grid:
    """Matrix of stops by scenario: first year without the level."""
    cells: dict[tuple[str, str, str], dict[str, str]] = {}
    for run in runs:
        if not run.has_plan:
            continue
        towns = run.problem["sites"].set_index("site_id")["town"]
        shown = events(run)
        for row in shown[shown["option"] == ""].to_dict("records"):
            key = (str(row["name"]), str(towns[row["site_id"]]), str(row["level"]))
            cells.setdefault(key, {})[name_of(run)] = str(row["year"])
    heads = [_head(f"col.{key}", numeric=False) for key in ("name", "town", "level")]
    rows = [
        [key[0], key[1], known("level", key[2]), *[entry.get(name_of(run), "") for run in runs]]
        for key, entry in sorted(cells.items())
    ]
    return Grid([*heads, *_scenario_heads(runs, css="mark")], rows)


def _scenario_heads(runs: Sequence[Run], css: str = "") -> list[Head]:
    return [Head(Text(name_of(run), name_of(run)), not css, css) for run in runs]


def _head(key: str, *, numeric: bool) -> Head:
    return Head(say(key), numeric, "" if numeric else "short" if key != "cmp.verdict" else "why")
