"""Who is at school where in which year (P1 to P3), and who was moved."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.verdict import Fault

FEW = 1e-4  # pupils: below this nobody is there (C6)


@dataclass(frozen=True)
class Presence:
    """Pupils by zone and site, year by year.

    Attributes
    ----------
    rows : frame of zone, site, level, entry, year (positions), pupils, and `pair`, the row of
        `Facts.travel` or -1; one row per combination with pupils
    moves : frame of zone, frm, to, level, entry, year, pupils, merged: pupils whose site changed in
        a year; merged False: only from a teaching point to its parent
    pupils : (L, S, E, T) pupils
    joined : (L, S, E, T) pupils who came from another site in that year
    """

    rows: pd.DataFrame
    moves: pd.DataFrame
    pupils: np.ndarray
    joined: np.ndarray


def locate(facts: Facts, decisions: Decisions) -> tuple[np.ndarray, np.ndarray]:
    """Where those who started at a site are, before and after the mergers of each year.

    Returns
    -------
    tuple
        Two arrays (L, S, E, T) of sites; before a cohort enters, its own site.
    """
    _, sites, levels, years = facts.shape
    memory = facts.norms.memory
    point = facts.sites["point_grades"].to_numpy()
    receiver = np.tile(np.arange(sites), (levels, years, 1))
    merges = decisions.merges
    receiver[merges["level"], merges["year"], merges["frm"]] = merges["to"]
    entry = np.arange(memory + years) - memory
    before = np.empty((levels, sites, len(entry), years), dtype=np.int64)
    after = np.empty_like(before)
    for level in range(levels):
        here = np.tile(np.arange(sites)[:, None], (1, len(entry)))
        for year in range(years):
            enrolled = entry < year
            goes_on = enrolled & (point[here] > 0) & (year - entry >= point[here])
            here = np.where(goes_on, facts.parent[here], here)
            before[level, :, :, year] = here
            here = np.where(enrolled, receiver[level, year][here], here)
            after[level, :, :, year] = here
    return before, after


def present(facts: Facts, decisions: Decisions) -> tuple[Presence, list[Fault]]:
    """Pupils of every zone at every site in every planned year."""
    zones, sites, _, years = facts.shape
    entries = facts.norms.memory + years
    before, after = locate(facts, decisions)
    rows, moves, faults = [], [], []
    bodies = _bodies(facts, decisions)
    for year in range(years):
        here, found = _alive(facts, bodies, year)
        faults.extend(found)
        place = (here["level"], here["origin"], here["entry"])
        here["site"] = after[(*place, year)]
        last = after[(*place, year - 1)] if year else here["origin"].to_numpy()
        here["frm"] = before[(*place, year)]
        moved = here[(here["site"] != last).to_numpy()]
        merged = (moved["frm"] != moved["site"]).to_numpy()
        left = np.where(merged, moved["frm"], last[(here["site"] != last).to_numpy()])
        moves.append(moved.assign(frm=left, to=moved["site"], merged=merged))
        code = ((here["level"] * zones + here["zone"]) * sites + here["site"]) * entries
        code = code.to_numpy() + here["entry"].to_numpy()
        codes, inverse = np.unique(code, return_inverse=True)
        total = np.bincount(inverse, here["pupils"], minlength=len(codes))
        pair, entry = np.divmod(codes, entries)
        rest, site = np.divmod(pair, sites)
        level, zone = np.divmod(rest, zones)
        rows.append(
            pd.DataFrame(
                {
                    "zone": zone,
                    "site": site,
                    "level": level,
                    "entry": entry,
                    "year": year,
                    "pupils": total,
                }
            )
        )
    table = pd.concat(rows, ignore_index=True)
    table["pair"] = facts.pair(*(table[name].to_numpy() for name in ("zone", "site", "level")))
    gone = pd.concat(moves, ignore_index=True)
    return Presence(table, gone, _total(facts, table, "site"), _total(facts, gone, "to")), faults


def _bodies(facts: Facts, decisions: Decisions) -> pd.DataFrame:
    """Pupils who start at a site together: zone, origin, level, entry, pupils at the start."""
    share = decisions.share
    entrants = facts.entrants[share["zone"], share["level"], share["year"]]
    horizon = pd.DataFrame(
        {
            "zone": share["zone"],
            "origin": share["site"],
            "level": share["level"],
            "entry": share["year"] + facts.norms.memory,
            "size": share["share"] * entrants,
        }
    )
    inherited = facts.enrolled.rename(columns={"site": "origin", "pupils": "size"})
    bodies = pd.concat([horizon, inherited], ignore_index=True)
    return bodies[bodies["size"] != 0.0].reset_index(drop=True)


def _alive(facts: Facts, bodies: pd.DataFrame, year: int) -> tuple[pd.DataFrame, list[Fault]]:
    """Bodies at school in a year, with their pupils then."""
    grades = np.array([stage.grades for stage in facts.norms.stages])[bodies["level"]]
    grade = year + facts.norms.memory - bodies["entry"].to_numpy()
    here = bodies[(grade >= 0) & (grade < grades)].copy()
    grade = year + facts.norms.memory - here["entry"].to_numpy()
    factor = facts.factor[here["level"], here["zone"], here["entry"], grade]
    here["pupils"] = here["size"] * factor
    here["year"] = year
    lost = here[np.isnan(factor)]
    faults = [
        Fault(
            "problem.progression",
            "problem/progression.parquet",
            value=f"{facts.zones[row.zone]}, {facts.norms.stages[row.level].name}, "
            f"{facts.norms.first_year + row.entry - facts.norms.memory}, "
            f"{facts.norms.first_year + year}",
        )
        for row in lost.head(1).itertuples()
    ]
    return here, faults


def _total(facts: Facts, table: pd.DataFrame, site: str) -> np.ndarray:
    _, sites, levels, years = facts.shape
    shape = (levels, sites, facts.norms.memory + years, years)
    place = tuple(table[name].to_numpy() for name in ("level", site, "entry", "year"))
    flat = np.ravel_multi_index(place, shape)
    return np.bincount(flat, table["pupils"], minlength=int(np.prod(shape))).reshape(shape)
