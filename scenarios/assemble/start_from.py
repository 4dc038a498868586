"""Decisions of an earlier run that stand: what it decided up to a year becomes committed.

A project decided becomes a committed option. A level that the run stopped (merged or closed)
becomes a committed conversion of its site, free of charge, to the levels left; where the run named
a receiver, the pupils can go nowhere else. Such a stop comes in the decided year at the latest: a
policy that lets levels stop may bring it forward. Assignments are not decisions of this kind:
entrants are assigned afresh.
"""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from geodata.findings import Finding, FindingError
from optimizer.domain import Action, MergeArcs, Options, Problem
from scenarios.config.findings import Words, error
from scenarios.store import whole_run

STANDS = "stands:"
ACTIONS = "tables/actions.parquet"
_WHY: Words = (
    "There is no finished run with a plan here, or a file of it is not as its manifest says.",
    "此处没有带方案的已完成运行，或其中有文件与清单不符。",
)
_MEND: Words = ("Name a finished run of this county.", "请指定本县已完成的一次运行。")


def with_decisions(problem: Problem, run: Path, year: int) -> Problem:
    """Commit what a run decided up to a year.

    Parameters
    ----------
    run
        Folder of a finished run of the same sites and options.
    year
        Last decision year that stands.

    Raises
    ------
    FindingError
        C35 if there is no finished run, or a file of it is not as its manifest says, T53 if it
        knows other sites, levels or options, D66 if levels of one site stopped in different years.
    """
    manifest = whole_run(run)
    if manifest is None or ACTIONS not in manifest["files"]:
        raise FindingError([error("C35", str(run), _WHY, _MEND, column="start_from.run")])
    actions = pd.read_parquet(run / ACTIONS)
    actions = actions[actions["decision_year"] <= year].fillna({"option": "", "into_site_id": ""})
    actions = actions[~actions["option"].str.startswith(STANDS)]
    built, stops = actions[actions["option"] != ""], actions[actions["option"] == ""]
    faults = [
        *_unknown(built["option"], problem.options.ids, run),
        *_unknown(stops["site_id"], problem.sites.ids, run),
        *_unknown(stops["level"], tuple(level.name for level in problem.levels), run),
        *_unknown(stops["into_site_id"], (*problem.sites.ids, ""), run),
    ]
    if faults:
        raise FindingError(faults)
    problem = _commit(problem, built)
    return _stop(problem, _decided_alone(problem, stops), run)


def _unknown(names: pd.Series, ids: tuple[str, ...], run: Path) -> list[Finding]:
    why = ("The study knows nothing of this name.", "研究中没有这个名称。")
    return [
        error("T53", str(run), why, _MEND, column=str(names.name), value=name)
        for name in sorted(set(names) - set(ids))
    ]


def _commit(problem: Problem, built: pd.DataFrame) -> Problem:
    committed = problem.options.committed.copy()
    row = pd.Index(problem.options.ids).get_indexer(pd.Index(built["option"]))
    committed[row] = built["start_year"].to_numpy(dtype=int)
    return replace(problem, options=replace(problem.options, committed=committed))


def _decided_alone(problem: Problem, stops: pd.DataFrame) -> pd.DataFrame:
    """Return the stops that no committed conversion or relocation brings about by itself."""
    options = problem.options
    implied = set()
    for row in np.flatnonzero(options.committed):
        service = int(options.committed[row] + options.lead[row])
        if options.action[row] is Action.CONVERT:
            implied.add((problem.sites.ids[options.site[row]], service))
        if options.action[row] is Action.RELOCATE:
            implied.add((problem.sites.ids[options.relocates[row]], service))
    places = zip(stops["site_id"], stops["service_year"], strict=True)
    alone = [(site, int(year)) not in implied for site, year in places]
    return stops[np.array(alone, dtype=bool)]


def _stop(problem: Problem, stops: pd.DataFrame, run: Path) -> Problem:
    """Add a committed conversion for each site with stops, and keep only the decided arcs."""
    years = stops.groupby("site_id")["service_year"].nunique()
    why = (
        "Levels of this site stopped in different years; such decisions cannot stand yet.",
        "该地点的学段在不同年份停办，这类决策暂不能保留。",
    )
    faults = [
        error("D66", str(run), why, _MEND, column="site_id", value=site)
        for site in years.index[years > 1]
    ]
    if faults:
        raise FindingError(faults)
    sites = {site: index for index, site in enumerate(problem.sites.ids)}
    levels = [level.name for level in problem.levels]
    arcs, options = problem.merge_arcs, problem.options
    kept = np.ones(len(arcs), dtype=bool)
    decided = []
    for site_id, rows in stops.groupby("site_id"):
        site = sites[str(site_id)]
        left = problem.sites.runs[site].copy()
        for name, into in zip(rows["level"], rows["into_site_id"], strict=True):
            level = levels.index(name)
            left[level] = False
            kept &= (arcs.from_site != site) | (arcs.level != level)
            decided += [(level, site, sites[into])] if into else []
        service = int(rows["service_year"].iloc[0])
        options = _with_row(options, f"{STANDS}{site_id}", site, left, service)
    table = np.column_stack([arcs.level, arcs.from_site, arcs.to_site])[kept]
    table = np.array(sorted([*map(tuple, table.tolist()), *decided]), dtype=int).reshape(-1, 3)
    arcs = MergeArcs(from_site=table[:, 1], to_site=table[:, 2], level=table[:, 0])
    return replace(problem, options=options, merge_arcs=arcs)


def _with_row(options: Options, name: str, site: int, left: np.ndarray, year: int) -> Options:
    """Add a committed, free conversion that serves at once, in the order of the ids."""
    order = np.argsort([*options.ids, name], kind="stable")
    new: dict[str, Any] = {
        "ids": name,
        "site": site,
        "action": Action.CONVERT,
        "levels_after": left,
        "earliest": year,
        "latest": year,
        "committed": year,
        "relocates": -1,
        "spend": np.eye(1, options.spend.shape[1])[0],
    }
    columns: dict[str, Any] = {}
    for field in fields(options):
        old, value = getattr(options, field.name), new.get(field.name, 0)
        if isinstance(old, tuple):
            together = [*old, value]
            columns[field.name] = tuple(together[row] for row in order)
        else:
            last = np.broadcast_to(np.asarray(value, dtype=old.dtype), (1, *old.shape[1:]))
            columns[field.name] = np.concatenate([old, last])[order]
    return Options(**columns)
