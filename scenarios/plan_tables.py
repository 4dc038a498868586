"""A plan read back from its tables."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from geodata.findings import Finding, FindingError
from optimizer.check.case import SHARE
from optimizer.classes import cheapest_classes
from optimizer.domain import Plan, Problem
from optimizer.presence import pair_rows, presence
from scenarios.config.findings import error
from scenarios.plan_files import MEND, path_of, positions, table_of
from scenarios.plan_staff import read_postings


def read_plan(problem: Problem, folder: Path) -> Plan:
    """Read a plan from its tables; classes that are not stated are chosen at least cost.

    Raises
    ------
    FindingError
        With every table that is missing and every id or year that the problem does not know.
    """
    faults: list[Finding] = []
    assignment = table_of(folder, "assignment", ASSIGNMENT, faults)
    actions = table_of(folder, "actions", ACTIONS, faults)
    if faults:
        raise FindingError(faults)
    start = _starts(problem, actions, faults)
    runs, merges = _network(problem, actions, start, faults)
    share = _shares(problem, assignment, faults)
    if faults:
        raise FindingError(faults)
    years = problem.horizon.years
    none = tuple(
        np.zeros((len(problem.sites), level.cohorts(years), years), dtype=int)
        for level in problem.levels
    )
    plan = Plan(start, runs, merges, share, none)
    if path_of(folder, "classes") is None:
        classes = cheapest_classes(problem, plan, presence(problem, plan))
    else:
        classes = _classes(problem, table_of(folder, "classes", CLASSES, faults), faults)
    postings = read_postings(problem, folder, faults)
    if faults:
        raise FindingError(faults)
    return replace(plan, classes=classes, postings=postings)


ASSIGNMENT = {"zone_id": str, "site_id": str, "level": str, "entry_year": int, "share": float}
ACTIONS = {
    "site_id": str,
    "level": str,
    "action": str,
    "option": str,
    "start_year": int,
    "service_year": int,
    "into_site_id": str,
}
CLASSES = {"site_id": str, "level": str, "entry_year": int, "year": int, "classes": int}


def _starts(problem: Problem, actions: pd.DataFrame, faults: list[Finding]) -> np.ndarray:
    built = actions[actions["option"] != ""]
    start = problem.options.committed.copy()
    row = positions(problem.options.ids, built["option"], "actions", faults)
    start[row[row >= 0]] = built["start_year"].to_numpy()[row >= 0]
    return start


def _network(
    problem: Problem, actions: pd.DataFrame, start: np.ndarray, faults: list[Finding]
) -> tuple[np.ndarray, np.ndarray]:
    """Derive running levels and mergers: levels start with options, stop where a row says so."""
    horizon, options = problem.horizon, problem.options
    runs = np.repeat(problem.sites.runs[:, :, None], horizon.years, axis=2)
    service = start + options.lead
    for row in np.flatnonzero((start > 0) & (service >= horizon.first_year)):
        runs[options.site[row], options.levels_after[row], service[row] - horizon.first_year :] = (
            True
        )
    levels = tuple(level.name for level in problem.levels)
    stops = actions[(actions["option"] == "") & actions["action"].isin(["merge", "close"])]
    site = positions(problem.sites.ids, stops["site_id"], "actions", faults)
    level = positions(levels, stops["level"], "actions", faults)
    into = stops["into_site_id"]
    receiver = np.full(len(stops), -1)
    named = (into != "").to_numpy()
    receiver[named] = positions(problem.sites.ids, into[named], "actions", faults)
    year = stops["service_year"].to_numpy(dtype=int)
    for one in range(len(stops)):
        if site[one] >= 0 and level[one] >= 0:
            runs[site[one], level[one], max(0, year[one] - horizon.first_year) :] = False
    merged = named & (receiver >= 0) & (site >= 0) & (level >= 0)
    return runs, np.column_stack([site, receiver, level, year])[merged].astype(int)


def _shares(problem: Problem, assignment: pd.DataFrame, faults: list[Finding]) -> np.ndarray:
    """(P, T) shares, within 1e-6 of 0 or 1 that (C6); a pair that the problem lacks is a fault."""
    levels = tuple(level.name for level in problem.levels)
    zone = positions(problem.zones.ids, assignment["zone_id"], "assignment", faults)
    site = positions(problem.sites.ids, assignment["site_id"], "assignment", faults)
    level = positions(levels, assignment["level"], "assignment", faults)
    year = assignment["entry_year"].to_numpy() - problem.horizon.first_year
    share = np.zeros((len(problem.travel), problem.horizon.years))
    if faults:
        return share
    pair = np.full(len(assignment), -1)
    for index in range(len(levels)):
        here = level == index
        pair[here] = pair_rows(problem, index, zone[here], site[here])
    for row in np.flatnonzero((pair < 0) | (year < 0) | (year >= share.shape[1])):
        one = assignment.iloc[row]
        why = ("No such pair of zone and school is in reach.", "该片区与学校不在可达范围内。")
        value = f"{one['zone_id']} > {one['site_id']} {one['level']} {one['entry_year']}"
        faults.append(error("N02", "assignment", why, MEND, row=int(row) + 2, value=value))
    if not faults:
        np.add.at(share, (pair, year), assignment["share"].to_numpy())
    near = np.clip(np.rint(share), 0.0, 1.0)
    return np.where(np.abs(share - near) <= SHARE, near, share)


def _classes(
    problem: Problem, stated: pd.DataFrame, faults: list[Finding]
) -> tuple[np.ndarray, ...]:
    """Return stated classes by level, (S, C, T); what the problem does not know is left out."""
    if faults:
        return ()
    years, first = problem.horizon.years, problem.horizon.first_year
    site = pd.Index(problem.sites.ids).get_indexer(pd.Index(stated["site_id"]))
    year = stated["year"].to_numpy() - first
    found = []
    for level in problem.levels:
        classes = np.zeros((len(problem.sites), level.cohorts(years), years), dtype=int)
        cohort = stated["entry_year"].to_numpy() - first + level.grades - 1
        known = (stated["level"] == level.name).to_numpy() & (site >= 0)
        known &= (year >= 0) & (year < years) & (cohort >= 0) & (cohort < classes.shape[1])
        classes[site[known], cohort[known], year[known]] = stated["classes"].to_numpy()[known]
        found.append(classes)
    return tuple(found)
