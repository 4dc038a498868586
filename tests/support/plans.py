"""Plans for tests: today's network and changes to it, said in a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from optimizer.classes import cheapest_classes
from optimizer.domain import Plan, Problem, Term
from optimizer.evaluate import evaluate
from optimizer.presence import pair_rows, presence
from optimizer.today import today_plan


def changed(
    problem: Problem,
    plan: Plan | None = None,
    *,
    start: Mapping[int, int] | None = None,
    opens: Sequence[tuple[int, int, int]] = (),
    stops: Sequence[tuple[int, int, int]] = (),
    merges: Sequence[tuple[int, int, int, int]] = (),
    sends: Mapping[tuple[int, int, int], int | Mapping[int, float]] | None = None,
    recount: bool = True,
) -> Plan:
    """Change a plan, today's by default; years are absolute.

    Parameters
    ----------
    start
        Start year by option.
    opens, stops
        (site, level, year): the level runs, or does not, from that year on. Entrants stay put.
    merges
        (from, to, level, year): stops the level, adds the row, and sends the later entrants of the
        old site to the new one where there is a pair.
    sends
        Site, or shares by site, by (zone, level, year) for one year.
    recount
        Choose the classes afresh; without it they stay as they were.
    """
    plan = today_plan(problem) if plan is None else plan
    starts, runs, share = plan.start.copy(), plan.runs.copy(), plan.share.copy()
    first = problem.horizon.first_year
    for option, year in (start or {}).items():
        starts[option] = year
    for sites, value in ((opens, True), (stops, False)):
        for site, level, year in sites:
            runs[site, level, year - first :] = value
    for old, new, level, year in merges:
        runs[old, level, year - first :] = False
        _redirect(problem, share[:, year - first :], old, new, level)
    for (zone, level, year), to in (sends or {}).items():
        here = (problem.travel.zone == zone) & (problem.travel.level == level)
        share[here, year - first] = 0.0
        for site, part in ({to: 1.0} if isinstance(to, int) else to).items():
            share[pair(problem, zone, site, level), year - first] = part
    rows = np.concatenate([plan.merges, np.array(merges, int).reshape(-1, 4)])
    done = replace(plan, start=starts, runs=runs, share=share, merges=rows)
    return recounted(problem, done) if recount else done


def recounted(problem: Problem, plan: Plan) -> Plan:
    """Choose the classes of a plan afresh."""
    return replace(plan, classes=cheapest_classes(problem, plan, presence(problem, plan)))


def pair(problem: Problem, zone: int, site: int, level: int) -> int:
    """Row of `Travel`; the test is wrong where there is none."""
    row = int(pair_rows(problem, level, np.array(zone), np.array(site)))
    assert row >= 0, f"no pair of zone {zone} and site {site}"
    return row


def set_classes(plan: Plan, level: int, site: int, cohort: int, numbers: Sequence[float]) -> Plan:
    """Replace the classes of one cohort at one site, year by year."""
    classes = [np.array(one) for one in plan.classes]
    if not all(float(number).is_integer() for number in numbers):
        classes[level] = classes[level].astype(float)
    classes[level][site, cohort] = numbers
    return replace(plan, classes=tuple(classes))


def term(problem: Problem, plan: Plan, name: str) -> Term:
    """Price a plan and return one of its terms."""
    found = evaluate(problem, plan)
    return next(one for one in (*found.terms, *found.fixed_terms) if one.name == name)


def _redirect(problem: Problem, share: np.ndarray, old: int, new: int, level: int) -> None:
    travel = problem.travel
    for row in np.flatnonzero((travel.site == old) & (travel.level == level)):
        to = int(pair_rows(problem, level, travel.zone[row], np.array(new)))
        if to >= 0:
            share[to] += share[row]
            share[row] = 0.0
