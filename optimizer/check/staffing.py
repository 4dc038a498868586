"""Rules about where teachers stand and who changes school (T3 to T9).

Where a problem has no teachers, or the family is off, nothing is judged; where a plan has no
postings, that alone is told.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from optimizer.check.case import COUNTY, Case
from optimizer.check.staff_case import StaffCase
from optimizer.domain import Violation

WHOLE = 1e-6
"""What a share of teachers may miss a whole number by."""


def teachers_are_planned(case: Case) -> Iterator[Violation]:
    """`staffing.missing`: a problem with teachers is answered by a plan that posts them."""
    asked = case.problem.staffing is not None and case.problem.policy.on("staffing")
    if asked and case.plan.postings is None:
        yield Violation("staffing.missing", COUNTY, 0, 1.0, "plan")


def key_teachers_are_not_hired(case: Case) -> Iterator[Violation]:
    """`staffing.pool`: nobody is hired as a key teacher, nobody moves to where they are."""
    if (staff := case.staff) is None:
        return
    postings = staff.postings
    for row in postings.hires:
        if staff.staffing.pools.key[row[0]]:
            yield _of_row(case, staff, "staffing.pool", row, row[1], row[2])
    for row in postings.moves:
        if row[1] == row[2]:
            yield _of_row(case, staff, "staffing.pool", row, row[1], row[3])


def teachers_are_where_their_level_runs(case: Case) -> Iterator[Violation]:
    """`staffing.running`: they move to, and stand at, sites that run their level that year."""
    if (staff := case.staff) is None:
        return
    runs = staff.flow.runs
    for row in staff.postings.moves:
        year = int(row[3]) - case.problem.horizon.first_year
        if not (0 <= year < runs.shape[2] and runs[row[0], row[2], year]):
            yield _of_row(case, staff, "staffing.running", row, row[2], row[3])
    idle = np.where(runs, 0, staff.postings.teachers)
    yield from _at_pools(case, staff, "staffing.running", idle)


def hires_start_at_once_or_a_year_ahead(case: Case) -> Iterator[Violation]:
    """`staffing.hire`: at once where the level runs already, a year ahead where it is new."""
    if (staff := case.staff) is None:
        return
    flow, first = staff.flow, case.problem.horizon.first_year
    for row in staff.postings.hires:
        pool, site, hired, posted = (int(one) for one in row[:4])
        year = posted - first
        inside = hired >= first and year < flow.runs.shape[2]
        ahead = inside and posted == hired + 1 and flow.starts[pool, site, year]
        at_once = inside and posted == hired and (flow.runs & flow.ran)[pool, site, year]
        if not (ahead or at_once):
            yield _of_row(case, staff, "staffing.hire", row, site, hired)


def teachers_neither_appear_nor_vanish(case: Case) -> Iterator[Violation]:
    """`staffing.balance`: last year's teachers, less leavers, plus and less moves, plus hires."""
    if (staff := case.staff) is None:
        return
    flow, done = staff.flow, staff.done
    wanted = staff.before - flow.leave + flow.follow
    wanted = wanted + done.moved_in - done.rotation - done.forced + done.posted
    off = np.abs(staff.postings.teachers - wanted)
    yield from _at_pools(case, staff, "staffing.balance", off)


def hires_replace_those_who_leave(case: Case) -> Iterator[Violation]:
    """`staffing.total`: as many are hired in a year as leave in it."""
    if (staff := case.staff) is None:
        return
    hired = np.zeros(case.problem.horizon.years, dtype=int)
    for row in staff.postings.hires:
        if row[2] in case.problem.horizon.labels:
            hired[row[2] - case.problem.horizon.first_year] += row[4]
    off = np.abs(hired - staff.flow.leave.sum(axis=(0, 1)))
    yield from _of_county(case, "staffing.total", off)


