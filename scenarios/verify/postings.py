"""Where a run posts its teachers, whom it moves and hires: the decisions of T4 to T6."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.verify.coding import Coder
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames
from scenarios.verify.staff_facts import StaffFacts
from scenarios.verify.verdict import Fault

POSTINGS, MOVES = "tables/postings.parquet", "tables/moves.parquet"
HIRES = "tables/hires.parquet"
DUE, ROTATION, FORCED = "due", "rotation", "level stops"


@dataclass(frozen=True)
class Postings:
    """Teachers on the axes of `StaffFacts` and the planned years.

    Attributes
    ----------
    teachers : (N, S, T)
    moves : frame of pool, frm, to, year (positions), teachers, why; decisions, without T3's
    followed : frame like `moves`: the rows that the run states for T3
    hires : frame of pool, site (positions), hired, posted (absolute), teachers
    """

    teachers: np.ndarray
    moves: pd.DataFrame
    followed: pd.DataFrame
    hires: pd.DataFrame


def read_postings(
    frames: Frames, facts: Facts, staff: StaffFacts
) -> tuple[Postings | None, list[Fault]]:
    """Decisions about teachers out of the tables; None where an id, year or word is unknown."""
    code = Coder(facts.norms)
    code.known |= {"site": facts.site_ids, "pool": staff.pools}
    moves, hires = _moves(frames, code), _hires(frames, code)
    teachers = _teachers(frames, facts, staff, code)
    if code.faults:
        return None, code.faults
    due = (moves["why"] == DUE).to_numpy()
    return Postings(teachers, moves[~due], moves[due], hires), []


def _teachers(frames: Frames, facts: Facts, staff: StaffFacts, code: Coder) -> np.ndarray:
    teachers = np.zeros((len(staff.pools), len(facts.site_ids), facts.norms.years))
    pool = code.ids(frames, POSTINGS, "pool_id", "pool")
    site = code.ids(frames, POSTINGS, "site_id", "site")
    teachers[pool, site, code.years(frames, POSTINGS, "year")] = frames[POSTINGS]["posts"]
    return teachers


def _moves(frames: Frames, code: Coder) -> pd.DataFrame:
    why = frames[MOVES]["why"]
    code.faults += [
        Fault("table.value", MOVES, "why", value)
        for value in sorted(set(why) - {DUE, ROTATION, FORCED})
    ]
    return pd.DataFrame(
        {
            "pool": code.ids(frames, MOVES, "pool_id", "pool"),
            "frm": code.ids(frames, MOVES, "from_site_id", "site"),
            "to": code.ids(frames, MOVES, "to_site_id", "site"),
            "year": code.years(frames, MOVES, "year"),
            "teachers": frames[MOVES]["posts"].to_numpy(),
            "why": why.to_numpy(),
        }
    )


def _hires(frames: Frames, code: Coder) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "pool": code.ids(frames, HIRES, "pool_id", "pool"),
            "site": code.ids(frames, HIRES, "site_id", "site"),
            "hired": frames[HIRES]["hired"].to_numpy(),
            "posted": frames[HIRES]["year"].to_numpy(),
            "teachers": frames[HIRES]["posts"].to_numpy(),
        }
    )
