"""Tables of the report: building, closing, class sizes, worst-served zones, broken rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from geodata.catchments import UNSERVED
from geodata.findings import Text
from scenarios.outputs.atlas import Atlas
from scenarios.outputs.catchment_facts import moved_land, school_changes, today_shares
from scenarios.outputs.folder import Run
from scenarios.outputs.norms import COLUMNS, assumption_rows
from scenarios.outputs.page import number
from scenarios.outputs.projects import projects, stops
from scenarios.outputs.text import joined, known, say
from scenarios.verify.words import rule_text

LISTED = 20
CLASS_FIGURES = (
    *("classes", "classes_ge_56", "classes_ge_66", "pupils_over_cap", "inherited_over_hard"),
    *("rooms_taken", "function_room_debt"),
)


@dataclass(frozen=True)
class Head:
    """Heading of a column; numbers stand right."""

    text: Text
    numeric: bool = False
    css: str = ""


@dataclass(frozen=True)
class Grid:
    """A table of a page: cells are texts, in both languages or the same in both."""

    heads: Sequence[Head]
    rows: Sequence[Sequence[object]]
    title: Text = field(default_factory=lambda: Text("", ""))


def building_grid(atlas: Atlas) -> Grid:
    """List every project with its reason."""
    heads = _heads(
        "name", "town", "action", "levels", "#start", "#ready", "#classrooms", "#area", "#capital",
        "committed", "why",
    )  # fmt: skip
    rows = [
        [
            project.name,
            project.town,
            known("action", project.action),
            joined([known("level", level) for level in project.levels]),
            str(project.start_year),
            str(project.service_year),
            number(project.classrooms),
            number(project.area_m2),
            number(project.capital_cost),
            say("word.yes") if project.committed else say("word.no"),
            project.why,
        ]
        for project in projects(atlas)
    ]
    return Grid(heads, rows)


def closing_grid(run: Run) -> Grid:
    """List every stop of a level with the pupils it affects."""
    heads = _heads(
        "#year", "name", "town", "level", "action", "into", "#pupils_before", "#continuing",
        "#minutes_before", "#minutes_after", "#decision",
    )  # fmt: skip
    rows = [
        [
            str(stop.year),
            stop.name,
            stop.town,
            known("level", stop.level),
            known("action", stop.action),
            stop.into,
            number(stop.pupils),
            number(stop.continuing),
            number(stop.minutes_before, 1),
            number(stop.minutes_after, 1),
            str(stop.decision_year),
        ]
        for stop in stops(run)
    ]
    return Grid(heads, rows)


def change_grids(atlas: Atlas) -> list[Grid]:
    """List, for each level with catchments of today, the schools that change most by the end."""
    year, names = atlas.run.last_year, atlas.run.site_names()
    heads = _heads(
        "name", "#pupils_today", "#pupils_kept", "#pupils_into", "#pupils_out", "#pupils_then",
        "#km2_today", "#km2_then",
    )  # fmt: skip
    grids = []
    for level, shares in today_shares(atlas).items():
        moved = moved_land(atlas, shares, level, year)
        table = school_changes(moved)
        table["most"] = table["into"] + table["out"]
        worst = table.sort_values(["most", "site_id"], ascending=[False, True]).head(LISTED)
        rows = [
            [
                names.get(one["site_id"], one["site_id"]),
                number(one["kept"] + one["out"]),
                *[number(one[name]) for name in ("kept", "into", "out")],
                number(one["kept"] + one["into"]),
                number(one["km2_kept"] + one["km2_out"], 2),
                number(one["km2_kept"] + one["km2_into"], 2),
            ]
            for one in worst[worst["most"] >= 0.5].to_dict("records")
        ]
        other = moved[(moved["from_id"] != moved["to_id"]) & (moved["from_id"] != UNSERVED)]
        shares_of = other[["pupils", "km2"]].sum() / moved[["pupils", "km2"]].sum()
        title = say(
            "title.changes",
            level=known("level", level),
            year=year,
            share=f"{shares_of['pupils']:.1%}",
            pupils=number(other["pupils"].sum()),
            land=f"{shares_of['km2']:.1%}",
        )
        grids.append(Grid(heads, rows, title))
    return grids


def class_grids(run: Run) -> list[Grid]:
    """Class sizes of each level by year, county as a whole."""
    kpi = run.tables["kpi"]
    grids = []
    for spec in run.rules["levels"]:
        level = spec["name"]
        part = kpi[(kpi["level"] == level) & (kpi["group"] == "all")]
        wide = part.pivot_table(index="year", columns="name", values="value")
        names = [name for name in CLASS_FIGURES if name in wide.columns]
        words = {"large": f"{spec['large']:g}", "very_large": f"{spec['very_large']:g}"}
        words |= {"cap": f"{spec['cap']:g}", "hard": f"{spec['hard']:g}"}
        heads = [Head(say("col.year"), numeric=True)]
        heads += [Head(say(f"kpi.{name}", **words), numeric=True) for name in names]
        rows = [
            [str(year), *[number(wide.loc[year, name]) for name in names]]
            for year in sorted(wide.index)
        ]
        grids.append(Grid(heads, rows, say("title.classes", level=known("level", level), **words)))
    return grids


def largest_grid(run: Run) -> Grid:
    """List the largest classes of the planned years, each cohort at a site once, at its worst."""
    first = {spec["name"]: spec for spec in run.rules["levels"]}
    classes = run.tables["classes"]
    hard = classes["level"].map({name: spec["hard"] for name, spec in first.items()})
    over = classes[classes["largest_class"] > hard]
    worst = over.sort_values(
        ["largest_class", "pupils", "site_id", "year"], ascending=[False, False, True, True]
    ).drop_duplicates(["site_id", "level", "entry_year"])
    names = run.site_names()
    heads = _heads(
        "name", "level", "#grade", "#year", "#pupils", "#classes", "#largest", "inherited"
    )
    rows = [
        [
            names.get(row["site_id"], row["site_id"]),
            known("level", row["level"]),
            str(int(row["grade"])),
            str(int(row["year"])),
            number(row["pupils"]),
            number(row["classes"]),
            number(row["largest_class"]),
            say("word.yes") if row["entry_year"] < run.first_year else say("word.no"),
        ]
        for row in worst.head(LISTED).to_dict("records")
    ]
    return Grid(heads, rows)


def zone_grids(run: Run) -> list[Grid]:
    """List, for each level, the zones that travel longest in the last year."""
    zones = run.problem["zones"].set_index("zone_id")
    flows = run.flows[run.flows["year"] == run.last_year]
    beyond = run.problem["travel"][["zone_id", "site_id", "level", "beyond"]]
    flows = flows.merge(beyond, "left", ["zone_id", "site_id", "level"])
    flows = flows.assign(school=flows["site_id"].map(run.site_names()))
    flows = flows.sort_values(["pupils", "site_id"], ascending=[False, True])
    heads = _heads("zone", "town", "schools", "#pupils", "#minutes", "#beyond")
    grids = []
    for level in run.levels:
        served = flows[flows["level"] == level].groupby("zone_id", as_index=False)
        worst = served.agg(
            pupils=("pupils", "sum"),
            pupil_minutes=("pupil_minutes", "sum"),
            beyond=("beyond", "max"),
            schools=("school", "、".join),
        )
        worst["minutes"] = worst["pupil_minutes"] / worst["pupils"]
        worst = worst.sort_values(["minutes", "pupils", "zone_id"], ascending=[False, False, True])
        rows = [
            [
                zone_name(zones, row["zone_id"]),
                zones["town"].get(row["zone_id"], ""),
                row["schools"],
                number(row["pupils"]),
                number(row["minutes"], 1),
                number(row["beyond"], 1) if row["beyond"] > 0 else "",
            ]
            for row in worst.head(LISTED).to_dict("records")
        ]
        title = say("title.zones", level=known("level", level), year=run.last_year)
        grids.append(Grid(heads, rows, title))
    return grids


def violation_grid(run: Run) -> Grid:
    """List broken rules by how many and the worst of each; only today's network has any."""
    listed = pd.DataFrame(run.manifest.get("violations") or [])
    heads = _heads("rule", "#count", "#years", "where", "#by")
    if listed.empty:
        return Grid(heads, [])
    rows: list[list[object]] = []
    names = run.site_names()
    for rule, part in listed.groupby("rule", sort=True):
        worst = part.loc[[part["amount"].abs().idxmax()]].to_dict("records")[0]
        years = part.loc[part["year"] > 0, "year"]
        span = f"{years.min()}–{years.max()}" if len(years) else "–"
        where = str(names.get(worst["where"], worst["where"])) or known("group", "all")
        unit = known("unit", str(worst.get("unit", "")))
        by = say("by", amount=number(float(worst["amount"]), 1), unit=unit)
        words = Text(rule_text(str(rule), "en"), rule_text(str(rule), "zh"))
        rows.append([words, str(len(part)), span, where, by])
    return Grid(heads, rows)


