"""A readable run with a plan: its decisions, and all that follows from them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from scenarios.verify.decisions import Decisions, read_decisions
from scenarios.verify.facts import Facts
from scenarios.verify.folder import Frames
from scenarios.verify.money import reassigned_entrants
from scenarios.verify.presence import Presence, present
from scenarios.verify.spaces import Spaces, measure
from scenarios.verify.staffing import Staffing, read_staffing
from scenarios.verify.verdict import Fault, Violation


@dataclass(frozen=True)
class Case:
    """The problem, the decisions, and what was derived from both.

    `staffing` is None where teachers are not planned, or a plan has no postings.
    """

    facts: Facts
    decisions: Decisions
    presence: Presence
    spaces: Spaces
    reassigned: pd.DataFrame
    staffing: Staffing | None


def derive(facts: Facts, frames: Frames) -> tuple[Case | None, list[Fault], list[Violation]]:
    """Read the decisions and derive the rest.

    Returns
    -------
    tuple
        The case, None where the tables are no plan of this problem; the faults; broken rules that
        only the tables show.
    """
    decisions, faults, broken = read_decisions(frames, facts)
    if decisions is None:
        return None, faults, broken
    presence, faults = present(facts, decisions)
    if faults:
        return None, faults, broken
    staffing, faults = read_staffing(facts, decisions, presence, frames)
    if faults:
        return None, faults, broken
    case = Case(
        facts=facts,
        decisions=decisions,
        presence=presence,
        spaces=measure(facts, decisions, presence),
        reassigned=reassigned_entrants(facts, decisions),
        staffing=staffing,
    )
    return case, _unpaired(facts), broken


def _unpaired(facts: Facts) -> list[Fault]:
    """Pupils enrolled in the base year at a site to which their zone has no travel row."""
    rows = facts.enrolled[facts.enrolled["pupils"] > 0]
    grades = np.array([stage.grades for stage in facts.norms.stages])[rows["level"]]
    rows = rows[rows["entry"].to_numpy() > facts.norms.memory - grades]
    pair = facts.pair(*(rows[name].to_numpy() for name in ("zone", "site", "level")))
    lost = rows[pair < 0]
    return [
        Fault(
            "problem.travel",
            "problem/travel.parquet",
            value=f"{facts.zones[zone]}>{facts.site_ids[site]}, {facts.norms.stages[level].name}",
        )
        for zone, site, level in lost[["zone", "site", "level"]].to_numpy(dtype=int)
    ]
