"""The price of a plan, term by term, straight from the problem (semantics: Money and prices)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

import numpy as np

from optimizer import posts, rooms
from optimizer.areas import first_grade_shares
from optimizer.domain import Plan, Problem, Staffing, Term, TermKind
from optimizer.domain.tables import MODES
from optimizer.limits import caps
from optimizer.presence import Presence, pair_rows, presence
from optimizer.staff_flow import flows, movement

PUPILS = 1e-4
"""Fewer pupils than this are none (C6)."""

MONEY, PRICED = TermKind.MONEY, TermKind.PRICED
LEGEND: dict[str, tuple[TermKind, str]] = {
    "capital": (MONEY, "yuan"),
    "residual": (MONEY, "yuan"),
    "school_running": (MONEY, "school-year"),
    "class_running": (MONEY, "class-year"),
    "bus": (MONEY, "pupil-year"),
    "travel_time": (PRICED, "minute"),
    "beyond_limit": (PRICED, "pupil-year minute"),
    "over_cap": (PRICED, "pupil-year"),
    "over_cap_inherited": (PRICED, "pupil-year"),
    "room_debt": (PRICED, "room-year"),
    "pupils_moved": (PRICED, "pupil"),
    "entrants_reassigned": (PRICED, "entrant"),
    "post_short": (PRICED, "post-year"),
    "post_surplus": (PRICED, "post-year"),
    "teachers_moved": (PRICED, "teacher"),
    "committed_capital": (MONEY, "yuan"),
    "committed_residual": (MONEY, "yuan"),
    "teacher_pay": (MONEY, "teacher-year"),
}
"""Kind and unit of every term, in the order of a report."""
STAFF = frozenset({"post_short", "post_surplus", "teachers_moved", "teacher_pay"})
"""Terms that are there only where a problem has teachers."""


@dataclass(frozen=True)
class Evaluation:
    """Terms of the objective, terms that are equal in every plan, and the sum of the former."""

    terms: tuple[Term, ...]
    fixed_terms: tuple[Term, ...]
    objective: float


def evaluate(
    problem: Problem, plan: Plan, present: tuple[Presence, ...] | None = None
) -> Evaluation:
    """Price a plan, whether or not it breaks rules.

    Every term is there, 0 where its family is off; those of teachers only where the problem has
    some. Terms whose price differs from place to place (`school_running`) state the average.

    Parameters
    ----------
    present
        What `presence` says, if known already.

    Raises
    ------
    ValueError
        If the plan is not one of this problem.
    """
    present = presence(problem, plan) if present is None else present
    terms: tuple[Term, ...] = (
        *_building(problem, plan, committed=False),
        _school_running(problem, plan),
        _class_running(problem, plan),
        *_travel(problem, present),
        *_over_cap(problem, plan, present),
        _room_debt(problem, plan),
        _pupils_moved(problem, present),
        _entrants_reassigned(problem, plan),
    )
    fixed: tuple[Term, ...] = _building(problem, plan, committed=True)
    if problem.staffing is not None:
        *priced, pay = _staff(problem, problem.staffing, plan, present)
        terms, fixed = (*terms, *priced), (*fixed, pay)
    return Evaluation(terms, fixed, float(sum(term.value for term in terms)))


def spending(problem: Problem, plan: Plan) -> np.ndarray:
    """Undiscounted yuan spent on each option in each planned year, (O, T) (C3)."""
    offsets = problem.options.spend.shape[1] if len(problem.options) else 0
    year = plan.start[:, None] + np.arange(offsets) - problem.horizon.first_year
    amount = problem.options.spend * problem.options.capital_cost[:, None]
    inside = (plan.start[:, None] > 0) & (year >= 0) & (year < problem.horizon.years)
    option, offset = np.nonzero(inside)
    total = np.zeros((len(problem.options), problem.horizon.years))
    np.add.at(total, (option, year[option, offset]), amount[option, offset])
    return total


def reassigned(problem: Problem, plan: Plan) -> np.ndarray:
    """Entrants sent elsewhere than their zone's last ones, whose school runs, (Z, L, T) (M1)."""
    travel, entrants = problem.travel, problem.demand.entrants
    now = entrants[travel.zone, travel.level]
    last = np.zeros_like(plan.share)
    last[:, 1:] = np.where(now[:, :-1] >= PUPILS, plan.share[:, :-1], 0.0)
    zone, site, level, share = first_grade_shares(problem)
    pair = np.full(len(zone), -1)
    for index in range(len(problem.levels)):
        here = level == index
        pair[here] = pair_rows(problem, index, zone[here], site[here])
    np.add.at(last[:, 0], pair[pair >= 0], share[pair >= 0])
    runs = plan.runs[travel.site, travel.level]
    lost = np.where(runs & (now >= PUPILS), now * np.maximum(0.0, last - plan.share), 0.0)
    total = np.zeros_like(entrants)
    np.add.at(total, (travel.zone, travel.level), lost)
    for row in np.flatnonzero(pair < 0):
        first = entrants[zone[row], level[row], 0]
        if plan.runs[site[row], level[row], 0] and first >= PUPILS:
            total[zone[row], level[row], 0] += first * share[row]
    return total


