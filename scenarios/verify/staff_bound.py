"""What moves of teachers cost at least, in any network: the part `staffing` of a bound.

Why it holds: docs/bound.md, 'Teachers'. Derived from the problem alone.
"""

from __future__ import annotations

import math
from typing import Any

from scenarios.verify.facts import Facts
from scenarios.verify.spaces import SLACK
from scenarios.verify.staff_facts import StaffFacts
from scenarios.verify.staff_flow import settled
from scenarios.verify.staff_norms import StaffNorms


def least_for_moves(facts: Facts) -> float:
    """Yuan, present value; 0 where teachers are not planned."""
    if facts.staff is None or facts.norms.staff is None:
        return 0.0
    moved = _moves(facts, facts.staff, facts.norms.staff)
    factors = facts.discount.tolist()
    worth = sum(number * min(factors[: year + 1]) for year, number in enumerate(moved))
    return float(facts.norms.prices["teacher_moved"] * worth)


def stated_part(certificate: dict[str, Any]) -> float | None:
    """Read what a certificate counts for teachers: 0 if it drops them; None if it does not say."""
    part, dropped = certificate.get("staffing"), certificate.get("dropped")
    if part is None and isinstance(dropped, list) and "staffing" in dropped:
        return 0.0
    if isinstance(part, bool) or not isinstance(part, int | float):
        return None
    return float(part)


def _moves(facts: Facts, staff: StaffFacts, norms: StaffNorms) -> list[int]:
    """Count moves of each year, as few as its share of the eligible asks for."""
    long_there = settled(facts, staff).sum(axis=(0, 1))
    moves: list[int] = []
    for year in range(facts.norms.years):
        gone = staff.due["year"].to_numpy() < year - norms.term_years
        able = long_there[year] + staff.due["teachers"].to_numpy()[gone].sum()
        able -= sum(moves[max(0, year + 1 - norms.term_years) :])
        moves.append(max(0, math.ceil(norms.rotation_share * able - SLACK)))
    return moves
