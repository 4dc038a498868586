"""What may become of each site: every lifecycle the rules of one site allow, as flat arrays."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from optimizer.domain import Action, Problem
from optimizer.methods.by_site.arrays import Bools, Floats, Ints

NETWORK = (Action.OPEN, Action.CONVERT, Action.RELOCATE)


@dataclass(frozen=True)
class Lifecycle:
    """One thing that may become of a site.

    Years are relative to t0. `begin[l]` is the first year a level runs (T: never), `stop[l]` the
    first year it no longer does (T: runs to the end). `starts` lists (option, start year).
    """

    site: int
    begin: tuple[int, ...]
    stop: tuple[int, ...]
    starts: tuple[tuple[int, int], ...]


class Alternatives(NamedTuple):
    """Lifecycles of all sites, sorted by site (A of them), in numbers.

    Attributes
    ----------
    first
        (S + 1,) first lifecycle of each site.
    begin, stop
        (A, L) years relative to t0.
    fixed
        (A,) present value of capital, residual and running the site.
    spend
        (A, T) undiscounted capital of uncommitted options.
    running
        (A, T) bool: any level runs.
    rooms, functions
        (A, T) general classrooms; function rooms, while running; 0 otherwise.
    closes
        (A, T) 1 in a year in which a level stops.
    """

    first: Ints
    begin: Ints
    stop: Ints
    fixed: Floats
    spend: Floats
    running: Bools
    rooms: Floats
    functions: Floats
    closes: Floats


class Extensions(NamedTuple):
    """Ways to start each option that only adds rooms: (X rows), sorted by option."""

    option: Ints
    site: Ints
    start: Ints
    fixed: Floats
    spend: Floats
    rooms: Floats
    functions: Floats


def start_years(problem: Problem, option: int) -> list[int]:
    """Years relative to t0 in which an option may start; its committed one alone if it has one."""
    options, t0 = problem.options, problem.horizon.first_year
    if options.committed[option]:
        return [int(options.committed[option]) - t0]
    if options.action[option] not in problem.policy.actions or not place_allowed(problem, option):
        return []
    last = min(
        int(options.latest[option]) - t0, problem.horizon.years - 1 - int(options.lead[option])
    )
    return list(range(max(0, int(options.earliest[option]) - t0), last + 1))


def place_allowed(problem: Problem, option: int) -> bool:
    """Whether every level the option brings to its site may be new there."""
    site = int(problem.options.site[option])
    new = problem.options.levels_after[option] & ~problem.sites.runs[site]
    allowed = problem.policy.allowed_places
    return all(
        problem.sites.place[site] in allowed[level.name]
        for level, is_new in zip(problem.levels, new, strict=True)
        if is_new and level.name in allowed
    )


def project_value(problem: Problem, option: int, start: int) -> tuple[float, Floats]:
    """Present value (capital and residual) and undiscounted spend (T,) of an uncommitted start."""
    horizon, options = problem.horizon, problem.options
    spend = np.zeros(horizon.years)
    if options.committed[option]:
        return 0.0, spend
    cost = float(options.capital_cost[option])
    months = np.flatnonzero(options.spend[option])
    spend[start + months] = cost * options.spend[option, months]
    served = horizon.years - (start + int(options.lead[option]))
    residual = cost * max(0.0, 1.0 - served / problem.prices.life_years)
    residual *= (1.0 + horizon.discount_rate) ** -horizon.years
    return float(spend @ horizon.discount) - residual, spend


def gained(problem: Problem, option: int, start: int) -> tuple[Floats, Floats]:
    """Rooms (T,) and function rooms (T,) that an option adds, works counted."""
    years = np.arange(problem.horizon.years)
    service = start + int(problem.options.lead[option])
    rooms = np.where(years >= service, float(problem.options.rooms[option]), 0.0)
    works = (years >= start) & (years < service)
    rooms -= works * float(problem.options.rooms_out[option])
    functions = np.where(years >= service, float(problem.options.function_rooms[option].sum()), 0.0)
    return rooms, functions


def lifecycles(problem: Problem) -> list[Lifecycle]:
    """List every lifecycle of every site under the rules that concern one site alone."""
    by_site: dict[int, list[int]] = {site: [] for site in range(len(problem.sites))}
    for option in range(len(problem.options)):
        if problem.options.action[option] in NETWORK:
            by_site[int(problem.options.site[option])].append(option)
    leavers = _relocation_years(problem)
    found: list[Lifecycle] = []
    for site, options in by_site.items():
        choices: list[tuple[int, int] | None] = [None]
        forced = [o for o in options if problem.options.committed[o]]
        for option in forced or options:
            choices += [(option, start) for start in start_years(problem, option)]
        for choice in choices[1:] if forced else choices:
            found += _of_choice(problem, site, choice, leavers.get(site, frozenset()))
    return found


def _of_choice(
    problem: Problem, site: int, choice: tuple[int, int] | None, leave: frozenset[int]
) -> Iterator[Lifecycle]:
    """Lifecycles of a site with one network option, or none."""
    years, runs = problem.horizon.years, problem.sites.runs[site]
    after, service = runs, years
    if choice is not None:
        after = problem.options.levels_after[choice[0]]
        service = choice[1] + int(problem.options.lead[choice[0]])
        if np.any(runs & ~after) and service not in closing_years(problem, site):
            return
    begin, stops = [], []
    for level in range(len(problem.levels)):
        if runs[level]:
            begin.append(0)
            ends = {years, *leave, *stop_years(problem, site)}
            stops.append(
                sorted(ends) if after[level] else [service, *sorted(t for t in ends if t < service)]
            )
        else:
            begin.append(service if after[level] else years)
            stops.append([years])
    starts = () if choice is None else (choice,)
    for stop in itertools.product(*stops):
        yield from _safe(problem, Lifecycle(site, tuple(begin), stop, starts))


def _safe(problem: Problem, cycle: Lifecycle) -> Iterator[Lifecycle]:
    """Add the retrofit that an unsafe site needs, in every allowed year; or nothing if none."""
    deadline = problem.policy.unsafe_deadline
    years = problem.horizon.years
    if deadline is None or not problem.sites.unsafe[cycle.site]:
        yield cycle
        return
    due = deadline - problem.horizon.first_year
    late = [
        max(start, due)
        for start, end in zip(cycle.begin, cycle.stop, strict=True)
        if start < years and end > max(start, due)
    ]
    if not late:
        yield cycle
        return
    for option in np.flatnonzero(problem.options.site == cycle.site):
        if problem.options.action[option] is Action.RETROFIT:
            for start in start_years(problem, int(option)):
                if start + problem.options.lead[option] <= min(late):
                    extra = (*cycle.starts, (int(option), start))
                    yield Lifecycle(cycle.site, cycle.begin, cycle.stop, extra)


def stop_years(problem: Problem, site: int) -> range:
    """Years relative to t0 in which levels of a site may stop by a closing of its own."""
    if not problem.policy.actions & {Action.CLOSE, Action.MERGE}:
        return range(0)
    return closing_years(problem, site)


def closing_years(problem: Problem, site: int, *, moves: bool = False) -> range:
    """Years relative to t0 in which the closing rules let a level of a site stop.

    A school that `moves` to another site need not be small.
    """
    policy, years = problem.policy, problem.horizon.years
    if problem.sites.may_not_close[site]:
        return range(0)
    if not policy.on("closing"):
        return range(years)
    pupils = problem.enrolled.pupils[problem.enrolled.site == site].sum()
    if not moves and policy.close_below is not None and pupils >= policy.close_below:
        return range(0)
    return range(max(0, policy.notice_years - 1), years)


def _relocation_years(problem: Problem) -> dict[int, frozenset[int]]:
    """Years in which a site may empty because its school moves to another."""
    years: dict[int, set[int]] = {}
    for option in np.flatnonzero(problem.options.relocates >= 0):
        old = int(problem.options.relocates[option])
        service = {s + int(problem.options.lead[option]) for s in start_years(problem, int(option))}
        allowed = closing_years(problem, old, moves=True)
        years.setdefault(old, set()).update(year for year in service if year in allowed)
    return {site: frozenset(found) for site, found in years.items()}


def make_alternatives(problem: Problem, cycles: list[Lifecycle]) -> Alternatives:
    """Turn lifecycles (sorted by site) into arrays."""
    years, discount = problem.horizon.years, problem.horizon.discount
    number = len(cycles)
    year = np.arange(years)
    begin = np.array([c.begin for c in cycles])
    stop = np.array([c.stop for c in cycles])
    runs = (year >= begin[..., None]) & (year < stop[..., None])
    running: Bools = np.asarray(runs.any(axis=1), dtype=np.bool_)
    rooms, functions, spend = (np.zeros((number, years)) for _ in range(3))
    fixed = np.zeros(number)
    site = np.array([c.site for c in cycles])
    for a, cycle in enumerate(cycles):
        rooms[a] = problem.sites.rooms[cycle.site]
        functions[a] = problem.sites.function_rooms[cycle.site].sum()
        for option, start in projects_of(problem, cycle).items():
            value, paid = project_value(problem, option, start)
            more_rooms, more_functions = gained(problem, option, start)
            fixed[a] += value
            spend[a] += paid
            rooms[a] += more_rooms
            functions[a] += more_functions
    fixed += running @ discount * problem.sites.annual_cost[site]
    before = np.concatenate(
        [
            np.broadcast_to(problem.sites.runs[site][..., None], (number, len(problem.levels), 1)),
            runs[..., :-1],
        ],
        axis=2,
    )
    return Alternatives(
        first=np.searchsorted(site, np.arange(len(problem.sites) + 1)).astype(np.int64),
        begin=begin,
        stop=stop,
        fixed=fixed,
        spend=spend,
        running=running,
        rooms=rooms * running,
        functions=functions * running,
        closes=(before & ~runs).any(axis=1).astype(float),
    )


def projects_of(problem: Problem, cycle: Lifecycle) -> dict[int, int]:
    """Start of each option that a lifecycle brings: its own and the committed ones, each once.

    A committed retrofit of an unsafe school is both.
    """
    return dict(cycle.starts) | dict(committed_extensions(problem, cycle.site))


def committed_extensions(problem: Problem, site: int) -> list[tuple[int, int]]:
    """List the committed options of a site that add rooms and change no level, with their starts.

    Those that served before t0 are in the base rooms already.
    """
    t0, options = problem.horizon.first_year, problem.options
    return [
        (int(o), int(options.committed[o]) - t0)
        for o in np.flatnonzero((options.site == site) & (options.committed > 0))
        if options.action[o] not in NETWORK and options.committed[o] + options.lead[o] >= t0
    ]


def make_extensions(problem: Problem) -> Extensions:
    """List every start of every uncommitted option that only adds rooms."""
    rows = [
        (option, start)
        for option in range(len(problem.options))
        if problem.options.action[option] in (Action.EXTEND, Action.RETROFIT)
        and not problem.options.committed[option]
        for start in start_years(problem, option)
    ]
    years = problem.horizon.years
    option = np.array([o for o, _ in rows], dtype=np.int64)
    values = [project_value(problem, o, s) for o, s in rows]
    rooms = [gained(problem, o, s) for o, s in rows]
    return Extensions(
        option=option,
        site=problem.options.site[option].astype(np.int64),
        start=np.array([s for _, s in rows], dtype=np.int64),
        fixed=np.array([value for value, _ in values]),
        spend=np.array([spend for _, spend in values]).reshape(-1, years),
        rooms=np.array([more for more, _ in rooms]).reshape(-1, years),
        functions=np.array([more for _, more in rooms]).reshape(-1, years),
    )
