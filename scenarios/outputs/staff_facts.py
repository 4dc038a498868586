"""Teachers of a run, derived from its files: posts against teachers, who moves, comes and leaves.

Formulas are those of docs/semantics.md, T1 to T6.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from scenarios.outputs.folder import Run

RULES = ("ratio", "class", "curriculum")
"""What may decide how many posts a school has, in the order in which ties are named."""
SCHOOL = ["site_id", "level", "year"]
POOL = ["pool_id", "site_id", "year"]


def has_staffing(run: Run) -> bool:
    """Whether the run planned teachers."""
    return run.has_plan and "staffing" in run.rules and "postings" in run.tables


def pools(run: Run) -> pd.DataFrame:
    """Level, subject and rank by pool_id, in the order of the file."""
    frame = run.problem["staff_pools"].drop_duplicates("pool_id").set_index("pool_id")
    return frame[["level", "subject", "rank"]]


def subjects(run: Run, level: str) -> list[str]:
    """Subjects that a level has lessons or teachers in, in the order of the rules."""
    lessons, known = run.problem["lessons"], pools(run)
    here = {*lessons.loc[lessons["level"] == level, "subject"]}
    here |= {*known.loc[known["level"] == level, "subject"]}
    return [subject for subject in run.rules["staffing"]["subjects"] if subject in here]


def by_subject(run: Run) -> pd.DataFrame:
    """Set lessons against teachers.

    Returns
    -------
    DataFrame
        site_id, level, year, subject, need (full-time equivalents, not rounded), teachers, short.
    """
    keys = [*SCHOOL, "subject"]
    classes = run.tables["classes"].merge(run.problem["lessons"], on=["level", "grade"])
    need = classes.assign(need=classes["classes"] * classes["fte"]).groupby(keys)["need"].sum()
    there = run.tables["postings"].join(pools(run), on="pool_id").groupby(keys)["posts"].sum()
    table = pd.concat([need, there.rename("teachers")], axis=1).fillna(0.0).sort_index()
    table["short"] = (table["need"] - table["teachers"]).clip(lower=0.0)
    return table.reset_index()


def by_school(run: Run) -> pd.DataFrame:
    """Set posts against teachers wherever a level runs.

    Returns
    -------
    DataFrame
        site_id, level, year, pupils, classes, posts, rule (the one of `RULES` that decides the
        posts), teachers, short, surplus.
    """
    schools = run.tables["schools"]
    schools = schools[schools["operates"].astype(bool)]
    table = schools[[*SCHOOL, "pupils", "classes", "posts"]]
    sums = by_subject(run).groupby(SCHOOL)[["need", "teachers", "short"]].sum()
    table = table.join(sums, on=SCHOOL).fillna({"need": 0.0, "teachers": 0.0, "short": 0.0})
    norms = run.rules["staffing"]
    teaching = 1.0 - table["level"].map(norms["non_teaching_share"])
    ratio = table["pupils"] / table["level"].map(norms["pupils_per_staff"]) * teaching
    per_class = table["classes"] * table["level"].map(norms["teachers_per_class"])
    needs = np.column_stack([ratio, per_class, table["need"]])
    first = np.argmax(needs >= needs.max(axis=1, keepdims=True) - 1e-9, axis=1)
    short = np.maximum(table["short"], np.maximum(table["posts"] - table["teachers"], 0.0))
    return table.assign(
        rule=np.array(RULES, dtype=object)[first],
        short=short,
        surplus=table["teachers"] + short - table["posts"],
    ).sort_values(SCHOOL, ignore_index=True)


def moves(run: Run) -> pd.DataFrame:
    """Who changes school, with what they teach and whether both schools are urban.

    Returns
    -------
    DataFrame
        Rows of `tables/moves` with level, subject, rank, from_urban, to_urban; by year, then by the
        school they leave.
    """
    urban = run.problem["sites"].set_index("site_id")["urban"].astype(bool)
    table = run.tables["moves"].join(pools(run), on="pool_id")
    table = table.assign(
        from_urban=table["from_site_id"].map(urban), to_urban=table["to_site_id"].map(urban)
    )
    order = ["year", "from_site_id", "level", "pool_id", "to_site_id", "why"]
    return table.sort_values(order, ignore_index=True)


def hires(run: Run) -> pd.DataFrame:
    """Who is hired: rows of `tables/hires` with level and subject, by year hired and school."""
    table = run.tables["hires"].join(pools(run), on="pool_id")
    return table.sort_values(["hired", "site_id", "level", "pool_id", "year"], ignore_index=True)


def leavers(run: Run) -> pd.DataFrame:
    """Who leaves the service and from which school, out of the balance T6 of each pool and site.

    Returns
    -------
    DataFrame
        pool_id, site_id, year, teachers, level, subject, rank.
    """
    base = run.problem["staff_pools"].groupby(POOL[:2])["teachers"].sum().reset_index()
    base = base.assign(year=run.base_year)
    standing = pd.concat([base, run.tables["postings"].rename(columns={"posts": "teachers"})])
    now = standing.groupby(POOL)["teachers"].sum()
    before = standing.assign(year=standing["year"] + 1).groupby(POOL)["teachers"].sum()
    going, coming = run.tables["moves"], run.tables["hires"]
    flows = [
        before,
        -now,
        going.rename(columns={"to_site_id": "site_id"}).groupby(POOL)["posts"].sum(),
        -going.rename(columns={"from_site_id": "site_id"}).groupby(POOL)["posts"].sum(),
        coming.groupby(POOL)["posts"].sum(),
    ]
    left = pd.concat(flows).groupby(level=POOL).sum().rename("teachers").reset_index()
    left = left[left["year"].isin(run.years) & (left["teachers"] > 0)]
    table: pd.DataFrame = left.join(pools(run), on="pool_id")
    return table.sort_values(["year", "site_id", "level", "pool_id"], ignore_index=True)
