"""What a run decides, read from its tables; everything else there follows from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.verify.coding import Coder
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames
from scenarios.verify.verdict import Fault, Violation

ASSIGNMENT, CLASSES = "tables/assignment.parquet", "tables/classes.parquet"
SCHOOLS, ACTIONS = "tables/schools.parquet", "tables/actions.parquet"
MERGES = "tables/merges.parquet"
TINY = 1e-6
FOUNDING = ("open", "convert", "relocate")


@dataclass(frozen=True)
class Decisions:
    """The decisions as arrays on the axes of `Facts`.

    Attributes
    ----------
    start : (O,) absolute start year, 0 where not built; committed options at their committed start
    runs : (S, L, T)
    merges : frame of frm, to, level, year (positions)
    share : frame of zone, site, level, year (entry, position) and share
    classes : (L, S, E, T)
    """

    start: np.ndarray
    runs: np.ndarray
    merges: pd.DataFrame
    share: pd.DataFrame
    classes: np.ndarray


def coder_of(facts: Facts) -> Coder:
    """Coder that knows the ids of the problem."""
    code = Coder(facts.norms)
    code.known |= {"zone": facts.zones, "site": facts.site_ids, "option": facts.option_ids}
    return code


def read_decisions(
    frames: Frames, facts: Facts
) -> tuple[Decisions | None, list[Fault], list[Violation]]:
    """Decisions out of the tables' frames; None where an id or year is unknown."""
    code = coder_of(facts)
    start, broken = _starts(frames, facts, code)
    _, sites, levels, years = facts.shape
    runs = np.zeros((sites, levels, years), dtype=bool)
    place = tuple(_places(frames, SCHOOLS, code, site="site_id", level="level"))
    runs[(*place, code.years(frames, SCHOOLS, "year"))] = frames[SCHOOLS]["operates"].to_numpy()
    classes = np.zeros((levels, sites, facts.norms.memory + years, years))
    site, level = _places(frames, CLASSES, code, site="site_id", level="level")
    entry = code.years(frames, CLASSES, "entry_year", facts.norms.memory)
    year = code.years(frames, CLASSES, "year")
    classes[level, site, entry, year] = frames[CLASSES]["classes"].to_numpy()
    decisions = Decisions(
        start=start,
        runs=runs,
        merges=_merges(frames, code),
        share=_share(frames, code),
        classes=classes,
    )
    return (None if code.faults else decisions), code.faults, broken


def _places(frames: Frames, file: str, code: Coder, **columns: str) -> list[np.ndarray]:
    return [code.ids(frames, file, column, what) for what, column in columns.items()]


def _share(frames: Frames, code: Coder) -> pd.DataFrame:
    zone, site, level = _places(
        frames, ASSIGNMENT, code, zone="zone_id", site="site_id", level="level"
    )
    return pd.DataFrame(
        {
            "zone": zone,
            "site": site,
            "level": level,
            "year": code.years(frames, ASSIGNMENT, "entry_year"),
            "share": _held(frames[ASSIGNMENT]["share"].to_numpy()),
        }
    )


def _held(share: np.ndarray) -> np.ndarray:
    """Take a share within 1e-6 of 0 or 1 as that (C6): no sum of many counts noise as change."""
    nearest = np.clip(np.rint(share), 0.0, 1.0)
    return np.where(np.abs(share - nearest) <= TINY, nearest, share)


def _merges(frames: Frames, code: Coder) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "frm": code.ids(frames, MERGES, "from_site_id", "site"),
            "to": code.ids(frames, MERGES, "to_site_id", "site"),
            "level": code.ids(frames, MERGES, "level", "level"),
            "year": code.years(frames, MERGES, "year"),
        }
    )


def _starts(frames: Frames, facts: Facts, code: Coder) -> tuple[np.ndarray, list[Violation]]:
    """Start years, and the options that stand twice or not at their committed start."""
    rows = frames[ACTIONS][(frames[ACTIONS]["option"] != "").to_numpy()]
    option = code.ids({ACTIONS: rows}, ACTIONS, "option", "option")
    year = rows["start_year"].to_numpy()
    broken = [
        Violation("lifecycle.start", str(site), int(when), 1.0, "projects")
        for site, when, twice in zip(
            rows["site_id"], year, rows["option"].duplicated(), strict=True
        )
        if twice
    ]
    start = np.zeros(len(facts.option_ids), dtype=np.int64)
    start[option[::-1]] = year[::-1]
    committed = facts.options["committed"].to_numpy()
    for index in ((committed != 0) & (start != committed)).nonzero()[0]:
        where = str(facts.site_ids[facts.option_site[index]])
        late = abs(int(start[index]) - int(committed[index])) if start[index] else 1
        broken.append(
            Violation("lifecycle.start", where, int(committed[index]), float(late), "years")
        )
    return np.where(committed != 0, committed, start), broken
