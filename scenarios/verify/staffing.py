"""Teachers of a run as one piece: read, traced, priced, held against the rules and the tables."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scenarios.verify.decisions import Decisions
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames
from scenarios.verify.money import Amount
from scenarios.verify.postings import FORCED, HIRES, ROTATION, Postings, read_postings
from scenarios.verify.posts import Posts, fill, needed_posts
from scenarios.verify.presence import Presence
from scenarios.verify.staff_facts import StaffFacts
from scenarios.verify.staff_flow import StaffFlow, trace
from scenarios.verify.staff_norms import StaffNorms
from scenarios.verify.staff_rules import staff_rules
from scenarios.verify.tables import differences
from scenarios.verify.verdict import Fault, Violation

MISSING = Violation("staffing.missing", "", 0, 1.0, "plan")


@dataclass(frozen=True)
class Staffing:
    """What a run plans for its teachers, and what follows from it."""

    norms: StaffNorms
    facts: StaffFacts
    postings: Postings
    flow: StaffFlow
    posts: Posts


def read_staffing(
    facts: Facts, decisions: Decisions, presence: Presence, frames: Frames
) -> tuple[Staffing | None, list[Fault]]:
    """Read and trace the teachers; None where none are planned, or where that fails."""
    norms, staff = facts.norms.staff, facts.staff
    if norms is None or staff is None or HIRES not in frames:
        return None, []
    postings, faults = read_postings(frames, facts, staff)
    if postings is None:
        return None, faults
    needed, fte = needed_posts(facts, norms, staff, decisions, presence)
    posts = fill(staff, needed, fte, postings.teachers)
    return Staffing(norms, staff, postings, trace(facts, staff, decisions, postings), posts), []


def staffing_rules(facts: Facts, staffing: Staffing | None) -> list[Violation]:
    """T4 to T9; a problem with teachers wants a plan for them."""
    if staffing is None:
        return [] if facts.staff is None else [MISSING]
    return staff_rules(facts, staffing.norms, staffing.facts, staffing.postings, staffing.flow)


def staff_terms(facts: Facts, staffing: Staffing | None) -> tuple[dict[str, Amount], float]:
    """Terms of the objective, and the present value of the pay, which is a fixed term."""
    if staffing is None:
        return {}, 0.0
    price, hires = facts.norms.prices, staffing.postings.hires
    paid = staffing.postings.teachers.sum(axis=(0, 1))
    years = facts.norms.first_year + np.arange(facts.norms.years)
    hired, posted, number = (hires[name].to_numpy() for name in ("hired", "posted", "teachers"))
    waiting = (hired[:, None] <= years) & (years < posted[:, None])
    paid = paid + number @ waiting
    yearly = {
        "post_short": (staffing.posts.short.sum(axis=(0, 1)), price["post_short_year"]),
        "post_surplus": (staffing.posts.surplus.sum(axis=(0, 1)), price["post_surplus_year"]),
        "teachers_moved": (staffing.flow.arrive.sum(axis=(0, 1)), price["teacher_moved"]),
    }
    found = {
        name: Amount(float(amounts.sum()), float(amounts @ facts.discount) * each)
        for name, (amounts, each) in yearly.items()
    }
    return found, float(paid @ facts.discount) * price["teacher_year"]


def moves_table(facts: Facts, staffing: Staffing | None) -> list[Violation]:
    """Why each teacher moves, and the rows of those who follow their pupils (T3)."""
    if staffing is None:
        return []
    moves, flow = staffing.postings.moves, staffing.flow
    why = np.where(flow.forced, FORCED, ROTATION)
    wrong = moves[(moves["why"] != why).to_numpy()]
    keys = ["pool", "frm", "to", "year"]
    stated = staffing.postings.followed.groupby(keys)["teachers"].sum()
    truth = flow.follow.groupby(keys)["teachers"].sum()
    off = stated.sub(truth, fill_value=0.0).abs()
    left = off[off > 0].reset_index()
    return [
        violation
        for part in (wrong, left)
        for violation in differences(
            "tables.moves",
            part["pool"].map(lambda pool: str(staffing.facts.pools[pool])),
            part["year"].to_numpy() + facts.norms.first_year,
            part["teachers"].to_numpy(dtype=float),
            "teachers",
        )
    ]
