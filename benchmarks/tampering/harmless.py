"""Edits that change no meaning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.tampering.copies import Run
from benchmarks.tampering.teachers import POSTINGS, idle_site, rows_of

TABLES = (
    *("assignment", "enrolment", "classes", "schools", "actions", "spend", "merges", "kpi"),
    *("postings", "moves", "hires"),
)
Harmless = Callable[[Run], None]
HARMLESS: dict[str, Harmless] = {}


def harmless(edit: Harmless) -> Harmless:
    """Register an edit that changes no meaning."""
    HARMLESS[edit.__name__.replace("_", " ")] = edit
    return edit


def each(change: Callable[[pd.DataFrame], pd.DataFrame], **how: Any) -> Harmless:
    """Return an edit that rewrites every table."""

    def edit(run: Run) -> None:
        for name in TABLES:
            if f"tables/{name}.parquet" not in run.manifest["files"]:
                continue
            run.write(f"tables/{name}", change(run[f"tables/{name}"]), **how)

    return edit


def _noise(column: str, size: float) -> Callable[[pd.DataFrame], pd.DataFrame]:
    draw = np.random.default_rng(7)
    return lambda f: f.assign(**{column: f[column] + draw.uniform(-size, size, len(f))})


def _on(table: str, change: Callable[[pd.DataFrame], pd.DataFrame], **how: Any) -> Harmless:
    return lambda run: run.write(f"tables/{table}", change(run[f"tables/{table}"]), **how)


HARMLESS |= {
    "rows shuffled": each(lambda frame: frame.sample(frac=1.0, random_state=3)),
    "rows reversed": each(lambda frame: frame.iloc[::-1]),
    "columns reversed": each(lambda frame: frame[frame.columns[::-1]]),
    "an extra column": each(lambda frame: frame.assign(note="seen")),
    "no compression": each(lambda frame: frame, compression=None),
    "gzip": each(lambda frame: frame, compression="gzip"),
    "zstd": each(lambda frame: frame, compression="zstd"),
    "small row groups": each(lambda frame: frame, row_group_size=1000),
    "the index kept": each(lambda frame: frame, index=True),
    "whole numbers as floats": each(
        lambda f: f.astype({c: float for c in f.columns if pd.api.types.is_integer_dtype(f[c])})
    ),
    "ids as categories": each(
        lambda f: f.astype({c: "category" for c in ("site_id", "zone_id") if c in f.columns})
    ),
    "noise in pupils": _on("enrolment", _noise("pupils", 1e-9)),
    "noise in shares": _on("assignment", _noise("share", 1e-9)),
    "noise in yuan": _on("spend", _noise("amount", 1e-6)),
    "noise in figures": _on("kpi", _noise("value", 1e-9)),
    "flags as numbers": _on("schools", lambda f: f.astype({"operates": int, "admits": int})),
    "empty texts missing": _on(
        "actions", lambda f: f.assign(into_site_id=f["into_site_id"].where(f["into_site_id"] != ""))
    ),
    "idle schools left out": _on("schools", lambda f: f[f["operates"].astype(bool)]),
    "the manifest sorted": lambda run: setattr(run, "manifest", dict(sorted(run.manifest.items()))),
}


@harmless
def shares_of_nothing(run: Run) -> None:
    """Add rows of share 0."""
    rows, travel = run["tables/assignment"], run["problem/travel"]
    keys = ["zone_id", "site_id", "level", "entry_year"]
    pairs = (
        travel.loc[travel["intake"], keys[:3]].head(50).assign(entry_year=run.years[0], share=0.0)
    )
    both = pd.concat([rows, pairs], ignore_index=True)
    run["tables/assignment"] = both[~both.duplicated(keys)]


@harmless
def spend_shared_by_two_payers(run: Run) -> None:
    """Split each amount between two payers."""
    rows = run["tables/spend"]
    parts = [rows.assign(payer=who, amount=rows["amount"] / 2) for who in ("county", "province")]
    run["tables/spend"] = pd.concat(parts, ignore_index=True)


@harmless
def posts_of_nobody(run: Run) -> None:
    """Post no teachers where there are none."""
    rows = rows_of(run, POSTINGS)
    row = rows.head(1).assign(site_id=idle_site(run), posts=0)
    run[POSTINGS] = pd.concat([rows, row], ignore_index=True)


@harmless
def teachers_in_two_rows(run: Run) -> None:
    """State the teachers of the base year one by one, in another order."""
    rows_of(run, POSTINGS)
    rows = run["problem/staff_pools"]
    each = rows.loc[rows.index.repeat(rows["teachers"])].assign(teachers=1)
    nobody = rows[rows["teachers"] == 0]
    run["problem/staff_pools"] = pd.concat([each, nobody]).iloc[::-1]


@harmless
def another_figure(run: Run) -> None:
    """Add a key figure that no page defines."""
    row = run["tables/kpi"].head(1).to_dict("records")[0]
    run.add("tables/kpi", row | {"name": "weather", "value": 1.0})


@harmless
def actions_renamed(run: Run) -> None:
    """Give every action another id."""
    for name in ("actions", "spend"):
        rows = run[f"tables/{name}"]
        run[f"tables/{name}"] = rows.assign(action_id="x-" + rows["action_id"].astype(str))