def only_the_eligible_rotate(case: Case) -> Iterator[Violation]:
    """`rotation.eligible`: no more depart from a pool and site than may be asked to."""
    if (staff := case.staff) is not None:
        over = staff.done.rotation - staff.eligible
        yield from _at_pools(case, staff, "rotation.eligible", over)


def a_core_of_teachers_stays(case: Case) -> Iterator[Violation]:
    """`rotation.core`: rotation leaves a site that runs its share of last year's teachers."""
    if (staff := case.staff) is None:
        return
    allowed = (1.0 - staff.staffing.core_share) * staff.before.sum(axis=0)
    over = staff.done.rotation.sum(axis=0) - allowed
    broken = (over > WHOLE) & case.plan.runs.any(axis=1)
    yield from case.at_sites("rotation.core", broken, over, "teachers")


def enough_of_the_eligible_rotate(case: Case) -> Iterator[Violation]:
    """`rotation.share`: of all who are eligible, at least their share moves."""
    if (staff := case.staff) is not None:
        share = staff.staffing.rotation_share * staff.eligible.sum(axis=(0, 1))
        moved = staff.done.rotation.sum(axis=(0, 1))
        yield from _of_county(case, "rotation.share", np.ceil(share - WHOLE) - moved)


def enough_key_teachers_rotate(case: Case) -> Iterator[Violation]:
    """`rotation.key`: of those who move, at least their share is key, as far as any may move."""
    if (staff := case.staff) is None:
        return
    key = staff.staffing.pools.key
    share = staff.staffing.key_share * staff.done.rotation.sum(axis=(0, 1))
    able = staff.eligible[key].sum(axis=(0, 1))
    moved = staff.done.rotation[key].sum(axis=(0, 1))
    wanted = np.minimum(np.ceil(share - WHOLE), able)
    yield from _of_county(case, "rotation.key", wanted - moved)


def town_and_country_exchange_teachers(case: Case) -> Iterator[Violation]:
    """`rotation.two_way`: from town to country and back, at least as many as asked for."""
    if (staff := case.staff) is None:
        return
    urban, flow = case.problem.sites.urban, staff.flow
    first, years = case.problem.horizon.first_year, case.problem.horizon.years
    moved = np.zeros((2, years), dtype=int)
    for pool, old, new, year, number in staff.postings.moves:
        at = year - first
        if 0 <= at < years and not flow.stops[pool, old, at] and urban[old] != urban[new]:
            moved[int(urban[new]), at] += number
    for way, (where, least) in enumerate(
        (("country", staff.staffing.to_country), ("town", staff.staffing.to_town))
    ):
        senders = urban if where == "country" else ~urban
        able = staff.eligible[:, senders].sum(axis=(0, 1))
        lacking = np.minimum(least, able) - moved[way]
        yield from _of_county(case, "rotation.two_way", lacking, where)


def _at_pools(case: Case, staff: StaffCase, rule: str, amount: np.ndarray) -> Iterator[Violation]:
    """One violation for each positive entry of an (N, S, T) array."""
    for pool, site, year in np.argwhere(amount > 0):
        size = float(amount[pool, site, year])
        yield Violation(rule, _where(case, staff, pool, site), case.year(year), size, "teachers")


def _of_county(
    case: Case, rule: str, lacking: np.ndarray, where: str = COUNTY
) -> Iterator[Violation]:
    """One violation for each year in which so many (T,) are lacking."""
    for year in np.flatnonzero(lacking > 0):
        yield Violation(rule, where, case.year(year), float(lacking[year]), "teachers")


def _of_row(
    case: Case, staff: StaffCase, rule: str, row: np.ndarray, site: int, year: int
) -> Violation:
    """Blame a row of moves or hires."""
    return Violation(rule, _where(case, staff, row[0], site), int(year), float(row[4]), "teachers")


def _where(case: Case, staff: StaffCase, pool: int, site: int) -> str:
    return f"{staff.staffing.pools.ids[pool]}@{case.problem.sites.ids[site]}"
