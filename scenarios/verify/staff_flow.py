"""What follows from the postings: who leaves (T3), who is moved why (T4), who may rotate (T8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.postings import Postings
from scenarios.verify.staff_facts import StaffFacts


@dataclass(frozen=True)
class StaffFlow:
    """Teachers in motion; arrays are (N, S, T): pool, site, planned year.

    Attributes
    ----------
    runs, ran : the level of the pool runs at the site in the year, ran in the year before
    before : teachers in the year before
    leave : those who leave the service
    follow : frame of pool, frm, to, year, teachers: those due who go with their pupils
    forced : for each row of `Postings.moves`, whether the level stops there in that year
    arrive, depart : by moves of either kind, `follow` aside
    posted : hires, in the year in which they are posted
    rotated : rotation departures
    eligible : those who may rotate
    """

    runs: np.ndarray
    ran: np.ndarray
    before: np.ndarray
    leave: np.ndarray
    follow: pd.DataFrame
    forced: np.ndarray
    arrive: np.ndarray
    depart: np.ndarray
    posted: np.ndarray
    rotated: np.ndarray
    eligible: np.ndarray


def trace(facts: Facts, staff: StaffFacts, decisions: Decisions, postings: Postings) -> StaffFlow:
    """Follow teachers through the years."""
    every = np.concatenate([facts.runs[:, :, None], decisions.runs], axis=2)[:, staff.level]
    every = every.transpose(1, 0, 2)
    runs, ran = every[:, :, 1:], every[:, :, :-1]
    stops, shape = ran & ~runs, runs.shape
    leave, follow = _leave(staff, decisions, stops)
    moves = postings.moves
    forced = stops[moves["pool"], moves["frm"], moves["year"]]
    hires = postings.hires
    year = hires["posted"] - facts.norms.first_year
    hires = hires.assign(year=year)[(year >= 0) & (year < facts.norms.years)]
    arrive, posted = _sum(moves, "to", shape), _sum(hires, "site", shape)
    rotated = _sum(moves[~forced], "frm", shape)
    teachers = postings.teachers
    long_there = settled(facts, staff) + _served(facts, arrive + posted)
    eligible = long_there - (np.cumsum(rotated, axis=2) - rotated)
    return StaffFlow(
        runs=runs,
        ran=ran,
        before=np.concatenate([staff.base[:, :, None], teachers[:, :, :-1]], axis=2),
        leave=leave,
        follow=follow,
        forced=forced,
        arrive=arrive,
        depart=_sum(moves, "frm", shape),
        posted=posted,
        rotated=rotated,
        eligible=np.where(runs & ran, np.maximum(0.0, eligible), 0.0),
    )


def _leave(
    staff: StaffFacts, decisions: Decisions, stops: np.ndarray
) -> tuple[np.ndarray, pd.DataFrame]:
    """T3: (N, S, T) teachers who leave from where they then are, and those who follow pupils."""
    leave = np.zeros(stops.shape)
    pool, until, number = (staff.due[name].to_numpy() for name in ("pool", "year", "teachers"))
    into, rows = np.full(decisions.runs.shape, -1), decisions.merges
    into[rows["frm"], rows["level"], rows["year"]] = rows["to"]
    here, inside = staff.due["site"].to_numpy().copy(), np.ones(len(pool), dtype=bool)
    follow = []
    for year in range(stops.shape[2]):
        receiver = into[here, staff.level[pool], year]
        stopped = inside & stops[pool, here, year]
        gone = inside & (until == year) | stopped & (receiver < 0)
        np.add.at(leave, (pool[gone], here[gone], year), number[gone])
        inside = inside & ~gone
        moved = np.flatnonzero(inside & stopped)
        follow += [
            (pool[row], here[row], receiver[row], year, number[row]) for row in moved.tolist()
        ]
        here[moved] = receiver[moved]
    frame = pd.DataFrame(follow, columns=["pool", "frm", "to", "year", "teachers"], dtype=np.int64)
    return leave, frame


def settled(facts: Facts, staff: StaffFacts) -> np.ndarray:
    """(N, S, T) teachers of the base year, none of them due, with years enough at their site."""
    norms, years = facts.norms, facts.norms.years
    enough = norms.staff.eligible_after_years if norms.staff else 0
    settled = np.zeros((*staff.base.shape, years))
    leaving = np.zeros(staff.base.shape, dtype=np.int64)
    place = (staff.due["pool"].to_numpy(), staff.due["site"].to_numpy())
    np.add.at(leaving, place, staff.due["teachers"].to_numpy())
    rows = staff.rows[["pool", "site", "years", "teachers"]].to_numpy(dtype=np.int64)
    for pool, site, before, teachers in rows[np.argsort(-rows[:, 2], kind="stable")]:
        due = min(teachers, leaving[pool, site])
        leaving[pool, site] -= due
        settled[pool, site] += (teachers - due) * (before + 1 + np.arange(years) >= enough)
    return settled


def _served(facts: Facts, arrivals: np.ndarray) -> np.ndarray:
    """(N, S, T) arrivals whose term is over."""
    years = facts.norms.years
    term = facts.norms.staff.term_years if facts.norms.staff else 0
    served = np.zeros(arrivals.shape)
    if term < years:
        served[:, :, term:] = np.cumsum(arrivals, axis=2)[:, :, : years - term]
    return served


def _sum(rows: pd.DataFrame, site: str, shape: tuple[int, ...]) -> np.ndarray:
    total = np.zeros(shape)
    place = tuple(rows[name].to_numpy() for name in ("pool", site, "year"))
    np.add.at(total, place, rows["teachers"].to_numpy())
    return total