def counted_reassigned(problem: Problem, plan: Plan) -> np.ndarray:
    """Say what of `reassigned` counts against the limit, (Z, L, T) (K2).

    Where zones stay whole, a zone whose pupils go to several schools today must lose all but one:
    in t0 what it loses counts beyond that.
    """
    counted = reassigned(problem, plan)
    if problem.policy.keeps_zones_whole:
        counted[..., 0] -= problem.demand.entrants[..., 0] * split_today(problem)
    return np.where(counted > 0.0, counted, 0.0)


def split_today(problem: Problem) -> np.ndarray:
    """(Z, L) share of a zone's first grade of the base year outside the school with most of it."""
    zone, site, level, share = first_grade_shares(problem)
    grouped: dict[tuple[int, int, int], float] = defaultdict(float)
    for row in zip(zone.tolist(), level.tolist(), site.tolist(), share.tolist(), strict=True):
        grouped[row[:3]] += row[3]
    largest = np.ones((len(problem.zones), len(problem.levels)))
    largest[zone, level] = 0.0
    for (i, index, _), part in grouped.items():
        largest[i, index] = max(largest[i, index], part)
    return 1.0 - largest


def _building(problem: Problem, plan: Plan, committed: bool) -> tuple[Term, Term]:
    """Capital and residual; of committed options only the spend within the horizon (M3)."""
    options, horizon = problem.options, problem.horizon
    built = (plan.start > 0) & ((options.committed > 0) == committed)
    paid = (options.spend * options.capital_cost[:, None])[built]
    year = plan.start[built, None] + np.arange(paid.shape[1]) - horizon.first_year
    if committed:
        paid = np.where((year >= 0) & (year < horizon.years), paid, 0.0)
    rate = 1.0 + horizon.discount_rate
    value = float((paid * rate**-year).sum())
    served = horizon.end - (plan.start + options.lead)[built]
    left = options.capital_cost[built] * np.maximum(0.0, 1.0 - served / problem.prices.life_years)
    prefix = "committed_" if committed else ""
    capital = _term(prefix + "capital", paid.sum(), 1.0, value)
    return capital, _term(prefix + "residual", -left.sum(), 1.0, -left.sum() * rate**-horizon.years)


def _school_running(problem: Problem, plan: Plan) -> Term:
    runs = plan.runs.any(axis=1)
    cost = problem.sites.annual_cost @ runs
    number = float(runs.sum())
    price = float(cost.sum()) / number if number else 0.0
    value = float(cost @ problem.horizon.discount)
    return _term("school_running", number, price, value)


def _class_running(problem: Problem, plan: Plan) -> Term:
    classes = rooms.class_totals(problem, plan).sum(axis=0)
    return _priced(problem, "class_running", classes, problem.prices.class_year)


