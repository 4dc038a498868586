"""The best plan of a tiny problem, by trying all: networks, whole-zone assignments, classes.

Shares nothing with the formulation: plans are drawn up here and priced and judged by `evaluate` and
`check`. Bounds only skip plans that cost at least as much as one already found.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from optimizer.check import RULES, check
from optimizer.check.case import Case
from optimizer.domain import Action, Plan, Problem
from optimizer.evaluate import Evaluation, evaluate
from optimizer.limits import base_classes, caps, hard_limits
from optimizer.presence import presence

OF_NETWORKS = tuple(
    rule
    for rule in RULES
    if rule.__module__.rsplit(".", 1)[-1] in ("lifecycle", "closing", "mergers")
)
OF_CLASSES = ("class_running", "over_cap", "over_cap_inherited", "room_debt")
BRINGS = (Action.OPEN, Action.RELOCATE, Action.CONVERT)


class TooLargeError(ValueError):
    """Trying all would take too long."""


@dataclass(frozen=True)
class Best:
    """The cheapest plan there is, and how many plans were priced; no plan: none is allowed."""

    plan: Plan | None
    objective: float
    priced: int


def brute_force(problem: Problem, most: int = 200_000) -> Best:
    """Find the best plan in which no zone is split.

    Parameters
    ----------
    most
        Assignments that may be tried in all.

    Raises
    ------
    TooLargeError
        If there are more.
    """
    best = Best(None, np.inf, 0)
    tried = 0
    for network in networks(problem):
        if _with_nobody_assigned(problem, network) >= best.objective:
            continue
        choices = _choices(problem, network)
        tried += int(np.prod([float(len(options)) for _, options in choices]))
        if tried > most:
            raise TooLargeError(f"{tried} assignments")
        best = _best_assignment(problem, network, choices, best)
    return best


def networks(problem: Problem) -> Iterator[Plan]:
    """Every network that the rules on networks allow, with nobody assigned yet."""
    for starts in itertools.product(
        *(_start_years(problem, o) for o in range(len(problem.options)))
    ):
        for stops in itertools.product(
            *(list(_stops(problem, *where)) for where in _running(problem))
        ):
            plan = _network(problem, starts, stops)
            case = Case(problem, plan, presence(problem, plan))
            if not any(True for rule in OF_NETWORKS for _ in rule(case)):
                yield plan


def _running(problem: Problem) -> list[tuple[int, int]]:
    return [(int(site), int(level)) for site, level in np.argwhere(problem.sites.runs)]


def _start_years(problem: Problem, option: int) -> list[int]:
    if problem.options.committed[option]:
        return [int(problem.options.committed[option])]
    window = range(int(problem.options.earliest[option]), int(problem.options.latest[option]) + 1)
    return [0, *(year for year in problem.horizon.labels if year in window)]


def _stops(problem: Problem, site: int, level: int) -> Iterator[tuple[int, int]]:
    """Yield (year it stops, receiver): year 0 for never, receiver -1 for none."""
    arcs = problem.merge_arcs
    here = (arcs.from_site == site) & (arcs.level == level)
    yield 0, -1
    for year in problem.horizon.labels:
        for target in (-1, *arcs.to_site[here].tolist()):
            yield year, target


def _network(problem: Problem, starts: tuple[int, ...], stops: tuple[tuple[int, int], ...]) -> Plan:
    sites, years = len(problem.sites), problem.horizon.years
    first = problem.horizon.first_year
    runs = np.repeat(problem.sites.runs[:, :, None], years, axis=2)
    merges = []
    for (site, level), (year, target) in zip(_running(problem), stops, strict=True):
        if year:
            runs[site, level, year - first :] = False
            if target >= 0:
                merges.append((site, target, level, year))
    options = problem.options
    for option, start in enumerate(starts):
        service = start + int(options.lead[option]) - first
        if start and options.action[option] in BRINGS and service >= 0:
            new = options.levels_after[option] & ~problem.sites.runs[options.site[option]]
            runs[options.site[option], new, service:] = True
    return Plan(
        start=np.array(starts, dtype=int).reshape(len(options)),
        runs=runs,
        merges=np.array(merges, dtype=int).reshape(-1, 4),
        share=np.zeros((len(problem.travel), years)),
        classes=tuple(
            np.zeros((sites, level.cohorts(years), years), dtype=int) for level in problem.levels
        ),
    )


def _choices(problem: Problem, network: Plan) -> list[tuple[int, list[int]]]:
    """(year from t0, pairs that the zone may choose) for each zone and level with entrants."""
    travel, found = problem.travel, []
    for zone, level, year in np.argwhere(problem.demand.entrants >= 1e-4):
        here = (travel.zone == zone) & (travel.level == level) & travel.intake
        pairs = [int(p) for p in np.flatnonzero(here) if network.runs[travel.site[p], level, year]]
        found.append((int(year), pairs))
    return found


def _best_assignment(
    problem: Problem, network: Plan, choices: list[tuple[int, list[int]]], best: Best
) -> Best:
    """Try every assignment of whole zones in a network."""
    for pairs in itertools.product(*(pairs for _, pairs in choices)):
        share = np.zeros_like(network.share)
        for (year, _), pair in zip(choices, pairs, strict=True):
            share[pair, year] = 1.0
        plan = replace(network, share=share)
        if _without_classes(problem, plan) >= best.objective:
            continue
        best = _best_classes(problem, plan, best)
    return best


def _with_nobody_assigned(problem: Problem, network: Plan) -> float:
    """Objective that no assignment can undercut: nobody is assigned, nobody is sent elsewhere."""
    terms = {term.name: term.value for term in evaluate(problem, network).terms}
    return _without_classes(problem, network) - terms["entrants_reassigned"]


def _without_classes(problem: Problem, plan: Plan) -> float:
    """Objective but for terms that depend on classes, and for a class per fullest group."""
    priced = evaluate(problem, plan)
    return _rest(priced) + _fewest_class_cost(problem, plan)


def _rest(priced: Evaluation) -> float:
    return sum(term.value for term in priced.terms if term.name not in OF_CLASSES)


def _fewest(problem: Problem, plan: Plan) -> list[np.ndarray]:
    """Classes without which pupils do not fit at all, by level (S, C, T)."""
    found = []
    for level, here in enumerate(presence(problem, plan)):
        limit = hard_limits(problem, level)[:, :, None]
        least = np.ceil(here.pupils / limit - 1e-6).astype(int)
        found.append(np.where(here.pupils > 1e-4, np.maximum(least, 1), 0))
    return found


def _fewest_class_cost(problem: Problem, plan: Plan) -> float:
    if not problem.policy.on("class_size"):
        return 0.0
    total = np.add.reduce([fewest.sum(axis=(0, 1)) for fewest in _fewest(problem, plan)])
    return float(problem.prices.class_year * (total @ problem.horizon.discount))


def _best_classes(problem: Problem, plan: Plan, best: Best) -> Best:
    """Try all classes between the fewest and what the cap and the year before ask, site by site."""
    if not problem.policy.on("class_size"):
        return _judged(problem, plan, best)
    fewest = _fewest(problem, plan)
    most = _most(problem, plan, fewest)
    classes = tuple(low.copy() for low in fewest)
    for site in range(len(problem.sites)):
        chosen = _best_at_site(problem, plan, site, fewest, most)
        if chosen is None:
            return replace(best, priced=best.priced + 1)
        for level, array in enumerate(chosen):
            classes[level][site] = array
    return _judged(problem, replace(plan, classes=classes), best)


def _most(problem: Problem, plan: Plan, fewest: list[np.ndarray]) -> list[np.ndarray]:
    """More classes than these never help: the cap is kept, and no earlier number holds more."""
    found = []
    for level, here in enumerate(presence(problem, plan)):
        cap = caps(problem, level)[:, None, None]
        most = np.maximum(fewest[level], np.ceil(here.pupils / cap - 1e-6).astype(int))
        before = base_classes(problem, level)
        for year in range(most.shape[2]):
            now = np.maximum(most[:, :, year], before)
            most[:, :, year] = np.where(here.pupils[:, :, year] > 1e-4, now, 0)
            before = most[:, :, year]
        found.append(most)
    return found


def _best_at_site(
    problem: Problem, plan: Plan, site: int, fewest: list[np.ndarray], most: list[np.ndarray]
) -> list[np.ndarray] | None:
    """Cheapest classes of one site, the others having none; None where no choice is allowed."""
    cells = [
        (level, c, t)
        for level, array in enumerate(fewest)
        for c, t in np.argwhere(array[site] > 0).tolist()
    ]
    ranges = [
        range(fewest[level][site, c, t], most[level][site, c, t] + 1) for level, c, t in cells
    ]
    if np.prod([float(len(one)) for one in ranges]) > 20_000:
        raise TooLargeError(f"{len(cells)} groups of classes at a site")
    best, best_value = None, np.inf
    empty = tuple(np.zeros_like(array) for array in fewest)
    for numbers in itertools.product(*ranges):
        classes = tuple(array.copy() for array in empty)
        for (level, c, t), number in zip(cells, numbers, strict=True):
            classes[level][site, c, t] = number
        tried = replace(plan, classes=classes)
        value = sum(t.value for t in evaluate(problem, tried).terms if t.name in OF_CLASSES)
        if value < best_value and not _broken_at(problem, tried, site):
            best, best_value = [array[site] for array in classes], value
    return best


def _broken_at(problem: Problem, plan: Plan, site: int) -> bool:
    here = problem.sites.ids[site]
    rules = ("classes.", "class_size.", "rooms.", "seats.")
    return any(one.where == here and one.rule.startswith(rules) for one in check(problem, plan))


def _judged(problem: Problem, plan: Plan, best: Best) -> Best:
    objective = evaluate(problem, plan).objective
    counted = replace(best, priced=best.priced + 1)
    if objective >= best.objective or check(problem, plan):
        return counted
    return Best(plan, objective, counted.priced)