def assumption_grid(run: Run) -> Grid:
    """List every norm and price with its source."""
    return Grid(_heads(*COLUMNS), assumption_rows(run))


def _heads(*names: str) -> list[Head]:
    """Headings by key; a leading # marks numbers."""
    return [
        Head(say(f"col.{name.lstrip('#')}"), name.startswith("#"), _css(name)) for name in names
    ]


def _css(name: str) -> str:
    """Reasons are wide, names stay on one line, the rest may break."""
    if name == "why":
        return "why"
    wide = {"assumption", "source", "article", "path", "value", "rule", "levels"}
    return "" if name in wide else "short"


def zone_name(zones: pd.DataFrame, zone: str) -> str:
    """Call a zone by name and id, one without a name by its id; `zones` is indexed by zone_id."""
    name = str(zones["name"].get(zone, "")).strip()
    return f"{name} ({zone})" if name else zone


def yearly(run: Run, name: str, level: str, group: str = "all") -> np.ndarray:
    """Key figure over the planned years, NaN where it is not stated."""
    kpi = run.tables["kpi"]
    part = kpi[(kpi["name"] == name) & (kpi["level"] == level) & (kpi["group"] == group)]
    return part.set_index("year")["value"].reindex(list(run.years)).to_numpy(dtype=float)
