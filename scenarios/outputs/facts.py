"""Tables that several outputs share, derived from a run: site by year, events, catchments."""

from __future__ import annotations

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from scenarios.outputs.folder import Run

BUILDING = ("open", "extend", "convert", "retrofit", "relocate")
STOPPING = ("close", "merge")
Record = dict[Hashable, Any]
"""A row of a table by column."""
EVENT_COLUMNS = ("site_id", "level", "action", "kind", "year", "name", "option", "into_site_id",
                 "levels_before", "levels_after")  # fmt: skip


def site_years(run: Run) -> pd.DataFrame:
    """Pupils, classes, rooms and places of every site in the base year and each planned year.

    Returns
    -------
    DataFrame
        site_id, year, runs (bool), rooms, pupils, classes, pupils_<level>, classes_<level>,
        runs_<level>, places (docs/kpi.md), use = pupils / places (NaN without places).
    """
    parts = [_base(run), _planned(run)] if run.has_plan else [_base(run)]
    long = pd.concat(parts, ignore_index=True)
    wide = long.pivot_table(
        index=["site_id", "year"],
        columns="level",
        values=["pupils", "classes", "operates"],
        aggfunc="sum",
        fill_value=0,
    )
    table = pd.DataFrame(index=wide.index)
    for level in run.levels:
        for name, column in (("pupils", "pupils"), ("classes", "classes"), ("runs", "operates")):
            known = (column, level) in wide.columns
            table[f"{name}_{level}"] = wide[column, level] if known else 0
        table[f"runs_{level}"] = table[f"runs_{level}"] > 0
        table[f"classes_{level}"] = table[f"classes_{level}"].astype(np.int64)
    table["runs"] = table[[f"runs_{level}" for level in run.levels]].any(axis=1)
    table["pupils"] = table[[f"pupils_{level}" for level in run.levels]].sum(axis=1)
    table["classes"] = table[[f"classes_{level}" for level in run.levels]].sum(axis=1)
    table["rooms"] = long.groupby(["site_id", "year"])["rooms"].max()
    table = table.reset_index()
    table["places"] = _places(run, table)
    table["use"] = (table["pupils"] / table["places"]).where(table["places"] > 0)
    return table