def _travel(problem: Problem, present: tuple[Presence, ...]) -> tuple[Term, ...]:
    travel, prices, years = problem.travel, problem.prices, problem.horizon.years
    bus, minutes, beyond = np.zeros(years), np.zeros(years), np.zeros(years)
    for level in present:
        known = level.pair >= 0
        pair, year, number = level.pair[known], level.year[known], level.number[known]
        by_bus = travel.mode[pair] == MODES.index("bus")
        bus += np.bincount(year, number * by_bus, years)
        minutes += np.bincount(year, number * travel.minutes[pair], years)
        beyond += np.bincount(year, number * travel.beyond[pair], years)
    minutes *= 2 * prices.school_days
    return (
        _priced(problem, "bus", bus, prices.bus_pupil_year),
        _priced(problem, "travel_time", minutes, prices.yuan_per_minute),
        _priced(problem, "beyond_limit", beyond, prices.beyond_pupil_minute),
    )


def _over_cap(problem: Problem, plan: Plan, present: tuple[Presence, ...]) -> tuple[Term, Term]:
    over, inherited = np.zeros(problem.horizon.years), np.zeros(problem.horizon.years)
    for index, level in enumerate(problem.levels):
        seats = caps(problem, index)[:, None, None] * plan.classes[index]
        above = np.maximum(0.0, present[index].pupils - seats).sum(axis=0)
        inherited += above[: level.grades - 1].sum(axis=0)
        over += above[level.grades - 1 :].sum(axis=0)
    if not problem.policy.on("class_size"):
        over, inherited = over * 0.0, inherited * 0.0
    price = problem.prices.over_cap_pupil_year
    return (
        _priced(problem, "over_cap", over, price),
        _priced(problem, "over_cap_inherited", inherited, price),
    )


def _room_debt(problem: Problem, plan: Plan) -> Term:
    debt = rooms.debt(problem, plan).sum(axis=0)
    if not problem.policy.on("function_rooms"):
        debt = debt * 0
    return _priced(problem, "room_debt", debt, problem.prices.room_debt_year)


def _pupils_moved(problem: Problem, present: tuple[Presence, ...]) -> Term:
    moved = np.zeros(problem.horizon.years)
    for level in present:
        moved += np.bincount(level.year[level.merged], level.number[level.merged], len(moved))
    return _priced(problem, "pupils_moved", moved, problem.prices.pupil_moved)


def _entrants_reassigned(problem: Problem, plan: Plan) -> Term:
    moved = reassigned(problem, plan).sum(axis=(0, 1))
    if not problem.policy.on("catchments"):
        moved = moved * 0.0
    return _priced(problem, "entrants_reassigned", moved, problem.prices.entrant_reassigned)


def _staff(
    problem: Problem, staffing: Staffing, plan: Plan, present: tuple[Presence, ...]
) -> tuple[Term, ...]:
    """Price posts short and in surplus, teachers moved, and last their pay (T2, T4, T7)."""
    lacking, beyond, moved, paid = np.zeros((4, problem.horizon.years))
    if problem.policy.on("staffing") and plan.postings is not None:
        done = movement(problem, flows(problem, staffing, plan), plan.postings)
        there = posts.by_subject(staffing, len(problem.sites), plan.postings.teachers)
        asked = posts.posts(problem, staffing, plan, present)
        lacking = posts.short(asked, there).sum(axis=(0, 1))
        beyond = posts.surplus(asked, there).sum(axis=(0, 1))
        moved = done.moved_in.sum(axis=(0, 1))
        paid = plan.postings.teachers.sum(axis=(0, 1)) + done.reserve.sum(axis=(0, 1))
    prices = problem.prices
    return (
        _priced(problem, "post_short", lacking, prices.post_short_year),
        _priced(problem, "post_surplus", beyond, prices.post_surplus_year),
        _priced(problem, "teachers_moved", moved, prices.teacher_moved),
        _priced(problem, "teacher_pay", paid, prices.teacher_year),
    )


def _priced(problem: Problem, name: str, yearly: np.ndarray, price: float) -> Term:
    return _term(name, yearly.sum(), price, price * (yearly @ problem.horizon.discount))


def _term(name: str, amount: float, price: float, value: float) -> Term:
    """Make a term of plain numbers; adding 0 takes the sign off a negative zero."""
    kind, unit = LEGEND[name]
    return Term(name, kind, float(amount) + 0.0, unit, float(price), float(value) + 0.0)