def _base(run: Run) -> pd.DataFrame:
    """Rows site, level of the base year, from what was given."""
    sites = run.problem["sites"]
    keys = ["site_id", "level"]
    pupils = run.problem["enrolled"].groupby(keys)["pupils"].sum()
    classes = run.problem["enrolled_classes"].groupby(keys)["classes"].sum()
    parts = []
    for level in run.levels:
        index = pd.MultiIndex.from_product([sites["site_id"], [level]])
        parts.append(
            pd.DataFrame(
                {
                    "site_id": sites["site_id"],
                    "level": level,
                    "year": run.base_year,
                    "operates": sites[f"runs_{level}"].to_numpy().astype(int),
                    "pupils": pupils.reindex(index).fillna(0).to_numpy(),
                    "classes": classes.reindex(index).fillna(0).to_numpy(),
                    "rooms": sites["rooms"].to_numpy(),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _planned(run: Run) -> pd.DataFrame:
    columns = ["site_id", "level", "year", "operates", "pupils", "classes", "rooms"]
    return run.tables["schools"][columns].astype({"operates": int})


def _places(run: Run, table: pd.DataFrame) -> np.ndarray:
    """Σ over running levels of (share of the site's classes) · rooms · cap; seats where stated."""
    sites = run.problem["sites"].set_index("site_id").reindex(table["site_id"])
    point = sites["point_grades"].to_numpy() > 0
    caps = {level["name"]: float(level["cap"]) for level in run.rules["levels"]}
    running = table[[f"runs_{level}" for level in run.levels]].to_numpy()
    classes = table[[f"classes_{level}" for level in run.levels]].to_numpy() * running
    count = classes.sum(axis=1, keepdims=True)
    parts = np.where(count > 0, classes, running)
    weight = parts / np.maximum(parts.sum(axis=1, keepdims=True), 1)
    cap = np.array([caps[level] for level in run.levels])
    cap = np.where(point[:, None], run.rules["standards"]["point_cap"], cap[None, :])
    places = np.maximum(table["rooms"].to_numpy(), 0) * (weight * cap).sum(axis=1)
    seats = sites["seats"].to_numpy(dtype=float)
    return np.where(np.isnan(seats) | ~running.any(axis=1), places, seats)


def events(run: Run) -> pd.DataFrame:
    """Actions with the year in which they show on the ground, cut to the planned years.

    Returns
    -------
    DataFrame
        Rows of `actions` whose service year is planned, in order, with `year`, site `name` and
        `kind`: the action, but `moved_out` for a stop that a relocation asks for.
    """
    if not run.has_plan:
        return pd.DataFrame({name: [] for name in EVENT_COLUMNS}).astype({"year": np.int64})
    actions = run.tables["actions"]
    relocations = run.problem["options"].set_index("option")["relocates_id"]
    moves = actions[actions["action"] == "relocate"]
    moved = set(zip(moves["option"].map(relocations), moves["site_id"], strict=True))
    pairs = list(zip(actions["site_id"], actions["into_site_id"], strict=True))
    kind = np.where([pair in moved for pair in pairs], "moved_out", actions["action"])
    actions = actions.assign(kind=kind)
    shown = actions[actions["service_year"].isin(run.years)]
    shown = shown.assign(
        year=shown["service_year"].astype(np.int64), name=shown["site_id"].map(run.site_names())
    )
    return shown.sort_values(["year", "action", "site_id", "level"], ignore_index=True)


def catchments(run: Run) -> pd.DataFrame:
    """Site that takes most of a zone's entrants, by level and year.

    A zone without entrants in a year belongs where it did the year before (or, at the start, will
    the year after), so that a map has no holes.

    Returns
    -------
    DataFrame
        zone_id, level, year, site_id; the base year by the lowest grade that has pupils.
    """
    known = _known_catchments(run)
    zones, zone = np.unique(known["zone_id"].to_numpy(dtype=str), return_inverse=True)
    sites, site = np.unique(known["site_id"].to_numpy(dtype=str), return_inverse=True)
    years = [run.base_year, *(run.years if run.has_plan else [])]
    level = known["level"].map({name: i for i, name in enumerate(run.levels)}).to_numpy(dtype=int)
    grid = np.full((len(run.levels), len(years), len(zones)), -1)
    grid[level, known["year"].to_numpy() - run.base_year, zone] = site
    for step in range(1, len(years)):
        grid[:, step] = np.where(grid[:, step] < 0, grid[:, step - 1], grid[:, step])
    for step in range(len(years) - 2, -1, -1):
        grid[:, step] = np.where(grid[:, step] < 0, grid[:, step + 1], grid[:, step])
    of_level, of_step, of_zone = np.nonzero(grid >= 0)
    table = pd.DataFrame(
        {
            "zone_id": zones[of_zone],
            "level": np.array(run.levels)[of_level],
            "year": of_step + run.base_year,
            "site_id": sites[grid[of_level, of_step, of_zone]],
        }
    )
    return table.sort_values(["level", "year", "zone_id"], ignore_index=True)


def _known_catchments(run: Run) -> pd.DataFrame:
    """Rows zone_id, level, year, site_id where tables state them, the largest share of each."""
    enrolled = run.problem["enrolled"].sort_values(
        ["zone_id", "level", "grade", "pupils", "site_id"],
        ascending=[True, True, True, False, True],
    )
    base = enrolled.drop_duplicates(["zone_id", "level"]).assign(year=run.base_year)
    columns = ["zone_id", "level", "year", "site_id"]
    if not run.has_plan:
        return base[columns]
    shares = run.tables["assignment"]
    shares = shares[shares["share"] > 1e-6].sort_values(
        ["share", "site_id"], ascending=[False, True], kind="stable"
    )
    main = shares.drop_duplicates(["zone_id", "level", "entry_year"])
    main = main.rename(columns={"entry_year": "year"})
    return pd.concat([base[columns], main[columns]], ignore_index=True)
